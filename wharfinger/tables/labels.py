"""What stands above a table: "Order number: 4711" and the like, and the other texts there.

>>> rows = [Row(["Order date: 3.11.2025", ""], 1), Row(["Buyer", "Nordwind Ltd"], 2), Row(["Please deliver on time", ""], 3)]
>>> labels(rows, frozenset({"buyer", "orderdate"}))
([('Order date', '3.11.2025', 1), ('Buyer', 'Nordwind Ltd', 2)], {'row 3': 'Please deliver on time'})
"""

import re
from collections.abc import Iterable

from wharfinger.tables.columns import folded
from wharfinger.tables.parties import composed, is_party
from wharfinger.tables.sheets import Row


def labels(above: Iterable[Row], known: frozenset[str]) -> tuple[list[tuple[str, str, int]], dict[str, str]]:
    """(label, value, row) of "Order number: 4711" and the like above a table, and the other texts there by their row."""
    told: dict[str, tuple[str, str, int]] = {}
    loose: dict[str, str] = {}
    above = list(above)
    taken = 0
    for at, row in enumerate(above):
        if row.number == taken:
            continue
        below = above[at + 1] if at + 1 < len(above) and above[at + 1].number == row.number + 1 else None
        if below and (found := _labels_over(row, below, known)):
            for label, value in found:
                told.setdefault(folded(label), (label, value, below.number))
            taken = below.number
            continue
        cells = [one_line(cell) for cell in row.cells if cell.strip("-=_+")]
        rest = []
        while cells:
            cell = cells.pop(0)
            pairs = pairs_in(cell)
            if not pairs and cells and (cell.endswith(":") or (_is_label(cell, known) and not _is_label(cells[0], known))):
                pairs = [(cell.rstrip(": "), cells.pop(0))]
            for label, value in pairs:
                told.setdefault(folded(label), (label, value, row.number))
            if not pairs:
                rest.append(cell)
        if rest:
            loose[f"row {row.number}"] = " ".join(rest)[:1000]
    return list(told.values()), loose


def pairs_in(cell: str) -> list[tuple[str, str]]:
    """(label, value) of a cell that holds both."""
    if title := _TITLE.match(cell[:200]):
        return [("Order number", title[1])] + ([("Order date", title[2])] if title[2] else [])
    label, mark, value = cell.replace("：", ":").partition(":")
    if mark and value.strip() and 0 < len(label) <= 40 and not value.startswith("//") and not label[-1:].isdigit():
        return [(label.strip(), value.strip())]
    return []


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


def _labels_over(row: Row, below: Row, known: frozenset[str]) -> list[tuple[str, str]]:
    """(label, value) of blocks whose names stand over them: "Buyer | | Supplier" above "Nordwind Ltd | | Harbour plc".

    Of more than two, one label that nobody knows may be among them.
    """
    cells = [(at, one_line(cell).rstrip(":： ")) for at, cell in enumerate(row.cells) if cell.strip("-=_+")]
    values = [one_line(below.cells[at]) if at < len(below.cells) else "" for at, _ in cells]
    unknown = sum(not _is_label(label, known) for _, label in cells)
    blocks = len(cells) > 1 and unknown <= (len(cells) > 2)
    if not blocks or sum(map(bool, below.cells)) != len(cells) or not all(value and _is_new(value, known) for value in values):
        return []
    return [(label, value) for (_, label), value in zip(cells, values, strict=True)]


def _is_new(value: str, known: frozenset[str]) -> bool:
    return not pairs_in(value) and not _is_label(value, known)


def _is_label(cell: str, known: frozenset[str]) -> bool:
    """Whether a cell is a heading that the mapping knows, itself or composed, or a party's."""
    return folded(cell) in known or folded(composed(cell) or "") in known or is_party(cell)


_TITLE = re.compile(
    r"(?:purchase order|sales order|order|bestellung|auftrag|bon de commande|commande|pedido|orden de compra|ordine|zamówienie|bestelling"
    r"|sipariş|objednávka|заказ|заявка|замовлення|采购订单|销售订单|订单|採購訂單|注文書)"
    r"(?:[^№#:\d]{0,40}(?:№|#|\bno\b\.?|\bnr\b\.?|\bn[°º.]|\bč\.)[\s:]*|\s*:\s*)"
    r"([^\W_][^\s,;:]{0,34}|#[^\s,;:]{1,34})(?:,?\s+(?:от|від|vom|dated|of|date|du|del|van|z dnia|ze dne)\s+(.{6,40}))?$",
    re.IGNORECASE,
)
