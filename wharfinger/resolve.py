"""Who is who in a document, and what a partner's own words mean: partner and company ids, code lists, declared defaults.

A party is known by its GLN or tax number, else by a code or its name; a name or code counts for nothing beside a GLN that the
partner file does not list. Everything that was sent stays in `identifications`. A unit that is not stated is one trade unit
(C62) where a GTIN or ISBN identifies the item (GS1 EANCOM, QTY: no unit means units of the GTIN), else the partner's declared default.
Countries become alpha-2 codes. What is assumed is named in `assumed`. Resolving a resolved record changes nothing.

>>> from decimal import Decimal
>>> from wharfinger.config import Identity
>>> from wharfinger.records import Order, OrderLine
>>> nordwind = Partner(partner="nordwind", name="Nordwind GmbH", identity=Identity(gln=("4012345500004",)))
>>> item = Item(standard_item_identification=Identifier(value="4000862141404", scheme_id="0160"))
>>> line = OrderLine(quantity=Quantity(value=Decimal(24)), item=item)
>>> buyer = Party(name="NORDWIND GMBH.")
>>> order = Order(test_indicator=False, buyer_customer_party=buyer, order_lines=(line,))
>>> record, partner, problems = resolve(order, Context(partners=(nordwind,)))
>>> record.buyer_customer_party.id, partner, record.order_lines[0].quantity.unit_code, record.order_lines[0].assumed
('nordwind', 'nordwind', 'C62', ('quantity.unit_code',))
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from operator import is_not
from typing import Any

from msgspec.structs import replace

from wharfinger import records
from wharfinger.amounts import amounts
from wharfinger.code_lists import codes
from wharfinger.config import Company, Identity, Partner
from wharfinger.contracts import Context
from wharfinger.problems import Place, Problem
from wharfinger.records import (
    Address,
    Amount,
    CreditNote,
    CreditNoteLine,
    Identifier,
    Invoice,
    InvoiceLine,
    Item,
    Line,
    Location,
    Party,
    Quantity,
    Record,
    RemittanceAdviceLine,
    TaxCategory,
    buyer_field,
    lines,
    lines_field,
    quantity,
    seller_field,
)
from wharfinger.traversal import changed, parts

_NOBODY: frozenset[str] = frozenset()
_NO_CODES: Mapping[str, str] = {}
_CHARGED = (InvoiceLine, CreditNoteLine)
_STRICTNESS = ("warn", "park", "reject")


def resolve(record: Record, context: Context) -> tuple[Record, str | None, list[Problem]]:
    """The record with known parties, the partner's words as ours and defaults filled; the partner's id; what is ambiguous."""
    buyer, seller = records.buyer(record), records.seller(record)
    buyers, sellers = who(buyer, context), who(seller, context)
    index = _index(context)
    ours = index.ours
    if context.partner is not None:
        vouched = frozenset((context.partner.partner,))
        buyers, sellers = buyers & vouched or buyers, sellers & vouched or sellers
        if not buyers and not sellers - ours and _undisputed(buyer, context.partner):
            buyers = vouched
        elif not sellers and buyers and buyers <= ours and _undisputed(seller, context.partner):
            sellers = vouched
    sides = ((buyer_field(record), buyer, buyers), (seller_field(record), seller, sellers))
    problems = [_ambiguous(record, field, party, found) for field, party, found in sides if party and len(found) > 1]
    known = [next(iter(found)) for found in (buyers, sellers) if len(found) == 1]
    name = next((one for one in known if one not in ours), None)
    partner = index.by_id.get(name) if name is not None else None
    changes: dict[str, Any] = {}
    for field, party, found in sides:
        if field is not None and party is not None and len(found) == 1:
            changes[field] = _named(party, next(iter(found)))
    record = replace(record, **changes) if changes else record
    return _translated(record, partner), name, problems


def who(party: Party | None, context: Context) -> frozenset[str]:
    """The ids of the partners and companies that the party can be: none is unknown, several is ambiguous."""
    if party is None or not (context.partners or context.companies or context.partner):
        return _NOBODY
    index = _index(context)
    glns = [one.value for one in (party.endpoint_id, *party.identifications) if one is not None and one.value]
    by_gln = _any(index, (("gln", one) for one in glns))
    by_tax = _any(index, (("tax", _plain(one.value)) for one in party.tax_ids if one.value and one.scheme_id != "KPP"))  # many share a KPP
    if by_gln and by_tax:
        return by_gln & by_tax or by_gln | by_tax
    candidates = by_gln or by_tax
    if len(candidates) == 1:
        return candidates
    by_code = _any(index, (("code", one) for one in (*glns, party.id) if one))
    by_name = _any(index, (("name", _plain(party.name)),)) if party.name else _NOBODY
    if candidates:
        return candidates & by_code or candidates & by_name or candidates
    weak = by_code & by_name or by_code or by_name
    if any(one is not None and one.scheme_id == "0088" and one.value for one in (party.endpoint_id, *party.identifications)):
        weak = frozenset(one for one in weak if one not in index.with_gln)
    return weak


def called(party: Party) -> str:
    """What the document calls a party: its name and the first number that it gives."""
    numbers = (party.endpoint_id, *party.identifications, *party.tax_ids)
    number = next((one.value for one in numbers if one is not None and one.value), party.id)
    return " ".join(one for one in (party.name, number) if one)


def adjust(problems: Iterable[Problem], partner: Partner | None) -> list[Problem]:
    """The problems as the agreement with this partner sees them: accepted deviations are warnings, others may weigh more."""
    if partner is None or not (partner.accepted_deviations or partner.stricter):
        return list(problems)
    return [_adjusted(one, partner) for one in problems]


def _adjusted(problem: Problem, partner: Partner) -> Problem:
    stricter = partner.stricter.get(problem.code)
    if stricter is not None:  # never looser: that takes a named entry under accepted_deviations
        heavier = _STRICTNESS.index(stricter) > _STRICTNESS.index(problem.disposition)
        return replace(problem, disposition_override=stricter) if heavier else problem
    return replace(problem, disposition_override="warn") if problem.code in partner.accepted_deviations else problem


class _Index:
    """Who has which identity: entries maps (kind of identity, value) to ids.

    by_id: the partners; ours: the ids of our companies; with_gln: the ids whose GLNs are known; extra: the partner that the caller
    vouches for, where it is none of the home's.
    """

    __slots__ = ("by_id", "companies", "entries", "extra", "ours", "partners", "with_gln")

    def __init__(self, context: Context) -> None:
        self.partners, self.companies = context.partners, context.companies
        self.by_id = {one.partner: one for one in context.partners}
        self.ours = frozenset(one.company for one in context.companies)
        self.extra = context.partner if context.partner is not None and context.partner.partner not in self.by_id else None
        if self.extra is not None:
            self.by_id[self.extra.partner] = self.extra
        self.entries: dict[tuple[str, str], frozenset[str]] = {}
        members: list[Partner | Company] = [*self.by_id.values(), *context.companies]
        self.with_gln = frozenset(_id(one) for one in members if one.identity.gln)
        for member in members:
            for entry in _entries(_id(member), member.name, member.identity):
                self.entries[entry] = self.entries.get(entry, _NOBODY) | {_id(member)}

    def holds(self, context: Context) -> bool:
        """Whether it was made of the very same settings."""
        if self.partners is not context.partners or self.companies is not context.companies:
            return False
        vouched = context.partner
        return self.extra is vouched if self.extra is not None else vouched is None or vouched.partner in self.by_id


_last = _Index(Context())
"""The index that was asked for last: a process reads documents of one home."""


def _index(context: Context) -> _Index:
    global _last
    index = _last
    if not index.holds(context):
        index = _last = _Index(context)
    return index


def _id(member: Partner | Company) -> str:
    return member.partner if isinstance(member, Partner) else member.company


def _entries(key: str, name: str, identity: Identity) -> Iterator[tuple[str, str]]:
    yield from (("gln", one) for one in identity.gln)
    yield from (("tax", _plain(one)) for one in identity.tax_ids)
    yield from (("code", one) for one in (key, *identity.codes))
    yield from (("name", _plain(one)) for one in (name, *identity.names))


def _any(index: _Index, entries: Iterable[tuple[str, str]]) -> frozenset[str]:
    found = _NOBODY
    for entry in entries:
        found |= index.entries.get(entry, _NOBODY)
    return found


def _undisputed(party: Party | None, partner: Partner) -> bool:
    """Whether the source's word for the partner stands: not against a GLN that is none of the partner's."""
    if party is None:
        return False
    stated = [one.value for one in (party.endpoint_id, *party.identifications) if one is not None and one.scheme_id == "0088"]
    return not stated or not partner.identity.gln


def _ambiguous(record: Record, field: str | None, party: Party, found: frozenset[str]) -> Problem:
    place, ids = record.origin or Place(), ", ".join(sorted(found))
    return Problem(code="partner-ambiguous", place=place, subject=called(party), found=ids, field=field)


def _named(party: Party, key: str) -> Party:
    """The party under our id for it; a code of its own by which it was named stays among the identifications."""
    if party.id == key:
        return party
    if party.id is None or any(one.value == party.id for one in party.identifications):
        return replace(party, id=key)
    return replace(party, id=key, identifications=(*party.identifications, Identifier(value=party.id)))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """Without case, blanks and punctuation."""
    return re.sub(r"[\W_]+", "", text).casefold()


def _coded(address: Address) -> Address:
    """The address with its country in ISO 3166-1 alpha-2, where it is that in lower case, alpha-3, or the country's name."""
    if address.country is None or address.country in codes("countries"):
        return address
    country = " ".join(address.country.split()).casefold()
    return replace(address, country=_alpha_2().get(country, address.country))


@cache
def _alpha_2() -> Mapping[str, str]:
    """What people write for a country, without case -> its code."""
    spellings = {spelling.casefold(): code for code, alpha_3 in codes("countries").items() for spelling in (code, alpha_3)}
    return {name.casefold(): code for code, names in codes("country_names").items() for name in names.split("|")} | spellings


class _Words:
    """What a partner's own words mean, and the currency of amounts that name none.

    changes: what is made of each part of a record, by its type.
    """

    __slots__ = ("changes", "currencies", "currency", "items", "locations", "unit", "units")

    def __init__(self, partner: Partner | None) -> None:
        theirs = partner.codes if partner is not None else {}
        self.units = theirs.get("unit_code", _NO_CODES)
        self.items = theirs.get("item", _NO_CODES)
        self.locations = theirs.get("delivery_location", _NO_CODES)
        self.currencies = theirs.get("document_currency_code", _NO_CODES)
        self.unit = partner.defaults.get("unit_code") if partner is not None else None
        self.currency: str | None = None
        self.changes: dict[type, Callable[[Any], Any]] = {Amount: self._amount, Address: _coded}
        if self.units:
            self.changes[Quantity] = self._quantity
        if self.locations:
            self.changes[Location] = self._location

    def leave(self, record: Record) -> bool:
        """Whether they change no part of the record: so it nearly always is, and to look is cheap."""
        if self.units or self.locations:
            return False
        stated = {amount.currency_id for _, amount, _ in parts(record, Amount) if amount.value is not None}
        if not all(stated) or not stated.isdisjoint(self.currencies):
            return False
        return all(_coded(address) is address for _, address, _ in parts(record, Address))

    def _amount(self, amount: Amount) -> Amount:
        stated = amount.currency_id
        if amount.value is None or (stated and stated not in self.currencies):
            return amount
        return Amount(value=amount.value, currency_id=self.currencies[stated] if stated else self.currency)

    def _quantity(self, counted: Quantity) -> Quantity:
        if counted.unit_code is None or counted.unit_code not in self.units:
            return counted
        return Quantity(value=counted.value, unit_code=self.units[counted.unit_code])

    def _location(self, location: Location) -> Location:
        sent = location.id.value if location.id is not None else None
        ours = Identifier(value=self.locations[sent]) if sent is not None and sent in self.locations else location.id
        address = _coded(location.address) if location.address is not None else None
        return replace(location, id=ours, address=address)


def _translated(record: Record, partner: Partner | None) -> Record:
    """The record as the partner's code lists and defaults, the rule for units and the document's currency make it."""
    words = _Words(partner)
    changes: dict[str, Any] = {}
    if "document_currency_code" in record.__struct_fields__:
        stated = record.document_currency_code or _only_currency(record)  # type: ignore[union-attr]  # it has one
        words.currency = words.currencies.get(stated, stated) if stated else None
        if words.currency is None and partner is not None and (default := partner.defaults.get("document_currency_code")) is not None:
            words.currency = default
            changes["assumed"] = (*record.assumed, "document_currency_code")
        if words.currency != record.document_currency_code:  # type: ignore[union-attr]  # it has one
            changes["document_currency_code"] = words.currency
    of_record = lines_field(type(record))
    if of_record is not None:
        only_tax = _only_tax(record)
        before = lines(record)
        after = tuple([_line(line, words, only_tax) for line in before])
        if any(map(is_not, after, before)):
            changes[of_record] = after
    if changes:
        record = replace(record, **changes)
    return record if words.leave(record) else changed(record, words.changes)


def _only_currency(record: Record) -> str | None:
    """The currency that all the amounts that name one agree on."""
    stated = {amount.currency_id for _, amount, _ in amounts(record) if amount.currency_id}
    return stated.pop() if len(stated) == 1 else None


def _only_tax(record: Record) -> TaxCategory | None:
    """The tax of an invoice that has just one, which is that of every line that names none."""
    subtotals = record.tax_total.tax_subtotals if isinstance(record, Invoice | CreditNote) and record.tax_total is not None else ()
    return subtotals[0].tax_category if len(subtotals) == 1 else None


def _line(line: Line, words: _Words, only_tax: TaxCategory | None) -> Line:
    """The line with a unit, with our numbers of its item, and with the tax that the document states for all."""
    if isinstance(line, RemittanceAdviceLine):
        return line
    changes: dict[str, Any] = {}
    assumed: list[str] = []
    counted, item = quantity(line), line.item
    if counted is not None and counted.value is not None and not counted.unit_code:
        unit = "C62" if _has_gtin(item) or counted.value == 0 else words.unit  # nothing of anything is no piece of it
        if unit is not None:
            field = next(name for name in line.__struct_fields__ if name.endswith("quantity"))
            changes[field] = Quantity(value=counted.value, unit_code=unit)
            assumed.append(f"{field}.unit_code")
    if item is not None and (words.items or not item.name):
        item = _item(item, words)
    if isinstance(line, _CHARGED):
        tax = item.classified_tax_category if item is not None else None
        known = tax or only_tax
        if known is not None and known.id is None and known.percent is not None and known.percent > 0:
            known = replace(known, id="S")  # UNTDID 5305: the standard rate, which is every rate that is not zero
        if known is not None and known is not tax:
            item = replace(item or Item(), classified_tax_category=known)
            assumed.append("item.classified_tax_category")
    if item is not line.item:
        changes["item"] = item
    if assumed:
        changes["assumed"] = (*line.assumed, *assumed)
    return replace(line, **changes) if changes else line


def _has_gtin(item: Item | None) -> bool:
    """Or an ISBN, which also says what one piece is."""
    if item is None:
        return False
    standard = item.standard_item_identification
    return (standard is not None and standard.scheme_id == "0160") or any(
        one.scheme_id == "IB" for one in item.additional_item_identifications
    )


def _item(item: Item, words: _Words) -> Item:
    """The item under our number, which the partner file gives for any number that the document names it by. An item that has only
    a description is named by that."""
    if not item.name and item.descriptions and item == Item(name=item.name, descriptions=item.descriptions):
        return replace(item, name=item.descriptions[0])
    for one in (item.buyers_item_identification, item.sellers_item_identification, item.standard_item_identification):
        number = words.items.get(one.value) if one is not None and one.value else None
        if number is not None:
            sent = item.sellers_item_identification
            if sent is None or sent.value == number:
                return replace(item, sellers_item_identification=Identifier(value=number))
            others = (*item.additional_item_identifications, sent)
            return replace(item, sellers_item_identification=Identifier(value=number), additional_item_identifications=others)
    return item


