"""What mails say about files: never that there is one where there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from decnet_emailgen.generate import builtin, prompt
from decnet_emailgen.generate.attached import claim, notes, told
from decnet_emailgen.generate.brief import brief
from decnet_emailgen.pick.stories import startable
from decnet_emailgen.records import Attachment, Pick
from tests.generate.making import pick

LANGUAGES = ("en", "es", "pt", "fr", "de", "it", "nl")
FILE = Attachment("document", "Atlas_plan_v2.docx", "k", "2026-03-09T09:00:00+01:00", "en")
BEATS = [(line.id, beat.id) for line in startable() for beat in line.beats if beat.attach]
SOMETIMES = [
    (line.id, beat.id)
    for line in startable()
    for beat in line.beats
    if (beat.often < 1 or not beat.attach) and not line.starts[0].startswith("system/")
]


def with_file(bare: Pick) -> Pick:
    return replace(bare, beat=replace(bare.beat, attachments=(FILE,)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_it_are_recognised(language: str) -> None:
    for formal in (False, True):
        assert len(notes(language, formal)) >= 4
        assert all(claim(note, language) for note in notes(language, formal))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I sent the list on Monday."),
        ("de", "Die Freigabe hängt noch im Einkauf."),
        ("fr", "Il manque des pièces dans la livraison."),
        ("fr", "Il nous rejoint jeudi."),
        ("es", "La lista está en la carpeta."),
        ("nl", "Het ligt op de server."),
    ],
)
def test_other_words_are_not(language: str, text: str) -> None:
    assert claim(text, language) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_mail_without_a_file_says_that_it_has_one(language: str) -> None:
    for story, beat in SOMETIMES:
        for seed in range(2):
            text = builtin.write(brief(pick(story, beat, language=language, seed=seed))).text
            assert not claim(text, language), (story, beat, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_mails_with_a_file_say_so(language: str) -> None:
    said = [
        bool(claim(builtin.write(brief(with_file(made))).text, language))
        for story, beat in BEATS
        for made in (pick(story, beat, language=language, seed=seed) for seed in range(4))
    ]
    assert 0.5 < sum(said) / len(said) < 0.97


def test_a_model_is_told_the_names_of_files_and_nothing_where_there_are_none() -> None:
    bare = pick("document-review", "ask")
    assert "Atlas_plan_v2.docx" in prompt.user(brief(with_file(bare)))
    assert told(with_file(bare)) in prompt.user(brief(with_file(bare)))
    assert "Attached to this mail" not in prompt.user(brief(bare))
