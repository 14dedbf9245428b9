"""When to pay, what was added and taken off in all, and further things that only several values of a message say together."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from parsers.edifact import parse
from parsers.edifact.settlement import later
from wharfinger.contracts import Context, Document
from wharfinger.records import AllowanceCharge, Amount, FinancialAccount, Invoice, PaymentMeans


def _message(kind: str, body: str) -> Any:
    head = "UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0930+7'"
    whole = f"UNH+1+{kind}:D:96A:UN'{body}'"
    text = f"{head}{whole}UNT+{whole.count(chr(39)) + 1}+1'UNZ+1+7'"
    [record] = [item.record for item in parse(io.BytesIO(text.encode("latin-1")), Context()) if isinstance(item, Document)]
    return record


def _invoice(head: str = "", lines: str = "", summary: str = "", code: str = "380") -> Any:
    parties = "NAD+SU+5412345000013::9'NAD+BY+4012345500004::9'CUX+2:EUR:4"
    found = [f"BGM+{code}+R-1+9'DTM+137:20260131:102", parties, head, lines, "UNS+S", summary or "MOA+9:119"]
    return _message("INVOIC", "'".join(one for one in found if one))


def _euro(value: str) -> Amount:
    return Amount(value=Decimal(value), currency_id="EUR")


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("PAT+1++5:3:D:30", date(2026, 3, 2)),
        ("PAT+1++5:3:CD:0", date(2026, 1, 31)),
        ("PAT+1++5:3:W:2", date(2026, 2, 14)),
        ("PAT+1++5:3:M:1", date(2026, 2, 28)),
        ("PAT+1++5:3:Y:1", date(2027, 1, 31)),
        ("PAT+1++5:3:D:30'DTM+13:20260401:102", date(2026, 4, 1)),
    ],
)
def test_invoice_is_due_so_many_days_after_its_date_unless_it_says_when(terms: str, due: date) -> None:
    assert due == _invoice(terms).due_date


def test_a_date_that_is_computed_is_assumed_and_its_terms_are_placed() -> None:
    invoice = _invoice("PAT+1++5:3:D:30")

    assert ("due_date",) == invoice.assumed
    assert not [path for path in invoice.extensions if "C112" in path]


@pytest.mark.parametrize("terms", ["PAT+1++8:3:D:30", "PAT+1++5:2:D:30", "PAT+1++5:3:WD:30", "PAT+1++5:3:D:99999", "PAT+20++5:3:D:30"])
def test_terms_of_which_no_date_follows_are_left_over(terms: str) -> None:
    invoice = _invoice(terms)

    assert invoice.due_date is None
    assert [value for path, value in invoice.extensions.items() if path.endswith("/2152")]


def test_discount_is_granted_for_so_many_days() -> None:
    terms = _invoice("PAT+22++5:3:D:10'PCD+12:2").payment_terms

    assert (date(2026, 2, 10), Decimal(2)) == (terms.settlement_period.end_date, terms.settlement_discount_percent)


def test_no_date_is_later_than_the_calendar() -> None:
    assert [None, None, None] == [later(date(9999, 12, 1), unit, 60) for unit in ("D", "M", "Y")]


@pytest.mark.parametrize(
    ("listed", "summary", "allowances", "charges"),
    [
        ("ALC+A'MOA+8:12", "MOA+131:12", "12", None),
        ("ALC+A'MOA+8:12", "MOA+131:-12", "12", None),
        ("ALC+C'MOA+8:5", "MOA+131:5", None, "5"),
        ("ALC+A'MOA+8:12'ALC+C'MOA+8:5", "MOA+131:-7", "12", "5"),
        ("", "MOA+79:100'MOA+125:88'MOA+131:12", "12", None),
        ("", "MOA+79:100'MOA+125:105'MOA+131:5", None, "5"),
        ("ALC+A'MOA+8:12'ALC+C'MOA+8:5", "MOA+131:-9", None, None),
        ("", "MOA+131:12", None, None),
        ("ALC+A'MOA+8:12", "MOA+260:11'MOA+131:12", "11", None),
    ],
)
def test_one_sum_of_allowances_and_charges_is_taken_for_what_the_message_shows_it_to_be(
    listed: str, summary: str, allowances: str | None, charges: str | None
) -> None:
    invoice = _invoice(listed, summary=f"MOA+9:119'{summary}")
    totals = invoice.legal_monetary_total

    expected = tuple(_euro(one) if one else None for one in (allowances, charges))
    assert expected == (totals.allowance_total_amount, totals.charge_total_amount)
    assert (expected == (None, None) or "260" in summary) == any("131" in path for path in invoice.extensions)


def test_order_says_the_sum_of_its_allowances_too() -> None:
    body = "BGM+220+1+9'DTM+137:20261101:102'CUX+2:EUR:9'ALC+A'MOA+8:12'UNS+S'MOA+131:12"

    assert _euro("12") == _message("ORDERS", body).anticipated_monetary_total.allowance_total_amount


def test_allowances_that_only_the_summary_of_a_credit_note_states_are_its_allowances() -> None:
    note = _invoice(summary="MOA+9:119'ALC+C++++FC'MOA+8:5", code="381")

    assert (AllowanceCharge(charge_indicator=True, reason_code="FC", amount=_euro("5")),) == note.allowance_charges


def test_what_was_taken_off_a_payment_and_why_is_an_allowance_or_with_a_sign_a_charge() -> None:
    line = "DOC+380+RE-1'MOA+12:90'AJT+4'MOA+165:10'FTX+ACD+++damaged'AJT+3'MOA+165:-2"
    body = f"BGM+481+Z-1+9'DTM+137:20261220:102'CUX+2:EUR:11'{line}'UNS+S'MOA+12:90"

    assert (
        AllowanceCharge(charge_indicator=False, reason_code="4", reason="damaged", amount=_euro("10")),
        AllowanceCharge(charge_indicator=True, reason_code="3", amount=_euro("2")),
    ) == _message("REMADV", body).remittance_advice_lines[0].allowance_charges


@pytest.mark.parametrize(
    ("prices", "price", "allowances"),
    [
        ("PRI+AAA:9'PRI+AAB:10", "9", (AllowanceCharge(charge_indicator=False, amount=_euro("1"), base_amount=_euro("10")),)),
        ("PRI+AAB:10'PRI+AAA:12", "12", (AllowanceCharge(charge_indicator=True, amount=_euro("2"), base_amount=_euro("10")),)),
        ("PRI+AAB:10", "10", ()),
        ("PRI+AAE:11'PRI+AAB:10", "10", ()),
    ],
)
def test_list_price_beside_a_net_price_says_what_was_taken_off(prices: str, price: str, allowances: tuple[AllowanceCharge, ...]) -> None:
    found = _invoice(lines=f"LIN+1'QTY+47:1'{prices}").invoice_lines[0].price

    assert (_euro(price), allowances) == (found.price_amount, found.allowance_charges)


@pytest.mark.parametrize(
    ("head", "means"),
    [
        ("PAT+1'PAI+::42'FII+BF+DE1", (PaymentMeans(payment_means_code="42", payee_financial_account=FinancialAccount(id="DE1")),)),
        ("PAT+1'DTM+140:20260401:102", ()),
        ("PAT+1'PAI+::42'FII+BF+DE1'PAT+ZZZ'PAI+::58'FII+BF+DE2", ("42", "58")),
    ],
    ids=["in one place", "a date alone", "two ways"],
)
def test_ways_to_pay_stand_with_the_terms(head: str, means: Any) -> None:
    found = _invoice(head).payment_means

    assert means == (tuple(one.payment_means_code for one in found) if means and isinstance(means[0], str) else found)


@pytest.mark.parametrize(
    ("texts", "notes", "reasons"),
    [
        ("FTX+AAI+++sold out", (), ("sold out",)),
        ("FTX+AAI+++dear friends'FTX+ACD+++sold out", ("dear friends",), ("sold out",)),
    ],
)
def test_the_reason_of_a_cancellation_is_the_text_that_says_so_or_else_all(texts: str, notes: tuple[str, ...], reasons: Any) -> None:
    record = _message("ORDCHG", f"BGM+230+1+1'DTM+137:20261101:102'{texts}'RFF+ON:4711'UNS+S")

    assert (notes, reasons) == (record.notes, record.cancellation_notes)


def test_tax_of_the_head_is_that_of_the_lines_unless_it_is_a_part_of_the_sum() -> None:
    body = "BGM+220+1+9'DTM+137:20261101:102'TAX+7+VAT+++:::19+S{}'LIN+1'QTY+21:1'UNS+S"
    rate, part = (_message("ORDERS", body.format(one)).order_lines[0].item for one in ("", "'MOA+124:19"))

    assert "S" == rate.classified_tax_category.id
    assert part is None


def test_tax_in_another_currency_is_told_apart_from_that_of_the_document() -> None:
    invoice = _invoice("CUX+2:EUR:4+3:PLN:10E+4.2815", summary="MOA+9:119'MOA+124:19'MOA+124:81.35:PLN:10E")

    assert isinstance(invoice, Invoice)
    assert ("PLN", _euro("19")) == (invoice.tax_currency_code, invoice.tax_total.tax_amount if invoice.tax_total else None)
    assert invoice.tax_currency_tax_total is not None
    assert Amount(value=Decimal("81.35"), currency_id="PLN") == invoice.tax_currency_tax_total.tax_amount


def test_dates_prior_to_and_including_are_the_ends_of_periods() -> None:
    dates = "DTM+71:20261101:102'DTM+74:20261105:102'DTM+72:20261102:102'DTM+75:20261104:102"
    delivery = _message("ORDERS", f"BGM+220+1+9'DTM+137:20261020:102'{dates}'UNS+S").delivery
    periods = (delivery.requested_delivery_period, delivery.promised_delivery_period)

    assert [(date(2026, 11, 1), date(2026, 11, 5)), (date(2026, 11, 2), date(2026, 11, 4))] == [
        (one.start_date, one.end_date) for one in periods
    ]


def test_text_of_a_reason_without_amount_is_a_note_of_the_remitted_document() -> None:
    head = "BGM+239+Z-1+9'DTM+137:20260131:102'FII+PB+4711:Nordwind+90874:25:131'NAD+PR+4012345500004::9'NAD+PE+5412345000013::9'CUX+2:EUR:11"
    line = "DOC+380+RE-1'MOA+9:50'MOA+12:0'DTM+137:20260101:102'AJT+9'FTX+ABO+1++wrong period"
    remittance = _message("REMADV", f"{head}'{line}'UNS+S'MOA+12:0")

    assert ("wrong period",) == remittance.remittance_advice_lines[0].notes
    assert "4711" == remittance.payment_means[0].payer_financial_account.id
