"""What systems send, as words and as bytes: in one form, never from a model, with right clocks."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from decnet_emailgen.generate.step import generate
from decnet_emailgen.generate.writers.scripted import Scripted
from decnet_emailgen.mail import mint
from decnet_emailgen.mail.copies import copies
from decnet_emailgen.mail.parse import read
from decnet_emailgen.mail.server import server_for
from decnet_emailgen.pick.simulate import Office
from decnet_emailgen.records import Draft, Pick
from tests.pick.worlds import person, picks_of, threads_of, world

LANGUAGES = ("en", "de", "es", "fr", "pt", "it", "nl")
ROLES = ("System Administrator", "Accountant", "Sales Manager", "Software Developer")
SERVER = server_for("norsund.internal", "Europe/Madrid", "key")
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


@cache
def drafts() -> tuple[Draft, ...]:
    """Notices of a spring in seven languages; the writer would answer nonsense, if asked."""
    people = [
        person(number, f"role: {ROLES[number % 4]}, language: {language}, languages: [{language}]")
        for number, language in enumerate((*LANGUAGES, *LANGUAGES))
    ]
    outside = [
        f"name: Kim {code}, email: k@{code}.example, organisation: Firm {code}, "
        f"language: {code}, languages: [{code}]"
        for code in LANGUAGES[:4]
    ]
    them = world(people, outside=outside, extra="settings: {machine_mail: 0.6}\n")
    office = Office(them.casts()[0], "s", mint)
    picks = picks_of(threads_of(office, "2026-03-02", "2026-04-10", 1.0))
    chosen = [pick for pick in picks if pick.sender.client.startswith("system/") and pick.to]
    made = [generate(pick, Scripted(["```nonsense```"])) for pick in chosen if not pick.thread]
    assert all(isinstance(draft, Draft) for draft in made)
    return tuple(draft for draft in made if isinstance(draft, Draft))


def inbox(draft: Draft) -> bytes:
    """The one copy of a notice."""
    (copy,) = copies(draft, SERVER)
    assert (copy.folder, copy.mailbox) == ("INBOX", draft.pick.to[0].email)
    return copy.content


def test_there_are_notices_of_every_language_and_kind() -> None:
    assert {draft.pick.language for draft in drafts()} == set(LANGUAGES)
    assert len({draft.pick.sender.client for draft in drafts()}) >= 12
    assert len({draft.pick.beat.story for draft in drafts()}) >= 18


def test_no_model_writes_a_notice() -> None:
    assert {draft.writer for draft in drafts()} == {"builtin"}
    assert not any("nonsense" in draft.text for draft in drafts())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_of_the_form(language: str) -> None:
    for draft in drafts():
        if draft.pick.language == language:
            for text in (draft.subject, draft.text):
                assert text == text.strip() != ""
                assert not re.search(r"\$[a-z]|[{}|\[\]]", text), text
                assert "None" not in text


def test_a_notice_names_the_facts_it_is_about() -> None:
    for draft in drafts():
        for fact in draft.pick.beat.facts:
            if fact.kind == "text" and "{" + fact.name + "}" in draft.pick.beat.intent:
                assert fact.value in draft.text


def test_a_system_keeps_its_form() -> None:
    shapes = defaultdict(set)
    for draft in drafts():
        labels = tuple(re.findall(r"^([^\W\d][\w ]+?) ?:", draft.text, re.MULTILINE))
        pick = draft.pick
        if pick.beat.story in ("notice-ticket", "notice-alert", "notice-approval"):
            shapes[pick.sender.email, pick.beat.story, pick.language].add(labels)
    assert len(shapes) > 6
    assert all(len(found) == 1 for found in shapes.values())


def test_times_in_a_notice_are_shortly_before_it() -> None:
    seen = 0
    for draft in drafts():
        for text in STAMP.findall(draft.text):
            seen += 1
            local = draft.pick.when.replace(tzinfo=None)
            assert timedelta(0) < local - datetime.fromisoformat(text) < timedelta(minutes=1)
    assert seen > 50


def test_a_caller_has_one_extension() -> None:
    extensions: defaultdict[str, set[str]] = defaultdict(set)
    for draft in drafts():
        if draft.pick.beat.story == "notice-call":
            caller = next(f.value for f in draft.pick.beat.facts if f.name == "person")
            extensions[caller] |= set(re.findall(r"\b[2-4]\d\d\b", draft.text))
    assert len(extensions) > 4
    assert all(len(numbers) == 1 for numbers in extensions.values())


def test_readers_of_a_newsletter_get_the_same_issue() -> None:
    issues = defaultdict(set)
    for draft in drafts():
        if draft.pick.sender.client == "system/newsletter":
            issues[draft.pick.sender.email, draft.pick.date[:10]].add(draft.text)
    assert issues
    assert all(len(texts) == 1 for texts in issues.values())


def clock_of(message_id: str) -> datetime | None:
    """The time in a Message-ID of JavaMail, Python or s-nail."""
    if java := re.fullmatch(r"<\d+\.\d+\.(\d{13})@.+>", message_id):
        return datetime.fromtimestamp(int(java[1]) / 1000, UTC)
    if python := re.fullmatch(r"<(\d{12})\.\d+\.\d+@.+>", message_id):
        return datetime.fromtimestamp(int(python[1]) / 100, UTC)
    if nail := re.fullmatch(r"<(\d{14})\.\w{5}%.+>", message_id):
        return datetime.strptime(nail[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    assert re.fullmatch(r"<[A-Za-z0-9]{30,43}@.+>", message_id), message_id
    return None


def test_clocks_hidden_in_message_ids_tell_the_mails_own_time() -> None:
    told = [(draft.pick, clock_of(draft.pick.message_id)) for draft in drafts()]
    known = [(pick, clock) for pick, clock in told if clock is not None]
    assert len(known) > 50
    for pick, clock in known:
        assert timedelta(0) <= clock - pick.when < timedelta(seconds=1)
    assert len({draft.pick.message_id for draft in drafts()}) == len(drafts())


def test_readers_find_the_words_and_the_marks_of_machine_mail() -> None:
    for draft in drafts():
        mail = read(inbox(draft))
        assert mail.subject == draft.subject
        assert mail.text.split() == draft.text.split()
        assert mail.sender.email == draft.pick.sender.email
        letter = draft.pick.sender.client == "system/newsletter"
        assert bool(mail.first("Auto-Submitted")) is not letter
        assert bool(mail.first("List-Unsubscribe")) is letter


def test_a_notice_comes_from_a_host_of_the_office_without_a_login() -> None:
    for draft in drafts():
        trace = read(inbox(draft)).all("Received")
        assert "Authenticated" not in " ".join(trace)
        if not draft.pick.sender.outside:
            assert re.match(r"from [\w-]+\.norsund\.internal \(", trace[1])
            host = draft.pick.message_id.rpartition("@")[2].rstrip(">")
            assert trace[1].startswith(f"from {host} ")


@cache
def vacations() -> tuple[tuple[Pick, Draft], ...]:
    """What Sieve answers for people on leave, with the mails it answers."""
    away = "away: [{from: 2026-04-01, until: 2026-04-30}]"
    people = [person(number, "languages: [en]") for number in range(4)]
    people += [
        person(4 + number, f"language: {code}, languages: [{code}, en], {away}")
        for number, code in enumerate((*LANGUAGES[1:], "en"))
    ]
    them = world(people, extra="settings: {machine_mail: 0.3}\n")
    found = []
    office = Office(them.casts()[0], "s", mint)
    for thread in threads_of(office, "2026-04-01", "2026-05-01", 4.0):
        for pick in thread.picks:
            if pick.sender.client == "system/vacation":
                parent = next(p for p in thread.picks if p.message_id == pick.references[-1])
                draft = generate(pick, Scripted([]))
                assert isinstance(draft, Draft)
                found.append((parent, draft))
    return tuple(found)


def test_sieve_answers_in_the_language_of_who_is_away_after_the_mail_has_come() -> None:
    assert len(vacations()) > 8
    assert len({draft.pick.language for _, draft in vacations()}) >= 4
    for parent, draft in vacations():
        mail = read(inbox(draft))
        assert mail.in_reply_to == parent.message_id
        assert mail.references[-1] == parent.message_id
        assert mail.first("Return-Path") == "<>"
        assert mail.first("Auto-Submitted") == "auto-replied (vacation)"
        assert "(Postfix, from userid" in mail.all("Received")[1]
        seconds = int(draft.pick.message_id.split("-")[2])
        assert seconds == int(draft.pick.when.timestamp())
