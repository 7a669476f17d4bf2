"""Spreadsheets with XlsxWriter: budgets, forecasts, lists, calculations, with true formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from decnet_emailgen.mail.files import office
from decnet_emailgen.mail.files.terms import (
    chance,
    day_of,
    first_name,
    in_cents,
    locale_of,
    terms,
    values_of,
)
from decnet_emailgen.records import Attachment

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | float | date
_MONEY, _WHOLE = "#,##0.00", "#,##0"
_ORDER = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
          "xl/theme/theme1.xml", "xl/styles.xml", "xl/sharedStrings.xml", "docProps/core.xml",
          "docProps/app.xml")  # fmt: skip
_TODAY = (
    ("docProps/app.xml", "<AppVersion>.*?</AppVersion>", "<AppVersion>16.0300</AppVersion>"),
    ("xl/workbook.xml", 'lastEdited="4" lowestEdited="4" rupBuild="4505"',
     'lastEdited="7" lowestEdited="7" rupBuild="28827"'),
    ("xl/workbook.xml", '<calcPr calcId="\\d+" fullCalcOnLoad="1"/>', '<calcPr calcId="191029"/>'),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: heads, rows, and the columns (from 0) that a last row adds up."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sums: tuple[int, ...] = ()
    note: str = ""


def workbook(attachment: Attachment) -> bytes:
    """The file of a record, as Excel saves it under its author's name."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book: Workbook = Workbook(out, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    draw = chance(attachment, "style")
    formats = _formats(book, draw)
    for grid in _grids(attachment):
        _write(book.add_worksheet(grid.name[:31]), grid, formats, draw)
    book.close()
    made = datetime.fromisoformat(attachment.made)
    created = made - timedelta(days=chance(attachment, "age").randint(0, 40), minutes=71)
    return office.packed(_as_excel(office.parts_of(out.getvalue()), attachment, created, made))


def _as_excel(
    parts: dict[str, bytes], attachment: Attachment, created: datetime, made: datetime
) -> dict[str, bytes]:
    """The parts in Excel's order, said to be written by the Excel of today."""
    kept = {name: content.decode().replace("?>\n", "?>\r\n", 1) for name, content in parts.items()}
    author = attachment.author
    kept["docProps/core.xml"] = office.core(author, author, created, made)
    for name, pattern, new in _TODAY:
        kept[name] = re.sub(pattern, new, kept[name])
    company = f"<Company>{escape(attachment.issuer)}</Company>"
    kept["docProps/app.xml"] = kept["docProps/app.xml"].replace("<Company></Company>", company)
    first = [name for name in _ORDER if name in kept]
    sheets = [name for name in kept if name.startswith("xl/worksheets/")]
    order = (*first[:4], *sheets, *first[4:])
    return {name: kept[name].encode() for name in order}


def _formats(book: Workbook, draw: Random) -> dict[str, Any]:
    colour = draw.choice(("#D9E1F2", "#E2EFDA", "#FFF2CC", "#EDEDED", "#1F4E78", "#305496", ""))
    head = {"bold": True, "bottom": draw.choice((1, 2)), "text_wrap": True, "valign": "vcenter"}
    if colour:
        head |= {"bg_color": colour, "font_color": "#FFFFFF" if colour[1] in "13" else "#000000"}
    whole = draw.random() < 0.5
    return {
        "head": book.add_format(head),
        "number": book.add_format({"num_format": _WHOLE if whole else _MONEY}),
        "count": book.add_format({"num_format": _WHOLE}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
        "sum": book.add_format({"bold": True, "top": 1, "num_format": _WHOLE if whole else _MONEY}),
        "bold": book.add_format({"bold": True, "font_size": draw.choice((12, 14))}),
    }


def _write(sheet: Worksheet, grid: Grid, formats: dict[str, Any], draw: Random) -> None:
    top = 0
    if grid.note:
        sheet.write_string(0, 0, grid.note, formats["bold"])
        top = 2
    for column, head in enumerate(grid.heads):
        sheet.write_string(top, column, head, formats["head"])
        texts = [len(str(row[column])) for row in grid.rows]
        sheet.set_column(column, column, min(42, max([len(head) + 2, 9, *texts])))
    for number, row in enumerate(grid.rows, top + 1):
        _row(sheet, number, row, formats)
    end = top + len(grid.rows)
    for column in grid.sums:
        letter = chr(ord("A") + column)
        total = sum(_value(row[column]) for row in grid.rows)
        formula = f"=SUM({letter}{top + 2}:{letter}{end + 1})"
        sheet.write_formula(end + 1, column, formula, formats["sum"], total)
    if draw.random() < 0.6:
        sheet.freeze_panes(top + 1, 0)
    if draw.random() < 0.4:
        sheet.autofilter(top, 0, end, len(grid.heads) - 1)


def _value(cell: Cell) -> float:
    """What a cell counts in a sum: numbers, and formulas by their result (after a tab)."""
    if isinstance(cell, str):
        return float(cell.partition("\t")[2] or 0) if cell.startswith("=") else 0.0
    return 0.0 if isinstance(cell, date) else float(cell)


def _row(sheet: Worksheet, number: int, row: Sequence[Cell], formats: dict[str, Any]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, date):
            at = datetime(cell.year, cell.month, cell.day)
            sheet.write_datetime(number, column, at, formats["day"])
        elif isinstance(cell, str):
            if cell.startswith("="):
                formula, _, value = cell.format(row=number + 1).partition("\t")
                sheet.write_formula(number, column, formula, formats["number"], float(value or 0))
            elif cell:
                sheet.write_string(number, column, cell)
        else:
            kind = "count" if isinstance(cell, int) else "number"
            sheet.write_number(number, column, cell, formats[kind])


# --- contents --------------------------------------------------------------------------------


def _grids(attachment: Attachment) -> list[Grid]:
    values = values_of(attachment)
    maker = {
        "samples": _samples,
        "stock-list": _stock,
        "calculation": _calculation,
        "status": _status,
    }.get(attachment.kind)
    if maker is None:
        maker = _plan if "project" in values and "budget" not in values else _budget
        if "amount" in values or "quarter" in values:
            maker = _forecast
    return maker(attachment)


def _last_day(values: dict[str, str], made: datetime) -> date:
    return day_of(values.get("deadline") or values.get("due") or "") or made.date()


def _budget(attachment: Attachment) -> list[Grid]:
    """Plan and actual by kind of cost; the plan adds up to the thread's budget."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads, filled = chance(attachment, "budget"), words["sheet"], attachment.version > 1
    total = in_cents(values.get("budget", "60000.00 EUR")) / 100
    costs = draw.sample(words["costs"], draw.randint(8, 13))
    shares = [draw.gammavariate(0.8, 1) for _ in costs]
    scale = total / sum(shares)
    rows: list[tuple[Cell, ...]] = []
    for cost, share in zip(costs, shares, strict=True):
        plan = round(share * scale / 50) * 50.0
        actual = round(plan * draw.uniform(0.7, 1.15), 2)
        centre = str(draw.choice((4100, 4200, 4300, 5100)) + draw.randint(0, 9) * 10)
        shown: Cell = plan if filled or draw.random() < 0.3 else ""
        gap = f"=C{{row}}-D{{row}}\t{(plan if shown else 0) - actual:.2f}"
        rows.append((cost, centre, shown, actual, gap, draw.choice(words["remarks"])))
    heads = (heads[0], heads[1], f"{heads[2]} {values.get('year', '')}".strip(), *heads[3:6])
    year = values.get("year", attachment.made[:4])
    whole = Grid(f"{words['sheet'][2]} {year}", heads, tuple(rows), (2, 3, 4))
    return [whole, _months(rows, attachment, draw)]


def _months(rows: list[tuple[Cell, ...]], attachment: Attachment, draw: Random) -> Grid:
    """The actual figures month by month, up to the last that is closed."""
    from babel.dates import get_month_names

    names = get_month_names("abbreviated", locale=locale_of(attachment.language))
    closed = max(3, int(attachment.made[5:7]) - 1)
    months: list[tuple[Cell, ...]] = []
    for row in rows:
        whole = float(row[3]) if isinstance(row[3], (int, float)) else 0.0
        parts = [draw.gammavariate(6, 1) for _ in range(closed)]
        figures = [round(whole * part / sum(parts), 2) for part in parts]
        months.append((row[0], row[1], *figures))
    columns = (
        "",
        *(terms(attachment.language)["sheet"][1:2]),
        *(names[n] for n in range(1, closed + 1)),
    )
    return Grid(
        terms(attachment.language)["sheet"][3], columns, tuple(months), tuple(range(2, closed + 2))
    )


def _forecast(attachment: Attachment) -> list[Grid]:
    """Open deals with their chances; the thread's customer and amount are among them."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads = chance(attachment, "forecast"), words["sheet"]
    names = [values["customer"]] if "customer" in values else []
    stems = ("Alm", "Bard", "Corv", "Dorn", "Elm", "Falk", "Grim", "Halm", "Ister", "Kron", "Lind")
    names += [
        f"{stem}{draw.choice(('ia', 'berg', 'tec', 'ero', 'mar'))}"
        for stem in draw.sample(stems, 9)
    ]
    total = in_cents(values.get("amount", "180000.00 EUR")) / 100
    shares = [3.0, *(draw.gammavariate(1, 1) for _ in names[1:])]
    rows: list[tuple[Cell, ...]] = []
    for name, share in zip(names, shares, strict=True):
        amount = round(total * share / sum(shares) / 100) * 100.0
        rows.append(
            (
                name,
                draw.choice(words["states"]),
                draw.choice((25, 50, 50, 75, 90)),
                amount,
                draw.choice(words["remarks"]),
            )
        )
    title = f"{values.get('quarter', '')} {attachment.made[:4]}".strip()
    columns = (heads[0], heads[8], f"{heads[13]} %", heads[15], heads[5])
    return [Grid(title, columns, tuple(rows), (3,))]


def _plan(attachment: Attachment) -> list[Grid]:
    """A project's tasks with people and dates."""
    return _status(attachment)


def _status(attachment: Attachment) -> list[Grid]:
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads = chance(attachment, "status"), words["sheet"]
    made = datetime.fromisoformat(attachment.made)
    people = values.get("people", "").split("; ")
    last = _last_day(values, made)
    rows: list[tuple[Cell, ...]] = []
    tasks = draw.sample(words["tasks"], draw.randint(7, 10))
    for place, task in enumerate(tasks, 1):
        due = min(last, made.date() + timedelta(days=draw.randint(-12, 20)))
        done = (
            words["states"][1]
            if due < made.date() and draw.random() < 0.8
            else draw.choice(words["states"][2:])
        )
        who = first_name(draw.choice(people))
        rows.append((place, task, who, due, done, draw.choice(words["remarks"])))
    rows.append(
        (len(tasks) + 1, words["tasks"][8], first_name(people[0]), last, words["states"][0], "")
    )
    columns = ("#", words["action"][0], heads[6], heads[7], heads[8], heads[5])
    percent = values.get("percent", "")
    note = f"{values.get('project', '')} {percent + ' %' if percent else ''}".strip()
    return [Grid(values.get("project", "Status"), columns, tuple(rows), (), note)]


def _calculation(attachment: Attachment) -> list[Grid]:
    """Price, discount and margin of a deal, or days by task."""
    values, words = values_of(attachment), terms(attachment.language)
    if "amount" not in values:
        return [_effort(attachment)]
    draw, heads = chance(attachment, "calc"), words["sheet"]
    amount, percent = in_cents(values["amount"]) / 100, int(values.get("percent", "5"))
    rows: list[tuple[Cell, ...]] = []
    costs = words["costs"]
    for item, part in ((costs[3], 0.72), (costs[4], 0.15), (costs[5], 0.13)):
        value = round(amount * part, 2)
        less = value * percent / 100
        cost = round(value * draw.uniform(0.55, 0.72), 2)
        gain = f"=B{{row}}-D{{row}}-E{{row}}\t{value - less - cost:.2f}"
        rows.append((item, value, percent, f"=B{{row}}*C{{row}}/100\t{less:.2f}", cost, gain))
    columns = (heads[0], heads[15], "%", heads[4], heads[3], heads[12])
    return [Grid(heads[15], columns, tuple(rows), (1, 3, 4, 5), attachment.addressee)]


def _effort(attachment: Attachment) -> Grid:
    """Days by task, adding up to those the thread speaks of."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads = chance(attachment, "effort"), words["sheet"]
    total = int(values.get("days", "10"))
    count = min(5, total)
    days = [1] * count
    for _ in range(total - count):
        days[draw.randrange(count)] += 1
    tasks = draw.sample(words["tasks"], count)
    rows = tuple(
        (task, float(spent), draw.choice(words["remarks"]))
        for task, spent in zip(tasks, days, strict=True)
    )
    return Grid(values.get("project", heads[0]), (heads[0], heads[9], heads[5]), rows, (1,))


def _stock(attachment: Attachment) -> list[Grid]:
    """Articles by place; counted only once the count has been."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads = chance(attachment, "stock"), words["sheet"]
    product = values.get("product", "A-100")
    missing = int(values.get("quantity", "0"))
    counted = attachment.version > 1
    rows: list[tuple[Cell, ...]] = []
    for number in range(draw.randint(28, 70)):
        article = (
            product if number == 3 else re.sub(r"\d", lambda _: str(draw.randint(0, 9)), product)
        )
        booked = draw.randint(1, 400) + (missing if number == 3 else 0)
        off = missing if number == 3 else draw.choice((0, 0, 0, 0, 0, 1, -1))
        rack = f"{draw.choice('ABCDE')}-{draw.randint(1, 24):02d}-{draw.randint(1, 5)}"
        rows.append((article, rack, booked, max(0, booked - off) if counted else "", ""))
    columns = (heads[0], heads[11], heads[9], heads[10], heads[5])
    return [Grid(f"{attachment.made[:7]}", columns, tuple(rows))]


def _samples(attachment: Attachment) -> list[Grid]:
    """What an auditor wants to see."""
    values, words = values_of(attachment), terms(attachment.language)
    draw, heads = chance(attachment, "samples"), words["sheet"]
    last = _last_day(values, datetime.fromisoformat(attachment.made))
    rows: list[tuple[Cell, ...]] = [(1, words["audit"][0], values.get("contract", ""), "", last)]
    rows.append((2, words["audit"][1], values.get("invoice", ""), "", last))
    for number in range(3, draw.randint(14, 26)):
        amount = round(draw.lognormvariate(8.2, 1.0), 2)
        rows.append(
            (number, draw.choice(words["audit"]), str(draw.randint(10_000, 99_999)), amount, last)
        )
    columns = ("#", heads[14], words["labels"]["number"], heads[15], heads[7])
    return [Grid(values.get("year", heads[14]), columns, tuple(rows))]
