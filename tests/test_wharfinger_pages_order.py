"""Rows read by the order of their words: what can be read in one way only, and what is not guessed."""

import pytest

from wharfinger.pages.order import read_in_order

COLUMNS = [("pos", "position"), ("no", "code"), ("name", "text"), ("qty", "quantity"), ("unit", "unit"), ("price", "price"), ("amount", "amount")]


@pytest.mark.parametrize(
    ("row", "quantity", "name"),
    [
        ("1 OF-24 Oil filter 24 pcs 3.50 84.00", "24", "Oil filter"),
        ("2 KR-10 V-belt 10 x 1000 1 200 шт 2,05 2 460,00", "1 200", "V-belt 10 x 1000"),
        ("3 AF-7 Air filter 5 W 10 pcs 12.00 EUR 120.00 EUR", "10", "Air filter 5 W"),
    ],
)
def test_a_row_that_adds_up_in_one_way_is_read(row: str, quantity: str, name: str) -> None:
    found = read_in_order(row.split(), COLUMNS)

    assert found is not None
    assert (quantity, name) == (found["qty"], found["name"])


@pytest.mark.parametrize(
    "row",
    [
        "1 OF-24 Oil filter 24 pcs 3.50 99.00",  # does not add up
        "1 OF-24 Oil filter 24 3.50 84.00",  # the unit is missing
        "1 Oil filter 24 pcs 3.50 84.00",  # the code is missing
        "Total 84.00",
        " ".join(["1"] * 500),
    ],
)
def test_a_row_that_can_be_read_in_no_way_or_in_several_is_not_read(row: str) -> None:
    assert read_in_order(row.split(), COLUMNS) is None
