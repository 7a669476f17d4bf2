"""Who speaks to whom: greetings, sign-offs and signatures that fit the mail's people.

The mail room adds the author's signature block, so whatever a model puts below the name goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.forms import first_name, person_name, spoken_name
from decnet_emailgen.generate.lexicon import Lexicon, lexicon, listed, words_of

_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: (?:[^\W\d_][\w'’.-]*|de|van|von|der|den|da|di|del)){0,3}")
_OWN_GAP = re.compile(
    r"^[\[<{(][^\]>})\n]*(?:name|nombre|nome|nom|naam|naam)[^\]>})\n]*[\]>})]\W*$", re.IGNORECASE
)
_GAP = re.compile(r"\[[^\]\n]{2,40}\]|\{\{?[^{}\n]{2,40}\}?\}|<[^<>@\n]{2,40}>")
_DELIMITER = re.compile(r"^-- ?$", re.MULTILINE)
EVERYBODY = words_of("everybody")
_GIVEN = re.compile(rf"(?<![\w-])(?:{listed('given_names')})(?![\w-])")


@dataclass(frozen=True, slots=True)
class Parts:
    """A body taken apart; joined again it is the same but for blank lines."""

    greeting: str
    body: str
    signoff: str
    name: str
    rest: str


def take_apart(text: str, words: Lexicon, own: frozenset[str]) -> Parts:
    """Greeting line, body, sign-off line, name line, and what stands below the name."""
    text = _DELIMITER.split(text)[0].rstrip()
    lines = text.split("\n")
    greeting = ""
    found = words.greetings.match(lines[0])
    vocative = len(lines) > 1 and lines[0].rstrip().endswith(",") and _plain(lines[0]) in own
    if (found is not None and len(lines[0].split()) <= 6) or vocative:
        greeting, lines = lines[0].strip(), lines[1:]
    at = _signoff(lines, words, own)
    if at is None:
        return Parts(greeting, "\n".join(lines).strip(), "", "", "")
    after = [line.strip() for line in lines[at + 1 :] if line.strip()]
    signoff, name = lines[at].strip(), after[0] if after else ""
    if _plain(signoff) in own:
        signoff, name, after = "", signoff, ["", *after]
    return Parts(greeting, "\n".join(lines[:at]).strip(), signoff, name, "\n".join(after[1:]))


def _signoff(lines: list[str], words: Lexicon, own: frozenset[str]) -> int | None:
    """The line where the end begins: a sign-off, thanks by themselves, or the author's name."""
    final = max((i for i, line in enumerate(lines) if line.strip()), default=0)
    for n in range(len(lines)):
        line = lines[n].strip()
        if not line or len(line.split()) > 6:
            continue
        last = n == final
        if words.signoffs.match(line) and (n or not last):
            return n
        if n < len(lines) - 9:
            continue
        if words.thanks.match(line) and n and not last and not line.endswith((".", "!", "?")):
            return n
        if n and _plain(line) in own:
            return n
    return None


def others(brief: Brief) -> frozenset[str]:
    """What the recipients and the authors of the thread are called by, in small letters."""
    parties = [*brief.pick.recipients, *(mail.sender for mail in brief.pick.thread)]
    return frozenset().union(*(names_of(party.name) for party in parties))


def says_something(text: str, brief: Brief) -> bool:
    """Whether anything is left without greeting, sign-off, and the names and roles of people."""
    own = names_of(brief.pick.sender.name)
    words = lexicon(brief.language)
    parts = take_apart(text, words, own)
    body = f"{words.greetings.sub('', parts.greeting)} {parts.body}".lower()
    for party in (brief.pick.sender, *brief.pick.recipients):
        for known in (party.role, spoken_name(party.name), *spoken_name(party.name).split()):
            body = body.replace(known.lower(), " ") if known else body
    return any(c.isalnum() for c in body)


def stranger(text: str, brief: Brief) -> str:
    """A given name that models like and that nobody of this conversation bears, or nothing."""
    found = _GIVEN.findall(text)
    if not found:
        return ""
    pick = brief.pick
    known = [pick.sender.name, pick.sender.organisation, pick.sender.signature, pick.topic]
    known += [fact.value for fact in pick.beat.facts]
    known += [party.name for party in (*pick.recipients, *(mail.sender for mail in pick.thread))]
    known += [part for mail in pick.thread for part in (mail.subject, mail.text)]
    said = " ".join(known)
    return next((name for name in found if name not in said), "")


def names_of(full: str) -> frozenset[str]:
    """What somebody signs with or is called by, in small letters."""
    full = spoken_name(full)
    words = full.split()
    initials = "".join(word[0] for word in words)
    first = first_name(full)
    forms = {
        full,
        first,
        initials,
        words[-1] if words else "",
        f"{first[:1]}. {words[-1]}" if words else "",
    }
    return frozenset(_plain(form) for form in forms if form)


def _plain(text: str) -> str:
    return text.lower().strip(" .,!;:-–*_\t")


def settle(text: str, brief: Brief) -> tuple[str, list[str], tuple[str, str]]:
    """The text with its people set right, the repairs, and (reason, detail) if they can't be."""
    pick = brief.pick
    own = names_of(pick.sender.name)
    parts = take_apart(text, lexicon(brief.language), own)
    repairs: list[str] = []
    greeting, problem = _greeting(parts.greeting, brief, own)
    if problem:
        return text, repairs, ("wrong-recipient", problem)
    if greeting != parts.greeting:
        repairs.append("greeting-name")
    name, problem = _name(parts, brief, own)
    if not parts.name and not problem:
        problem = _other_name(parts.body, brief, own)
    if problem:
        return text, repairs, ("wrong-signature", problem)
    if name != parts.name:
        repairs.append("signature-name")
    if parts.rest or _DELIMITER.search(text):
        repairs.append("signature")
    end = "\n".join(line for line in (parts.signoff, name) if line)
    body = _without_block(parts.body, pick.sender.signature)
    if body != parts.body:
        repairs.append("signature")
    whole = "\n\n".join(part for part in (greeting, body, end) if part)
    return (whole if repairs else text.strip()), list(dict.fromkeys(repairs)), ("", "")


def _greeting(line: str, brief: Brief, own: frozenset[str]) -> tuple[str, str]:
    """The greeting with the recipient's name; a problem if the author greets themself."""
    if not line:
        return "", ""
    if brief.pick.to and _GAP.search(line):
        return _GAP.sub(first_name(brief.pick.to[0].name), line, count=1), ""
    found = lexicon(brief.language).greetings.match(line)
    called = _NAME.search(line, found.end() if found else 0)
    if called is None or any(word in EVERYBODY for word in _plain(called[0]).split()):
        return line, ""
    people = [*brief.pick.to, *brief.pick.cc]
    known = frozenset().union(*(_called(party.name) for party in people))
    words = set(_plain(called[0]).split())
    if words & known:
        return line, ""
    if words & _called(brief.pick.sender.name):
        return line, f"greets {called[0]}"
    if not called[0][:1].isupper() or not brief.pick.to:
        return line, ""
    return line[: called.start()] + first_name(brief.pick.to[0].name) + line[called.end() :], ""


def _called(name: str) -> frozenset[str]:
    return frozenset(_plain(word) for word in spoken_name(name).split()) - {""}


def _name(parts: Parts, brief: Brief, own: frozenset[str]) -> tuple[str, str]:
    """The name to sign with; a problem if it is somebody else's."""
    name = parts.name
    if (
        not name
        or _plain(name) in own
        or set(_plain(name).split()) & _called(brief.pick.sender.name)
    ):
        return name, ""
    if _OWN_GAP.match(name):
        return first_name(brief.pick.sender.name), ""
    others = frozenset().union(frozenset(), *(_called(p.name) for p in brief.pick.recipients))
    if set(_plain(name).split()) & others or _is_name(name):
        return name, f"signs as {name}"
    return "", ""


def _other_name(body: str, brief: Brief, own: frozenset[str]) -> str:
    """A problem if the last line is the name of somebody else, where the author's would be."""
    head, _, last = body.rstrip().rpartition("\n")
    name = last.strip(" -–—~*,")
    if not head or not name or last.rstrip()[-1] in "?!:" or _plain(name) in own:
        return ""
    words = {_plain(word) for word in name.split()}
    strangers = words <= frozenset().union(*(_called(p.name) for p in brief.pick.recipients), own)
    known = strangers or _plain(name) in others(brief) or _GIVEN.fullmatch(name) is not None
    return f"signs as {name}" if known else ""


def _is_name(line: str) -> bool:
    words = line.strip(" .,").split()
    return 1 <= len(words) <= 3 and all(word[:1].isupper() and word.isalpha() for word in words)


def _without_block(body: str, signature: str) -> str:
    """The body without the author's signature block at its end, in whatever line breaks."""
    lines = [line.strip() for line in signature.split("\n") if line.strip()]
    if not lines:
        return body
    kept = body.rstrip().split("\n")
    while kept and (not kept[-1].strip() or kept[-1].strip() in lines):
        kept.pop()
    return "\n".join(kept) if kept else body


def people_in(brief: Brief) -> frozenset[str]:
    """Addresses that may appear: those of the mail's people and facts."""
    pick = brief.pick
    parties = [pick.sender, *pick.recipients, *(m.sender for m in pick.thread)]
    parties += [party for mail in pick.thread for party in (*mail.to, *mail.cc)]
    return frozenset(party.email.lower() for party in parties)


def person_names(value: str) -> frozenset[str]:
    """The names by which a person fact may be mentioned."""
    return _called(person_name(value))
