"""A problem that a check finds in a record stands where the wrong value stands in the document; what is absent, where it should stand."""

import io
from pathlib import Path

import msgspec
import pytest

from wharfinger import mapping, origins
from wharfinger.contracts import Context, Document
from wharfinger.problems import Place, Problem
from wharfinger.reading import read

FIXTURES = Path(__file__).parent / "fixtures"
ORDER = """UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0900+7'
UNH+1+ORDERS:D:96A:UN'
BGM+220+4711+9'
DTM+137:20261101:102'
DTM+2:20261001:102'
NAD+BY+4012345500005::9'
NAD+SU+5412345000013::9'
CUX+2:XYZ:9'
LIN+1++4000862141405:EN'
QTY+21:24:FOO'
LIN+2++4000862141404:EN'
QTY+21:-3'
LIN+2++4000862141404:EN'
UNS+S'
CNT+2:4'
UNT+15+1'
UNZ+1+7'
"""
TABLE = """order;date;buyer;supplier;item;ean;quantity;unit;price;currency
A-1;2026-11-01;Nordwind;Hafen;OF-1;4000862141405;-3;PCE;3.50;EUR
A-1;2026-11-01;Nordwind;Hafen;OF-2;4000862141404;2;XX9;3.50;EUR
A-1;2026-11-01;Nordwind;Hafen;OF-3;;;PCE;3.50;EUR
"""


def documents(raw: bytes) -> list[Document]:
    return [one for one in read(io.BytesIO(raw), Context()) if isinstance(one, Document)]


def places(raw: bytes) -> dict[str, list[object]]:
    """By code: segment, tag, element and component, or row and column, or the path."""
    found: dict[str, list[object]] = {}
    for document in documents(raw):
        for one in document.problems:
            place = msgspec.structs.asdict(one.place)
            names = ("segment", "tag", "element", "component", "row", "column", "xpath")
            found.setdefault(one.code, []).append(tuple(place[name] for name in names if place[name] is not None))
    return found


def test_in_edifact_it_is_the_component() -> None:
    found = places(ORDER.encode())

    assert [(4, "DTM", 1, 2)] == found["delivery-before-issue-date"]
    assert [(5, "NAD", 2, 1)] == found["gln-wrong"]
    assert [(7, "CUX", 1, 2)] == found["currency-unknown"]
    assert [(8, "LIN", 3, 1)] == found["gtin-wrong"]
    assert [(9, "QTY", 1, 3)] == found["unit-code-unlisted"]
    assert [(11, "QTY", 1, 2)] == found["order-line-quantity-not-positive"]
    assert [(12, "LIN", 1)] == found["line-number-duplicate"]
    assert [(14, "CNT", 1, 2)] == found["line-count-differs"]


def test_what_is_absent_stands_at_the_begin_of_its_line_or_document() -> None:
    found = places(ORDER.replace("DTM+137:20261101:102'\n", "").replace("UNT+15", "UNT+14").encode())

    assert [(11, "LIN")] == found["order-line-quantity-missing"]
    assert [(2, "BGM")] == found["order-issue-date-missing"]


def test_each_message_of_an_interchange_is_asked_for_its_own_places() -> None:
    one = ORDER[ORDER.index("UNH") : ORDER.index("UNZ")]
    two = one.replace("DTM+2:20261001:102'\n", "").replace("UNT+15", "UNT+14").replace("UNH+1", "UNH+2").replace("+1'\nUNZ", "+2'")
    found = places((ORDER[: ORDER.index("UNZ")] + two + "UNZ+2+7'").encode())

    assert [(8, "LIN", 3, 1), (7, "LIN", 3, 1)] == found["gtin-wrong"]


def test_in_a_table_it_is_the_cell() -> None:
    found = places(TABLE.encode())

    assert [(2, "ean")] == found["gtin-wrong-beside-item-number"]
    assert [(2, "quantity")] == found["order-line-quantity-not-positive"]
    assert [(3, "unit")] == found["unit-code-unlisted"]
    assert [(4,)] == found["order-line-quantity-missing"]


def test_the_words_of_a_document_are_told_as_they_stand_there() -> None:
    [document] = documents(TABLE.replace("2;XX9;3.50;EUR", "2;XX9;3.50;ABC").encode())

    [conflict] = [one for one in document.problems if one.code == "table-header-field-conflict"]
    assert ("EUR", "ABC") == (conflict.expected, conflict.found)


@pytest.mark.parametrize(
    ("code", "xpath"),
    [
        ("currency-mixed", "/Order/cac:OrderLine[2]/cac:LineItem/cac:Price/cbc:PriceAmount/@currencyID"),
        ("order-line-unit-missing", "/Order/cac:OrderLine/cac:LineItem/cbc:Quantity"),
        ("period-reversed", "/Order/cac:Delivery/cac:RequestedDeliveryPeriod/cbc:EndDate"),
        ("tax-number-wrong", "/Order/cac:BuyerCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"),
        ("total-payable-differs", "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"),
    ],
)
def test_in_xml_it_is_the_element_or_attribute(code: str, xpath: str) -> None:
    found = places((FIXTURES / "problems" / f"{code}.xml").read_bytes())

    assert [(xpath,)] == found[code]


def test_no_problem_document_is_left_with_a_field() -> None:
    files = [one for one in (FIXTURES / "problems").iterdir() if one.suffix in (".edi", ".xml", ".csv")]
    found = [problem for file in files for document in documents(file.read_bytes()) for problem in document.problems]

    assert len(found) > 80
    assert [] == [one.code for one in found if one.field]


def test_a_document_without_problems_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(origins, "_traced", lambda *given: asked.append(given))
    good = next(one for one in sorted((FIXTURES / "ubl").glob("*.xml")) if not documents(one.read_bytes())[0].problems)
    asked.clear()

    documents(good.read_bytes())

    assert [] == asked
    assert mapping.last_built() is None


def test_without_what_the_record_was_built_of_the_place_stays_that_of_the_line() -> None:
    [document] = documents(ORDER.encode())
    assert document.record is not None
    problem = Problem(code="order-line-unit-missing", place=Place(segment=8), field="line.quantity.unit_code")

    assert [Problem(code="order-line-unit-missing", place=Place(segment=8))] == origins.pinpointed([problem], document.record, None)


def test_a_value_that_is_wrong_in_two_fields_is_told_once() -> None:
    despatch = (
        "UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0900+7'UNH+1+DESADV:D:96A:UN'BGM+351+L-1+9'DTM+137:20261101:102'RFF+ON:4711'"
        "NAD+BY+4012345500004::9'NAD+SU+5412345000014::9'CPS+1'LIN+1++4000862141404:EN'QTY+12:24:PCE'UNT+10+1'UNZ+1+7'"
    )

    assert [(6, "NAD", 2, 1)] == places(despatch.encode())["gln-wrong"]
