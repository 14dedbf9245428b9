"""Check digits: GTIN and GLN (GS1 General Specifications, 7.9), INN and KPP (Russia), UNP (Belarus), VAT numbers (python-stdnum).

A mistyped GTIN or GLN would deliver another article or to another place, so it is parked, unless the line or party is also named in
another way; then, as with a wrong tax number, which an order does not need, it is only reported.

>>> from datetime import date
>>> from wharfinger.records import Identifier, Item, Order, OrderLine
>>> line = OrderLine(id="1", item=Item(standard_item_identification=Identifier(value="4000862141405", scheme_id="0160")))
>>> [(one.code, one.expected) for one in check(Order(test_indicator=False, order_lines=(line,)), Context())]
[('gtin-wrong', '4000862141404')]
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum.by import unp
from stdnum.ru import inn
from stdnum.util import get_cc_module

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import ApplicationResponse, Item, Location, Party, Place, Record, lines
from wharfinger.traversal import parts

_NOWHERE = Place()
_GTIN_LENGTHS = (8, 12, 13, 14)
_GLN_LENGTHS = (13,)


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each identifier that its own rule refutes; expected is the number with the right check digit."""
    for path, party, place in parts(record, Party):
        yield from _party(party, place, path, answer=isinstance(record, ApplicationResponse))
    for path, location, place in parts(record, Location):
        yield from _location(location, place, path)
    for number, line in enumerate(lines(record), 1):
        item: Item | None = getattr(line, "item", None)
        gtin = item.standard_item_identification if item is not None else None
        if item is None or gtin is None or gtin.value is None or gtin.scheme_id != "0160":
            continue
        wrong, right = gs1_fault(gtin.value, _GTIN_LENGTHS)
        if wrong:
            others = (item.sellers_item_identification, item.buyers_item_identification, item.manufacturers_item_identification)
            named = any(one is not None and one.value for one in others)
            code = "gtin-wrong-beside-item-number" if named else "gtin-wrong"
            place, subject = line.origin or _NOWHERE, line.id or str(number)
            field = "line.item.standard_item_identification.value"
            yield Problem(code=code, place=place, subject=subject, expected=right, found=gtin.value, field=field)


@lru_cache(maxsize=65536)
def gs1_fault(value: str, lengths: tuple[int, ...]) -> tuple[bool, str | None]:
    """Whether a GS1 number is wrong, and the number with the right check digit where its length is right.

    >>> gs1_fault("4012345500004", (13,)), gs1_fault("4012345500005", (13,)), gs1_fault("12", (13,))
    ((False, None), (True, '4012345500004'), (True, None))
    """
    if len(value) not in lengths or not (value.isascii() and value.isdigit()):
        return True, None
    digits = [int(digit) for digit in reversed(value[:-1])]
    right = str(-(3 * sum(digits[::2]) + sum(digits[1::2])) % 10)
    return (False, None) if value[-1] == right else (True, value[:-1] + right)


def _party(party: Party, place: Place, path: str, *, answer: bool) -> Iterator[Problem]:
    """answer: the document goes by what it answers; its parties are those of the interchange that was answered."""
    glns = {one.value for one in (party.endpoint_id, *party.identifications) if one is not None and one.scheme_id == "0088"}
    for gln in sorted(one for one in glns if one):
        wrong, right = gs1_fault(gln, _GLN_LENGTHS)
        if wrong:
            others = (party.id, *(one.value for one in (*party.identifications, *party.tax_ids)))
            named = answer or party.name or party.address or any(one not in glns for one in others if one)
            yield Problem(code=_gln_code(bool(named)), place=place, expected=right, found=gln, field=path)
    country = party.address.country if party.address is not None else None
    for tax in party.tax_ids:
        if tax.value and tax.scheme_id and _tax_fault(tax.value, tax.scheme_id, country):
            yield Problem(code="tax-number-wrong", place=place, subject=tax.scheme_id, found=tax.value, field=f"{path}.tax_ids")


def _location(location: Location, place: Place, path: str) -> Iterator[Problem]:
    if location.id is not None and location.id.scheme_id == "0088" and location.id.value:
        wrong, right = gs1_fault(location.id.value, _GLN_LENGTHS)
        if wrong:
            named = location.name is not None or location.address is not None
            yield Problem(code=_gln_code(named), place=place, expected=right, found=location.id.value, field=f"{path}.id")


def _gln_code(named: bool) -> str:
    return "gln-wrong-beside-name" if named else "gln-wrong"


@lru_cache(maxsize=4096)
def _tax_fault(value: str, scheme: str, country: str | None) -> bool:
    """Whether the number is refuted; a number of a country or scheme that python-stdnum does not know is not."""
    if scheme == "INN":
        return not inn.is_valid(value)
    if scheme == "UNP":
        return not unp.is_valid(value)
    if scheme == "KPP":
        return re.fullmatch(r"\d{4}[\dA-Z]{2}\d{3}", value, re.ASCII) is None
    if scheme != "VAT":
        return False
    prefix = value[:2].upper() if re.match("[A-Za-z]{2}", value) else country
    if prefix is None or not re.fullmatch("[A-Za-z]{2}", prefix):
        return False
    code = {"EL": "gr", "XI": "gb"}.get(prefix, prefix.lower())
    modules = [module for name in ("vat", "uid", "orgnr") if (module := get_cc_module(code, name)) is not None]
    return bool(modules) and not any(module.is_valid(value) or module.is_valid(value.upper().removeprefix(prefix)) for module in modules)
