"""Clocks in identifiers: real values decode to their mails' times, ours to the times we meant."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decnet_emailgen.mail import clocks, threadindex

TIMES = st.datetimes(datetime(2015, 1, 1), datetime(2039, 1, 1)).map(
    lambda when: when.replace(tzinfo=UTC)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_real_outlook_message_id() -> None:
    """The id of a mail dated 09:37:16 +0100 says 0.9 s after its Date."""
    stamp = clocks.read_outlook_id("<001301d66a3a$75ac6c90$610545b0$@xen.org>")
    assert stamp == clocks.Stamp(0x13, utc("2020-08-04 08:37:16.889"))


def test_real_outlook_boundary_is_local_time() -> None:
    """A boundary of a sender at UTC-5 says 13:53 local time."""
    stamp = clocks.read_outlook_boundary("----=_NextPart_000_0099_01D7ED04.272E0B20")
    assert stamp == clocks.Stamp(0x99, utc("2021-12-09 13:53:32.370"))


@pytest.mark.parametrize(
    ("boundary", "when"),
    [
        ("00000000000030943005740a0a15", "2018-08-22 18:09:11"),
        ("000000000000a2a85205715ab8f1", "2018-07-19 14:09:07"),
        ("0000000000008c87ac05e57a8d60", "2022-08-05 08:50:04"),
    ],
)
def test_real_gmail_boundaries(boundary: str, when: str) -> None:
    """Gmail's boundaries count Unix time in 65.5 ms."""
    found = clocks.read_gmail_boundary(boundary)
    assert found is not None
    assert found.replace(microsecond=0) == utc(when)


def test_real_gmail_received() -> None:
    """X-Received ends in Unix milliseconds."""
    value = "by 2002:a24:8dc6:: with SMTP id w189-v6mr4329054itd.69.1534961352997; Wed, 22 Aug 2018"
    assert clocks.read_gmail_received(value) == utc("2018-08-22 18:09:12.997")


def test_real_mutt_id() -> None:
    """mutt 2 writes the second in base64url."""
    assert clocks.read_mutt_id("<Z_3D0PZWolXUdXnK@fedora>") == utc("2025-04-15 02:26:24")


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("4YY31R6QB5z30NF", "2025-01-15 11:00:11"),
        ("4PsmJf61GPz9x", "2023-04-06 15:54:10"),
        ("4RW4h83WHXz3f6T", "2023-08-23 12:06:48"),
    ],
)
def test_real_long_queue_ids(text: str, when: str) -> None:
    """Postfix's long ids hold the second of the Received line."""
    found = clocks.read_queue_id(text)
    assert found is not None
    assert found.when is not None
    assert found.when.replace(microsecond=0) == utc(when)


@pytest.mark.parametrize("text", ["5D3E61C0C1", "4A0D733123D", "10BE31B7DF2", "4F57189D"])
def test_real_short_queue_ids(text: str) -> None:
    """Short ids begin with the microsecond."""
    found = clocks.read_queue_id(text)
    assert found is not None
    assert found.when is None
    assert found.microsecond == int(text[:5], 16) < 1_000_000


def test_real_lmtp_id() -> None:
    """Dovecot's id of the file 1795401745.M574873P31081 has its second, process and host."""
    found = clocks.read_lmtp_id("/amGIRGoA2tpeQAAg+zDdQ")
    assert found is not None
    assert (found.when.replace(microsecond=0), found.pid) == (utc("2026-11-23 02:42:25"), 31081)
    assert found.host == clocks.host_hash("vm")


@pytest.mark.parametrize("text", ["", "x", "FFFFF12345", "hello world", "AAAA", "=?="])
def test_other_texts_are_no_clocks(text: str) -> None:
    """Decoders return None for what isn't of their grammar."""
    assert clocks.read_outlook_id(text) is None
    assert clocks.read_outlook_boundary(text) is None
    assert clocks.read_gmail_boundary(text) is None
    assert clocks.read_mutt_id(text) is None
    assert clocks.read_queue_id(text) is None
    assert clocks.read_lmtp_id(text) is None
    assert threadindex.read(text) is None


@given(when=TIMES, number=st.integers(0, 0xFFFF), hours=st.integers(-11, 13))
def test_what_we_write_we_read(when: datetime, number: int, hours: int) -> None:
    """Encoders and decoders are inverse, to the resolution of each clock."""
    milli = when.replace(microsecond=when.microsecond // 1000 * 1000)
    stamp = clocks.read_outlook_id(clocks.outlook_id(milli, number, 0xABCDEF0, "a.test"))
    assert stamp == clocks.Stamp(number, milli)
    local = milli.astimezone(timezone(timedelta(hours=hours)))
    edge = clocks.read_outlook_boundary(clocks.outlook_boundary(local, number))
    assert edge == clocks.Stamp(number, local.replace(tzinfo=UTC))
    gmail = clocks.read_gmail_boundary(clocks.gmail_boundary(when, number))
    assert gmail is not None
    assert timedelta() <= when - gmail < timedelta(milliseconds=66)
    long = clocks.read_queue_id(clocks.long_queue_id(when, number + 1))
    assert long == clocks.QueueId(when.microsecond, number + 1, when)
    short = clocks.read_queue_id(clocks.short_queue_id(when, number + 0x10000))
    assert short is not None
    assert short.microsecond == when.microsecond
    assert clocks.read_lmtp_id(clocks.lmtp_id(when, number, 7)) == clocks.LmtpId(when, number, 7)
    mutt = clocks.read_mutt_id(clocks.mutt_id(when, bytes(8), "host"))
    assert mutt == when.replace(microsecond=0)


# --- Thread-Index ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("AQM/xXTZtf+c9Zv1otz4aIX099Jj8gDx5jXAAVRtvfwA7Pf4CaY7T1ag", "2020-08-04 08:37:16"),
        ("AQD6IN/EEUg+Pj6GO/QRv1Zk76ONSAGHpshHAXuYpruzG9VaoA==", "2024-04-21 18:32:30"),
        ("AQIWUu77rEigiK0ljjjo9ZdCZqs5mQGIar1JsvlCkbA=", "2025-03-19 21:33:58"),
        ("AQHfTpyV7yAFNQt3UIwsEYUxvXodbgFHRVVfASmM5toCUGlICbDnsMbA", "2024-02-23 07:43:15"),
        (
            "AQImNz20YbZMzc6JsoYnjpKQN5RngQGupjOHAxyjlVQB6RzklAJXgiIQrlzjerA=",
            "2023-04-27 07:25:37",
        ),
    ],
)
def test_real_answers_of_outlook_tell_when_they_were_begun(value: str, date: str) -> None:
    """Outlook's made-up indexes end in the time its reply window was opened, minutes before."""
    found = threadindex.read(value, utc(date))
    assert found is not None
    assert found.started is None
    assert found.replies[-1] is not None
    assert timedelta() < utc(date) - found.replies[-1] < timedelta(minutes=15)


@pytest.mark.parametrize(
    ("start", "when"),
    [("AdWCfWf1", "10:52:00"), ("Ade5tYSZ", "06:52:09"), ("AdrROEHk", "13:10:51"),
     ("AduIGjfK", "06:46:52")],
)  # fmt: skip
def test_real_classic_headers(start: str, when: str) -> None:
    """A classic header begins with the time composing started."""
    value = base64.b64encode(base64.b64decode(start) + bytes(16)).decode()
    found = threadindex.read(value)
    assert found is not None
    assert not found.modern
    assert found.started is not None
    assert found.started.strftime("%H:%M:%S") == when


def test_real_modern_header() -> None:
    """A header of Exchange has an octet 01 before five octets of time."""
    value = base64.b64encode(base64.b64decode("AQHTJWSH") + bytes(16)).decode()
    found = threadindex.read(value)
    assert found is not None
    assert found.modern
    assert found.started is not None
    assert found.started.strftime("%H:%M:%S") == "09:59:41"


def test_real_classic_chain() -> None:
    """Two answers of 21:54:19 and, two days on, 17:33:48 in the index of a thread of 13:10:51."""
    blocks = bytes.fromhex("0012481680005b7c0360")
    value = base64.b64encode(base64.b64decode("AdrROEHk") + bytes(16) + blocks).decode()
    found = threadindex.read(value)
    assert found is not None
    times = [when.strftime("%H:%M:%S") for when in found.replies if when]
    assert times == ["21:54:18", "17:33:48"]


@given(start=TIMES, gaps=st.lists(st.integers(1, 10**6), max_size=6), salt=st.integers(0, 2**32))
def test_indexes_reproduce_the_times_of_a_thread(
    start: datetime, gaps: list[int], salt: int
) -> None:
    """All three forms: each answer decodes to its time, to the unit of its form."""
    forms = {
        "classic": threadindex.classic(start, bytes(16)),
        "modern": threadindex.modern(start, bytes(16)),
        "made up": threadindex.synthetic(("<a@b>", "<c@d>", "<e@f>")),
    }
    for name, index in forms.items():
        when, times = start, []
        for gap in gaps:
            when += timedelta(seconds=gap)
            times.append(when)
            index = threadindex.child(index, when, salt)
        found = threadindex.read(threadindex.encode(index), when)
        assert found is not None
        assert found.modern == (name == "modern")
        for meant, got in zip(times, found.replies[-len(times) :] if times else (), strict=True):
            assert got is not None
            assert abs(meant - got) < timedelta(seconds=1)
