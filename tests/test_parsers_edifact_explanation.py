"""`wharf explain` for EDIFACT: names of segments, elements and codes, at every depth; and the code names themselves."""

import io
import re
from pathlib import Path

import pytest

from parsers import edifact
from parsers.edifact.directory import RELEASES, code_names, directory
from wharfinger.records import Place

MESSAGE = "UNB+UNOY:4+4012345500004:14+B+20261101:0900+7++ORDERS++1++1'UNH+1+ORDERS:D:96A:UN'{}UNT+3+1'UNZ+1+7'"
MAPPINGS = Path(__file__).parents[1] / "mappings" / "formats" / "edifact"


def explained(body: str) -> list[str]:
    return [line for line, _ in edifact.explain(io.BytesIO(MESSAGE.format(body).encode()))]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("BGM+220+4711+9'", "    1225 Message function, coded: 9 (Original)"),
        ("BGM+220+4711+9'", "    1001 Document/message name, coded: 220 (Order)"),
        ("NAD+BY+4012345500004::9'", "    3035 Party qualifier: BY (Buyer)"),
        ("LIN+1++4000862141404:EN'QTY+21:5:PCE'", "      6063 Quantity qualifier: 21 (Ordered quantity)"),
        ("LIN+1++4000862141404:EN'QTY+21:5:PCE'", "      6411 Measure unit qualifier: PCE (piece)"),
        ("DTM+137:20261101:102'", "    2379 Date/time/period format qualifier: 102 (CCYYMMDD)"),
        ("BGM+220+4711+ZQ7'", "    1225 Message function, coded: ZQ7"),
        ("FTX+AAI+++BY'", "    4440 Free text: BY"),
    ],
)
def test_a_code_is_followed_by_its_name(segment: str, expected: str) -> None:
    assert expected in explained(segment)


def test_the_envelope_says_that_it_is_a_test() -> None:
    lines = explained("")

    assert "  0035 Test indicator: 1 (Interchange is a test)" in lines
    assert "  0007 Identification code qualifier: 14 (EAN (GS1) location number)" in lines


def test_every_segment_is_at_the_place_that_its_problems_have() -> None:
    raw = MESSAGE.format("BGM+220+4711+9'XYZ+1'LIN+1'QTY+21:5'").encode()

    places = {line.split()[0]: place for line, place in edifact.explain(io.BytesIO(raw)) if place != Place() and not place.element}

    assert {"UNB", "UNH", "BGM", "XYZ", "LIN", "QTY", "UNT", "UNZ"} == places.keys()
    assert Place(interchange=1, message=1, segment=5) == places["QTY"]


def test_codes_fit_the_elements_of_the_directories() -> None:
    elements = {number: one for release in (*RELEASES, "") for number, one in directory(release).elements.items()}
    for number, names in code_names().items():
        assert number in elements, number
        longest = int(re.sub(r"\D", "", elements[number].format))
        assert [] == [code for code, name in names.items() if len(code) > max(longest, 3) or not name or not code.isalnum()], number


def test_no_code_stands_twice() -> None:
    text = (Path(__file__).parents[1] / "schemas" / "edifact" / "codes.txt").read_text("utf-8")
    codes, number = [], ""
    for line in text.splitlines():
        number = line[1:5] if line.startswith("[") else number
        if line and line[0] not in "#[":
            codes.append((number, line.split()[0]))

    assert len(codes) == len(set(codes)) > 1300


def test_a_list_of_codes_names_its_source() -> None:
    text = (Path(__file__).parents[1] / "schemas" / "edifact" / "codes.txt").read_text("utf-8")

    heads = re.findall(r"^\[(\d{4}) .+\]\n(.*)", text, re.MULTILINE)

    assert sorted(code_names()) == [number for number, _ in heads]
    assert [] == [number for number, source in heads if not re.match(r"# .*(UNCL|UNSL|EANCOM|Recommendation|Incoterms)", source)]


def test_nearly_all_codes_that_the_mappings_ask_for_have_a_name() -> None:
    asked = {pair for file in MAPPINGS.glob("*.yaml") for pair in re.findall(r"\[(\d{4})='?(\w+)'?\]", file.read_text("utf-8"))}

    named = {(number, code) for number, code in asked if code in code_names().get(number, {})}

    assert len(asked) > 100
    assert len(named) > 0.9 * len(asked), sorted(asked - named)
