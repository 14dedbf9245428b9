"""What a seller will not deliver, in a response that does not say what it will: QTY of 6063 182 or 185 alone or beside the ordered 21.

    LIN+2+2++...'QTY+182:12'               nothing of the line comes: 0, not accepted
    LIN+2++...'QTY+21:12'QTY+185:5'        7 of the 12 come
    LIN+2++...'QTY+12:7'QTY+182:5'         what comes is stated: nothing is computed

182 is used for what was cancelled, 185 for what is out of stock, by retailers' guides for ORDRSP. What is computed is noted in
`assumed`; the quantity that does not come stays among what is left over.

>>> cancelled(["QTY", "182:12:PCE", 0]), cancelled(["QTY", "182:some", 0])
(Quantity(value=Decimal('12'), unit_code='C62'), None)
"""

import re
from decimal import Decimal

import msgspec

from parsers.edifact.notation import code_list
from parsers.edifact.paths import text
from parsers.edifact.tree import Group, Segment, Tree
from wharfinger.records import OrderLine, OrderResponse, Quantity, Record

_CANCELLED = ("QTY+182", "QTY+185")
_STATED = ("QTY+113", "QTY+12", "QTY+83")
"""To be delivered, despatched, delivered later: what the mapping takes before anything is computed."""
_NUMBER = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,10})?")
_SET = msgspec.structs.force_setattr


def take_off(record: Record, tree: Tree) -> None:
    """Give the lines of a response the quantity that still comes. It was made of the tree just now: it may be written to."""
    if not isinstance(record, OrderResponse):
        return
    groups = {group.first: group for group in tree.root.groups.get("LIN", ())}
    for line in record.order_lines:
        group = groups.get(line.origin.segment) if line.origin and line.origin.segment else None
        if group is not None and not any(group.has(one) for one in _STATED):
            _take_off(line, group)


def cancelled(segment: Segment) -> Quantity | None:
    """The quantity of a QTY; None where it is no number."""
    value, unit = text(segment, 1, 2), text(segment, 1, 3)
    if not _NUMBER.fullmatch(value):
        return None
    return Quantity(value=Decimal(value.replace(",", ".")), unit_code=code_list("edifact_units").get(unit, unit) or None)


def _take_off(line: OrderLine, group: Group) -> None:
    found = [cancelled(segment) for one in _CANCELLED for segment in group.qualified.get(one, ())]
    values = [one.value for one in found if one is not None and one.value is not None]
    if not found or len(values) < len(found):
        return
    ordered = line.quantity
    unit = ordered.unit_code if ordered else found[0].unit_code if found[0] else None
    left = (ordered.value or Decimal(0)) - sum(values) if ordered else Decimal(0)
    fields: dict[str, object] = {"quantity": Quantity(value=max(left, Decimal(0)), unit_code=unit)}
    if left <= 0 and line.line_status_code is None:
        fields["line_status_code"] = "7"  # not accepted (UNTDID 1229)
    for field, value in fields.items():
        _SET(line, field, value)
    _SET(line, "assumed", (*line.assumed, *(field for field in fields if field not in line.assumed)))
