"""Ways through a record of any kind, by the types of its fields: every part of a type, and a copy with some parts changed.

Several checks ask for the same parts of the same record, so that it is walked once and the last record's parts are remembered; its
lines apart, because they often stay when a party of the record is replaced.

>>> from wharfinger.records import Order, OrderLine
>>> order = Order(test_indicator=False, order_lines=(OrderLine(origin=Place(segment=5), line_extension_amount=Amount(currency_id="EUR")),))
>>> [(path, amount.currency_id, place.segment) for path, amount, place in parts(order, Amount)]
[('order_lines.line_extension_amount', 'EUR', 5)]
>>> changed(order, {Amount: lambda amount: Amount(currency_id="USD")}).order_lines[0].line_extension_amount.currency_id
'USD'
"""

import typing
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from wharfinger.records import Address, Amount, Location, Party, Period, Place, Record, lines, lines_field

PARTS: tuple[type, ...] = (Amount, Party, Location, Address, Period, date)
"""The types that `parts` finds."""

_NOWHERE = Place()
Part = TypeVar("Part")
Structure = TypeVar("Structure", bound=msgspec.Struct)
_Found = dict[type, list[tuple[str, Any, Place]]]
_Walk = Callable[[Any, str, Place, _Found], None]


def parts(record: Record, wanted: type[Part]) -> list[tuple[str, Part, Place]]:
    """Every part of one of the types PARTS, those of the document before those of its lines: the field that it stands in, without the
    numbers of lines (order_lines.deliveries.delivery_party), the part, and the place of the line or record that it is in."""
    global _last_record, _last_lines
    known, found = _last_record
    if known is not record:
        found = {one: [] for one in PARTS}
        _walker(type(record), False)(record, "", _NOWHERE, found)
        of_lines, place = lines(record), record.origin or _NOWHERE
        known_lines, known_place, in_lines = _last_lines
        if of_lines and (known_lines is not of_lines or known_place is not place):
            in_lines = {one: [] for one in PARTS}
            walk, path = _walker(type(of_lines[0]), True), f"{lines_field(type(record))}."
            for line in of_lines:
                walk(line, path, place, in_lines)
            _last_lines = of_lines, place, in_lines
        if of_lines:
            found = {one: found[one] + in_lines[one] for one in PARTS}
        _last_record = record, found
    return found[wanted]


def changed(value: Structure, changes: Mapping[type, Callable[[Any], Any]]) -> Structure:
    """A copy in which each part of a type in changes is what its function makes of it; the value itself where nothing changes.

    A part that is changed is not looked into.
    """
    new: dict[str, Any] = {}
    for field, many, direct in _routes(type(value), tuple(changes)):
        old = getattr(value, field)
        if old is None or old == ():
            continue
        if many:
            members = [_changed_one(one, direct, changes) for one in old]
            if any(after is not before for after, before in zip(members, old, strict=True)):
                new[field] = tuple(members)
        elif (after := _changed_one(old, direct, changes)) is not old:
            new[field] = after
    return replace(value, **new) if new else value


_last_record: tuple[Any, _Found] = (None, {})
_last_lines: tuple[Any, Any, _Found] = (None, None, {})


def _changed_one(value: Any, direct: type | None, changes: Mapping[type, Callable[[Any], Any]]) -> Any:
    return changes[direct](value) if direct is not None else changed(value, changes)


@cache
def _walker(kind: type, with_lines: bool) -> _Walk:
    """A function that adds the parts of a structure to those found; written out, because a loop over fields takes three times as long."""
    names: dict[str, Any] = {}
    code = ["def walk(value, path, place, found):"]
    if "origin" in kind.__struct_fields__:  # type: ignore[attr-defined]  # msgspec
        code.append(" if value.origin is not None: place = value.origin")
    for field, many, direct in _routes(kind, PARTS):
        if not with_lines and field.endswith("_lines"):
            continue
        member = _member(typing.get_type_hints(kind)[field])[1]
        code.append(f" inner = value.{field}")
        code.append(" if inner:" if many else " if inner is not None:")
        inner, indent = ("one", "   ") if many else ("inner", "  ")
        if many:
            code.append("  for one in inner:")
        if direct is not None:
            names[f"part_{direct.__name__}"] = direct
            code.append(f"{indent}found[part_{direct.__name__}].append((path + {field!r}, {inner}, place))")
        if isinstance(member, type) and issubclass(member, msgspec.Struct) and _routes(member, PARTS):
            names[f"walk_{member.__name__}"] = _walker(member, True)
            code.append(f"{indent}walk_{member.__name__}({inner}, path + '{field}.', place, found)")
    code.append(" return None")
    exec("\n".join(code), names)  # the names are fields of records
    walk: _Walk = names["walk"]
    return walk


@cache
def _routes(kind: type, wanted: tuple[type, ...]) -> tuple[tuple[str, bool, type | None], ...]:
    """The fields that are or contain a wanted type: name, whether it is a tuple of them, the wanted type where it is one itself."""
    routes = []
    hints = typing.get_type_hints(kind)
    for field in kind.__struct_fields__:  # type: ignore[attr-defined]  # msgspec
        many, member = _member(hints[field])
        if member in wanted:
            routes.append((field, many, member))
        elif isinstance(member, type) and issubclass(member, msgspec.Struct) and member is not Place and _routes(member, wanted):
            routes.append((field, many, None))
    return tuple(routes)


def _member(hint: Any) -> tuple[bool, Any]:
    """Whether a field is a tuple, and its type without None."""
    arguments = [one for one in typing.get_args(hint) if one is not type(None)]
    if typing.get_origin(hint) is tuple:
        return True, arguments[0]
    return False, arguments[0] if type(None) in typing.get_args(hint) else hint
