"""By what a document is known again, and what counts as its content.

Business key: issuer, kind, number, year of issue (architecture, section 3); the revision stands beside it. The issuer is the
resolved party that issues documents of this kind, never the envelope's sender. Body: the fields that make a document the same
or another one; never origin, notes, extensions or envelope. Effect key: UUIDv5 of business key, revision, sink and action.

    >>> effect_key("nordwind|Order|4711|2026", 0, "outbox", "create")
    '98846158-20d0-5434-a987-24195b75423a'
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import msgspec

from wharfinger.records import (
    Amount,
    DocumentReference,
    DocumentResponse,
    Item,
    Line,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    Party,
    Price,
    ReceiptAdvice,
    Record,
    RemittanceAdvice,
    Shape,
    buyer,
    lines,
    monetary_total,
    quantity,
    seller,
    to_json,
)

BODY_VERSION = 1
_BY_BUYER = (Order, OrderChange, OrderCancellation, ReceiptAdvice, RemittanceAdvice)
_REFERENCES = ("order_reference", "order_change_reference", "despatch_document_reference")
_AMOUNTS = ("total_debit_amount", "total_credit_amount", "total_payment_amount")
_LINE_AMOUNTS = ("line_extension_amount", "debit_line_amount", "credit_line_amount", "balance_amount")
_LINE_REFERENCES = ("order_line_reference", "despatch_line_reference", "billing_reference")
_NAMESPACE = UUID("6a2b1d0e-5c0f-5f5e-9d55-3f6f0f1f7c11")


class Facts(Shape, frozen=True):
    """What the journal keeps of a record: by what the document is known, and text, the record as JSON.

    follows: of a change or cancellation, the business keys that its order may have.
    """

    issuer: str | None
    base_key: str | None
    revision: int
    body_hash: str
    test_indicator: bool
    currency: str | None
    line_count: int
    text: str
    follows: tuple[str, ...] = ()


def facts(record: Record) -> Facts:
    """What the journal keeps of it."""
    return Facts(
        issuer=issuer(record),
        base_key=base_key(record),
        revision=revision(record),
        body_hash=body_hash(body(record)),
        test_indicator=record.test_indicator,
        currency=getattr(record, "document_currency_code", None),
        line_count=len(lines(record)),
        text=to_json(record).decode(),
        follows=tuple(keys_of_order(record)) if isinstance(record, OrderChange | OrderCancellation) else (),
    )


def issuer(record: Record) -> str | None:
    """Who issues this kind of document. A partner's id, else what the document says, marked as such.

    The buyer issues orders, changes and remittances, and says what was received; the seller responses, despatch advices and invoices.
    """
    return _party(issuing_party(record))


def issuing_party(record: Record) -> Party | None:
    """The party that issues documents of this kind, as the record has it."""
    return buyer(record) if isinstance(record, _BY_BUYER) else seller(record)


def keys_of_order(record: Record, reference: DocumentReference | None = None) -> list[str]:
    """The business keys that the order may have to which a document, or this reference in it, refers: the year in which it was issued
    may be the one before."""
    reference = reference or getattr(record, "order_reference", None)
    who = _party(buyer(record))
    if reference is None or not reference.id or who is None:
        return []
    dates = [one for one in (reference.issue_date, record.issue_date) if one is not None]
    years = {year for one in dates for year in (one.year, one.year - 1)}
    return sorted("|".join((who, Order.__name__, _number(reference.id), str(year))) for year in years)


def base_key(record: Record) -> str | None:
    """The business key without the revision; None while a part of it is missing."""
    who = issuer(record)
    if who is None or not record.id or record.issue_date is None:
        return None
    kind = type(record).__name__
    return "|".join((who, kind, _number(record.id), str(record.issue_date.year)))


def revision(record: Record) -> int:
    """The revision that the document states; 0 for the first."""
    text = getattr(record, "sequence_number_id", None) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def effect_key(key: str, number: int, sink: str, action: str) -> str:
    """The name under which a destination knows one effect, for ever."""
    return str(uuid5(_NAMESPACE, f"{key}|{number}|{sink}|{action}"))


def body(record: Record) -> dict[str, Any]:
    """The fields that decide whether two documents say the same; absent ones are left out."""
    return _present(_order_body(record) if isinstance(record, Order) else _body_of_others(record))


def body_hash(content: dict[str, Any]) -> str:
    """SHA-256 of a body."""
    return hashlib.sha256(msgspec.json.encode((BODY_VERSION, content), order="sorted")).hexdigest()


def differences(old: dict[str, Any], new: dict[str, Any], *, only_both: bool = False) -> list[tuple[str, str, str]]:
    """(field, old, new) for each difference. only_both: only what both state, for one order by two channels."""
    return list(_differences("", old, new, only_both))


def _order_body(order: Order) -> dict[str, Any]:
    delivery = order.delivery
    period = delivery.requested_delivery_period if delivery else None
    location = delivery.delivery_location if delivery else None
    total = order.anticipated_monetary_total
    return {
        "buyer": _party(order.buyer_customer_party),
        "seller": _party(order.seller_supplier_party),
        "issue_date": str(order.issue_date),
        "delivery_start": period and period.start_date and str(period.start_date),
        "delivery_end": period and period.end_date and str(period.end_date),
        "delivery_location": location and location.id and location.id.value,
        "currency": order.document_currency_code,
        "line_total": _amount(total.line_extension_amount) if total else None,
        "lines": _numbered([(line.id, _line_body(line)) for line in order.order_lines]),
    }


def _body_of_others(record: Record) -> dict[str, Any]:
    """All but the order, which keeps the form in which its hash was stored first."""
    totals = {name: _amount(amount) for name in _AMOUNTS if isinstance(amount := getattr(record, name, None), Amount)}
    total = monetary_total(record)
    if total is not None:
        totals |= {name: _amount(getattr(total, name)) for name in total.__struct_fields__}
    tax = getattr(record, "tax_total", None)
    references = {name: one.id for name in _REFERENCES if (one := getattr(record, name, None)) is not None}
    billed = [one.id for one in getattr(record, "billing_references", ())]
    return {
        "buyer": _party(buyer(record)),
        "seller": _party(seller(record)),
        "issue_date": str(record.issue_date),
        "currency": getattr(record, "document_currency_code", None),
        "code": getattr(record, "order_response_code", None) or getattr(record, "change_scope", None),
        "references": {**references, "billing_references": billed} if billed else references,
        "totals": _present({**totals, "tax": _amount(tax.tax_amount) if tax is not None else None}),
        "lines": _numbered([(line.id, _line_body_of_others(line)) for line in lines(record)]),
        "responses": [_response(one) for one in getattr(record, "document_responses", ())],
    }


def _line_body_of_others(line: Line) -> dict[str, Any]:
    found = _line_body(line) if isinstance(line, OrderLine) else {}
    counted = quantity(line)
    if counted is not None and counted.value is not None and not isinstance(line, OrderLine):
        found |= {"quantity": _plain(counted.value), "unit": counted.unit_code}
    found |= {name: _amount(amount) for name in _LINE_AMOUNTS if isinstance(amount := getattr(line, name, None), Amount)}
    found |= {name: [one.id, one.line_id] for name in _LINE_REFERENCES if (one := getattr(line, name, None)) is not None}
    rejected = getattr(line, "rejected_quantity", None)
    price: Price | None = getattr(line, "price", None)
    item: Item | None = getattr(line, "item", None)
    units = [one.id.value for one in getattr(line, "transport_handling_units", ()) if one.id is not None]
    return _present(
        {
            **found,
            "item": _item(item) if item is not None else None,
            "price": _amount(price.price_amount) if price is not None else None,
            "status": getattr(line, "line_status_code", None),
            "rejected": _plain(rejected.value) if rejected is not None and rejected.value is not None else None,
            "units": units,
        }
    )


def _response(one: DocumentResponse) -> list[str | None]:
    return [one.document_reference.id if one.document_reference else None, one.response.response_code if one.response else None]


def _numbered(bodies: Iterable[tuple[str | None, dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Lines by their number, or by their position where they have none; a number that comes twice hides no line."""
    found: dict[str, dict[str, Any]] = {}
    for position, (stated, body) in enumerate(bodies, 1):
        number = stated or str(position)
        found[number if number not in found else f"{number}~{position}"] = body
    return found


def _line_body(line: OrderLine) -> dict[str, Any]:
    """Written so often that each field is looked at once, and put in only where there is one."""
    found: dict[str, Any] = {}
    item, quantity, price, amount = line.item, line.quantity, line.price, line.line_extension_amount
    if item is not None and (known := _item(item)):
        found["item"] = known
    if quantity is not None:
        if quantity.value is not None:
            found["quantity"] = _plain(quantity.value)
        if quantity.unit_code is not None:
            found["unit"] = quantity.unit_code
    if price is not None:
        if price.price_amount is not None and price.price_amount.value is not None:
            found["price"] = _plain(price.price_amount.value)
        if price.base_quantity is not None and price.base_quantity.value is not None:
            found["price_per"] = _plain(price.base_quantity.value)
    if amount is not None and amount.value is not None:
        found["amount"] = _plain(amount.value)
    if line.deliveries:
        periods = [d.requested_delivery_period.start_date for d in line.deliveries if d.requested_delivery_period]
        if days := [str(day) for day in periods if day]:
            found["delivery"] = days
    return found


def _item(item: Item) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    gtin, buyers, sellers = item.standard_item_identification, item.buyers_item_identification, item.sellers_item_identification
    if gtin is not None and gtin.value is not None:
        found["gtin"] = gtin.value
    if buyers is not None and buyers.value is not None:
        found["buyers"] = buyers.value
    if sellers is not None and sellers.value is not None:
        found["sellers"] = sellers.value
    return found or {"name": item.name}


def _party(party: Party | None) -> str | None:
    if party is None:
        return None
    if party.id:
        return party.id
    if party.endpoint_id and party.endpoint_id.value:
        return f"gln:{party.endpoint_id.value}"
    tax = next((one.value for one in party.tax_ids if one.value), None)
    return f"tax:{tax}" if tax else party.name and f"name:{party.name.strip().casefold()}"


def _number(text: str) -> str:
    return text.strip().casefold().replace("|", "/")


def _amount(amount: Amount | None) -> str | None:
    return _plain(amount.value) if amount and amount.value is not None else None


def _plain(value: Decimal) -> str:
    """24, 24.0 and 24.000 are the same number."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, {}, [])}


def _differences(path: str, old: Any, new: Any, only_both: bool) -> Iterator[tuple[str, str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys(), key=str):
            if name in old and name in new:
                yield from _differences(f"{path}{name}.", old[name], new[name], only_both)
            elif not only_both or path == "lines.":
                yield f"{path}{name}", _word(old.get(name)), _word(new.get(name))
    elif old != new:
        yield path.rstrip("."), _word(old), _word(new)


def _word(value: Any) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
