"""The gate: repairs that change nothing, reasons that refuse, and the measured rates of both."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decnet_emailgen.generate.brief import Brief, brief
from decnet_emailgen.generate.gate import REASONS, Verdict, judge, table
from decnet_emailgen.generate.shingles import Memory, jaccard, shingles
from decnet_emailgen.records import Pick
from tests.generate.corpora import ANNA, Labelled, bad, good, report
from tests.generate.making import pick

TEXT = "The second table is from the old version, I'll swap it today."
GOOD, BAD = list(good()), list(bad())


def told(language: str = "en", *, new: bool = False) -> Brief:
    return Labelled(1, language, "Subject: x\n\ny" if new else "y").brief()


def verdict(answer: str, language: str = "en", *, new: bool = False) -> Verdict:
    return judge(answer, told(language, new=new))


def changed(told_: Brief, **fields: object) -> Brief:
    made: Pick = replace(told_.pick, **fields)  # type: ignore[arg-type] # each test names a real field
    return replace(told_, pick=made)


REPAIRS = [
    ("fences", f"```\n{TEXT}\n```"),
    ("fences", f"```text\n{TEXT}\n```\n"),
    ("thoughts", f"<think>Be brief.</think>\n{TEXT}"),
    ("thoughts", f"Let me think.</think>{TEXT}"),
    ("chat-marks", f"{TEXT}<|im_end|>"),
    ("preamble", f"Sure, here is the email:\n\n{TEXT}"),
    ("preamble", f"Certainly! Here's a draft of the reply:\n{TEXT}"),
    ("preamble", f"Body:\n{TEXT}"),
    ("preamble", f'"{TEXT}"'),
    ("postamble", f"{TEXT}\n\nNote: I kept the tone direct, as asked."),
    ("postamble", f"{TEXT}\n\nLet me know if you would like me to adjust the tone!"),
    ("quoted", f"{TEXT}\n\n> Could you look at the numbers?\n> They don't add up."),
    ("quoted", f"{TEXT}\n\nOn Mon, 9 Mar 2026 at 08:30, Tom Baker wrote:\nCould you look?"),
    ("quoted", f"{TEXT}\n\n-----Original Message-----\nFrom: Tom\nCould you look?"),
    ("markdown", TEXT.replace("old version", "**old version**")),
    ("markdown", f"## Answer\n{TEXT}"),
    ("html", f"<p>{TEXT}</p>"),
    ("invisible", TEXT.replace("table", "ta\u200bble\u202e")),
    ("invisible", f"\ufeff{TEXT}\x07"),
    ("headers", f"From: Anna Weiß\nTo: Tom Baker\nDate: Monday\n\n{TEXT}"),
    ("subject-in-reply", f"Subject: Re: Atlas\n\n{TEXT}"),
    ("second-mail", f"{TEXT}\n\nSubject: Another\n\nHi Pieter, hello."),
    ("em-dash", TEXT.replace(", I'll", " \u2014 I'll")),
    ("stock-phrase", f"I hope this email finds you well. {TEXT}"),
    ("stock-phrase", f"{TEXT} Please don't hesitate to contact me."),
    ("signature", f"{TEXT}\n\nBest regards,\nAnna Weiß\nBuyer\nMarlow Industries\n+49 30 123456"),
    ("signature", f"{TEXT}\n\nAnna\n\n-- \nAnna Weiß\nBuyer"),
    ("signature", f"{TEXT}\n\nAnna\n\nDear Tom,\n\nThank you for your mail.\n\nTom"),
    ("signature-name", f"{TEXT}\n\nBest regards,\n[Your Name]"),
    ("greeting-name", f"Hi [Recipient],\n\n{TEXT}"),
    ("greeting-name", f"Hi John,\n\n{TEXT}"),
]


@pytest.mark.parametrize(("name", "answer"), REPAIRS)
def test_what_is_safe_to_repair_is_repaired_and_named(name: str, answer: str) -> None:
    """The mail goes out, without the scrap, and the record says what was done."""
    found = verdict(answer)
    assert found.rejection is None
    assert name in found.repairs
    assert re.sub(r"[*\u2014-]", "", found.text).split()[-2:] != []
    assert "swap it today" in found.text
    for scrap in (
        "```",
        "<",
        "**",
        "Subject",
        "hesitate",
        "finds you",
        "[",
        "> ",
        "\u200b",
        "John",
    ):
        assert scrap not in found.text


def test_a_clean_answer_is_left_alone() -> None:
    """No repair, and not a character changed."""
    text = f"Hi Tom,\n\n{TEXT}\n\nThanks,\nAnna"
    found = verdict(text)
    assert found == Verdict("", text)


@pytest.mark.parametrize(
    "line",
    [
        "Subject: Old table",
        "**Subject:** Old table",
        "**Subject: Old table**",
        "SUBJECT : Old table",
        "Subject Line: Old table",
        "Asunto: Old table",
        "Assunto: Old table",
        "Objet : Old table",
        "Betreff: Old table",
        "Oggetto: Old table",
        "Onderwerp: Old table",
        "# Subject: Old table",
        "Subject: Re: Old table",
        'Subject: "Old table"',
        "Subject: Subject: Old table",
        "Subject: Old table\nSubject: Another one",
        "To: Tom\nSubject: Old table",
    ],
)
def test_the_subject_is_found_however_it_is_written(line: str) -> None:
    """In any case and language, marked up, doubled, among other headers."""
    found = verdict(f"{line}\n\n{TEXT}", new=True)
    assert found.subject == "Old table"
    assert found.text == TEXT


@pytest.mark.parametrize(
    "line",
    ["", "Subject:", "Subject: Subject", "Subject: [Subject]", "Subject: No subject",
     "Betreff: N/A", f"Subject: {'x' * 200}", "Subject: As an AI model"],
)  # fmt: skip
def test_an_unusable_subject_is_made_from_the_facts(line: str) -> None:
    """Never one constant: it names what the mail is about."""
    subjects = set()
    for n in range(12):
        made = pick("invoice-mismatch", "ask", seed=n)
        facts = {fact.name: fact.value for fact in made.beat.facts}
        body = "Invoice {invoice} of {amount} against order {order}, {price}.".format(**facts)
        found = judge(f"{line}\n\n{body}", brief(made))
        assert found.subject
        assert "subject" in found.repairs
        subjects.add(found.subject)
    assert len(subjects) > 6


@pytest.mark.parametrize(
    "answer",
    [
        "Subject: Table\r\nBcc: all@corp.test\r\n\r\n" + TEXT,
        "Subject: Table\u2028Bcc: all@corp.test\n\n" + TEXT,
        "Subject: Table\x0bBcc: all@corp.test\n\n" + TEXT,
        "Subject: Table\x00\x1b[31m\n\n" + TEXT,
    ],
)
def test_nothing_gets_into_a_header_but_one_line(answer: str) -> None:
    """Header injection ends at the subject's line end (RFC 5322 section 2.2)."""
    found = verdict(answer, new=True)
    assert found.subject.isprintable()
    assert found.subject.startswith("Table")
    assert "all@corp.test" not in found.subject + found.text


def test_json_answers_are_read() -> None:
    """Structured output, or a model that likes braces."""
    found = verdict('{"subject": "Old table", "body": "The table is old.\\n\\nAnna"}', new=True)
    assert (found.subject, found.text) == ("Old table", "The table is old.\n\nAnna")


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case.reason}-{case.number}")
def test_every_reason_has_its_cases(case: Labelled) -> None:
    """The labels of the corpus are reason codes that exist."""
    assert case.reason in {*REASONS, "two-mails"}


@pytest.mark.parametrize(
    "reason", sorted({*REASONS} - {"too-long", "near-duplicate", "worn-phrase", "unanswered"})
)
def test_each_reason_refuses_what_it_is_for(reason: str) -> None:
    """Of the bad answers that aren't held out, all but one are refused, most for that reason.

    Those for length and likeness have tests of their own below.
    """
    cases = [case for case in BAD if case.reason == reason and not case.held_out]
    verdicts = [case.verdict().rejection for case in cases]
    assert sum(v is None for v in verdicts) == 0
    assert sum(v is not None and v.reason == reason for v in verdicts) >= len(cases) * 0.7


def test_far_too_long_is_refused() -> None:
    """Four hundred words where sixty were asked for."""
    words = [f"word{n % 97} and then line {n}." for n in range(100)]
    found = verdict(" ".join(words))
    assert found.rejection is not None
    assert found.rejection.reason == "too-long"


def test_a_name_in_brackets_is_a_gap_and_a_tag_is_none() -> None:
    """A small model brackets what it was told: about [Indigo] and [Dr. Fairley]."""
    for gap in ("with [Tom] about the table", "the [Old Table] and [Dr. Fairley]", "for [J. Weiß]"):
        found = verdict(f"I have been going over the details {gap} since Monday.")
        assert found.rejection is not None
        assert found.rejection.reason == "placeholder"
    for tag in (
        "It came with [EXTERNAL] in front.",
        "See the list [2], it is old.",
        "an old [sic] one",
    ):
        found = verdict(f"The table is in the second room. {tag}")
        assert found.rejection is None or found.rejection.reason != "placeholder"


@pytest.mark.parametrize("opening", ["Tina,\n\nDear Tom,\n\n", "Anna Weiß wrote:\n\n"])
def test_two_greetings_or_somebody_elses_words_are_not_one_mail(opening: str) -> None:
    """Small models go on as the thread in the prompt did."""
    found = verdict(f"{opening}The table is old and stands in the second room.")
    assert found.rejection is not None
    assert found.rejection.reason in {"not-one-mail", "wrong-recipient"}


def test_a_subject_further_down_is_refused_wherever_it_stands() -> None:
    """Not only after a blank line, where the rest can be cut off."""
    found = verdict("Tom Baker\nSubject: What is the best way to pay for the item?")
    assert found.rejection is not None
    assert found.rejection.reason == "not-one-mail"


def test_a_near_duplicate_is_refused_and_a_like_one_is_not() -> None:
    """Jaccard over one half, on five-word shingles."""
    seen = Memory()
    seen.add("first", shingles(TEXT))
    twin = judge(TEXT.replace("today", "tonight"), told(), seen)
    assert twin.rejection is not None
    assert twin.rejection.reason == "near-duplicate"
    assert "first" in twin.rejection.detail
    other = judge(
        "The second table is fine, it is the first that was from an old file.", told(), seen
    )
    assert other.rejection is None


def test_rates_on_the_labelled_mails() -> None:
    """Recall at least 98 % of the bad, false rejections at most 2 % of the good; the same of those
    that the gate was never tuned on.
    """  # fmt: skip
    refused = [case.caught for case in BAD]
    false = [case.caught for case in GOOD]
    assert sum(refused) / len(BAD) >= 0.98
    assert sum(false) / len(GOOD) <= 0.02
    unseen = [hit for hit, case in zip(refused, BAD, strict=True) if case.held_out]
    strict = [hit for hit, case in zip(false, GOOD, strict=True) if case.held_out]
    assert sum(unseen) / len(unseen) >= 0.98
    assert sum(strict) / len(strict) <= 0.02


def test_good_mails_are_hardly_touched() -> None:
    """What people write needs no repair."""
    repaired = [case for case in GOOD if case.verdict().repairs]
    assert len(repaired) <= len(GOOD) * 0.03


@pytest.mark.parametrize("answer", [TEXT, f"{TEXT} That is crucial and pivotal \u2014 moreover."])
def test_heavy_users_of_models_may_sound_like_it(answer: str) -> None:
    """``uses_llms_heavily`` lifts dashes and vocabulary, and nothing else."""
    heavy = changed(told(), sender=replace(ANNA, uses_llms_heavily=True))
    found = judge(answer, heavy)
    assert found.rejection is None
    assert found.text == answer
    assert judge("As an AI language model I can't.", heavy).rejection is not None


def test_one_favourite_word_of_models_is_let_pass() -> None:
    """People use them too: two or more come in 2.7 % of mails only (docs/realism.md, section 6)."""
    assert verdict("That is a crucial point, I'll ask Pieter.").rejection is None


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("Invoice RE-20417 over EUR 1250 is due Thursday.", True),
        ("Invoice re 20417 over 1.250,00 € is due on 12 March.", True),
        ("RE-20417 (1,250.00 EUR) by 12/03 please.", True),
        ("Invoice RE-20417 over €1,250.50 is due Thursday.", False),
        ("Invoice RE-20417 over €1,250 is due on Friday.", False),
        ("Invoice RE-20471 over €1,250 is due Thursday.", False),
    ],
)
def test_facts_count_in_every_usual_form_and_no_other(text: str, fine: bool) -> None:
    """Amounts in any grouping, dates by name or number; a changed digit is another fact."""
    case = Labelled(1, "en", text, ("invoice", "amount", "deadline"))
    assert (case.verdict().rejection is None) is fine


def test_a_fact_of_the_thread_need_not_be_said_again() -> None:
    """The reader has the mail that is answered."""
    case = Labelled(1, "en", "Yes, the table is wrong, I'll swap it.", ("project",))
    assert case.verdict().rejection is None  # the parent names Atlas


@given(st.text(max_size=400))
def test_no_answer_breaks_the_gate(answer: str) -> None:
    """Whatever comes back, there is a verdict, and no control character in it."""
    found = judge(answer, told(new=True))
    assert found.subject
    assert found.subject.isprintable()
    assert all(c.isprintable() or c in "\n\t" for c in found.text)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60))
def test_a_text_is_like_itself_if_it_is_long_enough(letters: list[str]) -> None:
    """And has no shingles if it is too short."""
    marks = shingles(" ".join(letters))
    assert (jaccard(marks, marks) == 1.0) is bool(marks)
    assert bool(marks) is (len(letters) >= 9)


def test_the_table_of_reasons_is_whole() -> None:
    """One row a reason, for docs/writers.md."""
    assert len(list(table())) == len(REASONS) + 2


def test_the_page_on_writers_holds_the_table_and_the_rates() -> None:
    """docs/writers.md says what the code does, and what was measured."""
    page = (Path(__file__).parents[2] / "docs" / "writers.md").read_text("utf-8")
    for line in (*table(), *report()):
        assert line in page.split("\n")
