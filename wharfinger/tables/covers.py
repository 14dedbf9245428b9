"""A cover sheet: what it says of an order whose lines stand in a sheet of their own that names no order ("PO number | 4711")."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wharfinger.records import Order
from wharfinger.tables.applying import apply
from wharfinger.tables.columns import Columns
from wharfinger.tables.headers import Header
from wharfinger.tables.labels import labels
from wharfinger.tables.roles import only
from wharfinger.tables.sheets import Row


@dataclass(frozen=True, slots=True)
class Cover:
    """The sheet's name and rows."""

    name: str | None
    rows: Sequence[Row]


def is_cover(rows: Sequence[Row], mapping: dict[str, Any], known: frozenset[str]) -> bool:
    """Whether labels on a sheet say the number of an order."""
    told, _ = labels(rows, known)
    return bool(apply(Order, only(mapping, "id"), Columns([label for label, _, _ in told], known)).columns)


def wants_cover(header: Header, mapping: dict[str, Any]) -> bool:
    """Whether a table of lines says the number of no order."""
    known = header.columns.names
    told, _ = labels(header.above, known)
    headings = [*header.columns.headings, *(label for label, _, _ in told)]
    return not apply(Order, only(mapping, "id"), Columns(headings, known)).columns
