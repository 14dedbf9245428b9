"""Which line of an order is meant by a line that does not say so: the one with the same item, if there is exactly one.

Nothing is invented. An item is known by its GTIN, else by the buyer's, else by the seller's number for it. Where an order has it in
several lines, the one of the same number is meant in a change or a response, which repeat the order's numbers. What is found is named
in `assumed`. A change or a response of which a line stays unclear is for a person; of what is delivered or charged it is only said.

>>> from wharfinger.records import DocumentReference, Item, OrderChange, OrderLine
>>> item = Item(buyers_item_identification=Identifier(value="K-77"))
>>> order = Order(test_indicator=False, order_lines=(OrderLine(id="10"), OrderLine(id="20", item=item)))
>>> line = OrderLine(id="1", line_status_code="2", item=item)
>>> change = OrderChange(test_indicator=False, order_reference=DocumentReference(id="4711"), order_lines=(line,))
>>> record, problems = refer(change, lambda reference: order)
>>> record.order_lines[0].order_line_reference.line_id, record.order_lines[0].assumed, problems
('20', ('order_line_reference.line_id',), [])
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from wharfinger.problems import Place, Problem
from wharfinger.records import (
    DespatchLine,
    DocumentReference,
    Identifier,
    InvoiceLine,
    Item,
    Line,
    Order,
    OrderChange,
    OrderLine,
    OrderResponse,
    ReceiptLine,
    Record,
    lines,
    with_lines,
)

KINDS = ("OrderChange", "OrderResponse", "DespatchAdvice", "ReceiptAdvice", "Invoice")
FIELD = "order_line_reference.line_id"
_ADDED = "1"

_Referring = OrderLine | DespatchLine | ReceiptLine | InvoiceLine


def is_unclear(record: Record) -> bool:
    """Whether a line of it does not say which line of the order it means."""
    return any(_lacks(line) for line in lines(record))


def refer(record: Record, find: Callable[[DocumentReference], Order | None]) -> tuple[Record, list[Problem]]:
    """The record with those references that the orders tell, and what they do not. find: the order of a reference, if it is known."""
    whole: DocumentReference | None = getattr(record, "order_reference", None)
    problems: list[Problem] = []
    found: list[Line] = []
    for position, line in enumerate(lines(record), 1):
        found.append(line)
        if not isinstance(line, _Referring) or not _lacks(line):
            continue
        stated = line.order_line_reference
        reference = stated if stated is not None and stated.id else whole
        order = find(reference) if reference is not None and reference.id else None
        if order is None or reference is None:
            continue
        meant = _meant(line, order.order_lines)
        if len(meant) == 1:
            if meant[0].id:
                known = replace(stated or DocumentReference(), line_id=meant[0].id)
                found[-1] = replace(line, order_line_reference=known, assumed=(*line.assumed, FIELD))
        elif (problem := _unclear(record, line, line.id or str(position), reference, meant)) is not None:
            problems.append(problem)
    return with_lines(record, tuple(found)), problems


def _lacks(line: Line) -> bool:
    if not isinstance(line, _Referring) or (isinstance(line, OrderLine) and line.line_status_code == _ADDED):
        return False
    return line.order_line_reference is None or not line.order_line_reference.line_id


def _meant(line: _Referring, ordered: Sequence[OrderLine]) -> list[OrderLine]:
    """The lines of the order that can be meant."""
    numbers = _numbers(line.item)
    repeats_number = [one for one in ordered if one.id and one.id == line.id] if isinstance(line, OrderLine) else []
    if not any(numbers):
        return repeats_number
    same: list[OrderLine] = []
    for kind, number in enumerate(numbers):
        same = same or [one for one in ordered if number and _numbers(one.item)[kind] == number]
    narrowed = [one for one in same if one in repeats_number]
    return narrowed if len(same) > 1 and narrowed else same


def _numbers(item: Item | None) -> tuple[str, ...]:
    """GTIN, in the form of 14 digits, the buyer's number, the seller's."""
    if item is None:
        return ("", "", "")
    gtin = _value(item.standard_item_identification)
    return gtin.zfill(14) if gtin else "", _value(item.buyers_item_identification), _value(item.sellers_item_identification)


def _value(one: Identifier | None) -> str:
    return (one.value or "").strip().casefold() if one is not None else ""


def _unclear(record: Record, line: _Referring, subject: str, order: DocumentReference, meant: Sequence[OrderLine]) -> Problem | None:
    place = line.origin or Place()
    if isinstance(record, OrderChange) and record.change_scope == "complete":  # the order anew: a line may be a new one
        return None
    item = next((one for one in _numbers(line.item) if one), "") or (line.item.name if line.item is not None else None) or "-"
    several = ", ".join(one.id or "-" for one in meant)
    if isinstance(record, OrderChange | OrderResponse):
        if several:
            return Problem(code="order-line-ambiguous", place=place, subject=subject, found=several)
        return Problem(code="order-line-not-found", place=place, subject=subject, expected=order.id, found=item)
    if getattr(line, "despatch_line_reference", None) is not None or getattr(line, "receipt_line_reference", None) is not None:
        return None  # it belongs to what was delivered
    return Problem(code="order-line-unclear", place=place, subject=subject, expected=order.id, found=item)
