"""The currency of a change or a response that states prices without one: that of its order.

EDIFACT senders repeat CUX in ORDERS and leave it out of ORDCHG and ORDRSP; a price of the same order has no other currency.

>>> from decimal import Decimal
>>> from wharfinger.records import DocumentReference, MonetaryTotal
>>> total = MonetaryTotal(payable_amount=Amount(value=Decimal(12)))
>>> change = OrderChange(test_indicator=False, order_reference=DocumentReference(id="4711"), anticipated_monetary_total=total)
>>> record = complete(change, lambda reference: Order(test_indicator=False, document_currency_code="EUR"))
>>> record.anticipated_monetary_total.payable_amount.currency_id, record.assumed
('EUR', ('document_currency_code',))
"""

from collections.abc import Callable

from msgspec.structs import replace

from wharfinger.amounts import amounts
from wharfinger.records import Amount, DocumentReference, Order, OrderChange, OrderResponse, Record
from wharfinger.traversal import changed

FIELD = "document_currency_code"
PROBLEM = "currency-missing"


def is_missing(record: Record) -> bool:
    """Whether it is a change or a response with amounts, none of which names a currency."""
    if not isinstance(record, OrderChange | OrderResponse) or record.document_currency_code:
        return False
    stated = [amount.currency_id for _, amount, _ in amounts(record)]
    return bool(stated) and not any(stated)


def complete(record: Record, find: Callable[[DocumentReference], Order | None]) -> Record:
    """The record with the currency of its order, where it states none and the order is known. find: the order of a reference."""
    if not isinstance(record, OrderChange | OrderResponse) or not is_missing(record):
        return record
    reference = record.order_reference
    order = find(reference) if reference is not None and reference.id else None
    currency = order.document_currency_code if order is not None else None
    if currency is None:
        return record
    named = changed(record, {Amount: lambda one: one if one.value is None else replace(one, currency_id=currency)})
    return replace(named, document_currency_code=currency, assumed=(*record.assumed, FIELD))
