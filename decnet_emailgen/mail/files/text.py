"""Texts as Word files: bodies of their own in an empty document, described as Word does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache, singledispatchmethod
from importlib.resources import files
from random import Random
from xml.sax.saxutils import escape

from decnet_emailgen.mail.files import office
from decnet_emailgen.mail.files.prose import (
    Block,
    Heading,
    Paragraph,
    Points,
    Signatures,
    Table,
    Title,
    blocks,
)
from decnet_emailgen.mail.files.terms import chance
from decnet_emailgen.records import Attachment

_TONGUES = {"en": "en-GB", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT",
            "nl": "nl-NL", "pt": "pt-PT"}  # fmt: skip
_ORDER = ("[Content_Types].xml", "_rels/.rels", "word/document.xml",
          "word/_rels/document.xml.rels", "word/theme/theme1.xml", "word/settings.xml",
          "word/numbering.xml", "word/styles.xml", "word/webSettings.xml",
          "word/fontTable.xml", "docProps/core.xml", "docProps/app.xml")  # fmt: skip
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<Properties xmlns="http://schemas.'
    'openxmlformats.org/officeDocument/2006/extended-properties" xmlns:vt="http://schemas.'
    'openxmlformats.org/officeDocument/2006/docPropsVTypes"><Template>Normal.dotm</Template>'
    "<TotalTime>{minutes}</TotalTime><Pages>{pages}</Pages><Words>{words}</Words><Characters>"
    "{letters}</Characters><Application>Microsoft Office Word</Application><DocSecurity>0"
    "</DocSecurity><Lines>{lines}</Lines><Paragraphs>{paragraphs}</Paragraphs><ScaleCrop>false"
    "</ScaleCrop><Company>{company}</Company><LinksUpToDate>false</LinksUpToDate>"
    "<CharactersWithSpaces>{all}</CharactersWithSpaces><SharedDoc>false</SharedDoc>"
    "<HyperlinksChanged>false</HyperlinksChanged><AppVersion>16.0000</AppVersion></Properties>"
)


def document(attachment: Attachment) -> bytes:
    """The file of a record, as Word saves it under its author's name."""
    text = _Text(attachment)
    for block in blocks(attachment):
        text.add(block)
    return office.packed(_as_word(text))


@lru_cache(maxsize=1)
def _template() -> dict[str, str]:
    """The parts of an empty document: python-docx's (MIT, LICENSE-python-docx.txt), cut down."""
    content = (files("decnet_emailgen.mail.files") / "word.docx").read_bytes()
    return {name: _rooted(part.decode()) for name, part in office.parts_of(content).items()}


class _Text:
    """One document in the making: its body as WordprocessingML (ECMA-376 part 1, section 17)."""

    def __init__(self, attachment: Attachment) -> None:
        self.file = attachment
        self.said: list[str] = []
        self.body: list[str] = []
        draw = Random(attachment.issuer)
        self.margin = draw.choice((1134, 1417, 1417))
        self.face, self.size = draw.choice(
            (("Calibri", 22), ("Calibri", 22), ("Arial", 20), ("Verdana", 18))
        )
        self.colour = draw.choice(("000000", "1F3864", "2F5496", "2F5496", "404040"))
        self.grid = draw.choice(("TableGrid", "TableGrid", "LightGrid-Accent1", "LightList"))

    @singledispatchmethod
    def add(self, block: Block) -> None:
        """Writes one block below the others."""

    @add.register
    def _(self, block: Title) -> None:
        self._paragraph(self._run(block.text), "Title")
        if block.below:
            self._paragraph(self._run(block.below), "Subtitle")

    @add.register
    def _(self, block: Heading) -> None:
        self._paragraph(self._run(block.text), "Heading1")

    @add.register
    def _(self, block: Paragraph) -> None:
        bold = self._run(block.bold, "<w:b/>") if block.bold else ""
        self._paragraph(bold + self._run(block.text))

    @add.register
    def _(self, block: Points) -> None:
        for text in block.texts:
            self._paragraph(self._run(text), "ListBullet")

    @add.register
    def _(self, block: Table) -> None:
        self._table(block.rows, self.grid)

    @add.register
    def _(self, block: Signatures) -> None:
        self._paragraph("")
        lines = tuple(f"{block.place}  {'_' * 26}" for _ in block.parties)
        self._table((("", ""), lines, block.parties), "")

    def _run(self, text: str, weight: str = "") -> str:
        self.said.append(text)
        weight = f"<w:rPr>{weight}</w:rPr>" if weight else ""
        return f'<w:r>{weight}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'

    def _paragraph(self, runs: str, style: str = "") -> None:
        self.body.append(_paragraph(runs, style))

    def _table(self, rows: tuple[tuple[str, ...], ...], style: str) -> None:
        width = (11906 - 2 * self.margin) // len(rows[0])
        named = f'<w:tblStyle w:val="{style}"/>' if style else ""
        columns = f'<w:gridCol w:w="{width}"/>' * len(rows[0])
        cell = f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        lines = []
        for place, row in enumerate(rows):
            weight = "<w:b/>" if style and not place else ""
            cells = (f"{cell}{_paragraph(self._run(text, weight))}</w:tc>" for text in row)
            lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
        look = '<w:tblW w:w="0" w:type="auto"/><w:tblLook w:val="04A0"/>'
        head = f"<w:tbl><w:tblPr>{named}{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>"
        self.body.append(f"{head}{''.join(lines)}</w:tbl>{_paragraph('')}")

    def section(self) -> str:
        """The page: A4, or Letter for American English."""
        american = self.file.language.upper() == "EN-US"
        size = 'w:w="12240" w:h="15840"' if american else 'w:w="11906" w:h="16838"'
        side = f'w:right="{self.margin}" w:bottom="1134" w:left="{self.margin}"'
        rest = 'w:header="708" w:footer="708" w:gutter="0"'
        return (
            f'<w:sectPr><w:pgSz {size}/><w:pgMar w:top="1417" {side} {rest}/>'
            '<w:cols w:space="708"/><w:docGrid w:linePitch="360"/></w:sectPr>'
        )


def _paragraph(runs: str, style: str = "") -> str:
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{named}{runs}</w:p>" if runs or named else "<w:p/>"


def _as_word(text: _Text) -> dict[str, bytes]:
    """The parts in Word's order, with what Word itself would have put into them."""
    tongue = _TONGUES.get(text.file.language.partition("-")[0], "en-GB")
    draw = chance(text.file, "age")
    kept = dict(_template())
    root, _, _ = kept["word/document.xml"].partition("<w:body>")
    body = "".join(text.body) + text.section()
    kept["word/document.xml"] = f"{root}<w:body>{body}</w:body></w:document>"
    kept["word/styles.xml"] = _styles(kept["word/styles.xml"], text, tongue)
    kept["word/settings.xml"] = _settings(kept["word/settings.xml"], tongue, draw)
    made = datetime.fromisoformat(text.file.made)
    created = made - timedelta(days=draw.choice((0, 0, 1, 2, 9)), minutes=draw.randint(15, 240))
    author = text.file.author
    revision = draw.randint(2, 9) + 3 * text.file.version
    kept["docProps/core.xml"] = office.core(author, author, created, made, revision)
    kept["docProps/app.xml"] = _counts(text, draw.randint(12, 190))
    first = [name for name in _ORDER if name in kept]
    order = (*first, *(name for name in kept if name not in first))
    return {name: kept[name].encode() for name in order}


def _rooted(xml: str) -> str:
    """A part with the declaration and the namespaces of Word for Windows."""
    xml = re.sub(r' xmlns:(?:mo|mv)="[^"]*"', "", xml)
    _, _, rest = xml.partition("?>")
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n{rest.lstrip()}'


def _styles(xml: str, text: _Text, tongue: str) -> str:
    """Fonts, sizes and colours as this organisation's template has them."""
    fonts = f'<w:rFonts w:ascii="{text.face}" w:hAnsi="{text.face}" w:cs="{text.face}"/>'
    xml = re.sub(r"<w:rFonts [^>]*/>", fonts, xml)
    xml = re.sub(r'<w:color w:val="[0-9A-F]{6}"[^>]*/>', f'<w:color w:val="{text.colour}"/>', xml)
    xml = xml.replace('w:val="en-US"', f'w:val="{tongue}"')
    return re.sub(
        r"(<w:rPrDefault>.*?</w:rPrDefault>)",
        lambda found: re.sub(r'(<w:szC?s? ?w:val=)"\d+"', rf'\1"{text.size}"', found[1]),
        xml,
        flags=re.DOTALL,
    )


def _settings(xml: str, tongue: str, draw: Random) -> str:
    """Settings of a document of its own: ids, language, separators, today's compatibility."""
    ids = sorted(draw.getrandbits(24) for _ in range(draw.randint(5, 16)))
    rsids = "".join(f'<w:rsid w:val="{number:08X}"/>' for number in ids)
    root = f'<w:rsids><w:rsidRoot w:val="{draw.choice(ids):08X}"/>{rsids}</w:rsids>'
    xml = re.sub(r"<w:rsids>.*?</w:rsids>", root, xml, flags=re.DOTALL)
    xml = re.sub(r"<w:themeFontLang[^>]*/>", f'<w:themeFontLang w:val="{tongue}"/>', xml)
    xml = xml.replace("<w:useFELayout/>", "").replace("<w:savePreviewPicture/>", "")
    xml = xml.replace(
        '<w:zoom w:val="bestFit"/>', f'<w:zoom w:percent="{draw.choice((100, 110, 120))}"/>'
    )
    xml = re.sub(r'(compatibilityMode"[^>]*w:val=)"14"', r'\1"15"', xml)
    if not tongue.startswith("en"):
        xml = xml.replace('decimalSymbol w:val="."', 'decimalSymbol w:val=","')
        xml = xml.replace('listSeparator w:val=","', 'listSeparator w:val=";"')
    number = f"{draw.getrandbits(31):08X}"
    xml = re.sub(r'(w14:docId w14:val=)"[^"]*"', rf'\1"{number}"', xml)
    return xml.replace('<w14:defaultImageDpi w14:val="300"/>', "")


def _counts(text: _Text, minutes: int) -> str:
    """``docProps/app.xml`` with the counts of what the document says."""
    whole = " ".join(text.said)
    letters = len(whole.replace(" ", ""))
    return _APP.format(
        minutes=minutes, pages=1 + len(whole) // 2600, words=len(whole.split()), letters=letters,
        lines=1 + letters // 80, paragraphs=len(text.said), all=len(whole),
        company=escape(text.file.issuer),
    )  # fmt: skip
