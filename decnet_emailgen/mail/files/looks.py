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
_PLACES: dict[str, tuple[str, ...]] = {
    "DE": ("Hannover 301## +49 511 ###-0", "Karlsruhe 761## +49 721 ###-0",
           "Bremen 281## +49 421 ###-0", "Dortmund 441## +49 231 ####-0"),
    "ES": ("Zaragoza 500## +34 976 ### ###", "Vigo 362## +34 986 ### ###",
           "Murcia 300## +34 968 ### ###", "Valladolid 470## +34 983 ### ###"),
    "FR": ("Nantes 44#00 +33 2 40 ## ## ##", "Lyon 6900# +33 4 78 ## ## ##",
           "Lille 59#00 +33 3 20 ## ## ##"),
    "IT": ("Parma 431## +39 0521 ######", "Verona 371## +39 045 #######",
           "Bari 701## +39 080 #######"),
    "NL": ("Utrecht 35##_AB +31 30 ### ####", "Breda 48##_KD +31 76 ### ####",
           "Zwolle 80##_RM +31 38 ### ####"),
    "PT": ("Braga 47##-### +351 253 ### ###", "Aveiro 38##-### +351 234 ### ###",
           "Leiria 24##-### +351 244 ### ###"),
    "GB": ("Leeds LS1#_#BD +44 113 496 0###", "Bristol BS#_#QH +44 117 496 0###",
           "Leicester LE#_#TP +44 116 496 0###", "Manchester M1#_#LW +44 161 496 0###"),
    "AT": ("Linz 40#0 +43 732 ######", "Graz 80#0 +43 316 ######"),
    "BE": ("Gent 90#0 +32 9 ### ## ##", "Namur 50#0 +32 81 ## ## ##"),
    "CH": ("Winterthur 840# +41 52 ### ## ##", "Luzern 600# +41 41 ### ## ##"),
    "US": ("Dayton OH_454## +1_937-555-01##", "Tulsa OK_741## +1_918-555-01##"),
}  # fmt: skip
"""Towns with their postal codes and telephone numbers by country, # being any digit. The British
and American numbers are those set aside for fiction."""
_ACCOUNTS = {"DE": 18, "ES": 20, "FR": 23, "IT": 23, "NL": 14, "PT": 21, "GB": 18, "AT": 16,
             "BE": 12, "CH": 17}  # fmt: skip
"""Length of account numbers behind an IBAN's check digits (ISO 13616)."""
_SPEAKS = {"DE": "de", "AT": "de", "CH": "de", "ES": "es", "FR": "fr", "IT": "it", "NL": "nl",
           "PT": "pt", "BE": "nl"}  # fmt: skip


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
def look(name: str, country: str, town: str = "") -> Look:
    """The look of a company in a country (ISO 3166), and in a town if that is known."""
    draw = Random(f"look\x1f{name}")
    hue, light = draw.random(), draw.choice((0.2, 0.25, 0.3, 0.34))
    saturation = draw.choice((0.0, 0.3, 0.45, 0.55))
    home = country if country in _PLACES else "GB"
    streets = terms(_SPEAKS.get(home, "en"))["streets"]
    city, phone = _place(home, town, draw)
    return Look(
        name=name,
        street=draw.choice(streets).format(n=draw.randint(2, 88)),
        city=city,
        country=country,
        vat_id=_vat_id(home, draw),
        bank=_iban(home, draw),
        phone=phone,
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


def _place(country: str, town: str, draw: Random) -> tuple[str, str]:
    """The line with the town, and a number there; of an unknown town only its name."""
    places = _PLACES[country]
    chosen = next((place for place in places if place.startswith(f"{town} ")), "")
    if town and not chosen:
        return town, ""
    name, code, phone = (chosen or draw.choice(places)).split(" ", 2)
    code = _filled(code, draw)
    line = f"{name}, {code}" if country in ("GB", "US") else f"{code} {name}"
    return line, _filled(phone, draw)


def _filled(form: str, draw: Random) -> str:
    digits = "".join(draw.choice("123456789") if char == "#" else char for char in form)
    return digits.replace("_", " ")


def _rgb(hue: float, light: float, saturation: float) -> tuple[int, int, int]:
    red, green, blue = hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def _vat_id(country: str, draw: Random) -> str:
    """A number of the country's form, of a range that nobody is given."""
    forms = {
        "DE": "DE9########", "ES": "B99######", "FR": "FR00#########", "IT": "IT9##########",
        "NL": "NL9########B01", "PT": "PT59#######", "GB": "GB_9##_####_##", "AT": "ATU9#######",
        "BE": "BE_09##.###.###", "CH": "CHE-9##.###.###",
    }  # fmt: skip
    return _filled(forms.get(country, ""), draw)


def _iban(country: str, draw: Random) -> str:
    """An IBAN whose check digits hold (ISO 13616) and whose bank code (9…) nobody has."""
    length = _ACCOUNTS.get(country, 0)
    if not length:
        return ""
    start = {"GB": "ZZZZ", "NL": "ZZZZ", "IT": "Z9"}.get(country, "99")
    account = start + _digits(draw, length - len(start))
    number = "".join(str(int(char, 36)) for char in f"{account}{country}00")
    iban = f"{country}{98 - int(number) % 97:02d}{account}"
    return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))


def _digits(draw: Random, count: int) -> str:
    return "".join(draw.choices("0123456789", k=count))
