"""What files mean: YAML's surprises, anchors, deckies with people of their own, big files."""

from __future__ import annotations

import pytest

from decnet_emailgen.errors import PersonasError
from decnet_emailgen.world.load import decode, read
from tests.world.test_load import ANN, BOB, GOOD, ORGANISATION, loaded, persona


def test_texts_mean_what_they_say_not_what_yaml_makes_of_them() -> None:
    """NO is Norway and Norwegian, 12:30 and 0777 stay texts, on and off are names of nothing."""
    text = persona("country: NO, language: no, languages: [no, en], tone_custom: 12:30")
    person = loaded(text).world.personas[2]
    assert (person.country, person.languages, person.tone_custom) == ("NO", ("no", "en"), "12:30")
    assert person.tone == "custom"


def test_names_are_composed_and_trimmed() -> None:
    text = f'{GOOD}  - {{name: " Jose\u0301 ", email: j@ACME.Internal, role: x}}\n'
    person = loaded(text).world.personas[2]
    assert (person.name, person.email) == ("José", "j@acme.internal")


def test_anchors_and_merges_save_typing() -> None:
    text = f"""x-german: &german {{language: de, languages: [de, en], country: DE}}
{GOOD}  - {{<<: *german, name: C, email: c@acme.internal, role: x}}
  - {{<<: [*german], country: AT, name: D, email: d@acme.internal, role: x}}
"""
    people = loaded(text).world.personas
    assert [(p.language, p.country) for p in people[2:]] == [("de", "DE"), ("de", "AT")]


def test_a_bomb_of_aliases_is_read_once() -> None:
    """Nested aliases that would expand to 10^30 entries cost nothing."""
    bomb = "x-0: &x0 [a]\n" + "".join(
        f"x-{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 10)}]\n" for i in range(1, 30)
    )
    loaded(bomb + GOOD)


def test_a_decky_has_its_own_people_and_language() -> None:
    text = f"""{GOOD}deckies:
  - name: shared
    services: [imap]
  - name: own
    services: [pop3, ssh]
    language_default: es
    deliver: [spool:/var/a, "docker://own"]
    mailboxes: [eva@acme.internal]
    personas:
      - {{name: Eva, email: eva@acme.internal, role: Ventas}}
      - {{name: Leo, email: leo@acme.internal, role: Compras, language: ca, languages: [ca, es]}}
  - name: down
    services: [imap]
    running: false
"""
    world = loaded(text).world
    shared, own = world.casts()
    assert [d.name for d in shared.deckies] == ["shared"]
    assert [p.languages for p in own.personas] == [("es", "en"), ("ca", "es")]
    assert world.deckies[1].deliver == ("spool:/var/a", "docker://own")
    assert world.deckies[1].mailboxes == ("eva@acme.internal",)
    assert world.deckies[0].mailboxes is None


def test_deckies_alone_may_hold_the_people() -> None:
    text = f"{ORGANISATION}deckies:\n  - name: d\n    services: [imap]\n    personas:\n" + (
        (ANN + BOB).replace("  -", "      -")
    )
    assert len(loaded(text).world.casts()[0].personas) == 2


def test_writer_and_settings_are_taken_over() -> None:
    text = f"""{GOOD}writer:
  name: ollama
  url: [http://a:11434, http://b:11434]
  model: llama3
  options: {{temperature: 0.8, num_ctx: 4096, stop: [END], mirostat: true}}
settings: {{reply_probability: 0.4, allow_hosts: [192.0.2.7], allow_domains: [Acme.test]}}
"""
    world = loaded(text).world
    assert world.writer.urls == ("http://a:11434", "http://b:11434")
    assert world.writer.options == {
        "temperature": 0.8,
        "num_ctx": 4096,
        "stop": ["END"],
        "mirostat": True,
    }
    assert world.settings.reply_probability == 0.4
    assert world.settings.allow_domains == ("acme.test",)


def test_all_personas_wrong_is_for_the_picker_to_say() -> None:
    """Left-out personas never turn into an error by themselves."""
    found = read(f"{ORGANISATION}personas: [1, 2]\n", source="f")
    assert found.world.personas == ()
    assert [p.severity for p in found.problems].count("dropped") == 2


def test_bytes_that_are_no_utf8_are_named_by_line() -> None:
    with pytest.raises(PersonasError, match=r"^f:2: the byte 0xE9 is no UTF-8; save the file as"):
        decode("a: 1\nb: é\n".encode("latin-1"), source="f")
    assert decode("é".encode(), source="f") == "é"


def test_a_large_cast_is_read_in_linear_steps() -> None:
    """A thousand personas with managers are all there."""
    people = "".join(
        f"  - {{name: P{i}, email: {i}@acme.internal, role: x, manager: {i // 2}@acme.internal}}\n"
        for i in range(1, 1000)
    )
    boss = "  - {name: P0, email: 0@acme.internal, role: CEO}\n"
    assert len(loaded(f"{ORGANISATION}personas:\n{boss}{people}").world.personas) == 1000


def test_lists_of_another_shape_are_told() -> None:
    text = f"{ORGANISATION}personas: {{ann: CFO}}\n"
    with pytest.raises(PersonasError, match="f:2: personas: is a mapping, not a list"):
        read(text, source="f")
    with pytest.raises(PersonasError, match=r"f:5: writer\.options: is a list, no mapping"):
        read(f"{GOOD}writer: {{options: [1]}}\n", source="f")


@pytest.mark.parametrize(("region", "known"), [("by", "BY"), ("AUGSBURG", "Augsburg")])
def test_regions_have_one_spelling(region: str, known: str) -> None:
    text = persona(f"country: DE, subdivision: {region}")
    assert loaded(text).world.personas[2].subdivision == known


def test_options_may_be_anything_that_json_knows() -> None:
    text = f"{GOOD}writer: {{options: {{a: {{b: [1, 2.5, x, ~, false]}}}}}}\n"
    assert loaded(text).world.writer.options == {"a": {"b": [1, 2.5, "x", None, False]}}


def test_keys_are_words() -> None:
    with pytest.raises(PersonasError, match="f:5: a key that is no word; write key: value"):
        read(f"{GOOD}? [a]\n: b\n", source="f")


def test_all_may_be_said_of_mailboxes() -> None:
    text = f"{GOOD}deckies: [{{name: d, services: [imap], mailboxes: all}}]\n"
    assert loaded(text).world.deckies[0].mailboxes is None
