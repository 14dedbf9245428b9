"""Who is who in a document, and what a partner's own words mean: partner and company ids, code lists, declared defaults.

Parties are known by GLN, tax number, code or name, in this order; everything that was sent stays in `identifications`. A unit
that is not stated is one trade unit (C62) where a GTIN identifies the item, as GS1 has it, else the partner's declared
default; both are recorded in the line's `assumed`.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec.structs import replace

from wharfinger.config import Company, Identity, Partner
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Amount, Identifier, Item, MonetaryTotal, OrderLine, Party, Place, Price, Quantity, Record

_PARTIES = ("buyer_customer_party", "seller_supplier_party", "accounting_customer_party")


def resolve(record: Record, context: Context) -> tuple[Record, str | None, list[Problem]]:
    """The record with known parties, mapped codes and filled defaults; the partner's id; what is ambiguous."""
    problems: list[Problem] = []
    changes: dict[str, Party] = {}
    partner = context.partner
    index = _index(context)
    companies = {one.company for one in context.companies}
    for name in _PARTIES:
        party = getattr(record, name)
        if party is None:
            continue
        known = _known(party, index)
        if len(known) > 1:
            problems.append(Problem(code="partner-ambiguous", place=_place(record), subject=name, found=", ".join(sorted(known))))
        elif known:
            [key] = known
            changes[name] = replace(party, id=key)
            if partner is None and key not in companies:
                partner = next(one for one in context.partners if one.partner == key)
    if changes:
        record = replace(record, **changes)
    return _fill(record, partner), partner.partner if partner else None, problems


def adjust(problems: Iterable[Problem], partner: Partner | None) -> list[Problem]:
    """The problems as this partner's agreement sees them: accepted deviations are warnings, some are stricter."""
    if partner is None:
        return list(problems)
    adjusted = []
    for one in problems:
        if one.code in partner.stricter:
            one = replace(one, disposition_override=partner.stricter[one.code])  # noqa: PLW2901
        elif one.code in partner.accepted_deviations:
            one = replace(one, disposition_override="warn")  # noqa: PLW2901
        adjusted.append(one)
    return adjusted


_Index = dict[tuple[str, str], frozenset[str]]
_last: tuple[Sequence[Partner], Sequence[Company], _Index] = ((), (), {})
"""The index of the partners and companies that were asked for last: a child reads with one home only."""


def _index(context: Context) -> _Index:
    """(kind of identity, value) -> who has it."""
    global _last
    if _last[0] is context.partners and _last[1] is context.companies:
        return _last[2]
    found: dict[tuple[str, str], set[str]] = {}
    for key, name, identity in [
        *((one.partner, one.name, one.identity) for one in context.partners),
        *((one.company, one.name, one.identity) for one in context.companies),
    ]:
        for entry in _entries(name, identity):
            found.setdefault(entry, set()).add(key)
    index = {entry: frozenset(keys) for entry, keys in found.items()}
    _last = (context.partners, context.companies, index)
    return index


def _entries(name: str, identity: Identity) -> Iterable[tuple[str, str]]:
    yield from (("gln", one) for one in identity.gln)
    yield from (("tax", _plain(one)) for one in identity.tax_ids)
    yield from (("code", one) for one in identity.codes)
    yield from (("name", _plain(one)) for one in (name, *identity.names))


def _known(party: Party, index: _Index) -> frozenset[str]:
    """Who the party can be: by the strongest identity that anybody has."""
    endpoint = party.endpoint_id
    codes = [one.value for one in party.identifications if one.value]
    candidates = [
        *([("gln", endpoint.value)] if endpoint and endpoint.value else []),
        *(("gln", one) for one in codes),
        *(("tax", _plain(one.value)) for one in party.tax_ids if one.value),
        *(("code", one) for one in (*codes, *((party.id,) if party.id else ()))),
        *([("name", _plain(party.name))] if party.name else []),
    ]
    for entry in candidates:
        if entry in index:
            return index[entry]
    return frozenset()


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _fill(record: Record, partner: Partner | None) -> Record:
    """Code lists and defaults of the partner, units of GTINs, currencies of amounts."""
    changes: dict[str, object] = {}
    assumed = list(record.assumed)
    currency = record.document_currency_code
    default = partner.defaults.get("document_currency_code") if partner else None
    if currency is None and default is not None:
        currency = changes["document_currency_code"] = default
        assumed.append("document_currency_code")
    lines = tuple(_line(line, partner, currency) for line in record.order_lines)
    if any(new is not old for new, old in zip(lines, record.order_lines, strict=True)):
        changes["order_lines"] = lines
    total = record.anticipated_monetary_total
    if total is not None and currency is not None:
        changes["anticipated_monetary_total"] = _total(total, currency)
    location = record.delivery.delivery_location if record.delivery else None
    if partner and record.delivery and location and location.id and location.id.value:
        ours = partner.codes.get("delivery_location", {}).get(location.id.value)
        if ours:
            changes["delivery"] = replace(record.delivery, delivery_location=replace(location, id=Identifier(value=ours)))
    if assumed != list(record.assumed):
        changes["assumed"] = tuple(assumed)
    return replace(record, **changes) if changes else record


def _line(line: OrderLine, partner: Partner | None, currency: str | None) -> OrderLine:
    changes: dict[str, object] = {}
    quantity = line.quantity
    if quantity is not None and quantity.value is not None:
        unit, assumed = _unit(quantity, line.item, partner)
        if unit != quantity.unit_code:
            changes["quantity"] = Quantity(value=quantity.value, unit_code=unit)
        if assumed:
            changes["assumed"] = (*line.assumed, "quantity.unit_code")
    if partner and line.item and (items := partner.codes.get("item")):
        theirs = line.item.buyers_item_identification
        ours = items.get(theirs.value) if theirs and theirs.value else None
        if ours:
            changes["item"] = replace(line.item, sellers_item_identification=Identifier(value=ours))
    if currency is not None:
        if line.price and (amount := _amount(line.price.price_amount, currency)) is not line.price.price_amount:
            changes["price"] = _price(line.price, amount)
        if (amount := _amount(line.line_extension_amount, currency)) is not line.line_extension_amount:
            changes["line_extension_amount"] = amount
    return replace(line, **changes) if changes else line


def _unit(quantity: Quantity, item: Item | None, partner: Partner | None) -> tuple[str | None, bool]:
    """The unit and whether it is assumed."""
    if quantity.unit_code:
        return (partner.codes.get("unit_code", {}) if partner else {}).get(quantity.unit_code, quantity.unit_code), False
    if item and item.standard_item_identification and item.standard_item_identification.value:
        return "C62", True
    default = partner.defaults.get("unit_code") if partner else None
    return default, default is not None


def _price(price: Price, amount: Amount | None) -> Price:
    return replace(price, price_amount=amount)


def _amount(amount: Amount | None, currency: str) -> Amount | None:
    if amount is None or amount.value is None or amount.currency_id:
        return amount
    return Amount(value=amount.value, currency_id=currency)


def _total(total: MonetaryTotal, currency: str) -> MonetaryTotal:
    names = total.__struct_fields__
    return MonetaryTotal(**{name: _amount(getattr(total, name), currency) for name in names})


def _place(record: Record) -> Place:
    return record.origin or Place()
