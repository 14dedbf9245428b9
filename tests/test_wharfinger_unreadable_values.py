"""Values that cannot be read: kept as they stand, and complained about once, in words."""

import io

from wharfinger.contracts import Context, Document
from wharfinger.reading import read

TABLE = (
    "Order number;Order date;Item code;Qty;Unit;Price;Delivery date;Currency;Buyer;Seller\n"
    "1;soon;A1;24;pcs;3.50;2026-11-20;EUR;Nordwind;Hafen\n"
    "1;soon;A2;many;pcs;3.50;2026-11-20;EUR;Nordwind;Hafen\n"
)


def _document() -> Document:
    [document] = [item for item in read(io.BytesIO(TABLE.encode()), Context()) if isinstance(item, Document)]
    return document


def test_an_unreadable_value_is_no_missing_one() -> None:
    assert ["value-unreadable", "value-unreadable"] == [one.code for one in _document().problems if one.severity == "error"]


def test_the_raw_text_is_kept_where_it_stands() -> None:
    record = _document().record

    assert record is not None
    assert "soon" == record.extensions["Order date"]
    assert ["many"] == [line.extensions["Qty"] for line in record.order_lines if "Qty" in line.extensions]


def test_the_problem_names_field_and_line_in_the_language_of_the_reader() -> None:
    [_, quantity] = [one for one in _document().problems if one.code == "value-unreadable"]

    assert "Quantity of line 2: many cannot be read as a number." == quantity.text("en")
    assert quantity.text("ru").startswith("Количество в строке 2: ")
    assert quantity.text("de").startswith("Menge in Position 2: ")
    assert quantity.text("zh").startswith("第 2 行的数量")
