"""What a paper with prices adds up to: its lines, net, tax and total, in cents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from decnet_emailgen.mail.files.terms import chance, in_cents, terms, values_of
from decnet_emailgen.records import Attachment


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what, how many, the price of one and of all, in cents."""

    item: str
    quantity: int
    price: int

    @property
    def amount(self) -> int:
        """Quantity times price."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Deal:
    """The lines of a paper and what they add up to; ``rate`` is VAT in percent."""

    lines: tuple[Line, ...]
    rate: Decimal
    currency: str

    @property
    def net(self) -> int:
        """The sum of the lines."""
        return sum(line.amount for line in self.lines)

    @property
    def tax(self) -> int:
        """VAT on the sum, rounded to a cent."""
        exact = Decimal(self.net) * self.rate / 100
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.net + self.tax


def deal_of(attachment: Attachment) -> Deal:
    """The lines that make the amount the thread speaks of."""
    values, words = values_of(attachment), terms(attachment.language)
    draw = chance(attachment, "lines")
    quantity = max(1, int(values.get("quantity", "1")))
    item = values.get("product") or "A-100"
    if "application" in values:
        item = words["licence"].format(application=values["application"])
        lines = _split(in_cents(values["price"]), quantity, item, draw, words)
    elif "price" in values and "net" not in values:
        lines = [Line(item, quantity, in_cents(values["price"]))]
        if draw.random() < 0.3:
            lines.append(Line(draw.choice(words["freight"]), 1, 0))
    else:
        net = in_cents(values.get("net") or values.get("price") or "480.00")
        lines = _split(net, quantity, item, draw, words)
    rate = Decimal(values.get("rate", "0"))
    return Deal(tuple(lines), rate, values.get("currency", "EUR"))


def _split(
    net: int, quantity: int, item: str, draw: Random, words: dict[str, list[str]]
) -> list[Line]:
    """Lines that add up to ``net``: the goods, perhaps extras, and the freight takes the rest."""
    extras = []
    rest = net
    if net > 150_000 and draw.random() < 0.4:
        price = draw.choice((4_500, 9_000, 12_500, 18_000))
        extras.append(Line(draw.choice(words["extras"]), 1, price))
        rest -= price
    freight = min(rest // 10, draw.choice((1_490, 2_900, 4_800, 7_500, 12_000)))
    price, over = divmod(rest - freight, quantity)
    while price % 5 and over + quantity < rest // 6:
        price, over = price - 1, over + quantity
    goods = Line(item, quantity, price)
    left = rest - goods.amount
    last = [Line(draw.choice(words["freight"]), 1, left)] if left else []
    return [goods, *extras, *last]
