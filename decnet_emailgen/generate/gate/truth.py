"""Facts: those of the brief appear, and nothing else is made up."""

from __future__ import annotations

import re
from datetime import date, time

from decnet_emailgen.generate.brief import Brief
from decnet_emailgen.generate.forms import DEFAULT_DATES, date_words, number_words
from decnet_emailgen.generate.gate.days import day_name
from decnet_emailgen.generate.gate.people import people_in, person_names
from decnet_emailgen.generate.lexicon import base, lexicon, listed
from decnet_emailgen.generate.phrases import library
from decnet_emailgen.records import Fact

_CURRENCY = f"(?:{listed('currencies')})"
_AMOUNT = r"\d{1,3}(?:[.,' ’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?(?!\d)"
_MONEY = re.compile(
    rf"{_CURRENCY}\s?({_AMOUNT})(\s?[kKmM]\b)?|({_AMOUNT})(\s?[kKmM])?\s?{_CURRENCY}(?!\w)"
)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|io)/\S*", re.IGNORECASE)
_PHONE = re.compile(
    r"(?<![\w/-])(?:\+\d{1,3}[ ./-]?)?(?:\(\d{2,5}\)[ ./-]?)\d{2,4}[ ./-]?\d{2,5}\b"
    r"|(?<!\w)\+\d{1,3}(?:[ ./-]?\d{2,4}){3,}|\b\d{3}-\d{3,4}-\d{4}\b|\b555-\d{4}\b"
    r"|(?<![\w.,-])0\d{1,5}(?:[ ./-]{1,3}\d{2,8}){1,5}(?![\w-])"
)
_SHARE = re.compile(r"(?<!\w)\\\\\w+(?:\\[\w.-]+)*|\b(?:ftp|smb|file)://\S+")
_PERCENT = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?)\s?(?:%|(?:percent|per cent|prozent|por ciento|por cento"
    r"|pour cent|per cento|procent)\b)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d:.,/-])([01]?\d|2[0-3])[:h]([0-5]\d)(?![\d:])")
_NUMBERED = re.compile(r"(?<![\w-])[A-Z]{2,4}-\d{4,8}(?![\w-])")
_DIGITS = re.compile(r"\d+")


def missing(text: str, brief: Brief) -> str:
    """A fact that should appear and doesn't, as ``name (value)``; or nothing.

    A first mail has to carry its facts; later ones are read with the mail they answer, so that
    what the thread holds already may be left out.
    """
    facts = {fact.name: fact for fact in brief.pick.beat.facts}
    said = text + "\n" + (brief.pick.thread[-1].text if brief.pick.thread else "")
    for names in brief.needed:
        if not any(appears(facts[name], said, brief) for name in names):
            return " or ".join(f"{name} ({facts[name].value})" for name in names)
    return ""


def appears(fact: Fact, text: str, brief: Brief) -> bool:
    """Whether a fact is mentioned, in any of the ways people have for its kind."""
    lower = text.lower()
    match fact.kind:
        case "money":
            return _amount(fact.value.partition(" ")[0]) in {_amount(a) for a in _amounts(text)}
        case "date":
            return any(form.lower() in lower for form in _dates(fact.value, brief))
        case "time":
            squeezed = lower.replace(" ", "")
            return any(form in squeezed for form in _times(fact.value, brief.language))
        case "person":
            return bool(person_names(fact.value) & set(re.findall(r"[\w'’.-]+", lower)))
        case "number":
            return _number(fact.value, lower, brief.language)
    return _squeezed(fact.value) in _squeezed(text)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())


def _number(value: str, lower: str, language: str) -> bool:
    if re.search(rf"(?<!\d){re.escape(value)}(?!\d)", lower):
        return True
    if number_words(value, language) in lower:
        return True
    small = lexicon(language).numbers
    return (
        value.isdigit()
        and int(value) < len(small)
        and bool(re.search(rf"\b{small[int(value)]}\w{{0,2}}\b", lower))
    )


def _dates(value: str, brief: Brief) -> list[str]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return [value]
    today, language = brief.when.date(), brief.language
    shelf = library().language(language)
    dates = shelf.mail.dates if shelf else DEFAULT_DATES
    forms = [date_words(day, form, today, language, dates) for form in ("", "on", "by", "full")]
    months = (day_name(day, "MMMM", language), day_name(day, "MMM", language).rstrip("."))
    forms += [f"{day.day} {m}" for m in months] + [f"{m} {day.day}" for m in months]
    forms += [f"{day.day}. {m}" for m in months] + [
        f"{day.day} de {months[0]}",
        f"{day.day}º de {months[0]}",
    ]
    forms += [value, f"{day.day}.{day.month}.", f"{day.day:02}.{day.month:02}."]
    forms += [
        f"{day.day}/{day.month}",
        f"{day.day:02}/{day.month:02}",
        f"{day.month}/{day.day}",
        f"{day.day:02}-{day.month:02}",
    ]
    if abs((day - today).days) < 8:
        forms.append(day_name(day, "EEEE", language).removesuffix("-feira"))
    return [form for form in forms if form]


_HALF = {
    "de": ("halb{next}",),
    "nl": ("half{next}",),
    "en": ("half{hour}", "halfpast{hour}"),
    "es": ("{hour}ymedia",),
    "pt": ("{hour}emeia",),
    "fr": ("{hour}heuresetdemie",),
    "it": ("{hour}emezz",),
}


def _half(hour: int, language: str) -> list[str]:
    """Half past an hour in words, without blanks: "halb drei" is half past two."""
    numbers = lexicon(language).numbers
    if len(numbers) < 13:
        return []
    said = {"hour": numbers[(hour - 1) % 12 + 1], "next": numbers[hour % 12 + 1]}
    return [form.format(**said) for form in _HALF.get(base(language), ())]


def _times(value: str, language: str) -> list[str]:
    try:
        clock = time.fromisoformat(value)
    except ValueError:
        return [value]
    h, m, twelve = clock.hour, clock.minute, (clock.hour - 1) % 12 + 1
    half = "am" if h < 12 else "pm"
    forms = [f"{h:02}{sep}{m:02}" for sep in ":.h"] + [f"{h}{sep}{m:02}" for sep in ":.h"]
    forms += [f"{twelve}:{m:02}", f"{twelve}.{m:02}"]
    if m == 30:
        forms += _half(h, language)
    if m == 0:
        forms += [
            f"{h}uhr",
            f"{h}h",
            f"{twelve}{half}",
            f"{twelve}{half[0]}.m",
            f"alle{h}",
            f"ore{h}",
            f"at{twelve}",
            f"às{h}",
            f"las{h}",
            f"las{twelve}",
            f"{twelve}o'clock",
            f"{h}uur",
        ]
    return forms


def _amounts(text: str) -> list[str]:
    found = [m[1] or m[3] for m in _MONEY.finditer(text)]
    return found + re.findall(_AMOUNT, text)


def _amount(written: str) -> str:
    """An amount in cents, whatever signs group it: ``1.250,00`` and ``1,250`` are the same."""
    bare = re.sub(r"[^\d.,]", "", written).strip(".,")
    cents = re.search(r"[.,](\d{1,2})$", bare)
    whole = re.sub(r"\D", "", bare[: cents.start()] if cents else bare)
    return f"{whole.lstrip('0')}.{(cents[1] if cents else '').ljust(2, '0')}"


def changed(text: str, brief: Brief) -> str:
    """An amount of money or a number like one of the facts' that nobody gave, or nothing."""
    facts = brief.pick.beat.facts
    earlier = "\n".join(f"{mail.subject}\n{mail.text}" for mail in brief.pick.thread)
    known = {_amount(fact.value.partition(" ")[0]) for fact in facts}
    known |= {_amount(amount) for amount in _amounts(earlier)}
    for found in _MONEY.finditer(text):
        amount = found[1] or found[3]
        if _amount(amount) not in known and not (found[2] or found[4]):
            return found[0].strip()
    return _another(text, brief, earlier) or _misspelt_number(text, brief, earlier)


def _another(text: str, brief: Brief, earlier: str) -> str:
    """A percentage or a time beside the one that was given, or the number of another paper."""
    facts = {fact.name: fact for fact in brief.pick.beat.facts}
    given = earlier + " " + " ".join(fact.value for fact in facts.values())
    if "percent" in facts:
        known = {facts["percent"].value, *_PERCENT.findall(given)}
        for found in _PERCENT.finditer(text):
            if found[1] not in known:
                return found[0]
    times = [fact.value for fact in facts.values() if fact.kind == "time"]
    if times:
        wanted = {form for value in times for form in _times(value, brief.language)}
        wanted |= {found[0] for found in _CLOCK.finditer(given)}
        for found in _CLOCK.finditer(text):
            if found[0] not in wanted:
                return found[0]
    return next((found for found in _NUMBERED.findall(text) if found not in given), "")


def _misspelt_number(text: str, brief: Brief, earlier: str) -> str:
    values = [
        f.value for f in brief.pick.beat.facts if f.kind == "text" and _DIGITS.search(f.value)
    ]
    for value in values:
        shape = re.compile(
            rf"(?<!\w){_DIGITS.sub(lambda m: rf'[0-9]{{{len(m[0])}}}', re.escape(value))}(?!\w)"
        )
        if len(re.sub(r"\D", "", value)) < 3 or not re.search(r"\D", value):
            continue
        for found in shape.findall(text):
            if found not in values and found not in earlier:
                return str(found)
    return ""


def invented(text: str, brief: Brief) -> str:
    """An address, link or phone number that nobody gave, or nothing."""
    known = people_in(brief)
    given = " ".join(f.value for f in brief.pick.beat.facts) + brief.pick.beat.intent
    given += " ".join(mail.text for mail in brief.pick.thread) + brief.pick.sender.signature
    for found in _ADDRESS.findall(text):
        if found.lower().rstrip(".") not in known and found not in given:
            return str(found)
    for pattern in (_LINK, _SHARE, _PHONE):
        for match in pattern.finditer(text):
            if match[0] not in given:
                return match[0]
    return ""
