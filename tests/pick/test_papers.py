"""Files of a thread: how often, which, by whom saved and when, and the same wherever they go."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal
from functools import cache

import pytest

from decnet_emailgen.mail.files import TYPES
from decnet_emailgen.pick.papers import PRINTED, _forms, _material, raised
from decnet_emailgen.pick.plan import Thread
from decnet_emailgen.pick.stories import story_lines
from decnet_emailgen.records import Attachment, Pick, decode, encode
from tests.pick.worlds import office, person, threads_of, world


@cache
def threads() -> tuple[Thread, ...]:
    """Four months of an office with suppliers and customers."""
    roles = ("Managing Director", "Accountant", "Sales Manager", "Logistics Manager",
             "HR Manager", "System Administrator", "Lawyer", "Software Engineer")  # fmt: skip
    boss = ", manager: p0@norsund.internal"
    people = [person(n, f"role: {role}{boss if n else ''}") for n, role in enumerate(roles)]
    outside = [
        f"name: Carla Ruiz, email: carla{n}@{relation}.example, role: {role}, "
        f"organisation: {relation}, country: {country}"
        for n, (relation, role, country) in enumerate(
            (("Cliente", "Purchasing Manager", "ES"), ("Supplier", "Key Account Manager", "DE"))
        )
    ]
    made = office(world(people, outside=outside))
    return tuple(threads_of(made, "2026-03-01", "2026-07-01"))


def picks() -> list[Pick]:
    return [pick for thread in threads() for pick in thread.picks]


def human(found: list[Pick]) -> list[Pick]:
    return [pick for pick in found if not pick.beat.story.startswith("notice")]


def files() -> list[tuple[Pick, Attachment]]:
    return [(pick, file) for pick in picks() for file in pick.beat.attachments]


def test_as_many_mails_carry_files_as_in_real_mailboxes() -> None:
    """10 to 25 % of human mail, and more of new mails than of replies (docs/realism.md)."""
    found = human(picks())
    assert len(found) > 800
    share = sum(bool(pick.beat.attachments) for pick in found) / len(found)
    assert 0.10 <= share <= 0.25
    count: Counter[str] = Counter()
    with_file: Counter[str] = Counter()
    for pick in found:
        count[pick.kind] += 1
        with_file[pick.kind] += bool(pick.beat.attachments)
    assert with_file["reply"] / count["reply"] <= 0.12 < with_file["new"] / count["new"]


def test_a_forward_takes_its_parents_files_along_unchanged() -> None:
    carried = 0
    for thread in threads():
        by_id = {pick.message_id: pick for pick in thread.picks}
        for pick in thread.picks:
            if pick.kind == "forward":
                parent = by_id[pick.thread[-1].message_id]
                assert pick.beat.attachments == parent.beat.attachments
                carried += bool(pick.beat.attachments)
    assert carried > 3


def test_files_were_saved_before_they_were_sent() -> None:
    for pick, file in files():
        assert datetime.fromisoformat(file.made) < pick.when


def test_versions_of_a_document_rise_within_a_thread() -> None:
    risen = 0
    for thread in threads():
        versions: dict[str, list[Attachment]] = {}
        for pick in thread.picks:
            if pick.kind != "forward":
                for file in pick.beat.attachments:
                    versions.setdefault(file.key, []).append(file)
        for key, found in versions.items():
            if found[0].kind in PRINTED:
                continue
            assert [file.version for file in found] == list(range(1, len(found) + 1)), key
            assert len({file.name for file in found}) == len(found)
            assert sorted(file.made for file in found) == [file.made for file in found]
            risen += len(found) > 1
    assert risen > 3


def test_an_invoice_is_one_file_whatever_thread_it_comes_up_in() -> None:
    seen: dict[tuple[str, str, str], set[Attachment]] = {}
    for _, file in files():
        if file.kind == "invoice":
            number = next(fact.value for fact in file.facts if fact.name == "number")
            seen.setdefault((file.issuer, number, file.language), set()).add(file)
    assert seen
    assert all(len(found) == 1 for found in seen.values())


def test_an_invoices_net_and_tax_make_the_amount_the_thread_speaks_of() -> None:
    checked = 0
    for pick, file in files():
        told = {fact.name: fact.value for fact in file.facts}
        thread = {fact.name: fact.value for fact in pick.beat.facts}
        if file.kind != "invoice" or "amount" not in thread:
            continue
        net, rate = Decimal(told["net"].split()[0]), Decimal(told["rate"])
        gross = (net * (100 + rate) / 100).quantize(Decimal("0.01"))
        assert abs(gross - Decimal(thread["amount"].split()[0])) <= Decimal("0.01")
        assert told["number"] == thread["invoice"]
        assert (rate == 0) == (told["home"] != told["away"])
        checked += 1
    assert checked > 5


def test_names_are_names_of_files_that_can_be_made() -> None:
    for _, file in files():
        assert file.name.rpartition(".")[2] in TYPES
        assert not re.search(r'[\\/:*?"<>|{}]|\.\.', file.name)
        assert file.name == file.name.strip()


@pytest.mark.parametrize("kind", _material())
def test_every_language_has_names_for_every_kind(kind: str) -> None:
    for language in ("en", "es", "pt-BR", "fr", "de", "it", "nl", "pl"):
        assert _forms(kind, language)


def test_every_kind_that_a_beat_attaches_is_known() -> None:
    known = {*_material(), *PRINTED, "document"}
    kinds = {beat.attach for line in story_lines().values() for beat in line.beats if beat.attach}
    assert len(kinds) > 15
    assert kinds <= known


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Budget 2027 v3.xlsx", "Budget 2027 v4.xlsx"),
        ("Aster_plan_v2.docx", "Aster_plan_v3.docx"),
        ("V1_Angebot.pdf", "V2_Angebot.pdf"),
    ],
)
def test_a_numbered_version_counts_on(name: str, wanted: str) -> None:
    assert raised(name, 2, "Anna Müller") == wanted


def test_a_name_without_version_gets_one_in_its_authors_way() -> None:
    for author in ("Anna Müller", "Bob Smith", "Carla Ruiz", "Tom Ellis"):
        name = raised("Protokoll Aster.docx", 2, author)
        assert name == raised("Protokoll Aster.docx", 2, author)
        assert re.fullmatch(r"Protokoll Aster (v2|\(2\)|[A-Z]{2})\.docx", name)
    assert raised("board_Q3.docx", 2, "Anna", final=True) == "board_Q3_final.docx"


def test_files_travel_with_the_record() -> None:
    pick = next(pick for pick, _ in files())
    assert decode(encode(pick), Pick) == pick
