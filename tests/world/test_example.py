"""The example file: what it promises to a newcomer."""

from __future__ import annotations

import re
from pathlib import Path

from decnet_emailgen.world.check import correspondent_rows, persona_rows
from decnet_emailgen.world.load import Loaded, read

PATH = Path(__file__).parents[2] / "personas.example.yaml"


def example() -> Loaded:
    return read(PATH.read_text(encoding="utf-8"), source=PATH.name, strict=True)


def test_it_reads_without_a_single_problem() -> None:
    assert example().problems == ()


def test_it_shows_a_company_of_several_languages_and_zones() -> None:
    world = example().world
    assert len(world.personas) >= 12
    assert {"en", "es", "de", "fr", "pt"} <= {p.language for p in world.personas}
    assert len({p.timezone for p in world.personas}) >= 2
    assert len(world.correspondents) == 7
    assert {c.relation for c in world.correspondents} == {"customer", "supplier", "partner"}
    assert len({p.department for p in world.personas}) >= 8
    assert {p.client for p in world.personas} >= {"outlook", "apple-mail", "thunderbird"}


def test_everybody_but_one_has_a_manager() -> None:
    bosses = [p for p in example().world.personas if not p.manager]
    assert [p.role for p in bosses] == ["Managing Director"]


def test_nobody_can_own_a_domain_in_it() -> None:
    """RFC 2606 and RFC 6761 reserve .example, ICANN keeps .internal for private use."""
    domains = re.findall(r"@([\w.-]+)", PATH.read_text(encoding="utf-8"))
    assert len(domains) > 25
    assert all(domain.endswith((".internal", ".example")) for domain in domains)


def test_names_try_what_headers_must_bear() -> None:
    names = " ".join(p.name for p in example().world.personas)
    assert all(mark in names for mark in ("'", ",", "(", "ñ", "ß", "É", "ü"))


def test_its_decky_needs_no_server_and_editors_find_the_schema() -> None:
    world = example().world
    assert world.deckies[0].deliver == ("maildir:./mailboxes",)
    first = PATH.read_text(encoding="utf-8").partition("\n")[0]
    assert first == "# yaml-language-server: $schema=personas.schema.json"


def test_check_shows_everybody_as_they_were_filled() -> None:
    world = example().world
    rows = persona_rows(world.casts()[0])
    assert len(rows) == len(world.personas)
    margaret, siobhan = rows[0], rows[3]
    assert margaret["zone"] == "Europe/London"
    assert (siobhan["hours"], siobhan["workdays"]) == ("09:00-17:00", "mon-thu")
    assert all(row["department"] and row["client"] for row in rows)
    assert correspondent_rows(world)[0]["relation"] == "customer"
