// The corpus: read once from the element that holds it.

const corpus = JSON.parse(byId('data').textContent);
const people = corpus.people.map(([name, email]) => ({ name, email }));
const mailboxes = corpus.mailboxes.map(([name, email, zone]) => ({ name, email, zone }));
const mails = corpus.mails.map((mail, number) => ({
  number, id: '', thread: '', subject: '', own: '', to: [], cc: [], bcc: [], copies: [], files: [],
  quoted: '', signature: '', rejected: [], cut: 0, quotedCut: 0, offset: 0, ...mail,
}));
corpus.mails = null;

const EVERYONE = -1;
const latest = mails.length ? mails[mails.length - 1].at : 0;

/** The zone in which most mailboxes are: dates are shown in it where no mailbox is chosen. */
const commonZone = (() => {
  const counts = new Map();
  for (const { zone } of mailboxes) if (zone) counts.set(zone, (counts.get(zone) || 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([zone]) => zone)[0] || 'UTC';
})();

const FOLDERS = { inbox: 'Inbox', sent: 'Sent', all: 'All mail' };

/** The name in the address bar of a folder as its mail host calls it. */
function folderKey(name) {
  const low = name.toLowerCase();
  if (low === 'inbox') return 'inbox';
  if (low.startsWith('sent')) return 'sent';
  return low;
}

for (const mail of mails) {
  mail.places = mail.copies.map(([mailbox, folder, unread]) => {
    const key = folderKey(folder);
    if (!FOLDERS[key]) FOLDERS[key] = folder;
    return { mailbox, folder: key, unread: Boolean(unread) };
  });
}

/** Whether a mailbox (or any) holds the mail in a folder (or any). */
function holds(mail, mailbox, folder) {
  if (mailbox === EVERYONE && folder === 'all') return true;
  return mail.places.some(
    (place) => (mailbox === EVERYONE || place.mailbox === mailbox) && (folder === 'all' || place.folder === folder),
  );
}

const unread = (mail, mailbox) =>
  mail.places.some((place) => place.unread && (mailbox === EVERYONE || place.mailbox === mailbox));

/** Conversations by their last mail that passes, the latest first. */
function conversations(passes, mailbox) {
  const found = new Map();
  for (const mail of mails) {
    if (!passes(mail)) continue;
    const known = found.get(mail.thread);
    if (known) {
      known.mails.push(mail);
      known.last = mail;
    } else found.set(mail.thread, { id: mail.thread, mails: [mail], last: mail });
  }
  const list = [...found.values()];
  list.sort((a, b) => b.last.at - a.last.at || b.last.number - a.last.number);
  for (const each of list) each.unread = each.mails.some((mail) => unread(mail, mailbox));
  return list;
}

/** All mails of a conversation that a mailbox holds, by time. */
const mailsOf = (thread, mailbox) =>
  mails.filter((mail) => mail.thread === thread && holds(mail, mailbox, 'all'));

// --- dates ---------------------------------------------------------------------------------

const formats = new Map();

function format(zone, name, options) {
  const key = `${zone} ${name}`;
  if (!formats.has(key)) {
    let made;
    try {
      made = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options });
    } catch {
      made = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
    }
    formats.set(key, made);
  }
  return formats.get(key);
}

/** A date for the list: the time on the last day of the corpus, else the day. */
function shortDate(at, zone) {
  const date = new Date(at * 1000);
  const day = format(zone, 'day', { day: 'numeric', month: 'short', year: 'numeric' });
  const end = day.format(new Date(latest * 1000));
  const text = day.format(date);
  if (text === end) return format(zone, 'time', { hour: '2-digit', minute: '2-digit' }).format(date);
  return text.slice(-4) === end.slice(-4) ? text.slice(0, -5) : text;
}

/** A mail's Date as its author's clock had it, with the offset. */
function fullDate(mail) {
  const clock = new Date((mail.at + mail.offset * 60) * 1000);
  const text = format('UTC', 'full', {
    weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
  }).format(clock);
  const minutes = Math.abs(mail.offset);
  const two = (value) => String(value).padStart(2, '0');
  return `${text} ${mail.offset < 0 ? '−' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
