"""Phrase files: reading them, laying an operator's over ours, and finding every mistake."""

from pathlib import Path

import pytest

from decnet_emailgen.errors import SettingError
from decnet_emailgen.generate.lint import Beat, Check, read_beats
from decnet_emailgen.generate.phrases import Library, Phrases
from tests.generate.making import LANGUAGES, STORIES

MAIL = """
greetings: {familiar: ["Hi $you,"], formal: ["Dear $you_full,"],
  morning: {familiar: ["Morning,"], formal: ["Good morning,"]},
  afternoon: {familiar: ["Hello,"], formal: ["Good afternoon,"]},
  team: {familiar: ["Hi all,"], formal: ["Dear all,"]}}
closings: {familiar: ["Thanks,"], formal: ["Regards,"]}
dates:
  on: {today: today, tomorrow: tomorrow, yesterday: yesterday, weekday: "on $weekday",
    date: "on $date"}
  by: {today: tonight, tomorrow: tomorrow, weekday: "by $weekday", date: "by $date"}
forwards: {familiar: ["FYI"], formal: ["For information."]}
"""  # fmt: skip
STORY = """
billing:
  subject: ["Invoice $invoice", "$invoice", "Your {invoice|bill} $invoice"]
  ask:
    short: [SHORT]
    say:
      - ["{Please|Kindly} {check|look at|review} $invoice.",
         "{Is|Was} $invoice {right|correct|fine}?"]
      - ["It {says|shows|has} $amount.", "{There|Here} is $amount."]
"""
BEAT = Beat("billing", "ask", "ask about {invoice} over {amount}", ("invoice", "amount"), False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "mail.yaml").write_text(MAIL)
    return tmp_path


def problems(folder: Path, story: str) -> list[str]:
    (folder / "en" / "billing.yaml").write_text(story)
    check = Check(Phrases("en", folder / "en"), {"billing": [BEAT]})
    return list(check.problems())


def test_a_sound_story_has_no_problem(folder: Path) -> None:
    """What the others below break is whole before."""
    texts = '"{Ok|Fine|Good}, {noted|thanks}.", "{On it|Looking at it}.", "Will do.", "Yes."'
    assert problems(folder, STORY.replace("SHORT", texts)) == []


SHORT = '"{Ok|Fine|Good}, {noted|thanks}.", "{On it|Looking at it}.", "Will do.", "Yes."'
MISTAKES = {
    "no phrases for this story": ("billing:", "other:"),
    "no phrases for this beat": ("  ask:", "  answer:"),
    "the story has no such beat": ("    short:", "    say: [[x]]\n  stray:\n    short:"),
    "unknown slot $order": ("It {says|shows|has} $amount.", "It says $amount of $order."),
    "not every path puts $amount": ("It {says|shows|has} $amount.", "It {says $amount|is high}."),
    "no closing }": ("{Please|Kindly}", "{Please|Kindly"),
    "an em dash": ("Will do.", "Sure — will do."),
    "a greeting": ("Will do.", "Hi $you, will do."),
    "a sign-off": ("Will do.", "Kind regards."),
    "a stock phrase": ("Will do.", "Hope you are doing well."),
    "vocabulary of models": ("Will do.", "That is crucial."),
    "no capital after a stop": ("Will do.", "Done. will tell."),
    "no stop at the end": ("Will do.", "Will do"),
    "a small letter first": ("Will do.", "will do."),
    "punctuation": ("Will do.", "Will do , yes."),
    "texts, 5 wanted": (SHORT, '"Yes."'),
    "fewer than 4 subjects": ('"$invoice", "Your {invoice|bill} $invoice"', '"$invoice"'),
    "combinations, 40 wanted": ("{Please|Kindly} {check|look at|review}", "Check"),
    "nothing to say": ("    say:", "    more:"),
}


@pytest.mark.parametrize(("wanted", "change"), MISTAKES.items(), ids=MISTAKES)
def test_each_mistake_is_found_with_its_place(
    folder: Path, wanted: str, change: tuple[str, str]
) -> None:
    """One change to the sound story, and the problem that names it."""
    story = STORY.replace("SHORT", SHORT)
    assert change[0] in story
    found = problems(folder, story.replace(*change))
    assert any(wanted in problem and "billing" in problem for problem in found), found


def test_a_sentence_in_two_beats_is_found(folder: Path) -> None:
    """What two beats say would be read twice."""
    twice = STORY.replace("SHORT", SHORT + ', "This has been on my desk for long."')
    (folder / "en" / "billing.yaml").write_text(
        twice + twice.partition("  ask:")[2].join(["  b:", ""])
    )
    other = Beat("billing", "b", "ask", ("invoice", "amount"), False)
    check = Check(Phrases("en", folder / "en"), {"billing": [BEAT, other]})
    assert any("both say 'this has been on my desk for long.'" in p for p in check.problems())


def test_words_of_the_other_address_are_found(tmp_path: Path) -> None:
    """A du in a formal mail, a Sie in a familiar one."""
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "mail.yaml").write_text(MAIL)
    story = STORY.replace("SHORT", '"Kannst du das prüfen?", "Können Sie das prüfen?"')
    (tmp_path / "de" / "billing.yaml").write_text(story)
    found = list(Check(Phrases("de", tmp_path / "de"), {"billing": [BEAT]}).problems())
    assert any("formal mail says 'Kannst du das prüfen?'" in problem for problem in found)
    assert any("familiar mail says 'Können Sie das prüfen?'" in problem for problem in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_packaged_phrases_have_no_problem(language: str) -> None:
    """Every story and beat has words, every fact is put, nothing is said in two places."""
    phrases = Library().language(language)
    assert phrases is not None
    assert list(Check(phrases, read_beats(STORIES)).problems()) == []


def test_an_operators_folder_lies_over_ours(folder: Path) -> None:
    """Its stories replace the packaged ones, and the others stay."""
    (folder / "en" / "mine.yaml").write_text("invoice-mismatch:\n  ask:\n    say: [['Mine.']]\n")
    phrases = Library(str(folder)).language("en")
    assert phrases is not None
    lines = phrases.lines("invoice-mismatch", "ask")
    assert lines is not None
    assert lines.say == ((("Mine.",),),)
    assert phrases.lines("quick-question", "ask") is not None
    assert phrases.mail.closings.familiar == (("Thanks,",),)


def test_beats_named_yes_and_no_stay_text(folder: Path) -> None:
    """YAML 1.1 would make them truth values."""
    (folder / "en" / "mine.yaml").write_text("odd:\n  yes:\n    say: [['Yes.']]\n")
    assert Phrases("en", folder / "en").lines("odd", "yes") is not None


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ("odd:\n  ask: [", "not YAML"),
        ("odd:\n  ask: text\n", "should be keys"),
        ("odd:\n  ask:\n    say: text\n", "list of lists"),
        ("odd:\n  ask:\n    short: [[a]]\n", "should be a string"),
        ("odd:\n  ask:\n    short: ['{a']\n", "no closing }"),
    ],
)
def test_a_damaged_file_says_where(folder: Path, content: str, wanted: str) -> None:
    """File, story and beat, in one line."""
    (folder / "en" / "mine.yaml").write_text(content)
    with pytest.raises(SettingError, match=wanted) as caught:
        Phrases("en", folder / "en").lines("odd", "ask")
    assert "mine.yaml" in str(caught.value)
    assert "odd" in str(caught.value)


def test_a_missing_folder_is_a_setting_error() -> None:
    """A typing mistake in ``writer.options.phrases``."""
    with pytest.raises(SettingError, match="/nowhere"):
        Library("/nowhere")
