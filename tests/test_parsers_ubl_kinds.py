"""UBL documents of every kind: what is particular to each, what comes back as it was written, and the corpus against plain XPath."""

import io
import json
import re
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from parsers import ubl
from tests.ubl_records import FULL, MINIMAL
from wharfinger.config import Identity, Partner
from wharfinger.contracts import Context, Document
from wharfinger.problems import Problem
from wharfinger.records import CreditNote, DespatchAdvice, Invoice, OrderResponse, Record, lines, quantity, with_lines
from wharfinger.xml import to_xml

FIXTURES = Path(__file__).parent / "fixtures" / "ubl"
CORPUS = Path(__file__).parents[2] / "shared" / "corpora" / "ubl"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ROOTS = sorted(ubl.READINGS)
READ = [file for file in sorted(FIXTURES.glob("*.xml")) if '"problem":' not in file.with_suffix(".expected.json").read_text()]
"""The files of which every document is read."""
ZONE = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")


def xml(root: str, body: str) -> bytes:
    spaces = f'xmlns:cac="{UBL}CommonAggregateComponents-2" xmlns:cbc="{UBL}CommonBasicComponents-2"'
    return f'<{root} xmlns="{UBL}{root}-2" {spaces}>{body}</{root}>'.encode()


def document(content: bytes, context: Context = Context()) -> Document:  # noqa: B008  # immutable
    [found] = ubl.parse(io.BytesIO(content), context)
    assert isinstance(found, Document)
    return found


def record(content: bytes, context: Context = Context()) -> Record:  # noqa: B008  # immutable
    found = document(content, context).record
    assert found is not None
    return found


def invoice(code: str, payable: str, root: str = "Invoice") -> bytes:
    total = f'<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">{payable}</cbc:PayableAmount></cac:LegalMonetaryTotal>'
    return xml(root, f"<cbc:ID>1</cbc:ID><cbc:{root}TypeCode>{code}</cbc:{root}TypeCode>{total}")


def plain(one: Any) -> Any:
    """As JSON without origins and what the XML does not hold."""
    if isinstance(one, dict):
        return {key: plain(value) for key, value in one.items() if key not in ("origin", "extensions", "assumed")}
    return [plain(value) for value in one] if isinstance(one, list | tuple) else one


@pytest.mark.parametrize("kind", sorted(FULL))
def test_a_record_with_every_field_comes_back_as_it_was_written(kind: str) -> None:
    found = document(to_xml(FULL[kind]))

    assert () == found.problems
    assert plain(msgspec.to_builtins(FULL[kind])) == plain(msgspec.to_builtins(found.record))


@pytest.mark.parametrize("kind", sorted(MINIMAL))
def test_a_record_of_the_least_comes_back_without_what_ubl_demands_beside(kind: str) -> None:
    found = document(to_xml(MINIMAL[kind]))

    expected = plain(msgspec.to_builtins(MINIMAL[kind]))
    if kind == "RemittanceAdvice":
        expected.setdefault("document_currency_code", "EUR")  # read off the amounts
    assert expected == plain(msgspec.to_builtins(found.record))


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("envelope", [False, True])
def test_every_kind_is_recognised_and_read_by_its_root_element(root: str, envelope: bool) -> None:
    content = xml(root, "<cbc:ID>1</cbc:ID>")
    if envelope:
        content = b'<s:StandardBusinessDocument xmlns:s="urn:x">' + content + b"</s:StandardBusinessDocument>"
    claim = ubl.recognises(content, io.BytesIO(content))
    found = document(content)

    assert claim is not None
    assert (f"UBL {root}", True) == (claim.description, claim.readable)
    assert (ubl.READINGS[root].kind, "1") == (found.kind, found.id)


@pytest.mark.parametrize("root", ROOTS)
def test_all_unreadable_values_of_a_document_are_reported(root: str) -> None:
    found = document(xml(root, "<cbc:ID>1</cbc:ID><cbc:IssueDate>5.11.2026</cbc:IssueDate><cbc:IssueTime>noon</cbc:IssueTime>"))

    assert [("value-unreadable", "5.11.2026"), ("value-unreadable", "noon")] == [(one.code, one.found) for one in found.problems]
    assert [f"/{root}/cbc:IssueDate", f"/{root}/cbc:IssueTime"] == [one.place.xpath for one in found.problems]


@pytest.mark.parametrize("file", READ, ids=lambda file: file.stem)
def test_every_text_of_a_document_is_in_its_record_extensions_or_problems(file: Path) -> None:
    content = file.read_bytes()
    items = [msgspec.to_builtins(one) for one in ubl.parse(io.BytesIO(content), Context())]

    told = json.dumps(items, default=str, ensure_ascii=False)
    texts = [one.text.strip() for one in etree.fromstring(content).iter() if len(one) == 0 and one.text and one.text.strip()]
    missing = [text for text in texts if ZONE.sub("", text) not in told]
    assert [] == [text for text in missing if text not in ("Revised", "Added", "true", "StandardRated")]  # read as 3, 1, AP and S


@pytest.mark.parametrize(("stated", "code"), [("true", "AP"), ("1", "AP"), ("false", "RE"), ("0", "RE")])
def test_a_simple_response_accepts_or_rejects(stated: str, code: str) -> None:
    found = record(xml("OrderResponseSimple", f"<cbc:ID>1</cbc:ID><cbc:AcceptedIndicator>{stated}</cbc:AcceptedIndicator>"))

    assert isinstance(found, OrderResponse)
    assert code == found.order_response_code


@pytest.mark.parametrize("code", ["380", "384", "389", "386", "326", "", "FT"])
def test_an_invoice_keeps_its_type_code_and_the_signs_of_its_amounts(code: str) -> None:
    found = document(invoice(code, "-1656.25"))

    assert isinstance(found.record, Invoice)
    assert found.record.legal_monetary_total is not None
    assert found.record.legal_monetary_total.payable_amount is not None
    assert (code or None, Decimal("-1656.25")) == (found.record.invoice_type_code, found.record.legal_monetary_total.payable_amount.value)
    assert () == found.problems


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (invoice("381", "20.00"), ["credit-note-as-invoice"]),
        (invoice("381", "-20.00"), ["credit-note-unclear"]),
        (invoice("381", "20.00", "CreditNote"), []),
        (invoice("396", "-20.00", "CreditNote"), []),
        (invoice("380", "20.00", "CreditNote"), ["credit-note-unclear"]),
        (invoice("CN", "20.00", "CreditNote"), []),
    ],
)
def test_a_credit_note_is_one_by_its_element_or_by_its_code(content: bytes, codes: list[str]) -> None:
    found = document(content)

    assert isinstance(found.record, CreditNote)
    assert codes == [one.code for one in found.problems]
    assert "20.00" in json.dumps(msgspec.to_builtins(found.record), default=str)


def test_the_lines_of_a_credit_note_that_is_an_invoice_are_credited() -> None:
    found = record((FIXTURES / "invoice_with_the_code_of_a_credit_note.xml").read_bytes())

    assert isinstance(found, CreditNote)
    assert [Decimal(3)] == [one.credited_quantity.value for one in found.credit_note_lines if one.credited_quantity]


def test_a_shipment_names_the_units_that_only_its_lines_name_once() -> None:
    unit = "<cac:TransportHandlingUnit><cbc:ID>{}</cbc:ID></cac:TransportHandlingUnit>"
    line = "<cac:DespatchLine><cbc:ID>1</cbc:ID><cac:Shipment>{}</cac:Shipment></cac:DespatchLine>"
    one, two, three = (unit.format(number) for number in "123")

    found = record(xml("DespatchAdvice", f"<cac:Shipment>{one}</cac:Shipment>{line.format(two + one)}{line.format(three + two)}"))

    assert isinstance(found, DespatchAdvice)
    assert found.shipment is not None
    assert ["1", "2", "3"] == [one.id.value for one in found.shipment.transport_handling_units if one.id]


def test_a_partners_changes_are_said_of_one_kind() -> None:
    changes = {"customer_reference": "cbc:UUID", "Invoice": {"buyer_reference": "cbc:UUID"}}
    partner = Partner(partner="hafen", name="Hafen", identity=Identity(tax_ids=("BE1",)), formats={"ubl": changes})
    tax = "<cac:PartyTaxScheme><cbc:CompanyID>BE1</cbc:CompanyID></cac:PartyTaxScheme>"
    body = f"<cbc:UUID>u</cbc:UUID><cac:{{0}}><cac:Party>{tax}</cac:Party></cac:{{0}}>"
    known = Context(partners=(partner,))

    order = document(xml("Order", body.format("BuyerCustomerParty")), known)
    bill = document(xml("Invoice", body.format("AccountingSupplierParty")), known)
    to_them = document(xml("Invoice", body.format("AccountingCustomerParty")), known)
    credit = document(xml("CreditNote", body.format("AccountingSupplierParty")), known)

    assert ["u", "u", None] == [
        getattr(order.record, "customer_reference", None),
        getattr(bill.record, "buyer_reference", None),
        getattr(credit.record, "buyer_reference", None),
    ]
    assert ["hafen", "hafen", None, "hafen"] == [order.partner, bill.partner, to_them.partner, credit.partner]


_BILLED = "<cac:InvoiceDocumentReference><cbc:ID>1</cbc:ID></cac:InvoiceDocumentReference>"
_BILLED_LINE = "<cac:BillingReferenceLine><cbc:ID>1</cbc:ID></cac:BillingReferenceLine>"
_SERIAL = "<cac:ItemInstance><cbc:SerialID>1</cbc:SerialID></cac:ItemInstance>"
_REFERENCE = "<cac:AdditionalDocumentReference><cbc:ID>2</cbc:ID><cbc:VersionID>2</cbc:VersionID></cac:AdditionalDocumentReference>"
_TAXED = '<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">1</cbc:TaxAmount></cac:TaxTotal>'


@pytest.mark.parametrize(
    ("root", "body"),
    [
        ("Invoice", f"<cac:BillingReference>{_BILLED * 30_000}{_BILLED_LINE * 30_000}</cac:BillingReference>"),
        ("Invoice", _REFERENCE * 30_000),
        ("Invoice", f"<cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>{_TAXED * 30_000}"),
        ("DespatchAdvice", f"<cac:DespatchLine><cac:Item>{_SERIAL * 30_000}</cac:Item></cac:DespatchLine>"),
    ],
    ids=["billing references", "document references", "tax totals", "item instances"],
)
def test_what_stands_in_a_document_many_times_is_read_in_time_that_grows_with_it(root: str, body: str) -> None:
    started = time.process_time()

    found = document(xml(root, f"<cbc:ID>1</cbc:ID>{body}"))

    assert "1" == found.id
    assert time.process_time() - started < 10  # squared, it takes minutes


def _text(element: etree._Element, path: str) -> str | None:
    found: Any = element.xpath(path, namespaces=ubl.NAMESPACES)
    return (found[0].text or "").strip() or None if found else None


def _said(element: etree._Element) -> dict[str, Any]:
    """The key values of a document, by plain XPath."""
    item = {"Order": "cac:LineItem/", "OrderChange": "cac:LineItem/", "OrderResponse": "cac:LineItem/"}.get(etree.QName(element).localname, "")
    children = [one for one in element.iterchildren("{*}*") if etree.QName(one).localname.endswith("Line")]
    names = ("Quantity", "DeliveredQuantity", "ReceivedQuantity", "InvoicedQuantity", "CreditedQuantity")
    quantities = [next((text for name in names if (text := _text(one, f"{item}cbc:{name}"))), None) for one in children]
    amounts = [_text(one, f"{item}cbc:LineExtensionAmount") for one in children]
    return {
        "id": _text(element, "cbc:ID"),
        "date": (_text(element, "cbc:IssueDate") or "")[:10],
        "order": _text(element, "cac:OrderReference/cbc:ID[.!='NA']"),
        "lines": len(children),
        "names": [_text(one, f"{item}cac:Item/cbc:Name") for one in children],
        "order lines": [_text(one, "cac:OrderLineReference/cbc:LineID[.!='NA']") for one in children],
        "quantities": [Decimal(one) if one else None for one in quantities],
        "amounts": [Decimal(one) if one else None for one in amounts],
        "payable": _text(element, "*[self::cac:LegalMonetaryTotal or self::cac:AnticipatedMonetaryTotal]/cbc:PayableAmount"),
    }


def _read(found: Record) -> dict[str, Any]:
    told = msgspec.to_builtins(found)
    total = told.get("legal_monetary_total") or told.get("anticipated_monetary_total") or {}
    read = lines(found)
    quantities = [quantity(one) for one in read]
    amounts = [getattr(one, "line_extension_amount", None) for one in read]
    references = [getattr(one, "order_line_reference", None) for one in read]
    items = [getattr(one, "item", None) for one in read]
    return {
        "id": found.id,
        "date": str(found.issue_date),
        "order": told.get("order_reference", {}).get("id"),
        "lines": len(read),
        "names": [one.name if one else None for one in items],
        "order lines": [one.line_id if one else None for one in references],
        "quantities": [one.value if one else None for one in quantities],
        "amounts": [one.value if one else None for one in amounts],
        "payable": total.get("payable_amount", {}).get("value"),
    }


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not here")
def test_every_document_of_the_corpus_says_in_its_record_what_plain_xpath_finds() -> None:
    kinds: Counter[str] = Counter()
    wrong = []
    for file in sorted(CORPUS.rglob("*.xml")):
        content = file.read_bytes()
        items = list(ubl.parse(io.BytesIO(content), Context()))
        elements = list(etree.fromstring(content).iter(*(f"{{{UBL}{root}-2}}{root}" for root in ROOTS)))
        if any(isinstance(one, Problem) for one in items) or len(items) != len(elements):
            wrong.append(file.name)
            continue
        for element, item in zip(elements, items, strict=True):
            assert isinstance(item, Document)
            kinds[etree.QName(element).localname] += 1
            if item.problems or item.record is None or _said(element) != _read(item.record):
                wrong.append(file.name)

    assert [] == wrong
    assert {"Order": 90, "DespatchAdvice": 69, "OrderResponse": 55, "OrderResponseSimple": 24}.items() <= kinds.items()


def test_lines_are_changed_in_every_kind_that_has_them() -> None:
    assert [] == [kind for kind, one in FULL.items() if lines(with_lines(one, ()))]


@pytest.mark.parametrize(
    ("root", "element", "type_code"),
    [
        ("DespatchAdvice", "OrderReference", "220"),
        ("ReceiptAdvice", "OrderReference", "220"),
        ("ReceiptAdvice", "DespatchDocumentReference", "351"),
        ("OrderCancellation", "OrderReference", "220"),
        ("OrderResponse", "OrderReference", "220"),
        ("Invoice", "DespatchDocumentReference", "351"),
        ("CreditNote", "ReceiptDocumentReference", "632"),
    ],
)
def test_what_a_record_names_once_is_a_further_document_where_it_is_named_again(root: str, element: str, type_code: str) -> None:
    named = "".join(f"<cac:{element}><cbc:ID>{number}</cbc:ID></cac:{element}>" for number in ("A", "B", "C"))
    found: Any = record(xml(root, f"<cbc:ID>1</cbc:ID>{named}"))

    assert [("B", type_code), ("C", type_code)] == [(one.id, one.document_type_code) for one in found.document_references]


TAXED = "<cac:TaxCategory><cbc:ID>{id}</cbc:ID><cbc:Percent>{percent}</cbc:Percent></cac:TaxCategory>"
ITEM = "<cac:Item><cbc:Name>Cup</cbc:Name></cac:Item>"


def subtotal(base: str, tax: str, category: str) -> str:
    amounts = f'<cbc:TaxableAmount currencyID="EUR">{base}</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount>'
    return f'<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount><cac:TaxSubtotal>{amounts}{category}</cac:TaxSubtotal></cac:TaxTotal>'


def category_of_line(head: str, line: str, net: str = "100.00") -> tuple[str | None, str | None, tuple[str, ...]]:
    total = f'<cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">{net}</cbc:TaxExclusiveAmount></cac:LegalMonetaryTotal>'
    body = f"<cbc:ID>1</cbc:ID>{head}{total}<cac:InvoiceLine><cbc:ID>1</cbc:ID>{line}{ITEM}</cac:InvoiceLine>"
    found = record(xml("Invoice", body))
    assert isinstance(found, Invoice)
    [one] = found.invoice_lines
    tax = one.item.classified_tax_category if one.item is not None else None
    percent = str(tax.percent) if tax is not None and tax.percent is not None else None
    return tax.id if tax is not None else None, percent, one.assumed


STATED = TAXED.format(id="AE", percent="0")
ONLY_RATE = "<cac:TaxCategory><cbc:Percent>20</cbc:Percent></cac:TaxCategory>"
ONLY_ZERO = "<cac:TaxCategory><cbc:Percent>0</cbc:Percent></cac:TaxCategory>"
ASSUMED = ("item.classified_tax_category",)


@pytest.mark.parametrize(
    ("head", "line", "net", "expected"),
    [
        ("", subtotal("100.00", "0.00", STATED), "100.00", ("AE", "0", ())),
        ("", subtotal("100.00", "20.00", ONLY_RATE), "100.00", ("S", "20", ("item.classified_tax_category.id",))),
        ("", subtotal("100.00", "0.00", ONLY_ZERO), "100.00", (None, "0", ())),
        (subtotal("100.00", "0.00", STATED), "", "100.00", ("AE", "0", ASSUMED)),
        (subtotal("100.00", "20.00", ONLY_RATE), "", "100.00", ("S", "20", ASSUMED)),
        (subtotal("100.00", "20.00", ONLY_RATE), "", "120.00", (None, None, ())),
        (subtotal("100.00", "20.00", ONLY_RATE) * 2, "", "100.00", (None, None, ())),
    ],
)
def test_the_tax_of_a_line_is_that_of_its_total_or_the_only_one_of_the_document(
    head: str, line: str, net: str, expected: tuple[str | None, str | None, tuple[str, ...]]
) -> None:
    assert expected == category_of_line(head, line, net)


@pytest.mark.parametrize("root", ["Order", "OrderChange", "OrderResponse", "Invoice", "CreditNote"])
def test_of_several_deliveries_terms_and_taxes_none_is_left_over(root: str) -> None:
    deliveries = "".join(f"<cac:Delivery><cbc:ActualDeliveryDate>2026-11-2{day}</cbc:ActualDeliveryDate></cac:Delivery>" for day in "123")
    terms = "".join(f"<cac:PaymentTerms><cbc:Note>{words}</cbc:Note></cac:PaymentTerms>" for words in ("a", "b", "c"))
    taxes = "".join(f'<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">{tax}</cbc:TaxAmount></cac:TaxTotal>' for tax in ("1", "2", "3"))
    found: Any = record(xml(root, f"<cbc:ID>1</cbc:ID>{deliveries}{terms}{taxes}"))

    days = [one.actual_delivery_date.day for one in (found.delivery, *found.further_deliveries)]
    notes = [one.note for one in (found.payment_terms, *found.further_payment_terms)]
    amounts = [str(one.tax_amount.value) for one in (found.tax_total, *found.further_tax_totals)]
    assert ([21, 22, 23], ["a", "b", "c"], ["1", "2", "3"], {}) == (days, notes, amounts, found.extensions)


def test_the_tax_in_the_tax_currency_is_none_of_the_further_ones() -> None:
    currencies = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:TaxCurrencyCode>SEK</cbc:TaxCurrencyCode>"
    taxes = [("SEK", "110"), ("EUR", "10"), ("EUR", "2")]
    totals = "".join(f'<cac:TaxTotal><cbc:TaxAmount currencyID="{code}">{tax}</cbc:TaxAmount></cac:TaxTotal>' for code, tax in taxes)
    found: Any = record(xml("Invoice", f"<cbc:ID>1</cbc:ID>{currencies}{totals}"))

    amounts = [str(one.tax_amount.value) for one in (found.tax_total, *found.further_tax_totals, found.tax_currency_tax_total)]
    assert ["10", "2", "110"] == amounts


def test_a_delivery_behind_an_empty_one_is_no_further_one() -> None:
    deliveries = "<cac:Delivery/><cac:Delivery><cbc:ActualDeliveryDate>2026-11-21</cbc:ActualDeliveryDate></cac:Delivery>"
    found: Any = record(xml("Order", f"<cbc:ID>1</cbc:ID>{deliveries}"))

    assert (21, ()) == (found.delivery.actual_delivery_date.day, found.further_deliveries)
