"""XPath as the notation of mappings: what may be written, and what it finds."""

from datetime import date, time
from typing import Any

import pytest
from lxml import etree

from wharfinger.xpath_notation import XmlTree, XPathNotation

NOTATION = XPathNotation({"x": "urn:x"})


def tree(text: str) -> XmlTree:
    return XmlTree(etree.fromstring(text), {"urn:x": "x"})


def values(leaf: dict[str, Any], text: str) -> list[str]:
    return [raw for raw, _ in NOTATION.values(leaf)(tree(text).root)]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("y:a", "unknown prefix 'y' in 'y:a'; valid: x"),
        ("x:a[", "is no XPath that can be used here"),
        ("y:a[1]", "prefixes: x"),
        ("nothing()", "is no XPath that can be used here"),
        ("", "write an XPath"),
        (7, "write an XPath"),
    ],
)
def test_a_wrong_path_is_refused_when_it_is_compiled(path: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r"XPath|prefix") as raised:
        NOTATION.nodes(path)

    assert message in str(raised.value)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown: column; valid: path, codes, join, is"):
        NOTATION.values({"path": "x:a", "column": "B"})


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        ({"path": "x:a"}, ["1", "2"]),
        ({"path": "x:a/@k"}, ["v"]),
        ({"path": "@k"}, ["top"]),
        ({"path": "x:a[@k='v']"}, ["1"]),
        ({"path": "x:a[2]/text()"}, ["2"]),
        ({"path": "//@k"}, ["top", "v"]),
        ({"path": "x:a | x:b", "join": " "}, ["1 2 3"]),
        ({"path": "x:b", "join": " "}, ["3"]),
        ({"path": "a"}, []),
        ({"path": "count(x:a)"}, []),
        ({"path": "x:empty"}, []),
    ],
)
def test_values_are_found(leaf: dict[str, Any], expected: list[str]) -> None:
    assert expected == values(leaf, "<r xmlns='urn:x' k='top'><a k='v'> 1 </a><a>2</a><b>3</b><empty> </empty></r>")


def test_places_are_told_in_the_prefixes_of_the_standard_whatever_the_document_calls_them() -> None:
    found = tree("<o:r xmlns:o='urn:x'>\n<o:a k='v'/>\n<o:a/></o:r>")

    [(_, node)] = NOTATION.values({"path": "x:a/@k"})(found.root)

    place = NOTATION.place(node)
    assert (2, "/x:r/x:a[1]/@k") == (place.line, place.xpath)


def test_what_was_not_looked_at_is_the_rest() -> None:
    found = tree("<r xmlns='urn:x'><a>1</a><a>2</a><b k='v'>3<c>4</c>5</b></r>")

    assert "1" == NOTATION.values({"path": "x:a"})(found.root)[0][0]
    assert {"x:a[2]": "2", "x:b": "35", "x:b/@k": "v", "x:b/x:c": "4"} == found.rest(found.root)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("2026-11-01", date(2026, 11, 1)), ("2026-11-01Z", date(2026, 11, 1)), ("2026-11-01+14:00", date(2026, 11, 1)), ("2026-11-01T23:59:59-05:00", date(2026, 11, 1))],
)
def test_a_date_is_as_printed(raw: str, expected: date) -> None:
    assert expected == NOTATION.day(raw)


@pytest.mark.parametrize("raw", ["01.11.2026", "2026-13-01", "2026-11-31", "20261101", "٢٠٢٦-11-01", "2026-11-01x"])
def test_what_is_no_date_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        NOTATION.day(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("08:30:00", time(8, 30)), ("08:30", time(8, 30)), ("2026-11-01T08:30:00.1234567", time(8, 30, 0, 123456)), ("2026-11-01", None)],
)
def test_a_time_is_as_printed(raw: str, expected: time | None) -> None:
    assert expected == NOTATION.clock(raw)


@pytest.mark.parametrize("raw", ["25:00:00", "noon", "0830"])
def test_what_is_no_time_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        NOTATION.clock(raw)
