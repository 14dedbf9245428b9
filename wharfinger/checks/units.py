"""Units are codes of UNECE Recommendation 20, or package types of Recommendation 21 behind an X (EN 16931 BT-130, Peppol T01).

A well-formed code that is not in the list is only reported: the list grows, and EDIFACT's older codes (PCE) have the same form.
A word (Stück, шт) is parked: a person says once which unit the partner means, and the partner's code list keeps it.
"""

import re
from collections.abc import Iterator

from wharfinger.code_lists import codes
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Price, Record, lines, quantity, quantity_field

_NOWHERE = Place()
_FORM = re.compile(r"[A-Z0-9]{2,3}", re.ASCII)


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each unit of a line that is no known code."""
    known = codes("units_rec20")
    for number, line in enumerate(lines(record), 1):
        price: Price | None = getattr(line, "price", None)
        counted = quantity(line)
        ordered = counted.unit_code if counted is not None else None
        priced = price.base_quantity.unit_code if price is not None and price.base_quantity is not None else None
        counts = f"line.{quantity_field(type(line))}.unit_code"
        for unit, field in ((ordered, counts), (priced if priced != ordered else None, "line.price.base_quantity.unit_code")):
            if unit and unit not in known:
                code = "unit-code-unlisted" if _FORM.fullmatch(unit) else "unit-unknown"
                yield Problem(code=code, place=line.origin or _NOWHERE, subject=line.id or str(number), found=unit, field=field)
