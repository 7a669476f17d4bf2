// The reading pane: a conversation's mails, the last one open, what they quote folded.

const reader = byId('reader');

const address = (person) => (person.name === person.email ? person.email : `${person.name} <${person.email}>`);

function addressLine(label, numbers) {
  if (!numbers.length) return '';
  return make('p', { class: 'field' }, make('span', { class: 'label' }, `${label} `), numbers.map((each) => address(people[each])).join(', '));
}

/** A text as it is; two empty lines and more become one. */
const airless = (text) => text.replace(/\n(?:[ \t\u00a0]*\n)+/g, '\n\n');

function body(mail) {
  const parts = [make('p', { class: 'text', dir: 'auto' }, airless(mail.own) || '(no text)')];
  if (mail.cut) parts.push(make('p', { class: 'note' }, `Shortened: ${number(mail.cut)} more characters. The whole mail: emailgen threads show ${mail.thread} --raw`));
  if (mail.signature) parts.push(make('p', { class: 'text signature', dir: 'auto' }, airless(mail.signature)));
  if (mail.quoted) {
    const rows = mail.quoted.split('\n').filter((line) => line.trim()).length;
    const more = mail.quotedCut ? make('p', { class: 'note' }, `Shortened: ${number(mail.quotedCut)} more characters.`) : '';
    parts.push(make('details', { class: 'quoted' },
      make('summary', {}, `Quoted text, ${plural(rows, 'line')}`),
      make('p', { class: 'text', dir: 'auto' }, airless(mail.quoted)), more));
  }
  return parts;
}

function files(mail) {
  if (!mail.files.length) return '';
  const items = mail.files.map(([name, kind, octets]) => make('li', {}, icon(ICONS.file),
    make('span', { class: 'name' }, name || '(no name)'), make('span', { class: 'kind' }, `${kind}, ${size(octets)}`)));
  return make('ul', { class: 'files', 'aria-label': plural(mail.files.length, 'attachment') }, ...items);
}

/** What the store knows of a mail beyond its bytes. */
function behind(mail) {
  const copies = mail.places.map((place) => `${mailboxes[place.mailbox].email} (${FOLDERS[place.folder]})`);
  const facts = [
    ['Message-ID', mail.messageId], ['Written by', mail.writer], ['Kind', mail.kind],
    ['Language', mail.language], ['Copies', copies.join(', ') || 'none'],
    ...mail.rejected.map(([reason, detail]) => ['Rejected', detail ? `${reason}: ${detail}` : reason]),
  ];
  const rows = facts.filter(([, value]) => value)
    .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value)));
  return make('details', { class: 'behind' }, make('summary', {}, 'Details'), make('dl', {}, ...rows));
}

function article(mail, position, isOpen) {
  const person = people[mail.from];
  const bodyId = `body-${position}`;
  const button = make('button', { type: 'button', class: 'from', 'aria-expanded': String(isOpen), 'aria-controls': bodyId },
    avatar(person), make('span', { class: 'name' }, person.name),
    make('span', { class: 'address' }, person.name === person.email ? '' : person.email),
    make('time', { datetime: new Date(mail.at * 1000).toISOString(), class: 'when' }, fullDate(mail)),
    make('span', { class: 'snippet' }, snippet(mail)));
  const content = make('div', { id: bodyId, class: 'content', hidden: !isOpen },
    addressLine('To', mail.to), addressLine('Cc', mail.cc), addressLine('Bcc', mail.bcc),
    ...body(mail), files(mail), behind(mail));
  button.addEventListener('click', () => {
    const now = button.getAttribute('aria-expanded') !== 'true';
    button.setAttribute('aria-expanded', String(now));
    content.hidden = !now;
  });
  return make('article', { class: 'mail', 'aria-label': `${person.name}, ${fullDate(mail)}` },
    make('h3', {}, button), content);
}

/** Show a conversation as a mailbox has it. */
function read(thread, mailbox) {
  const held = mailsOf(thread, mailbox);
  if (!held.length) {
    reader.replaceChildren(make('p', { class: 'empty' }, 'Choose a conversation'));
    return;
  }
  const last = held.length - 1;
  const subject = held[0].subject || '(no subject)';
  const back = make('button', { type: 'button', class: 'icon back', 'aria-label': 'Back to the list' }, icon(ICONS.back));
  back.addEventListener('click', leave);
  const hit = state.query ? tests(state.query) : [];
  const isOpen = (mail, position) => position === last || (hit.length > 0 && hit.every((test) => test(mail)));
  reader.replaceChildren(
    make('div', { class: 'head' }, back, make('h2', { id: 'subject', tabindex: '-1', dir: 'auto' }, subject)),
    make('p', { class: 'about' }, `${plural(held.length, 'mail')} in this conversation`),
    ...held.map((mail, position) => article(mail, position, isOpen(mail, position))));
  reader.scrollTop = 0;
  const first = reader.querySelector('.content:not([hidden])').closest('article');
  if (first.offsetTop - reader.offsetTop > reader.clientHeight * 0.7) first.scrollIntoView({ block: 'start' });
  mark(state.query, reader);
}

/** Go to the next or previous mail of the conversation. */
function step(by) {
  const buttons = [...reader.querySelectorAll('.from')];
  if (!buttons.length) return;
  const at = buttons.findIndex((button) => button.closest('article').contains(document.activeElement));
  const to = at < 0 ? buttons.length - 1 : Math.min(buttons.length - 1, Math.max(0, at + by));
  buttons[to].focus();
  if (buttons[to].getAttribute('aria-expanded') !== 'true') buttons[to].click();
  buttons[to].scrollIntoView({ block: 'nearest' });
}
