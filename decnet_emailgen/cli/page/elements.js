// Making elements. Text reaches the page as text nodes only; nothing here reads HTML.

const byId = (id) => document.getElementById(id);

/** An element with attributes; children are elements, or strings that become text. */
function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, '');
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child != null && child !== ''));
  return made;
}

/** Text that is heard and not seen. */
const aside = (text) => make('span', { class: 'aside' }, text);

/** A small picture drawn with lines. */
function icon(path) {
  const space = 'http://www.w3.org/2000/svg';
  const drawing = document.createElementNS(space, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', path);
  drawing.append(line);
  return drawing;
}

const ICONS = {
  inbox: 'M4 5h16l1 9v5H3v-5zM3 14h5l1.5 2.5h5L16 14h5',
  sent: 'M3 11.5 21 4l-6 16-4-6zM11 14l4-4',
  all: 'M3 7h18v12H3zM5 4h14M8 12h8M8 15h5',
  charts: 'M4 20V11M10 20V4M16 20v-6M21 20H3',
  folder: 'M3 6h6l2 2.5h10V19H3z',
  file: 'M20 11.5 12 19.5a5 5 0 0 1-7-7L13.5 4a3.3 3.3 0 0 1 4.700 4.700L10 17a1.6 1.6 0 0 1-2.3-2.3l7.5-7.5',
  back: 'M15 5l-7 7 7 7',
};

/** A stable hue for an address, out of twelve. */
function hue(address) {
  let sum = 2166136261;
  for (const letter of address) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619);
  return ((sum ^ (sum >>> 15)) >>> 0) % 12;
}

/** The first letters of a name's first and last word. */
function initials(name) {
  const ordered = name.includes(',') ? name.split(',').reverse().join(' ') : name;
  const words = ordered.replace(/\(.*?\)|@.*$/g, '').split(/[\s.]+/).filter((w) => /^\p{L}/u.test(w));
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...word][0].toLocaleUpperCase()).join('') || '?';
}

const avatar = (person) =>
  make('span', { class: `avatar hue${hue(person.email)}`, 'aria-hidden': 'true' }, initials(person.name));

const number = (value) => value.toLocaleString('en');

const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

function size(octets) {
  if (octets < 1000) return `${octets} B`;
  if (octets < 1e6) return `${Math.round(octets / 1000)} kB`;
  return `${(octets / 1e6).toFixed(1)} MB`;
}
