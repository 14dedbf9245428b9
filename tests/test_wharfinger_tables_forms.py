"""An order form in a spreadsheet is read as its writer means it: letterhead, labels over their values, sums beside remarks."""

import io
from typing import Any

import pytest

from parsers import csv
from wharfinger.checks.totals_agree import check
from wharfinger.contracts import Context, Document
from wharfinger.periods import first_day, last_day

LINES = "Item,Description,Qty,Unit,Unit price,Total\nOF-24,Oil filter,12,EA,3.50,42.00\nAF-7,Air filter,5,EA,1.99,9.95\n"


def read(form: str) -> Any:
    [document] = [one for one in csv.parse(io.BytesIO(form.encode()), Context()) if isinstance(one, Document)]
    return document.record


def test_buyer_on_the_letterhead_is_assumed() -> None:
    head = "Harbor Parts Inc.,,,PURCHASE ORDER,,\n1 Pier Road,,,P.O. #,4711,\n,,,,,\n"
    order = read(f"{head}VENDOR,,SHIP TO,,,\nNordfilter GmbH,,Dock 2,,,\n,,,,,\n{LINES}")

    assert ("Harbor Parts Inc.", "Nordfilter GmbH") == (order.buyer_customer_party.name, order.seller_supplier_party.name)
    assert ("buyer_customer_party",) == order.assumed


def test_small_line_over_the_address_names_the_buyer_and_the_address_the_seller() -> None:
    sender = "Hafen Handels AG · Kaistr. 1 · 20457 Hamburg,,,,,\n,,,,,\n"
    order = read(f"{sender}Nordfilter GmbH,,,,,\nFilterweg 9,,,Bestell-Nr.:,4711,\n21073 Hamburg,,,,,\n{LINES}")

    assert ("Hafen Handels AG", "Nordfilter GmbH") == (order.buyer_customer_party.name, order.seller_supplier_party.name)


def test_two_names_that_the_layout_does_not_tell_apart_are_nobodys() -> None:
    order = read(f"Hafen AG,,,Nordfilter GmbH,,\nPO number:,4711,,,,\n{LINES}")

    assert (None, None) == (order.buyer_customer_party, order.seller_supplier_party)


def test_labels_stand_over_their_values_though_one_is_not_known() -> None:
    order = read(f"Order no,Order date,Our clerk,Currency,,\n4711,2026-10-14,C0042,EUR,,\n{LINES}")

    assert ("4711", "2026-10-14", "EUR") == (order.id, str(order.issue_date), order.document_currency_code)
    assert "C0042" == order.extensions["Our clerk"]


def test_labels_beside_their_values_stay_so_above_another_row_of_them() -> None:
    order = read(f"Order no,4711,Order date,2026-10-14,,\nCurrency,EUR,Buyer,Hafen AG,,\n{LINES}")

    assert ("4711", "2026-10-14", "EUR") == (order.id, str(order.issue_date), order.document_currency_code)


def test_label_and_value_may_stand_in_one_cell_one_over_the_other() -> None:
    head = '"Order no\n4711",,"Order date:\n2026-10-14",,"Currency: EUR\nTerms: 30 days",\n'
    order = read(f'{head}"Buyer\nHafen AG\nKaistr. 1",,"Supplier\nNordfilter GmbH\nFilterweg 9",,,\n{LINES}')

    assert ("4711", "2026-10-14", "EUR") == (order.id, str(order.issue_date), order.document_currency_code)
    assert ("Hafen AG", "Nordfilter GmbH") == (order.buyer_customer_party.name, order.seller_supplier_party.name)
    assert "Kaistr. 1 Filterweg 9" == order.extensions["row 2"]


def test_address_under_the_name_of_a_party_is_no_part_of_the_name() -> None:
    order = read(f'Order no,4711,,,,\nBuyer:,"Hafen AG\nKaistr. 1",,Supplier:,"Nordfilter GmbH\n21073 Hamburg",\n{LINES}')

    assert ("Hafen AG", "Nordfilter GmbH") == (order.buyer_customer_party.name, order.seller_supplier_party.name)


def test_cell_may_hold_several_labels_with_their_values() -> None:
    order = read(f"Order no: 4711 Order date: 14.10.2026 - Delivery date: 20.10.2026,,,,,\n{LINES}")

    assert ("4711", "2026-10-14") == (order.id, str(order.issue_date))
    assert "2026-10-20" == str(order.delivery.requested_delivery_period.start_date)


def test_colon_may_stand_before_the_value() -> None:
    order = read(f"Order no,: 4711,,,,\nOrder date,: 14.10.2026,,,,\n{LINES}")

    assert ("4711", "2026-10-14") == (order.id, str(order.issue_date))


def test_label_and_number_may_stand_in_one_cell_without_a_mark_between_them() -> None:
    order = read(f'"PURCHASE ORDER\nP.O. NO. 1187\nDATE 14/11/2026",,,,,\n{LINES}')

    assert ("1187", "2026-11-14") == (order.id, str(order.issue_date))


def test_title_may_end_with_the_bare_number() -> None:
    assert "260871" == read(f"INKOOPORDER 260871,,,,,\n{LINES}").id
    assert read(f"Purchase order 2026,,,,,\n{LINES}").id is None


def test_date_behind_the_place_of_a_letter_is_the_orders() -> None:
    order = read(f'Hafen AG,,,,,\n"Leipzig, den 20.11.2026",,,,,\nAuftrag Nr. 2026-0877,,,,,\n{LINES}')

    assert ("2026-0877", "2026-11-20") == (order.id, str(order.issue_date))


def test_sum_beside_a_remark_is_no_order_line() -> None:
    order = read(f"PO number:,4711,,,,\n{LINES}Please deliver before noon,,,,Shipping,12.00\n,,,,Total,63.95\n")

    assert ["Oil filter", "Air filter"] == [one.item.name for one in order.order_lines if one.item]


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("30.10.2026", "30.10.2026", None),
        ("am 30.10.2026", "30.10.2026", None),
        ("ab 01.11.2026", "01.11.2026", None),
        ("KW 45/2026", "2026-11-02", "2026-11-08"),
        ("KW45 2026", "2026-11-02", "2026-11-08"),
        ("2026-W45", "2026-11-02", "2026-11-08"),
        ("2026年第45周", "2026-11-02", "2026-11-08"),
        ("week 53, 2026", "2026-12-28", "2027-01-03"),
        ("KW 54/2026", "KW 54/2026", None),
        ("KW 45", "KW 45", None),
        ("до 30.10.2026", None, "30.10.2026"),
        ("bis zum 30.10.2026", None, "30.10.2026"),
        ("spätestens am 30.10.2026", None, "30.10.2026"),
        ("no later than 30 Oct 2026", None, "30 Oct 2026"),
        ("2026年10月30日前", None, "2026年10月30日"),
        ("01.11.2026 - 05.11.2026", "01.11.2026", "05.11.2026"),
        ("с 01.11.2026 по 05.11.2026", "01.11.2026", "05.11.2026"),
        ("2026-11-01 to 2026-11-05", "2026-11-01", "2026-11-05"),
        ("2026-11-01", "2026-11-01", None),
        ("2 November 2026", "2 November 2026", None),
        ("so bald wie möglich", "so bald wie möglich", None),
    ],
)
def test_delivery_dates_are_days_weeks_deadlines_and_spans(cell: str, first: str | None, last: str | None) -> None:
    assert (first, last) == (first_day(cell), last_day(cell))


def test_week_of_delivery_is_its_monday_and_sunday() -> None:
    order = read(f"PO number:,4711,,,,\nDelivery date:,KW 45/2026,,,,\n{LINES}")

    period = order.delivery.requested_delivery_period
    assert ("2026-11-02", "2026-11-08") == (str(period.start_date), str(period.end_date))


def test_sums_below_the_lines_are_those_of_the_order() -> None:
    below = ",,,,Total excl. VAT,51.95\n,,,,VAT 20 %,10.39\n,,,,Grand total,62.34\n"
    total = read(f"Order no,4711,,,,\nCurrency,EUR,,,,\n{LINES}{below}").anticipated_monetary_total

    assert ("51.95", "62.34", "EUR") == (
        *(str(total.line_extension_amount.value), str(total.tax_inclusive_amount.value)),
        total.line_extension_amount.currency_id,
    )


def test_sum_of_quantities_is_no_amount() -> None:
    assert read(f"Order no,4711,,,,\n{LINES}Total,,17,,,\n").anticipated_monetary_total is None


def test_sum_that_is_said_twice_and_differently_is_not_taken() -> None:
    assert read(f"Order no,4711,,,,\n{LINES}Subtotal,,,,,51.95\nSubtotal,,,,,12.00\n").anticipated_monetary_total is None


def test_sum_of_the_lines_that_they_do_not_give_is_told() -> None:
    order = read(f"Order no,4711,,,,\nCurrency,EUR,,,,\n{LINES}Subtotal,,,,,59.95\n")

    assert ["total-of-lines-differs"] == [problem.code for problem in check(order, Context())]


def test_number_that_is_said_to_be_one_is_the_orders() -> None:
    assert "CDE-26" == read(f"BON DE COMMANDE,,,,N° :,CDE-26\n{LINES}").id


def test_telephone_of_the_letterhead_does_not_hide_its_name() -> None:
    head = "Harbor Parts Inc.,,,PURCHASE ORDER,,\n1 Pier Road,,,P.O. #,4711,\nPhone: 0161 555 0100,,,,,\n,,,,,\n"
    buyer = read(f"{head}VENDOR,,,,,\nNordfilter GmbH,,,,,\n,,,,,\n{LINES}").buyer_customer_party

    assert ("Harbor Parts Inc.", "0161 555 0100") == (buyer.name, buyer.contact.telephone)


def test_one_of_the_values_under_their_labels_may_be_missing() -> None:
    order = read(f"Order no,Ship via,F.O.B.,Currency,,\n4711,DPD,,EUR,,\n{LINES}")

    assert ("4711", None, "EUR") == (order.id, order.delivery_terms, order.document_currency_code)


def test_sums_that_were_read_are_not_told_as_rows_that_were_left_out() -> None:
    form = f"Order no,4711,,,,\n{LINES}Subtotal,,,,,51.95\nPlease deliver before noon,,,,,\n"
    problems = [one for one in csv.parse(io.BytesIO(form.encode()), Context()) if not isinstance(one, Document)]

    assert [("table-rows-left-out", "6")] == [(one.code, one.subject) for one in problems]
