"""Papers that a program prints for a company: invoices, quotations, orders, delivery notes.

Every company has its own look, and every paper of one kind from one company is laid out alike.
Amounts are those of the thread, lines add up to them, and VAT is that of the deal.
"""

from __future__ import annotations

from datetime import datetime

from decnet_emailgen.mail.files.deals import Deal, deal_of
from decnet_emailgen.mail.files.drawing import Align, Colour, Drawing
from decnet_emailgen.mail.files.letterhead import linked, logo
from decnet_emailgen.mail.files.looks import Look, look
from decnet_emailgen.mail.files.terms import (
    chance,
    day_of,
    money,
    plain_money,
    short_date,
    terms,
    values_of,
)
from decnet_emailgen.records import Attachment

KINDS = frozenset(
    {
        *("invoice", "quote", "purchase-order", "order-confirmation"),
        *("delivery-note", "customs-invoice"),
    }
)
_UNPRICED = frozenset({"delivery-note"})
_OPENED = frozenset({"quote", "order-confirmation"})
_GREY = (96, 96, 96)


def paper(attachment: Attachment) -> bytes:
    """The paper as PDF."""
    sheet = _Paper(attachment)
    sheet.head()
    sheet.table()
    if attachment.kind in _UNPRICED:
        sheet.receipt()
    else:
        sheet.totals()
    sheet.closing()
    sheet.foot()
    return linked(sheet.pdf.finish(), sheet.look.program, sheet.made, sheet.named)


class _Paper:
    """One paper in the making."""

    def __init__(self, attachment: Attachment) -> None:
        self.file = attachment
        self.values = values_of(attachment)
        self.language = attachment.language
        self.words = terms(self.language)
        self.labels: dict[str, str] = self.words["labels"]
        self.look: Look = look(
            attachment.issuer, self.values.get("home", ""), self.values.get("town", "")
        )
        self.other: Look = look(
            attachment.addressee, self.values.get("away", ""), self.values.get("other_town", "")
        )
        self.deal: Deal = deal_of(attachment)
        self.draw = chance(attachment, "paper")
        title = self.words["titles"][attachment.kind]
        self.title: str = title.upper() if self.look.capitals else title
        self.made = datetime.fromisoformat(attachment.made)
        named = f"{title} {self.values.get('number', '')}".strip()
        self.named = named if self.look.mark % 2 else ""
        paper = (215.9, 279.4) if self.look.country == "US" else (210.0, 297.0)
        self.pdf = Drawing(self.look.font, self.look.size, paper)
        self.line = self.look.size * 0.5
        self.wide = self.pdf.room

    # --- head ---------------------------------------------------------------------------------

    def head(self) -> None:
        """Logo, own address, the addressee, title and numbers."""
        pdf, own = self.pdf, self.look
        width = 58.0
        x = pdf.left if own.left else pdf.wide - pdf.right - width
        pdf.picture(logo(own), x, 14, width, width * 150 / 640)
        self._own_address()
        pdf.at(pdf.left, 52)
        self._say(4, f"{own.name} · {own.address}", own.size - 2.5, ink=_GREY)
        if self.file.kind in _UNPRICED:
            self._say(4, self.labels["ship_to"], own.size - 1, bold=True)
        for text in (self.other.name, self.other.street, self.other.city):
            self._say(self.line + 0.6, text, own.size + 0.5)
        end = pdf.y
        if own.meta == "box":
            self._meta_box()
        pdf.at(pdf.left, max(end + 14, 92))
        self._say(
            9,
            f"{self.title} {self.values.get('number', '')}",
            own.size + 6,
            bold=True,
            ink=own.colour,
        )
        pdf.down(2)
        if own.meta == "row":
            self._meta_row()
        self._opening()

    def _say(
        self, height: float, text: str, size: float, *, bold: bool = False, ink: Colour = (0, 0, 0)
    ) -> None:
        self.pdf.font(size, bold=bold)
        self.pdf.ink = ink
        self.pdf.row(height, text)
        self.pdf.ink = (0, 0, 0)
        self.pdf.font(self.look.size)

    def _own_address(self) -> None:
        pdf, own = self.pdf, self.look
        pdf.font(own.size - 1)
        pdf.ink = _GREY
        pdf.at(pdf.wide - pdf.right - 70 if own.left else pdf.left, 16)
        phone = f"{self.labels['phone']} {own.phone}" if own.phone else ""
        for text in (own.name, own.street, own.city, phone):
            pdf.row(4, text, 70, "R" if own.left else "L")
        pdf.ink = (0, 0, 0)

    def _meta(self) -> list[tuple[str, str]]:
        """The numbers and dates that such a paper names."""
        values, labels, kind = self.values, self.labels, self.file.kind
        number = str(10_000 + sum(map(ord, self.file.addressee)) * 7 % 9_000)
        found = [
            (labels["number"], values.get("number", "")),
            (labels["date"], self._day("issued")),
        ]
        if kind != "purchase-order":
            found.append((labels["customer_no"], number))
        if kind in ("invoice", "delivery-note"):
            found.append((labels["your_order"], values.get("order", "")))
        if kind == "invoice":
            found.append((labels["due"], self._day("due")))
        if kind == "quote":
            found.append((labels["valid"], self._day("deadline") or self._day("until")))
        if kind != "invoice":
            found.append((labels["delivery"], self._day("delivery")))
        return [(label, value) for label, value in found if value]

    def _day(self, name: str) -> str:
        day = day_of(self.values.get(name, ""))
        return short_date(day, self.language) if day else ""

    def _meta_box(self) -> None:
        pdf, height = self.pdf, self.line + 0.6
        x, y = pdf.wide - pdf.right - 62, 56.0
        for label, value in self._meta():
            pdf.at(x, y)
            pdf.font(self.look.size - 0.5)
            pdf.cell(30, height, label)
            pdf.font(self.look.size - 0.5, bold=True)
            pdf.cell(32, height, value, "R")
            y += height

    def _meta_row(self) -> None:
        pdf, meta = self.pdf, self._meta()
        width = self.wide / len(meta)
        pdf.font(self.look.size - 1.5)
        pdf.ink = _GREY
        for label, _ in meta:
            pdf.cell(width, 4, label)
        pdf.down(4)
        pdf.ink = (0, 0, 0)
        pdf.font(self.look.size)
        for _, value in meta:
            pdf.cell(width, 5, value)
        pdf.down(9)

    def _opening(self) -> None:
        sentences = self.words["sentences"][self.file.kind]
        if self.file.kind in _OPENED:
            self.pdf.font(self.look.size)
            self.pdf.paragraph(self.line, sentences[0])
            self.pdf.down(2)

    # --- lines --------------------------------------------------------------------------------

    def table(self) -> None:
        """The lines in columns."""
        labels, pdf = self.labels, self.pdf
        heads: list[tuple[str, float, Align]] = [
            (labels["pos"], 12.0, "L"), (labels["item"], 0.0, "L"), (labels["qty"], 20.0, "R"),
        ]  # fmt: skip
        if self.file.kind in _UNPRICED:
            heads += [(labels["packages"], 24.0, "R"), (labels["weight"], 28.0, "R")]
        else:
            heads += [(labels["price"], 28.0, "R"), (labels["amount"], 30.0, "R")]
        rest = self.wide - sum(width for _, width, _ in heads)
        columns = [(text, width or rest, align) for text, width, align in heads]
        self._heads(columns)
        for place, cells in enumerate(self._rows(), 1):
            self._row(place, cells, columns)
        pdf.rule = self.look.colour
        pdf.line(pdf.left, pdf.y, pdf.wide - pdf.right)
        pdf.down(3)

    def _heads(self, columns: list[tuple[str, float, Align]]) -> None:
        pdf, filled = self.pdf, self.look.table in ("fill", "stripes")
        pdf.font(self.look.size - 0.5, bold=True)
        pdf.rule = self.look.colour
        if filled:
            pdf.fill, pdf.ink = self.look.colour, (255, 255, 255)
        for text, width, align in columns:
            pdf.cell(width, 7, text, align, filled=filled, framed=self.look.table == "grid")
        pdf.down(7)
        if self.look.table == "rules":
            pdf.line(pdf.left, pdf.y, pdf.wide - pdf.right)
        pdf.ink = (0, 0, 0)
        pdf.font(self.look.size)

    def _rows(self) -> list[list[str]]:
        found = []
        for place, line in enumerate(self.deal.lines, 1):
            item = line.item if place > 1 else f"{line.item}{self._article(line.item)}"
            first = [str(place if self.look.mark % 3 else place * 10), item]
            count = f"{line.quantity} {self.labels['unit']}"
            if self.file.kind not in _UNPRICED:
                amounts = (plain_money(cents, self.language) for cents in (line.price, line.amount))
                found.append([*first, count, *amounts])
            elif place == 1:
                packages = max(1, line.quantity // 12)
                weight = f"{line.quantity * (3 + self.draw.randrange(90) / 10):.0f} kg"
                found.append([*first, count, str(packages), weight])
        return found

    def _article(self, item: str) -> str:
        """The issuer's number for the goods, from those who print it."""
        if not self.look.mark % 2 or item.count(" ") > 2:
            return ""
        number = 100_000 + sum(map(ord, item)) * 7919 % 800_000
        return (
            f"   [{number}]" if self.look.mark == 1 else f", {number // 1000}.{number % 1000:03d}"
        )

    def _row(self, place: int, cells: list[str], columns: list[tuple[str, float, Align]]) -> None:
        pdf, table = self.pdf, self.look.table
        striped = table == "stripes" and place % 2 == 0
        pdf.fill, pdf.rule = self.look.pale, (190, 190, 190)
        for text, (_, width, align) in zip(cells, columns, strict=True):
            pdf.cell(width, 7, text, align, filled=striped, framed=table == "grid")
        pdf.down(7)

    def totals(self) -> None:
        """Net, tax, total, with the reason where there is no tax."""
        deal, labels = self.deal, self.labels
        self._sum(labels["net"], deal.net)
        if deal.rate:
            self._sum(f"{labels['vat']} {deal.rate.normalize():f} %", deal.tax)
        self.pdf.font(self.look.size + 1, bold=True)
        self._sum(labels["total"], deal.total)
        self.pdf.font(self.look.size)
        self.pdf.down(5)
        if not deal.rate and self.values.get("home") != self.values.get("away"):
            key = "export" if self.values.get("away") in ("GB", "US", "CH", "NO") else "reverse"
            self.pdf.paragraph(self.line, self.words[key])

    def _sum(self, label: str, cents: int) -> None:
        pdf = self.pdf
        pdf.at(pdf.wide - pdf.right - 85, pdf.y)
        pdf.cell(48, 6, label, "R")
        pdf.cell(37, 6, money(cents, self.deal.currency, self.language), "R")
        pdf.down(6)

    def receipt(self) -> None:
        """Where whoever takes the goods signs."""
        pdf, labels = self.pdf, self.labels
        pdf.down(24)
        pdf.row(6, labels["received"])
        pdf.down(14)
        pdf.rule = (60, 60, 60)
        pdf.line(pdf.left, pdf.y, pdf.left + 65)
        pdf.line(pdf.left + 80, pdf.y, pdf.left + 150)
        pdf.font(self.look.size - 2)
        pdf.cell(80, 5, labels["place"])
        pdf.cell(70, 5, labels["signature"])
        pdf.down(5)
        pdf.font(self.look.size)

    def closing(self) -> None:
        """The sentences that stand below."""
        pdf = self.pdf
        sentences = self.words["sentences"][self.file.kind]
        pdf.down(4)
        if self.file.kind == "customs-invoice":
            draw = self.draw
            tariff = f"{draw.randint(8401, 8548)} {draw.randint(10, 90)} {draw.randint(10, 90)}"
            origin = self.look.country or "GB"
            for name, value in (("tariff", tariff), ("origin", origin), ("terms", "DAP")):
                pdf.row(self.line, f"{self.labels[name]}: {value}")
            pdf.down(3)
        for text in sentences[1:] if self.file.kind in _OPENED else sentences:
            pdf.paragraph(self.line, text)

    def foot(self) -> None:
        """The company's numbers at the end of the page."""
        pdf, own, labels = self.pdf, self.look, self.labels
        level = pdf.high - 24
        pdf.rule, pdf.ink, pdf.bottom = own.colour, _GREY, 0.0
        pdf.line(pdf.left, level, pdf.wide - pdf.right)
        pdf.font(own.size - 2.5)
        pdf.at(pdf.left, level + 2)
        numbers = {"phone": own.phone, "vat_id": own.vat_id, "bank": own.bank}
        told = [f"{labels[name]} {value}" for name, value in numbers.items() if value]
        if own.meta == "row":
            pdf.paragraph(3.4, " · ".join((own.name, own.address, *told[1:])), "C")
            return
        page = f"{labels['page']} 1/1"
        columns = ((own.name, own.street, own.city), (*told[:2], ""), (*told[2:], page))
        for place, column in enumerate(columns):
            pdf.at(pdf.left + place * self.wide / 3, level + 2)
            for text in column:
                pdf.row(3.4, text)
