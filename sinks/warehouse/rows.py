"""From records to the rows of the warehouse.

A row is a tuple in the order of its table's columns, of texts, numbers and what is absent. for_sqlite then makes of a whole column,
for_copy of a whole row what the database takes: a look at all texts at once takes less time than one at each.

    >>> for_sqlite((Decimal("3.50"), None)), for_sqlite(("1", "A\\0B")), for_sqlite((None, None))
    ([3.5, None], ['1', 'A\ufffdB'], None)
    >>> for_copy(("1", None, Decimal("3.50"), "A\\tB"))
    '1\\t\\\\N\\t3.50\\tA\\\\tB'
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from hashlib import sha256
from types import NoneType
from typing import Any

import msgspec

from sinks.warehouse.schema import order_lines, orders, stored_by_sqlite
from wharfinger.contracts import Effect
from wharfinger.keys import base_key
from wharfinger.records import (
    Address,
    Amount,
    Delivery,
    DocumentReference,
    Identifier,
    Item,
    Location,
    MonetaryTotal,
    Order,
    Party,
    Period,
    Price,
    Quantity,
    Shape,
    TaxCategory,
    TaxTotal,
    buyer,
    seller,
)

KEY_LENGTH = 200
"""Longer texts become keys by their beginning and their SHA-256: an index of PostgreSQL takes 2,700 bytes at most."""

Row = tuple[str | Decimal | int | None, ...]
Named = dict[str, tuple[str | None, ...]]
"""Rows of partners or items without their key, by it; for_sqlite, for_copy or clean is still to be applied."""

ORDER_COLUMNS = tuple(column.name for column in orders.columns if column.name != "loaded_at")
LINE_COLUMNS = tuple(column.name for column in order_lines.columns)

# What is absent is empty, so that a row reads without a condition at every step.
_NOBODY, _NOTHING, _NO_ADDRESS, _NO_REFERENCE = Party(), Item(), Address(), DocumentReference()
_NO_DELIVERY, _NO_PERIOD, _NO_LOCATION = Delivery(), Period(), Location()
_NO_TOTAL, _NO_TAX, _NO_CATEGORY = MonetaryTotal(), TaxTotal(), TaxCategory()
_NO_QUANTITY, _NO_AMOUNT, _NO_PRICE = Quantity(), Amount(), Price()


def order_row(effect: Effect) -> Row:
    """A row of orders in the order of ORDER_COLUMNS."""
    order = effect.record
    if not isinstance(order, Order):
        raise TypeError(type(order))
    customer, supplier = order.buyer_customer_party or _NOBODY, order.seller_supplier_party or _NOBODY
    delivery = order.delivery or _NO_DELIVERY
    period, location = delivery.requested_delivery_period or _NO_PERIOD, delivery.delivery_location or _NO_LOCATION
    total, tax = order.anticipated_monetary_total or _NO_TOTAL, order.tax_total or _NO_TAX

    def money(amount: Amount | None) -> Decimal | None:
        return (amount or _NO_AMOUNT).value

    return (
        effect.key,
        effect.document,
        bounded(base_key(order)),
        effect.revision,
        order.id,
        iso(order.issue_date),
        iso(order.issue_time),
        int(order.test_indicator),
        order.order_type_code,
        order.document_currency_code,
        order.customer_reference,
        (order.contract or _NO_REFERENCE).id,
        party_key(customer),
        customer.name,
        party_key(supplier),
        supplier.name,
        _value(location.id),
        location.name,
        iso(period.start_date),
        iso(period.end_date),
        money(total.line_extension_amount),
        money(total.allowance_total_amount),
        money(total.charge_total_amount),
        money(total.tax_exclusive_amount),
        money(tax.tax_amount),
        money(total.tax_inclusive_amount),
        money(total.payable_amount),
        len(order.order_lines),
        "\n".join(order.notes) or None,
        json(order.extensions),
        ", ".join(order.assumed) or None,
        json(order.origin),
    )


def line_rows(effect: Effect, named: Named) -> Iterator[Row]:
    """Rows of order_lines in the order of LINE_COLUMNS. named: gets the items that are new to it, by key, as rows without it."""
    order = effect.record
    if not isinstance(order, Order):
        raise TypeError(type(order))
    supplier, customer = party_key(order.seller_supplier_party), party_key(order.buyer_customer_party)
    for position, line in enumerate(order.order_lines, 1):
        item, quantity, price = line.item or _NOTHING, line.quantity or _NO_QUANTITY, line.price or _NO_PRICE
        amount, price_amount = line.line_extension_amount or _NO_AMOUNT, price.price_amount or _NO_AMOUNT
        of_item = gtin, sellers, buyers, name = codes(item)
        key = item_key(of_item, supplier, customer)
        if key and key not in named:
            named[key] = of_item
        period = (line.deliveries[0].requested_delivery_period if line.deliveries else None) or _NO_PERIOD
        yield (
            effect.key,
            position,
            line.id,
            key,
            gtin,
            sellers,
            buyers,
            name,
            quantity.value,
            quantity.unit_code,
            price_amount.value,
            price.base_quantity.value if price.base_quantity else None,
            amount.currency_id or price_amount.currency_id or order.document_currency_code,
            amount.value,
            item.classified_tax_category.percent if item.classified_tax_category else None,
            iso(period.start_date),
            iso(period.end_date),
            "\n".join(line.notes) if line.notes else None,
            json(line.extensions),
            ", ".join(line.assumed) if line.assumed else None,
            json(line.origin),
        )


def partner_rows(effect: Effect, named: Named) -> None:
    """Add to named the partners that are new to it, by key, as rows without it."""
    for party in (buyer(effect.record), seller(effect.record)):
        key = party_key(party)
        if party and key and key not in named:
            named[key] = _described(party)


def party_key(party: Party | None) -> str | None:
    """What names a party in the table of partners; None for nobody."""
    if party is None:
        return None
    if party.id:
        return bounded(party.id)
    for prefix, value in (("gln", _value(party.endpoint_id)), ("tax", _tax_id(party)), ("name", party.name)):
        if value:
            return bounded(f"{prefix}:{value}")
    return None


def _described(party: Party) -> tuple[str | None, ...]:
    """name, gln, tax_id, city, country."""
    gln = _value(party.endpoint_id) if party.endpoint_id and party.endpoint_id.scheme_id == "0088" else None
    address = party.address or _NO_ADDRESS
    return party.name, gln, _tax_id(party), address.city_name, address.country


Codes = tuple[str | None, str | None, str | None, str | None]


def item_key(of_item: Codes, seller: str | None, buyer: str | None) -> str | None:
    """A seller's or buyer's code means something only together with whose code it is."""
    gtin, sellers, buyers, name = of_item
    if gtin:
        return bounded(f"gtin:{gtin}")
    if sellers:
        return bounded(f"seller:{seller or ''}:{sellers}")
    if buyers:
        return bounded(f"buyer:{buyer or ''}:{buyers}")
    return bounded(f"name:{name}") if name else None


def codes(item: Item) -> Codes:
    """gtin, sellers_item_code, buyers_item_code, name."""
    standard = item.standard_item_identification
    gtin = standard.value if standard and standard.scheme_id in ("0160", None) else None
    return gtin, _value(item.sellers_item_identification), _value(item.buyers_item_identification), item.name


def _tax_id(party: Party) -> str | None:
    return next((one.value for one in party.tax_ids if one.value), None)


def _value(identifier: Identifier | None) -> str | None:
    return identifier.value if identifier else None


def bounded(key: str | None) -> str | None:
    if key is not None and len(key) <= KEY_LENGTH and key.isprintable():
        return key
    cleaned = clean(key)
    if cleaned is None or len(cleaned) <= KEY_LENGTH:
        return cleaned
    return f"{cleaned[:KEY_LENGTH]}#{sha256(cleaned.encode()).hexdigest()}"


def iso(moment: date | time | None) -> str | None:
    return moment.isoformat() if moment else None


_encode = msgspec.json.Encoder().encode


def json(value: dict[str, str] | Shape | None) -> str | None:
    # JSONB has no escaped NUL either. (A backslash that itself is escaped may stand before u0000: it stays valid JSON.)
    return _encode(value).decode().replace("\\u0000", "\\ufffd") if value else None


_UNFIT = re.compile("[\0\ud800-\udfff]").search
_ESCAPES = {**dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd"), ord("\\"): "\\\\", 9: "\\t", 10: "\\n", 13: "\\r"}
_MARKS = {code: "\ufffd" for code in _ESCAPES if code not in (92, 9, 10, 13)}


def clean(value: str | None) -> str | None:
    """PostgreSQL's text has no NUL, UTF-8 no surrogates: they are marked, not left out, lest "A\\0B" become another's "AB"."""
    return value if value is None or _UNFIT(value) is None else value.translate(_MARKS)


def for_sqlite(column: Sequence[Any]) -> Sequence[Any] | None:
    """Values of one column, as SQLite's driver takes them; None where all are absent."""
    kinds = set(map(type, column))
    if kinds == {NoneType}:
        return None
    if str in kinds:
        texts = "".join([one for one in column if one.__class__ is str])
        if ("\0" in texts or not texts.isascii()) and _UNFIT(texts):
            column = [clean(one) if isinstance(one, str) else one for one in column]
    if Decimal in kinds:
        column = [stored_by_sqlite(one) if one.__class__ is Decimal else one for one in column]
    return column


def for_copy(row: Row) -> str:
    """A line of COPY's text format, in which \\N is what is absent."""
    texts = "".join([one for one in row if one.__class__ is str])
    if not texts.isprintable() or "\\" in texts:
        row = tuple([one.translate(_ESCAPES) if isinstance(one, str) else one for one in row])
    return "\t".join(["\\N" if one is None else str(one) for one in row])
