// Search: every word must occur; from:, to: and has:file narrow it. Case and accents don't count.

const LETTERS = { ø: 'o', ß: 'ss', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ð: 'd', þ: 'th', ı: 'i' };

/** A text in small letters without accents. */
const folded = (text) =>
  text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/[øßæœłđðþı]/g, (letter) => LETTERS[letter]);

const peopleFolded = people.map((person) => folded(`${person.name} ${person.email}`));

const peopleText = (numbers) => numbers.map((each) => peopleFolded[each]).join(' ');

/** What is searched in a mail; made when it is first needed. */
function haystack(mail) {
  if (mail.hay === undefined) {
    const files = mail.files.map(([name]) => name).join(' ');
    const text = folded(`${mail.subject} ${mail.own} ${mail.signature} ${files}`);
    mail.hay = `${text} ${peopleText([mail.from, ...mail.to, ...mail.cc, ...mail.bcc])}`;
  }
  return mail.hay;
}

/** What a person typed as tests that a mail must pass; a phrase stands in quotation marks. */
function tests(query) {
  const made = [];
  for (const [, field, phrase, word] of folded(query).matchAll(/(?:(from|to|has):)?(?:"([^"]*)"?|(\S+))/g)) {
    const wanted = phrase === undefined ? word : phrase;
    if (field === 'from') made.push((mail) => peopleFolded[mail.from].includes(wanted));
    else if (field === 'to') made.push((mail) => peopleText([...mail.to, ...mail.cc, ...mail.bcc]).includes(wanted));
    else if (field === 'has') made.push((mail) => mail.files.length > 0);
    else if (wanted) made.push((mail) => haystack(mail).includes(wanted));
  }
  return made;
}

/** The words of a query that can be marked in a text. */
const wordsOf = (query) =>
  query.split(/[\s"]+/).filter((word) => word.length > 1 && !/^(from|to|has):/i.test(word));

/** Mark words where they stand, without touching the text (CSS Custom Highlight API). */
function mark(query, root) {
  if (!window.Highlight || !CSS.highlights) return;
  CSS.highlights.delete('found');
  const words = wordsOf(query).map((word) => word.toLowerCase());
  if (!words.length) return;
  const ranges = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && ranges.length < 500) {
    const text = walker.currentNode.data.toLowerCase();
    if (text.length !== walker.currentNode.data.length) continue;
    for (const word of words) {
      for (let at = text.indexOf(word); at >= 0 && ranges.length < 500; at = text.indexOf(word, at + word.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + word.length);
        ranges.push(range);
      }
    }
  }
  CSS.highlights.set('found', new Highlight(...ranges));
}
