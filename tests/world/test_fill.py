"""What a file leaves out is filled sensibly, and always the same way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from decnet_emailgen.world import fill, places
from decnet_emailgen.world.load import read
from decnet_emailgen.world.model import Hours, Organisation, Persona

HOUSE = Organisation("Acme", "acme.internal", "Europe/Madrid", "ES", "en")

ROLES = {
    "CEO": "management",
    "Managing Director": "management",
    "Geschäftsführerin": "management",
    "Director General": "management",
    "Finance Director": "finance",
    "Chief Financial Officer": "finance",
    "Accounts Payable Clerk": "finance",
    "Buchhalterin": "finance",
    "Responsable de Contabilidad": "finance",
    "Comptable": "finance",
    "Sales Director": "sales",
    "Account Manager": "sales",
    "Vertriebsleiter DACH": "sales",
    "Gerente de Vendas": "sales",
    "Marketing Manager": "marketing",
    "IT Manager": "it",
    "IT-Leiter": "it",
    "System Administrator": "it",
    "Administrador de Sistemas": "it",
    "Software Engineer": "engineering",
    "Entwicklungsingenieur": "engineering",
    "Développeuse": "engineering",
    "HR Business Partner": "hr",
    "Personalreferentin": "hr",
    "Recursos Humanos": "hr",
    "Legal Counsel": "legal",
    "Rechtsanwältin": "legal",
    "Abogada": "legal",
    "Warehouse Supervisor": "logistics",
    "Jefe de Compras": "logistics",
    "Einkäufer": "logistics",
    "Receptionist": "facilities",
    "Hausmeister": "facilities",
    "Project Manager": "operations",
    "Customer Service Agent": "support",
    "Atención al Cliente": "support",
    "Wizard": "operations",
    "Credit Controller": "finance",
    "Italian translator": "operations",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_says_the_department_in_several_languages(role: str) -> None:
    assert fill.department_of(role) == ROLES[role]


def persona(number: int = 1, **values: object) -> Persona:
    base = {"name": f"P{number}", "email": f"p{number}@acme.internal", "role": "Clerk"}
    return fill.persona(base | values, HOUSE, "en")


def test_filling_is_the_same_each_time_and_hangs_on_the_person_alone() -> None:
    head = "organisation: {name: Acme, domain: acme.internal, country: ES}\npersonas:\n"
    ann = "  - {name: Ann, email: ann@acme.internal, role: CFO}\n"
    bob = "  - {name: Bob, email: bob@acme.internal, role: IT}\n"
    first = read(head + ann, source="f").world.personas[0]
    assert read(head + ann, source="g").world.personas[0] == first
    assert read(head + bob + ann, source="f").world.personas[1] == first


def test_another_organisation_fills_another_way() -> None:
    """Two installs must not share what wasn't written."""
    other = replace(HOUSE, name="Other")
    here = [persona(n) for n in range(50)]
    there = [
        fill.persona({"name": p.name, "email": p.email, "role": p.role}, other, "en") for p in here
    ]
    assert [p.mails_per_day for p in here] != [p.mails_per_day for p in there]
    assert [p.client for p in here] != [p.client for p in there]


def test_what_the_file_says_is_kept() -> None:
    given = {
        "tone": "formal",
        "active_hours": Hours(60, 120),
        "client": "roundcube",
        "phone_client": "none",
        "mails_per_day": 0.0,
        "department": "legal",
        "reply_latency": "slow",
        "workdays": frozenset({6}),
        "timezone": "Asia/Tokyo",
        "country": "US",
    }
    person = persona(1, **given)
    assert person.hours == Hours(60, 120)
    assert person.phone_client == ""
    for name, value in given.items():
        if name not in ("active_hours", "phone_client"):
            assert getattr(person, name) == value


def test_clients_follow_a_mix_and_most_people_have_a_phone() -> None:
    people = [persona(n) for n in range(1000)]
    clients = Counter(p.client for p in people)
    assert set(clients) == {"outlook", "apple-mail", "thunderbird", "roundcube"}
    assert min(clients.values()) > 50
    phones = Counter(p.phone_client for p in people)
    assert 0.55 < 1 - phones[""] / 1000 < 0.65
    assert phones["iphone"] > phones["k9"] > 100


def test_people_differ_strongly_in_volume() -> None:
    """The busiest fifth writes far more than a fifth of all mail."""
    volumes = sorted((persona(n).mails_per_day for n in range(500)), reverse=True)
    assert 0.32 < sum(volumes[:100]) / sum(volumes) < 0.6
    assert volumes[0] <= 45
    assert volumes[-1] >= 0.2


def test_managers_and_sales_write_more_than_the_warehouse() -> None:
    def mean(role: str) -> float:
        return sum(persona(n, role=role).mails_per_day for n in range(200)) / 200

    assert mean("Sales Director") > mean("Sales") > mean("Hausmeister")
    assert mean("Warehouse Manager") > mean("Warehouse Trainee")


def test_hours_are_office_hours_and_a_few_people_work_part_time() -> None:
    lengths = [persona(n).hours.length for n in range(1000)]
    short = sum(length < 400 for length in lengths)
    assert 20 < short < 110
    assert all(360 <= persona(n).hours.start <= 600 for n in range(300))
    assert all(persona(n, role="Sales Director").hours.length > 400 for n in range(300))


@pytest.mark.parametrize(
    ("values", "languages"),
    [
        ({}, ("es", "en")),
        ({"language": "de"}, ("de", "en")),
        ({"language": "en"}, ("en",)),
        ({"languages": ("fr", "de")}, ("fr", "de")),
        ({"language": "de", "languages": ("fr", "de")}, ("de", "fr")),
    ],
)
def test_languages_are_the_given_ones_or_the_default_and_the_houses(
    values: dict[str, object], languages: tuple[str, ...]
) -> None:
    base = {"name": "A", "email": "a@acme.internal", "role": "x"}
    assert fill.persona(base | values, HOUSE, "es").languages == languages


@pytest.mark.parametrize(
    ("values", "zone", "country"),
    [
        ({}, "Europe/Madrid", "ES"),
        ({"country": "DE"}, "Europe/Berlin", "DE"),
        ({"country": "BR"}, "America/Sao_Paulo", "BR"),
        ({"timezone": "Asia/Tokyo"}, "Asia/Tokyo", "JP"),
        ({"timezone": "UTC"}, "UTC", "ES"),
        ({"timezone": "Europe/Madrid", "country": "FR"}, "Europe/Madrid", "FR"),
    ],
)
def test_zone_and_country_follow_from_each_other(
    values: dict[str, object], zone: str, country: str
) -> None:
    person = persona(1, **values)
    assert (person.timezone, person.country) == (zone, country)


@pytest.mark.parametrize(
    ("values", "zone", "country"),
    [
        ({}, "UTC", "US"),
        ({"country": "AU"}, "Australia/Sydney", "AU"),
        ({"timezone": "Asia/Riyadh"}, "Asia/Riyadh", "SA"),
    ],
)
def test_the_organisations_place_is_filled_too(
    values: dict[str, object], zone: str, country: str
) -> None:
    house = fill.organisation({"name": "A", "domain": "a.test", **values})
    assert (house.timezone, house.country) == (zone, country)


@pytest.mark.parametrize(
    ("country", "off"),
    [("SA", {4, 5}), ("EG", {4, 5}), ("IL", {4, 5}), ("DE", {5, 6}), ("AE", {5, 6}), ("NP", {5})],
)
def test_weekends_are_those_of_the_country(country: str, off: set[int]) -> None:
    assert frozenset(range(7)) - persona(1, country=country).workdays == off


def test_every_country_has_a_zone_that_exists() -> None:
    for country in places.countries():
        assert places.is_zone(places.zone_of(country)), country
    for country, language in places.data_table("countries.toml")["language"].items():
        assert country in places.countries()
        assert language[:2] in places.languages()


OUTSIDE = {
    "Jefa de compras": "customer",
    "Einkäuferin": "customer",
    "Procurement Manager": "customer",
    "Account Manager": "supplier",
    "Service expédition": "partner",
    "Key Account Managerin": "supplier",
    "Rechtsanwalt": "partner",
    "Auditor": "partner",
    "": "partner",
}


@pytest.mark.parametrize("role", OUTSIDE)
def test_a_role_outside_says_the_relation(role: str) -> None:
    person = fill.correspondent({"name": "K", "email": "k@x.example", "role": role}, HOUSE)
    assert person.relation == OUTSIDE[role]


def test_correspondents_write_their_countrys_language_and_the_houses() -> None:
    base = {"name": "K", "email": "k@x.example"}
    assert fill.correspondent(base | {"country": "DE"}, HOUSE).languages == ("de", "en")
    assert fill.correspondent(base | {"country": "ES"}, HOUSE).languages == ("en",)
    assert fill.correspondent(base, HOUSE).languages == ("en",)


def test_people_of_one_outside_domain_share_a_mail_system() -> None:
    """A firm on Exchange isn't on Gmail too."""
    for domain in range(60):
        systems = {
            fill.correspondent({"name": "K", "email": f"k{n}@d{domain}.example"}, HOUSE).client
            for n in range(6)
        }
        assert systems in ({"exchange"}, {"gmail"}) or systems <= {
            "outlook",
            "apple-mail",
            "thunderbird",
        }


def test_menus_are_in_the_persons_own_language() -> None:
    assert persona(1, language="de").ui_language == "de"
