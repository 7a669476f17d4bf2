"""Personas files, good and broken: every problem is found, with its line and its remedy."""

from __future__ import annotations

import pytest

from decnet_emailgen.errors import ExitCode, PersonasError
from decnet_emailgen.world.load import DEFAULT_DECKY, Loaded, read

ORGANISATION = "organisation: {name: Acme, domain: acme.internal, timezone: Europe/Madrid}\n"
ANN = "  - {name: Ann, email: ann@acme.internal, role: CFO}\n"
BOB = "  - {name: Bob, email: bob@acme.internal, role: IT}\n"
GOOD = f"{ORGANISATION}personas:\n{ANN}{BOB}"


def persona(keys: str) -> str:
    """A file whose persona in line 5, besides two good ones, has these keys."""
    return f"{GOOD}  - {{name: Cy, email: cy@acme.internal, role: Clerk, {keys}}}\n"


def problems(text: str, *, strict: bool = False) -> tuple[str, ...]:
    """What is said about a file, whether it can be used or not."""
    try:
        return tuple(str(p) for p in read(text, source="f", strict=strict).problems)
    except PersonasError as exc:
        return exc.problems


def loaded(text: str) -> Loaded:
    """A file's world, which must be free of problems."""
    found = read(text, source="f")
    assert found.problems == ()
    return found


def test_a_small_file_is_a_world() -> None:
    world = loaded(GOOD).world
    assert [p.name for p in world.personas] == ["Ann", "Bob"]
    assert world.organisation.country == "ES"
    assert world.deckies == (DEFAULT_DECKY,)
    assert len(world.casts()) == 1


WHOLE_FILE = {
    "": "f:1: nothing in it; start from",
    "# only a comment\n": "f:1: nothing in it; start from",
    "just words": "f:1: is a text, not a mapping with organisation:",
    "[]": "f:1: a bare list of personas, as DECNET keeps them; convert it: emailgen",
    '[\n {"name": "A", "email": "a@b.c", "role": "x"}]': "emailgen personas import FILE",
    "organisation: [1\n": "f:2: not YAML: while parsing a flow sequence",
    "a: 1\n---\nb: 1\n": "f:2: not YAML: expected a single document",
    "name: \x00": "f:1: not YAML: control characters are not allowed",
    "[" * 100_000: "f:1: nested too deeply",
    "x: &a [*a]": "f:1: an anchor that contains itself",
}


@pytest.mark.parametrize("text", WHOLE_FILE, ids=[t[:20] for t in WHOLE_FILE])
def test_a_file_of_another_kind_gets_one_clear_line(text: str) -> None:
    with pytest.raises(PersonasError) as caught:
        read(text, source="f")
    assert len(caught.value.problems) == 1
    assert WHOLE_FILE[text] in caught.value.problems[0]
    assert str(caught.value) == caught.value.problems[0]
    assert caught.value.exit_code == ExitCode.CONFIG


IN_A_PERSONA = {
    "timezone: Europe/Berln": ".timezone: unknown time zone 'Europe/Berln'; did you mean Europe/Be",
    "timezone: berlin": "did you mean Europe/Berlin?",
    "timezone: ../../etc/passwd": ".timezone: unknown time zone",
    "country: UK": ".country: unknown country 'UK'; did you mean GB?",
    "language: english": ".language: unknown language 'english'",
    "language: castellano": ".language: has 10 characters; write 0 to 8",
    "language: qq": ".language: unknown language 'qq'; write two letters of ISO 639-1",
    "language: pt-XX": ".language: unknown language 'pt-XX'",
    "languages: []": ".languages: has 0 entries; write 1 to 12",
    "active_hours: 25:00-26:00": ".active_hours: '25:00-26:00' are no hours",
    "active_hours: 9-17": ".active_hours: '9-17' are no hours",
    'active_hours: "09:00"': ".active_hours: '09:00' are no hours",
    "active_hours: 09:00-24:00": ".active_hours: '09:00-24:00' are no hours",
    "active_hours: [9, 17]": ".active_hours: is a list, not one text",
    "workdays: mon-fry": ".workdays: unknown day 'fry'; did you mean fri?",
    "workdays: []": ".workdays: no day at all",
    "tone: angry": ".tone: unknown tone 'angry'; known (formal, direct",
    "tone: custom": ".tone: custom without words; give tone_custom too",
    "mannerisms: [a, b, c, d, e, f, g, h, i, j, k, l, m]": ".mannerisms: has 13 entries",
    "mannerisms: ['']": ".mannerisms[0]: has 0 characters",
    "mannerisms: polite": ".mannerisms: is a text, not a list; write a list: [polite]",
    "uses_llms_heavily: maybe": ".uses_llms_heavily: 'maybe' is neither true nor false",
    "mails_per_day: lots": ".mails_per_day: 'lots' is no number from 0 to 200",
    "mails_per_day: -1": ".mails_per_day: '-1' is no number",
    "mails_per_day: .nan": ".mails_per_day: '.nan' is no number",
    "client: exchange": ".client: unknown client 'exchange'",
    "client: outlok": "did you mean outlook?",
    "phone_client: nokia": ".phone_client: unknown phone_client 'nokia'",
    "manager: nobody@acme.internal": ".manager: nobody here has the address nobody@acme.internal",
    "manager: an@acme.internal": "did you mean ann@acme.internal?",
    "manager: cy@acme.internal": ".manager: is their own manager",
    "away: [{from: 2026-08-10, until: 2026-08-01}]": ".away[0]: until 2026-08-01 is before from",
    "away: [{from: 2026-02-30}]": ".away[0].from: '2026-02-30' is no date",
    "away: [{until: 2026-02-03}]": ".away[0]: from is missing",
    "subdivision: BY": ".subdivision: a subdivision without its country",
    "country: DE, subdivision: ZZ": ".subdivision: unknown subdivision 'ZZ' of DE; known: BB",
    'signature: "a\\ab"': ".signature: the control character U+0007 in it",
    "signature: [a]": ".signature: is a list, not one text",
    "timezon: UTC": ": unknown key timezon; did you mean timezone?",
    "password: hunter2": ": password: no secrets in this file; take it out",
    "imap_password: hunter2": ": imap_password: no secrets in this file",
}


@pytest.mark.parametrize("keys", IN_A_PERSONA)
def test_a_mistake_leaves_its_persona_out_and_no_other(keys: str) -> None:
    expected = IN_A_PERSONA[keys]
    found = read(persona(keys), source="f")
    assert [p.name for p in found.world.personas] == ["Ann", "Bob"]
    [problem] = found.problems
    assert problem.severity == "dropped"
    assert problem.line == 5
    assert str(problem).startswith("f:5: personas[2]")
    assert expected in str(problem)
    assert problem.remedy
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize("keys", ["tone: angry", "manager: no@acme.internal", "x: 1"])
def test_strict_makes_a_wrong_persona_an_error(keys: str) -> None:
    with pytest.raises(PersonasError, match="f:5: personas"):
        read(persona(keys), source="f", strict=True)


NAMES = {
    '"a\\r\\nBcc: x@y.z"': "a line break in it",
    '"a\\nb"': "a line break in it",
    '"a\\u2028b"': "a line break in it",
    '"a\\x1b[2Jb"': "the control character U+001B in it",
    '"a\\u202Eb"': "the control character U+202E in it",
    '""': "has 0 characters; write 1 to 128",
    "x" * 129: "has 129 characters; write 1 to 128",
    "": "name is missing",
    "[a]": "is a list, not one text",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_one_clean_line(name: str) -> None:
    text = f"{GOOD}  - name: {name}\n    email: c@acme.internal\n    role: x\n"
    [problem] = problems(text)
    assert problem.startswith("f:5: personas[2]")
    assert NAMES[name] in problem
    assert problem.isprintable()


ADDRESSES = {
    "a b@c.d": "'a b' can't stand before the @",
    "a@b@c.d": "'a@b@c.d' has 2 @ signs",
    "ann": "'ann' has no @ sign",
    "'@c.d'": "can't stand before the @",
    "../x@c.d": "can't stand before the @",
    "a..b@c.d": "can't stand before the @",
    "josé@acme.internal": "can't stand before the @",
    "a@münchen.internal": "isn't ASCII; write its xn-- form",
    "a@-b.c": "'-b.c' is no domain",
    "a@b..c": "'b..c' is no domain",
    "a@10.0.0.1": "'10.0.0.1' is an IP address",
    '"a@b.c\\r\\nX: y"': "a line break in it",
    "a@": "has 2 characters",
    "someone@gmail.com": "gmail.com is a mail provider's domain",
    "someone@mail.yahoo.co.uk": "'mail.yahoo.co.uk'",
    "someone@hotmail.fr": "hotmail.fr is a mail provider's domain",
    "ANN@acme.internal": "stands twice; the first is in line 3",
}


@pytest.mark.parametrize("address", [a for a in ADDRESSES if "mail.yahoo" not in a])
def test_addresses_are_well_formed_and_nobody_elses(address: str) -> None:
    text = f"{GOOD}  - name: Cy\n    email: {address}\n    role: x\n"
    [problem] = problems(text)
    assert problem.startswith("f:6: personas[2].email: ")
    assert ADDRESSES[address] in problem


def test_a_provider_can_be_allowed() -> None:
    text = GOOD.replace("acme.internal", "gmail.com")
    assert any("organisation.domain" in p for p in problems(text))
    assert sum("mail provider" in p for p in problems(text)) == 3
    assert problems(f"{text}settings: {{allow_domains: [gmail.com]}}\n") == ()


ELSEWHERE = {
    "extra: 1": "f:5: unknown key extra",
    "token: abc": "f:5: token: no secrets in this file",
    "personas: []": "f:5: the key personas stands twice; the first is in line 2",
    "deckies: mail": "f:5: deckies: is a text, not a list",
    "deckies: [{name: d, services: imap}]": "deckies[0].services: is a text, not a list; write",
    "deckies: [{services: [imap]}]": "f:5: deckies[0]: name is missing",
    "deckies: [{name: 'a b', services: [imap]}]": "deckies[0].name: 'a b' is no host name",
    "deckies: [{name: d, services: [imap]}, {name: d, services: [imap]}]": "a second decky named d",
    "deckies: [{name: d, services: [imap], deliver: 'ftp:x'}]": "unknown kind of target 'ftp'",
    "deckies: [{name: d, services: [imap], deliver: 'spool:'}]": "'spool:' names no place",
    "deckies: [{name: d, services: [imap], deliver: 'imap://u:p@h'}]": "a password in an address",
    "deckies: [{name: d, services: [imap], mailboxes: [zoe@acme.internal]}]": (
        "deckies[0].mailboxes: nobody here has the address zoe@acme.internal"
    ),
    "deckies: [{name: d, services: [imap], mailboxes: []}]": "mailboxes: no mailbox at all",
    "correspondents: [{name: K, email: ann@acme.internal}]": (
        "correspondents[0].email: ann@acme.internal is a persona's address"
    ),
    "correspondents: [{name: K, email: kim}]": "correspondents[0].email: 'kim' has no @ sign",
    "writer: {name: ollama, url: 'ftp://x'}": "writer.url: 'ftp://x' is no URL",
    "writer: {url: 'http://u:p@h'}": "writer.url: a password in an address",
    "writer: {api_key: abc}": "writer: api_key: no secrets in this file",
    "writer: {options: {api-key: abc}}": "writer.options: no secrets in this file",
    "settings: {reply_probability: 60}": "settings.reply_probability: '60' is no number from 0",
    "settings: 5": "settings: is a text, no mapping",
}


@pytest.mark.parametrize("line", ELSEWHERE)
def test_a_mistake_outside_personas_is_an_error(line: str) -> None:
    with pytest.raises(PersonasError) as caught:
        read(f"{GOOD}{line}\n", source="f")
    [problem] = caught.value.problems
    assert ELSEWHERE[line] in problem
    assert problem.startswith("f:5: ")


def test_organisation_and_personas_are_needed() -> None:
    assert problems("settings: {}\n") == (
        "f:1: organisation is missing; give organisation: Who they all work for.",
        "f:1: no personas; list two at least under personas:",
    )
    nameless = GOOD.replace("name: Acme, ", "")
    assert problems(nameless) == (
        "f:1: organisation: name is missing; give name: The organisation's name.",
    )


def test_every_problem_is_told_at_once_in_the_order_of_the_file() -> None:
    """One reading finds problems of every section, those after an error too."""
    text = """\
organisation:
  name: Acme
  domain: acme..internal
  timezone: Mars/Olympus
personas:
  - name: Ann
    email: ann@acme.internal
    role: CFO
    tone: rude
    active_hours: nine to five
  - name: Bob
    email: b ob@acme.internal
correspondents:
  - name: Kim
    email: kim
deckies:
  - name: d
    services: pop3
settings:
  reply_probability: often
"""
    with pytest.raises(PersonasError) as caught:
        read(text, source="cast.yaml")
    lines = [int(p.split(":")[1]) for p in caught.value.problems]
    assert lines == [3, 4, 9, 10, 11, 12, 15, 18, 20]
    assert str(caught.value) == "cast.yaml: 9 problems; mend them and run again"


def test_managers_in_a_circle_are_one_error() -> None:
    text = f"""{ORGANISATION}personas:
  - {{name: A, email: a@acme.internal, role: x, manager: b@acme.internal}}
  - {{name: B, email: b@acme.internal, role: x, manager: c@acme.internal}}
  - {{name: C, email: c@acme.internal, role: x, manager: a@acme.internal}}
  - {{name: D, email: d@acme.internal, role: x, manager: a@acme.internal}}
"""
    assert problems(text) == (
        "f:3: personas[0].manager: managers in a circle: a@acme.internal > b@acme.internal > "
        "c@acme.internal > a@acme.internal; take one manager out",
    )


def test_references_to_a_persona_left_out_only_warn() -> None:
    """One wrong persona doesn't take those who mention it along."""
    text = f"""{ORGANISATION}personas:
{ANN}{BOB}  - {{name: C, email: c@acme.internal, role: x, tone: rude}}
  - {{name: D, email: d@acme.internal, role: x, manager: C@acme.internal}}
deckies:
  - {{name: d, services: [imap], mailboxes: [c@acme.internal, D@acme.internal]}}
"""
    found = read(text, source="f")
    assert [p.severity for p in found.problems] == ["dropped", "warning", "warning"]
    assert found.world.personas[2].manager == ""
    assert found.world.deckies[0].mailboxes == ("d@acme.internal",)


def test_managers_are_spelt_as_their_own_entries() -> None:
    world = loaded(persona("manager: ANN@ACME.internal")).world
    assert world.personas[2].manager == "ann@acme.internal"


WARNINGS = {
    persona("active_hours: 18:00-09:00"): "active_hours: 15 hours across midnight; swap start and",
    persona("tone: direct, tone_custom: sour"): "tone_custom: not used with tone: direct",
    persona("languages: [eu]"): "writes eu, and nobody else here does",
    GOOD.replace("ann@acme", "ann@other"): "not at the organisation's domain acme.internal",
    GOOD.replace(", timezone: Europe/Madrid", ""): "everybody lives in UTC",
    f"{ORGANISATION}personas:\n{ANN}": "valid personas on mail-01: 1; no mail is written",
    f"{GOOD}correspondents: [{{name: K, email: k@acme.internal}}]\n": "an outside person at the",
    f"{GOOD}deckies: [{{name: d, services: [ssh]}}]\n": "no decky that runs imap or pop3",
}


@pytest.mark.parametrize("text", WARNINGS, ids=list(WARNINGS.values()))
def test_odd_things_are_warnings_also_with_strict(text: str) -> None:
    found = read(text, source="f", strict=True)
    assert [p.severity for p in found.problems] == ["warning"]
    assert WARNINGS[text] in str(found.problems[0])


@pytest.mark.parametrize("hours", ["22:00-06:00", "20:00-08:00", "00:00-00:00", "09:00-18:00"])
def test_night_shifts_and_whole_days_are_fine(hours: str) -> None:
    loaded(persona(f"active_hours: {hours}"))
