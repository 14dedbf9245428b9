"""What stands above a table: "Order number: 4711" and the like, and the other texts there.

>>> rows = [Row(["Order date: 3.11.2025", ""], 1), Row(["Buyer", "Nordwind Ltd"], 2), Row(["Please deliver on time", ""], 3)]
>>> labels(rows, frozenset({"buyer", "orderdate"}))
([('Order date', '3.11.2025', 1), ('Buyer', 'Nordwind Ltd', 2)], {'row 3': 'Please deliver on time'})
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from wharfinger.pages.labels import fold, has_digit
from wharfinger.tables.columns import folded
from wharfinger.tables.parties import composed, is_party
from wharfinger.tables.sheets import Row

_NUMBER = "Order number"
_NUMBERS = frozenset(("n", "no", "nr", "number", "nummer", "numero", "numéro", "número", "numer", "číslo", "nro", "номер"))
_NUMBERS |= {"编号", "編號", "单号", "單號", "番号"}
"""Words, folded, that say no more than that a number follows."""


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
            more = [line for label, cell in found for line in _value_of(label, cell)[1]]
            for label, cell in found:
                told.setdefault(folded(label), (label, _value_of(label, cell)[0], below.number))
            loose |= {f"row {below.number}": " ".join(more)[:1000]} if more else {}
            taken = below.number
            continue
        cells = list(_texts(row, known))
        rest = []
        while cells:
            cell = one_line(cells.pop(0))
            pairs = _pairs_of(cell, known)
            if not pairs and cells and (cell.endswith((":", "：")) or (_is_label(cell, known) and _is_new(one_line(cells[0]), known))):
                label = cell.rstrip(":： ")
                value, more = _value_of(label, cells.pop(0))
                pairs = [(label, value)]
                rest += more
            for label, value in pairs:
                told.setdefault(folded(label), (label, value, row.number))
            if not pairs:
                rest.append(cell)
        if rest:
            loose[f"row {row.number}"] = " ".join(rest)[:1000]
    return _with_plain_number(list(told.values())), loose


def _with_plain_number(told: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """The same; the only number that stands above a table without saying of what is that of the order: "N°: 4711"."""
    plain = [one for one in told if fold(one[0]) in _NUMBERS and has_digit(one[1])]
    if len(plain) != 1 or any(label == _NUMBER for label, _, _ in told):
        return told
    return [(_NUMBER, value, row) if (label, value, row) in plain else (label, value, row) for label, value, row in told]


def pairs_in(cell: str) -> list[tuple[str, str]]:
    """(label, value) of a cell that holds both."""
    if title := _TITLE.match(cell[:200]):
        return [(_NUMBER, title[1])] + ([("Order date", title[2])] if title[2] else [])
    label, mark, value = cell.replace("：", ":").partition(":")
    if mark and value.strip() and 0 < len(label) <= 40 and not value.startswith("//") and not label[-1:].isdigit():
        return [(label.strip(), value.strip())]
    return []


def _pairs_of(cell: str, known: frozenset[str]) -> list[tuple[str, str]]:
    """The same; of a cell that goes on with labels that the mapping knows all pairs: "Date: 6.11.2026 - Delivery date: 13.11.2026"."""
    found = []
    for label, value in pairs_in(cell):
        at = _label_within(value, known)
        found += [(label, value[:at].rstrip(" -–—,;|·")), *(_pairs_of(value[at:], known) if at is not None else ())]
    return [(label, value) for label, value in found if value] or _bare_pair(cell, known)


def _bare_pair(cell: str, known: frozenset[str]) -> list[tuple[str, str]]:
    """A label before one word with a digit, and no mark between them: "P.O. NO. 1187", "Date 14.10.2026"."""
    label, _, value = cell.rpartition(" ")
    is_said = has_digit(value) and not has_digit(label) and not _is_party(label)
    return [(label, value)] if is_said and _is_label(label, known) else []


def _label_within(value: str, known: frozenset[str]) -> int | None:
    """Where the first known label with a colon begins in a value, as long as it can be."""
    for colon in islice(re.finditer("[:：]", value), 8):
        for start in re.compile(r"(?<!\S)[^\W\d_]").finditer(value, max(0, colon.start() - 40), colon.start()):
            if _is_label(value[start.start() : colon.start()].strip(), known):
                return start.start()
    return None


def _texts(row: Row, known: frozenset[str]) -> Iterator[str]:
    """The texts of a row; a cell with a label in one of its lines is one for each of them: "Order no\\n4711"."""
    for cell in row.cells:
        lines = _lines_of(cell)
        said = len(lines) > 1 and not _is_label(one_line(cell), known)
        if said and any(line.endswith((":", "：")) or pairs_in(line) or _is_label(line, known) for line in lines):
            yield from lines
        elif cell.strip("-=_+"):
            yield cell


def _value_of(label: str, cell: str) -> tuple[str, list[str]]:
    """The value in a cell, and the lines of it that are none: under a party's name stands its address."""
    lines = _lines_of(cell)
    return (lines[0], lines[1:]) if _is_party(label) else (" ".join(lines).lstrip(":： "), [])


def _lines_of(cell: str) -> list[str]:
    """The lines of a cell in which something stands."""
    return [line for line in map(one_line, cell.splitlines()) if line]


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


def _labels_over(row: Row, below: Row, known: frozenset[str]) -> list[tuple[str, str]]:
    """(label, cell) of blocks whose names stand over them: "Buyer | | Supplier" above "Nordwind Ltd | | Harbour plc".

    Of more than two, one label that nobody knows may be among them.
    """
    cells = [(at, one_line(cell).rstrip(":： ")) for at, cell in enumerate(row.cells) if cell.strip("-=_+")]
    values = [below.cells[at] if at < len(below.cells) else "" for at, _ in cells]
    unknown = sum(not _is_label(label, known) for _, label in cells)
    filled = sum(map(bool, values))
    blocks = len(cells) > 1 and unknown <= (len(cells) > 2) and sum(map(bool, below.cells)) == filled > len(cells) / 2
    if not blocks or not all(_is_new(one_line(value), known) for value in values if value):
        return []
    return [(label, value) for (_, label), value in zip(cells, values, strict=True) if value]


def _is_new(value: str, known: frozenset[str]) -> bool:
    return not _pairs_of(value, known) and not _is_label(value, known)


def _is_party(label: str) -> bool:
    """Whether what stands behind a label is a party, its name first."""
    return is_party(label) or (composed(label) or "").endswith(" name")


def _is_label(cell: str, known: frozenset[str]) -> bool:
    """Whether a cell is a heading that the mapping knows, itself or composed, or a party's."""
    return folded(cell) in known or folded(composed(cell) or "") in known or is_party(cell)


_TITLE = re.compile(
    r"(?:purchase order|sales order|order|bestellung|auftrag|bon de commande|commande|pedido|orden de compra|ordine|zamówienie|bestelling"
    r"|sipariş|objednávka|заказ|заявка|замовлення|采购订单|销售订单|订单|採購訂單|注文書|inkooporder|inköpsorder|beställning|encomenda)"
    r"(?:[^№#:\d]{0,40}(?:№|#|\bno\b\.?|\bnr\b\.?|\bn[°º.]|\bč\.)[\s:]*|\s*:\s*|\s+(?=[A-Z]{0,4}[-/]?\d[\d/.-]{3,}\s*$)(?!(?:19|20)\d\d\s*$))"
    r"([^\W_][^\s,;:]{0,34}|#[^\s,;:]{1,34})(?:,?\s+(?:от|від|vom|dated|of|date|du|del|van|z dnia|ze dne)\s+(.{6,40}))?$",
    re.IGNORECASE,
)
