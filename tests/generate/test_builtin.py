"""The builtin writer, with the packaged phrases of every language."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.brief import Brief, brief
from decnet_emailgen.generate.builtin import SHORT, Words, faulty, write
from decnet_emailgen.generate.forms import first_name
from decnet_emailgen.generate.gate import days, tongue, truth
from decnet_emailgen.generate.lexicon import lexicon
from decnet_emailgen.records import Pick
from tests.generate.making import (
    CLIENTS,
    LANGUAGES,
    TONES,
    author,
    beats,
    conversation,
    pick,
    stories,
)

BEATS = sorted(beats())
SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


def told(brief_: Brief, words: int) -> Brief:
    return replace(brief_, words=words)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None)
@given(
    beat=st.sampled_from(BEATS),
    seed=st.integers(0, 10**6),
    formal=st.booleans(),
    tone=st.sampled_from(TONES),
    client=st.sampled_from(CLIENTS),
    words=st.integers(1, 400),
)
def test_no_mail_leaves_a_trace_of_its_making(
    language: str,
    beat: tuple[str, str],
    seed: int,
    formal: bool,
    tone: str,
    client: str,
    words: int,
) -> None:
    """Whatever the story, the person and the length: no slot, brace or empty mail."""
    made = pick(
        *beat,
        language=language,
        seed=seed,
        formal=formal,
        sender=author(seed % 50, tone=tone, client=client),
    )
    mail = write(told(brief(made), words))
    assert not faulty(mail), mail
    assert bool(mail.subject) == (made.kind == "new")
    assert "  " not in mail.text.replace(".  ", ". ").replace("?  ", "? ").replace("!  ", "! ")
    assert "—" not in mail.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_enough_mails_put_every_fact_of_their_intent(language: str) -> None:
    """What the beat has to say is said, in a form that the gate recognises too."""
    missed = []
    for n, beat in enumerate(BEATS):
        made = pick(*beat, language=language, seed=n, formal=n % 2 == 0)
        full = told(brief(made), 40)
        if full.needed and (lost := truth.missing(_whole(write(full)), full)):
            missed.append((beat, lost))
    assert not missed


def _whole(mail: Words) -> str:
    return f"{mail.subject}\n{mail.text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_are_in_their_language(language: str) -> None:
    """The gate, which knows nothing of phrases, takes each for what it should be.

    A dozen words with a product's name in them may mislead it, in two mails of a hundred at most:
    the share of good mails that the gate may refuse.
    """
    strange = []
    for n, beat in enumerate(BEATS):
        mail = write(told(brief(pick(*beat, language=language, seed=n)), 60))
        if found := tongue.wrong_language(mail.text, language):
            strange.append((beat, found, mail.text))
    assert len(strange) <= 0.02 * len(BEATS), strange


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_never_contradict_the_date_header(language: str) -> None:
    """A weekday beside a date is that date's weekday."""
    for n, beat in enumerate(BEATS):
        made = brief(pick(*beat, language=language, seed=n))
        assert not days.contradiction(_whole(write(made)), made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_keeps_to_one_form_of_address(language: str) -> None:
    """No du in a formal mail, no Sie in a familiar one; private chat is always familiar."""
    words = lexicon(language)
    slips = []
    for n, beat in enumerate(BEATS):
        formal = n % 2 == 0 and "private" not in stories()[beat[0]]
        made = pick(*beat, language=language, seed=n, formal=formal)
        text = write(told(brief(made), 70)).text
        if found := (words.familiar if formal else words.formal).search(text):
            slips.append((beat, found[0], text))
    assert not slips


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_six_words_comes_twice_in_a_thread(language: str) -> None:
    """A reader of the whole thread finds no line a second time."""
    for story in ("invoice-mismatch", "quote-request", "access-request", "document-review"):
        said: set[str] = set()
        talk = conversation(story, 5, language=language)
        made = next(talk)
        try:
            while True:
                mail = write(told(brief(made), 80))
                sentences = [s for s in SENTENCE.split(mail.text) if len(s.split()) >= 6]
                assert not said & set(sentences)
                said.update(sentences)
                made = talk.send((mail.text, mail.subject))
        except StopIteration:
            pass
        assert said


def test_the_same_pick_gives_the_same_words_and_others_differ() -> None:
    """The pick's id decides, so that two installs don't write the same."""
    made = pick("invoice-mismatch", "ask")
    assert write(brief(made)) == write(brief(made))
    texts = {write(brief(replace(made, id=f"{n:016x}"))).text for n in range(40)}
    assert len(texts) > 35


def test_short_mails_are_short() -> None:
    """A target of a few words is met with a whole short mail."""
    sizes = [
        len(write(told(brief(pick("invoice-mismatch", "clarify", seed=n)), 5)).text.split())
        for n in range(80)
    ]
    assert sorted(sizes)[60] <= SHORT + 6


def test_phones_seldom_greet() -> None:
    """Typed with thumbs: a greeting is rare; at a desk a new formal mail mostly has one."""

    def greets(client: str, formal: bool) -> int:
        mails = (
            write(told(brief(_by(n, client, formal)), 60)).text.split("\n")[0] for n in range(150)
        )
        return sum(line.endswith(",") for line in mails)

    assert greets("iphone", False) < greets("outlook", False) < greets("outlook", True)


def _by(n: int, client: str, formal: bool) -> Pick:
    return pick("invoice-mismatch", "ask", seed=n, formal=formal, sender=author(n, client=client))


def test_a_person_keeps_to_one_or_two_closings() -> None:
    """Habits are the person's, not the mail's."""
    sender = author(4, tone="formal", client="outlook")
    last = set()
    for n in range(60):
        text = write(told(brief(pick("quick-question", "ask", seed=n, sender=sender)), 40)).text
        lines = [line for line in text.split("\n") if line]
        if lines[-1] in (sender.name, first_name(sender.name)):
            last.add(lines[-2] if lines[-2].endswith(",") else "")
    assert len(last - {""}) <= 2


@pytest.mark.parametrize(
    ("mannerism", "wanted"),
    [
        ("signs off with 'Onwards'", "Onwards"),
        ("opens with 'Quick one.'", "Quick one."),
        ("greets people with 'Ahoy'", "Ahoy Sam"),
    ],
)
def test_a_quoted_mannerism_is_used_where_it_belongs(mannerism: str, wanted: str) -> None:
    """At the beginning or at the end, in some of the mails."""
    sender = replace(author(2, tone="direct", client="outlook"), mannerisms=(mannerism,))
    texts = []
    for n in range(60):
        made = pick("invoice-mismatch", "ask", seed=n, sender=sender)
        made = replace(made, to=(replace(made.to[0], name="Sam Okafor"),))
        texts.append(write(told(brief(made), 60)).text)
    share = sum(wanted in text for text in texts) / len(texts)
    assert 0.1 < share < 1


def test_a_mannerism_that_nobody_knows_changes_nothing() -> None:
    """It is for models; the builtin writer leaves it."""
    sender = author(2, client="outlook")
    odd = replace(sender, mannerisms=("thinks of the sea",))
    made = pick("invoice-mismatch", "ask", sender=sender)
    assert write(brief(made)) == write(brief(replace(made, sender=odd)))


def test_a_language_without_phrases_says_what_to_do() -> None:
    """No mail in another language than the one wanted."""
    with pytest.raises(SettingError, match="no phrases for language ja"):
        write(brief(pick("invoice-mismatch", "ask", language="ja")))


def test_a_region_falls_back_to_its_language() -> None:
    """``pt-BR`` is written with the words for ``pt``."""
    made = pick("invoice-mismatch", "ask", language="pt-BR")
    assert not tongue.wrong_language(write(told(brief(made), 60)).text, "pt-BR")
