"""Delimited text: what stands in the fixtures, how the text is recognised, and what is said about tables that are not right."""

import csv as csv_module
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parsers import csv
from wharfinger.config import Identity, Partner
from wharfinger.contracts import Context, Document, Item
from wharfinger.problems import Permanent, Problem
from wharfinger.records import lines, to_json

FIXTURES = Path(__file__).parent / "fixtures" / "csv"
TABLES = sorted(file for file in FIXTURES.iterdir() if file.suffix in (".csv", ".txt"))


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
    return list(csv.parse(io.BytesIO(content), context or Context()))


def _documents(content: str, context: Context | None = None) -> list[Document]:
    return [item for item in _parse(content.encode(), context) if isinstance(item, Document)]


def _codes(content: str) -> list[str]:
    return [problem.code for item in _parse(content.encode()) for problem in (item.problems if isinstance(item, Document) else [item])]


def _description(content: bytes) -> str | None:
    claim = csv.recognises(content[: 64 * 1024], io.BytesIO(content))
    return claim.description if claim else None


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_a_fixture_gives_what_its_golden_says(file: Path) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))

    found = [plain(item) for item in _parse(file.read_bytes())]

    assert expected == found


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_every_fixture_is_recognised_as_a_table(file: Path) -> None:
    known = file.stem not in ("unknown-columns", "partner-columns", "invoice-german", "despatch-english", "stock-list", "price-list")

    description = _description(file.read_bytes())

    assert description is not None
    assert known == description.endswith("order table")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n\n",
        b"\0" * 70_000,
        b"Dear colleagues,\nplease find attached our order, as agreed,\nwith best regards, and thanks,\nAnna\n",
        b"import os, sys, re\n\n\ndef f(a, b, c):\n    return a, b, c\n\n\nprint(f(1, 2, 3), 4, 5)\n",
        b"2025-01-01 10:00:00,123 INFO start\n2025-01-01 10:00:01,456 INFO stop, done, ok\n2025-01-01 10:00:02,789 WARN a, b\n",
        b"From: a@example.org\nTo: b@example.org, c@example.org\nSubject: Order number, quantity, item\n\nText\n",
        b"UNA:+.? 'UNB+UNOC:3+4012345500004:14+5412345000013:14+251101:1200+1'\nUNH+1+ORDERS:D:96A:UN'\n",
        b'{"order": 1, "item": 2, "quantity": 3}\n{"order": 1, "item": 2, "quantity": 3}\n{"order": 1, "item": 2, "quantity": 3}\n',
        b"<a>1,2,3</a>\n<a>1,2,3</a>\n<a>1,2,3</a>\n",
        b"1;2;3\n4;5;6\n7;8;9\n",
        b"alpha,beta,gamma\n1,2,3\nonly one here\nand here\nand, here\n",
    ],
    ids=["empty", "blank", "zeros", "letter", "source", "log", "mail", "edifact", "json", "xml", "numbers", "inconsistent"],
)
def test_text_that_is_no_table_is_not_claimed(content: bytes) -> None:
    assert _description(content) is None


def test_a_file_of_zeros_is_refused_by_its_head_alone() -> None:
    class Untouched(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("the stream was read")

    assert csv.recognises(b"\0" * 65_536, Untouched()) is None


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_a_russian_table_is_read_in_any_usual_charset(charset: str) -> None:
    text = "Номер заказа;Артикул;Наименование;Количество\n7;ФМ-01;Фильтр масляный;5\n"

    [order] = [item for item in _parse(text.encode(charset)) if isinstance(item, Document)]

    assert order.record is not None
    assert order.record.order_lines[0].item is not None
    assert "Фильтр масляный" == order.record.order_lines[0].item.name


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Bestellnummer;Menge;Bezeichnung\n1;2;Öl für Getriebe\n", "cp1252"),
        ("Commande;Quantité;Désignation\n1;2;Pièce détachée\n", "cp1252"),
        ("订单号;数量;物料名称\n1;2;机油滤清器\n", "gb18030"),
        ("Номер заказа;Количество;Товар\n1;2;ЁЛКА НОВОГОДНЯЯ\n", "cp1251"),
    ],
)
def test_the_charset_is_that_in_which_the_bytes_make_words(text: str, charset: str) -> None:
    assert charset == csv._charset(text.encode(charset))


def test_a_column_that_nothing_maps_stays_by_its_heading() -> None:
    [order] = _documents("Order number,Item code,Quantity,Colour,Colour\n1,A,2,red,dark\n")

    assert order.record is not None
    assert {"Colour": "red", "Colour [E]": "dark"} == order.record.order_lines[0].extensions


def test_an_order_number_left_out_means_that_of_the_row_before() -> None:
    [order] = _documents("Order number,Item code,Quantity\n1,A,2\n,B,3\n")

    assert order.record is not None
    assert ["A", "B"] == [line.item.sellers_item_identification.value for line in order.record.order_lines]


def test_a_number_that_can_mean_two_is_a_problem_unless_another_number_shows_the_custom() -> None:
    alone = "Order number;Item code;Quantity;Price\n1;A;1.234;5\n"
    with_proof = "Order number;Item code;Quantity;Price\n1;A;1.234;5,50\n"

    [doubtful], [proven] = _documents(alone), _documents(with_proof)

    assert ["value-unreadable"] == [problem.code for problem in doubtful.problems]
    assert proven.record is not None
    assert proven.record.order_lines[0].quantity is not None
    assert Decimal(1234) == proven.record.order_lines[0].quantity.value
    assert () == proven.problems


def test_a_date_that_can_mean_two_is_a_problem() -> None:
    [order] = _documents("Order number,Order date,Item code,Quantity\n1,03/04/2025,A,2\n")

    assert ["value-unreadable"] == [problem.code for problem in order.problems]


@pytest.mark.parametrize(
    "headings",
    ["N° de commande;Date;Référence;Quantité", "Nº pedido;Fecha;Código;Cantidad", "Bestellnummer;Datum;Artikelnummer;Menge", "Order number;Date;Item code;Quantity;VAT %"],
)  # fmt: skip
def test_a_date_that_can_mean_two_is_read_as_people_write_it_in_the_language_of_the_headings(headings: str) -> None:
    [order] = _documents(f"{headings}\n1;03/04/2025;A;2\n")
    assert order.record.issue_date == date(2025, 4, 3)


@pytest.mark.parametrize("total", [",Total,,2", "Total,,,2", "*,,,2", ",,,2", "Printed by SAP,,,", "Итого:,,,2"])
def test_totals_and_footers_are_left_out_and_named(total: str) -> None:
    content = f"Order number,Item name,Item code,Quantity\n1,Bolt,A,2\n{total}\n"

    assert ["table-rows-left-out"] == _codes(content)
    assert 1 == len(_documents(content)[0].record.order_lines)


def test_an_item_whose_name_begins_like_a_total_is_a_line() -> None:
    [order] = _documents("Order number,Item name,Item code,Quantity\n1,Total cleaner 5 l,A,2\n1,Bolt,B,2\n")

    assert order.record is not None
    assert 2 == len(order.record.order_lines)


def test_every_order_of_a_table_with_an_open_quote_is_refused() -> None:
    documents = [item for item in _parse((FIXTURES / "quote-never-closed.csv").read_bytes()) if isinstance(item, Document)]

    assert documents
    assert all("table-quote-open" in [problem.code for problem in one.problems] for one in documents)


def test_a_table_without_rows_says_so() -> None:
    assert ["table-without-rows"] == _codes("Order number,Item code,Quantity\n")


def test_a_cell_beyond_all_measure_is_a_problem_and_not_an_error() -> None:
    huge = "x" * (csv_module.field_size_limit() + 1)

    assert ["table-quote-open"] == _codes(f"Order number,Item code,Quantity\n1,A,2\n1,{huge},3\n")


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#Н/Д", "#ЗНАЧ!", "#¡VALOR!", "########"])
def test_a_formulas_error_is_no_name_and_told_once(error: str) -> None:
    assert ["table-cell-error"] == _codes(f"Order number;Item code;Item name;Quantity\n1;A;{error};2\n")
    assert ["value-unreadable"] == _codes(f"Order number;Item code;Item name;Quantity\n1;A;Pump;{error}\n")


def test_characters_that_the_charset_does_not_have_are_a_problem() -> None:
    content = b"Order number,Item code,Item name,Quantity\n" + "1,A,Öl,2\n".encode() * 2000 * 5 + b"2,B,\xff\xfe,3\n"

    problems = [problem.code for item in _parse(content) if isinstance(item, Document) for problem in item.problems]

    assert ["table-cell-unreadable"] == problems


PARTNER = Partner(
    partner="nordwind",
    name="Nordwind GmbH",
    identity=Identity(gln=("4012345000009",)),
    formats={
        "table": {
            "match": {"headings": ["Nr", "Wann", "Was", "Wieviel"]},
            "numbers": "1.234,56",
            "dates": "12/31/2025",
            "fields": {
                "id": "Nr",
                "issue_date": {"column": "B"},
                "buyer_customer_party": {"endpoint_id": {"value": {"is": "4012345000009"}, "scheme_id": {"is": "0088"}}},
                "order_lines": {
                    "item": {"sellers_item_identification": {"value": "Was"}},
                    "quantity": {"value": "Wieviel", "unit_code": {"is": "C62"}},
                },
            },
        }
    },
)


@pytest.mark.parametrize("context", [Context(partner=PARTNER), Context(partners=(PARTNER,))], ids=["given", "matched"])
def test_a_partner_says_what_its_columns_are(context: Context) -> None:
    first, second = _parse((FIXTURES / "partner-columns.csv").read_bytes(), context)

    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert ("77", "nordwind", ()) == (first.id, first.partner, first.problems)
    record = json.loads(to_json(first.record)) if first.record else {}
    assert "2025-03-04" == record["issue_date"]
    assert {"endpoint_id": {"value": "4012345000009", "scheme_id": "0088"}} == record["buyer_customer_party"]
    assert {"value": "1234", "unit_code": "C62"} == record["order_lines"][0]["quantity"]


def test_two_partners_with_the_same_headings_are_not_chosen_between() -> None:
    twin = msgspec.structs.replace(PARTNER, partner="suedwind")

    [problem] = _parse((FIXTURES / "partner-columns.csv").read_bytes(), Context(partners=(PARTNER, twin)))

    assert isinstance(problem, Problem)
    assert "table-columns-unknown" == problem.code


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"nonsense": "Nr"}, "nonsense"),
        ({"id": {"pfad": "Nr"}}, "pfad"),
        ({"id": {"column": "?"}}, "column"),
        ({"order_lines": {"each": "cells"}}, "each: rows"),
    ],
)
def test_a_wrong_partner_mapping_says_where(fields: dict[str, Any], names: str) -> None:
    wrong = Partner(partner="nordwind", name="Nordwind", formats={"table": {"fields": fields}})

    with pytest.raises(Permanent, match="partner nordwind, formats: table: ") as error:
        _parse(b"Order number,Item code,Quantity\n1,A,2\n", Context(partner=wrong))

    assert names in str(error.value)


@pytest.mark.parametrize(
    ("content", "currency"),
    [
        ("Order number;Item code;Quantity;Price (EUR)\n1;A;2;3,50\n", "EUR"),
        ("Номер заказа;Артикул;Количество;Цена, руб.\n1;A;2;3,50\n", "RUB"),
        ("Order number;Item code;Quantity;Price\n1;A;2;3,50 €\n", "EUR"),
        ("Order number;Item code;Quantity;Price\n1;A;2;$3.50\n", None),
        ("Order number;Item code;Quantity;Price;Currency\n1;A;2;3,50 €;CHF\n", "CHF"),
        ("Order number;Item code;Quantity;Price\n1;A;2;3,50 €\n1;B;2;3,50 CHF\n", None),
    ],
)
def test_the_currency_may_stand_in_the_heading_or_beside_the_price(content: str, currency: str | None) -> None:
    [order] = _documents(content)

    assert order.record is not None
    assert currency == order.record.document_currency_code


def test_forms_one_below_the_other_are_refused_and_not_made_one_order() -> None:
    form = "Order number:;{};;\n;;;\nLine;Item code;Quantity;Unit\n1;A;2;C62\n;;;\n"

    [order] = _documents(form.format("4711") + form.format("4712"))

    assert "table-several-forms" in [problem.code for problem in order.problems]


def test_the_header_once_more_is_no_row() -> None:
    header = "Order number;Item code;Quantity\n"

    [order] = _documents(f"{header}1;A;2\n{header}1;B;3\n")

    assert order.record is not None
    assert (2, ()) == (len(order.record.order_lines), order.problems)


def test_party_and_tax_number_in_one_cell_are_two_fields() -> None:
    [order] = _documents(
        "Номер заказа;Контрагент;ИНН;Поставщик;Артикул поставщика;Кол-во\n"
        '7;ООО «Север»;7812345673;"АО «Гавань», ИНН 7701234563, КПП 770101001";МФ-1;5\n'
    )

    assert order.record is not None
    buyer, seller = order.record.buyer_customer_party, order.record.seller_supplier_party
    assert ("ООО «Север»", ["7812345673"]) == (buyer.name, [one.value for one in buyer.tax_ids])
    assert ("АО «Гавань»", ["7701234563", "770101001"]) == (seller.name, [one.value for one in seller.tax_ids])


@pytest.mark.parametrize("attribute", ["ИНН", "КПП"])
def test_a_tax_number_belongs_to_the_party_whose_column_stands_before_it(attribute: str) -> None:
    [order] = _documents(f"Номер заказа;Поставщик;{attribute};Артикул;Кол-во\n7;Гавань;7701234563;МФ-1;5\n")

    assert order.record is not None
    assert ["7701234563"] == [one.value for one in order.record.seller_supplier_party.tax_ids]
    assert order.record.buyer_customer_party is None


@pytest.mark.parametrize(("one", "other"), [("人民币", "CNY"), ("руб.", "RUB"), ("€", "EUR"), ("US$", "USD"), ("RMB", "CNY"), ("¥", "CNY")])
def test_two_names_of_one_currency_are_no_conflict(one: str, other: str) -> None:
    content = f"Order number;Item code;Quantity;Price;Currency\n1;A;2;3.50;{one}\n1;B;2;3.50;{other}\n"

    assert [] == _codes(content)
    assert [other] == [document.record.document_currency_code for document in _documents(content) if document.record]


@pytest.mark.parametrize(
    ("headings", "field"),
    [
        ("Order number;Supplier Part No;Qty", "sellers_item_identification"),
        ("采购订单号;供应商物料编码;数量", "sellers_item_identification"),
        ("采购订单号;客户物料编码;数量", "buyers_item_identification"),
        ("Bestellnummer;Lief.-Art.-Nr.;Menge", "sellers_item_identification"),
    ],
)
def test_what_erp_systems_call_an_item_number_is_known(headings: str, field: str) -> None:
    [order] = _documents(f"{headings}\n7;A-1;5\n")

    assert order.record is not None
    assert "A-1" == getattr(order.record.order_lines[0].item, field).value


def test_source_code_is_no_table() -> None:
    content = b"import csv\nfrom pathlib import Path\n" + b'ROWS = ("Pos", "Artikel", "Menge")\nx = ("1", "A-1", "5")\n' * 5

    assert _description(content) is None


def test_a_label_above_the_table_is_not_taken_for_the_orders_number() -> None:
    [order] = _documents("Order date: 2025-11-03\nOrder number: 4711\nItem code;Quantity;Unit\nA-1;5;pcs\n")

    assert ("4711", date(2025, 11, 3)) == (order.id, order.record and order.record.issue_date)


def test_a_heading_that_only_ends_like_a_known_one_is_another_column() -> None:
    [order] = _documents("Order number;Item code;Quantity;E-Preis;Rest-Menge\n4711;A-1;5;3,50;2\n")

    assert order.record is not None
    [line] = lines(order.record)
    assert {"Rest-Menge": "2"} == line.extensions


def test_an_item_of_a_price_list_without_quantity_is_told_and_left_out() -> None:
    items = _parse(b"Order number:;4711\nItem code;Description;Quantity\nA-1;Filter;5\nA-2;Pump;\n")

    assert ["4711", "table-rows-not-ordered"] == [item.id if isinstance(item, Document) else item.code for item in items]


def test_a_numbered_line_without_quantity_stays_a_line() -> None:
    [order] = _documents("Order number:;4711\nPos;Item code;Quantity\n1;A-1;5\n2;A-2;\n")

    assert order.record is not None
    assert ["1", "2"] == [line.id for line in lines(order.record)]


def test_an_invoices_number_behind_the_orders_does_not_make_an_invoice() -> None:
    assert "CSV order table" == _description(b"Order number,Item code,Quantity,Unit,Invoice number\n1,A,5,pcs,R-1\n2,B,7,pcs,R-2\n")


def test_what_calls_itself_an_order_is_one_whatever_its_columns_are_called() -> None:
    [order] = _documents("Bestellung Nr. 4711 vom 03.11.2025\nRechnung;Artikelnummer;Menge;Einheit\nja;A-1;5;Stk\n")

    assert "4711" == order.id
