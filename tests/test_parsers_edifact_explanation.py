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


def test_repetitions_of_an_element_are_explained_one_by_one() -> None:
    raw = (
        "UNA:+.?*'UNB+UNOC:4+A+B+20261101:0900+7'UNH+1+ORDERS:D:01B:UN'BGM+220+4711+9'"
        "LIN+1'PIA+1+A:SA*B?*:IN'QTY+21:5'UNS+S'UNT+7+1'UNZ+1+7'"
    )

    lines = [line.strip() for line, _ in edifact.explain(io.BytesIO(raw.encode()))]

    at = lines.index("7140 Item identifier: A")
    assert "7143 Item type identification code: SA (Supplier's article number)" == lines[at + 1]
    assert ["7140 Item identifier: B*", "7143 Item type identification code: IN (Buyer's item number)"] == lines[at + 2 : at + 4]


@pytest.mark.parametrize("version", ["D:3", "4:1"])
def test_a_syntax_report_is_one_of_the_standard_and_of_no_directory(version: str) -> None:
    raw = f"UNB+UNOC:3+A+B+261101:0900+7'UNH+1+CONTRL:{version}:UN'UCI+7+B+A+4+29+UNZ'UNT+3+1'UNZ+1+7'"

    lines = [line.strip() for line, _ in edifact.explain(io.BytesIO(raw.encode()))]

    assert f"Message 1: CONTRL {version.replace(':', '.')}, Syntax and service report (ISO 9735)" in lines
    assert "0083 Action: 4 (This level and all lower levels rejected)" in lines
    assert "0085 Syntax error: 29 (Control count does not match number of instances received)" in lines


def test_every_segment_is_at_the_place_that_its_problems_have() -> None:
    raw = MESSAGE.format("BGM+220+4711+9'XYZ+1'LIN+1'QTY+21:5'").encode()

    places = {line.split()[0]: place for line, place in edifact.explain(io.BytesIO(raw)) if place != Place() and not place.element}

    assert {"Message", "UNB", "UNH", "BGM", "XYZ", "LIN", "QTY", "UNT", "UNZ"} == places.keys()
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
