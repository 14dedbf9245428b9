"""The notation of pages: where a value stands, how a label is found, and what a wrong template is told."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from wharfinger.mapping import MappingError, compile_mapping
from wharfinger.pages.labels import find, fold, looks_like, matches
from wharfinger.pages.model import Page, Paper, Rule, Word, gather, join
from wharfinger.pages.notation import PageNotation
from wharfinger.problems import Problem
from wharfinger.records import Order

HEADER = {"header": ["Pos", "Name", "Menge", "Preis"], "new_line_when": "Pos", "skip": ["Übertrag"], "ends_at": "Summe"}
LINES = {
    "each": HEADER,
    "id": {"column": "Pos"},
    "quantity": {"value": {"column": "Menge"}},
    "item": {"name": {"column": "Name"}},
    "price": {"price_amount": {"value": {"column": "Preis"}}},
}


def words(*texts: tuple[float, float, str]) -> list[Word]:
    """Words of 10 points at (x, y), each character 5 points wide."""
    found = []
    for x, y, text in texts:
        at = x
        for word in text.split(" "):
            found.append(Word(word, at, y, at + 5 * len(word), y + 10))
            at += 5 * len(word) + 3
    return found


def paper(*texts: tuple[float, float, str], rules: tuple[Rule, ...] = ()) -> Paper:
    return Paper((Page(gather(words(*texts), 1), lambda: rules),))


def read(fields: dict[str, Any], on: Paper, **examples: str) -> tuple[Order | None, list[Problem]]:
    problems: list[Problem] = []
    order = compile_mapping(Order, fields, PageNotation(fields, **examples))(on, problems)
    return order, problems


def first(leaf: dict[str, Any], on: Paper) -> str | None:
    """The value that a leaf gives for the order's number."""
    order, _ = read({"id": leaf}, on)
    return order.id if order else None


@pytest.mark.parametrize(
    ("leaf", "texts", "expected"),
    [
        ({"after": "Bestell-Nr."}, [(50, 50, "Bestell-Nr.: 4711")], "4711"),
        ({"after": "Bestell-Nr."}, [(50, 50, "BESTELL NR"), (200, 50, "4711")], "4711"),
        ({"after": "Bestell-Nr."}, [(50, 50, "Bestell-Nr."), (52, 65, "4711")], "4711"),
        ({"after": "Bestell-Nr."}, [(50, 50, "Bestell-Nr."), (300, 65, "4711")], None),
        ({"after": "Datum"}, [(50, 50, "Lieferdatum: 1.1.2026"), (50, 70, "Datum: 2.2.2026")], "2.2.2026"),
        ({"after": "Datum"}, [(50, 50, "Datum der Lieferung: 1.1.2026"), (50, 70, "Datum: 2.2.2026")], "2.2.2026"),
        ({"after": "P.O."}, [(50, 50, "P.O. #: 10-4421")], "10-4421"),
        ({"after": "Total"}, [(50, 50, "Total"), (200, 50, "8")], "8"),
        ({"right_of": "Nummer"}, [(50, 50, "Nummer"), (52, 65, "4711")], None),
        ({"below": "Nummer"}, [(50, 50, "Nummer 12"), (52, 65, "4711")], "4711"),
        ({"after": "订单号"}, [(50, 50, "订单号：PO-17")], "PO-17"),
        ({"after": "订单号"}, [(50, 50, "订单号PO-17")], "PO-17"),
        ({"after": ["No such", "Order"]}, [(50, 50, "Order 12")], "12"),
        ({"after": "No", "looks_like": "45##"}, [(50, 50, "No 99 of 4512")], "4512"),
        ({"after": "No", "take": "code"}, [(50, 50, "No of 1.2.2026 is PO-5, fine")], "PO-5"),
        ({"after": "Заказ №"}, [(50, 50, "Заказ № 118 от 3 ноября 2026 г.")], "118 от 3 ноября 2026 г."),
        ({"block_under": "An"}, [(50, 50, "An"), (50, 62, "Hafen AG"), (50, 74, "Kai 3"), (50, 120, "fern")], "Hafen AG, Kai 3"),
        ({"block_under": "An", "line": 1}, [(50, 50, "An"), (50, 62, "Hafen AG"), (50, 74, "Kai 3")], "Hafen AG"),
        ({"block_under": "An", "line": 1}, [(50, 50, "An:"), (120, 50, "Hafen AG"), (120, 62, "Kai 3")], "Hafen AG"),
        (
            {"block_under": ["Buyer", "Seller"], "line": 1},
            [(50, 50, "Buyer"), (120, 50, "Hafen AG"), (220, 50, "Seller"), (280, 50, "Nord Ltd"), (50, 62, "Account"), (120, 62, "C-17")],
            "Hafen AG",
        ),
        ({"one_of": {"EUR": "EUR", "USD": "USD"}}, [(50, 50, "Preise in EUR, zahlbar in EUR")], "EUR"),
        ({"one_of": {"EUR": "EUR", "USD": "USD"}}, [(50, 50, "Preise in EUR oder USD")], None),
        ({"block_under": "Customer", "line": 1}, [(50, 50, "Customer"), (150, 50, ": Bluebird Ltd"), (50, 64, "Account"), (150, 64, ": 7")], "Bluebird Ltd"),
        ({"one_of": {"рублей": "RUB", "белорусских рублей": "BYN"}}, [(50, 50, "Сто белорусских рублей")], "BYN"),
        ({"after": "Währung", "codes": {"€": "EUR", "Euro": "EUR"}}, [(50, 50, "Währung: EURO")], "EUR"),
    ],
)
def test_a_value_stands_where_the_leaf_says(leaf: dict[str, Any], texts: list[tuple[float, float, str]], expected: str | None) -> None:
    assert expected == first(leaf, paper(*texts))


def test_a_label_at_the_start_of_a_text_counts_before_one_in_a_sentence() -> None:
    sentence = (50, 90, "Bitte immer unsere Bestellnummer. 3. Teillieferungen sind erlaubt.")

    assert "OA-871" == first({"after": ["Bestellnummer", "Auftrag Nr"], "take": "code"}, paper((50, 50, "Auftrag Nr OA-871"), sentence))


def test_a_sum_may_stand_in_the_column_after_what_its_label_goes_on_with() -> None:
    leaf = {"right_of": "Total", "with": ["ohne"], "take": "amount"}

    assert "84,00" == first(leaf, paper((50, 50, "Total EUR ohne MwSt."), (300, 50, "84,00")))


def test_a_currency_is_known_within_ideographs() -> None:
    assert "CNY" == first({"one_of": {"人民币": "CNY"}}, paper((50, 50, "合计人民币（大写）：伍万元整")))


def test_a_label_is_not_taken_for_the_value_beside_it() -> None:
    on = paper((50, 50, "Nummer"), (150, 50, "Datum"), (50, 65, "4711"), (150, 65, "1.2.2026"))

    order, _ = read({"id": {"after": "Nummer"}, "issue_date": {"after": "Datum"}}, on)

    assert order is not None
    assert ("4711", date(2026, 2, 1)) == (order.id, order.issue_date)


def test_a_longer_label_that_is_known_keeps_its_value_from_the_shorter_one() -> None:
    fields = {
        "anticipated_monetary_total": {
            "line_extension_amount": {"value": {"right_of": "Total net"}},
            "payable_amount": {"value": {"right_of": "Total"}},
        }
    }

    order, _ = read(fields, paper((50, 50, "Total net"), (200, 50, "80.00"), (50, 70, "Total"), (200, 70, "95.20")))

    assert order is not None
    total = order.anticipated_monetary_total
    assert total is not None
    assert total.line_extension_amount is not None
    assert total.payable_amount is not None
    assert (Decimal("80.00"), Decimal("95.20")) == (total.line_extension_amount.value, total.payable_amount.value)


def lines_of(on: Paper) -> list[tuple[str | None, ...]]:
    order, _ = read({"order_lines": LINES}, on, numbers="1.234,56")
    return [
        (
            line.id,
            line.item.name if line.item else None,
            str(line.quantity.value) if line.quantity else None,
            str(line.price.price_amount.value) if line.price and line.price.price_amount else None,
        )
        for line in (order.order_lines if order else ())
    ]


HEAD = ((50, 100, "Pos"), (80, 100, "Name"), (300, 100, "Menge"), (400, 100, "Preis"))


def test_numbers_to_the_right_and_text_to_the_left_of_their_heading_fall_into_its_column() -> None:
    on = paper(*HEAD, (50, 120, "1"), (80, 120, "Ein recht langer Name für ein Ding"), (285, 120, "1.200"), (390, 120, "12,50"), (80, 132, "zweite Zeile"))

    assert [("1", "Ein recht langer Name für ein Ding zweite Zeile", "1200", "12.50")] == lines_of(on)


def test_text_below_a_gap_does_not_join_the_last_line() -> None:
    on = paper(*HEAD, (50, 120, "1"), (80, 120, "Ding"), (315, 120, "5"), (400, 120, "2,00"), (80, 170, "Fußnote"))

    assert [("1", "Ding", "5", "2.00")] == lines_of(on)


def test_lines_go_on_on_the_next_page_with_or_without_a_header() -> None:
    def body(y: float, number: str) -> tuple[tuple[float, float, str], ...]:
        return ((50, y, number), (80, y, "Ding"), (315, y, "5"), (400, y, "2,00"))

    pages = (
        Page(gather(words(*HEAD, *body(120, "1"), (80, 140, "Übertrag"), (400, 140, "10,00")), 1)),
        Page(gather(words(*((x + 9, y, text) for x, y, text in (*HEAD, *body(120, "2")))), 2)),
        Page(gather(words((50, 30, "Nordwind GmbH"), *body(60, "3"), (300, 90, "Summe"), (400, 90, "30,00"), *body(130, "4")), 3)),
    )

    assert ["1", "2", "3"] == [line[0] for line in lines_of(Paper(pages))]


def test_ruling_lines_part_rows_whose_number_stands_in_their_middle() -> None:
    ys = (95, 115, 160, 205)
    rules = (*(Rule(45, y, 450, y) for y in ys), *(Rule(x, 95, x, 205) for x in (45, 75, 290, 390, 450)))
    texts: list[tuple[float, float, str]] = [*HEAD]
    for top, number in ((118, "1"), (163, "2")):
        texts += [(80, top, f"Ding {number}"), (80, top + 12, "mit Zusatz"), (80, top + 24, "in drei Zeilen")]
        texts += [(50, top + 12, number), (315, top + 12, "5"), (400, top + 12, "2,00")]

    expected = [(number, f"Ding {number} mit Zusatz in drei Zeilen", "5", "2.00") for number in ("1", "2")]
    assert expected == lines_of(paper(*texts, rules=rules))


def test_a_header_over_two_lines_is_one() -> None:
    fields = {"order_lines": {**LINES, "each": {**HEADER, "header": ["Pos", "Name", "Menge bestellt", "Preis"]}, "quantity": {"value": {"column": "Menge bestellt"}}}}
    on = paper(*HEAD, (300, 112, "bestellt"), (50, 130, "1"), (80, 130, "Ding"), (315, 130, "5"), (400, 130, "2,00"))

    order, _ = read(fields, on)

    assert order is not None
    assert [Decimal(5)] == [line.quantity.value for line in order.order_lines if line.quantity]


def test_rows_of_two_lines_under_a_header_of_two_lines_are_read_as_sap_prints_them() -> None:
    fields = {
        "order_lines": {
            "each": {"header": {"Pos": ["Pos"], "Name": ["Bezeichnung"], "Menge": ["Bestellmenge"], "ME": ["Einheit"], "Preis": ["Preis"]}},
            "id": {"column": "Pos"},
            "quantity": {"value": {"column": "Menge"}, "unit_code": {"column": "ME"}},
            "item": {"name": {"column": "Name"}},
            "price": {"price_amount": {"value": {"column": "Preis"}}},
        }
    }
    header = [(50, 50, "Pos"), (90, 50, "Bezeichnung"), (70, 62, "Bestellmenge"), (140, 62, "Einheit"), (200, 62, "Preis")]
    one = [(50, 80, "10"), (90, 80, "Filter M8x20"), (110, 92, "24"), (140, 92, "ST"), (205, 92, "3,50"), (90, 104, "lang")]
    order, _ = read(fields, paper(*header, *one, (50, 122, "20"), (90, 122, "Dichtung"), (115, 134, "2"), (140, 134, "KG"), (205, 134, "9,00")))

    assert order is not None
    lines = [(line.id, line.item and line.item.name, line.quantity and (str(line.quantity.value), line.quantity.unit_code)) for line in order.order_lines]
    assert [("10", "Filter M8x20 lang", ("24", "ST")), ("20", "Dichtung", ("2", "KG"))] == lines


def test_a_labelled_line_within_a_row_is_read_by_its_label_and_no_part_of_the_name() -> None:
    on = paper(*HEAD, (50, 120, "1"), (80, 120, "Ding"), (315, 120, "5"), (400, 120, "2,00"), (80, 132, "blau"), (80, 144, "Ihre Nr.: A-7"))
    item = {"name": {"column": "Name"}, "sellers_item_identification": {"value": {"after": "Ihre Nr."}}}

    order, _ = read({"order_lines": {**LINES, "item": item}}, on)

    assert order is not None
    [line] = order.order_lines
    assert line.item is not None
    assert line.item.sellers_item_identification is not None
    assert ("Ding blau", "A-7") == (line.item.name, line.item.sellers_item_identification.value)


def test_what_is_no_number_is_a_problem_with_its_place() -> None:
    on = paper(*HEAD, (50, 120, "1"), (80, 120, "Ding"), (300, 120, "nach Bedarf"), (400, 120, "2,00"))

    _, problems = read({"order_lines": LINES}, on)

    assert [("value-unreadable", "nach Bedarf", 1, 2)] == [(one.code, one.found, one.place.page, one.place.line) for one in problems]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": "Bestell-Nr."}, r"id: write \{after: Bestell-Nr.\}"),
        ({"id": {"aftre": "Nr"}}, r"id: aftre is not valid here; valid: one of after"),
        ({"id": {"after": "Nr", "below": "Nr"}}, r"id: after, below is not valid here"),
        ({"id": {"after": "Nr", "take": "all"}}, r"id: take: all is not valid; valid: number"),
        ({"order_lines": {"each": {"header": ["Pos", "Menge"], "new_line_when": "Nr"}, "id": {"column": "Pos"}}}, r"Nr is no heading of this table"),
        ({"order_lines": {"each": {"heading": ["Pos"]}, "id": {"column": "Pos"}}}, r"write \{header"),
        ({"order_lines": {"each": {"header": ["Pos", "Menge"]}, "id": {"column": "Nr"}}}, r"Nr is no heading"),
    ],
)
def test_a_wrong_template_is_told_what_would_be_valid(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(MappingError, match=message):
        compile_mapping(Order, fields, PageNotation(fields))


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [("45####", "Nr. 451234.", "451234"), ("45####", "4512345", None), ("@@-##", "x AB-12 y", "AB-12"), ("##.##", "1.2 12.34", "12.34")],
)
def test_a_form_is_digits_letters_and_signs_as_they_stand(pattern: str, text: str, expected: str | None) -> None:
    assert expected == looks_like(pattern, text)


def test_a_pattern_with_stars_stands_for_anything_between() -> None:
    assert matches("Seite * von *", "SEITE 2 VON 5")
    assert not matches("Seite * von *", "Seite 2")


def test_a_label_is_found_as_a_whole_word_only() -> None:
    assert [] == find(fold("Menge"), "Mengeneinheit")
    assert [(0, 7)] == find(fold("Заказ №"), "ЗАКАЗ № 12")
    assert [(3, 6)] == find(fold("订单号"), "采购 订单号1")


def test_wrapped_parts_join_as_a_person_reads_them() -> None:
    assert "Öl-filter für Motor" == join(["Öl-", "filter für", "Motor"])
    assert "机油滤清器" == join(["机油", "滤清器"])
