"""What every order must state, or nobody can deliver it.

Document: number, issue date, buyer and seller by an identifier or a name, at least one line (UBL 2.1 Order and Peppol BIS Order 3
demand the same). Each line: an item identifier or name, a quantity greater than 0 and a unit. As soon as there is a price or an
amount: its currency (UBL demands currencyID on every amount). Units and currencies that a rule or a partner's default gives are
filled before (wharfinger/resolve.py).
"""

from collections.abc import Iterator

from wharfinger.amounts import amounts
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Item, OrderLine, Party, Place, Record

_NOWHERE = Place()


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield one problem for each thing that is missing, at the document's or the line's place."""
    place = record.origin or _NOWHERE
    if not record.id:
        yield Problem(code="order-id-missing", place=place, expected="id")
    if record.issue_date is None:
        yield Problem(code="order-issue-date-missing", place=place, expected="issue_date")
    if not _named(record.buyer_customer_party):
        yield Problem(code="order-buyer-missing", place=place, expected="buyer_customer_party")
    if not _named(record.seller_supplier_party):
        yield Problem(code="order-seller-missing", place=place, expected="seller_supplier_party")
    if not record.order_lines:
        yield Problem(code="order-lines-missing", place=place, expected="order_lines")
    for number, line in enumerate(record.order_lines, 1):
        quantity = line.quantity
        whole = quantity is not None and quantity.value is not None and quantity.value > 0 and quantity.unit_code
        if not (whole and _identified(line.item)):
            yield from _line(line, line.id or str(number))
    bare = next((place for amount, place in amounts(record) if not amount.currency_id), None)
    if bare is not None:
        yield Problem(code="currency-missing", place=bare, expected="document_currency_code")


def _line(line: OrderLine, subject: str) -> Iterator[Problem]:
    place = line.origin or _NOWHERE
    if not _identified(line.item):
        yield Problem(code="order-line-item-missing", place=place, subject=subject, expected="item")
    if line.quantity is None or line.quantity.value is None:
        yield Problem(code="order-line-quantity-missing", place=place, subject=subject, expected="quantity")
        return
    if line.quantity.value <= 0:
        found = f"{line.quantity.value:f}"
        yield Problem(code="order-line-quantity-not-positive", place=place, subject=subject, expected="> 0", found=found)
    if not line.quantity.unit_code:
        yield Problem(code="order-line-unit-missing", place=place, subject=subject, expected="quantity.unit_code")


def _named(party: Party | None) -> bool:
    if party is None:
        return False
    numbers = (party.endpoint_id, *party.identifications, *party.tax_ids)
    return bool(party.id or party.name or any(one is not None and one.value for one in numbers))


def _identified(item: Item | None) -> bool:
    if item is None:
        return False
    if item.name or (item.standard_item_identification is not None and item.standard_item_identification.value):
        return True
    numbers = (
        item.sellers_item_identification,
        item.buyers_item_identification,
        item.manufacturers_item_identification,
        *item.additional_item_identifications,
    )
    return bool(any(item.descriptions) or any(one is not None and one.value for one in numbers))
