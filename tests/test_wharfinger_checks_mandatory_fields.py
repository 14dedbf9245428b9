"""Every order states what is needed to deliver it."""

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from wharfinger.checks.mandatory_fields import check
from wharfinger.contracts import Context
from wharfinger.records import Amount, Identifier, Item, MonetaryTotal, Order, OrderLine, Party, Place, Price, Quantity

LINE = OrderLine(
    id="10", quantity=Quantity(value=Decimal(24), unit_code="C62"), item=Item(name="Oil filter"), origin=Place(message=1, segment=14)
)
ORDER = Order(
    id="4711",
    issue_date=date(2026, 11, 1),
    test_indicator=False,
    buyer_customer_party=Party(name="Nordwind GmbH"),
    seller_supplier_party=Party(endpoint_id=Identifier(value="5412345000013", scheme_id="0088")),
    order_lines=(LINE,),
    origin=Place(message=1, segment=2),
)


def test_complete_order_has_no_problem() -> None:
    assert [] == list(check(ORDER, Context()))


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("id", None, "order-id-missing"),
        ("id", "", "order-id-missing"),
        ("issue_date", None, "order-issue-date-missing"),
        ("buyer_customer_party", None, "order-buyer-missing"),
        ("buyer_customer_party", Party(), "order-buyer-missing"),
        ("seller_supplier_party", None, "order-seller-missing"),
        ("order_lines", (), "order-lines-missing"),
    ],
)
def test_missing_field_of_the_document_is_reported_at_the_document(field: str, value: object, code: str) -> None:
    problems = list(check(replace(ORDER, **{field: value}), Context()))

    assert [(code, Place(message=1, segment=2))] == [(one.code, one.place) for one in problems]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("item", None, "order-line-item-missing"),
        ("item", Item(), "order-line-item-missing"),
        ("quantity", None, "order-line-quantity-missing"),
        ("quantity", Quantity(unit_code="C62"), "order-line-quantity-missing"),
        ("quantity", Quantity(value=Decimal(0), unit_code="C62"), "order-line-quantity-not-positive"),
        ("quantity", Quantity(value=Decimal(-3), unit_code="C62"), "order-line-quantity-not-positive"),
        ("quantity", Quantity(value=Decimal(24)), "order-line-unit-missing"),
    ],
)
def test_missing_field_of_a_line_is_reported_at_the_line(field: str, value: object, code: str) -> None:
    problems = list(check(replace(ORDER, order_lines=(replace(LINE, **{field: value}),)), Context()))

    assert [(code, "10", Place(message=1, segment=14))] == [(one.code, one.subject, one.place) for one in problems]


@pytest.mark.parametrize(
    "item",
    [
        Item(standard_item_identification=Identifier(value="4000862141404", scheme_id="0160")),
        Item(sellers_item_identification=Identifier(value="OF-24")),
        Item(buyers_item_identification=Identifier(value="77")),
        Item(manufacturers_item_identification=Identifier(value="M1")),
        Item(additional_item_identifications=(Identifier(value="X"),)),
        Item(descriptions=("Oil filter",)),
    ],
)
def test_any_number_or_description_says_what_is_ordered(item: Item) -> None:
    assert [] == list(check(replace(ORDER, order_lines=(replace(LINE, item=item),)), Context()))


def test_all_problems_are_reported_and_a_line_without_number_is_called_by_its_position() -> None:
    order = replace(ORDER, id=None, order_lines=(LINE, OrderLine()))

    problems = list(check(order, Context()))

    expected = [("order-id-missing", None), ("order-line-item-missing", "2"), ("order-line-quantity-missing", "2")]
    assert expected == [(one.code, one.subject) for one in problems]


def test_price_without_currency_needs_one_and_is_reported_once() -> None:
    bare = Amount(value=Decimal("3.50"))
    line = replace(LINE, price=Price(price_amount=bare), line_extension_amount=bare)

    problems = list(check(replace(ORDER, order_lines=(line, line)), Context()))

    assert [("currency-missing", Place(message=1, segment=14))] == [(one.code, one.place) for one in problems]


def test_total_without_currency_needs_one() -> None:
    total = MonetaryTotal(payable_amount=Amount(value=Decimal(84)))

    assert ["currency-missing"] == [one.code for one in check(replace(ORDER, anticipated_monetary_total=total), Context())]


def test_amounts_that_name_their_currency_need_no_other() -> None:
    total = MonetaryTotal(payable_amount=Amount(value=Decimal(84), currency_id="EUR"))

    assert [] == list(check(replace(ORDER, anticipated_monetary_total=total), Context()))
