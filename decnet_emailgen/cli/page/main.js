// What is on the screen is what the address says; keys and clicks change the address.

const state = { mailbox: EVERYONE, folder: 'inbox', thread: '', view: 'mail', query: '' };
const narrow = window.matchMedia('(max-width: 860px)');
const query = byId('query');
const side = byId('side');
const menu = byId('menu');

function addressOf(next) {
  const parts = new URLSearchParams();
  if (next.view === 'charts') parts.set('view', 'charts');
  if (next.mailbox !== EVERYONE) parts.set('mailbox', mailboxes[next.mailbox].email);
  if (next.folder !== 'inbox') parts.set('folder', next.folder);
  if (next.thread) parts.set('thread', next.thread);
  return `#${parts}`;
}

function fromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const folder = parts.get('folder') || 'inbox';
  return {
    view: parts.get('view') === 'charts' ? 'charts' : 'mail',
    mailbox: mailboxes.findIndex((each) => each.email === parts.get('mailbox')),
    folder: Object.hasOwn(FOLDERS, folder) ? folder : 'inbox',
    thread: parts.get('thread') || '',
  };
}

/** Go somewhere; going to another conversation replaces the address, so that Back leaves. */
function go(changes) {
  const next = { ...state, ...changes };
  const target = addressOf(next);
  if (target === (location.hash || '#')) return;
  if (state.thread && next.thread) history.replaceState(null, '', target);
  else history.pushState(null, '', target);
  arrive();
}

const listed = () => `${state.mailbox} ${state.folder} ${state.query}`;
let lastListed = '';

/** Draw what the address says. */
function arrive() {
  Object.assign(state, fromAddress());
  const isMail = state.view === 'mail';
  byId('mail').hidden = !isMail;
  byId('charts').hidden = isMail;
  document.body.classList.toggle('reading', isMail && Boolean(state.thread));
  if (lastListed !== listed()) refresh();
  else if (isMail) pick(shown.findIndex((each) => each.id === state.thread));
  if (isMail) read(state.thread, state.mailbox);
  else for (const drawing of document.querySelectorAll('.wide .drawing')) drawing.scrollLeft = drawing.scrollWidth;
  places();
  closeMenu();
}

/** List the conversations of the place, or those that the search finds in the mailbox. */
function refresh() {
  lastListed = listed();
  const wanted = tests(state.query);
  const folder = wanted.length ? 'all' : state.folder;
  const passes = (mail) => holds(mail, state.mailbox, folder) && wanted.every((test) => test(mail));
  show(conversations(passes, state.mailbox), state.thread);
  const owner = state.mailbox === EVERYONE ? '' : ` of ${mailboxes[state.mailbox].name}`;
  byId('where').textContent = (wanted.length ? 'Search' : FOLDERS[state.folder]) + owner;
  byId('count').textContent = plural(shown.length, 'conversation') + (wanted.length ? ' found' : '');
  byId('nothing').hidden = shown.length > 0;
  byId('nothing').textContent = wanted.length ? `Nothing found for ${state.query}` : 'No mail here';
}

function open(thread, focus = narrow.matches) {
  go({ thread, view: 'mail' });
  if (focus) byId('subject')?.focus();
}

function leave() {
  go({ thread: '' });
  list.focus();
}

/** Go so many conversations on; where one is read, the next one is read. */
function move(by) {
  if (!shown.length) return;
  const to = Math.min(shown.length - 1, Math.max(0, current < 0 && by > 0 ? 0 : current + by));
  pick(to);
  if (!narrow.matches || state.thread) open(shown[to].id, false);
}

// --- mailboxes and folders -------------------------------------------------------------------

function place(name, drawing, count, changes, isHere) {
  const link = make('a', { href: addressOf({ ...state, thread: '', view: 'mail', ...changes }), 'aria-current': isHere ? 'page' : false },
    drawing, make('span', { class: 'name' }, name), count ? make('span', { class: 'n' }, number(count)) : '');
  return make('li', {}, link);
}

const counts = new Map();

function countOf(mailbox, folder) {
  const key = `${mailbox} ${folder}`;
  if (!counts.has(key)) counts.set(key, mails.filter((mail) => holds(mail, mailbox, folder)).length);
  return counts.get(key);
}

function places() {
  const isMail = state.view === 'mail';
  const order = Object.entries(FOLDERS).sort(([a], [b]) => (a === 'all') - (b === 'all'));
  const folders = order.map(([key, name]) =>
    place(name, icon(ICONS[key] || ICONS.folder), countOf(state.mailbox, key), { folder: key }, isMail && state.folder === key));
  byId('folders').replaceChildren(...folders, place('Charts', icon(ICONS.charts), 0, { view: 'charts' }, !isMail));
  const everyone = place('Everyone', icon(ICONS.all), 0, { mailbox: EVERYONE }, state.mailbox === EVERYONE);
  byId('people').replaceChildren(everyone, ...mailboxes.map((each, position) =>
    place(each.name, avatar(each), countOf(position, 'inbox'), { mailbox: position }, state.mailbox === position)));
}

function closeMenu() {
  side.classList.remove('open');
  menu.setAttribute('aria-expanded', 'false');
}

menu.addEventListener('click', () => {
  const isOpen = side.classList.toggle('open');
  menu.setAttribute('aria-expanded', String(isOpen));
  if (isOpen) side.querySelector('a').focus();
});
side.addEventListener('click', (event) => {
  if (!state.query || !event.target.closest('a')) return;
  query.value = '';
  search();
});
document.addEventListener('click', (event) => {
  if (!side.contains(event.target) && !menu.contains(event.target)) closeMenu();
});

// --- search ----------------------------------------------------------------------------------

let waiting = 0;
query.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(search, 120);
});

function search() {
  clearTimeout(waiting);
  state.query = query.value.trim();
  if (state.view === 'charts') go({ view: 'mail' });
  refresh();
  mark(state.query, byId('mail'));
}

query.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') {
    search();
    if (shown.length) {
      pick(0);
      list.focus();
    }
  } else if (event.key === 'Escape') {
    query.value = '';
    search();
    list.focus();
  }
});

// --- keys ------------------------------------------------------------------------------------

const help = byId('help');
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  n: () => step(1),
  p: () => step(-1),
  u: leave,
  o: () => current >= 0 && open(shown[current].id, true),
  Enter: () => current >= 0 && open(shown[current].id, true),
  '/': () => { query.focus(); query.select(); },
  '?': () => help.showModal(),
};
const PLACES = { i: { folder: 'inbox' }, s: { folder: 'sent' }, a: { folder: 'all' }, c: { view: 'charts' } };
let afterG = 0;

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || help.open) return;
  const at = event.target;
  if (event.key === 'Escape') {
    if (side.classList.contains('open')) { closeMenu(); menu.focus(); } else if (state.thread) leave();
    return;
  }
  if (at.matches('input, textarea') || !byId('single').checked) return;
  if (event.key === 'Enter' && at.matches('button, a, summary')) return;
  const isSecond = event.timeStamp - afterG < 1500;
  afterG = event.key === 'g' ? event.timeStamp : -1e9;
  if (isSecond && PLACES[event.key]) {
    event.preventDefault();
    go({ view: 'mail', thread: '', ...PLACES[event.key] });
    (state.view === 'mail' ? list : byId('charts')).focus();
  } else if (KEYS[event.key] && (state.view === 'mail' || '/?'.includes(event.key))) {
    event.preventDefault();
    KEYS[event.key]();
  }
}
document.addEventListener('keydown', onKey);
byId('keys').addEventListener('click', () => help.showModal());
byId('help-close').addEventListener('click', () => help.close());

// --- light and dark --------------------------------------------------------------------------

const theme = byId('theme');
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');

function remembered() {
  try { return localStorage.getItem('emailgen-theme'); } catch { return null; }
}

function paint(chosen) {
  const dark = chosen ? chosen === 'dark' : systemDark.matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  theme.setAttribute('aria-pressed', String(dark));
}

theme.addEventListener('click', () => {
  const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  try { localStorage.setItem('emailgen-theme', next); } catch { /* a page from a file may have no storage */ }
  paint(next);
});
systemDark.addEventListener('change', () => paint(remembered()));
paint(remembered());

byId('legend').hidden = !document.querySelector('.drawing');
window.addEventListener('popstate', arrive);
arrive();
document.documentElement.dataset.ready = 'true';
