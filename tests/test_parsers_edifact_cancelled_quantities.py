"""Responses that say what does not come."""

import io
from decimal import Decimal
from typing import Any

import pytest

from parsers.edifact import parse
from wharfinger.contracts import Context, Document


def _response(lines: str, decision: str = "AC") -> Any:
    head = f"BGM+231+R-1+9+{decision}'DTM+137:20261103:102'RFF+ON:4711'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'"
    whole = f"UNH+1+ORDRSP:D:96A:UN'{head}{lines}'UNS+S'"
    raw = f"UNB+UNOC:3+A+B+261101:0930+7'{whole}UNT+{whole.count(chr(39)) + 1}+1'UNZ+1+7'"
    [record] = [item.record for item in parse(io.BytesIO(raw.encode()), Context()) if isinstance(item, Document)]
    return record


@pytest.mark.parametrize(
    ("said", "comes", "status"),
    [
        ("QTY+182:12:PCE", "0", "7"),
        ("QTY+21:12:PCE'QTY+185:12:PCE", "0", "7"),
        ("QTY+21:12:PCE'QTY+185:5", "7", None),
        ("QTY+21:12:PCE'QTY+182:2:PCE'QTY+185:3:PCE", "7", None),
        ("QTY+12:7:PCE'QTY+182:5:PCE", "7", None),
        ("QTY+21:12:PCE'QTY+113:4:PCE'QTY+185:8:PCE", "4", None),
        ("QTY+83:12:PCE", "12", None),
        ("QTY+21:12:PCE'QTY+182:some:PCE", "12", None),
        ("QTY+21:12:PCE'QTY+182:99:PCE", "0", "7"),
    ],
)
def test_line_of_a_response_has_the_quantity_that_still_comes(said: str, comes: str, status: str | None) -> None:
    [line] = _response(f"LIN+1++4000862141404:EN'{said}").order_lines

    assert (Decimal(comes), "C62", status) == (line.quantity.value, line.quantity.unit_code, line.line_status_code)


def test_what_does_not_come_is_kept_and_what_is_computed_of_it_is_assumed() -> None:
    [line] = _response("LIN+1+2+4000862141404:EN'QTY+182:12:PCE").order_lines

    assert {"QTY[6063=182]": "12", "QTY[6063=182]/C186/6411": "PCE"} == line.extensions
    assert ("2", ("quantity",)) == (line.line_status_code, line.assumed)


def test_response_said_to_accept_all_with_a_line_that_does_not_come_is_accepted_in_part() -> None:
    lines = "LIN+1+5+4000862141404:EN'QTY+21:2:PCE'LIN+2++4000862141411:EN'QTY+21:3:PCE'QTY+185:3:PCE"

    assert "CA" == _response(lines, "AP").order_response_code
