"""Qualifiers that partners use beside the usual ones: the same field, where the usual one is not there."""

import io
from typing import Any

import pytest

from parsers.edifact import parse
from wharfinger.contracts import Context, Document
from wharfinger.problems import Problem

BUYER, SELLER, OTHER = "4012345500004", "5412345000013", "4012345500011"
HEAD = {
    "ORDERS": "BGM+220+4711+9'DTM+137:20261101:102'",
    "DESADV": "BGM+351+L-1+9'DTM+137:20261101:102'",
    "RECADV": "BGM+632+R-1+9'DTM+137:20261101:102'",
}
LINE = {
    "ORDERS": "LIN+1++4000862141404:EN'QTY+21:24:PCE'UNS+S'",
    "DESADV": "CPS+1'LIN+1++4000862141404:EN'QTY+12:24:PCE'",
    "RECADV": "CPS+1'LIN+1++4000862141404:EN'QTY+48:24:PCE'",
}
PARTIES = f"NAD+BY+{BUYER}::9'NAD+SU+{SELLER}::9'"


def record(kind: str, head: str = "", line: str | None = None, parties: str = PARTIES) -> Any:
    body = f"{HEAD[kind]}{head}{parties}{line or LINE[kind]}"
    raw = f"UNB+UNOC:3+{BUYER}:14+{SELLER}:14+261101:0900+7'UNH+1+{kind}:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+1'UNZ+1+7'"
    items = list(parse(io.BytesIO(raw.encode()), Context()))
    assert not any(isinstance(item, Problem) for item in items)
    [document] = [item for item in items if isinstance(item, Document)]
    return document.record


@pytest.mark.parametrize(("kind", "buyer", "seller"), [("DESADV", "MR", "MS"), ("RECADV", "MS", "MR")])
def test_where_only_sender_and_recipient_are_named_they_are_buyer_and_seller(kind: str, buyer: str, seller: str) -> None:
    found = record(kind, parties=f"NAD+{buyer}+{BUYER}::9'NAD+{seller}+{SELLER}::9'")

    assert BUYER == found.buyer_customer_party.endpoint_id.value
    assert SELLER == found.seller_supplier_party.endpoint_id.value


@pytest.mark.parametrize("kind", ["DESADV", "RECADV"])
def test_a_buyer_that_is_named_is_the_buyer_whoever_sends(kind: str) -> None:
    found = record(kind, parties=f"{PARTIES}NAD+MS+{OTHER}::9'NAD+MR+{OTHER}::9'")

    assert BUYER == found.buyer_customer_party.endpoint_id.value
    assert SELLER == found.seller_supplier_party.endpoint_id.value


@pytest.mark.parametrize("role", ["IV", "BT", "PR"])
def test_who_pays_has_several_names(role: str) -> None:
    found = record("ORDERS", parties=f"{PARTIES}NAD+{role}+{OTHER}::9'")

    assert OTHER == found.accounting_customer_party.endpoint_id.value


@pytest.mark.parametrize("role", ["DP", "ST", "UC", "CN", "SN", "UD"])
def test_the_place_of_delivery_has_several_names(role: str) -> None:
    found = record("ORDERS", parties=f"{PARTIES}NAD+{role}+{OTHER}::9'")

    assert OTHER == found.delivery.delivery_location.id.value


def test_a_scheduled_delivery_is_the_one_requested_where_no_other_is() -> None:
    assert "2026-11-20" == str(record("ORDERS", "DTM+76:20261120:102'").delivery.requested_delivery_period.start_date)
    of_line = record("ORDERS", line="LIN+1++4000862141404:EN'QTY+21:24:PCE'DTM+76:20261120:102'UNS+S'").order_lines[0]
    assert "2026-11-20" == str(of_line.deliveries[0].requested_delivery_period.start_date)
    assert "2026-11-18" == str(record("ORDERS", "DTM+2:20261118:102'DTM+76:20261120:102'").delivery.requested_delivery_period.start_date)


def test_a_discrete_quantity_is_what_is_ordered_where_no_other_is() -> None:
    only = record("ORDERS", line="LIN+1++4000862141404:EN'QTY+1:24:PCE'UNS+S'")
    beside = record("ORDERS", line="LIN+1++4000862141404:EN'QTY+1:2:PCE'QTY+21:24:PCE'UNS+S'")

    assert [24, 24] == [one.order_lines[0].quantity.value for one in (only, beside)]


@pytest.mark.parametrize(("unit", "expected"), [("pce", "C62"), ("Stk", "C62"), ("шт", "C62"), ("kgm", "KGM"), ("Kg", "KGM"), ("ctn", "XCT"), ("XYZ", "XYZ")])
def test_units_in_small_letters_and_in_the_words_of_the_trade(unit: str, expected: str) -> None:
    found = record("ORDERS", line=f"LIN+1++4000862141404:EN'QTY+21:24:{unit}'UNS+S'")

    assert expected == found.order_lines[0].quantity.unit_code


def test_texts_in_the_head_of_a_despatch_advice_are_its_notes() -> None:
    assert ("Ramp 4",) == record("DESADV", "FTX+AAI+++Ramp 4'").notes


@pytest.mark.parametrize("numbers", ["LIN+1++9780141036144:IB'", "LIN+1'PIA+5+9780141036144:IB'", "LIN+1'PIA+1+9780141036144:IB'"])
def test_isbn_of_thirteen_digits_is_the_gtin_of_a_book(numbers: str) -> None:
    [line] = record("ORDERS", line=f"{numbers}QTY+21:2'UNS+S'").order_lines

    assert ("9780141036144", "0160", ()) == (
        line.item.standard_item_identification.value,
        line.item.standard_item_identification.scheme_id,
        line.item.additional_item_identifications,
    )


@pytest.mark.parametrize(
    ("numbers", "isbn"),
    [("LIN+1++9780141036144:EN'PIA+5+9780141036144:IB'", "9780141036144"), ("LIN+1'PIA+5+0141036141:IB'", "0141036141")],
)
def test_isbn_beside_a_gtin_or_of_ten_digits_is_a_further_number(numbers: str, isbn: str) -> None:
    [line] = record("ORDERS", line=f"{numbers}QTY+21:2'UNS+S'").order_lines

    assert [(isbn, "IB")] == [(one.value, one.scheme_id) for one in line.item.additional_item_identifications]


def test_agency_en_of_a_party_means_gs1() -> None:
    found = record("ORDERS", parties=f"NAD+BY+{BUYER}::EN'NAD+SU+{SELLER}::EN'")

    assert (BUYER, "0088") == (found.buyer_customer_party.endpoint_id.value, found.buyer_customer_party.endpoint_id.scheme_id)
    assert found.buyer_customer_party.id is None
