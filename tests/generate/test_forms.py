"""Facts in words, as seen from the day of the mail."""

from datetime import date, datetime

import pytest

from decnet_emailgen.generate.forms import (
    Slots,
    first_name,
    in_words,
    local_date,
    money_words,
    number_words,
)
from decnet_emailgen.generate.phrases import Dates
from decnet_emailgen.records import Fact

NEAR = {"today": "today", "tomorrow": "tomorrow", "yesterday": "yesterday"}
ENGLISH = Dates(
    on={**NEAR, "weekday": "on $weekday", "date": "on $date"},
    by={"today": "by tonight", "tomorrow": "by tomorrow", "weekday": "by $weekday",
        "date": "by $date"},
    bare={"weekday": "$weekday", "date": "$date"},
    at="at $time",
)  # fmt: skip
TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("value", "form", "words"),
    [
        ("2026-11-23", "on", "today"),
        ("2026-11-24", "on", "tomorrow"),
        ("2026-11-22", "on", "yesterday"),
        ("2026-11-26", "on", "on Thursday"),
        ("2026-11-29", "on", "on Sunday"),
        ("2026-11-30", "on", "on 30 November"),
        ("2026-11-17", "on", "on Tuesday"),
        ("2026-11-16", "on", "on 16 November"),
        ("2026-11-23", "by", "by tonight"),
        ("2026-11-24", "by", "by tomorrow"),
        ("2026-11-20", "by", "by 20 November"),
        ("2026-11-24", "", "Tuesday"),
        ("2026-11-23", "", "23 November"),
        ("2026-12-03", "", "3 December"),
        ("2026-12-03", "full", "Thursday, 3 December 2026"),
    ],
)
def test_a_date_is_named_from_the_day_of_the_mail(value: str, form: str, words: str) -> None:
    """Weekdays within six days, dates beyond, and no weekday where it would mean two days."""
    assert in_words(Fact("due", "date", value), form, TODAY, "en", ENGLISH) == words


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [
        ("it", "2026-12-01", "1° dicembre"),
        ("fr", "2026-12-01", "1er décembre"),
        ("it", "2026-12-11", "11 dicembre"),
        ("fr", "2027-01-21", "21 janvier"),
        ("de", "2026-12-01", "1 Dezember"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_where_people_say_so(
    language: str, value: str, words: str
) -> None:
    """In French and Italian the first day is counted unlike the others; CLDR leaves it "1"."""
    assert in_words(Fact("due", "date", value), "", TODAY, language, Dates({}, {}, {})) == words


def test_a_weekday_is_never_the_day_of_the_mail_or_a_week_away() -> None:
    """ "Monday" written on a Monday could be any of three days."""
    for days in (0, 7, -7, 14):
        fact = Fact("due", "date", date.fromordinal(TODAY.toordinal() + days).isoformat())
        assert "Monday" not in in_words(fact, "", TODAY, "en", ENGLISH)


@pytest.mark.parametrize(
    ("language", "value", "words"),
    [
        ("en", "1250.00 EUR", "€1,250"),
        ("en", "1250.50 GBP", "£1,250.50"),
        ("de", "1250.00 EUR", "1.250 €"),
        ("de", "2003.00 EUR", "2.003 €"),
        ("en", "1003.00 USD", "$1,003"),
        ("de", "71250.40 EUR", "71.250,40 €"),
        ("fr", "71250.00 EUR", "71 250 €"),
        ("es", "71250.00 EUR", "71.250 €"),
        ("pt-BR", "1250.00 BRL", "R$ 1.250"),
        ("it", "1250.30 EUR", "1.250,30 €"),
        ("nl", "1250.00 EUR", "€ 1.250"),
    ],
)
def test_money_is_written_as_people_of_the_language_type_it(
    language: str, value: str, words: str
) -> None:
    """The language's signs, whole amounts bare, and blanks of the space bar."""
    assert money_words(value, language) == words


def test_numbers_are_grouped_only_when_long() -> None:
    """A year must not become 2,026."""
    assert number_words("2026", "en") == "2026"
    assert number_words("12500", "de") == "12.500"
    assert number_words("12.5", "de") == "12,5"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Weiß, Anna (IT)", "Anna"),
        ("Anna Weiß", "Anna"),
        ("Weiß, Anna", "Anna"),
        ("Dr. Anna Weiß", "Anna"),
        ("Dott.ssa Monica Ferrero", "Monica"),
        ("Avv. Giorgio Santini", "Giorgio"),
        ("Drs. Karin Visser", "Karin"),
        ("Anna", "Anna"),
    ],
)
def test_first_names(name: str, first: str) -> None:
    """Titles and directory order are no first names."""
    assert first_name(name) == first


def test_slots_give_every_form_and_name_what_is_missing() -> None:
    """A fact whose own name ends like a form is itself."""
    facts = (
        Fact("person", "person", "Tom Baker <t@corp.test>"),
        Fact("time", "time", "14:30"),
        Fact("due", "date", "2026-11-24"),
    )
    slots = Slots(facts, TODAY, "en", ENGLISH, {"you": "Anna"})
    assert slots["person_first"] == "Tom"
    assert slots["person"] == "Tom Baker"
    assert slots["time_at"] == "at 14:30"
    assert slots["due_by"] == "by tomorrow"
    with pytest.raises(KeyError):
        slots["price"]


def test_a_damaged_value_is_put_as_it_is() -> None:
    """Facts come from a record that a user may have edited."""
    assert in_words(Fact("due", "date", "soon"), "on", TODAY, "en", ENGLISH) == "soon"


def test_the_day_is_the_authors() -> None:
    """Late in the evening in UTC it is tomorrow in Tokyo; an unknown zone keeps the offset."""
    when = datetime.fromisoformat("2026-11-23T20:00:00+00:00")
    assert local_date(when, "Asia/Tokyo").date() == date(2026, 11, 24)
    assert local_date(when, "Mars/Olympus").date() == date(2026, 11, 23)
