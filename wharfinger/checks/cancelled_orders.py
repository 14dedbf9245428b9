"""A cancellation cancels one order: what names several (UBL OrderCancellation, OrderReference 1..n) would cancel only the first.

>>> from wharfinger.records import DocumentReference
>>> further = DocumentReference(id="PO-89", document_type_code="220")
>>> both = OrderCancellation(test_indicator=False, order_reference=DocumentReference(id="PO-88"), document_references=(further,))
>>> [(one.code, one.subject, one.found) for one in check(both, Context())]
[('cancellation-of-several-orders', 'PO-88', 'PO-89')]
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import OrderCancellation, Place, Record

_ORDER = "220"
"""UNTDID 1001: order."""


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem that names the further orders."""
    if not isinstance(record, OrderCancellation):
        return
    further = [one.id for one in record.document_references if one.document_type_code == _ORDER and one.id]
    if further:
        first = record.order_reference.id if record.order_reference is not None else None
        place, field = record.origin or Place(), "document_references"
        yield Problem(code="cancellation-of-several-orders", place=place, subject=first or "-", found=", ".join(further), field=field)
