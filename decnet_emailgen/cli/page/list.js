// The list of conversations: only the rows in sight are in the document.

const ROW = 78;
const list = byId('list');
const room = byId('room');
let shown = [];
let current = -1;
let drawn = new Map();

const zoneOf = (mailbox) => (mailbox === EVERYONE ? commonZone : mailboxes[mailbox].zone || commonZone);

/** A name as lists show it: the first one where there are several people. */
function called(person, alone) {
  if (alone) return person.name;
  const ordered = person.name.includes(',') ? person.name.split(',')[1] : person.name;
  return ordered.trim().split(/\s+/)[0] || person.email;
}

/** Who takes part: those who wrote to this mailbox, or those written to where all is Sent. */
function taking(conversation, mailbox) {
  const own = mailbox === EVERYONE ? null : mailboxes[mailbox].email;
  const isOwn = (number) => people[number].email.toLowerCase() === own;
  let numbers = [...new Set(conversation.mails.map((mail) => mail.from))];
  const prefix = own && numbers.every(isOwn) ? 'To: ' : '';
  if (prefix) numbers = [...new Set(conversation.mails.flatMap((mail) => mail.to))];
  const names = numbers.map((each) => (isOwn(each) ? 'me' : called(people[each], numbers.length === 1)));
  const some = names.length > 4 ? [...names.slice(0, 3), `+${names.length - 3}`] : names;
  return prefix + some.join(', ');
}

const snippet = (mail) => mail.own.slice(0, 240).replace(/\s+/g, ' ').trim();

function row(position) {
  const conversation = shown[position];
  const { last, mails: held } = conversation;
  const who = taking(conversation, state.mailbox);
  const when = shortDate(last.at, zoneOf(state.mailbox));
  const files = held.some((mail) => mail.files.length);
  const subject = last.subject || '(no subject)';
  const person = people[last.from];
  const made = make('div', {
    role: 'option', id: `row-${position}`, class: conversation.unread ? 'row unread' : 'row',
    'aria-selected': position === current ? 'true' : 'false', 'aria-posinset': position + 1,
    'aria-setsize': shown.length,
  },
  avatar(person),
  make('span', { class: 'who' },
    conversation.unread ? aside('Unread. ') : '', make('span', { class: 'names' }, who),
    held.length > 1 ? make('span', { class: 'many' }, aside(', '), number(held.length), aside(' mails')) : ''),
  make('span', { class: 'when' }, aside(', '), when),
  make('span', { class: 'subject' }, aside('. '), subject),
  make('span', { class: 'mark' }, files ? icon(ICONS.file) : '', files ? aside(', with files') : ''),
  make('span', { class: 'snippet' }, aside('. '), snippet(last)));
  made.style.transform = `translateY(${position * ROW}px)`;
  return made;
}

/** Put the rows in sight into the document and take the others out. */
function fill() {
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 4);
  const last = Math.min(shown.length - 1, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 4);
  for (const [position, element] of drawn) {
    if ((position < first || position > last) && position !== current) {
      element.remove();
      drawn.delete(position);
    }
  }
  for (let position = first; position <= last; position += 1) draw(position);
  if (current >= 0) draw(current);
}

function draw(position) {
  if (drawn.has(position)) return;
  const element = row(position);
  drawn.set(position, element);
  room.append(element);
}

/** Show these conversations from the top. */
function show(conversationsFound, keep) {
  shown = conversationsFound;
  current = keep ? shown.findIndex((each) => each.id === keep) : -1;
  drawn = new Map();
  room.replaceChildren();
  room.style.height = `${shown.length * ROW}px`;
  list.hidden = shown.length === 0;
  list.scrollTop = 0;
  list.removeAttribute('aria-activedescendant');
  if (current >= 0) pick(current);
  fill();
}

/** Make one row the current one, in sight. */
function pick(position) {
  const before = current;
  current = position;
  drawn.get(before)?.setAttribute('aria-selected', 'false');
  if (position < 0) {
    list.removeAttribute('aria-activedescendant');
    return;
  }
  const top = position * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
  fill();
  drawn.get(position).setAttribute('aria-selected', 'true');
  list.setAttribute('aria-activedescendant', `row-${position}`);
}

list.addEventListener('scroll', fill, { passive: true });
new ResizeObserver(fill).observe(list);
list.addEventListener('click', (event) => {
  const found = event.target.closest('.row');
  if (found) open(shown[Number(found.id.slice(4))].id);
});
list.addEventListener('keydown', (event) => {
  const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
  const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
  if (event.key in steps && !event.ctrlKey && !event.altKey && !event.metaKey) {
    event.preventDefault();
    move(steps[event.key]);
  } else if (event.key === 'Enter' && current >= 0) {
    event.preventDefault();
    open(shown[current].id, true);
  }
});
list.addEventListener('focus', () => {
  if (current < 0 && shown.length) pick(0);
});
