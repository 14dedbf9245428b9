"""Rows that are cancelled, rejected or closed are told and not ordered."""

import io
from typing import Any

import pytest

from parsers.csv import parse
from wharfinger.contracts import Context, Document
from wharfinger.problems import Problem
from wharfinger.tables.cancelled import Cancelled


def _read(heading: str, *cells: str) -> tuple[list[Any], list[str]]:
    """The items ordered, and the codes told, of an order with one row for each cell of the column."""
    rows = [f"4711;2026-10-05;Nordwind;A-{at};24;pcs;{cell}" for at, cell in enumerate(cells, 1)]
    text = "\n".join([f"Order number;Order date;Buyer;Item code;Quantity;Unit;{heading}", *rows, ""])
    items = list(parse(io.BytesIO(text.encode()), Context()))
    documents = [item for item in items if isinstance(item, Document)]
    ordered = [line.item.sellers_item_identification.value for one in documents for line in one.record.order_lines]
    told = [item.code for item in items if isinstance(item, Problem)] + [problem.code for one in documents for problem in one.problems]
    return ordered, told


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Line status", "Canceled"),
        ("Status", "Closed"),
        ("Status", "PO closed"),
        ("Статус строки", "Отменена покупателем"),
        ("Zeilenstatus", "Storniert"),
        ("行业务关闭", "业务关闭"),
        ("Durum", "İptal"),
        ("Statut", "Annulée"),
        ("Löschkennzeichen", "X"),
        ("D", "L"),
        ("Отменено", "Да"),
        ("CANCEL_FLAG", "Y"),
        ("Rejection reason", "Z1 too expensive"),
        ("Qty cancelled", "24"),
    ],
)
def test_a_cancelled_row_is_told_and_not_ordered(heading: str, cell: str) -> None:
    assert (["A-1"], ["table-rows-cancelled"]) == _read(heading, "", cell)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Line status", "Open order"),
        ("Line status", "Not closed"),
        ("行业务关闭", "正常"),
        ("关闭状态", "未关闭"),
        ("Отменено", "Нет"),
        ("CANCEL_FLAG", "N"),
        ("Closed", "false"),
        ("Qty cancelled", "0,00"),
        ("D", ""),
        ("Colour", "Closed"),
    ],
)
def test_a_row_that_is_not_cancelled_is_ordered(heading: str, cell: str) -> None:
    assert (["A-1"], []) == _read(heading, cell)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Status", "Partially cancelled"),
        ("Status", "Teilstorniert"),
        ("状态", "部分关闭"),
        ("Статус", "Частично отменён"),
        ("Qty cancelled", "4"),
    ],
)
def test_a_row_cancelled_in_part_is_asked_about(heading: str, cell: str) -> None:
    assert (["A-1"], ["table-row-cancelled-in-part"]) == _read(heading, cell)


def test_an_order_of_which_all_is_cancelled_is_told_and_is_no_order() -> None:
    assert ([], ["table-rows-cancelled"]) == _read("Status", "Cancelled", "Cancelled")


def test_rows_behind_a_cancelled_one_keep_its_order_number() -> None:
    text = "Order number;Order date;Item code;Quantity;Status\n4711;2026-10-05;A-1;24;Cancelled\n;;A-2;12;Open\n"

    [order, _] = parse(io.BytesIO(text.encode()), Context())

    assert isinstance(order, Document)
    assert "4711" == order.id
    assert ["A-2"] == [line.item.sellers_item_identification.value for line in order.record.order_lines]


def test_a_table_without_such_columns_has_nothing_cancelled() -> None:
    assert Cancelled((), (), (), (), ()) == Cancelled.of(["Item", "Quantity"], ())


def test_rows_that_leave_out_the_number_of_a_cancelled_order_are_cancelled_too() -> None:
    text = "Order Reference;Order Header Status;Item code;Quantity\nP1;Cancelled;A-1;24\n;;A-2;12\nP2;Open;A-3;6\n;;A-4;3\n"

    [order, told] = parse(io.BytesIO(text.encode()), Context())

    assert isinstance(order, Document)
    assert isinstance(told, Problem)
    assert ["A-3", "A-4"] == [line.item.sellers_item_identification.value for line in order.record.order_lines]
    assert ("table-rows-cancelled", "2, 3") == (told.code, told.subject)


@pytest.mark.parametrize("heading", ["Payment status", "Invoice status", "Статус оплаты"])
def test_what_is_closed_in_another_way_is_ordered(heading: str) -> None:
    assert (["A-1"], []) == _read(heading, "Closed")
