"""Who writes an order and to whom it goes, where no label says so."""

from typing import Any

import pytest

from wharfinger.contracts import Context, Document
from wharfinger.pages.model import Page, Paper, Word, gather
from wharfinger.pages.orders import orders

Text = tuple[float, float, str]

LETTERHEAD: tuple[Text, ...] = ((300, 40, "Nordwind GmbH"), (300, 52, "Deichstraße 9"), (300, 64, "20459 Hamburg"))
WINDOW: tuple[Text, ...] = ((50, 130, "Hafen AG"), (50, 142, "Kai 3"), (50, 154, "20457 Hamburg"))
SENDER_LINE: Text = (50, 110, "Nordwind GmbH · Deichstraße 9 · 20459 Hamburg")
TITLE: Text = (50, 220, "Bestellung Nr. 4711")


def _words(*texts: Text) -> list[Word]:
    words = []
    for left, y, text in texts:
        x = left
        for word in text.split():
            words.append(Word(word, x, y, x + 5.0 * len(word), y + 10))
            x += 5.0 * len(word) + 3
    return words


def _parties(*texts: Text) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Buyer, seller, and which fields are assumed."""
    [document] = orders(Paper((Page(gather(_words(*texts), 1)),)), Context())
    assert isinstance(document, Document)
    order: Any = document.record
    buyer, seller = order.buyer_customer_party, order.seller_supplier_party
    return buyer and buyer.name, seller and seller.name, order.assumed


@pytest.mark.parametrize("texts", [(*LETTERHEAD, *WINDOW), (SENDER_LINE, *WINDOW)], ids=["letterhead", "sender line"])
def test_the_writer_is_the_buyer_and_the_address_in_the_window_the_seller(texts: tuple[Text, ...]) -> None:
    got = _parties(*texts, TITLE)

    assert ("Nordwind GmbH", "Hafen AG", ("buyer_customer_party", "seller_supplier_party")) == got


def test_of_two_addresses_side_by_side_nobody_knows_who_writes() -> None:
    beside = tuple((x + 300, y, text) for x, y, text in WINDOW)
    other = ((50.0, 130.0, "Nordwind GmbH"), (50.0, 142.0, "Deichstraße 9"), (50.0, 154.0, "20459 Hamburg"))

    assert (None, None, ()) == _parties(*other, *beside, TITLE)


def test_who_is_said_to_be_reached_by_telephone_writes() -> None:
    beside = tuple((x + 300, y, text) for x, y, text in WINDOW)
    other = ((50.0, 130.0, "Nordwind GmbH"), (50.0, 142.0, "Deichstraße 9"), (50.0, 154.0, "20459 Hamburg"), (50.0, 166.0, "Tel. 040 555"))

    assert ("Nordwind GmbH", "Hafen AG") == _parties(*other, *beside, TITLE)[:2]


def test_a_name_without_a_legal_form_is_known_by_its_address() -> None:
    town = ((50.0, 40.0, "Gemeinde Oberwil"), (50.0, 52.0, "Hauptstrasse 24"), (50.0, 64.0, "4104 Oberwil"))

    assert ("Gemeinde Oberwil", "Hafen AG") == _parties(*town, *WINDOW, TITLE)[:2]


def test_an_unknown_heading_over_an_address_is_no_party_and_leaves_it_open() -> None:
    headed = ((50.0, 118.0, "Spediteur"), *WINDOW)

    assert (None, None) == _parties(*headed, TITLE)[:2]


def test_who_only_receives_the_goods_is_no_party() -> None:
    receiver = ((50.0, 300.0, "Lieferadresse"), (50.0, 312.0, "Lager Süd KG"), (50.0, 324.0, "Weg 1"), (50.0, 336.0, "21079 Hamburg"))
    seller = ((50.0, 180.0, "Lieferant: Hafen AG"),)

    assert ("Nordwind GmbH", "Hafen AG") == _parties(*LETTERHEAD, *seller, TITLE, *receiver)[:2]


def test_a_name_goes_on_with_its_legal_form_on_the_next_line() -> None:
    seller = ((50.0, 120.0, "Lieferant"), (50.0, 132.0, "Schaltanlagen und Schraubenhandel Brandt"), (50.0, 144.0, "GmbH & Co. KG"), (50.0, 156.0, "31137 Hildesheim"))

    assert "Schaltanlagen und Schraubenhandel Brandt GmbH & Co. KG" == _parties(*LETTERHEAD, *seller, TITLE)[1]


def test_a_salutation_is_no_name() -> None:
    seller = ((50.0, 120.0, "Lieferant"), (50.0, 132.0, "Firma"), (50.0, 144.0, "Hafen AG"), (50.0, 156.0, "20457 Hamburg"))

    assert "Hafen AG" == _parties(*LETTERHEAD, *seller, TITLE)[1]


def test_a_number_in_the_title_and_a_date_behind_a_place_are_those_of_the_order() -> None:
    words = [Word("Zamówienie", 50, 220, 100, 230), Word("zakupu", 103, 220, 133, 230), Word("ZZ/118", 136, 220, 166, 230)]
    words += [Word("Wrocław,", 50, 50, 90, 60), Word("dnia", 93, 50, 113, 60), Word("9", 116, 50, 121, 60), Word("marca", 124, 50, 149, 60), Word("2026", 152, 50, 172, 60)]
    words += [Word("Dostawca:", 50, 300, 95, 310), Word("Hafen", 98, 300, 123, 310), Word("AG", 126, 300, 136, 310)]

    [document] = orders(Paper((Page(gather(words, 1)),)), Context())

    assert isinstance(document, Document)
    assert ("ZZ/118", "2026-03-09") == (document.id, str(document.record.issue_date))


def test_who_buys_for_the_company_that_writes_is_its_contact() -> None:
    seller = ((50, 130, "Supplier: Hafen AG"), (50, 142, "Buyer: A. Reid"))
    [document] = orders(Paper((Page(gather(_words((300, 20, "Nordwind GmbH"), *seller, TITLE), 1)),)), Context())

    assert isinstance(document, Document)
    buyer: Any = getattr(document.record, "buyer_customer_party", None)
    assert ("Nordwind GmbH", "A. Reid") == (buyer.name, buyer.contact and buyer.contact.name)


def test_a_customer_of_whom_only_a_name_is_known_stays_the_buyer_on_the_form_of_the_seller() -> None:
    form = ((300, 20, "Hafen AG"), (50, 130, "Customer: Anna Berg"), (50, 142, "Supplier: Hafen AG"))

    assert ("Anna Berg", "Hafen AG", ()) == _parties(*form, TITLE)


def test_the_register_in_the_footer_names_the_company_and_not_its_legal_form() -> None:
    footer = (50, 800, "Nordwind, S.L. Inscrita en el Registro de Valencia, Tomo 4123")
    head = ((50, 20, "Nordwind, S.L."), (50, 32, "Calle 9, 46004 Valencia"), (50, 130, "Supplier: Hafen AG"))

    assert "Nordwind, S.L." == _parties(*head, TITLE, footer)[0]


def test_a_legal_form_on_the_next_line_belongs_to_the_name_of_the_letterhead() -> None:
    head = ((50, 20, "Penrose Plumbing & Heating"), (50, 32, "Ltd"), (50, 44, "Redruth TR15 3QW"))

    assert "Penrose Plumbing & Heating Ltd" == _parties(*head, (50, 130, "Supplier: Hafen AG"), TITLE)[0]


def test_who_writes_is_the_buyer_also_where_the_goods_go_to_one_of_its_plants() -> None:
    ship = ((50, 170, "Deliver to: Nordwind GmbH Werk 2"), (50, 182, "Kai 9"), (50, 194, "20457 Hamburg"))

    assert ("Nordwind GmbH", "Hafen AG") == _parties((300, 20, "Nordwind GmbH"), *WINDOW, *ship, TITLE)[:2]


def test_the_date_below_a_title_is_that_of_the_order() -> None:
    texts = ((50, 40, "ЗАЯВКА № 47"), (50, 60, "от «18» марта 2026 г."))
    [document] = orders(Paper((Page(gather(_words(*texts), 1)),)), Context())

    assert isinstance(document, Document)
    assert "2026-03-18" == str(getattr(document.record, "issue_date", None))


def test_who_is_addressed_with_respect_is_the_seller() -> None:
    writer = ((300, 40, "大阪部品工業株式会社"), (300, 52, "大阪市北区梅田1-2-3"))

    assert "株式会社 東海商会" == _parties((50, 40, "株式会社 東海商会 御中"), *writer, (50, 220, "注文書 No. 4711"))[1]


def test_a_wrapped_name_goes_on_with_the_rest_of_its_legal_form() -> None:
    buyer = ((50, 40, "Zamawiający:"), (50, 52, "Browar Nadmorski Sp. z"), (50, 64, "o.o."))
    seller = ((190, 52, "Dostawca:"), (190, 64, "Szkło-Pak S.A."))

    assert ("Browar Nadmorski Sp. z o.o.", "Szkło-Pak S.A.") == _parties(*buyer, *seller, (50, 220, "Zamówienie nr 4711"))[:2]


def test_names_that_fill_their_columns_are_two() -> None:
    heads = ((50, 40, "Buyer"), (148, 40, "Supplier"), (50, 52, "Nordwind Handel  GmbH"), (148, 52, "Hafen AG"))

    assert ("Nordwind Handel GmbH", "Hafen AG") == _parties(*heads, (50, 64, "Kai 3"), (148, 64, "Weg 7"), (50, 220, "Order 4711"))[:2]


def test_the_director_of_a_company_is_written_to_as_the_seller() -> None:
    writer = ((50, 40, "Общество с ограниченной ответственностью"), (50, 52, "«СтройМонтаж»"), (50, 64, "ИНН 7801234567"))
    other = ((350, 40, "Директору"), (350, 52, "ООО «КабельТорг»"), (350, 64, "Иванову И.И."))

    assert ("Общество с ограниченной ответственностью «СтройМонтаж»", "ООО «КабельТорг»") == _parties(
        *writer, *other, (250, 220, "Заявка № 4711")
    )[:2]
