"""What a company's papers look like: all that a letterhead and a program's template fix once.

Keyed by the company's name, so each has its own, and always the same. Addresses and numbers are
invented: bank codes and companies' numbers are of ranges that nobody is given.
"""

from __future__ import annotations

from colorsys import hls_to_rgb
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from decnet_emailgen.mail.files.terms import terms

FONTS = ("DejaVuSansCondensed", "OpenSans", "Roboto")
_PROGRAMS = (
    ("mPDF 8.0.17", "", "1.4"),
    ("mPDF 8.1.6", "", "1.4"),
    ("TCPDF 6.4.4 (http://www.tcpdf.org)", "TCPDF", "1.7"),
    ("TCPDF 6.6.2 (http://www.tcpdf.org)", "Dolibarr 17.0.2", "1.7"),
    ("Skia/PDF m112", "Chromium", "1.4"),
    ("Skia/PDF m124", "Chromium", "1.4"),
)
_CODES = {
    "DE": ("5{n4} {city}", 18), "ES": ("{n5} {city}", 20), "FR": ("{n5} {city}", 23),
    "IT": ("{n5} {city}", 23), "NL": ("{n4} AB  {city}", 14), "PT": ("{n4}-{n3} {city}", 21),
    "GB": ("{city} {a}{n1} {n1}BD", 18), "AT": ("{n4} {city}", 16), "BE": ("{n4} {city}", 12),
}  # fmt: skip
_CITIES = {
    "DE": ("Hannover", "Karlsruhe", "Bremen", "Dortmund"), "ES": ("Zaragoza", "Vigo", "Murcia"),
    "FR": ("Nantes", "Lyon", "Lille"), "IT": ("Parma", "Verona", "Bari"),
    "NL": ("Utrecht", "Breda", "Zwolle"), "PT": ("Braga", "Aveiro", "Leiria"),
    "GB": ("Leeds", "Bristol", "Derby"), "AT": ("Linz", "Graz"), "BE": ("Gent", "Namur"),
}  # fmt: skip
_SPEAKS = {"DE": "de", "AT": "de", "ES": "es", "FR": "fr", "IT": "it", "NL": "nl", "PT": "pt"}


@dataclass(frozen=True, slots=True)
class Look:
    """One company's paper.

    ``colour`` and ``pale`` are RGB; ``table`` is how rows are set apart (fill, rules, grid),
    ``meta`` where the numbers stand (box, row), ``left`` whether the logo is on the left.
    """

    name: str
    street: str
    city: str
    country: str
    vat_id: str
    bank: str
    phone: str
    colour: tuple[int, int, int]
    pale: tuple[int, int, int]
    font: str
    size: float
    table: str
    meta: str
    left: bool
    capitals: bool
    mark: int
    program: tuple[str, str, str]

    @property
    def address(self) -> str:
        """Street and town in a line."""
        return f"{self.street}, {self.city}"


@lru_cache(maxsize=256)
def look(name: str, country: str) -> Look:
    """The look of a company in a country (ISO 3166)."""
    draw = Random(f"look\x1f{name}")
    hue, light = draw.random(), draw.choice((0.2, 0.25, 0.3, 0.34))
    saturation = draw.choice((0.0, 0.3, 0.45, 0.55))
    home = country if country in _CODES else "GB"
    streets = terms(_SPEAKS.get(home, "en"))["streets"]
    city = draw.choice(_CITIES[home])
    return Look(
        name=name,
        street=draw.choice(streets).format(n=draw.randint(2, 88)),
        city=_town(home, city, draw),
        country=country,
        vat_id=_vat_id(home, draw),
        bank=_iban(home, draw),
        phone=_phone(home, draw),
        colour=_rgb(hue, light, saturation),
        pale=_rgb(hue, 0.93, saturation),
        font=draw.choice(FONTS),
        size=draw.choice((8.5, 9.0, 9.0, 9.5)),
        table=draw.choice(("fill", "rules", "rules", "grid", "stripes")),
        meta=draw.choice(("box", "box", "row")),
        left=draw.random() < 0.6,
        capitals=draw.random() < 0.35,
        mark=Random(f"mark\x1f{name}").randrange(6),
        program=Random(f"program\x1f{name}").choice(_PROGRAMS),
    )


def _rgb(hue: float, light: float, saturation: float) -> tuple[int, int, int]:
    red, green, blue = hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _digits(draw: Random, count: int) -> str:
    return "".join(draw.choices("0123456789", k=count))


def _town(country: str, city: str, draw: Random) -> str:
    return _CODES[country][0].format(
        city=city, n5=f"{draw.randint(11000, 48999)}", n4=f"{draw.randint(1100, 8999)}",
        n3=f"{draw.randint(100, 899)}", n1=draw.randint(2, 9), a=city[:2].upper(),
    )  # fmt: skip


def _vat_id(country: str, draw: Random) -> str:
    """A number of the country's form, whose check digits don't hold."""
    forms = {
        "DE": "DE9{8}", "ES": "B99{6}", "FR": "FR00{9}", "IT": "IT9{10}", "NL": "NL9{8}B01",
        "PT": "PT59{7}", "GB": "GB 9{2} {4} {2}", "AT": "ATU9{7}", "BE": "BE 09{2}.{3}.{3}",
    }  # fmt: skip
    out, form = "", forms[country]
    while "{" in form:
        before, _, rest = form.partition("{")
        count, _, form = rest.partition("}")
        out += before + _digits(draw, int(count))
    return out + form


def _iban(country: str, draw: Random) -> str:
    """An IBAN whose check digits hold (ISO 13616) and whose bank code (9…) nobody has."""
    length = _CODES[country][1]
    bank = {"GB": "ZZZZ", "NL": "ZZZZ"}.get(country, "99")
    account = bank + _digits(draw, length - len(bank))
    if country in ("FR", "IT"):
        account = ("Z" if country == "IT" else "9") + account[1:]
    number = "".join(str(int(char, 36)) for char in f"{account}{country}00")
    iban = f"{country}{98 - int(number) % 97:02d}{account}"
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _phone(country: str, draw: Random) -> str:
    codes = {"DE": "+49 511 ", "ES": "+34 976 ", "FR": "+33 2 40 ", "IT": "+39 0521 ",
             "NL": "+31 30 ", "PT": "+351 253 ", "GB": "+44 113 496 0", "AT": "+43 732 ",
             "BE": "+32 9 "}  # fmt: skip
    return f"{codes[country]}{draw.randint(100, 999)}" + (
        "" if country == "GB" else f" {draw.randint(10, 99)}-0" if country in ("DE", "AT") else
        f" {draw.randint(100, 999)}"
    )  # fmt: skip
