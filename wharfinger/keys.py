"""By what a document is known again, and what counts as its content.

Business key: issuer, kind, number, year of issue (architecture, section 3); the revision stands beside it. The issuer is the
resolved party that issues documents of this kind, never the envelope's sender. Body: the fields that make a document the same
or another one; never origin, notes, extensions or envelope. Effect key: UUIDv5 of business key, revision, sink and action.

    >>> effect_key("nordwind|Order|4711|2026", 0, "outbox", "create")
    '98846158-20d0-5434-a987-24195b75423a'
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import msgspec

from wharfinger.records import Amount, Item, Order, OrderLine, Party, Quantity, Record

BODY_VERSION = 1
_NAMESPACE = UUID("6a2b1d0e-5c0f-5f5e-9d55-3f6f0f1f7c11")


def issuer(record: Record) -> str | None:
    """Who issues this kind of document: the buyer, of an order. A partner's id, else what the document says, marked as such."""
    return _party(record.buyer_customer_party)


def base_key(record: Record) -> str | None:
    """The business key without the revision; None while a part of it is missing."""
    who = issuer(record)
    if who is None or not record.id or record.issue_date is None:
        return None
    kind = type(record).__name__
    return "|".join((who, kind, _number(record.id), str(record.issue_date.year)))


def revision(record: Record) -> int:
    """The revision that the document states; 0 for the first."""
    text = record.sequence_number_id or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def effect_key(key: str, number: int, sink: str, action: str) -> str:
    """The name under which a destination knows one effect, for ever."""
    return str(uuid5(_NAMESPACE, f"{key}|{number}|{sink}|{action}"))


def body(record: Record) -> dict[str, Any]:
    """The fields that decide whether two documents say the same; absent ones are left out."""
    return _present(_order_body(record))


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
        "lines": _lines(order.order_lines),
    }


def _lines(lines: Sequence[OrderLine]) -> dict[str, dict[str, Any]]:
    """Lines by their number, or by their position where they have none; a number that comes twice hides no line."""
    found: dict[str, dict[str, Any]] = {}
    for position, line in enumerate(lines, 1):
        number = line.id or str(position)
        found[number if number not in found else f"{number}~{position}"] = _line_body(line)
    return found


def _line_body(line: OrderLine) -> dict[str, Any]:
    price = line.price
    periods = [d.requested_delivery_period.start_date for d in line.deliveries if d.requested_delivery_period]
    return _present(
        {
            "item": _item(line.item),
            "quantity": _quantity(line.quantity),
            "unit": line.quantity and line.quantity.unit_code,
            "price": _amount(price.price_amount) if price else None,
            "price_per": _plain(price.base_quantity.value) if price and price.base_quantity else None,
            "amount": _amount(line.line_extension_amount),
            "delivery": [str(day) for day in periods if day] or None,
        }
    )


def _item(item: Item | None) -> dict[str, str | None] | None:
    if item is None:
        return None
    ids = {
        "gtin": item.standard_item_identification,
        "buyers": item.buyers_item_identification,
        "sellers": item.sellers_item_identification,
    }
    known = _present({name: one.value for name, one in ids.items() if one})
    return known or {"name": item.name}


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
    return _plain(amount.value) if amount else None


def _quantity(quantity: Quantity | None) -> str | None:
    return _plain(quantity.value) if quantity else None


def _plain(value: Decimal | None) -> str | None:
    """24, 24.0 and 24.000 are the same number."""
    if value is None:
        return None
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
