"""Units that have no column of their own name: under a merged heading ("Quantity" over 24 and PCE), or in one ("Кол-во, шт").

>>> unit_in("Кол-во, шт"), unit_in("Menge (KG)"), unit_in("数量（箱）"), unit_in("Qty (confirmed)"), unit_in("Menge")
('C62', 'KGM', 'XCT', None, None)
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from wharfinger.records import OrderLine
from wharfinger.tables.applying import apply
from wharfinger.tables.columns import Columns, letter
from wharfinger.tables.headers import Header
from wharfinger.tables.notation import folded_word
from wharfinger.tables.settings import packaged
from wharfinger.tables.sheets import Row


def with_unit(header: Header, rows: Sequence[Row]) -> Header:
    """The header; a column without heading behind the quantity's that holds nothing but units is called so (a merged heading)."""
    headings = header.columns.headings
    quantities = apply(OrderLine, {"quantity": {"value": packaged()["order_lines"]["quantity"]["value"]}}, header.columns).columns
    for index in (one + 1 for one in quantities[:1]):
        if index >= len(headings) or headings[index] != letter(index):
            continue
        cells = [row.cells[index] for row in rows if row.number > header.last and len(row.cells) > index and row.cells[index]]
        if cells and all(_is_unit(cell) for cell in cells):
            named = as_printed(header.columns)
            return replace(header, columns=Columns([*named[:index], "Unit", *named[index + 1 :]], header.columns.names))
    return header


def unit_in(heading: str) -> str | None:
    """The code of the unit that a quantity's heading states behind a comma or in brackets."""
    match = _BEHIND.search(heading[:200])
    return _units().get(folded_word(match[1])) if match else None


def as_printed(columns: Columns) -> list[str]:
    """The headings, empty where there is none."""
    return ["" if one == letter(at) else one for at, one in enumerate(columns.headings)]


def _is_unit(cell: str) -> bool:
    """Whether a cell is a word of the packaged mapping for a unit."""
    return folded_word(cell) in _units()


@cache
def _units() -> dict[str, str]:
    """Word -> code of Recommendation 20; numbers are OKEI's and no words."""
    leaf = packaged()["order_lines"]["quantity"]["unit_code"][0]
    return {folded_word(str(word)): code for word, code in leaf["codes"].items() if not str(word).isdigit()}


_BEHIND = re.compile(r"[,(\[（【]\s*(?:in |в )?([^,()\[\]（）【】]{1,20})[)\]）】]?\s*$")
