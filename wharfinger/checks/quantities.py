"""Quantities that can be meant: no article number in the place of the quantity, no half pieces, parts that add up to the line.

The parts are the deliveries of a line (EDIFACT SCC/QTY, UBL LineItem/Delivery/Quantity); they are compared only where all have a
quantity in the line's unit.
"""

from collections.abc import Iterator
from decimal import Decimal

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Line, OrderLine, Place, Record, lines, quantity, quantity_field

_NOWHERE = Place()
_MOST = Decimal(1_000_000_000)
"""Ten digits and more are a GTIN or another number that slipped into the quantity."""
_COUNTED = frozenset(("C62", "H87", "EA", "NAR", "PR", "SET"))


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each quantity that cannot be meant."""
    for number, line in enumerate(lines(record), 1):
        counted = quantity(line)
        if counted is None or counted.value is None:
            continue
        value = counted.value
        if value >= _MOST:
            yield _problem("quantity-implausible", line, number, expected=f"< {_MOST}", found=f"{value:f}")
        elif counted.unit_code in _COUNTED and value != value.to_integral_value():
            yield _problem("quantity-fractional", line, number, expected=None, found=f"{value:f}")
        if isinstance(line, OrderLine) and line.deliveries:
            yield from _parts(line, number, value, counted.unit_code)


def _parts(line: OrderLine, number: int, value: Decimal, unit: str | None) -> Iterator[Problem]:
    total = Decimal(0)
    for delivery in line.deliveries:
        part = delivery.quantity
        if part is None or part.value is None or not 0 <= part.value < _MOST or part.unit_code not in (None, unit):
            return
        total += part.value
    if total != value:
        yield _problem("delivery-quantities-differ", line, number, expected=f"{value:f}", found=f"{total:f}")


def _problem(code: str, line: Line, number: int, expected: str | None, found: str) -> Problem:
    field = f"line.{quantity_field(type(line))}.value"
    return Problem(code=code, place=line.origin or _NOWHERE, subject=line.id or str(number), expected=expected, found=found, field=field)
