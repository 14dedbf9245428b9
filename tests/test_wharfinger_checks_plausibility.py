"""Checks of numbers, dates, quantities, units, currencies, countries, counts and the test flag."""

from datetime import date
from decimal import Decimal

import pytest

from wharfinger.checks import country, currency, dates, line_count, line_numbers, marked_as_test, quantities, units
from wharfinger.contracts import Context
from wharfinger.records import Address, Amount, Delivery, Location, MonetaryTotal, Order, OrderLine, Party, Period, Place, Price, Quantity


def order(*lines: OrderLine, **fields: object) -> Order:
    return Order(**{"test_indicator": False, "issue_date": date(2026, 11, 1), "order_lines": lines} | fields)  # type: ignore[arg-type]


def requested(start: date | None, end: date | None = None) -> Delivery:
    return Delivery(requested_delivery_period=Period(start_date=start, end_date=end))


def test_second_line_of_the_same_number_is_reported_where_it_stands() -> None:
    lines = [OrderLine(id=number, origin=Place(row=row)) for row, number in enumerate(["1", "2", "1", None, None], 2)]

    problems = list(line_numbers.check(order(*lines), Context()))

    assert [("line-number-duplicate", "1", Place(row=4))] == [(one.code, one.found, one.place) for one in problems]


@pytest.mark.parametrize(
    ("issued", "delivery", "expected"),
    [
        (date(2026, 11, 1), requested(date(2026, 11, 1)), []),
        (date(2026, 11, 1), requested(None), []),
        (None, requested(date(2026, 11, 20)), []),
        (date(2026, 11, 1), requested(date(2026, 10, 31)), ["delivery-before-issue-date"]),
        (date(2026, 11, 1), requested(date(2026, 10, 30), date(2026, 11, 2)), []),
        (date(2026, 11, 1), requested(date(2026, 12, 2), date(2026, 12, 1)), ["period-reversed"]),
        (date(2026, 11, 1), requested(date(2036, 12, 31)), []),
        (date(2026, 11, 1), requested(date(2037, 1, 1)), ["date-implausible"]),
        (date(2026, 11, 1), requested(date(26, 11, 20)), ["date-implausible"]),
        (date(26, 11, 1), requested(date(2026, 11, 20)), ["date-implausible"]),
        (date(1990, 1, 1), requested(None), []),
        (date(9999, 12, 31), requested(None), ["date-implausible"]),
    ],
)
def test_dates_that_cannot_be_meant_are_reported(issued: date | None, delivery: Delivery, expected: list[str]) -> None:
    assert expected == [one.code for one in dates.check(order(issue_date=issued, delivery=delivery), Context())]


def test_delivery_date_of_a_line_is_reported_at_the_line() -> None:
    line = OrderLine(deliveries=(requested(date(2025, 11, 20)),), origin=Place(segment=20))

    [problem] = dates.check(order(line), Context())

    assert ("delivery-before-issue-date", Place(segment=20), "2025-11-20") == (problem.code, problem.place, problem.found)


def test_validity_period_without_end_in_sight_is_no_problem_but_a_reversed_one_is() -> None:
    open_ended = Period(start_date=date(2026, 11, 1), end_date=date(9999, 12, 31))
    backwards = Period(start_date=date(2026, 11, 1), end_date=date(2026, 10, 1))

    assert [] == list(dates.check(order(validity_period=open_ended), Context()))
    assert ["period-reversed"] == [one.code for one in dates.check(order(validity_period=backwards), Context())]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("24", "C62", []),
        ("2.5", "KGM", []),
        ("24.000", "C62", []),
        ("2.5", "C62", ["quantity-fractional"]),
        ("4000862141404", "C62", ["quantity-implausible"]),
        ("1E+999999", "C62", ["quantity-implausible"]),
        ("999999999", "GRM", []),
    ],
)
def test_quantities_that_cannot_be_meant_are_reported(value: str, unit: str, expected: list[str]) -> None:
    line = OrderLine(id="1", quantity=Quantity(value=Decimal(value), unit_code=unit))

    assert expected == [one.code for one in quantities.check(order(line), Context())]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["10", "14"], []),
        (["10", "4"], ["delivery-quantities-differ"]),
        (["10", None], []),
        ([None], []),
    ],
)
def test_deliveries_of_a_line_add_up_to_its_quantity_where_all_say_how_much(parts: list[str | None], expected: list[str]) -> None:
    deliveries = tuple(Delivery(quantity=Quantity(value=Decimal(one))) if one else Delivery() for one in parts)
    line = OrderLine(quantity=Quantity(value=Decimal(24), unit_code="C62"), deliveries=deliveries)

    assert expected == [one.code for one in quantities.check(order(line), Context())]


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("C62", []),
        ("KGM", []),
        ("XPX", []),
        ("28", []),
        (None, []),
        ("PCE", ["unit-code-unlisted"]),
        ("ST", ["unit-code-unlisted"]),
        ("kgm", ["unit-unknown"]),
        ("Stück", ["unit-unknown"]),
        ("шт", ["unit-unknown"]),
        ("C62X", ["unit-unknown"]),
    ],
)
def test_units_are_codes_of_recommendation_20(unit: str | None, expected: list[str]) -> None:
    line = OrderLine(id="1", quantity=Quantity(value=Decimal(1), unit_code=unit))

    assert expected == [one.code for one in units.check(order(line), Context())]


def test_unit_of_the_price_is_judged_too_and_the_same_unit_only_once() -> None:
    price = Price(base_quantity=Quantity(value=Decimal(1), unit_code="Stk"))
    other = OrderLine(id="1", quantity=Quantity(value=Decimal(1), unit_code="C62"), price=price)
    same = OrderLine(id="2", quantity=Quantity(value=Decimal(1), unit_code="Stk"), price=price)

    assert [("1", "Stk"), ("2", "Stk")] == [(one.subject, one.found) for one in units.check(order(other, same), Context())]


def euros(currency_id: str | None) -> MonetaryTotal:
    return MonetaryTotal(payable_amount=Amount(value=Decimal(1), currency_id=currency_id))


@pytest.mark.parametrize(
    ("document", "amount", "expected"),
    [
        ("EUR", "EUR", []),
        (None, "CNY", []),
        ("EUR", None, []),
        ("EURO", None, ["currency-unknown"]),
        ("eur", None, ["currency-unknown"]),
        ("RUR", "RUR", ["currency-withdrawn"]),
        ("EUR", "USD", ["currency-mixed"]),
        ("EUR", "EUO", ["currency-unknown", "currency-mixed"]),
    ],
)
def test_a_document_has_one_currency_of_iso_4217(document: str | None, amount: str | None, expected: list[str]) -> None:
    record = order(document_currency_code=document, anticipated_monetary_total=euros(amount))

    assert expected == [one.code for one in currency.check(record, Context())]


def test_withdrawn_currency_says_since_when() -> None:
    [problem] = currency.check(order(document_currency_code="HRK"), Context())

    assert "The currency HRK was withdrawn in 2023." == problem.text()


@pytest.mark.parametrize(("code", "expected"), [("DE", []), (None, []), ("UK", ["country-unknown"]), ("GER", ["country-not-coded"]), ("de", ["country-not-coded"])])
def test_countries_are_alpha_2_codes(code: str | None, expected: list[str]) -> None:
    address = Address(country=code)
    by_party = order(seller_supplier_party=Party(address=address))
    by_location = order(OrderLine(deliveries=(Delivery(delivery_location=Location(address=address)),)))

    assert expected == [one.code for one in country.check(by_party, Context())]
    assert expected == [one.code for one in country.check(by_location, Context())]


@pytest.mark.parametrize(("stated", "expected"), [(None, []), (2, []), (3, [("3", "2")]), (0, [("0", "2")])])
def test_stated_number_of_lines_is_the_counted_one(stated: int | None, expected: list[tuple[str, str]]) -> None:
    record = order(OrderLine(), OrderLine(), line_count_numeric=stated)

    assert expected == [(one.expected, one.found) for one in line_count.check(record, Context())]


def test_test_document_is_announced_as_a_warning() -> None:
    [problem] = marked_as_test.check(order(test_indicator=True), Context())

    assert ("test-document", "warning") == (problem.code, problem.severity)
    assert [] == list(marked_as_test.check(order(), Context()))
