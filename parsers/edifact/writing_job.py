"""One record on its way into a message: which of its fields were written, what is wrong, and what no element has carried."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, get_args

import msgspec

from wharfinger.problems import Place, Problem
from wharfinger.records import Identifier, Line, Party, Record, lines, lines_field

HUB_FIELDS = frozenset(("origin", "assumed", "test_indicator", "line_count_numeric"))
"""Fields that no mapping has to place: what the hub noted for itself, what UNB says, and a count that is counted anew."""

IMPLIED: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        ((name, "document_type_code") for name in ("order_reference", "order_document_reference", "order_line_reference")), "220"
    ),
    ("order_change_reference", "document_type_code"): "230",
    ("quotation_document_reference", "document_type_code"): "310",
    ("contract", "document_type_code"): "315",
    **dict.fromkeys(((name, "document_type_code") for name in ("despatch_document_reference", "despatch_line_reference")), "351"),
    **dict.fromkeys(((name, "document_type_code") for name in ("receipt_document_reference", "receipt_line_reference")), "632"),
    **dict.fromkeys(((name, "document_type_code") for name in ("billing_reference", "billing_references")), "380"),
    ("buyers_item_identification", "scheme_id"): "92",
    ("sellers_item_identification", "scheme_id"): "91",
}
"""What a field says by itself: that an order reference refers to an order (UNTDID 1001), whose number an item number is (3055)."""

Path = tuple[str | int, ...]
Node = tuple[Any, Path]
"""A structure or text of the record, and the way to it."""


@dataclass(slots=True)
class Job:
    """One record on its way: which of its fields were written (taken) or said otherwise (said, with all in them), what is wrong."""

    record: Record
    mark: str = "."
    taken: set[Path] = field(default_factory=set)
    said: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: str, path: Path, **more: str) -> None:
        """Note what is wrong with the field at the path."""
        place = self.record.origin or Place()
        self.problems.append(Problem(code=code, place=place, subject=dotted(path), **more))


def dotted(path: Path) -> str:
    """order_lines[2].item.name; members of a tuple are counted from 1."""
    return "".join(f"[{one + 1}]" if isinstance(one, int) else f".{one}" for one in path).removeprefix(".")


_LINES = get_args(Line)


def not_carried(job: Job) -> None:
    """Note every field that no element has carried, the highest that says it all."""
    _compared(job)
    reached = {path[:length] for path in job.taken for length in range(len(path) + 1)}
    for path, value in _missed(job.record, (), reached, job.said, []):
        job.problem("edifact-not-carried", path, found=_shown(value))


def _compared(job: Job) -> None:
    """What made a price of a list price that was written is said by the two of them, if it is their difference."""
    field = lines_field(type(job.record))
    for number, line in enumerate(lines(job.record)):
        price = getattr(line, "price", None)
        if price is None or len(price.allowance_charges) != 1 or price.price_amount is None:
            continue
        [one] = price.allowance_charges
        if one.base_amount is None or one.amount is None or None in (one.amount.value, one.base_amount.value, price.price_amount.value):
            continue
        change = one.amount.value if one.charge_indicator else -one.amount.value
        same = one.amount.currency_id == one.base_amount.currency_id == price.price_amount.currency_id
        if same and one.base_amount.value + change == price.price_amount.value:
            at = (str(field), number, "price", "allowance_charges", 0)
            job.said.update(((*at, "amount"), (*at, "charge_indicator")))


def _missed(structure: Any, path: Path, reached: set[Path], said: set[Path], written: list[Identifier]) -> Iterator[tuple[Path, Any]]:
    """Fields of a structure or tuple that were not taken; one of which nothing was taken stands for all in it.

    reached: what was taken, and all that it is in. written: identifiers beside the tuple that were written.
    """
    if isinstance(structure, msgspec.Struct):
        members: list[tuple[str | int, Any]] = [(name, getattr(structure, name)) for name in structure.__struct_fields__]
        found = [one for name, value in members for one in _identifiers(value, (*path, name))]
        written = [one for one, at in found if (*at, "value") in reached]
    else:
        members = list(enumerate(structure))
    for name, value in members:
        at = (*path, name)
        if value is None or value == () or value == {} or name in HUB_FIELDS or at in said:
            continue
        if isinstance(value, Identifier) and value in written and at not in reached:
            continue
        if name == "id" and isinstance(structure, _LINES) and isinstance(path[-1], int) and value == str(path[-1] + 1):
            continue
        if isinstance(name, str) and path in reached and IMPLIED.get((_field(path), name)) == value:
            continue
        if isinstance(structure, Party) and path in reached and _said(structure, name, reached, path):
            continue
        if not isinstance(value, msgspec.Struct | tuple):
            if at not in reached:
                yield at, value
        elif at in reached:
            yield from _missed(value, at, reached, said, written)
        elif not isinstance(value, tuple) or list(_missed(value, at, reached, said, written)):
            yield at, value


def _field(path: Path) -> str:
    """The last name of a path."""
    return next((one for one in reversed(path) if isinstance(one, str)), "")


def _said(party: Party, name: str | int, reached: set[Path], path: Path) -> bool:
    """Whether a party's field says nothing beside what was written: the hub's own name for it, its name once more."""
    if name == "id":
        return True
    return name == "registration_name" and party.registration_name == party.name and (*path, "name") in reached


def _identifiers(value: Any, at: Path) -> list[tuple[Identifier, Path]]:
    if isinstance(value, Identifier):
        return [(value, at)]
    if isinstance(value, tuple):
        return [(one, (*at, index)) for index, one in enumerate(value) if isinstance(one, Identifier)]
    return []


def _shown(value: Any) -> str:
    """A field's value as short as a person would say it."""
    if isinstance(value, msgspec.Struct):
        return ", ".join(_shown(one) for name in value.__struct_fields__ if (one := getattr(value, name)) not in (None, (), {}))[:120]
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))[:120]
    if isinstance(value, dict):
        return ", ".join(f"{name}: {one}" for name, one in value.items())[:120]
    return str(value)[:120]
