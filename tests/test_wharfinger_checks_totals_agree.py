"""Amounts that a document states twice agree."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wharfinger.checks.totals_agree import check
from wharfinger.contracts import Context
from wharfinger.records import AllowanceCharge, Amount, MonetaryTotal, Order, OrderLine, Price, Quantity, TaxTotal


def money(value: str | None) -> Amount | None:
    return Amount(value=Decimal(value), currency_id="EUR") if value is not None else None


def line(quantity: str, price: str | None, amount: str | None, base: Quantity | None = None, *allowances: AllowanceCharge) -> OrderLine:
    return OrderLine(
        id="1",
        quantity=Quantity(value=Decimal(quantity), unit_code="C62"),
        price=Price(price_amount=money(price), base_quantity=base),
        line_extension_amount=money(amount),
        allowance_charges=allowances,
    )


def problems(*lines: OrderLine, total: MonetaryTotal | None = None, **fields: object) -> list[tuple[str, str | None, str | None]]:
    order = Order(test_indicator=False, order_lines=lines, anticipated_monetary_total=total, **fields)  # type: ignore[arg-type]
    return [(one.code, one.expected, one.found) for one in check(order, Context())]


HUNDRED = Quantity(value=Decimal(100), unit_code="C62")
KILOGRAM = Quantity(value=Decimal(1), unit_code="KGM")
DISCOUNT = AllowanceCharge(charge_indicator=False, amount=money("4.00"))
FREIGHT = AllowanceCharge(charge_indicator=True, amount=money("10.00"))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (line("24", "3.50", "84.00"), []),
        (line("24", "3.50", "84.02"), []),
        (line("24", "3.50", "80.00", None, DISCOUNT), []),
        (line("24", "3.50", "94.00", None, FREIGHT), []),
        (line("24", "3.50", "84.00", None, DISCOUNT), []),  # the price is net of it already
        (line("250", "3.50", "8.75", HUNDRED), []),
        (line("24", "3.50", "999.00", KILOGRAM), []),
        (line("24", "3.50", "999.00", Quantity(value=Decimal(0))), []),
        (line("24", None, "84.00"), []),
        (line("24", "3.50", None), []),
        (line("24", "3.50", "88.00"), [("line-amount-differs", "84.00", "88.00")]),
        (line("24", "3.50", "-84.00"), [("line-amount-differs", "84.00", "-84.00")]),
        (line("250", "3.50", "875.00", HUNDRED), [("line-amount-differs", "8.75", "875.00")]),
        (line("1000", "0.33", "333.33"), [("line-amount-imprecise", "330.00", "333.33")]),
        (line("1000", "0.3333", "333.34"), [("line-amount-imprecise", "333.30", "333.34")]),
        (line("1000", "0.3333", "333.50"), [("line-amount-differs", "333.30", "333.50")]),
        (line("3", "1", "5"), [("line-amount-differs", "3.00", "5.00")]),
    ],
)
def test_line_amount_is_quantity_times_price(one: OrderLine, expected: list[tuple[str, str, str]]) -> None:
    assert expected == problems(one)


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (MonetaryTotal(line_extension_amount=money("168.00")), []),
        (MonetaryTotal(line_extension_amount=money("168.02")), []),
        (MonetaryTotal(line_extension_amount=money("268.00")), [("total-of-lines-differs", "168.00", "268.00")]),
        (MonetaryTotal(tax_exclusive_amount=money("168.00")), []),
        (MonetaryTotal(tax_exclusive_amount=money("160.00")), [("total-without-tax-differs", "168.00", "160.00")]),
        (MonetaryTotal(tax_exclusive_amount=money("160.00"), allowance_total_amount=money("8.00")), []),
        (MonetaryTotal(tax_exclusive_amount=money("178.00"), charge_total_amount=money("10.00")), []),
        (MonetaryTotal(payable_amount=money("1.00")), []),
    ],
)
def test_totals_are_those_of_the_lines(total: MonetaryTotal, expected: list[tuple[str, str, str]]) -> None:
    assert expected == problems(line("24", "3.50", "84.00"), line("24", "3.50", "84.00"), total=total)


def test_lines_without_amounts_are_computed_for_the_total() -> None:
    total = MonetaryTotal(line_extension_amount=money("100.00"))

    assert [("total-of-lines-differs", "84.00", "100.00")] == problems(line("24", "3.50", None), total=total)


def test_one_line_without_price_leaves_the_total_unjudged() -> None:
    total = MonetaryTotal(line_extension_amount=money("100.00"))

    assert [] == problems(line("24", "3.50", None), line("1", None, None), total=total)


def test_document_allowances_are_considered() -> None:
    total = MonetaryTotal(line_extension_amount=money("84.00"), tax_exclusive_amount=money("80.00"))

    assert [] == problems(line("24", "3.50", "84.00"), total=total, allowance_charges=(DISCOUNT,))


@pytest.mark.parametrize(("gross", "expected"), [("99.96", []), ("100.96", [("total-with-tax-differs", "99.96", "100.96")])])
def test_total_with_tax_is_net_and_tax(gross: str, expected: list[tuple[str, str, str]]) -> None:
    total = MonetaryTotal(tax_exclusive_amount=money("84.00"), tax_inclusive_amount=money(gross))

    assert expected == problems(line("24", "3.50", "84.00"), total=total, tax_total=TaxTotal(tax_amount=money("15.96")))


def test_oioubl_states_the_tax_as_its_tax_exclusive_amount() -> None:
    total = MonetaryTotal(line_extension_amount=money("84.00"), tax_exclusive_amount=money("21.00"), tax_inclusive_amount=money("105.00"))

    assert [] == problems(line("24", "3.50", "84.00"), total=total, tax_total=TaxTotal(tax_amount=money("21.00")))


_numbers = st.one_of(
    st.none(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.integers(-999999, 999999).map(lambda exponent: Decimal(f"1E{exponent}")),
)


@settings(max_examples=200, deadline=None)
@given(_numbers, _numbers, _numbers, _numbers)
def test_no_number_whatever_raises(quantity: Decimal | None, price: Decimal | None, base: Decimal | None, amount: Decimal | None) -> None:
    one = OrderLine(
        quantity=Quantity(value=quantity),
        price=Price(price_amount=Amount(value=price), base_quantity=Quantity(value=base)),
        line_extension_amount=Amount(value=amount),
    )
    total = MonetaryTotal(line_extension_amount=Amount(value=price), tax_exclusive_amount=Amount(value=amount))
    order = Order(test_indicator=False, order_lines=(one, one), anticipated_monetary_total=total)

    assert all(problem.text() for problem in check(order, Context()))


def test_the_sum_of_no_lines_refutes_no_total() -> None:
    total = MonetaryTotal(tax_exclusive_amount=money("100.00"))

    assert [] == problems(total=total)
    assert [("total-without-tax-differs", "84.00", "100.00")] == problems(line("24", "3.50", "84.00"), total=total)
