"""Ways through a record of any kind, by the types of its fields: every part of a type, and a copy with some parts changed.

Which fields of a structure lead to a part of the type is found out once; records are large and most of their fields lead nowhere.

>>> from wharfinger.records import Amount, Order, OrderLine
>>> order = Order(test_indicator=False, order_lines=(OrderLine(origin=Place(segment=5), line_extension_amount=Amount(currency_id="EUR")),))
>>> [(amount.currency_id, place.segment) for amount, place in parts(order, Amount)]
[('EUR', 5)]
>>> changed(order, {Amount: lambda amount: Amount(currency_id="USD")}).order_lines[0].line_extension_amount.currency_id
'USD'
"""

import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from wharfinger.records import Place

_NOWHERE = Place()
Part = TypeVar("Part")
Structure = TypeVar("Structure", bound=msgspec.Struct)


def parts(record: msgspec.Struct, wanted: type[Part]) -> list[tuple[Part, Place]]:
    """Every part of that type (date, Amount, Party ...) in the order of the fields, with the place of the line or record that it is in."""
    found: list[tuple[Part, Place]] = []
    _collect(record, wanted, _NOWHERE, found)
    return found


def named_parts(record: msgspec.Struct, wanted: type[Part]) -> list[tuple[str, Part, Place]]:
    """The same with the name of the field that the part stands in, without numbers: order_lines.deliveries.delivery_party."""
    found: list[tuple[str, Part, Place]] = []
    _collect_named(record, wanted, "", _NOWHERE, found)
    return found


def changed(value: Structure, changes: Mapping[type, Callable[[Any], Any]]) -> Structure:
    """A copy in which each part of a type in changes is what its function makes of it; the value itself where nothing changes.

    A part that is changed is not looked into.
    """
    new: dict[str, Any] = {}
    for field, many, types in _routes(type(value), tuple(changes)):
        old = getattr(value, field)
        if old is None or old == ():
            continue
        if many:
            members = [_changed_one(one, types, changes) for one in old]
            if any(after is not before for after, before in zip(members, old, strict=True)):
                new[field] = tuple(members)
        elif (after := _changed_one(old, types, changes)) is not old:
            new[field] = after
    return replace(value, **new) if new else value


def _changed_one(value: Any, direct: type | None, changes: Mapping[type, Callable[[Any], Any]]) -> Any:
    return changes[direct](value) if direct is not None else changed(value, changes)


def _collect(value: msgspec.Struct, wanted: type, place: Place, found: list[Any]) -> None:
    own = getattr(value, "origin", None)
    if own is not None:
        place = own
    for field, many, direct in _routes(type(value), (wanted,)):
        inner = getattr(value, field)
        if inner is None:
            continue
        for one in inner if many else (inner,):
            if direct is not None:
                found.append((one, place))
            else:
                _collect(one, wanted, place, found)


def _collect_named(value: msgspec.Struct, wanted: type, path: str, place: Place, found: list[Any]) -> None:
    place = getattr(value, "origin", None) or place
    for field, many, direct in _routes(type(value), (wanted,)):
        inner = getattr(value, field)
        if inner is None:
            continue
        for one in inner if many else (inner,):
            if direct is not None:
                found.append((path + field, one, place))
            else:
                _collect_named(one, wanted, f"{path}{field}.", place, found)


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
