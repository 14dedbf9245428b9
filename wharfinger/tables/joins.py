"""Records of several types in one table: the order's head in one row, its lines in rows of another shape below it.

Each type has its header:

    H;Order number;Order date;Customer          ->  Position;Item;Quantity;Order number;Order date;Customer
    P;Position;Item;Quantity
    H;4711;2025-11-03;Nordwind
    P;1;OF-24;24                                ->  1;OF-24;24;4711;2025-11-03;Nordwind

What is neither head nor line, such as a trailer (T;Lines;Total), stays a row of one cell, which is no order line.

>>> lines = "H;Order;Date P;Position;Quantity T;Lines H;4711;3.11. P;1;24 T;1".split()
>>> table = [Row(line.split(";"), at) for at, line in enumerate(lines, 1)]
>>> tags = by_record_type(table, frozenset({"order", "date", "position", "quantity"}))
>>> [list(row.cells) for row in flattened(iter(table), *tags)]
[['Position', 'Quantity', 'Order', 'Date'], ['1', '24', '4711', '3.11.'], ['T 1']]
"""

import re
from collections.abc import Iterator, Sequence

from wharfinger.problems import Problem
from wharfinger.tables.columns import folded
from wharfinger.tables.sheets import Row, padded

_TAG = re.compile(r"[^\W_]{1,6}")


def by_record_type(rows: Sequence[Row], known: frozenset[str]) -> tuple[Row, Row] | None:
    """The headers of the heads and of the lines, if these first rows are such records."""
    filled = [row for row in rows if any(row.cells)]
    tags = [row.cells[0] for row in filled]
    types = next((at for at in range(len(tags)) if tags[at] in tags[:at]), 0)  # as many headers as there are tags before the first record
    if types < 2 or not all(map(_TAG.fullmatch, tags[:types])) or not {*tags} <= {*tags[:types]} or tags[types] != tags[0]:
        return None
    head, line = filled[:2]
    headers = all(sum(folded(cell) in known for cell in row.cells[1:]) >= 2 for row in (head, line))
    return (head, line) if headers and len(filled) > types + 1 else None


def flattened(rows: Iterator[Row | Problem], head: Row, line: Row) -> Iterator[Row | Problem]:
    """The lines, behind each the cells of its head."""
    headings, width = list(line.cells[1:]), len(head.cells) - 1
    current, begun = [""] * width, False
    for row in rows:
        if isinstance(row, Problem):
            yield row
        elif row.number == line.number:
            yield Row([*headings, *head.cells[1:]], row.number, row.line)
        elif row.number <= line.number or not any(row.cells):
            continue
        elif row.cells[0] == head.cells[0]:
            current, begun = padded(row.cells[1:], width), True
        elif row.cells[0] == line.cells[0]:
            yield Row([*padded(row.cells[1:], len(headings)), *current, *row.cells[len(headings) + 1 :]], row.number, row.line)
        elif begun:
            yield Row([" ".join(filter(None, row.cells))], row.number, row.line)
