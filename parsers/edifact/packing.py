"""What is packed in what: the packages of DESADV and RECADV (CPS, PAC, PCI, GIN), which a path cannot say.

A packing level (CPS) has a number, 7164, and the number of the level that it stands in, 7166. Its packages have a number each (GIN
under PCI, 7405=BJ an SSCC); the lines (LIN) of a level are in its packages, or, where these have no number, in those of the level
above. A range of SSCCs (7402:7402) is each number of it (GS1 General Specifications: 17 digits and a check digit). A line may name
its packages itself, by GIN under a PCI of its own.

>>> _range("340123450000000017", "340123450000000031")
['340123450000000017', '340123450000000024', '340123450000000031']
>>> _range("340123450000000011", "340123450000000031")  # a wrong check digit
['340123450000000011', '340123450000000031']
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from parsers.edifact.notation import code_list
from parsers.edifact.paths import taken, text
from parsers.edifact.tree import Group, Tree, bit
from wharfinger.checks.identifiers import gs1_fault
from wharfinger.records import DespatchAdvice, Identifier, Package, Quantity, ReceiptAdvice, Shipment, TransportHandlingUnit

_SCHEMES = {"BJ": "SSCC", "AW": None, "ML": None}
"""Kinds of numbers (7405) that name a package: serial shipping container code, serial number, marking number."""
_MEASURES = {
    **dict.fromkeys(("AAB", "G"), "gross_weight_measure"),
    **dict.fromkeys(("AAA", "AAC", "N"), "net_weight_measure"),
    **dict.fromkeys(("AAW", "ABJ"), "gross_volume_measure"),
}
"""Dimensions (6313): gross weight, net weight, gross volume or volume."""
_NUMBER = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,10})?")
_LONGEST_RANGE = 1000
_SET = msgspec.structs.force_setattr


def pack(record: DespatchAdvice | ReceiptAdvice, tree: Tree) -> None:
    """Give the shipment its handling units, and each line those that it is in. The record was made here: it may be written to."""
    levels = tree.root.groups.get("CPS", ())
    units: dict[str, tuple[TransportHandlingUnit, ...]] = {}
    parents: dict[str, str] = {}
    found: list[TransportHandlingUnit] = []
    in_units: dict[int, tuple[TransportHandlingUnit, ...]] = {}
    for position, level in enumerate(levels):
        head = level.segments[0]
        name = taken(head, 1) or f"#{position}"
        above = taken(head, 2)
        if above and above != name and above in units:
            parents[name] = above
        outer = _numbered(name, units, parents) if name in parents else ()
        units[name] = tuple(_units_of(level, outer[0].id if len(outer) == 1 else None))
        found.extend(units[name])
        for line in level.groups.get("LIN", ()):
            own = tuple(_named_by(line))
            found.extend(one for one in own if one not in found)
            in_units[line.first] = own or _numbered(name, units, parents, itself=True)
    if found:
        _SET(record, "shipment", msgspec.structs.replace(record.shipment or Shipment(), transport_handling_units=tuple(found)))
    for one in record.despatch_lines if isinstance(record, DespatchAdvice) else record.receipt_lines:
        packed = in_units.get((one.origin.segment if one.origin else None) or 0)
        if packed:
            _SET(one, "transport_handling_units", packed)


def _numbered(
    name: str, units: dict[str, tuple[TransportHandlingUnit, ...]], parents: dict[str, str], *, itself: bool = False
) -> tuple[TransportHandlingUnit, ...]:
    """The packages with a number of the level, or of the nearest one above that has such."""
    at: str | None = name if itself else parents.get(name)
    while at is not None:
        if known := tuple(one for one in units.get(at, ()) if one.id is not None):
            return known
        at = parents.get(at)
    return ()


def _units_of(level: Group, parent: Identifier | None) -> Iterator[TransportHandlingUnit]:
    for package in level.groups.get("PAC", ()):
        head = package.segments[0]
        kind = taken(head, 3, 1)
        count = taken(head, 1)
        numbers = [one for marks in package.groups.get("PCI", ()) for one in _numbers(marks)]
        if len(numbers) == 1:
            yield TransportHandlingUnit(
                id=numbers[0], parent_id=parent, transport_handling_unit_type_code=kind or None, **_measures(package)
            )
            continue
        for number in numbers:  # the measures are those of all of them together
            yield TransportHandlingUnit(id=number, parent_id=parent, transport_handling_unit_type_code=kind or None)
        if not numbers and (count or kind):
            packages = Package(quantity=Decimal(count) if count.isdecimal() and count.isascii() else None, packaging_type_code=kind or None)
            yield TransportHandlingUnit(parent_id=parent, packages=(packages,))


def _measures(package: Group) -> dict[str, Any]:
    """Weights and volume (MEA) and handling instructions (HAN) of the package; of each the first that is a number."""
    found: dict[str, Any] = {}
    for segment in package.segments[1:]:
        field = _MEASURES.get(text(segment, 2, 1)) if segment[0] == "MEA" else None
        value = text(segment, 3, 2) if field else ""
        if field and field not in found and _NUMBER.fullmatch(value):
            unit = taken(segment, 3, 1)
            taken(segment, 1), taken(segment, 2, 1), taken(segment, 3, 2)
            found[field] = Quantity(value=Decimal(value.replace(",", ".")), unit_code=code_list("edifact_units").get(unit, unit) or None)
    for group in package.groups.get("HAN", ()):
        if "handling_instructions" not in found and (words := taken(group.segments[0], 1, 4)):
            found["handling_instructions"] = words
    return found


def _named_by(line: Group) -> Iterator[TransportHandlingUnit]:
    for marks in line.groups.get("PCI", ()):
        for number in _numbers(marks):
            yield TransportHandlingUnit(id=number)


def _numbers(marks: Group) -> Iterator[Identifier]:
    """Of GIN, or of GIR (7402 and what kind of number it is, 7405, in each element) as the automotive industry has it."""
    for group in marks.groups.get("GIR", ()):
        segment = group.segments[0]
        for element in range(2, len(segment) - 1):
            scheme = text(segment, element, 2)
            if scheme in _SCHEMES and (number := taken(segment, element, 1)):
                segment[-1] |= bit(element, 2)
                yield Identifier(value=number, scheme_id=_SCHEMES[scheme])
    for group in marks.groups.get("GIN", ()):
        segment = group.segments[0]
        scheme = text(segment, 1, 0)
        if scheme not in _SCHEMES:
            continue
        segment[-1] |= bit(1, 0)
        marks.segments[0][-1] |= bit(1, 0)  # that the package is marked with a number (4233) is said by the number
        for element in range(2, len(segment) - 1):
            first, last = taken(segment, element, 1), taken(segment, element, 2)
            for number in _range(first, last) if first else ():
                yield Identifier(value=number, scheme_id=_SCHEMES[scheme])


def _range(first: str, last: str) -> Iterable[str]:
    """All numbers from the first to the last; the two of them where they are no range."""
    if not last or last == first:
        return [first]
    fits = len(first) == len(last) == 18 and (first + last).isascii() and (first + last).isdecimal()  # noqa: PLR2004  # an SSCC
    right = fits and all(_with_check_digit(one[:17]) == one for one in (first, last))  # else the numbers would not be those that were sent
    count = int(last[:17]) - int(first[:17]) if right else 0
    if not 0 < count < _LONGEST_RANGE:
        return [first, last]
    return [_with_check_digit(f"{int(first[:17]) + offset:017}") for offset in range(count + 1)]


def _with_check_digit(digits: str) -> str:
    guess = f"{digits}0"
    _, right = gs1_fault(guess, (len(guess),))
    return right or guess
