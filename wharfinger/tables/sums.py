"""The sums below the lines of a table that holds one order: net, with tax, to be paid.

The labels are those of pages (mappings/formats/page/orders.yaml), since who writes a form in a spreadsheet writes it as a page.

>>> rows = [Row(["", "Total excl. VAT", "100.00"], 7), Row(["Noon", "VAT 20 %", "20.00"], 8), Row(["Grand total: 120.00 EUR"], 9)]
>>> total, taken = sums(rows, [2], [1], Decimal)
>>> str(total.line_extension_amount.value), str(total.tax_inclusive_amount.value), total.payable_amount
('100.00', '120.00', None)
>>> sorted(taken)
[7, 9]
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from wharfinger.pages.labels import find, fold
from wharfinger.pages.orders import packaged_fields
from wharfinger.pages.values import NUMBER
from wharfinger.records import Amount, MonetaryTotal
from wharfinger.tables.sheets import Row
from wharfinger.text_values import currency


def sums(
    rows: Iterable[Row], amounts: Collection[int], quantities: Collection[int], number: Callable[[str], Decimal]
) -> tuple[MonetaryTotal | None, set[int]]:
    """The sums that the rows state, and the numbers of these rows; one that is said twice and differently is not taken.

    amounts, quantities: the columns of the lines' amounts and of their quantities, in which only a number with a currency is a sum.
    """
    found: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        counts = [at in quantities and _value(cell, number) is not None and not currency(cell) for at, cell in enumerate(row.cells)]
        cells = ["" if counted else cell for cell, counted in zip(row.cells, counts, strict=True)]
        for label, rest, raw in _said(cells, amounts, number):
            if (field := _field(label, rest)) and (value := _value(raw, number)) is not None:
                found.setdefault(field, {})[row.number] = value
                break
    sure = {field: values for field, values in found.items() if len(set(values.values())) == 1}
    stated = {field: Amount(value=next(iter(values.values()))) for field, values in sure.items()}
    return MonetaryTotal(**stated) if stated else None, {number for values in sure.values() for number in values}


def _said(cells: list[str], amounts: Collection[int], number: Callable[[str], Decimal]) -> Iterator[tuple[str, str, str]]:
    """(label, what it goes on with behind the amount, amount) that a row may mean."""
    filled = [(at, cell) for at, cell in enumerate(cells) if cell]
    numbers = [(at, cell) for at, cell in filled if _value(cell, number) is not None]
    if len(numbers) > 1:
        numbers = [(at, cell) for at, cell in numbers if at in amounts]
    if len(numbers) == 1:
        [(column, raw)] = numbers
        texts = [cell for at, cell in filled if at < column and _value(cell, number) is None]
        for text in reversed(texts):
            yield text, "", raw
    for _, cell in filled:
        printed = list(NUMBER.finditer(cell[:200]))
        if printed and any(map(str.isalpha, cell[: printed[-1].start()])):
            yield cell[: printed[-1].start()], cell[printed[-1].end() :], printed[-1][0]


def _field(label: str, rest: str) -> str | None:
    """Which sum a label names, perhaps with a currency behind it: "Total HT (EUR)"."""
    said = {fold(label), fold(_CURRENCY.sub("", label))}
    for field, labels, wanted, unwanted in _labels():
        if said & labels and (not wanted or any(find(word, rest) for word in wanted)) and not any(find(word, rest) for word in unwanted):
            return field
    return None


def _value(raw: str, number: Callable[[str], Decimal]) -> Decimal | None:
    try:
        return number(raw)
    except (ValueError, ArithmeticError):
        return None


@cache
def _labels() -> list[tuple[str, frozenset[str], tuple[str, ...], tuple[str, ...]]]:
    """(field, folded labels, words of which one must follow, words of which none may), the most telling first."""
    found = []
    totals: dict[str, Any] = packaged_fields()["anticipated_monetary_total"]
    for field, of_field in totals.items():
        leaves = of_field["value"] if isinstance(of_field["value"], list) else [of_field["value"]]
        for leaf in leaves:
            wanted, unwanted = (tuple(map(fold, leaf.get(name, ()))) for name in ("with", "without"))
            found.append((field, frozenset(map(fold, leaf["right_of"])), wanted, unwanted))
    return found


_CURRENCY = re.compile(r"[(（\[]?(?:(?<![^\W_])[A-Z]{3}|[€£$¥₽₴₸₺₹]|руб\.?|zł|Kč)[)）\]]?\s*[:：]?\s*$")
