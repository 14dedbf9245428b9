"""Line tables on a page: which rows are lines of an order, and which columns its numbers prove."""

import pytest

from tests.test_wharfinger_pages_notation import words
from wharfinger.contracts import Context
from wharfinger.pages.model import Page, Paper, gather
from wharfinger.pages.orders import Template, read
from wharfinger.records import Order

Text = tuple[float, float, str]

HEADER: tuple[Text, ...] = ((50, 50, "Pos"), (100, 50, "Description"), (260, 50, "Qty"), (300, 50, "Unit"), (350, 50, "Price"), (420, 50, "Amount"))
UNCOUNTED: tuple[Text, ...] = ((100, 50, "Description"), (260, 50, "Qty"), (350, 50, "Price"), (420, 50, "Amount"))


def order_of(*pages: tuple[Text, ...]) -> tuple[Order, list[str]]:
    """The order on some pages and the codes of its problems."""
    paper = Paper(tuple(Page(gather(words(*texts), number)) for number, texts in enumerate(pages, 1)))
    order, problems = read(paper, Template(), Context())
    assert order is not None
    return order, [problem.code for problem in problems]


def row(y: float, position: str, name: str, quantity: str, price: str, amount: str) -> tuple[Text, ...]:
    texts = ((50, position), (100, name), (260, quantity), (300, "pcs" if quantity else ""), (350, price), (420, amount))
    return tuple((x, y, text) for x, text in texts if text)


def names(order: Order) -> list[str | None]:
    return [line.item.name if line.item else None for line in order.order_lines]


def sums(order: Order) -> list[tuple[str, str]]:
    """Price and amount of each line."""
    lines = order.order_lines
    return [
        (str(line.price.price_amount.value), str(line.line_extension_amount.value))
        for line in lines
        if line.price and line.price.price_amount and line.line_extension_amount
    ]


def test_a_sum_under_the_rows_is_no_line_whatever_it_is_called() -> None:
    one = ((100, 70, "Filter"), (260, 70, "2"), (350, 70, "3.00"), (420, 70, "6.00"))
    order, codes = order_of((*UNCOUNTED, *one, (350, 90, "Zusammen"), (420, 90, "6.00")))

    assert (["Filter"], []) == (names(order), codes)


def test_a_text_with_an_amount_but_no_quantity_is_left_to_a_person() -> None:
    one = ((100, 70, "Filter"), (260, 70, "2"), (350, 70, "3.00"), (420, 70, "6.00"))
    order, codes = order_of((*UNCOUNTED, *one, (100, 85, "Handling of pallets"), (350, 85, "9.00"), (420, 85, "9.00")))

    assert (["Filter"], ["page-row-unclear"]) == (names(order), codes)


def test_a_counted_line_without_a_quantity_stays_a_line() -> None:
    order, codes = order_of((*HEADER, *row(70, "1", "Filter", "2", "3.00", "6.00"), *row(85, "2", "Belt", "", "4.00", "4.00")))

    assert (["Filter", "Belt"], []) == (names(order), codes)


def test_the_head_of_a_further_page_is_no_row_of_the_table_that_goes_on_below_it() -> None:
    head = ((50, 20, "77 / 1.3.2026"), (260, 20, "4"), (350, 20, "Page 2"))
    order, codes = order_of((*HEADER, *row(70, "1", "Filter", "2", "3.00", "6.00")), (*head, *HEADER, *row(70, "2", "Belt", "1", "4.00", "4.00")))

    assert (["Filter", "Belt"], []) == (names(order), codes)


def test_rows_above_a_repeated_header_count_where_they_add_up() -> None:
    above = tuple((x, y - 50, text) for x, y, text in row(70, "2", "Belt", "1", "4.00", "4.00"))
    order, _ = order_of((*HEADER, *row(70, "1", "Filter", "2", "3.00", "6.00")), (*above, *HEADER, *row(70, "3", "Rope", "1", "5.00", "5.00")))

    assert ["Filter", "Belt", "Rope"] == names(order)


@pytest.mark.parametrize(
    ("price", "amount", "more"), [("Zapt", "Fala", ""), ("Zapt", "Amount", "Fala"), ("Price", "Fala", "Amount"), ("Amount", "Zapt", "Price")]
)
def test_what_quantity_and_price_add_up_to_is_the_amount_whatever_the_headings_say(price: str, amount: str, more: str) -> None:
    header = ((50, 50, "Description"), (200, 50, "Qty"), (260, 50, price), (330, 50, amount), (400, 50, more))
    one = ((50, 70, "Filter"), (200, 70, "2"), (260, 70, "3.00"), (330, 70, "6.00"), (400, 70, "7.20" if more else ""))
    two = ((50, 85, "Belt"), (200, 85, "3"), (260, 85, "4.00"), (330, 85, "12.00"), (400, 85, "14.40" if more else ""))
    order, _ = order_of(tuple(text for text in (*header, *one, *two) if text[2]))

    assert [("3.00", "6.00"), ("4.00", "12.00")] == sums(order)


def test_an_amount_less_a_discount_stays_the_amount_beside_one_that_adds_up() -> None:
    header = ((50, 50, "Description"), (200, 50, "Qty"), (260, 50, "Price"), (330, 50, "Fala"), (400, 50, "Zapt"), (450, 50, "Amount"))
    one = ((50, 70, "Filter"), (200, 70, "2"), (260, 70, "3.00"), (330, 70, "6.00"), (400, 70, "10"), (450, 70, "5.40"))
    order, _ = order_of((*header, *one))

    assert [("3.00", "5.40")] == sums(order)


def test_a_code_stands_over_its_name_where_the_heading_says_so() -> None:
    header = ((50, 50, "Part number / Description"), (260, 50, "Qty"), (350, 50, "Price"), (420, 50, "Amount"))
    one = ((50, 70, "FV-2200"), (260, 70, "2"), (350, 70, "3.00"), (420, 70, "6.00"), (50, 82, "Solenoid valve"))
    order, _ = order_of((*header, *one))
    [line] = order.order_lines

    assert line.item is not None
    assert line.item.sellers_item_identification is not None
    assert ("FV-2200", "Solenoid valve") == (line.item.sellers_item_identification.value, line.item.name)


def test_a_code_in_brackets_before_a_name_is_the_code_of_the_item() -> None:
    order, _ = order_of((*HEADER, *row(70, "1", "[E-COM08] Desk", "2", "3.00", "6.00")))
    [line] = order.order_lines

    assert line.item is not None
    assert line.item.sellers_item_identification is not None
    assert ("E-COM08", "Desk") == (line.item.sellers_item_identification.value, line.item.name)


def test_the_title_of_a_section_is_no_part_of_the_position_above() -> None:
    order, _ = order_of(
        (*HEADER, *row(70, "1", "Filter", "2", "3.00", "6.00"), (50, 85, "ENGINE ROOM"), *row(100, "2", "Belt", "1", "4.00", "4.00"))
    )

    assert [("1", "Filter"), ("2", "Belt")] == [(line.id, line.item and line.item.name) for line in order.order_lines]


def test_a_position_below_the_numbers_of_its_row_belongs_to_it() -> None:
    numbers = tuple(text for text in row(70, "", "Filter", "2", "3.00", "6.00"))
    order, codes = order_of((*HEADER, *numbers, (50, 82, "1"), (100, 82, "with seal"), *row(100, "2", "Belt", "1", "4.00", "4.00")))

    assert ([("1", "Filter with seal"), ("2", "Belt")], []) == ([(line.id, line.item and line.item.name) for line in order.order_lines], codes)


def test_a_sum_above_a_further_table_is_no_part_of_its_header() -> None:
    schedule = ((100, 110, "Item"), (260, 110, "Qty"), (100, 125, "first of May"), (260, 125, "2"))
    order, codes = order_of((*HEADER, *row(70, "1", "Filter", "2", "3.00", "6.00"), (350, 96, "Net total"), (420, 96, "6.00"), *schedule))
    total = order.anticipated_monetary_total

    assert total is not None
    assert total.line_extension_amount is not None
    assert ("6.00", ["Filter"], ["page-row-unclear"]) == (str(total.line_extension_amount.value), names(order), codes)


def test_a_sentence_under_a_code_goes_on_from_the_name() -> None:
    header = ((50, 50, "Réf."), (100, 50, "Désignation"), (260, 50, "Qté"), (350, 50, "P.U. HT"), (420, 50, "Montant HT"))
    one = ((50, 70, "LL914"), (100, 70, "Lave-linge"), (260, 70, "2"), (350, 70, "3,00"), (420, 70, "6,00"))
    order, _ = order_of((*header, *one, (50, 82, "dont éco-participation 12,50")))
    [line] = order.order_lines

    assert line.item is not None
    assert line.item.sellers_item_identification is not None
    assert ("LL914", "Lave-linge dont éco-participation 12,50") == (line.item.sellers_item_identification.value, line.item.name)


def test_a_schedule_of_deliveries_is_no_further_order_of_its_lines() -> None:
    schedule = ((50, 110, "Pos"), (100, 110, "When"), (260, 110, "Qty"), (50, 125, "1"), (100, 125, "in May"), (260, 125, "2"))
    order, codes = order_of((*HEADER, *row(70, "1", "Filter", "2", "3.00", "6.00"), (350, 90, "Total"), (420, 90, "6.00"), *schedule))

    assert (["Filter"], ["page-row-unclear"]) == (names(order), codes)


def test_a_row_behind_a_sum_is_a_row_where_it_counts_on_and_adds_up() -> None:
    one, two = row(70, "1", "Filter", "2", "3.00", "6.00"), row(120, "2", "Belt", "3", "4.00", "12.00")
    between = ((100, 85, "Total of store North"), (420, 85, "6.00"), (100, 105, "Store South"))
    order, _ = order_of((*HEADER, *one, *between, *two, (350, 140, "Total"), (420, 140, "18.00")))

    assert ["Filter", "Belt"] == names(order)


def test_a_row_behind_the_last_sum_is_asked_about() -> None:
    one, two = row(70, "1", "Filter", "2", "3.00", "6.00"), row(120, "2", "Belt", "3", "4.00", "12.00")
    order, codes = order_of((*HEADER, *one, (350, 90, "Total"), (420, 90, "6.00"), *two))

    assert (["Filter"], ["page-row-behind-sum"]) == (names(order), codes)


def test_a_row_behind_the_last_sum_on_a_further_page_is_asked_about() -> None:
    one, two = row(70, "1", "Filter", "2", "3.00", "6.00"), row(120, "2", "Belt", "3", "4.00", "12.00")
    order, codes = order_of((*HEADER, *one, (350, 90, "Total"), (420, 90, "6.00")), two)

    assert (["Filter"], ["page-row-behind-sum"]) == (names(order), codes)


def test_taxes_below_the_sum_are_no_rows() -> None:
    one = row(70, "1", "Filter", "2", "3.00", "6.00")
    taxes = ((100, 130, "VAT 19 %"), (350, 130, "6.00"), (420, 130, "1.14"))
    order, codes = order_of((*HEADER, *one, (350, 90, "Total"), (420, 90, "6.00"), *taxes))

    assert (["Filter"], []) == (names(order), codes)


def test_a_label_of_a_sum_that_stands_alone_ends_the_table() -> None:
    one = ((100, 70, "Rulman"), (260, 70, "2"), (350, 70, "3.00"), (420, 70, "6.00"))
    order, codes = order_of((*UNCOUNTED, *one, (100, 90, "Genel Toplam"), (420, 90, "6.00"), (100, 104, "KDV %20"), (420, 104, "1.20")))

    assert (["Rulman"], []) == (names(order), codes)


def test_a_heading_may_go_on_below_with_the_number_that_its_price_is_for() -> None:
    header = ((100, 50, "Description"), (260, 50, "Qty"), (350, 50, "Price per"), (420, 50, "Amount"), (355, 62, "100"))
    order, codes = order_of((*header, (100, 80, "Casting"), (260, 80, "250"), (350, 80, "1,480.00"), (420, 80, "3,700.00")))

    assert ([("1480.00", "3700.00")], []) == (sums(order), codes)
    assert ["100"] == [str(line.price.base_quantity.value) for line in order.order_lines if line.price and line.price.base_quantity]


def test_what_stands_under_a_code_is_the_name_where_the_table_names_nothing() -> None:
    header = ((100, 50, "Part number"), (260, 50, "Qty"), (350, 50, "Price"), (420, 50, "Amount"))
    one = ((100, 70, "442-0095"), (260, 70, "2"), (350, 70, "3.00"), (420, 70, "6.00"), (100, 82, "Volute casting"))
    order, _ = order_of((*header, *one))

    assert ["Volute casting"] == names(order)


def test_roubles_on_a_page_with_tax_numbers_of_belarus_are_those_of_belarus() -> None:
    one = ((50, 20, "ОДО Сервис, УНП 190654321"), *HEADER, *row(70, "1", "Болт", "2", "3,00", "6,00"))
    order, _ = order_of((*one, (50, 100, "Всего наименований 1, на сумму 6,00 руб.")))

    assert ("BYN", ("document_currency_code",)) == (order.document_currency_code, order.assumed)


def test_a_comma_on_a_japanese_page_separates_thousands() -> None:
    header = ((50, 50, "品番"), (100, 50, "品名"), (260, 50, "数量"), (350, 50, "単価"), (420, 50, "金額"))
    one = ((50, 70, "BR-100"), (100, 70, "ブレーキパッド"), (260, 70, "40"), (350, 70, "3,200"), (420, 70, "128,000"))
    order, codes = order_of(((50, 20, "注文書"), (200, 20, "注文番号：PO-26"), *header, *one, (50, 90, "合計金額：¥128,000")))

    assert ("PO-26", "JPY", [("3200", "128000")], []) == (order.id, order.document_currency_code, sums(order), codes)


def test_a_name_in_the_middle_of_its_cell_belongs_to_the_numbers_beside_it() -> None:
    first = ((100, 70, "Flour"), (260, 70, "40"), (350, 70, "3.00"), (420, 70, "120.00"))
    second = ((100, 85, "Wholemeal"), (260, 91, "20"), (350, 91, "3.00"), (420, 91, "60.00"), (100, 97, "25 kg"))
    third = ((100, 112, "Bread"), (100, 124, "rolls"), (260, 124, "5"), (350, 124, "2.00"), (420, 124, "10.00"), (100, 136, "brown"))
    order, codes = order_of((*UNCOUNTED, *first, *second, *third))

    assert (["Flour", "Wholemeal 25 kg", "Bread rolls brown"], []) == (names(order), codes)


def test_a_text_above_a_row_stays_with_the_row_before_where_cells_are_set_to_the_top() -> None:
    first = ((100, 70, "Flour"), (260, 70, "40"), (350, 70, "3.00"), (420, 70, "120.00"), (100, 82, "in bags"))
    second = ((100, 97, "Rye"), (260, 97, "20"), (350, 97, "3.00"), (420, 97, "60.00"), (100, 109, "in boxes"))
    order, _ = order_of((*UNCOUNTED, *first, *second))

    assert ["Flour in bags", "Rye in boxes"] == names(order)


def test_headings_of_three_lines_set_to_the_middle_are_one_header() -> None:
    header = ((100, 50, "Part number /"), (350, 50, "Price per"), (260, 56, "Qty"), (420, 56, "Amount"), (100, 62, "Description"), (350, 62, "100"))
    one = ((100, 80, "442-0091"), (260, 86, "250"), (350, 86, "1,480.00"), (420, 86, "3,700.00"), (100, 92, "Casting"))
    order, codes = order_of((*header, *one))
    [line] = order.order_lines

    assert line.item is not None
    assert line.item.sellers_item_identification is not None
    assert ("442-0091", "Casting", []) == (line.item.sellers_item_identification.value, line.item.name, codes)
    assert [("1480.00", "3700.00")] == sums(order)


def test_terms_of_payment_under_their_label_are_no_sum() -> None:
    terms = ((50, 20, "Payment Terms"), (200, 20, "Carrier"), (50, 32, "Net 45"), (200, 32, "XPO"))
    order, codes = order_of((*terms, *HEADER, *row(70, "1", "Gear", "2", "3.00", "6.00")))

    assert (None, []) == (order.anticipated_monetary_total, codes)


def test_roubles_beside_tax_numbers_of_both_countries_are_a_question() -> None:
    parties = ((50, 10, "ОДО Сервис, УНП 190654321"), (50, 20, "ООО Гавань, ИНН 7701234567"))
    order, _ = order_of((*parties, *HEADER, *row(70, "1", "Болт", "2", "3,00", "6,00"), (50, 100, "Всего на сумму 6,00 руб.")))

    assert (None, ()) == (order.document_currency_code, order.assumed)
