"""A sheet of order heads beside the sheet of their lines: each line with the cells of its head behind its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wharfinger.problems import Problem
from wharfinger.records import Order, Place
from wharfinger.tables.applying import apply
from wharfinger.tables.columns import Columns
from wharfinger.tables.headers import Header
from wharfinger.tables.labels import labels
from wharfinger.tables.roles import only
from wharfinger.tables.rows import order_key
from wharfinger.tables.sheets import Row, Sheet, padded
from wharfinger.tables.units import as_printed


@dataclass(frozen=True, slots=True)
class Joined:
    """Lines and heads as one table. places: order key -> where its head stands."""

    sheet: Sheet
    header: Header
    places: dict[str, Place]


def has_heads(mapping: dict[str, Any], columns: Columns) -> bool:
    """Whether a sheet says of orders what does not change from line to line."""
    applied = apply(Order, mapping, columns).mapping
    return "id" in applied and bool(applied.keys() & {"issue_date", "buyer_customer_party", "seller_supplier_party"})


def joined(lines: Sheet, own: Header, heads: Sheet, header: Header, mapping: dict[str, Any]) -> Joined | None:
    """The lines with their heads; None where the sheets do not go together."""
    ids = apply(Order, only(mapping, "id"), own.columns).columns
    numbers = apply(Order, only(mapping, "id"), header.columns).columns
    found = _by_number(heads, header, numbers)
    told, _ = labels(own.above, own.columns.names)
    whole = Columns([*own.columns.headings, *(label for label, _, _ in told)], own.columns.names)
    if found is None or not ids or "issue_date" in apply(Order, mapping, whole).mapping:
        return None
    headings, width = as_printed(own.columns), len(header.columns.headings)
    beside = {
        key: padded([cell if at not in numbers else "" for at, cell in enumerate(row.cells)], width) for key, row in found.items()
    }

    def rows() -> Iterator[Row | Problem]:
        key = ""
        for row in lines.rows():
            if isinstance(row, Row) and row.number > own.last and any(row.cells):
                key = next((order_key(row.cells[index]) for index in ids if index < len(row.cells) and row.cells[index]), key)
                yield Row([*padded(row.cells, len(headings)), *beside.get(key, padded((), width))], row.number, row.line)
            else:
                yield row

    columns = Columns([*headings, *header.columns.headings], own.columns.names)
    places = {key: Place(sheet=heads.name, row=row.number) for key, row in found.items()}
    return Joined(replace(lines, rows=rows), replace(own, columns=columns), places)


def _by_number(heads: Sheet, header: Header, numbers: Sequence[int]) -> dict[str, Row] | None:
    """Order key -> head; None where no column says the number, or a number stands twice."""
    found: dict[str, Row] = {}
    for row in heads.rows() if numbers else ():
        if isinstance(row, Problem) or row.number <= header.last or not any(row.cells):
            continue
        key = order_key(next((row.cells[index] for index in numbers if index < len(row.cells) and row.cells[index]), ""))
        if key in found:
            return None
        found[key] = row
    return found if numbers else None
