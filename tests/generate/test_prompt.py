"""The prompt: what the model is told, and in which order."""

from dataclasses import replace

import pytest

from decnet_emailgen.generate import prompt
from decnet_emailgen.generate.brief import Brief, brief
from decnet_emailgen.records import Earlier
from tests.generate.making import author, pick


def told(**sender: object) -> Brief:
    made = pick("invoice-mismatch", "ask", sender=author(5, client="thunderbird"))
    changed = replace(made.sender, **sender)  # type: ignore[arg-type] # each test names a real field
    return brief(replace(made, sender=changed))


def test_what_is_the_same_for_every_mail_stands_first() -> None:
    """Servers keep the state of a prompt's beginning: the rules, then the author."""
    one, other = prompt.system(told()), prompt.system(told(name="Tom Baker", role="Planner"))
    assert one.startswith(prompt.RULES)
    assert other.startswith(prompt.RULES)
    assert "Tom Baker, Planner" in other


def test_facts_are_given_in_words_of_the_language() -> None:
    """A model that has to turn 1250.00 EUR or a date into German gets it wrong."""
    german = brief(replace(told().pick, language="de"))
    facts = {fact.name: fact.value for fact in german.pick.beat.facts}
    text = prompt.user(german)
    assert facts["invoice"] in text
    assert facts["amount"] not in text
    assert "€" in text
    assert "Language: German" in text
    assert "{" not in text


def test_dashes_are_forbidden_but_to_heavy_users_of_models() -> None:
    """DECNET's rule for ``uses_llms_heavily``."""
    assert "Never use em dashes" in prompt.system(told())
    assert "em dashes" not in prompt.system(told(uses_llms_heavily=True))


def test_mannerisms_tone_and_topic_are_told() -> None:
    """What the persona file says about the author, and what the thread is about."""
    brief_ = told(mannerisms=("says nope", "hates lists"), tone="custom", tone_custom="grumpy")
    assert "says nope; hates lists" in prompt.user(brief_)
    assert "grumpy" in prompt.system(brief_)
    assert brief_.pick.topic in prompt.user(brief_)


def test_a_signature_is_never_asked_for() -> None:
    """The mail room adds the block: the model must not write one."""
    text = str(prompt.messages(told(signature="Anna Weiß\nMarlow Industries, Leeds")))
    assert "Leeds" not in text
    assert "signature block is added afterwards" in text


@pytest.mark.parametrize(("beat", "subject"), [("ask", True), ("clarify", False)])
def test_only_a_new_thread_needs_a_subject(beat: str, subject: bool) -> None:
    """A reply has its parent's."""
    assert ("Subject:" in prompt.user(brief(pick("invoice-mismatch", beat)))) is subject


def test_the_parent_is_shown_whole_and_older_mails_as_far_as_there_is_room() -> None:
    """The thread is trimmed from its far end, to a budget."""
    made = pick("invoice-mismatch", "clarify")
    mails = tuple(
        Earlier(f"<{n}@x>", made.date, author(n), (), (), "Invoice", f"mail {n} " + "word " * 180)
        for n in range(8)
    )
    text = prompt.user(brief(replace(made, thread=mails)))
    assert mails[-1].text.strip() in text
    assert "mail 0 " not in text
    assert text.index("mail 6 ") < text.index("mail 7 ")
    assert len(text) < prompt.THREAD_CHARACTERS + 2500


def test_ones_own_mail_is_called_so() -> None:
    """A follow-up must not answer itself."""
    made = pick("common", "chase")
    own = Earlier("<1@x>", made.date, made.sender, made.to, (), "Atlas", "Did you see this?")
    text = prompt.user(brief(replace(made, thread=(own,))))
    assert "You wrote:" in text
    assert "no answer to your last mail" in text


def test_a_complaint_is_passed_on() -> None:
    """The retry says what was wrong."""
    assert "fact missing" in prompt.user(told(), "fact missing")


def test_short_mails_are_asked_for_in_so_many_words() -> None:
    """Small models write pages unless a line is demanded."""
    assert "one line, at most 6 words" in prompt.user(replace(told(), words=6))
    assert "about 80 words" in prompt.user(replace(told(), words=80))


def test_the_prompt_is_a_function_of_the_brief() -> None:
    """Nothing else goes in: no clock, no chance."""
    assert prompt.messages(told()) == prompt.messages(told())


def test_a_language_without_phrases_gets_its_facts_too() -> None:
    """Models write more languages than we have words for."""
    text = prompt.user(brief(replace(told().pick, language="ja")))
    assert "Japanese" in text
    assert "{" not in text
