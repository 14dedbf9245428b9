"""The EDIFACT tables: against the directories of UN/CEFACT where they are, and in themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from parsers.edifact.directory import REFERENCE, RELEASES, Member, Row, directory, nearest
from parsers.edifact.elements import check
from parsers.edifact.steps import key
from parsers.edifact.structure import build

DEFINITIONS = Path(__file__).parents[2] / "shared" / "definitions" / "edifact"
KINDS = ("ORDERS", "ORDCHG", "ORDRSP", "DESADV", "RECADV", "INVOIC", "REMADV", "APERAK")
NOT_IN = {("RECADV", "93A"), ("APERAK", "93A")}
"""UN/CEFACT took these in later."""
NEWER_THAN_93A = {
    "ORDERS": {"APR", "LIN/CCI", "LIN/STG", "LIN/STG/QTY"},
    "ORDCHG": {"APR", "AJT", "LIN/AJT", "LIN/CCI", "LIN/STG", "LIN/STG/QTY"},
    "ORDRSP": {"APR", "AJT", "LIN/AJT", "LIN/CCI", "LIN/STG", "LIN/STG/QTY"},
    "DESADV": {"CPS/LIN/QVR"},
    "INVOIC": {"TDT/RFF", "AJT", "INP"},
    "REMADV": {"DOC/INP"},
}
"""The groups of D.96A that D.93A has not, by their triggers."""

pytestmark = pytest.mark.parametrize("release", RELEASES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_groups_of_a_message_are_those_of_the_directory(kind: str, release: str) -> None:
    prefix = f"{kind}:D:{release}:UN::"
    expected = {
        name.removeprefix(prefix): [(row[at], row[at + 1], int(row[at + 2])) for at in range(2, len(row) - 2, 3)]
        for name, row in _rows("EDMD", release).items()
        if name.startswith(prefix)
    }

    message = directory(release).messages.get(kind)

    assert ((kind, release) in NOT_IN) == (not expected)
    assert expected == (_structure(message.members, "") if message else {})


def test_the_elements_of_a_segment_are_those_of_the_directory(release: str) -> None:
    rows, table = _rows("EDSD", release), directory(release)

    for tag, row in _own(table.segments).items():
        cells = rows[tag]
        expected = [
            (cells[at + 1], cells[at + 2] == "M" and not again) for at in range(2, len(cells) - 3, 4) for again in range(int(cells[at + 3]))
        ]
        assert expected == [(one.number, one.mandatory) for one in row.elements], tag
        assert _plain(cells[1]) == _plain(row.name), tag


def test_the_components_of_a_composite_are_those_of_the_directory(release: str) -> None:
    rows, table = _rows("EDCD", release), directory(release)

    for number, row in _own(table.composites).items():
        cells = rows[number]
        expected = [(cells[at + 1], cells[at + 2] == "M", cells[at + 3]) for at in range(2, len(cells) - 3, 4)]
        assert expected == [(one.number, one.mandatory, one.format or table.elements[one.number].format) for one in row.elements], number
        assert _plain(cells[1]) == _plain(row.name), number


def test_an_element_has_the_format_and_the_name_of_the_directory(release: str) -> None:
    rows, table = _rows("EDED", release), directory(release)

    for number in table.elements.keys() - directory("").elements.keys():
        assert rows[number][1] == table.elements[number].format, number
        assert _plain(rows[number][3]) == _plain(table.elements[number].name), number


def test_all_that_a_message_uses_is_in_the_tables(release: str) -> None:
    table = directory(release)
    tags = {tag for message in table.messages.values() for tag in _tags(message.members)}
    parts = {part.number for row in table.segments.values() for part in row.elements}
    inner = {part.number for row in table.composites.values() for part in row.elements}

    assert set() == tags - table.segments.keys()
    assert set() == parts - table.elements.keys() - table.composites.keys()
    assert set() == inner - table.elements.keys()
    assert [] == [one for one in table.elements.values() if not re.fullmatch(r"(a|n|an)(\.\.)?\d+", one.format)]


@pytest.mark.parametrize("kind", [*KINDS, "CONTRL"])
def test_a_group_that_mappings_name_is_in_every_directory_that_has_the_message(kind: str, release: str) -> None:
    message = directory(release).messages.get(kind)
    of_reference = set(_paths(directory(REFERENCE).messages[kind].members))

    missing = of_reference - set(_paths(message.members)) if message else set()

    assert (NEWER_THAN_93A.get(kind, set()) if release == "93A" else set()) == missing


@pytest.mark.parametrize("kind", [*KINDS, "CONTRL"])
def test_a_message_that_a_directory_has_not_is_read_by_the_next_that_has_it(kind: str, release: str) -> None:
    table = nearest("D", release, kind)

    assert ("96A" if (kind, release) in NOT_IN else release) == table.release
    assert kind in table.messages


@pytest.mark.parametrize("version", ["D:3", "4:1"])
def test_a_syntax_report_of_syntax_3_and_4_is_in_order(version: str, release: str) -> None:
    segments = [
        f"UNH+1+CONTRL:{version}:UN",
        "UCI+7+4012345500004:14+5412345000013:14+4+29+UNZ+2" + ("+SEC1+3" if version == "4:1" else ""),
        "UCM+1+ORDERS:D:96A:UN+4+13",
        "UCS+14+16",
        "UCD+39+3:1:2" if version == "4:1" else "UCD+39+3:1",
        *(["UCM+++7++++P1+1:4711"] if version == "4:1" else []),
        "UCF+2+US+THEM+4+28+UNE",
        "UNT+7+1",
    ]
    tree = build(segments, "CONTRL", directory(release))
    check(segments, tree)

    assert [] == [(fault.code, fault.segment) for fault in tree.faults]
    assert ["UCM", "UCF"] == [*tree.root.groups]


def _rows(name: str, release: str) -> dict[str, list[str]]:
    file = DEFINITIONS / f"{name}.d{release.lower()}.csv"
    if not file.is_file():
        pytest.skip("the directory is not here")
    text = file.read_text("latin-1")
    rows = ([cell.strip() for cell in line.rstrip(";").split(";")] for line in text.splitlines() if line.strip())
    return {row[0]: row for row in rows}


def _structure(members: tuple[Member, ...], group: str) -> dict[str, list[tuple[str, str, int]]]:
    found = {group: [(one.group or one.tag, "M" if one.mandatory else "C", one.maximum) for one in members]}
    for one in members:
        if one.group:
            found |= _structure(one.members, one.group)
    return found


def _own(rows: dict[str, Row]) -> dict[str, Row]:
    service = directory("")
    return {name: row for name, row in rows.items() if name not in service.segments and name not in service.composites}


def _plain(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().casefold()


def _tags(members: tuple[Member, ...]) -> Iterator[str]:
    for one in members:
        yield one.tag
        yield from _tags(one.members)


def _paths(members: tuple[Member, ...], before: str = "") -> Iterator[str]:
    for index, one in enumerate(members):
        if one.group:
            path = before + key(members, index)
            yield path
            yield from _paths(one.members, f"{path}/")
