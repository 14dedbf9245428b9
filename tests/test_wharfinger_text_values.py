"""Numbers, dates and times as people print them; what can mean two things is refused."""

from datetime import date, time
from decimal import Decimal

import pytest

from wharfinger.text_values import Exact, clock, day, day_example, number, number_example


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("24", "24"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234\u202f567,8", "1234567.8"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1 234", "1234"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("0,125", "0.125"),
        (".5", "0.5"),
        ("1234,567", "1234.567"),
        ("(12.00)", "-12.00"),
        ("12,00-", "-12.00"),
        ("12,00 -", "-12.00"),
        ("-12", "-12"),
        ("−12", "-12"),
        ("+3", "3"),
        ("€ 1.234,56", "1234.56"),
        ("1.234,56 EUR", "1234.56"),
        ("-$5.00", "-5.00"),
        ("$-5.00", "-5.00"),
        ("руб. 1 234,50", "1234.50"),
        ("1 234,50 руб.", "1234.50"),
        ("CHF 1'000.--", "1000"),
        ("¥1,234.00", "1234.00"),
        ("35.00元", "35.00"),
        ("１，２３４．５６", "1234.56"),
        ("19 %", "19"),
        ("١٢", "12"),
        ("٥٬٤٦٠٫٥٠", "5460.50"),
        ("1,20,500.00", "120500.00"),
        ("15,06,71,020", "150671020"),
    ],
)
def test_a_number_is_read_in_the_custom_in_which_it_is_printed(raw: str, value: str) -> None:
    assert str(Decimal(value)) == str(number(raw))


@pytest.mark.parametrize(
    "raw",
    ["", " ", "abc", "1.234", "12,500", "1.2.3", "1 23", "1.234.56", "1,2345,678", "--5", "-5-", "(-5)", "1e5", "1E+5", "24 Stk", "0x10", "NaN", "Infinity", "1_000",
     "1" * 100, "½", "="],
)  # fmt: skip
def test_what_is_no_number_or_could_be_two_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        number(raw)


@pytest.mark.parametrize(
    ("raw", "example", "value"),
    [
        ("1.234", "1.234,56", "1234"),
        ("1.234", "0.5", "1.234"),
        ("10,000", "12,50", "10.000"),
        ("10,000", "12.50", "10000"),
        ("10", "12,50", "10"),
        (Exact("1.234"), "1.234,56", "1.234"),
    ],
)
def test_an_example_decides_what_a_number_alone_does_not(raw: str, example: str, value: str) -> None:
    assert str(Decimal(value)) == str(number(raw, example))


def test_a_number_in_the_other_custom_than_the_example_is_refused() -> None:
    with pytest.raises(ValueError, match=r"12\.50"):
        number("12.50", example="1.234,56")


@pytest.mark.parametrize(
    ("raws", "example"),
    [(["1.234", "12,5", "7"], "12,5"), (["1.234", "5"], None), (["12,5", "12.5"], None), ([], None), (["abc", "1,234.5"], "1,234.5")],
)
def test_the_numbers_of_a_document_vote_only_in_unison(raws: list[str], example: str | None) -> None:
    assert example == number_example(raws)


@pytest.mark.parametrize(
    "raw",
    ["2025-03-05", "2025/3/5", "20250305", "05.03.2025", "5.3.25", "2025年3月5日", "2025. 03. 05.", "2025.3.5", "2025 年 03 月 05 日", "5. März 2025", "5 mars 2025", "5 March 2025", "March 5, 2025", "Mar 5 2025",
     "05-MAR-2025", "05-MAR-25", "5 марта 2025 г.", "5 марта 2025 года", "Mi., 05.03.2025", "Hamburg, 5. März 2025", "vom 5.3.2025", "45721", "45721.5", "2025-03-05T10:11:12Z",
     "05.03.2025 14:30", "05.03.2025.", "2025-03-05 00:00:00", "5th March 2025"],
)  # fmt: skip
def test_a_date_is_read_as_it_is_printed(raw: str) -> None:
    assert date(2025, 3, 5) == day(raw)


def test_the_first_of_a_month_in_french_is_read() -> None:
    assert date(2018, 3, 1) == day("1er mars 2018")


@pytest.mark.parametrize(
    ("raw", "example", "value"),
    [
        ("03/04/2025", "12/31/2025", date(2025, 3, 4)),
        ("03/04/2025", "31/12/2025", date(2025, 4, 3)),
        ("03-04-2025", "31.12.2025", date(2025, 4, 3)),
        ("03.04.2025", "12/31/2025", date(2025, 4, 3)),
        ("12/31/2025", None, date(2025, 12, 31)),
        ("31/12/2025", None, date(2025, 12, 31)),
        ("05/05/2025", None, date(2025, 5, 5)),
    ],
)
def test_the_order_of_day_and_month_is_the_senders(raw: str, example: str | None, value: date) -> None:
    assert value == day(raw, example)


@pytest.mark.parametrize(
    ("raw", "example"),
    [("03/04/2025", None), ("31/12/2025", "12/31/2025"), ("00.00.0000", None), ("31.02.2025", None), ("13/13/2025", None), ("5 Foo 2025", None), ("", None), ("12", None),
     ("2025", None), ("x" * 1000, None), ("31.12.2025 and more", None), ("20251301", None)],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_refused(raw: str, example: str | None) -> None:
    with pytest.raises(ValueError, match=r"^"):
        day(raw, example)


def test_the_dates_of_a_document_vote_only_in_unison() -> None:
    assert "31/12/2025" == day_example(["03/04/2025", "31/12/2025"])
    assert day_example(["12/31/2025", "31/12/2025"]) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("14:30", time(14, 30)),
        ("2:30 PM", time(14, 30)),
        ("12:05 a.m.", time(0, 5)),
        ("31.12.2025 14:30:15", time(14, 30, 15)),
        ("03/04/2025 14:30", time(14, 30)),
        ("2025-12-31T14:30:15.250Z", time(14, 30, 15)),
        ("14 ноября 2025 г. 9:30", time(9, 30)),
        ("14:30 Uhr", time(14, 30)),
        ("45721.5", time(12)),
        ("31.12.2025", None),
        ("45721", None),
    ],
)
def test_the_time_of_a_value_is_read_where_it_has_one(raw: str, value: time | None) -> None:
    assert value == clock(raw)


@pytest.mark.parametrize("raw", ["", "24:00", "14:60", "13:00 PM", "soon", "31.02.2025 10:00", "123"])
def test_what_is_no_time_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        clock(raw)
