"""EDIFACT syntax: what a writer puts into segments comes out of the reader, whatever the delimiters, chunks and line ends."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import edifact
from parsers.edifact.charset import decode
from parsers.edifact.cutting import blocks
from parsers.edifact.directory import directory
from parsers.edifact.structure import build
from parsers.edifact.syntax import Delimiters, restored
from parsers.edifact.tree import Tree
from wharfinger.records import Place

CHOICES = [
    Delimiters(":", "+", "?", "", "'"),
    Delimiters(":", "+", "?", "*", "'"),
    Delimiters("#", "|", "\\", "", "~"),
    Delimiters(":", "+", "", "", "'"),
    Delimiters("+", ":", "?", "", "'"),
    Delimiters("\x1f", "\x1d", "?", "", "\x1c"),
    Delimiters(",", ";", "!", "", "\n"),
]
TEXT = st.text(alphabet="AZ9 äß?':+*#|\\~;,!.ж中", max_size=12).map(str.strip)
SEGMENTS = st.lists(st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=5), min_size=1, max_size=8)


def written(tag: str, elements: list[list[str]], marks: Delimiters) -> str:
    """A segment as a careful sender writes it."""
    release = marks.release
    special = {one for one in marks if one}

    def escaped(value: str) -> str:
        if not release:
            return "".join(character for character in value if character not in special)
        return "".join(release + character if character in special else character for character in value)

    return marks.element.join([tag, *(marks.component.join(map(escaped, components)) for components in elements)]) + marks.terminator


def service_string(marks: Delimiters) -> str:
    return f"UNA{marks.component}{marks.element}.{marks.release or ' '}{marks.repetition or ' '}{marks.terminator}"


@settings(max_examples=150, deadline=None)
@given(segments=SEGMENTS, marks=st.sampled_from(CHOICES), chunk=st.integers(1, 50), line_end=st.sampled_from(["", "\r\n", "\n"]))
def test_what_was_written_is_read(segments: list[list[list[str]]], marks: Delimiters, chunk: int, line_end: str) -> None:
    body = [("BGM", elements) for elements in segments]
    if not marks.release:
        special = {one for one in marks if one}
        body = [
            (tag, [["".join(character for character in value if character not in special).strip() for value in components] for components in elements])
            for tag, elements in body
        ]
    version = "4" if marks.repetition else "3"
    head = [("UNB", [["UNOY", version], ["A"], ["B"], ["261101", "0930"], ["1"]]), ("UNH", [["1"], ["ORDERS", "D", "96A", "UN"]])]
    tail = [("UNT", [[str(len(body) + 2)], ["1"]]), ("UNZ", [["1"], ["1"]])]
    end = "" if marks.terminator == "\n" else line_end
    raw = (service_string(marks) + end + end.join(written(tag, elements, marks) for tag, elements in [*head, *body, *tail])).encode()

    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 1, chunk) if self.tell() else size)

    found = [
        (tag, [[restored(value).strip() for value in element.split(":")] for element in elements])
        for block in blocks(Dribble(raw))
        for tag, *elements in (segment.split("+") for segment in block.segments())
    ]

    assert [*head, *body, *tail] == found


@given(raw=st.binary(max_size=400), before=st.sampled_from([b"", b"UNB+UNOA:1+A+B'UNH+1+ORDERS:D:96A:UN'", b"UNA:+.? '", b"UNH+"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_cut_without_an_exception_and_without_loss_of_order(raw: bytes, before: bytes) -> None:
    starts = [block.start for block in blocks(io.BytesIO(before + raw)) if block.segments() is not None and block.start is not None]

    assert sorted(starts) == starts


@given(st.lists(st.sampled_from(["BGM+220+1", "DTM+137:1:102", "NAD+BY", "RFF+CT:1", "CUX+2:EUR", "LIN+1", "QTY+21:1", "PRI+AAA:1", "MOA+79:1", "UNS+S", "CNT+2:1", "XXX", "ALC+A", "+", ""]), max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_segment_is_lost_in_the_tree_whatever_their_order(segments: list[str]) -> None:
    tree = build(segments, "ORDERS", directory("96A"))

    def count(tree: Tree) -> int:
        groups = [tree.root]
        for group in groups:
            groups.extend(inner for found in group.groups.values() for inner in found)
        return sum(len(group.segments) for group in groups)

    assert len(segments) == count(tree) == len(tree.segments)


def test_a_released_terminator_does_not_end_a_segment_and_a_released_release_releases_nothing() -> None:
    raw = b"UNB+UNOA:1+A'UNH+1+ORDERS'FTX+A+a?'UNT+9'FTX+A+b??'UNT+4+1'"

    [_, message] = blocks(io.BytesIO(raw))

    assert ["UNH+1+ORDERS", "FTX+A+a'UNT+9", "FTX+A+b?", "UNT+4+1"] == [segment if "\x02" not in segment and "\x01" not in segment else restored(segment) for segment in message.segments()]


def test_a_message_without_trailer_ends_where_the_next_begins() -> None:
    raw = b"UNB+UNOA:1+A'\r\nUNH+1+ORDERS'\r\nBGM+220+1'\r\nUNH+2+ORDERS'\r\nUNT+2+2'\r\nUNZ+2+1'"

    tags = [[segment[:3] for segment in block.segments()] for block in blocks(io.BytesIO(raw))]

    assert [["UNB"], ["UNH", "BGM"], ["UNH", "UNT"], ["UNZ"]] == tags


@pytest.mark.parametrize("una", ["UNA:+.? '", "UNA:+.?'", "UNA:+.? '\r\n", "\ufeffUNA:+,? '", "\r\n\r\nUNA:+.?*'"])
def test_a_service_string_is_read_with_its_blank_missing_or_a_line_end_after_it(una: str) -> None:
    [_, message] = blocks(io.BytesIO((una + "UNB+UNOY:4+A'UNH+1+ORDERS'UNT+2+1'").encode()))

    assert ["UNH+1+ORDERS", "UNT+2+1"] == message.segments()


@pytest.mark.parametrize(
    ("text", "label", "written_in", "charset"),
    [
        ("Hafenstraße, Düsseldorf, Café, Señor", "UNOC", "latin-1", "iso-8859-1"),
        ("Hafenstraße", "UNOA", "latin-1", "iso-8859-1"),
        ("Hafenstraße", "UNOC", "utf-8", "utf-8"),
        ("„Anführung“ 5 €", "UNOC", "cp1252", "cp1252"),
        ("ООО РОМАШКА", "UNOC", "cp1251", "cp1251"),
        ("Масляный фильтр", "UNOE", "cp1251", "cp1251"),
        ("Масляный фильтр", "UNOE", "iso-8859-5", "iso-8859-5"),
        ("Масляный фильтр тонкой очистки", "UNOC", "koi8-r", "koi8-r"),
        ("Масляный фильтр тонкой очистки", "UNOB", "cp866", "cp866"),
        ("Масляный фильтр", "UNOY", "utf-8", "utf-8"),
        ("机油滤清器，北风贸易有限公司", "UNOC", "gb18030", "gb18030"),
        ("Příliš žluťoučký kůň", "UNOD", "iso-8859-2", "iso-8859-2"),
        ("Φίλτρο λαδιού", "UNOF", "iso-8859-7", "iso-8859-7"),
    ],
)
def test_text_is_read_in_the_character_set_that_it_is_in(text: str, label: str, written_in: str, charset: str) -> None:
    decoded = decode(b"FTX+AAI+++" + text.encode(written_in) + b"'LIN+1'", label)

    assert (f"FTX+AAI+++{text}'LIN+1'", charset) == decoded


GAP = st.text(alphabet=" \t\r\n", max_size=4)
ANY = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=15).map(str.strip)
"""Text of any script, and every separator in it; blanks at its ends are those of a sender who pads."""
REPEATED = st.lists(st.lists(st.lists(ANY, min_size=1, max_size=3), min_size=1, max_size=3), min_size=1, max_size=4)
"""The elements of a segment, each repeated, of components."""


@settings(max_examples=200, deadline=None)
@given(
    bodies=st.lists(REPEATED, min_size=1, max_size=6),
    marks=st.sampled_from([one for one in CHOICES if one.release]),
    version=st.sampled_from("1234"),
    data=st.data(),
)
def test_any_text_comes_back_in_every_version_with_repetitions_and_white_space_between_segments(
    bodies: list[list[list[list[str]]]], marks: Delimiters, version: str, data: st.DataObject
) -> None:
    repeats = version == "4" and marks.repetition != ""
    special = {one for one in (*marks[:3], marks.terminator, marks.repetition if repeats else "") if one}

    def text(segment: tuple[str, list[list[list[str]]]]) -> str:
        tag, elements = segment
        inner = [
            marks.repetition.join(
                marks.component.join("".join(marks.release + one if one in special else one for one in value) for value in once)
                for once in (element if repeats else element[:1])
            )
            for element in elements
        ]
        return marks.element.join([tag, *inner]) + marks.terminator

    segments = [("FTX", body if repeats else [element[:1] for element in body]) for body in bodies]
    head = [("UNB", [[["UNOY", version]], [["A"]], [["B"]], [["261101", "0930"]], [["1"]]]), ("UNH", [[["1"]], [["ORDERS", "D", "96A", "UN"]]])]
    tail = [("UNT", [[[str(len(segments) + 2)]], [["1"]]]), ("UNZ", [[["1"]], [["1"]]])]
    gap = st.just("") if marks.terminator == "\n" else GAP
    raw = service_string(marks).encode() + "".join(text(one) + data.draw(gap) for one in [*head, *segments, *tail]).encode()

    read = [segment for block in blocks(io.BytesIO(raw)) for segment in block.segments()]
    found = [
        (tag, [[[restored(value) for value in once.split(":")] for once in (element.split("*") if repeats else [element])] for element in elements])
        for tag, *elements in (segment.split("+") for segment in read)
    ]

    assert [*head, *segments, *tail] == found


@given(before=st.integers(0, 9), separator=st.sampled_from("'+:"), after=st.text("ab?", max_size=5))
def test_an_even_number_of_release_characters_releases_nothing_and_an_odd_one_does(before: int, separator: str, after: str) -> None:
    text = "x" + "?" * before + separator + after.replace("?", "??") + "y"
    raw = f"UNB+UNOA:3+A'UNH+1+ORDERS'FTX+{text}'UNT+3+1'UNZ+1+1'"

    [_, message, _] = blocks(io.BytesIO(raw.encode()))
    [_, *body, _] = message.segments()

    said = [restored(one) for segment in body for element in segment.split("+") for one in element.split(":")]
    releases = "?" * (before // 2)
    expected = [f"x{releases}{separator}{after}y"] if before % 2 else [f"x{releases}", f"{after}y"]
    assert ["FTX", *expected] == said


@given(bodies=st.lists(st.lists(ANY, min_size=1, max_size=4), min_size=1, max_size=8), gaps=st.lists(GAP, min_size=8, max_size=8))
def test_the_byte_of_a_segment_is_where_it_begins(bodies: list[list[str]], gaps: list[str]) -> None:
    texts = ["UNH+1+ORDERS:D:96A:UN", *("FTX+" + "+".join(re.sub("(['+:?])", r"?\1", one) for one in body) for body in bodies), "UNT+1+1"]
    head = "UNB+UNOY:3+A+B+261101:0930+1'"
    raw = (head + "".join(f"{text}'{gap}" for text, gap in zip(texts, [*gaps, ""] + [""] * len(texts), strict=False)) + "UNZ+1+1'").encode()

    [_, message, _] = blocks(io.BytesIO(raw))

    for number, text in enumerate(texts, 1):
        start = message.byte(number)
        assert start is not None
        assert raw[start : start + len(text.encode())] == text.encode()


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", "\t\r\n", "  \r\n"])
def test_segments_of_one_length_on_lines_of_their_own_are_no_wrapped_file(end: str) -> None:
    texts = ["UNH+1+ORDERS:D:96A:UN", *(f"FTX+AAI+++{number:011}" for number in range(40)), "UNT+42+1".ljust(21, "0")]
    head = "UNB+UNOY:3+A+B+11111'" + end
    raw = (head + "".join(f"{text}'{end}" for text in texts) + "UNZ+1+1'").encode()

    [_, message, _] = blocks(io.BytesIO(raw))

    assert message.wrap is None
    assert [raw.index(f"{text}'".encode()) for text in texts] == [message.byte(number) for number in range(1, 43)]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [60, 80])
def test_the_byte_in_a_wrapped_file_counts_its_line_ends(width: int, end: str) -> None:
    flat = "UNB+UNOY:3+A+B+261101:0930+1'UNH+1+ORDERS:D:96A:UN'" + "FTX+AAI+++Ab'" * 20 + "QTY+21:many'UNT+23+1'UNZ+1+1'"
    raw = end.join(flat[start : start + width] for start in range(0, len(flat), width)).encode()

    [_, message, _] = blocks(io.BytesIO(raw))
    start = message.byte(22)

    assert start is not None
    assert raw[start:].translate(None, b"\r\n").startswith(b"QTY+21:many'")


@pytest.mark.parametrize("behind", ["", "\r\n", "\r\n\r\n\r\n", "\r\n\x1a", " \r\n   \r\n"])
def test_it_does_not_matter_what_stands_behind_the_last_line_of_a_wrapped_file(behind: str) -> None:
    flat = "UNB+UNOY:3+A+B+261101:0930+1'UNH+1+ORDERS:D:96A:UN'" + "FTX+AAI+++Ab'" * 20 + "UNT+22+1'UNZ+1+1'"
    raw = "\r\n".join(flat[start : start + 80] for start in range(0, len(flat), 80)) + behind

    [_, message, trailer] = blocks(io.BytesIO(raw.encode()))

    assert 22 == len(message.segments())
    assert ["UNZ+1+1"] == trailer.segments()


def test_an_interchange_pasted_from_source_code_is_read() -> None:
    raw = b"UNB+UNOA:3+A+B+261101:0930+1'\\\nUNH+1+ORDERS:D:96A:UN'\\\nBGM+220+1\\9'\\\nUNT+3+1'\\\nUNZ+1+1'"

    [_, message, trailer] = blocks(io.BytesIO(raw))

    assert ["UNH+1+ORDERS:D:96A:UN", "BGM+220+1\\9", "UNT+3+1"] == message.segments()
    assert ["UNZ+1+1"] == trailer.segments()
    assert raw.index(b"BGM") == message.byte(2)


def test_delimiters_that_are_control_characters_are_shown_as_the_usual_ones() -> None:
    raw = b"UNB+UNOB:1+A+B+261101:1000+1'UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'DTM+137:2020:102'UNT+4+1'UNZ+1+1'"
    raw = raw.translate(bytes.maketrans(b"+:'", b"\x1d\x1f\x1c"))

    [(shown, _)] = edifact.excerpts(io.BytesIO(raw), [Place(interchange=1, message=1, segment=3, tag="DTM", element=1, component=2)])

    assert shown == "DTM+137:2020:102'\n        ^^^^"
