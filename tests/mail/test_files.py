"""Files: the same bytes for the same record, contents that add up, metadata that agree."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
import zipfile
import zlib
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from decnet_emailgen.mail.files import file_of
from decnet_emailgen.mail.files.deals import deal_of
from decnet_emailgen.mail.files.looks import look
from decnet_emailgen.mail.files.terms import LANGUAGES, in_cents, terms
from tests.mail.attached import NAMES, SAVED, attachment

LIBRARIES = re.compile(
    rb"reportlab|xlsxwriter|python-docx|python|pillow|formxob|anonymous|untitled|macintosh|ja-JP",
    re.IGNORECASE,
)
COUNTRIES = ("DE", "ES", "FR", "IT", "NL", "PT", "GB", "AT", "BE", "US", "PL")


def streams(pdf: bytes) -> bytes:
    """A PDF with its compressed streams unpacked behind it."""
    found = re.findall(rb"/FlateDecode /Length \d+ >>\nstream\n(.*?)\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(data) for data in found)


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NAMES)
def test_the_same_record_gives_the_same_bytes(kind: str, language: str) -> None:
    record = attachment(kind, language)
    first = file_of(record)
    file_of.cache_clear()
    assert file_of(record) == first
    assert len(first.content) > 1_000
    assert first.saved == SAVED


@pytest.mark.parametrize("kind", NAMES)
def test_nothing_in_a_file_names_the_library_that_made_it(kind: str) -> None:
    content = file_of(attachment(kind)).content
    if content.startswith(b"PK"):
        content = b"\n".join(f"{k}\n".encode() + v for k, v in parts(content).items())
    elif content.startswith(b"%PDF"):
        content = streams(content)
    assert not LIBRARIES.search(content)


@pytest.mark.parametrize("kind", [kind for kind, name in NAMES.items() if name.endswith(".docx")])
def test_word_files_say_who_saved_them_when_and_look_packed_by_word(kind: str) -> None:
    content = file_of(attachment(kind)).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[:3] == ["[Content_Types].xml", "_rels/.rels", "word/document.xml"]
    found = parts(content)
    for name, part in found.items():
        assert part.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'), name
        ElementTree.fromstring(part)  # noqa: S314 (our own)
    core = found["docProps/core.xml"].decode()
    assert core.count("Anna Müller") == 2
    stamps = re.findall(r">(20[^<]+Z)<", core)
    created, modified = (datetime.fromisoformat(stamp) for stamp in stamps)
    assert created < modified
    assert modified == SAVED.astimezone(UTC).replace(second=0)
    assert b"<Application>Microsoft Office Word</Application>" in found["docProps/app.xml"]


@pytest.mark.parametrize("kind", [kind for kind, name in NAMES.items() if name.endswith(".xlsx")])
def test_spreadsheets_are_excels_and_their_formulas_hold_their_results(kind: str) -> None:
    found = parts(file_of(attachment(kind)).content)
    assert b"<Application>Microsoft Excel</Application>" in found["docProps/app.xml"]
    assert (
        SAVED.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") in found["docProps/core.xml"].decode()
    )
    for name, part in found.items():
        ElementTree.fromstring(part)  # noqa: S314 (our own)
        for formula, value in re.findall(rb"<f>([^<]*)</f><v>([^<]*)</v>", part):
            assert value != b"", (name, formula)


def test_no_two_documents_share_words_fingerprints() -> None:
    """Word gives each document an id and revision ids of its own."""
    pattern = re.compile(r'(?:docId w14|rsidRoot w):val="([0-9A-F]{8})"')
    ids = [
        pattern.findall(parts(file_of(attachment(kind)).content)["word/settings.xml"].decode())
        for kind in ("minutes", "contract")
    ]
    assert not set(ids[0]) & set(ids[1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["invoice", "quote", "purchase-order", "order-confirmation"])
def test_lines_add_up_to_the_amounts_on_the_paper(kind: str, language: str) -> None:
    record = attachment(kind, language)
    deal = deal_of(record)
    net = 453_500 if kind in ("invoice", "order-confirmation") else 24 * 31_000
    assert sum(line.quantity * line.price for line in deal.lines) == deal.net == net
    assert deal.tax == round(net * 0.19)
    text = streams(file_of(record).content)
    for cents in (deal.net, deal.total):
        euros, rest = divmod(cents, 100)
        digits = f"{euros:,}.{rest:02d}"
        forms = {digits, digits.translate(str.maketrans(",.", ".,"))}
        forms |= {f"{euros // 1000}?{euros % 1000:03d},{rest:02d}", f"{euros},{rest:02d}"}
        shown = [re.escape(form).replace(r"\?", ".{1,5}").encode() for form in forms]
        assert any(re.search(form, text) for form in shown), (cents, forms)


def test_pdfs_name_a_program_that_could_have_made_them_and_the_time_of_their_record() -> None:
    content = file_of(attachment("invoice")).content
    assert b"/CreationDate (D:20261005095012+02'00')" in content
    producer = re.search(rb"/Producer \((\w+)", content)
    assert producer is not None
    assert producer[1] in (b"mPDF", b"TCPDF", b"Skia")
    assert b"/Producer (LibreOffice" in file_of(attachment("cv")).content
    scanned = file_of(attachment("signed")).content
    assert b"/DCTDecode" in scanned
    assert b"/FontFile2" not in scanned


def test_a_letterhead_stands_where_the_company_says_it_is() -> None:
    known = look("Halden", "ES", "Zaragoza")
    assert re.fullmatch(r"500\d\d Zaragoza", known.city)
    assert known.phone.startswith("+34 976 ")
    assert (look("Halden", "ES", "Teruel").city, look("Halden", "ES", "Teruel").phone) == (
        "Teruel",
        "",
    )


def test_making_mail_loads_no_library_before_there_is_a_file() -> None:
    code = (
        "import sys, decnet_emailgen.mail; "
        "print([m for m in ('reportlab', 'PIL', 'xlsxwriter') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_company_has_a_look_of_its_own_and_keeps_it() -> None:
    names = [f"Firma {number} GmbH" for number in range(12)]
    looks = [look(name, "DE") for name in names]
    assert len({(one.colour, one.font, one.table, one.meta, one.left) for one in looks}) > 8
    assert look.__wrapped__(names[0], "DE") == looks[0]


@pytest.mark.parametrize("country", COUNTRIES)
def test_account_numbers_are_formed_well_and_nobodys(country: str) -> None:
    bank = look("Nordlicht", country).bank.replace(" ", "")
    if country == "US":
        assert bank == ""
        return
    moved = bank[4:] + bank[:4]
    assert int("".join(str(int(char, 36)) for char in moved)) % 97 == 1
    assert bank[4] in "9Z"


def test_a_later_version_is_the_same_document_changed() -> None:
    first, second = (
        parts(file_of(attachment("contract", version=number)).content)["word/document.xml"]
        for number in (1, 2)
    )
    assert first != second
    paragraphs = [set(re.findall(rb"<w:t [^>]*>([^<]*)", part)) for part in (first, second)]
    assert len(paragraphs[0] & paragraphs[1]) > 0.8 * len(paragraphs[0])


def test_logs_end_with_what_the_mail_tells_and_exports_are_tables() -> None:
    log = file_of(attachment("log", server="srv-db-02", percent="97")).content.decode()
    assert "srv-db-02" in log.splitlines()[0]
    assert "97% used" in log
    table = file_of(attachment("figures", "de", percent="4")).content.decode()
    rows = list(csv.reader(io.StringIO(table), delimiter=";"))
    assert {len(row) for row in rows} == {8}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_lists(language: str) -> None:
    english, words = terms("en"), terms(language)
    assert words.keys() == english.keys()
    assert words["labels"].keys() == english["labels"].keys()
    for name in ("minutes", "action", "states", "sheet", "contract", "cv", "agenda", "course"):
        assert len(words[name]) == len(english[name]), name
    assert len(words["clauses"]) == len(english["clauses"])


def test_amounts_are_read_to_the_cent() -> None:
    assert in_cents("1250.10 EUR") == 125_010


@pytest.mark.parametrize("kind", ["calculation", "document"])
def test_formulas_point_at_their_own_rows(kind: str) -> None:
    """Each cell's formula speaks of cells of its own row; a sum is what stands above it."""
    if kind == "document":
        record = attachment(kind, name="Budget 2027.xlsx", budget="52000.00 EUR")
    else:
        record = attachment(kind, amount="38000.00 EUR", percent="8")
    found = 0
    for part, content in parts(file_of(record).content).items():
        if not part.startswith("xl/worksheets/"):
            continue
        for row, formula in re.findall(r'r="[A-Z]+(\d+)"[^>]*><f>([^<]+)</f>', content.decode()):
            rows = re.findall(r"[A-Z](\d+)", formula)
            expected = str(int(row) - 1) if formula.startswith("SUM") else row
            assert rows[-1] == expected, formula
            found += 1
    assert found > 3
