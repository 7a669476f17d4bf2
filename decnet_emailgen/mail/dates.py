"""Dates as mail clients write them: in the Date field, in attribution lines, in header blocks.

The forms are each client's own (realism is in the exceptions: German Gmail ends in "Uhr", Apple
and Gmail put U+202F before AM and PM since 2023, Outlook's British form has a leading zero).
Month and day names are those of CLDR in the width that client uses.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAY = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NNBSP = "\u202f"
_NNBSP_SINCE = date(2023, 9, 18)

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_LONG_MONTHS = {language: names.split() for language, names in _MONTHS.items()}
_SHORT_MONTHS = {
    language: names.split()
    for language, names in {
        "en-US": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
        "en-GB": "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec",
        "es": "ene feb mar abr may jun jul ago sept oct nov dic",
        "pt": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
        "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "de": "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "it": "gen feb mar apr mag giu lug ago set ott nov dic",
        "nl": "jan. feb. mrt. apr. mei jun. jul. aug. sep. okt. nov. dec.",
    }.items()
}
_DAYS = {
    language: names.split("|")
    for language, names in {
        "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
        "es": "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
        "pt": "segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado|domingo",
        "fr": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
        "de": "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag",
        "it": "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
        "nl": "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
    }.items()
}
_SHORT_DAYS = {
    language: names.split("|")
    for language, names in {
        "es": "lun|mar|mié|jue|vie|sáb|dom",
        "pt": "seg.|ter.|qua.|qui.|sex.|sáb.|dom.",
        "fr": "lun.|mar.|mer.|jeu.|ven.|sam.|dim.",
        "de": "Mo.|Di.|Mi.|Do.|Fr.|Sa.|So.",
        "it": "lun|mar|mer|gio|ven|sab|dom",
        "nl": "ma|di|wo|do|vr|za|zo",
        "ja": "月|火|水|木|金|土|日",
        "zh": "周一|周二|周三|周四|周五|周六|周日",
    }.items()
}
_ZONE_NAMES = {
    "de": {"CET": "MEZ", "CEST": "MESZ", "EET": "OEZ", "EEST": "OESZ"},
}


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The IANA zone, or UTC where no such zone exists."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def date_field(when: datetime, padded: bool = False) -> str:
    """The Date field (RFC 5322 section 3.3) without a comment; ``padded`` writes ``05 Oct``."""
    day = f"{when.day:02d}" if padded else str(when.day)
    return (
        f"{_DAY[when.weekday()]}, {day} {_MONTH[when.month - 1]} {when.year}"
        f" {when.hour:02d}:{when.minute:02d}:{when.second:02d} {offset(when)}"
    )


def received(when: datetime, blank: bool, comment: str = "") -> str:
    """The date of a Received field: Postfix pads the day with a blank, Dovecot with a zero."""
    day = f"{when.day:2d}" if blank else f"{when.day:02d}"
    return (
        f"{_DAY[when.weekday()]}, {day} {_MONTH[when.month - 1]} {when.year}"
        f" {when.hour:02d}:{when.minute:02d}:{when.second:02d} {offset(when)}"
        + (f" ({comment})" if comment else "")
    )


def offset(when: datetime) -> str:
    """``+0200``."""
    minutes = int((when.utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"


def _base(locale: str) -> str:
    return locale[:2]


def _short_months(locale: str) -> list[str]:
    return _SHORT_MONTHS.get(locale) or _SHORT_MONTHS[_base(locale)]


def clock(when: datetime, locale: str, seconds: bool = False, narrow: bool = False) -> str:
    """The time of day: ``10:02`` or ``10:02 AM``; ``narrow`` uses U+202F before AM and PM."""
    tail = f":{when.second:02d}" if seconds else ""
    if locale != "en-US":
        return f"{when.hour:02d}:{when.minute:02d}{tail}"
    blank = _NNBSP if narrow and when.date() >= _NNBSP_SINCE else " "
    half = "AM" if when.hour < 12 else "PM"
    return f"{when.hour % 12 or 12}:{when.minute:02d}{tail}{blank}{half}"


def thunderbird(when: datetime, locale: str) -> tuple[str, str]:
    """Date and time of Thunderbird's attribution line: the system's short forms."""
    d, m, y = when.day, when.month, when.year
    short = {
        "en-US": f"{m}/{d}/{y % 100:02d}",
        "en-GB": f"{d:02d}/{m:02d}/{y}",
        "es": f"{d}/{m}/{y % 100:02d}",
        "pt-BR": f"{d:02d}/{m:02d}/{y}",
        "pt-PT": f"{d:02d}/{m:02d}/{y % 100:02d}",
        "fr": f"{d:02d}/{m:02d}/{y}",
        "de": f"{d:02d}.{m:02d}.{y % 100:02d}",
        "it": f"{d:02d}/{m:02d}/{y % 100:02d}",
        "nl": f"{d:02d}-{m:02d}-{y}",
        "ja": f"{y}/{m:02d}/{d:02d}",
        "zh": f"{y}/{m}/{d}",
    }
    hour = f"{when.hour}:{when.minute:02d}" if locale in ("es", "ja") else clock(when, locale)
    return short[locale], hour


def gmail(when: datetime, locale: str) -> str:
    """Date and time as Gmail's attribution line and forwards have them."""
    d, m, y = when.day, when.month, when.year
    time = clock(when, locale, narrow=True)
    if locale == "en-US":
        return f"{_DAY[when.weekday()]}, {_MONTH[m - 1]} {d}, {y} at {time}"
    if locale == "en-GB":
        return f"{_DAY[when.weekday()]}, {d} {_short_months(locale)[m - 1]} {y} at {time}"
    if locale == "ja":
        return f"{y}年{m}月{d}日({_SHORT_DAYS['ja'][when.weekday()]}) {when.hour}:{when.minute:02d}"
    if locale == "zh":
        return f"{y}年{m}月{d}日{_SHORT_DAYS['zh'][when.weekday()]} {time}"
    if locale == "pt-PT":
        day = _DAYS["pt"][when.weekday()].removesuffix("-feira")
        return f"{day}, {d}/{m:02d}/{y} à(s) {time}"
    day, month = _SHORT_DAYS[_base(locale)][when.weekday()], _short_months(locale)[m - 1]
    return {
        "es": f"{day}, {d} {month} {y} a las {when.hour}:{when.minute:02d}",
        "pt-BR": f"{day}, {d} de {month} de {y} às {time}",
        "fr": f"{day} {d} {month} {y} à {time}",
        "de": f"{day}, {d}. {month} {y} um {time} Uhr",
        "it": f"{day} {d} {month} {y} alle ore {time}",
        "nl": f"{day} {d} {month} {y} om {time}",
    }[locale]


def apple(when: datetime, locale: str) -> str:
    """Date and time as Apple's attribution line has them."""
    d, m, y = when.day, when.month, when.year
    time = clock(when, locale, narrow=True)
    if locale == "de":
        return f"{d:02d}.{m:02d}.{y} um {time}"
    if locale == "pt-PT":
        return f"{d:02d}/{m:02d}/{y}, às {time}"
    if locale == "ja":
        return f"{y}/{m:02d}/{d:02d} {when.hour}:{when.minute:02d}"
    if locale == "zh":
        half = "上午" if when.hour < 12 else "下午"
        return f"{y}年{m}月{d}日，{half}{when.hour % 12 or 12}:{when.minute:02d}"
    month = _short_months(locale)[m - 1]
    return {
        "en-US": f"{month} {d}, {y}, at {time}",
        "en-GB": f"{d} {month.replace('Sept', 'Sep')} {y}, at {time}",
        "es": f"{d} {month} {y}, a las {when.hour}:{when.minute:02d}",
        "pt-BR": f"{d} de {month} de {y}, à(s) {time}",
        "fr": f"{d} {month} {y} à {time}",
        "it": f"{d} {month} {y}, alle ore {time}",
        "nl": f"{d} {month} {y} om {time}",
    }[locale]


def long_day(when: datetime, locale: str) -> str:
    """``5 October 2026`` as CLDR's long form has it."""
    d, m, y = when.day, when.month, when.year
    if locale in ("ja", "zh"):
        return f"{y}年{m}月{d}日"
    month = _LONG_MONTHS[_base(locale)][m - 1]
    if locale == "en-US":
        return f"{month} {d}, {y}"
    if locale == "de":
        return f"{d}. {month} {y}"
    return f"{d} de {month} de {y}" if _base(locale) in ("es", "pt") else f"{d} {month} {y}"


def zone_name(when: datetime, locale: str, gmt: str = "GMT{:+d}") -> str:
    """The zone as ICU's short name in that language, else an offset written as ``gmt`` has it."""
    name = when.tzname() or "UTC"
    if name == "UTC" or not name.isalpha():
        return name if name == "UTC" else _gmt(when, gmt)
    if locale == "en-US":
        return (
            name
            if name[-2:] in ("ST", "DT") and len(name) == 3 and name != "IST"
            else _gmt(when, gmt)
        )
    if name in ("GMT", "BST"):
        return name if locale == "en-GB" else "GMT" if name == "GMT" else _gmt(when, gmt)
    if name not in ("CET", "CEST", "EET", "EEST", "WET", "WEST"):
        return _gmt(when, gmt)
    if locale == "fr":
        return _gmt(when, gmt.replace("GMT", "UTC"))
    return _ZONE_NAMES.get(locale, {}).get(name, name)


def _gmt(when: datetime, form: str) -> str:
    minutes = int((when.utcoffset() or timedelta()).total_seconds()) // 60
    if form.endswith("{:+d}") and minutes % 60 == 0:
        return form.format(minutes // 60) if minutes else form[:-5]
    sign = "-" if minutes < 0 else "+"
    return f"{form.partition('{')[0]}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def apple_forward(when: datetime, locale: str) -> str:
    """The Date line of Apple's forwards: long day, time with seconds, zone."""
    time = clock(when, locale, seconds=True, narrow=True)
    joint = {"en-US": " at ", "en-GB": " at ", "de": " um ", "fr": " à ", "nl": " om "}
    between = joint.get(locale, ", " if _base(locale) in ("es", "pt") else " ")
    return f"{long_day(when, locale)}{between}{time} {zone_name(when, locale)}"


def k9(when: datetime, locale: str) -> str:
    """Long date and long time of Android in that language."""
    zone = zone_name(when, locale, "GMT{}").replace("UTC+", "GMT+").replace("UTC-", "GMT-")
    hour = f"{when.hour}:{when.minute:02d}:{when.second:02d}"
    time = hour if locale in ("es", "ja") else clock(when, locale, seconds=True)
    if locale in ("fr", "es"):
        zone = _gmt(when, "GMT{}")
    if locale == "zh":
        return f"{long_day(when, locale)} {zone} {time}"
    return f"{long_day(when, locale)} {time} {zone}"


def outlook(when: datetime, locale: str) -> str:
    """The Sent line of Outlook's header block: the system's long date and short time."""
    time = clock(when, locale)
    if locale == "en-US":
        return f"{_DAYS['en'][when.weekday()]}, {long_day(when, locale)} {time}"
    if locale == "en-GB":
        return f"{when.day:02d} {_LONG_MONTHS['en'][when.month - 1]} {when.year} {time}"
    if locale in ("ja", "zh", "pt-PT"):
        return f"{long_day(when, locale)} {time}"
    day = _DAYS[_base(locale)][when.weekday()]
    joint = ", " if locale in ("es", "pt-BR", "de") else " "
    if locale == "es":
        time = f"{when.hour}:{when.minute:02d}"
    return f"{day}{joint}{long_day(when, locale)} {time}"
