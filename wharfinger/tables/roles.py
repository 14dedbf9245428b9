"""Which rows of a table are order lines: by the columns that are filled, not by the words in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wharfinger.records import Order, OrderLine
from wharfinger.tables.applying import apply
from wharfinger.tables.columns import Columns
from wharfinger.tables.labels import one_line, pairs_in


@dataclass(frozen=True, slots=True)
class Roles:
    """The columns of a table by what they tell; those beyond `width` are what stands above the table."""

    width: int
    headings: Sequence[str]
    id: Sequence[int]
    line_id: Sequence[int]
    quantity: Sequence[int]
    amount: Sequence[int]
    price: Sequence[int]
    discount: Sequence[int]
    item: Sequence[int]
    item_id: Sequence[int]
    twice: Sequence[tuple[int, int]]
    """(column, the first one with the same heading) of those that must not contradict each other."""

    def above(self) -> frozenset[int]:
        """What stands above the table and says of a line what the table says of each of them itself, or what is never said of all."""
        itself = self.item if any(index < self.width for index in self.item) else ()
        return frozenset(index for index in (*self.quantity, *self.amount, *self.price, *self.line_id, *itself) if index >= self.width)

    def belongs(self, cells: list[str]) -> bool:
        """Whether a row is part of an order, not a total, a footer or a remark."""
        filled = [index for index, cell in enumerate(cells[: self.width]) if cell]
        first = cells[filled[0]] if filled else ""
        if len(filled) < 2 or first.endswith((":", "：")):
            return False
        if all(pairs_in(cells[index]) for index in filled):
            return False  # "Buyer: A. Smith | Approved by: B. Jones"
        if first.strip("*") == "" or _TOTAL.match(first):
            return any(cells[index] for index in self.item if index != filled[0])
        if not any(cells[index] for index in self.quantity) and any(_is_word(cells[index]) for index in self.price if index < self.width):
            return False  # "Please deliver early | | | Shipping | 120.00"
        if any(cells[index] and (len(filled) > 2 or any(map(str.isdigit, cells[index]))) for index in self.id if index < self.width):
            return True
        if any(cells[index] for index in self.item_id):
            return True
        named = any(cells[index] for index in self.item) or any(cells[index].isdigit() for index in self.line_id)
        counted = any(cells[index] for index in self.quantity) or any(cells[index].isdigit() for index in self.line_id)
        return named and counted

    def is_not_ordered(self, cells: list[str]) -> bool:
        """Whether a row is an item of a price list on an order form, with neither a quantity nor an amount nor a line number."""
        numbered = any(index < self.width for index in (*self.id, *self.line_id))
        return not numbered and all(_is_nothing(cells[index]) for index in (*self.quantity, *self.amount))

    def is_ruler(self, cells: Sequence[str]) -> bool:
        """A line of dashes, or the header once more, as page-wise lists have them."""
        at, first = next((at, cell) for at, cell in enumerate(cells) if cell)
        if not first.strip("-=_+"):
            return all(not cell.strip("-=_+") for cell in cells)
        if at >= self.width or one_line(first) != self.headings[at]:
            return False
        return all(not cell or one_line(cell) == heading for cell, heading in zip(cells, self.headings, strict=False))


def roles_of(mapping: dict[str, Any], columns: Columns, width: int) -> Roles:
    """What the mapping takes from which column."""
    line = mapping.get("order_lines", {})
    item = line.get("item", {})
    identified = apply(Order, only(mapping, "id"), columns).columns
    quantity = apply(OrderLine, {"quantity": only(line.get("quantity", {}), "value")}, columns).columns
    item_id = apply(OrderLine, {"item": {k: v for k, v in item.items() if k != "name"}}, columns).columns
    decisive = {*identified, *quantity, *item_id, *apply(OrderLine, only(line, "price"), columns).columns}
    return Roles(
        width=width,
        headings=columns.headings,
        id=identified,
        line_id=apply(OrderLine, only(line, "id"), columns).columns,
        quantity=quantity,
        amount=apply(OrderLine, only(line, "line_extension_amount"), columns).numbers,
        price=apply(OrderLine, only(line, "price"), columns).numbers,
        discount=apply(OrderLine, only(line, "allowance_charges"), columns).columns,
        item=apply(OrderLine, {"item": item}, columns).columns,
        item_id=item_id,
        twice=[(one, first) for one, first in columns.again.items() if first in decisive and one < width],
    )


def only(mapping: dict[str, Any], name: str) -> dict[str, Any]:
    """The part of the mapping with that name alone."""
    return {name: mapping[name]} if name in mapping else {}


def _is_nothing(cell: str) -> bool:
    return not cell.strip("0.,- \u2013\u2014")


def _is_word(cell: str) -> bool:
    return any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))


_TOTAL = re.compile(
    r"\W*(?:grand |order |net |gross )?(?:sub|zwischen|gesamt|end|order)?-?"
    r"(?:total|summe|итого|всего|合计|总计|小计|总额|sum\b|gesamt\b|somme\b|razem|suma\b|totaal|toplam\b|ara toplam|celkem|разом|усього"
    r"|合計|小計|総計|합계|untaxed amount|amount due|balance due"
    r"|(?:sales )?(?:tax|taxes|vat|gst|tva|iva|mwst|ust|ндс|kdv|btw|moms|dph|消費税|增值税|税额)\W*(?:\d{1,2}(?:[.,]\d+)? ?%\W*)?$)",
    re.IGNORECASE,
)
