"""PDF: what stands in the fixtures, however the page is turned, and what is said about files that hold no order."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from parsers import pdf
from wharfinger.config import Company, Identity, Partner
from wharfinger.contracts import Context, Document, Item, Part
from wharfinger.pages.model import Page, Paper, Word, gather
from wharfinger.pages.orders import orders
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Amount, Order, Price, to_json

FIXTURES = Path(__file__).parent / "fixtures" / "pdf"
CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "pdf"

UBL = b"""<?xml version="1.0" encoding="UTF-8"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2" xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>4711</cbc:ID></Order>"""


def plain(item: Item) -> dict[str, Any]:
    """An item as a golden has it."""
    if isinstance(item, Problem):
        return {"problem": _said(item)}
    assert isinstance(item, Document)
    return {
        "document": item.id,
        "place": msgspec.to_builtins(item.place),
        "partner": item.partner,
        "problems": [_said(problem) for problem in item.problems],
        "record": json.loads(to_json(item.record)) if item.record else None,
    }


def _said(problem: Problem) -> dict[str, Any]:
    said = problem.as_json()
    return {key: said[key] for key in ("code", "place", "expected", "found")}


def _parse(content: bytes, context: Context | None = None) -> list[Item]:
    return list(pdf.parse(io.BytesIO(content), context or Context()))


def _order(content: bytes, context: Context | None = None) -> Order:
    [document] = _parse(content, context)
    assert isinstance(document, Document)
    assert isinstance(document.record, Order)
    return document.record


def _page(*texts: tuple[float, float, str]) -> bytes:
    """A PDF with texts at (x, y from the bottom)."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    for x, y, text in texts:
        canvas.drawString(x, y, text)
    canvas.save()
    return target.getvalue()


def _with_attachment(content: bytes, name: str, attached: bytes) -> bytes:
    document = pypdfium2.PdfDocument(content)
    document.new_attachment(name).set_data(attached)
    target = io.BytesIO()
    document.save(target)
    document.close()
    return target.getvalue()


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.pdf")), ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))

    got = [plain(item) for item in _parse(file.read_bytes())]

    assert expected == got


@pytest.mark.parametrize(
    ("turned", "upright"), [("english-turned", "english-two-line-header"), ("german-upside-down", "german-two-pages")]
)
def test_a_turned_page_reads_like_an_upright_one(turned: str, upright: str) -> None:
    expected = _order((FIXTURES / f"{upright}.pdf").read_bytes())

    got = _order((FIXTURES / f"{turned}.pdf").read_bytes())

    assert expected == got


def test_carry_over_rows_and_page_numbers_are_no_order_lines() -> None:
    order = _order((FIXTURES / "german-two-pages.pdf").read_bytes())

    assert ["1", "2", "3", "4", "5"] == [line.id for line in order.order_lines]
    assert Decimal("3268.83") == sum(line.line_extension_amount.value for line in order.order_lines)  # type: ignore[misc]  # all have one


def test_a_partner_template_reads_what_it_names() -> None:
    template = {
        "match": {"text_has": ["Nordwind GmbH", "Bestellung"], "not": ["Auftragsbestätigung"]},
        "numbers": "1.234,56",
        "dates": "31.12.2025",
        "fields": {
            "id": {"after": "Bestell-Nr.", "looks_like": "45########"},
            "issue_date": {"after": "Datum"},
            "delivery": {"delivery_location": {"name": {"block_under": "Lieferanschrift"}}},
            "buyer_customer_party": {"name": {"is": "Nordwind GmbH"}},
            "document_currency_code": {"is": "EUR"},
            "anticipated_monetary_total": {
                "line_extension_amount": {"value": {"right_of": "Nettosumme"}, "currency_id": {"is": "EUR"}}
            },
            "order_lines": {
                "each": {
                    "header": ["Pos", "Artikel", "Bezeichnung", "Menge", "ME", "Preis", "Gesamt"],
                    "new_line_when": "Pos",
                    "skip": ["Übertrag", "Seite * von *"],
                    "ends_at": "Nettosumme",
                },
                "id": {"column": "Pos"},
                "quantity": {"value": {"column": "Menge"}, "unit_code": {"column": "ME", "codes": {"Stk": "C62"}}},
                "item": {"name": {"column": "Bezeichnung"}, "buyers_item_identification": {"value": {"column": "Artikel"}}},
                "price": {"price_amount": {"value": {"column": "Preis"}}},
            },
        },
    }
    partner = Partner(partner="nordwind", name="Nordwind GmbH", formats={"page": template})

    [document] = _parse((FIXTURES / "german-two-pages.pdf").read_bytes(), Context(partners=(partner,)))

    assert isinstance(document, Document)
    order = document.record
    assert order is not None
    assert ("nordwind", "4500012345", date(2026, 11, 3)) == (document.partner, order.id, order.issue_date)
    assert order.delivery is not None
    assert order.delivery.delivery_location is not None
    assert "Nordwind GmbH, Lager Süd, Hafenstraße 12, 21079 Hamburg" == order.delivery.delivery_location.name
    assert [("1", "24", "C62"), ("2", "1200", "C62"), ("3", "208.5", "l"), ("4", "10", "Satz"), ("5", "2500", "C62")] == [
        (line.id, str(line.quantity.value), line.quantity.unit_code) for line in order.order_lines if line.quantity
    ]
    assert "Sechskantschraube M8 x 40, verzinkt, Güte 8.8, Verpackung zu 100" == order.order_lines[4].item.name
    assert {"Gesamt": "200,00"} == order.order_lines[4].extensions


def test_a_template_that_does_not_match_is_not_used() -> None:
    template = {"match": {"text_has": ["Bestellung"], "not": ["Nordwind GmbH"]}, "fields": {"id": {"is": "WRONG"}}}
    partner = Partner(partner="other", name="Other", formats={"page": template})

    order = _order((FIXTURES / "german-two-pages.pdf").read_bytes(), Context(partners=(partner,)))

    assert "4500012345" == order.id


def test_a_shifted_and_scaled_page_reads_the_same() -> None:
    def draw(scale: float, dx: float) -> bytes:
        target = io.BytesIO()
        canvas = Canvas(target, pagesize=A4, invariant=1)
        canvas.translate(dx, 0)
        canvas.scale(scale, scale)
        for y, cells in (
            (900, ("Purchase Order",)),
            (870, ("Order number: 77",)),
            (800, ("Pos", "Description", "Qty", "Unit", "Price")),
            (780, ("1", "Oil filter for diesel", "24", "pcs", "3.50")),
            (760, ("2", "Belt", "1,200", "pcs", "12.05")),
        ):
            for x, cell in zip((40, 90, 300, 340, 400), cells, strict=False):
                canvas.drawString(x, y, cell)
        canvas.save()
        return target.getvalue()

    expected = _order(draw(0.9, 0))

    got = _order(draw(0.7, 60))

    assert 2 == len(expected.order_lines)
    assert expected == got


def test_a_row_without_quantity_is_kept_without_one() -> None:
    content = _page(
        *((x, 800, text) for x, text in ((40, "Purchase Order"),)),
        *((40, y, text) for y, text in ((780, "Order number: 77"),)),
        *((x, 740, text) for x, text in ((40, "Pos"), (90, "Description"), (300, "Qty"), (360, "Unit"), (420, "Price"))),
        *((x, 720, text) for x, text in ((40, "1"), (90, "Oil filter"), (300, "24"), (360, "pcs"), (420, "3.50"))),
        *((x, 700, text) for x, text in ((40, "2"), (90, "Belt"), (360, "pcs"), (420, "2.05"))),
    )

    order = _order(content)

    assert [Decimal(24), None] == [line.quantity.value if line.quantity else None for line in order.order_lines]
    assert ["Oil filter", "Belt"] == [line.item.name for line in order.order_lines if line.item]


def test_what_no_label_placed_is_an_extension() -> None:
    order = _order((FIXTURES / "german-two-pages.pdf").read_bytes())

    assert {"Kostenstelle": "7310"} == order.extensions


def test_an_embedded_xml_order_is_a_part_and_the_page_is_not_read_again() -> None:
    content = _with_attachment((FIXTURES / "german-two-pages.pdf").read_bytes(), "order.xml", UBL)

    items = _parse(content)

    assert [Part(name="order.xml", content=UBL)] == items


def test_an_embedded_xml_that_is_not_read_here_leaves_the_page_to_be_read() -> None:
    content = _with_attachment((FIXTURES / "german-two-pages.pdf").read_bytes(), "notes.xml", b"<?xml version='1.0'?><notes/>")

    items = _parse(content)

    assert [Part, Document] == [type(item) for item in items]


def test_an_embedded_order_is_said_in_the_recognition() -> None:
    head = b"%PDF-1.7 ... /F (order-x.xml)"

    recognition = pdf.recognises(head, io.BytesIO(head))

    assert recognition is not None
    assert "PDF with embedded order-x.xml" == recognition.description


def test_a_party_without_a_label_is_the_partner_whose_tax_number_stands_on_the_page() -> None:
    content = _page((50, 800, "Purchase Order"), (50, 780, "Order number: 77"), (50, 760, "VAT DE123456788"), (50, 740, "Supplier: Hafen AG"))
    partner = Partner(partner="nordwind", name="Nordwind GmbH", identity=Identity(tax_ids=("DE123456788",)))

    order = _order(content, Context(partners=(partner,), companies=(Company(company="us", name="Hafen AG"),)))

    assert order.buyer_customer_party is not None
    assert ["DE123456788"] == [tax.value for tax in order.buyer_customer_party.tax_ids]


def test_the_only_other_company_in_the_letterhead_is_the_buyer_and_said_to_be_assumed() -> None:
    content = _page((50, 800, "Nordwind GmbH · Kai 3"), (50, 780, "Purchase Order"), (50, 760, "Order number: 77"), (50, 740, "Supplier: Hafen AG"))

    order = _order(content)

    assert order.buyer_customer_party is not None
    assert ("Nordwind GmbH", ("buyer_customer_party",)) == (order.buyer_customer_party.name, order.assumed)


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.4\n%%EOF", b"%PDF-1.7\n" + bytes(10_000), b"%PDF-\xff" * 1000])
def test_a_damaged_file_is_a_problem(content: bytes) -> None:
    assert ["pdf-damaged"] == [item.code for item in _parse(content) if isinstance(item, Problem)]


def test_a_file_cut_off_anywhere_never_raises() -> None:
    content = (FIXTURES / "english-two-line-header.pdf").read_bytes()

    for size in range(0, len(content), 97):
        assert all(isinstance(item, Document | Problem) for item in _parse(content[:size]))


def test_explain_gives_each_line_with_its_place() -> None:
    lines = list(pdf.explain(io.BytesIO((FIXTURES / "english-two-line-header.pdf").read_bytes())))

    assert ("PURCHASE ORDER", 1, 1) == (lines[0][0], lines[0][1].page, lines[0][1].line)
    assert "OF-24  Oil filter, spin-on  24  EA  3.50  84.00" in [text for text, _ in lines]


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not here")
def test_invoices_of_the_corpus_are_said_to_be_none_of_the_documents_that_are_read() -> None:
    items = [(file.name, item) for file in CORPUS.glob("*.pdf") for item in _parse(file.read_bytes())]

    assert {"document-kind-not-read", "page-not-an-order"} >= {item.code for _, item in items if isinstance(item, Problem)}
    assert [] == [name for name, item in items if isinstance(item, Document)]


def test_a_wrong_template_is_refused_with_what_would_be_valid() -> None:
    partner = Partner(partner="nordwind", name="Nordwind GmbH", formats={"page": {"fields": {"id": {"aftre": "Nr"}}}})

    with pytest.raises(Permanent, match=r"partner nordwind, formats: page: id: aftre is not valid here; valid: one of after"):
        _parse((FIXTURES / "letter.pdf").read_bytes(), Context(partners=(partner,)))


HEADS = {
    "de": ("Bestellung", "Bestell-Nr.: B-77", "Bestelldatum: 12.03.2026", "Lieferant: Hafen AG", "Besteller: Nordwind GmbH", "Pos|Artikel-Nr.|Bezeichnung|Menge|ME|Einzelpreis|Gesamt"),
    "fr": ("Bon de commande", "N° de commande : B-77", "Date : 12/03/2026", "Fournisseur : Hafen AG", "Client : Nordwind GmbH", "Ligne|Réf.|Désignation|Qté|Unité|P.U. HT|Montant HT"),
    "es": ("Pedido de compra", "Nº de pedido: B-77", "Fecha de pedido: 12/03/2026", "Proveedor: Hafen AG", "Cliente: Nordwind GmbH", "Línea|Código|Descripción|Cantidad|Ud.|Precio unitario|Importe"),
    "it": ("Ordine a fornitore", "Ordine n. B-77", "Data ordine: 12/03/2026", "Spett.le Hafen AG", "Cliente: Nordwind GmbH", "Riga|Cod. articolo|Descrizione|Q.tà|U.M.|Prezzo unit.|Importo"),
    "nl": ("Inkooporder", "Ordernummer: B-77", "Orderdatum: 12-03-2026", "Leverancier: Hafen AG", "Koper: Nordwind GmbH", "Regel|Artikelnummer|Omschrijving|Aantal|Eenheid|Prijs|Bedrag"),
    "pl": ("Zamówienie", "Nr zamówienia: B-77", "Data zamówienia: 12.03.2026", "Dostawca: Hafen AG", "Zamawiający: Nordwind GmbH", "Lp.|Indeks|Nazwa towaru|Ilość|J.m.|Cena netto|Wartość netto"),
    "pt": ("Nota de encomenda", "Encomenda N.º: B-77", "Data: 12-03-2026", "Fornecedor: Hafen AG", "Cliente: Nordwind GmbH", "Linha|Referência|Descrição|Quantidade|Un.|Preço|Total"),
    "cs": ("Objednávka", "Objednávka č. B-77", "Datum objednávky: 12.03.2026", "Dodavatel: Hafen AG", "Odběratel: Nordwind GmbH", "Pol.|Kód|Název|Množství|MJ|Cena/MJ|Celkem"),
    "sv": ("Inköpsorder", "Ordernummer: B-77", "Orderdatum: 2026-03-12", "Leverantör: Hafen AG", "Köpare: Nordwind GmbH", "Rad|Artikelnr|Benämning|Antal|Enhet|À-pris|Belopp"),
    "ru": ("Заявка на поставку", "Номер заявки: B-77", "Дата заявки: 12.03.2026", "Поставщик: Hafen AG", "Заказчик: Nordwind GmbH", "№ п/п|Артикул|Наименование|Кол-во|Ед.|Цена|Сумма"),
    "zh-Hant": ("採購單", "採購單號：B-77", "日期：2026/03/12", "供應商：Hafen AG", "買方：Nordwind GmbH", "項次|貨號|品名|數量|單位|單價|金額"),
}  # fmt: skip
COLUMNS = (50.0, 90.0, 170.0, 300.0, 350.0, 420.0, 500.0)


def _words_at(*texts: tuple[float, float, str]) -> list[Word]:
    """Texts at (x, y from the top), a word of 6 points a letter."""
    found = []
    for left, y, text in texts:
        x = left
        for word in text.split():
            found.append(Word(word, x, y, x + 5.0 * len(word), y + 10))
            x += 5.0 * len(word) + 3
    return found


def _read_words(*texts: tuple[float, float, str]) -> list[Item]:
    return list(orders(Paper((Page(gather(_words_at(*texts), 1)),)), Context()))


@pytest.mark.parametrize("language", HEADS)
def test_an_order_is_read_in_many_languages_without_a_template(language: str) -> None:
    *lines, heading = HEADS[language]
    values = ("1", "AB-1", "Ding", "4", "kg", "2,50", "10,00")
    texts = [(50.0, 50.0 + 20 * at, text) for at, text in enumerate(lines)]
    texts += [(x, 200.0, text) for x, text in zip(COLUMNS, heading.split("|"), strict=True)]
    texts += [(x, 220.0, text) for x, text in zip(COLUMNS, values, strict=True)]

    [document] = _read_words(*texts)

    order = document.record
    assert ("B-77", date(2026, 3, 12), "Hafen AG", "Nordwind GmbH") == (order.id, order.issue_date, order.seller_supplier_party.name, order.buyer_customer_party.name)
    [line] = order.order_lines
    assert ("1", "AB-1", "Ding", Decimal(4), "KGM", Decimal("2.50"), Decimal("10.00")) == (
        line.id, line.item.sellers_item_identification.value, line.item.name, line.quantity.value, line.quantity.unit_code,
        line.price.price_amount.value, line.line_extension_amount.value,
    )  # fmt: skip


HEADING = tuple((x, 300.0, text) for x, text in zip(COLUMNS, ("Pos", "Nummer", "Artikel", "Menge", "ME", "Preis", "Gesamt"), strict=True))


def _row(y: float, *cells: str) -> tuple[tuple[float, float, str], ...]:
    return tuple((x, y, text) for x, text in zip(COLUMNS, cells, strict=True) if text)


def test_rows_behind_a_subtotal_are_lines_where_they_count_on() -> None:
    [document] = _read_words(
        (50, 50, "Bestellung Nr. 7"), *HEADING, *_row(320, "1", "A1", "Rohr", "2", "Stk", "3,00", "6,00"), (420, 340, "Zwischensumme"), (500, 340, "6,00"),
        (50, 360, "Werkzeug"), *_row(380, "2", "A2", "Zange", "1", "Stk", "9,00", "9,00"), (420, 400, "Gesamtsumme"), (500, 400, "15,00"),
        *_row(420, "3", "A3", "Anhang", "1", "Stk", "1,00", "1,00"),
    )  # fmt: skip

    assert ["Rohr", "Zange"] == [line.item.name for line in document.record.order_lines]


def test_a_wrapped_article_number_begins_no_row() -> None:
    heading = tuple((x, 300.0, text) for x, text in zip(COLUMNS, ("Nr.", "", "Artikel", "Menge", "ME", "Preis", "Gesamt"), strict=True) if text)
    [document] = _read_words(
        (50, 50, "Bestellung Nr. 7"), *heading, *_row(320, "TB35-", "", "Blech", "2", "Stk", "3,00", "6,00"), (50, 331, "7016"), (170, 331, "RAL 7016"),
        *_row(350, "BS-2", "", "Bohrer", "1", "Stk", "9,00", "9,00"),
    )  # fmt: skip

    lines = document.record.order_lines
    assert [("TB35-7016", "Blech RAL 7016"), ("BS-2", "Bohrer")] == [(line.item.sellers_item_identification.value, line.item.name) for line in lines]


def test_a_price_says_for_how_many_it_is() -> None:
    [document] = _read_words((50, 50, "Bestellung Nr. 7"), *HEADING, *_row(320, "1", "A1", "Rohr", "200", "Stk", "3,00 / 100", "6,00"))

    price = document.record.order_lines[0].price
    assert (Decimal("3.00"), Decimal(100)) == (price.price_amount.value, price.base_quantity.value)


def test_a_discount_in_a_column_is_taken_where_the_amount_proves_it() -> None:
    heading = tuple((x, y, "Rabatt" if text == "ME" else text) for x, y, text in HEADING)
    [document] = _read_words(
        (50, 50, "Bestellung Nr. 7"), *heading, *_row(320, "1", "A1", "Rohr", "2 Stk", "10 %", "3,00", "5,40"), *_row(340, "2", "A2", "Zange", "1 Stk", "50 %", "9,00", "9,00"),
    )  # fmt: skip

    lines = document.record.order_lines
    assert [[Decimal("0.60")], []] == [[one.amount.value for one in line.allowance_charges] for line in lines]


def test_a_total_without_tax_is_no_grand_total() -> None:
    [document] = _read_words(
        (50, 50, "Bestellung Nr. 7"), *HEADING, *_row(320, "1", "A1", "Rohr", "2", "Stk", "3,00", "6,00"), (50, 400, "Total ohne MwSt. 6,00"), (50, 415, "Total inkl. MwSt. 7,14")
    )  # fmt: skip

    total = document.record.anticipated_monetary_total
    assert (Decimal("6.00"), Decimal("7.14"), None) == (total.line_extension_amount.value, total.tax_inclusive_amount.value, total.payable_amount)


def test_a_bare_total_beside_one_with_tax_is_that_of_the_lines() -> None:
    [document] = _read_words(
        (50, 50, "Заявка на поставку № 77/26 от 12 октября 2026 г."), *_row(300, "№ п/п", "Артикул", "Товар", "Кол-во", "Ед.", "Цена", "Сумма"),
        *_row(320, "1", "A1", "Труба", "2", "шт", "3,00", "6,00"), (420, 340, "Итого:"), (500, 340, "6,00"),
        (420, 360, "НДС 20%:"), (500, 360, "1,20"), (420, 380, "Всего с НДС:"), (500, 380, "7,20"),
    )  # fmt: skip

    total = document.record.anticipated_monetary_total
    assert (date(2026, 10, 12), "77/26") == (document.record.issue_date, document.record.id)
    assert (Decimal("6.00"), Decimal("7.20"), None) == (total.line_extension_amount.value, total.tax_inclusive_amount.value, total.payable_amount)


def test_terms_of_payment_are_no_total() -> None:
    [document] = _read_words((50, 50, "Purchase Order No. 7"), (50, 80, "Terms"), (170, 80, "Net 30"), *HEADING, *_row(320, "1", "A1", "Rohr", "2", "Stk", "3,00", "6,00"))

    assert (None, "Net 30") == (document.record.anticipated_monetary_total, document.record.payment_terms.note)


def test_numbers_that_a_spreadsheet_rounded_before_it_was_printed_are_said() -> None:
    [document] = _read_words((50, 50, "Bestellung Nr."), (170, 50, "4.5E+09"), *HEADING, *_row(320, "1", "4.00086E+12", "Rohr", "2", "Stk", "3,00", "6,00"))

    said = [(one.subject, one.found) for one in document.problems if one.code == "table-number-rounded"]
    assert [("Bestellung Nr.", "4.5E+09"), ("Nummer", "4.00086E+12")] == said


def test_numbers_that_a_spreadsheet_prints_close_to_the_next_column_are_in_their_own() -> None:
    headings = _words_at((50, 300, "Pos"), (98, 300, "Art.-Nr."), (160, 300, "Menge"), (220, 300, "ME"))
    rows = [
        [Word(str(number), 91.0, y, 96.0, y + 10), *_words_at((98.5, y, code)), Word("1200", 199.0, y, 219.0, y + 10), *_words_at((220.5, y, "Stk"))]
        for number, y, code in ((1, 320.0, "OF-24"), (2, 340.0, "AF-7"))
    ]
    words = [*_words_at((50, 50, "Bestellung Nr. 7")), *headings, *(word for row in rows for word in row)]
    [document] = orders(Paper((Page(gather(words, 1)),)), Context())

    lines = [(line.id, line.item.sellers_item_identification.value, line.quantity.value, line.quantity.unit_code) for line in document.record.order_lines]
    assert [("1", "OF-24", Decimal(1200), "C62"), ("2", "AF-7", Decimal(1200), "C62")] == lines


def test_numbers_right_of_their_heading_and_before_the_next_belong_to_it() -> None:
    headings = _words_at((50, 300, "Артикул"), (100, 300, "Кол-во"), (170, 300, "Ед."), (220, 300, "Цена, руб. (без НДС)"), (330, 300, "Сумма, руб. (без НДС)"), (450, 300, "Примечание"))
    rows = [
        [*_words_at((50, y, code)), Word(quantity, 149.0, y, 169.0, y + 10), *_words_at((170, y, "шт")),
         Word(price, 309.0, y, 329.0, y + 10), Word(amount, 424.0, y, 449.0, y + 10)]
        for y, code, quantity, price, amount in ((320.0, "OF-24", "1200", "3,50", "4200"), (340.0, "AF-7", "50", "1,99", "99,5"))
    ]  # fmt: skip
    words = [*_words_at((50, 50, "Заказ № 7")), *headings, *(word for row in rows for word in row)]
    [document] = orders(Paper((Page(gather(words, 1)),)), Context())

    lines = [(line.quantity.value, line.price.price_amount.value, line.line_extension_amount.value, line.notes) for line in document.record.order_lines]
    assert [(Decimal(1200), Decimal("3.50"), Decimal(4200), ()), (Decimal(50), Decimal("1.99"), Decimal("99.5"), ())] == lines


@pytest.mark.parametrize(
    ("printed", "days"),
    [
        ("30.10.2026", (date(2026, 10, 30), None)),
        ("KW 45/2026", (date(2026, 11, 2), date(2026, 11, 8))),
        ("bis 30.10.2026", (None, date(2026, 10, 30))),
        ("02.11.2026 - 06.11.2026", (date(2026, 11, 2), date(2026, 11, 6))),
    ],
)
def test_a_delivery_may_be_a_week_a_deadline_or_a_span(printed: str, days: tuple[date | None, date | None]) -> None:
    [document] = _read_words((50, 50, "Bestellung Nr. 7"), (50, 80, f"Liefertermin: {printed}"), *HEADING, *_row(320, "1", "A1", "Rohr", "2", "Stk", "3,00", "6,00"))

    period = document.record.delivery.requested_delivery_period
    assert days == (period.start_date, period.end_date)


def test_a_price_with_tax_is_the_gross_amount_and_no_net_price() -> None:
    headings = ((50, 300, "序号"), (100, 300, "物料编码"), (180, 300, "名称"), (260, 300, "数量"), (310, 300, "单位"), (360, 300, "含税单价"), (450, 300, "金额"))
    row = ((50, 320, "1"), (100, 320, "A1"), (180, 320, "油管"), (260, 320, "2"), (310, 320, "个"), (360, 320, "11.30"), (450, 320, "20.00"))
    [document] = _read_words((50, 50, "采购订单号: 7"), (50, 80, "币种: CNY"), *headings, *row)

    [line] = document.record.order_lines
    assert Price(gross_amount=Amount(Decimal("11.30"), "CNY")) == line.price
    assert {} == line.extensions


def test_a_river_is_no_order_number() -> None:
    [document] = _read_words((50, 50, "Ordine di acquisto n. 210/26"), (50, 100, "Fornitore: Ricambi S.r.l., Via Po 9, 10100 Torino"))

    assert "210/26" == document.record.id


def test_dollars_of_an_american_order_are_us_dollars() -> None:
    [document] = _read_words((50, 50, "Purchase Order No. 7"), (50, 80, "Date: 3/23/2026"), *_row(300, "Line", "SKU", "Description", "Qty", "Unit", "Price", "Total"), *_row(320, "1", "A1", "Pipe", "2", "pcs", "$3.00", "$6.00"))  # fmt: skip

    order = document.record
    assert ("USD", True) == (order.document_currency_code, "document_currency_code" in order.assumed)


def test_two_orders_in_one_file_are_two_documents() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    for number in ("X-1", "X-1", "X-2"):
        canvas.drawString(50, 800, "Purchase Order")
        canvas.drawString(50, 770, f"PO number: {number}")
        canvas.showPage()
    canvas.save()

    assert ["X-1", "X-2"] == [item.id for item in _parse(target.getvalue())]


def test_what_was_typed_into_a_form_is_read() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.drawString(50, 800, "Purchase Order")
    canvas.drawString(50, 770, "PO number:")
    canvas.acroForm.textfield(name="number", value="F-2026-9", x=150, y=766, width=200, height=16, fontSize=10)
    canvas.save()

    assert "F-2026-9" == _order(target.getvalue()).id


def test_a_portfolio_gives_its_files_and_no_word_of_its_cover() -> None:
    order = _page((50, 800, "Purchase Order"), (50, 770, "PO number: 1"))

    [part] = _parse(_with_attachment(_page((50, 800, "Open this portfolio in a newer reader")), "order.pdf", order))

    assert isinstance(part, Part)
    assert "order.pdf" == part.name


def test_letters_that_were_drawn_later_than_their_word_are_part_of_it() -> None:
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1)
    canvas.setFont("Helvetica", 10)
    width = canvas.stringWidth
    canvas.drawString(50, 700, "Zam")
    canvas.drawString(50 + width("Zama"), 700, "wiajacy:")
    canvas.drawString(150, 700, "Hafen AG")
    canvas.drawString(50 + width("Zam"), 700, "a")
    canvas.save()

    assert ["Zamawiajacy:", "Hafen", "AG"] == [word.text for word in pdf.words(pypdfium2.PdfDocument(target.getvalue())[0])]
