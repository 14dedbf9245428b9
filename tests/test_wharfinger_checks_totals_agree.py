"""Amounts that a document states twice agree."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wharfinger.checks.totals_agree import check
from wharfinger.contracts import Context
from wharfinger.records import (
    AllowanceCharge,
    Amount,
    Invoice,
    InvoiceLine,
    MonetaryTotal,
    Order,
    OrderLine,
    Price,
    Quantity,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
)


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


def off(percent: str, amount: str) -> AllowanceCharge:
    return AllowanceCharge(charge_indicator=False, multiplier_factor_numeric=Decimal(percent), amount=money(amount))


@pytest.mark.parametrize(
    ("amount", "expected"), [("66449", []), ("66448.32", []), ("66448", [("line-amount-differs", "76940.00", "66448.00")])]
)
def test_percentages_may_be_taken_off_one_after_the_other(amount: str, expected: list[tuple[str, str, str]]) -> None:
    one = line("2", "43716", amount, None, off("20", "8743"), off("5", "1749"))

    assert expected == problems(one)


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


def bill(total: MonetaryTotal, *taxes: str, withheld: str | None = None, line: InvoiceLine | None = None) -> list[str]:
    first, *further = [TaxTotal(tax_amount=money(one)) for one in taxes]
    invoice = Invoice(
        test_indicator=False,
        tax_total=first,
        further_tax_totals=tuple(further),
        withholding_tax_totals=(TaxTotal(tax_amount=money(withheld)),) if withheld else (),
        legal_monetary_total=total,
        invoice_lines=(line,) if line is not None else (),
    )
    return [one.code for one in check(invoice, Context())]


def totals(gross: str, payable: str, lines: str = "100.00", allowance: str | None = None) -> MonetaryTotal:
    return MonetaryTotal(
        line_extension_amount=money(lines),
        tax_exclusive_amount=money("100.00"),
        tax_inclusive_amount=money(gross),
        allowance_total_amount=money(allowance),
        payable_amount=money(payable),
    )


def test_of_several_taxes_the_first_or_all_are_in_the_total() -> None:
    sums = [totals("127.00", "127.00"), totals("119.00", "119.00"), totals("108.00", "108.00")]

    assert [[], [], ["total-with-tax-differs"]] == [bill(one, "19.00", "8.00") for one in sums]


def test_a_further_tax_in_another_currency_is_not_added() -> None:
    other = TaxTotal(tax_amount=Amount(value=Decimal("8.00"), currency_id="SEK"))
    invoice = Invoice(
        test_indicator=False,
        tax_total=TaxTotal(tax_amount=money("19.00")),
        further_tax_totals=(other,),
        legal_monetary_total=totals("127.00", "127.00"),
    )

    assert ["total-with-tax-differs"] == [one.code for one in check(invoice, Context())]


def test_what_is_withheld_need_not_be_paid() -> None:
    paid = [totals("120.00", amount) for amount in ("116.00", "120.00", "110.00")]

    assert [[], [], ["total-payable-differs"]] == [bill(one, "20.00", withheld="4.00") for one in paid]


def test_the_parts_of_a_further_tax_are_checked_too() -> None:
    part = TaxSubtotal(taxable_amount=money("100.00"), tax_amount=money("9.00"), tax_category=TaxCategory(percent=Decimal(8)))
    further = (TaxTotal(tax_amount=money("9.50"), tax_subtotals=(part,)),)
    invoice = Invoice(test_indicator=False, tax_total=TaxTotal(tax_amount=money("19.00")), further_tax_totals=further)

    found = [(one.code, one.field) for one in check(invoice, Context())]

    of = "further_tax_totals"
    assert [("total-of-tax-differs", f"{of}.tax_amount.value"), ("tax-differs", f"{of}.tax_subtotals.tax_amount.value")] == found


def test_the_sum_of_the_lines_may_be_the_one_before_their_allowances() -> None:
    price, ten = Price(price_amount=money("11.00")), Quantity(value=Decimal(10), unit_code="C62")
    allowance = AllowanceCharge(charge_indicator=False, amount=money("10.00"))
    one = InvoiceLine(invoiced_quantity=ten, price=price, line_extension_amount=money("100.00"), allowance_charges=(allowance,))

    sums = [totals("120.00", "120.00", lines, "10.00") for lines in ("110.00", "130.00")]

    assert [[], ["total-of-lines-differs", "total-without-tax-differs"]] == [bill(total, "20.00", line=one) for total in sums]
