"""From a pick to a draft: retries, the operator's choice, what is kept."""

from dataclasses import replace

import pytest

from decnet_emailgen.errors import WriterError
from decnet_emailgen.generate.shingles import Memory
from decnet_emailgen.generate.step import Rejected, generate
from decnet_emailgen.generate.writers import open_writer
from decnet_emailgen.generate.writers.scripted import Scripted
from decnet_emailgen.records import Draft, Pick, decode, encode
from tests.generate.making import LANGUAGES, author, pick

REFUSAL = "I'm sorry, but I cannot assist with that request."


def made(seed: int = 0) -> Pick:
    return pick("invoice-mismatch", "ask", seed=seed, sender=author(5, client="thunderbird"))


def answer(told: Pick, subject: str = "Invoice") -> str:
    facts = {fact.name: fact.value for fact in told.beat.facts}
    amount, price = facts["amount"].split()[0], facts["price"].split()[0]
    return (
        f"Subject: {subject}\n\nInvoice {facts['invoice']} says EUR {amount} but {facts['order']} "
        f"says EUR {price}. Could you send a corrected one?"
    )


def draft(result: Draft | Rejected) -> Draft:
    assert isinstance(result, Draft), result
    return result


def test_a_good_answer_becomes_a_mail() -> None:
    """Subject, text and bytes; nothing repaired, nothing refused."""
    told = made()
    written = draft(generate(told, Scripted([answer(told)])))
    assert written.subject == "Invoice"
    assert written.text.startswith("Invoice ")
    assert f"Message-ID: {told.message_id}" in written.message
    assert written.writer == "scripted"
    assert written.repairs == ()
    assert written.rejections == ()


def test_a_refused_answer_is_asked_for_again_with_the_reason() -> None:
    """First with what was wrong, then afresh with another seed; every refusal is kept."""
    told = made()
    writer = Scripted([REFUSAL, "Subject: x\n\nHello [Name], by [date]?", answer(told)])
    written = draft(generate(told, writer))
    assert [r.reason for r in written.rejections] == ["refusal", "placeholder"]
    assert written.rejections[0].text == REFUSAL
    attempts = [(attempt, bool(complaint)) for _, attempt, complaint in writer.asked]
    assert attempts == [(0, False), (1, True), (2, False)]


def test_after_three_refusals_the_builtin_writer_takes_over() -> None:
    """The operator's mailbox stays whole, and the record says who wrote."""
    written = draft(generate(made(), Scripted([REFUSAL] * 3)))
    assert written.writer == "builtin"
    assert len(written.rejections) == 3


@pytest.mark.parametrize(("choice", "fatal"), [("skip", False), ("fail", True)])
def test_or_there_is_no_mail(choice: str, fatal: bool) -> None:
    """Skip leaves it out, fail ends the run; both say why."""
    result = generate(made(), Scripted([REFUSAL] * 3), on_reject=choice)  # type: ignore[arg-type]
    assert isinstance(result, Rejected)
    assert result.fatal is fatal
    assert result.reason.startswith("refusal: ")


def test_a_server_that_is_away_is_no_refusal() -> None:
    """Nothing is written behind the operator's back."""
    with pytest.raises(WriterError):
        generate(made(), Scripted([]))


def test_a_near_duplicate_is_refused() -> None:
    """The same words for two mails would be found by any search."""
    seen = Memory()
    told = made()
    draft(generate(told, Scripted([answer(told)]), seen=seen))
    twin = replace(told, id="ff" * 8)
    second = draft(generate(twin, Scripted([answer(told)] * 3), seen=seen))
    assert [r.reason for r in second.rejections] == ["near-duplicate"] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_builtin_writer_makes_drafts_in_every_language(language: str) -> None:
    """Through the whole step, and back from a line of JSON."""
    written = draft(generate(replace(made(seed=3), language=language), open_writer("builtin")))
    assert written.writer == "builtin"
    assert decode(encode(written), Draft) == written


def test_a_language_without_words_is_rejected_with_the_remedy() -> None:
    """A batch goes on; the line says which languages there are."""
    result = generate(
        pick("invoice-mismatch", "ask", language="ja"), open_writer("builtin"), on_reject="skip"
    )
    assert isinstance(result, Rejected)
    assert "no phrases for language ja" in result.reason


@pytest.mark.parametrize(
    ("client", "quote"), [("outlook", "’"), ("iphone", "’"), ("gmail", "'"), ("thunderbird", "'")]
)
def test_quotes_are_those_of_the_authors_client(client: str, quote: str) -> None:
    """Outlook and Apple curl them as one types, the others don't (docs/realism.md, section 2)."""
    told = pick("invoice-mismatch", "ask", sender=author(5, client=client))
    for typed in ("'", "’"):
        text = answer(told).replace("Could you", f"It doesn{typed}t fit. Could you")
        assert f"doesn{quote}t" in draft(generate(told, Scripted([text]))).text
