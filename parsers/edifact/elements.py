"""The elements of each segment against the directory: mandatory ones, lengths, numbers, how many there may be.

One regular expression per directory says in one call whether a whole message is in order; only the segments that it stops at are
looked at element by element.

>>> tree = build(["UNH+1+ORDERS:D:96A:UN", "BGM+220+4711", "DTM+:20261101:102", "QTY+21:many", "UNT+5+1"], "ORDERS", directory("96A"))
>>> check(["UNH+1+ORDERS:D:96A:UN", "BGM+220+4711", "DTM+:20261101:102", "QTY+21:many", "UNT+5+1"], tree)
>>> [(fault.code, fault.segment, fault.expected) for fault in tree.faults if fault.element]
[('edifact-element-missing', 3, '2005 Date/time/period qualifier'), ('edifact-element-format', 4, 'n..15')]
"""

import re
from functools import cache

from parsers.edifact.directory import Directory, Part, Row, directory
from parsers.edifact.structure import build
from parsers.edifact.tree import FAULT_LIMIT, Tree

__all__ = ["build", "check", "directory", "in_order", "pattern"]

_FREQUENT = ("LIN", "PIA", "IMD", "QTY", "PRI", "MOA", "DTM", "RFF", "NAD", "FTX", "TAX", "ALC", "LOC")


def check(segments: list[str], tree: Tree) -> None:
    """Add what is wrong in the elements to the tree's faults. Groups that are folded are in order."""
    begin = 0
    for first, after in tree.folds:
        if begin < first - 1:
            _check(segments[begin : first - 1], begin + 1, tree)
        begin = after - 1
    if begin < len(segments):
        _check(segments[begin:], begin + 1, tree)


def in_order(text: str, release: str) -> bool:
    """Whether nothing is wrong in the elements of these segments, each with its terminator."""
    return _message_pattern(release).fullmatch(text) is not None


def _check(segments: list[str], first: int, tree: Tree) -> None:
    """Segments that follow each other. first: the number of the first."""
    table = tree.directory
    text = "'".join(segments) + "'"
    position = index = 0
    orderly = _message_pattern(table.release)
    while position < len(text) and len(tree.faults) < FAULT_LIMIT:
        match = orderly.match(text, position)
        end = match.end() if match else position
        if end >= len(text):
            return
        index += text.count("'", position, end)
        _look(segments[index], first + index, table, tree)
        position = text.index("'", end) + 1
        index += 1


def _look(text: str, number: int, table: Directory, tree: Tree) -> None:
    """One segment, element by element."""
    tag, *elements = text.split("+")
    row = table.segments.get(tag)
    if row is None or tag in ("UNH", "UNT"):
        return  # the structure or the envelope speaks of it
    for index, part in enumerate(row.elements, 1):
        value = elements[index - 1] if index <= len(elements) else ""
        composite = table.composites.get(part.number)
        if not value.strip(":"):
            if part.mandatory:
                name = composite.name if composite else table.elements[part.number].name
                tree.fault("edifact-element-missing", number, tag, element=index, expected=f"{part.number} {name}")
        elif composite:
            _look_inside(value, composite, number, tag, index, table, tree)
        else:
            _look_at(value, part, number, tag, index, None, table, tree)
    for index in range(len(row.elements) + 1, len(elements) + 1):
        if elements[index - 1]:
            tree.fault("edifact-element-unknown", number, tag, element=index, found=elements[index - 1])


def _look_inside(value: str, composite: Row, number: int, tag: str, element: int, table: Directory, tree: Tree) -> None:
    components = value.split(":")
    for index, part in enumerate(composite.elements, 1):
        component = components[index - 1] if index <= len(components) else ""
        if component:
            _look_at(component, part, number, tag, element, index, table, tree)
        elif part.mandatory:
            name = f"{part.number} {table.elements[part.number].name}"
            tree.fault("edifact-element-missing", number, tag, element=element, component=index, expected=name)
    for index in range(len(composite.elements) + 1, len(components) + 1):
        if components[index - 1]:
            tree.fault("edifact-element-unknown", number, tag, element=element, component=index, found=components[index - 1])


def _look_at(value: str, part: Part, number: int, tag: str, element: int, component: int | None, table: Directory, tree: Tree) -> None:
    form = part.format or table.elements[part.number].format
    if not re.fullmatch(pattern(form), value):
        limit = int(form.rpartition(".")[2].lstrip("an"))
        code = "edifact-element-too-long" if len(value) > limit and not form.startswith("n") else "edifact-element-format"
        tree.fault(code, number, tag, element=element, component=component, expected=form, found=value)


@cache
def _message_pattern(release: str) -> re.Pattern[str]:
    """As many segments in order as follow each other."""
    table = directory(release)
    tags = sorted(table.segments, key=lambda tag: (_FREQUENT.index(tag) if tag in _FREQUENT else len(_FREQUENT), tag))
    initials = list(dict.fromkeys(tag[0] for tag in tags))
    groups = []
    for initial in initials:
        rows = "|".join(tag[1:] + _segment(tag, table) for tag in tags if tag[0] == initial)
        groups.append(f"{initial}(?:{rows})")
    return re.compile(f"(?:(?:{'|'.join(groups)})')*+")


def _segment(tag: str, table: Directory) -> str:
    if tag in ("UNH", "UNT"):
        return "[^']*+"
    values = []
    for part in table.segments[tag].elements:
        composite = table.composites.get(part.number)
        if composite:
            components = [(_form(one, table), one.mandatory) for one in composite.elements]
            values.append((_sequence(components, ":"), part.mandatory))
        else:
            values.append((_form(part, table), part.mandatory))
    return r"\+" + _sequence(values, r"\+") if values else ""


def _form(part: Part, table: Directory) -> str:
    return pattern(part.format or table.elements[part.number].format)


@cache
def pattern(form: str) -> str:
    """The expression for an..35, n..15, a3."""
    kind, _, limit = form.rpartition("..")
    least = "1," if kind else ""
    kind = kind or form.rstrip("0123456789")
    size = limit if least else form[len(kind) :]
    if kind == "n":
        most = f"{{0,{size}}}"
        return rf"-?(?:[0-9]{{{least}{size}}}(?:[.,][0-9]{most})?|[.,][0-9]{{1,{size}}})"
    return rf"[^+:']{{{least}{size}}}"


def _sequence(values: list[tuple[str, bool]], separator: str) -> str:
    """Values between separators; what is conditional may be empty, and left out with all that follows if nothing there is mandatory."""
    pattern = ""
    required = False  # whether anything after the value is
    for value, mandatory in reversed(values):
        if pattern:
            pattern = f"{separator}{pattern}" if required else f"(?:{separator}{pattern})?"
        pattern = (value if mandatory else f"(?:{value})?") + pattern
        required = required or mandatory
    return pattern
