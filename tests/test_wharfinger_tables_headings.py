"""What headings mean beside and above each other."""

import io
from typing import Any

import pytest

from parsers.csv import parse
from wharfinger.contracts import Context, Document
from wharfinger.records import Order


def _orders(text: str) -> list[Order]:
    found = [item for item in parse(io.BytesIO(text.encode()), Context()) if isinstance(item, Document)]
    return [one.record for one in found if isinstance(one.record, Order)]


def _codes(text: str) -> list[str]:
    return [item.code for item in parse(io.BytesIO(text.encode()), Context()) if not isinstance(item, Document)]


def _order(text: str) -> Any:
    [order] = _orders(text)
    return order


def test_headings_under_the_heading_of_a_group_are_those_of_the_group() -> None:
    order = _order(
        "Order;;Buyer;;Ship to;;Item;;;Quantity;;Price;\n"
        "Number;Date;Number;Name;Name;City;Our no.;Your no.;Description;Ordered;Unit;Net;Currency\n"
        "A-1;2026-10-02;B-100;Nordwind Ltd;Nordwind Leeds;Leeds;NW-1;OF-24;Oil filter;24;PCE;3.50;GBP\n"
        "A-1;2026-10-02;B-100;Nordwind Ltd;Nordwind Leeds;Leeds;NW-2;AF-10;Air filter;12;PCE;7.25;GBP\n"
    )

    line, place = order.order_lines[0], order.delivery.delivery_location
    assert ("A-1", "2026-10-02", "B-100", "Nordwind Ltd") == (
        *(order.id, order.issue_date.isoformat()),
        *(order.buyer_customer_party.id, order.buyer_customer_party.name),
    )
    assert ("Nordwind Leeds", "Leeds") == (place.name, place.address.city_name)
    assert ("NW-1", "OF-24", "Oil filter") == (
        *(line.item.buyers_item_identification.value, line.item.sellers_item_identification.value),
        line.item.name,
    )
    assert ("24", "C62", "3.50", "GBP") == (
        *(str(line.quantity.value), line.quantity.unit_code),
        *(str(line.price.price_amount.value), order.document_currency_code),
    )


def test_a_date_under_the_heading_of_another_document_is_not_the_orders() -> None:
    order = _order("PO;Invoice paid;;Item;;\nNumber;Number;Date;Code;Name;Qty\n4711;R-1;2026-10-02;A-1;Oil filter;24\n4711;R-1;2026-10-02;A-2;Cap;2\n")

    assert order.issue_date is None


def test_an_items_plain_number_beside_the_suppliers_is_the_buyers() -> None:
    order = _order("Order number;Artikelnummer;Lieferanten-Artikelnummer;Menge;Einheit\n4711;NW-1;OF-24;24;ST\n4711;NW-2;;10;ST\n")

    assert ["NW-1", "NW-2"] == [line.item.buyers_item_identification.value for line in order.order_lines]
    assert "OF-24" == order.order_lines[0].item.sellers_item_identification.value
    assert order.order_lines[1].item.sellers_item_identification is None


def test_an_items_plain_number_alone_is_the_suppliers() -> None:
    order = _order("Order number;Artikelnummer;Menge;Einheit\n4711;OF-24;24;ST\n4711;AF-10;10;ST\n")

    assert "OF-24" == order.order_lines[0].item.sellers_item_identification.value


@pytest.mark.parametrize("label", ["Amount: 682.65", "Quantity: 300", "Your item number: X-1"])
def test_what_stands_above_the_table_is_no_value_of_each_line(label: str) -> None:
    order = _order(f"Order number: 4711;;;\n{label};;;\nPos;Item code;Description;Qty\n1;OF-24;Oil filter;24\n2;AF-10;Air filter;10\n")

    line = order.order_lines[1]
    assert (None, "10", "AF-10") == (line.line_extension_amount, str(line.quantity.value), line.item.sellers_item_identification.value)


def test_in_a_1c_order_to_a_supplier_the_counterpart_is_the_supplier() -> None:
    order = _order(
        "Заказ поставщику;Дата;Контрагент;ИНН контрагента;Организация;Артикул;Номенклатура;Количество;Ед. изм.\n"
        "ЦБ-1;12.10.2026;ООО Гавань;7707083893;ООО Ветер;OF-24;Фильтр;24;шт\n"
    )

    assert ("ООО Ветер", "ООО Гавань") == (order.buyer_customer_party.name, order.seller_supplier_party.name)
    assert ["7707083893"] == [one.value for one in order.seller_supplier_party.tax_ids]


def test_a_page_title_between_rows_is_no_order() -> None:
    heading = "Beställnr\tDatum\tArtikelnr\tBest. antal\tEnhet\n"
    text = f"{heading}4711\t2026-10-05\tOF-24\t30\tst\nInköpslista\tSida 2 av 2\t\t\t\n{heading}4711\t2026-10-05\tAF-10\t10\tst\n"

    assert (["4711"], ["table-rows-left-out"]) == ([order.id for order in _orders(text)], _codes(text))


def test_trailers_of_records_are_told_and_are_no_lines() -> None:
    text = (
        "HDR|Order No|Order Date|Customer Name\nDTL|Line|Item Code|Qty|UOM\nTRL|Total Lines\n"
        "HDR|4711|2026-10-07|Pennine Ltd\nDTL|1|OF-24|24|EA\nTRL|1\nHDR|4712|2026-10-07|Moor Ltd\nDTL|1|AF-10|6|EA\nTRL|1\n"
    )

    orders = _orders(text)
    assert [("4711", "OF-24"), ("4712", "AF-10")] == [
        (order.id, line.item.sellers_item_identification.value) for order in orders for line in order.order_lines if line.item.sellers_item_identification
    ]
    assert ["table-rows-left-out"] == _codes(text)


def test_a_comma_in_a_chinese_table_separates_thousands() -> None:
    order = _order('订单号,商品编码,商品名称,数量,单位,单价\nPO-1,OF-24,滤清器,24,个,"1,250"\n')

    assert "1250" == str(order.order_lines[0].price.price_amount.value)


def test_an_apostrophe_that_marks_text_is_not_part_of_the_value() -> None:
    order = _order("Order number;Item code;Qty;Unit\n'004711;'00123;'24;pcs\n")

    line = order.order_lines[0]
    assert ("004711", "00123", "24") == (order.id, line.item.sellers_item_identification.value, str(line.quantity.value))


def test_a_table_with_the_number_of_a_quotation_alone_is_no_order() -> None:
    text = "Offertenummer;Klant;Artikelnr;Omschrijving;Aantal;Eenheid\nOFF-1;Delta BV;KV-15;Kogelkraan;40;stuks\nOFF-1;Delta BV;KV-20;Kogelkraan;4;stuks\n"

    assert ([], ["document-kind-not-read"]) == (_orders(text), _codes(text))


def test_the_number_of_a_quotation_beside_that_of_the_order_is_a_reference() -> None:
    order = _order("Bestelnr;Offertenummer;Artikelnr;Aantal;Eenheid\n4711;OFF-1;KV-15;40;stuks\n4711;OFF-1;KV-20;4;stuks\n")

    assert "4711" == order.id


@pytest.mark.parametrize("label", ["Order note", "Order notes", "Bestellung Notiz", "Pedido nota"])
def test_a_label_that_begins_like_an_orders_title_is_no_order_number(label: str) -> None:
    order = _order(f"{label}: urgent;;;\nOrder number: 4711;;;\nPos;Item code;Description;Qty\n1;OF-24;Oil filter;24\n2;AF-10;Air filter;10\n")

    assert "4711" == order.id


def test_a_row_of_label_and_value_above_the_header_is_no_part_of_it() -> None:
    order = _order("Bestellung Nr.;4711;;\nBesteller;Alpen Bau GmbH;;\nPos;Artikel-Nr.;Text;Menge\n1;KH-15;Kugelhahn;24\n2;KH-20;Hahn;2\n")

    assert ("4711", "Alpen Bau GmbH", "Kugelhahn") == (order.id, order.buyer_customer_party.name, order.order_lines[0].item.name)


def test_the_whole_of_packed_pieces_is_what_is_ordered() -> None:
    order = _order("PO;SKU;Cartons;Units per carton;Total units\n4711;RP-10;5;12;60\n4711;SH-8;3;50;150\n")

    assert ["60", "150"] == [str(line.quantity.value) for line in order.order_lines]


def test_a_total_of_sizes_is_no_quantity_of_one_item() -> None:
    assert [] == _orders("Order number;Style;S;M;L;Total qty\n4711;T-100;4;8;8;20\n4711;T-200;2;6;6;14\n")


@pytest.mark.parametrize(("cell", "base"), [("100 Stk", "100"), ("1000", "1000"), ("Stk", None)])
def test_a_price_may_be_for_a_number_of_units(cell: str, base: str | None) -> None:
    order = _order(f"Bestell-Nr.;Artikel-Nr.;Menge;ME;Preis;Preis je\n4711;A-1;2500;Stk;12,40;{cell}\n4711;A-2;10;Stk;1,10;{cell}\n")

    quantity = order.order_lines[0].price.base_quantity
    assert base == (str(quantity.value) if quantity and quantity.value else None)


def test_a_date_that_is_wanted_is_that_of_the_delivery() -> None:
    order = _order("Innkjøpsordrenr.;Vårt varenr.;Bestilt antall;Enhet;Ønsket leveringsdato\nIO-1;FR-1;50;STK;23.10.2026\nIO-1;FR-2;5;STK;23.10.2026\n")

    assert ("IO-1", "2026-10-23") == (order.id, order.delivery.requested_delivery_period.start_date.isoformat())


def test_a_return_note_is_no_order() -> None:
    text = "Возвратная накладная;Дата;Контрагент;Артикул;Номенклатура;Количество;Ед.\nВ-1;12.10.2026;АО Заря;КШ-15;Кран;2;шт\n"

    assert ([], ["document-kind-not-read"]) == (_orders(text), _codes(text))


@pytest.mark.parametrize("heading", ["N° de commande client", "Kunden-Bestellnr.", "Номер заказа покупателя", "Numer zamówienia klienta", "Ert ordernr"])
def test_the_buyers_number_of_the_order_is_the_orders_number(heading: str) -> None:
    order = _order(f"{heading};Artikelnummer;Menge;Einheit\n4711;OF-24;24;ST\n4711;AF-10;10;ST\n")

    assert "4711" == order.id


@pytest.mark.parametrize(
    ("stated", "amount", "expected"),
    [
        ("10", "90.00", ("10", "10.00")),  # a percentage
        ("5", "95.00", ("5", "5.00")),
        ("7.50", "92.50", ("7.50", "7.50")),
        ("2.00", "98.00", ("2.00", "2.00")),
        ("15", "60.00", None),  # it explains nothing
    ],
)
def test_a_plain_discount_of_a_hundred_is_a_percentage(stated: str, amount: str, expected: tuple[str, str] | None) -> None:
    order = _order(f"Order number;Item code;Qty;Unit;Price;Discount;Amount\n4711;A-1;10;pcs;10.00;{stated};{amount}\n4711;A-2;1;pcs;5.00;;5.00\n")

    found = order.order_lines[0].allowance_charges
    assert expected == ((str(found[0].multiplier_factor_numeric), str(found[0].amount.value)) if found else None)


def test_a_plain_discount_may_be_an_amount() -> None:
    order = _order("Order number;Item code;Qty;Unit;Price;Discount;Amount\n4711;A-1;10;pcs;20.00;15.00;185.00\n4711;A-2;1;pcs;5.00;;5.00\n")

    [discount] = order.order_lines[0].allowance_charges
    assert (None, "15.00") == (discount.multiplier_factor_numeric, str(discount.amount.value))


@pytest.mark.parametrize("heading", ["Ship via", "Delivery time", "Order type", "Customer group", "Qty delivered", "Min. order qty", "HS code", "VAT amount"])
def test_a_heading_of_something_else_is_not_taken(heading: str) -> None:
    order = _order(f"Order number;Item code;Qty;Unit;{heading}\n4711;A-1;10;pcs;77\n4711;A-2;1;pcs;78\n")

    assert {heading: "77"} == dict(order.order_lines[0].extensions)


def test_parties_may_stand_under_their_headings_beside_each_other() -> None:
    order = _order(
        "Bon de commande n° 1187;;;\nAcheteur;;Livraison;\nLéman Sanitaire SA;;Dépôt Nyon;\n"
        "Pos.;Code article;Quantité;Unité\n1;VB-15;120;pce\n2;VB-20;80;pce\n"
    )

    assert ("1187", "Léman Sanitaire SA") == (order.id, order.buyer_customer_party.name)


def test_a_label_above_the_table_may_be_composed() -> None:
    order = _order("注文番号;PO-1;;\n納期;2026-10-26;納入場所;横浜倉庫\n品番;品名;数量;単位\nOF-24;フィルター;48;個\nAF-10;エア;10;箱\n")

    assert "横浜倉庫" == order.delivery.delivery_location.name


def test_the_day_until_which_a_retailer_takes_the_goods_cancels_nothing() -> None:
    order = _order("PO Number;PO Date;Cancel Date;UPC;Qty\n990118;10/05/2026;10/26/2026;036000291452;48\n")

    assert "48" == str(order.order_lines[0].quantity.value)


@pytest.mark.parametrize("heading", ["Wareneingangs-Nr.", "№ накладной", "Payment no", "Lieferschein-Nummer", "Facture n°"])
def test_a_table_whose_first_number_is_that_of_another_document_is_no_order(heading: str) -> None:
    text = f"{heading};Bestellnummer;Artikelnummer;Menge;Einheit\n118;4711;OF-24;24;Stk\n118;4711;AF-10;2;Stk\n"

    assert ([], ["document-kind-not-read"]) == (_orders(text), _codes(text))


def test_a_partys_name_ends_before_its_registration_number() -> None:
    order = _order('Order number;Заказчик;Item code;Qty;Unit\n4711;"ТОО Степь, БИН 123456789012, Алматы";A-1;10;pcs\n')

    assert "ТОО Степь" == order.buyer_customer_party.name


def test_the_heading_of_a_price_may_say_for_how_many_it_is() -> None:
    order = _order("PO number;Item code;Quantity;Price per 100\n4711;A-1;250;1480.00\n")

    assert "100" == str(order.order_lines[0].price.base_quantity.value)


def test_sums_and_taxes_below_the_lines_are_no_lines() -> None:
    order = _order("PO;4711;;\nDescription;Taxes;Qty;Amount\nDesk;20%;10;450.00\nUntaxed Amount;;450.00;\nTax 20%;;90.00;\nTotal;;540.00;\n")

    assert ["Desk"] == [line.item.name for line in order.order_lines]


def test_roubles_of_a_table_with_tax_numbers_of_belarus_are_those_of_belarus() -> None:
    above = "Поставщик: ООО Завод, УНП 400012345;;;\nЗаказ поставщику № 7 от 12.11.2026;;;\n"
    order = _order(f"{above}Артикул;Количество;Ед.;Цена\nМ8;1000;шт;0,35\nВсего наименований 1, на сумму 350,00 руб.;;;\n")

    assert "BYN" == order.document_currency_code
