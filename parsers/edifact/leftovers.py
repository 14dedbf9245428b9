"""What no mapping has placed, by its path in the words of the directory: nothing that a sender wrote is dropped.

    RFF[1153=PL]                    the value that belongs to the qualifier
    PIA[4347=1]/C212[7143=GB]/7140  any other
    NAD[3035=BY]/RFF[1153=API]      in a group, after the group's trigger
    FTX[4451=AAI]/4453#2            the second with the same path
"""

from bisect import bisect_left
from functools import lru_cache

from parsers.edifact.directory import QUALIFIERS, directory
from parsers.edifact.forms import stage, values
from parsers.edifact.steps import Model
from parsers.edifact.syntax import restored
from parsers.edifact.tree import Group, Segment, Tree, bit
from wharfinger.rehearsal import Undecidable, Written, written_out

_SERVICE = frozenset(("UNH", "UNT", "UNS"))
_TAGS = 20_000
"""So much is remembered of tags and places: more than all directories have, but a file may be full of tags of its own."""


def leftovers(tree: Tree, apart: str) -> tuple[dict[str, str], dict[int, dict[str, str]]]:
    """What is left in the message, and for each group with the key `apart` (the lines), by the number of its first segment."""
    of_message: dict[str, str] = {}
    of_lines: dict[int, dict[str, str]] = {}
    _collect(tree.root, "", of_message)
    _collect_within(tree.root, "", of_message, apart, of_lines)
    return of_message, of_lines


def _collect_within(group: Group, prefix: str, found: dict[str, str], apart: str, of_lines: dict[int, dict[str, str]]) -> None:
    """The groups in the group; lines may be in any of them."""
    for key, groups in group.groups.items():
        for one in groups:
            if key == apart:
                if left := _of_line(one):
                    of_lines[one.first] = left
            else:
                _collect(one, prefix, found, apart, of_lines)


def _of_line(group: Group) -> dict[str, str]:
    found: dict[str, str] = {}
    model: Model | None = group.model
    written = _written(model, group.tree) if model else None
    if written is None:
        _collect(group, "", found, group.key)
    elif written is not _nothing:
        found = written(values(group), (), group)
    return found


def _written(model: Model, tree: Tree) -> Written | None:
    """What is left of the groups of a known form, as a function of their values; None when that depends on the values."""
    if model.left is None:
        found: dict[str, str] = {}
        try:
            _collect(stage(model, tree), "", found, model.form.key)
            model.left = (written_out(found, model.form.values) if found else _nothing,)
        except Undecidable:
            model.left = (None,)
    written: Written | None = model.left[0]
    return written


def _nothing(values: object, context: object, node: object) -> dict[str, str]:
    return {}


def _collect(
    group: Group, prefix: str, found: dict[str, str], apart: str = "", of_lines: dict[int, dict[str, str]] | None = None
) -> None:
    """The group's own segments, and those of the groups in it (of the whole message: not of them).

    apart: key of the lines, which are no part of a path.
    """
    if group.model and _written(group.model, group.tree) is _nothing:
        return
    release = group.tree.directory.release
    for position, segment in enumerate(group.segments):
        tag, marks = segment[0], segment[-1]
        if tag in _SERVICE:
            continue
        if marks == -1:
            for copy in group.tree.copies(segment):
                _add(copy, prefix, release, found)
            continue
        for element, unplaced in _to_look_at(release, tag, marks, len(segment)):
            text = segment[element]
            if text and text.count(":") >= unplaced[0] and _has_any(text, unplaced):
                inner = prefix if position == 0 or group.key in ("", apart) else f"{prefix}{_name(group.segments[0], release)}/"
                _add(segment, inner, release, found)
                break
    if group.key and group.groups:
        inner = prefix if group.key == apart else f"{prefix}{_name(group.segments[0], release)}/"
        if of_lines is None:
            for groups in group.groups.values():
                for one in groups:
                    _collect(one, inner, found)
        else:
            _collect_within(group, inner, found, apart, of_lines)


def _has_any(text: str, unplaced: tuple[int, ...]) -> bool:
    """Whether any of these components, counted from 0, says something. The last one of them stands for all after it."""
    components = text.split(":")
    count = len(components)
    for index in unplaced:
        if index >= count:
            return False
        if components[index]:
            return True
    return count > unplaced[-1] + 1 and any(components[unplaced[-1] :])


@lru_cache(_TAGS)
def _to_look_at(release: str, tag: str, marks: int, length: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Elements that are not wholly placed: their position, and which components are not; the last is the first past the composite."""
    row = directory(release).segments.get(tag)
    if marks and _qualifier(release, tag):
        marks |= bit(1, 0) | bit(1, 1)  # the qualifier of what was placed is no news
    looks: list[tuple[int, tuple[int, ...]]] = []
    for element in range(1, length - 1):
        inner = None
        if row and element <= len(row.elements):
            inner = directory(release).composites.get(row.elements[element - 1].number)
        if inner is None:
            looks.append((element, (1,) if marks & bit(element, 0) else (0, 1)))
        else:
            count = len(inner.elements)
            looks.append((element, (*(index for index in range(count) if not marks & bit(element, index + 1)), count)))
    return tuple(looks)


def _add(segment: Segment, prefix: str, release: str, found: dict[str, str]) -> None:
    tag, marks = segment[0], segment[-1]
    name = _name(segment, release)
    values = []
    for element, text in enumerate(segment[1:-1], 1):
        for component, value in enumerate(text.split(":"), 1):
            path, at = _path(release, tag, element, component)
            if value.strip() and not marks & bit(*at):
                values.append((at, path, restored(value.strip())))
    plain = restored(tag)
    qualified = name != plain
    if qualified and (len(values) > 1 or marks):
        values = [one for one in values if one[0] not in ((1, 0), (1, 1))]  # the qualifier is in the path already
    elif qualified and values and values[0][0] in ((1, 0), (1, 1)):
        name = plain
    for at, path, value in values:
        short = qualified and name != plain and at == _main(release, tag)
        whole = prefix + (name if short else f"{name}/{path}")
        found[whole if whole not in found else f"{whole}#{_next(whole, found)}"] = value


def _next(whole: str, found: dict[str, str]) -> int:
    """The first number that is free; all before it are taken, so that few have to be looked at."""
    above = 2
    while f"{whole}#{above}" in found:
        above *= 2
    return bisect_left(range(above + 1), True, 2, key=lambda number: f"{whole}#{number}" not in found)


def _name(segment: Segment, release: str) -> str:
    """The segment's tag, with its qualifier if it has one: NAD[3035=BY]."""
    tag: str = segment[0]
    number = _qualifier(release, tag)
    value = restored(segment[1].partition(":")[0].strip()) if number and len(segment) > 2 else ""  # noqa: PLR2004  # tag and bits
    return f"{tag}[{number}={value}]" if value else restored(tag)


@lru_cache(_TAGS)
def _qualifier(release: str, tag: str) -> str:
    """The number of the element at the segment's head if it is a qualifier."""
    table = directory(release)
    row = table.segments.get(tag)
    if row is None or tag in ("BGM", "TOD") or not row.elements:  # no field says what function a TOD has (4055)
        return ""
    number = row.elements[0].number
    if number in table.composites:
        number = table.composites[number].elements[0].number
    return number if number in QUALIFIERS else ""


@lru_cache(_TAGS)
def _main(release: str, tag: str) -> tuple[int, int]:
    """Where the value stands that the qualifier qualifies: the component or element after it."""
    table = directory(release)
    elements = table.segments[tag].elements
    if elements[0].number in table.composites:
        return (1, 2)
    return (2, 1 if len(elements) > 1 and elements[1].number in table.composites else 0)


@lru_cache(_TAGS)
def _path(release: str, tag: str, element: int, component: int) -> tuple[str, tuple[int, int]]:
    """The path of a component below its segment, and its place; where the directory has no such component, its position."""
    table = directory(release)
    row = table.segments.get(tag)
    if row is None or element > len(row.elements):
        return f"{element}.{component}", (element, component)
    number = row.elements[element - 1].number
    same = [index for index, one in enumerate(row.elements, 1) if one.number == number]
    nth = f"#{same.index(element) + 1}" if same.index(element) else ""
    inner = table.composites.get(number)
    if inner is None:
        return (f"{number}{nth}", (element, 0)) if component == 1 else (f"{number}{nth}.{component}", (element, component))
    if component > len(inner.elements):
        return f"{number}{nth}.{component}", (element, component)
    name = inner.elements[component - 1].number
    before = sum(1 for one in inner.elements[: component - 1] if one.number == name)
    return f"{number}{nth}/{name}" + (f"#{before + 1}" if before else ""), (element, component)
