"""What of a mapping a table has: leaves whose columns are not there are dropped before the mapping is compiled."""

import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from wharfinger.mapping import MappingError
from wharfinger.tables.columns import Columns, folded
from wharfinger.yaml_files import unknown


@dataclass(frozen=True, slots=True)
class Applied:
    """What of a mapping a table has: the mapping without the rest, its columns, and those of them that hold numbers and dates."""

    mapping: dict[str, Any]
    numbers: tuple[int, ...]
    dates: tuple[int, ...]
    columns: tuple[int, ...]


def apply(kind: type, mapping: dict[str, Any], columns: Columns, own: dict[str, Any] | None = None) -> Applied:
    """Drop every leaf whose columns the table does not have, and structures of which only constants would be left.

    own: the part of the mapping that a partner wrote; its constants stay.
    """
    used: list[tuple[Any, list[int]]] = []
    kept = _apply_structure(kind, mapping, columns, used, own or {}) or {}
    return Applied(
        mapping=kept,
        numbers=tuple({index: None for hint, indexes in used if hint is Decimal for index in indexes}),
        dates=tuple({index: None for hint, indexes in used if hint is date for index in indexes}),
        columns=tuple({index: None for _, indexes in used for index in indexes}),
    )


def headings_of(mapping: Any) -> Iterable[str]:
    """Every heading that a mapping names, folded."""
    if isinstance(mapping, str):
        yield folded(mapping)
    elif isinstance(mapping, list):
        for one in mapping:
            yield from headings_of(one)
    elif isinstance(mapping, dict) and "path" in mapping:
        for name in ("path", "beside", "unless"):
            yield from headings_of(mapping.get(name, []))
    elif isinstance(mapping, dict) and not mapping.keys() & {"is", "column"}:
        for name, one in mapping.items():
            if name not in ("each", "at"):
                yield from headings_of(one)


def _apply_structure(
    kind: type, mapping: Any, columns: Columns, used: list[tuple[Any, list[int]]], own: Any
) -> dict[str, Any] | None:
    """The structure with what applies; None when all that is left of it is constants that were not alone before."""
    kept: dict[str, Any] = {}
    before = _has_columns(mapping)
    for name, leaf in mapping.items():
        if name in ("each", "at"):
            kept[name] = leaf
            continue
        hint = _member(kind, name)
        members = [leaf] if not isinstance(leaf, list) else leaf
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            inner = own.get(name) if isinstance(own, dict) else None
            left = [one for one in (_apply_structure(hint, member, columns, used, inner) for member in members) if one is not None]
        else:
            left = _apply_leaf(hint, members, columns, used)
        if left:
            kept[name] = left if len(left) > 1 or isinstance(leaf, list) else left[0]
    return kept if not before or _has_columns(kept) or _has_constant(own) else None


def _apply_leaf(hint: Any, members: list[Any], columns: Columns, used: list[tuple[Any, list[int]]]) -> list[Any]:
    """The alternatives that the table has; headings in a row become one leaf."""
    left: list[Any] = []
    for member in members:
        if not isinstance(member, dict):
            index = columns.index(str(member))
            if index is None:  # as nearly all are
                continue
            indexes, leaf = [index], {"path": [str(member)]}
        elif "is" in member:
            left.append(member)
            continue
        else:
            leaf = dict(member)
            indexes = columns.find(leaf)
        beside, unless = (columns.find({"path": leaf.pop(name)}) if name in leaf else None for name in ("beside", "unless"))
        if not indexes or unless or beside == []:
            continue
        if left and isinstance(member, str) and left[-1].keys() == {"path"}:
            left[-1]["path"].append(member)
            used[-1][1].extend(index for index in indexes if index not in used[-1][1])
        else:
            left.append(leaf)
            used.append((hint, indexes))
    return left


def _has_columns(mapping: Any) -> bool:
    if isinstance(mapping, list):
        return any(map(_has_columns, mapping))
    if isinstance(mapping, dict) and "path" not in mapping and "column" not in mapping:
        return "is" not in mapping and any(_has_columns(one) for name, one in mapping.items() if name not in ("each", "at"))
    return True


def _has_constant(mapping: Any) -> bool:
    if isinstance(mapping, list):
        return any(map(_has_constant, mapping))
    return isinstance(mapping, dict) and ("is" in mapping or any(map(_has_constant, mapping.values())))


def _member(kind: type, name: str) -> Any:
    """The type of a field, or of what a tuple of them holds."""
    try:
        hint = _hints(kind)[name]
    except KeyError:
        raise MappingError(name, unknown(name, kind.__struct_fields__)) from None  # type: ignore[attr-defined]  # msgspec
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    return typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else hint


_hints = cache(typing.get_type_hints)
