"""The prompt: a pure function of the brief, its constant part first.

Model servers keep the state of a prompt's beginning (llama.cpp, vLLM and Ollama all do), so what
is the same for every mail stands first, then what is the same for an author, then the thread and
the task.
"""

from __future__ import annotations

from decnet_emailgen.generate.attached import told
from decnet_emailgen.generate.brief import Brief, marked_intent
from decnet_emailgen.generate.forms import DEFAULT_DATES, Slots, language_name
from decnet_emailgen.generate.phrases import library
from decnet_emailgen.records import Earlier

PARENT_CHARACTERS = 1500
EARLIER_CHARACTERS = 500
THREAD_CHARACTERS = 3000

RULES = """\
You write one e-mail of a busy office worker, exactly as that person would type it.
Write plain text only: no markup, no notes, no explanation, no quoted mail below.
Keep to the facts you get, spelled exactly as given. Invent no names, numbers, dates or amounts, \
no addresses and no links. Leave no gaps in brackets. \
Say that something is attached only if you are told so.
Write like a person at work: plain words, short, to the point, a little dry. No stock phrases such \
as "I hope this finds you well".
End with at most a short closing and the first name; a signature block is added afterwards.
Be as long as you are told: many real mails are one or two lines."""

TONES = {
    "formal": "formal and polite",
    "direct": "direct and brief",
    "casual": "relaxed and casual",
    "technical": "matter-of-fact, technical",
}


def rules(brief: Brief) -> str:
    """The rules, which nobody's mail should repeat."""
    return RULES if brief.pick.sender.uses_llms_heavily else f"{RULES}\nNever use em dashes."


def system(brief: Brief) -> str:
    """What is the same for every mail, then what is the same for its author."""
    sender = brief.pick.sender
    tone = sender.tone_custom or TONES.get(sender.tone, sender.tone)
    return (
        f"{rules(brief)}\n\nYou are {sender.name}, {sender.role}"
        f"{f' at {sender.organisation}' if sender.organisation else ''}. Your tone is {tone}."
    )


def user(brief: Brief, complaint: str = "") -> str:
    """The thread so far and the task; ``complaint`` says what was wrong with the last answer."""
    pick = brief.pick
    parts = [*_thread(pick.thread, brief), *_task(brief)]
    if complaint:
        parts.append(f"Your last attempt was refused: {complaint}")
    parts.append(_shape(brief))
    return "\n".join(parts)


def messages(brief: Brief, complaint: str = "") -> list[dict[str, str]]:
    """The prompt as chat messages."""
    return [
        {"role": "system", "content": system(brief)},
        {"role": "user", "content": user(brief, complaint)},
    ]


def _task(brief: Brief) -> list[str]:
    pick = brief.pick
    language = language_name(brief.language)
    to = ", ".join(f"{party.name}{f' ({party.role})' if party.role else ''}" for party in pick.to)
    deed = {"new": "Write a mail", "forward": "Forward the mail above, with a line of your own,"}
    lines = [
        f"{deed.get(pick.kind, 'Write your reply')} to {to}.",
        f"Language: {language}. {_address(brief)}",
        f"The matter: {pick.topic}. What this mail has to do: {intent(brief)}.",
        f"It is {brief.when:%A, %d %B %Y}, {brief.when:%H:%M}.",
    ]
    if pick.kind == "followup":
        lines[0] = f"You have had no answer to your last mail; write to {to} again."
    if pick.beat.attachments:
        lines.append(told(pick))
    if pick.sender.mannerisms:
        lines.append(f"Habits of yours, to be used lightly: {'; '.join(pick.sender.mannerisms)}.")
    lines.append(f"Length: {_length(brief)}")
    return lines


def _address(brief: Brief) -> str:
    relation = brief.pick.beat.relation or "colleague"
    manner = "formal address (Sie, usted, vous)" if brief.pick.beat.formal else "informal address"
    return f"The recipient is a {relation}; use {manner}."


def _length(brief: Brief) -> str:
    if brief.words <= 12:
        return f"one line, at most {max(4, brief.words)} words, no greeting and no closing."
    if brief.device == "phone":
        return f"about {brief.words} words, typed on a phone, no greeting."
    return f"about {brief.words} words."


def _shape(brief: Brief) -> str:
    if brief.wants_subject:
        return "Answer with a line `Subject: ...`, an empty line, and the mail."
    return "Answer with the text of the mail only, without a subject."


def intent(brief: Brief) -> str:
    """What the mail has to do, its facts put in words of the mail's language."""
    text = marked_intent(brief.pick)
    slots = fact_words(brief)
    for fact in brief.pick.beat.facts:
        mark = f"{{{fact.name}}}"
        if mark in text:
            text = text.replace(mark, slots[fact.name])
    return text


def fact_words(brief: Brief) -> Slots:
    """The facts in words of the mail's language."""
    shelf = library().language(brief.language)
    return brief.slots(shelf.mail.dates if shelf else DEFAULT_DATES)


def _thread(thread: tuple[Earlier, ...], brief: Brief) -> list[str]:
    """The thread so far, oldest first, trimmed from the far end to a budget of characters."""
    if not thread:
        return []
    shown: list[str] = []
    left = THREAD_CHARACTERS
    for n, mail in enumerate(reversed(thread)):
        text = mail.text.strip()
        limit = min(left, PARENT_CHARACTERS if n == 0 else EARLIER_CHARACTERS)
        if left <= 0 or (n and not text):
            break
        text = text if len(text) <= limit else f"{text[:limit].rstrip()} [...]"
        author = "You" if mail.sender.email == brief.pick.sender.email else mail.sender.name
        shown.append(f"{author} wrote:\n{text}")
        left -= len(text)
    return [f"The conversation so far, subject {thread[-1].subject!r}:", *reversed(shown), ""]
