"""Columns by their headings, and what of a mapping a table has."""

from typing import Any

import pytest

from wharfinger.mapping import MappingError, compile_mapping
from wharfinger.problems import Problem
from wharfinger.records import Order, Place
from wharfinger.tables.applying import apply, headings_of
from wharfinger.tables.columns import Columns, folded
from wharfinger.tables.notation import TableNotation
from wharfinger.tables.settings import packaged
from wharfinger.tables.sheets import Group, Row


def _columns(headings: list[str], mapping: dict[str, Any]) -> Columns:
    return Columns(headings, frozenset(headings_of(mapping)))


def _read(headings: list[str], mapping: dict[str, Any], rows: list[list[str]]) -> tuple[Order | None, list[Problem]]:
    columns = _columns(headings, mapping)
    group = Group([Row(cells, number) for number, cells in enumerate(rows, 2)])
    for row in group.rows:
        row.group = group
    problems: list[Problem] = []
    order = compile_mapping(Order, apply(Order, mapping, columns).mapping, TableNotation(columns))(group, problems)
    return order, [*group.problems, *problems]


@pytest.mark.parametrize("heading", ["Bestell-Nr.", "BESTELL NR", "bestellnr", " Bestell_Nr "])
def test_headings_are_the_same_whatever_their_case_and_punctuation(heading: str) -> None:
    assert "bestellnr" == folded(heading)


@pytest.mark.parametrize(
    "heading",
    ["Menge", "Menge (ST)", "Menge [kg]", "Menge, Stück", "Menge / Quantity", "Quantity\nMenge", "Ordered / Menge", "EKPO-MENGE", "EKPO~MENGE"],
)
def test_a_heading_is_known_with_its_unit_its_translation_and_its_table(heading: str) -> None:
    assert [0] == _columns([heading], {"id": "Menge"}).find({"path": "menge"})


def test_a_whole_heading_goes_before_its_part() -> None:
    columns = _columns(["partner_id/name", "Name"], {"a": "partner_id/name", "b": "Name"})

    assert ([0], [1]) == (columns.find({"path": "partner_id/name"}), columns.find({"path": "Name"}))


@pytest.mark.parametrize(("column", "index"), [("A", 0), ("c", 2), ("3", 2), (3, 2), ("AA", None)])
def test_a_column_may_be_named_by_letter_or_number(column: object, index: int | None) -> None:
    assert ([] if index is None else [index]) == _columns(["x", "y", "z"], {}).find({"column": column})


@pytest.mark.parametrize(
    ("leaf", "says"),
    [
        ({"path": "A", "column": "A"}, "headings .* or the letter"),
        ({}, "headings .* or the letter"),
        ({"column": "A1"}, "letter .* or number"),
        ({"path": "A", "regex": "x"}, "regex is not valid here"),
        ({"path": "A", "rows": "all"}, "valid: agree, differ"),
        ({"path": "A", "looks": "nice"}, "valid: gln"),
    ],
)
def test_a_leaf_that_is_wrong_says_what_would_be_valid(leaf: dict[str, Any], says: str) -> None:
    with pytest.raises(MappingError, match=f"id: .*{says}"):
        compile_mapping(Order, {"id": leaf}, TableNotation(_columns(["A"], {})))


def test_the_packaged_mapping_is_valid() -> None:
    build = compile_mapping(Order, packaged(), TableNotation(_columns([], {})))

    assert build(Group(), []) is None


def test_the_first_heading_that_is_filled_counts() -> None:
    order, problems = _read(["PO", "Order"], {"id": ["Order", "PO"]}, [["1", ""]])

    assert (order and order.id, problems) == ("1", [])


def test_constants_are_dropped_with_the_columns_that_they_belong_to() -> None:
    mapping = {"id": "A", "buyer_customer_party": {"endpoint_id": {"value": "GLN", "scheme_id": {"is": "0088"}}}}

    applied = apply(Order, mapping, _columns(["A"], mapping))

    assert ["id"] == list(applied.mapping)


def test_constants_alone_stay() -> None:
    mapping = {"id": "A", "document_currency_code": {"is": "EUR"}, "contract": {"id": {"is": "K-1"}}}

    applied = apply(Order, mapping, _columns(["A"], mapping))

    assert ["id", "document_currency_code", "contract"] == list(applied.mapping)


def test_a_partners_constant_stays_also_where_the_packaged_columns_are_missing() -> None:
    own = {"contract": {"id": {"is": "K-1"}}}
    mapping = {"id": "A", "contract": {"id": {"is": "K-1"}, "issue_date": "Contract date"}}

    applied = apply(Order, mapping, _columns(["A"], mapping), own)

    assert {"id": {"is": "K-1"}} == applied.mapping["contract"]


def test_rows_that_contradict_each_other_in_a_header_field_are_a_problem_with_its_place() -> None:
    order, problems = _read(["A", "Currency"], {"id": "A", "document_currency_code": "Currency"}, [["1", "EUR"], ["1", ""], ["1", "USD"]])

    assert (order and order.document_currency_code) == "EUR"
    [problem] = problems
    assert ("table-header-field-conflict", Place(row=4, column="Currency"), "EUR", "USD") == (
        problem.code, problem.place, problem.expected, problem.found,
    )  # fmt: skip


@pytest.mark.parametrize(("second", "header", "lines"), [("2025-01-02", None, 2), ("2025-01-01", "2025-01-01", 0)])
def test_a_date_is_the_headers_if_all_rows_agree_and_else_the_lines(second: str, header: str | None, lines: int) -> None:
    mapping = {
        "delivery": {"requested_delivery_period": {"start_date": {"path": "When", "rows": "agree"}}},
        "order_lines": {
            "each": "rows",
            "quantity": {"value": "Q"},
            "deliveries": [{"requested_delivery_period": {"start_date": {"path": "When", "rows": "differ"}}}],
        },
    }

    order, problems = _read(["Q", "When"], mapping, [["1", "2025-01-01"], ["1", second]])

    assert order is not None
    found = order.delivery and order.delivery.requested_delivery_period and order.delivery.requested_delivery_period.start_date
    assert (header, lines, []) == (found and found.isoformat(), sum(len(line.deliveries) for line in order.order_lines), problems)


@pytest.mark.parametrize(
    ("raw", "looks"),
    [
        ("4012345000009", "gln"),
        ("4000862141404", "gtin"),
        ("96385074", "gtin"),
        ("A-100", "code"),
        ("100123", "code"),
        ("4012345000008", "code"),
        ("Hafen AG", "text"),
        ("ООО «Гавань 1»", "text"),
        ("10", "position"),
        ("471100", "part"),
    ],
)
def test_a_value_is_taken_by_what_it_looks_like(raw: str, looks: str) -> None:
    order, _ = _read(["A", "B"], {"id": {"path": "A", "looks": looks}, "notes": "B"}, [[raw, "x"]])

    assert order is not None
    assert raw == order.id


@pytest.mark.parametrize(("raw", "looks"), [("4012345000008", "gln"), ("Hafen AG", "code"), ("A-100", "text"), ("4000862141404", "code"), ("10", "part"), ("100123", "position")])
def test_a_value_that_looks_otherwise_is_not_taken(raw: str, looks: str) -> None:
    order, _ = _read(["A", "B"], {"id": {"path": "A", "looks": looks}, "notes": "B"}, [[raw, "x"]])

    assert order is not None
    assert order.id is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("4.000862141404E+12", "4000862141404"),
        ("4,000862141404E+12", "4000862141404"),
        ("4.000862141405E+12", None),
        ("4.00086E+12", None),
        ("4E+12", None),
        ("4.5E+1", "45"),
        ("4711E", "4711E"),
    ],
)
def test_a_number_that_a_spreadsheet_rounded_is_restored_only_where_no_digit_is_lost(raw: str, value: str | None) -> None:
    order, problems = _read(["A", "B"], {"id": "A", "notes": "B"}, [[raw, "x"]])

    assert order is not None
    assert value == order.id
    assert ([] if value else ["table-number-rounded"]) == [problem.code for problem in problems]
