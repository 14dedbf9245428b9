"""Paths into EDIFACT messages, the tables behind them, and what a wrong path is told."""

import csv
import io
import re
from importlib.resources import files

import pytest

from parsers import edifact
from parsers.edifact import messages
from parsers.edifact.dates import guess, iso
from parsers.edifact.directory import QUALIFIED, QUALIFIERS, RELEASES, directory
from parsers.edifact.notation import Edifact
from parsers.edifact.structure import build
from parsers.edifact.tree import ITEM_NUMBERS, Group
from wharfinger.contracts import Context, Document
from wharfinger.mapping import MappingError, compile_mapping
from wharfinger.records import Order

MESSAGES = sorted(
    file.name.removesuffix(".yaml").upper()
    for file in (files("mappings") / "formats" / "edifact").iterdir()
    if file.name.endswith(".yaml") and file.name != "parts.yaml"
)

SEGMENTS = [
    "UNH+1+ORDERS:D:96A:UN",
    "BGM+220+4711+9",
    "DTM+137:20261101:102",
    "DTM+2:2026112020261125:718",
    "FTX+AAI+++first:second",
    "FTX+DEL+++third",
    "NAD+BY+4012345500004::9++Nordwind",
    "RFF+VA:DE1",
    "NAD+SU+S-1::92++A long name that fills its component:s end",
    "CUX+2:EUR:9",
    "LIN+1++4000862141404:EN",
    "PIA+1+OF-24:SA+100024:IN",
    "QTY+21:24:PCE",
    "QTY+192:2",
    "PRI+AAB:4",
    "PRI+AAA:3.50",
    "UNS+S",
    "UNT+18+1",
]


def root(release: str = "96A") -> Group:
    tree = build(SEGMENTS, "ORDERS", directory(release))
    tree.index()
    return tree.root


def values(path: str, release: str = "96A", *, of_line: bool = False, **words: object) -> list[str]:
    notation = Edifact(directory(release))
    node = root(release).groups["LIN"][0] if of_line else root(release)
    return [raw for raw, _ in notation.values({"path": path, **words})(node)]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("BGM/1004", ["4711"]),
        ("BGM/C002/1001", ["220"]),
        ("BGM/1001", ["220"]),
        ("DTM[2005=137]/2380", ["2026-11-01"]),
        ("DTM[2005=4|137]/2380", ["2026-11-01"]),
        ("DTM[2005=2]/2380", ["2026-11-20"]),
        ("SG2[NAD/3035=SU]/NAD/C082/3039", ["S-1"]),
        ("SG2[NAD/C082/3055=9]/NAD/3039", ["4012345500004"]),
        ("SG2[NAD/C082/3055!=9]/NAD/3039", ["S-1"]),
        ("SG2[RFF/1153=VA]/NAD/3035", ["BY"]),
        ("SG2/SG3[RFF/1153=VA]/RFF/1154", ["DE1"]),
        ("SG2[NAD/3035=SU]/C082/3039", ["S-1"]),
        ("SG25/PIA/C212[7143=IN]/7140", ["100024"]),
        ("SG25/PIA/C212[7140~OF-.*]/7140", ["OF-24"]),
        ("SG25/QTY[!6411]/6060", ["2"]),
        ("SG25/QTY[6411]/6060", ["24"]),
        ("SG25/SG28[PRI/5125=AAA]/PRI/5118", ["3.50"]),
        ("FTX/C108/4440#2", ["second"]),
        ("/SG7/CUX/6345", ["EUR"]),
        ("BGM/C002/1000", []),
        ("SG9/TDT/8051", []),
    ],
)
def test_a_path_finds_the_same_in_every_directory(release: str, path: str, found: list[str]) -> None:
    assert found == values(path, release)


def test_from_a_line_a_path_reads_that_line_and_with_a_slash_the_message() -> None:
    assert (["24"], ["EUR"], []) == (
        values("QTY[6063=21]/6060", of_line=True),
        values("/SG7/CUX/6345", of_line=True),
        values("SG7/CUX/6345", of_line=True),
    )


def test_all_takes_every_value_and_join_makes_one_text_of_the_components() -> None:
    assert ["first", "second", "third"] == values("FTX/C108/4440", all=True)
    assert ["first second", "third"] == values("FTX/C108/4440", all=True, join=True)


def test_a_component_that_is_full_runs_on_without_a_blank() -> None:
    full = "A name of exactly thirty-five chars"
    assert len(full) == 35
    segments = [SEGMENTS[0], f"NAD+BY+++{full}:Limited:Hamburg", "UNT+3+1"]

    tree = build(segments, "ORDERS", directory("96A"))
    tree.index()

    [(raw, _)] = Edifact(directory("96A")).values({"path": "SG2/NAD/C080/3036", "join": True})(tree.root)

    assert f"{full}Limited Hamburg" == raw


def test_part_takes_start_or_end_of_a_period() -> None:
    assert (["2026-11-25"], []) == (values("DTM[2005=2]/2380", part="end"), values("DTM[2005=137]/2380", part="end"))


def test_a_code_list_translates_what_it_lists() -> None:
    assert ["C62"] == values("SG25/QTY[6063=21]/6411", code_list="edifact_units")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("", "an empty path"),
        ("BGM", "end with the number of an element"),
        ("BGM/9999", "BGM has no 9999; valid: .*C002/1001.*1004"),
        ("ZZZ/1004", "no directory has a segment ZZZ"),
        ("SG99/BGM/1004", "D.96A has no group SG99"),
        ("CUX/C504/6345/6347", "has no place here"),
        ("BGM/C002[1001=220/1004", "is no step"),
        ("DTM/2380-x", "is no step"),
        ("SG2[3035=BY]/NAD/3039", "write a group's predicate as"),
        ("LOC/3225[3227=7]", "has no place here"),
        ("LOC/1131", "stands in C517 and C519 and C553 of LOC"),
    ],
)
def test_a_wrong_path_is_refused_with_what_would_be_valid(path: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Edifact(directory("96A")).values({"path": path})


def test_an_unknown_word_and_an_unknown_code_list_are_refused() -> None:
    with pytest.raises(ValueError, match="valid are path, all, join"):
        Edifact(directory("96A")).values({"path": "BGM/1004", "trim": True})
    with pytest.raises(ValueError, match=r"there is no mappings/codes/nothing\.csv"):
        Edifact(directory("96A")).values({"path": "BGM/1004", "code_list": "nothing"})


def test_a_mapping_with_a_wrong_path_names_the_field() -> None:
    with pytest.raises(MappingError, match=r"order_lines\.quantity\.value: QTY/9999"):
        compile_mapping(Order, {"order_lines": {"each": "SG25", "quantity": {"value": "QTY/9999"}}}, Edifact(directory("96A")))


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_mapping_compiles_for_every_directory(message: str, release: str) -> None:
    records = []
    for number, stated in enumerate(messages._kinds(message)):
        tree = build([f"UNH+1+{message}:D:{release}:UN", "BGM+1+7", "UNT+3+1"], message, directory(release))
        tree.index()
        records.append((stated["kind"], messages._builder(message, number, release, b"{}").build(tree.root, [])))

    assert all(record is None or type(record).__name__ == kind for kind, record in records)


@pytest.mark.parametrize("release", RELEASES)
def test_the_orders_mapping_reads_an_order_of_every_directory(release: str) -> None:
    order = messages._builder("ORDERS", 3, release, b"{}").build(root(release), [])

    assert ("4711", "OF-24") == (order.id, order.order_lines[0].item.sellers_item_identification.value)


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("20261101", "102", "2026-11-01"),
        ("202611010930", "203", "2026-11-01T09:30"),
        ("20261101093015", "204", "2026-11-01T09:30:15"),
        ("261101", "101", "2026-11-01"),
        ("2611010930", "201", "2026-11-01T09:30"),
        ("202611010930CET", "303", "2026-11-01T09:30+01:00"),
        ("20261101093000-0530", "304", "2026-11-01T09:30:00-05:30"),
        ("202611010930P00", "303", "2026-11-01T09:30+00:00"),
        ("2611010930M05", "301", "2026-11-01T09:30-05:00"),
        ("202611010930XYZ", "303", "2026-11-01T09:30"),
        ("202611010930", "303", "2026-11-01T09:30"),
        ("01112026", "4", "2026-11-01"),
        ("202648", "616", "2026-11-23/2026-11-29"),
        ("202611", "610", "2026-11-01/2026-11-30"),
        ("2026", "602", "2026-01-01/2026-12-31"),
        ("2026110120261115", "718", "2026-11-01/2026-11-15"),
        ("20261101-20261115", "718", "2026-11-01/2026-11-15"),
        ("202611010800202611011200", "719", "2026-11-01T08:00/2026-11-01T12:00"),
        ("202648202649", "702", "2026-11-23/2026-12-06"),
        ("20261301", "102", None),
        ("20261101", "203", None),
        ("2026-11-01", "102", None),
        ("30", "804", None),
        ("٢٠٢٦١١٠١", "102", None),
    ],
)
def test_a_date_is_read_by_its_format_code(value: str, code: str, expected: str | None) -> None:
    assert expected == iso(value, code)


@pytest.mark.parametrize(("value", "expected"), [("2026-11-01", "2026-11-01"), ("01.11.2026", "2026-11-01"), ("20261101", "2026-11-01"), ("soon", None)])
def test_a_date_with_a_wrong_format_code_is_read_by_its_looks(value: str, expected: str | None) -> None:
    assert expected == guess(value)


def test_the_segments_with_a_qualifier_and_the_item_numbers_are_those_of_every_directory() -> None:
    for release in RELEASES:
        table = directory(release)
        for tag in QUALIFIED & table.segments.keys():
            head = table.segments[tag].elements[0].number
            first = table.composites[head].elements[0].number if head in table.composites else head
            assert first in QUALIFIERS, (release, tag)
        for tag, element in ITEM_NUMBERS.items():
            assert "C212" == table.segments[tag].elements[element - 1].number


def test_the_unit_codes_lead_to_codes_of_recommendation_20() -> None:
    rows = list(csv.reader(line for line in (files("mappings") / "codes" / "edifact_units.csv").read_text("utf-8").splitlines() if not line.startswith("#")))
    listed = (files("mappings") / "codes" / "units_rec20.csv").read_text("utf-8")

    missing = [row[1] for row in rows[1:] if not re.search(rf"^{row[1]},", listed, re.MULTILINE) and not re.fullmatch("X[A-Z]{2}", row[1])]

    assert [] == missing
    assert len(rows) == len({row[0] for row in rows})


def test_delivery_date_that_stands_beside_the_earliest_and_latest_ones_is_kept() -> None:
    message = "UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'DTM+137:20261101:102'DTM+2:20261120:102'DTM+64:20261118:102'DTM+63:20261125:102'"
    raw = f"UNB+UNOC:3+A+B+261101:1000+1'{message}NAD+BY+1'NAD+SU+2'LIN+1++4000862141404:EN'QTY+21:1'UNS+S'UNT+12+1'UNZ+1+1'"
    [found] = [item for item in edifact.parse(io.BytesIO(raw.encode()), Context()) if isinstance(item, Document)]

    assert found.record is not None
    assert "20261120" in found.record.extensions.values()
