"""UN/EDIFACT directories: which segments a message has in which groups, what elements a segment has, and what they are called.

The tables are text files in schemas/edifact, one per directory, written for this project from the UN directories (EANCOM: see README.md
there; how to add one: CONTRIBUTING.md):

    [message ORDERS Purchase order]     a segment or group a line, a group's members indented below it, its first is its trigger
    BGM!                                ! mandatory
    SG1*10                              *10 at most ten times
      RFF!
    [segments]                          tag, name, elements and composites in order
    DTM Date/time/period: C507!
    [composites]                        a component may have another format here than by itself: 3039!=an..17
    C507 Date/time/period: 2005! 2380 2379
    [elements]                          number, format, name
    2380 an..35 Date/time/period

>>> directory = nearest("D", "03A")
>>> directory.name, directory.segments["DTM"].elements[0].number, directory.elements["2380"].name
('D.01B', 'C507', 'Date or time or period value')
"""

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Part:
    """An element, composite or component where it is used."""

    number: str
    mandatory: bool
    format: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A segment or composite and its parts in order."""

    name: str
    elements: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """A data element; format as the standard writes it: an..35."""

    name: str
    format: str


@dataclass(frozen=True, slots=True)
class Member:
    """A segment or group within a message. tag: of the segment, or of the group's trigger. group: 'SG1', '' for a segment."""

    tag: str
    mandatory: bool
    maximum: int
    group: str = ""
    members: tuple["Member", ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A message type: its name and its members."""

    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """One directory, or the service segments of ISO 9735 (release '')."""

    release: str
    messages: dict[str, Message] = field(default_factory=dict)
    segments: dict[str, Row] = field(default_factory=dict)
    composites: dict[str, Row] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As people write it: D.96A."""
        return f"D.{self.release}"


def _age(release: str) -> int:
    """Half years since 1900: D.96A and D.96B are one apart."""
    year = int(release[:2])
    return 2 * (year + 100 if year < 80 else year) + (release[2:] > "A")  # noqa: PLR2004  # directories began in the eighties


_TABLES = files("schemas") / "edifact"

RELEASES = tuple(sorted((file.name[:3] for file in _TABLES.iterdir() if re.fullmatch(r"\d\d[A-Z]\.txt", file.name)), key=_age))
"""The directories that have a table, oldest first."""

REFERENCE = "96A"
"""Group numbers in mappings are those of this directory: the most used one, also that of EANCOM 1997."""


QUALIFIERS = frozenset(
    (
        *("1153", "2005", "3035", "3139", "3227", "4017", "4055", "4233", "4279", "4347", "4451", "5025", "5125", "5245"),
        *("5283", "5463", "6063", "6069", "6167", "6311", "6347", "7059", "7077", "7297", "7405", "8051", "8053"),
    )
)
"""Elements at the head of a segment that say what the rest of it means. Their names in the directories do not tell reliably."""

QUALIFIED = frozenset(
    (
        *("ALC", "CCI", "CNT", "CTA", "CUX", "DTM", "EQD", "FII", "FTX", "GIN", "GIR", "IMD", "LOC", "MEA", "MOA"),
        *("NAD", "PAT", "PCD", "PIA", "PRI", "QTY", "RFF", "RNG", "SCC", "TAX", "TDT", "TOD"),
    )
)
"""The segments whose first element or component is one of these, in every directory."""


@cache
def directory(release: str) -> Directory:
    """The directory of that release ('96A'); the service segments are in it too."""
    service = _read("service", "") if release else None
    return _read(release or "service", release, service)


def nearest(version: str, release: str, kind: str = "") -> Directory:
    """The directory that a message names, or of those that have a table (of that kind of message) the nearest in time, of two the older.

    >>> nearest("D", "93A").name, nearest("D", "93A", "RECADV").name
    ('D.93A', 'D.96A')
    """
    return directory(_nearest(version.strip().upper(), release.strip().upper(), kind))


@cache
def code_names() -> dict[str, dict[str, str]]:
    """Number of an element -> code -> its name, as far as schemas/edifact/codes.txt has it.

    >>> code_names()["3035"]["BY"]
    'Buyer'
    """
    names: dict[str, dict[str, str]] = {}
    for line in (_TABLES / "codes.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            names[line[1:5]] = {}
        elif line and not line.startswith("#"):
            code, _, name = line.partition(" ")
            names[list(names)[-1]][code] = name
    return names


@lru_cache(1000)  # of what messages say of themselves
def _nearest(version: str, release: str, kind: str) -> str:
    if version == "D" and re.fullmatch(r"\d\d[A-Z]?", release):
        ordered = sorted(RELEASES, key=lambda one: abs(_age(one) - _age(release)))
    else:
        ordered = [*RELEASES]  # versions 1, 2, 90 to 92 and S came before D.93A
    return next((one for one in ordered if not kind or kind in directory(one).messages), ordered[0])


def _read(name: str, release: str, service: Directory | None = None) -> Directory:
    text = (_TABLES / f"{name}.txt").read_text("utf-8")
    table = Directory(release)
    if service:
        table.messages.update(service.messages)
        table.segments.update(service.segments)
        table.composites.update(service.composites)
        table.elements.update(service.elements)
    for head, body in re.findall(r"^\[(.+)\]\n((?:(?!\[).*\n?)*)", text, re.MULTILINE):
        lines = [line for line in body.splitlines() if line.strip()]
        if head.startswith("message "):
            _, kind, title = head.split(" ", 2)
            table.messages[kind] = Message(title, _members(lines))
        elif head == "elements":
            for line in lines:
                number, form, title = line.split(" ", 2)
                table.elements[number] = Element(title, form)
        else:
            for line in lines:
                title, _, parts = line.partition(": ")
                row = Row(title[4 if head == "segments" else 5 :], tuple(part for one in parts.split() for part in _parts(one)))
                (table.segments if head == "segments" else table.composites)[title.split(" ", 1)[0]] = row
    return table


def _members(lines: list[str]) -> tuple[Member, ...]:
    """The members that these lines describe, all those that are indented deeper within their group."""
    members = []
    while lines:
        line = lines.pop(0)
        depth = len(line) - len(line.lstrip())
        inner = []
        while lines and len(lines[0]) - len(lines[0].lstrip()) > depth:
            inner.append(lines.pop(0))
        name, mandatory, maximum = _marks(line.strip())
        within = _members(inner)
        members.append(Member(within[0].tag if within else name, mandatory, maximum, name if within else "", within))
    return tuple(members)


def _parts(text: str) -> tuple[Part, ...]:
    """The element; one that repeats stands several times, as syntax versions 1 to 3 have it (such elements come last)."""
    text, _, form = text.partition("=")
    number, mandatory, repeats = _marks(text)
    return (Part(number, mandatory, form), *(Part(number, False, form) for _ in range(repeats - 1)))


def _marks(text: str) -> tuple[str, bool, int]:
    text, _, maximum = text.partition("*")
    return text.rstrip("!"), text.endswith("!"), int(maximum or 1)
