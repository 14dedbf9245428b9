"""What is read by a known form is the same as what is read in the general way, of orders of every kind and at fault in every way."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsers import edifact
from parsers.edifact import messages, steps, structure
from parsers.edifact.directory import directory
from parsers.edifact.forms import learn
from parsers.edifact.tree import Group
from wharfinger.contracts import Context, Document, Interchange, Item
from wharfinger.records import Order

FIXTURES = sorted((Path(__file__).parent / "fixtures" / "edifact").glob("*.edi"))
CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "edifact"
HEAD = "UNB+UNOC:3+A+B+261101:0900+7'UNH+1+ORDERS:D:{directory}:UN'BGM+220+4711+9'DTM+137:20261101:102'NAD+BY+4012345500004::9'CUX+2:EUR:9'"
LINE = (
    "LIN+{n}++400086214140{n}:EN'PIA+1+OF-{n}:SA+1{n}:IN'IMD+F++:::Oil filter {n}'IMD+C++CU::9:{long}:and so on'QTY+21:{n}4:PCE'"
    "DTM+2:2026112{n}:102'DTM+69:2026112{n}0930:203'MOA+203:{n}.50'FTX+AAI+++Mind the step {n}'PRI+AAA:3.5{n}'RFF+ON:99{n}:7'"
    "TAX+7+VAT+++:::19+S'NAD+DP+4012345500004::9'ALC+A'PCD+1:5'"
)
TAIL = "UNS+S'MOA+79:1000'CNT+2:4'UNT+99+1'UNZ+1+7'"
VALUES = ("", " ", " x ", "?+", "?", "X?:Y", "1,5", "-3.", "abc", "20261399", "102", "718", "EN", "SA", "A" * 36, "+", ":", "\n", "\x03", "9" * 20)


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """No form is known before a test."""
    steps.start.cache_clear()
    messages._builder.cache_clear()


def order(lines: int = 6, release: str = "96A") -> str:
    return HEAD.format(directory=release) + "".join(LINE.format(n=n, long="N" * 35) for n in range(1, lines + 1)) + TAIL


def read(raw: bytes, *, fast: bool) -> list[Item]:
    with pytest.MonkeyPatch.context() as patch:
        if not fast:
            patch.setattr(messages, "learn", None)
        return [item for item in edifact.parse(io.BytesIO(raw), Context()) if not isinstance(item, Interchange)]


def unfolded(raw: bytes) -> list[int]:
    """Numbers of the lines that were taken apart, when it is read for the second time."""
    seen = []
    unfold = structure.unfold

    def watched(group: Group, model: steps.Model, texts: list[str]) -> bool:
        if isinstance(group, structure.Folded) and group.key == "LIN":
            seen.append(int(re.sub(r"\D", "", texts[0].split("+")[1]) or "0"))
        return unfold(group, model, texts)

    read(raw, fast=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structure, "unfold", watched)
        read(raw, fast=True)
    return seen


def test_lines_that_look_alike_are_never_taken_apart() -> None:
    raw = order().encode()

    slow, fast, again = read(raw, fast=False), read(raw, fast=True), read(raw, fast=True)

    assert slow == fast == again
    assert isinstance(slow[0], Document)
    assert isinstance(slow[0].record, Order)
    assert len(slow[0].record.order_lines) == 6
    assert slow[0].record.order_lines[3].extensions  # what is left over is told apart by the form too
    assert unfolded(raw) == []


def test_a_value_that_the_form_did_not_foresee_takes_its_line_apart_and_is_reported() -> None:
    raw = order().replace("DTM+2:20261125:102", "DTM+2:20261399:102").encode()

    slow, fast = read(raw, fast=False), read(raw, fast=True)

    assert slow == fast
    assert isinstance(fast[0], Document)
    assert "value-unreadable" in [problem.code for problem in fast[0].problems]
    assert unfolded(raw) == [5]


def test_a_message_that_states_no_currency_gets_none_from_the_message_before() -> None:
    both = order().replace("UNT+99+1'UNZ+1+7'", "UNT+99+1'") + order().partition("7'")[2].replace("CUX+2:EUR:9'", "")
    raw = both.encode()

    assert read(raw, fast=False) == read(raw, fast=True)


def test_a_form_takes_the_whole_group_and_nothing_after_it() -> None:
    texts = ["LIN+1++4:EN", "QTY+21:5:PCE", "LIN+2++5:EN", "QTY+21:6:PCE", "LIN+3++6:EN", "QTY+21:7:PCE", "MOA+203:5", "UNS+S", "UNT+1+1"]
    segments = ["UNH+1+ORDERS:D:96A:UN", "BGM+220", "DTM+137:20261101:102", "CUX+2:EUR", *texts]

    structure.build(segments, "ORDERS", directory("96A"), learn=learn)
    tree = structure.build(segments, "ORDERS", directory("96A"), learn=learn)
    lines = tree.root.groups["LIN"]

    assert [True, True, False] == [isinstance(line, structure.Folded) for line in lines]
    assert [["LIN", "QTY"], ["LIN", "QTY"], ["LIN", "QTY", "MOA"]] == [[one[0] for one in line.segments] for line in lines]
    assert [5, 7, 9] == [line.first for line in lines]
    assert [6, 8] == [tree.number(line.segments[1]) for line in lines[:2]]


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_a_fixture_reads_the_same_by_known_forms(file: Path) -> None:
    raw = file.read_bytes()

    slow = read(raw, fast=False)

    assert slow == read(raw, fast=True) == read(raw, fast=True)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not here")
def test_the_corpora_read_the_same_by_known_forms() -> None:
    for file in sorted(CORPUS.rglob("*")):
        if file.is_file() and file.stat().st_size < 500_000:
            raw = file.read_bytes()
            assert read(raw, fast=False) == read(raw, fast=True), file


@st.composite
def changed_orders(draw: st.DrawFn) -> bytes:
    """Orders with segments dropped, doubled, swapped, and components replaced: in one place, or in all lines alike."""
    segments = order(5, draw(st.sampled_from(["96A", "01B", "99A"]))).split("'")
    for _ in range(draw(st.integers(1, 4))):
        first, second = (draw(st.integers(3, len(segments) - 4)) for _ in "12")
        change = draw(st.sampled_from(["drop", "double", "swap", "value", "value", "value", "everywhere"]))
        parts = re.split("([+:])", segments[first])
        place = draw(st.integers(0, len(parts) - 1))
        value = draw(st.sampled_from(VALUES))
        if change == "drop":
            del segments[first]
        elif change == "double":
            segments.insert(second, segments[first])
        elif change == "swap":
            segments[first], segments[second] = segments[second], segments[first]
        elif change == "value":
            segments[first] = "".join([*parts[:place], value, *parts[place + 1 :]])
        else:
            for index, segment in enumerate(segments):
                if segment[:6] == segments[first][:6]:
                    again = re.split("([+:])", segment)
                    segments[index] = "".join([*again[:place], value, *again[place + 1 :]])
    return "'".join(segments).encode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=changed_orders())
def test_an_order_at_fault_reads_the_same_by_known_forms(raw: bytes) -> None:
    slow = read(raw, fast=False)

    assert slow == read(raw, fast=True) == read(raw, fast=True)
