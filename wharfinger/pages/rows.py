"""What the rows of a table say of its columns and of each other: which column counts, which sums prove, what is no order line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from wharfinger.pages.headers import Cell, Layout, column_under
from wharfinger.pages.labels import fold, has_digit
from wharfinger.pages.model import Line, Paper, Run, join
from wharfinger.pages.order import Column, adds_up, fits
from wharfinger.records import Place


@dataclass(slots=True, eq=False)
class Row:
    """A row of the table. cells: column -> the texts in it, one for each line; lines: all of it; paper: the document it stands in.

    placed: what stands in its first line, with the number of the column. doubtful: nobody can say which of its texts belongs where.
    behind: it stands behind the last sum of its table.
    """

    place: Place
    paper: Paper
    headings: dict[str, str]
    cells: dict[str, list[str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    placed: list[tuple[int, Run]] = field(default_factory=list)
    doubtful: bool = False
    behind: bool = False

    def text(self, column: str) -> str:
        """What stands in a column; the parts of a wrapped text are joined."""
        return join(self.cells.get(column, []))


def name_by_content(found: list[Row], layout: Layout) -> None:
    """Columns under unknown headings that show themselves what they are: all units, or numbers that count the rows."""
    ours = {name for name, _ in layout.columns}
    for label in {name for row in found for name in row.cells if name not in ours}:
        values = [row.text(label) for row in found if not row.doubtful]
        present = {name for row in found for name in row.cells}
        if "Unit" in ours - present and all(fold(value) in layout.units for value in values):
            wanted = "Unit"
        elif "Position" in ours - present and "ItemNumber" not in present and _counts(values):
            wanted = "Position"
        else:
            continue
        for row in found:
            row.headings[wanted] = row.headings.pop(label, label)
            if label in row.cells:
                row.cells[wanted] = row.cells.pop(label)


def _counts(values: Sequence[str]) -> bool:
    """Whether the values are numbers with one step: 1, 2, 3 or 10, 20, 30."""
    numbers = [int(value) for value in values if value.isascii() and value.isdigit() and len(value) <= 5]
    return len(numbers) == len(values) > 1 and numbers[0] > 0 and {b - a for a, b in pairwise(numbers)} == {numbers[0]}


def name_by_sums(found: list[Row], layout: Layout) -> None:
    """The columns of prices and amounts that quantity times price proves in every row, where the headings name none or others."""
    kinds, ours = dict(layout.kinds), {name for name, _ in layout.columns}
    of = {kind: name for name, kind in reversed(layout.kinds)}
    rows = [row for row in found if not row.doubtful and has_digit(row.text(of.get("quantity", "")))]
    if not rows or not {"quantity", "price", "amount"} <= of.keys() or _some_add_up(rows, of["price"], of["amount"], of):
        return
    shared = [name for name in rows[0].cells if name not in ours or kinds.get(name) in ("price", "amount")]
    numbers = [name for name in shared if all(fits(row.text(name), "price") for row in rows)]
    proven = [
        (price, amount) for price in numbers for amount in numbers
        if price != amount and all(adds_up(row_values, columns) for row_values, columns in _as_columns(rows, price, amount, of))
    ]  # fmt: skip
    if len(proven) != 1:
        return
    if of["amount"] not in proven[0] and any(_is_less(row.text(of["amount"]), row.text(proven[0][1])) for row in rows):
        return  # a discount is taken off
    names = of["price"], of["amount"]
    for headings in {id(row.headings): row.headings for row in found}.values():
        new = dict(zip(proven[0], names, strict=True))
        new |= {name: f"({name})" for name in names if name in headings and name not in proven[0]}
        for row in (one for one in found if one.headings is headings):
            row.cells = {new.get(name, name): texts for name, texts in row.cells.items()}
        renamed = {new.get(name, name): heading for name, heading in headings.items()}
        headings.clear()
        headings.update(renamed)


def _is_less(amount: str, other: str) -> bool:
    """Whether an amount that is there is less than another one printed alike."""
    digits = [re.sub(r"\D", "", text)[:30] for text in (amount, other)]
    return all(digits) and int(digits[0]) < int(digits[1])


def _some_add_up(rows: list[Row], price: str, amount: str, of: dict[str, str]) -> bool:
    return any(adds_up(values, columns) for values, columns in _as_columns(rows, price, amount, of))


def _as_columns(rows: list[Row], price: str, amount: str, of: dict[str, str]) -> Iterator[tuple[dict[str, str], list[Column]]]:
    columns = [(of["quantity"], "quantity"), (price, "price"), (amount, "amount")]
    if "base" in of and any(row.text(of["base"]) for row in rows):
        columns.append((of["base"], "base"))
    for row in rows:
        yield {name: row.text(name) for name, _ in columns}, columns


def part_codes_from_names(found: list[Row], layout: Layout) -> None:
    """Under 'Part number / Description' the first line of a cell is the code, and the others the text."""
    kinds = dict(layout.kinds)
    columns: dict[str, str | None] = {}
    for row in found:
        for text, texts in list(row.cells.items()):
            before, mark, _ = row.headings.get(text, "").partition("/")
            if not mark or kinds.get(text) not in ("text", "thing") or len(texts) < 2 or not fits(texts[0], "code"):
                continue
            if before not in columns:
                columns[before] = column_under(before, layout)[0]
            column = columns[before]
            if column and kinds.get(column) == "code" and column not in row.cells:
                row.cells[column], row.cells[text] = texts[:1], texts[1:]
                row.headings[column] = before.strip()


def names_from_codes(found: list[Row], layout: Layout) -> None:
    """In a table without a column for names, what stands under a code is the name."""
    kinds = dict(layout.kinds)
    name = next((column for column, kind in layout.kinds if kind == "text" and column not in ("Note",)), None)
    if name is None or any(kinds.get(column) in ("text", "thing") for row in found for column in row.headings):
        return
    for row in found:
        for column, texts in list(row.cells.items()):
            if kinds.get(column) == "code" and len(texts) > 1 and name not in row.cells and fits(texts[0], "code"):
                row.cells[column], row.cells[name] = texts[:1], texts[1:]
                row.headings[name] = row.headings[column]


def without_strangers(found: list[Row], layout: Layout) -> list[Row]:
    """The rows without those that are no lines of an order; those of which nobody can say it are in doubt.

    A line has an item and a quantity, and a price or an amount where others have one. A line that lacks one of them is a line all the
    same if it is counted as one, or has a unit, in a table that names items (and not in one that says when they are delivered).
    """
    kinds = layout.kinds
    if not kinds:
        return found
    kept = []
    priced = any(has(row, kinds, "price", "amount") for row in found if not row.doubtful)
    named = any(has(row, kinds, *_ITEM) for row in found if not row.doubtful)
    for row in found:
        counted = has(row, kinds, "position", "unit") and (not named or any(kind in _ITEM and name in row.headings for name, kind in kinds))
        money, item = has(row, kinds, "price", "amount"), has(row, kinds, *_ITEM)
        quantity = any(fits(row.text(name), "quantity", has_unit=False) for name, kind in kinds if kind == "quantity")
        complete = quantity and (money or not priced) and (item or not named)
        if row.doubtful or complete or (counted and (quantity or money or not priced)):
            kept.append(row)
        elif (item and (money or quantity)) or counted or (quantity and has(row, kinds, "position")):
            row.doubtful = True
            kept.append(row)
        else:
            take_back(row)
    return kept


def is_proven(row: Row, header: list[Cell], layout: Layout) -> bool:
    """Whether the numbers of a row add up."""
    kinds = dict(layout.kinds)
    columns = [(cell.name, kinds.get(cell.column or "", "any")) for cell in header]
    return not row.doubtful and adds_up({name: row.text(name) for name, _ in columns}, columns)


def take_back(row: Row) -> bool:
    """Leave the lines of a row to those who look for labels. Always False."""
    row.paper.in_tables.difference_update(map(id, row.lines))
    return False


_ITEM = ("text", "thing", "code")


def has(row: Row, kinds: Sequence[Column], *wanted: str) -> bool:
    """Whether a row says something of one of these kinds: a number where numbers stand, a word where units do."""
    for name, kind in kinds:
        texts = [text.strip() for text in row.cells.get(name, ())]
        if kind not in wanted or not texts:
            continue
        if kind in ("price", "amount"):
            found = any(_NUMERIC.match(text) and "%" not in text for text in texts)
        elif kind == "unit":
            found = 0 < len(texts[0]) <= 12
        else:
            found = bool(texts[0]) if kind in _ITEM else has_digit(texts[0]) and len(texts[0]) <= 12
        if found:
            return True
    return False


_NUMERIC = re.compile(r"\W{0,3}(?:[^\W\d_]{1,4}\.?\W{0,2})?\d")
"""A number, perhaps behind a currency."""
