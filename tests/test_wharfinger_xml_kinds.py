"""Every kind of document as UBL: whole, valid, and refused where something mandatory is missing."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from lxml import etree

from tests import oasis
from tests.ubl_orders import euro, pieces
from tests.ubl_records import FULL, MINIMAL
from wharfinger.records import (
    KINDS,
    Address,
    AllowanceCharge,
    Amount,
    CreditNote,
    DespatchAdvice,
    DocumentReference,
    DocumentResponse,
    Identifier,
    Invoice,
    Item,
    ItemInstance,
    LineResponse,
    MonetaryTotal,
    OrderChange,
    OrderResponse,
    Party,
    PaymentMeans,
    Place,
    ReceiptAdvice,
    Record,
    Response,
    Shipment,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
)
from wharfinger.xml import NAMESPACES, explain_schema_errors, schema_errors, schema_path, to_xml

replace = msgspec.structs.replace

NOT_WRITTEN = {"origin", "extensions", "assumed"}


def with_line(kind: str, **changes: object) -> Record:
    """The minimal record with another line."""
    record = MINIMAL[kind]
    field = next(name for name in record.__struct_fields__ if name.endswith("_lines"))
    [line] = getattr(record, field)
    return replace(record, **{field: (replace(line, **changes),)})


def change(kind: str, **changes: object) -> Record:
    """The minimal record with other fields."""
    return replace(MINIMAL[kind], **changes)


def texts(record: Record, path: str) -> list[str]:
    found = etree.fromstring(to_xml(record)).xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [str(one) for one in found]


def without_one(value: Any) -> Iterator[tuple[str, Any]]:
    """The value without each of its fields and members in turn, and the path to it."""
    if isinstance(value, tuple):
        for number, one in enumerate(value):
            yield f"[{number}]", value[:number] + value[number + 1 :]
            for path, changed in without_one(one):
                yield f"[{number}]{path}", (*value[:number], changed, *value[number + 1 :])
    elif isinstance(value, msgspec.Struct):
        for name, default in zip(value.__struct_fields__, msgspec.structs.fields(value), strict=True):
            found = getattr(value, name)
            if name in NOT_WRITTEN or found in (None, ()):
                continue
            empty = not found if name == "test_indicator" else default.default
            yield f".{name}", replace(value, **{name: empty})
            for path, changed in without_one(found):
                yield f".{name}{path}", replace(value, **{name: changed})


def follows(kind: str, path: str) -> bool:
    """What the XML says all the same, because it follows from the rest of the document."""
    parts = re.sub(r"\[\d+\]", "", path).split(".")
    whole, field = parts[-2], parts[-1]
    return (
        field in ("currency_id", "unit_code", "source_currency_code", "target_currency_code", "tax_amount")
        or (field == "amount" and whole == "allowance_charges")
        or (field == "payable_amount" and kind.startswith("Order"))
        or (field == "id" and whole.endswith("_lines"))
        or (field == "percent" and whole == "classified_tax_category" and kind in ("Invoice", "CreditNote"))
    )


def test_every_kind_has_a_full_and_a_minimal_record() -> None:
    assert list(KINDS) == list(FULL) == list(MINIMAL)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("records", [FULL, MINIMAL], ids=["full", "minimal"])
def test_a_record_of_every_kind_is_valid_by_our_schema_and_by_that_of_oasis(kind: str, records: dict[str, Record]) -> None:
    xml = to_xml(records[kind])

    assert [] == schema_errors(kind, xml)
    assert [] == oasis.errors(kind, xml)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_record_has_every_field(kind: str) -> None:
    record = FULL[kind]
    lines = [getattr(record, name)[0] for name in record.__struct_fields__ if name.endswith("_lines")]

    empty = [name for part in (record, *lines) for name in part.__struct_fields__ if getattr(part, name) in (None, ())]

    assert NOT_WRITTEN >= set(empty)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_in_the_xml_and_told_from_every_other(kind: str) -> None:
    """Two records that differ in one field give two documents, so that a reader can find out which it was."""
    written = {to_xml(FULL[kind]): ""}
    same = []
    for path, record in without_one(FULL[kind]):
        first = written.setdefault(to_xml(record), path)
        whole = first and path.startswith(first)  # a part without what makes it one is not written
        if not whole and not (first == "" and follows(kind, path)):
            same.append((first, path))

    assert [] == same


def test_our_schemas_know_exactly_the_elements_that_are_written() -> None:
    records = [*FULL.values(), *MINIMAL.values(), *VEHICLES]
    written = {str(one.tag) for record in records for one in etree.fromstring(to_xml(record)).iter()}
    declared = set()
    for name in (*KINDS, *(f"Common{one}Components" for one in ("Aggregate", "Basic", "Extension"))):
        schema = etree.parse(str(schema_path(name))).getroot()
        for one in schema.iter("{http://www.w3.org/2001/XMLSchema}element"):
            if "name" in one.attrib:
                declared.add(f"{{{schema.get('targetNamespace')}}}{one.get('name')}")

    assert written == declared


def vehicle(mode: str | None) -> Record:
    return change("DespatchAdvice", shipment=Shipment(transport_mode_code=mode, transport_means_id="V-1"))


VEHICLES = [vehicle(mode) for mode in ("1", "2", "3", "4", "8", None)]


def test_a_vehicle_is_named_as_its_mode_of_transport_says() -> None:
    names = [texts(record, "//cac:TransportMeans/*/*/text()") for record in VEHICLES]
    vehicles = [one for record in VEHICLES for one in etree.fromstring(to_xml(record)).iterfind(".//cac:TransportMeans/*/*", NAMESPACES)]

    assert [["V-1"]] * 6 == names
    assert ["VesselID", "TrainID", "LicensePlateID", "AircraftID", "VesselID", "LicensePlateID"] == [
        etree.QName(one).localname for one in vehicles
    ]


UNNAMED = Party(address=Address(city_name="Hamburg"))
LINES = {"OrderChange": "order_lines", "DespatchAdvice": "despatch_lines", "ReceiptAdvice": "receipt_lines", "Invoice": "invoice_lines",
         "CreditNote": "credit_note_lines", "RemittanceAdvice": "remittance_advice_lines"}  # fmt: skip
MISSING: list[tuple[str, str, Record]] = [
    *((kind, "id", change(kind, id=None)) for kind in KINDS),
    *((kind, "issue date", change(kind, issue_date=None)) for kind in KINDS),
    *((kind, "lines", change(kind, **{field: ()})) for kind, field in LINES.items()),
    *(
        (kind, f"{side} {how}", change(kind, **{side: party}))
        for kind in ("OrderChange", "OrderCancellation", "OrderResponse")
        for side in ("buyer_customer_party", "seller_supplier_party")
        for how, party in (("itself", None), ("name or id", UNNAMED))
    ),
    *((kind, "order", change(kind, order_reference=None)) for kind in ("OrderChange", "OrderCancellation", "OrderResponse")),
    *((kind, "order's number", change(kind, order_reference=DocumentReference(issue_date=date(2026, 1, 1)))) for kind in ("OrderChange",)),
    ("OrderChange", "complete or delta", replace(with_line("OrderChange", line_status_code=None), change_scope=None)),
    ("OrderChange", "quantity's unit", with_line("OrderChange", quantity=replace(pieces("1"), unit_code=None))),
    ("OrderChange", "quantity that is not negative", with_line("OrderChange", quantity=pieces("-1"))),
    ("OrderResponse", "response code", change("OrderResponse", order_response_code=None)),
    *(
        (kind, side, change(kind, **{side: None}))
        for kind in ("DespatchAdvice", "ReceiptAdvice")
        for side in ("buyer_customer_party", "seller_supplier_party")
    ),
    ("DespatchAdvice", "order", change("DespatchAdvice", order_reference=None)),
    ("DespatchAdvice", "quantity", with_line("DespatchAdvice", delivered_quantity=None)),
    ("DespatchAdvice", "quantity above zero", with_line("DespatchAdvice", delivered_quantity=pieces("0"))),
    ("DespatchAdvice", "quantity's unit", with_line("DespatchAdvice", delivered_quantity=replace(pieces("1"), unit_code=None))),
    ("ReceiptAdvice", "order or despatch", change("ReceiptAdvice", despatch_document_reference=None)),
    ("ReceiptAdvice", "quantity", with_line("ReceiptAdvice", received_quantity=None)),
    ("ReceiptAdvice", "quantity's unit", with_line("ReceiptAdvice", received_quantity=replace(pieces("1"), unit_code=None))),
    *(
        (kind, missing, changed)
        for kind, counted in (("Invoice", "invoiced_quantity"), ("CreditNote", "credited_quantity"))
        for missing, changed in (
            ("seller", change(kind, accounting_supplier_party=None)),
            ("seller's tax number", change(kind, accounting_supplier_party=Party(name="Hafen AG"))),
            ("buyer", change(kind, accounting_customer_party=None)),
            ("buyer's name or id", change(kind, accounting_customer_party=UNNAMED)),
            ("currency", change(kind, document_currency_code=None)),
            ("tax total", change(kind, tax_total=None)),
            ("tax amount", change(kind, tax_total=TaxTotal())),
            ("totals", change(kind, legal_monetary_total=None)),
            ("net total", change(kind, legal_monetary_total=MonetaryTotal(payable_amount=euro("99.96")))),
            ("payable total", change(kind, legal_monetary_total=MonetaryTotal(tax_exclusive_amount=euro("84.00")))),
            ("line's net amount", with_line(kind, line_extension_amount=None)),
            ("line's quantity", with_line(kind, **{counted: None})),
            ("line's item", with_line(kind, item=None)),
            ("line's tax category", with_line(kind, item=Item(name="Oil filter"))),
            (
                "line's tax category's code",
                with_line(kind, item=Item(name="Oil filter", classified_tax_category=TaxCategory(percent=Decimal(19)))),
            ),
            ("line's tax rate", with_line(kind, item=Item(name="Oil filter", classified_tax_category=TaxCategory(id="S")))),
        )
    ),
    ("RemittanceAdvice", "payer", change("RemittanceAdvice", accounting_customer_party=None)),
    ("RemittanceAdvice", "payer's name", change("RemittanceAdvice", accounting_customer_party=UNNAMED)),
    ("RemittanceAdvice", "seller", change("RemittanceAdvice", accounting_supplier_party=None)),
    ("RemittanceAdvice", "line's amount", with_line("RemittanceAdvice", debit_line_amount=None)),
    (
        "RemittanceAdvice",
        "currency",
        replace(with_line("RemittanceAdvice", debit_line_amount=Amount(value=Decimal(1))), document_currency_code=None),
    ),
    ("ApplicationResponse", "sender", change("ApplicationResponse", sender_party=None)),
    ("ApplicationResponse", "sender's name", change("ApplicationResponse", sender_party=UNNAMED)),
    ("ApplicationResponse", "receiver", change("ApplicationResponse", receiver_party=None)),
    ("ApplicationResponse", "answer", change("ApplicationResponse", document_responses=())),
    ("ApplicationResponse", "response code", change("ApplicationResponse", document_responses=(DocumentResponse(response=Response()),))),
]


@pytest.mark.parametrize(("kind", "missing", "record"), MISSING, ids=[f"{kind}-{missing}" for kind, missing, _ in MISSING])
def test_what_a_kind_must_have_is_missed(kind: str, missing: str, record: Record) -> None:
    assert [] != schema_errors(kind, to_xml(record)), missing


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_with_nothing_is_written_all_the_same_and_refused(kind: str) -> None:
    xml = to_xml(KINDS[kind](test_indicator=False))

    assert kind == etree.QName(etree.fromstring(xml)).localname
    assert [] != schema_errors(kind, xml)


@pytest.mark.parametrize("kind", KINDS)
def test_a_refusal_of_every_kind_is_explained(kind: str) -> None:
    [error] = explain_schema_errors(kind, to_xml(change(kind, issue_date=None)))

    assert f"/{kind}" == error.path
    assert error.message.startswith(f"{kind}: cbc:IssueDate is expected where ")


def test_a_party_that_ubl_demands_is_copied_from_the_seller_or_buyer_and_marked() -> None:
    record = MINIMAL["DespatchAdvice"]

    assert ["SellerSupplierParty"] == texts(
        record, "cac:DespatchSupplierParty/cbc:AdditionalAccountID[@schemeAgencyName='Wharfinger']/text()"
    )
    assert ["Nordwind GmbH"] == texts(record, "cac:DeliveryCustomerParty/cac:Party/cac:PartyName/cbc:Name/text()")
    assert [] == texts(FULL["DespatchAdvice"], "//cbc:AdditionalAccountID")


def test_an_order_that_names_only_who_pays_has_that_one_as_its_buyer() -> None:
    record = change("Order", buyer_customer_party=None, accounting_customer_party=Party(name="Nordwind GmbH"))

    assert [] == schema_errors("Order", to_xml(record))
    assert ["AccountingCustomerParty"] == texts(
        record, "cac:BuyerCustomerParty/cbc:AdditionalAccountID[@schemeAgencyName='Wharfinger']/text()"
    )


def test_an_invoice_that_names_only_seller_and_buyer_is_valid() -> None:
    plain = MINIMAL["Invoice"]
    assert isinstance(plain, Invoice)
    sold = replace(
        plain,
        accounting_supplier_party=None,
        accounting_customer_party=None,
        seller_supplier_party=plain.accounting_supplier_party,
        buyer_customer_party=plain.accounting_customer_party,
    )

    assert [] == schema_errors("Invoice", to_xml(sold))
    assert ["Hafen AG"] == texts(sold, "cac:AccountingSupplierParty/cac:Party/cac:PartyName/cbc:Name/text()")


def test_orders_that_only_the_lines_name_are_those_of_the_despatch() -> None:
    plain = MINIMAL["DespatchAdvice"]
    assert isinstance(plain, DespatchAdvice)
    [line] = plain.despatch_lines
    lines = tuple(replace(line, order_line_reference=DocumentReference(id=id, line_id="1")) for id in ("4711", "4712", "4711"))
    record = replace(plain, order_reference=None, despatch_lines=lines)

    assert [] == schema_errors("DespatchAdvice", to_xml(record))
    assert ["4711", "4712"] == texts(record, "cac:OrderReference/cbc:ID[@schemeAgencyName='Wharfinger']/text()")


def test_a_despatch_that_only_the_lines_name_is_that_of_the_receipt() -> None:
    plain = with_line("ReceiptAdvice", despatch_line_reference=DocumentReference(id="LS-7", line_id="1"))
    assert isinstance(plain, ReceiptAdvice)
    record = replace(plain, despatch_document_reference=None)

    assert [] == schema_errors("ReceiptAdvice", to_xml(record))
    assert ["LS-7"] == texts(record, "cac:DespatchDocumentReference/cbc:ID[@schemeAgencyName='Wharfinger']/text()")


def test_a_receipt_of_which_all_was_refused_needs_no_received_quantity() -> None:
    record = with_line("ReceiptAdvice", received_quantity=None, rejected_quantity=pieces("3"))

    assert [] == schema_errors("ReceiptAdvice", to_xml(record))


def test_a_change_in_which_every_line_says_what_happens_to_it_is_a_delta() -> None:
    record = change("OrderChange", change_scope=None)

    assert [] == schema_errors("OrderChange", to_xml(record))
    assert ["delta"] == texts(record, "//cbc:DocumentStatusCode[@listAgencyName='Wharfinger']/text()")


def test_a_change_without_revision_says_so() -> None:
    path = "cbc:SequenceNumberID[@schemeAgencyName='Wharfinger']/text()"

    assert ["1"] == texts(MINIMAL["OrderChange"], path)
    assert [] == texts(FULL["OrderChange"], path)


def test_a_cancellation_without_reason_says_so() -> None:
    assert ["No reason given"] == texts(MINIMAL["OrderCancellation"], "cbc:CancellationNote/text()")
    assert ["the customer withdrew", "no replacement"] == texts(FULL["OrderCancellation"], "cbc:CancellationNote/text()")


@pytest.mark.parametrize("kind", ["OrderChange", "OrderResponse"])
def test_a_line_of_a_change_or_response_may_say_only_what_happens_to_it(kind: str) -> None:
    changed = with_line("OrderChange", item=None)
    assert isinstance(changed, OrderChange)
    response = MINIMAL["OrderResponse"]
    assert isinstance(response, OrderResponse)
    record: Record = changed if kind == "OrderChange" else replace(response, order_lines=changed.order_lines)
    xml = to_xml(record)

    assert [] == schema_errors(kind, xml)
    assert [] == oasis.errors(kind, xml)


@pytest.mark.parametrize("category", ["O", "E", "Z", "AE", "K", "G"])
def test_the_rate_of_a_category_that_needs_none_is_zero_in_an_invoice(category: str) -> None:
    record = with_line("Invoice", item=Item(name="Oil filter", classified_tax_category=TaxCategory(id=category)))

    assert [] == schema_errors("Invoice", to_xml(record))
    assert ["0"] == texts(record, "//cac:ClassifiedTaxCategory/cbc:Percent/text()")


def test_a_tax_without_amount_is_the_sum_of_its_parts_and_a_part_what_its_rate_brings() -> None:
    parts = (
        TaxSubtotal(taxable_amount=euro("80.00"), tax_category=TaxCategory(id="S", percent=Decimal(19))),
        TaxSubtotal(taxable_amount=euro("4.00"), tax_amount=euro("0.30"), tax_category=TaxCategory(id="S", percent=Decimal(7))),
        TaxSubtotal(taxable_amount=euro("5.00"), tax_category=TaxCategory(id="E")),
    )

    record = change("Invoice", tax_total=TaxTotal(tax_subtotals=parts))

    assert [] == schema_errors("Invoice", to_xml(record))
    assert [15.5, 15.2, 0.3, 0.0] == [float(one) for one in texts(record, "cac:TaxTotal//cbc:TaxAmount/text()")]


def test_a_tax_whose_parts_are_unknown_gets_no_amount() -> None:
    record = change("Invoice", tax_total=TaxTotal(tax_subtotals=(TaxSubtotal(taxable_amount=euro("80.00")),)))

    assert [] == texts(record, "cac:TaxTotal//cbc:TaxAmount/text()")


def test_the_seller_s_number_of_an_order_stands_beside_an_order_number_that_is_not_known() -> None:
    record = change("Invoice", sales_order_id="A-77")

    assert ["NA"] == texts(record, "cac:OrderReference[cbc:SalesOrderID='A-77']/cbc:ID[@schemeAgencyName='Wharfinger']/text()")


def test_a_payment_without_means_is_not_defined() -> None:
    record = change("Invoice", payment_means=(PaymentMeans(payment_id="RE-9"), PaymentMeans()))

    assert [] == schema_errors("Invoice", to_xml(record))
    assert ["1"] == texts(record, "cac:PaymentMeans/cbc:PaymentMeansCode[@listAgencyName='Wharfinger']/text()")


def test_what_a_remittance_has_no_place_for_is_in_its_extensions() -> None:
    tags = [
        etree.QName(one).localname
        for one in etree.fromstring(to_xml(FULL["RemittanceAdvice"])).iterfind(
            "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent/*", NAMESPACES
        )
    ]

    assert ["PaymentMeans", "PaymentTerms", "ExchangeRate"] == tags


def test_a_credited_invoice_is_told_from_a_credited_credit_note() -> None:
    record = FULL["CreditNote"]
    assert isinstance(record, CreditNote)

    assert ["RE-9"] == texts(record, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID/text()")
    assert ["GS-1"] == texts(record, "cac:BillingReference/cac:CreditNoteDocumentReference/cbc:ID/text()")


@pytest.mark.parametrize(
    ("item", "trace"),
    [
        (Item(lot_number_id="L1"), []),
        (Item(item_instances=(ItemInstance(lot_number_id="L1"),)), ["INSTANCE"]),
        (Item(item_instances=(ItemInstance(lot_number_id="L1"), ItemInstance(lot_number_id="L2"))), []),
        (Item(item_instances=(ItemInstance(lot_number_id="L1", expiry_date=date(2028, 1, 1)),)), []),
        (Item(lot_number_id="L1", item_instances=(ItemInstance(serial_id="1"),)), ["LINE"]),
    ],
)
def test_the_lot_of_a_line_is_told_from_a_lot_in_it(item: Item, trace: list[str]) -> None:
    record = with_line("DespatchAdvice", item=item)

    assert [] == schema_errors("DespatchAdvice", to_xml(record))
    assert trace == texts(record, "//cbc:ProductTraceID/text()")


def test_an_answer_without_line_says_which_segment_is_meant() -> None:
    places = [Place(segment=14, element=2, component=1), Place(segment=3), None]
    lines = tuple(LineResponse(origin=place, response=Response(response_code="RE")) for place in places)
    record = change(
        "ApplicationResponse", document_responses=(DocumentResponse(response=Response(response_code="RE"), line_responses=lines),)
    )

    assert [] == schema_errors("ApplicationResponse", to_xml(record))
    assert ["14/2/1", "3", "NA"] == texts(record, "//cbc:LineID[@schemeAgencyName='Wharfinger']/text()")


def test_allowances_of_a_remittance_line_need_no_invoice() -> None:
    allowances = (AllowanceCharge(charge_indicator=False, amount=euro("1.00")),)
    record = with_line("RemittanceAdvice", billing_reference=None, allowance_charges=allowances)

    assert [] == schema_errors("RemittanceAdvice", to_xml(record))
    assert [] == oasis.errors("RemittanceAdvice", to_xml(record))


def test_a_seller_with_nothing_but_a_tax_number_is_known() -> None:
    record = change("OrderResponse", seller_supplier_party=Party(tax_ids=(Identifier(value="7707083893", scheme_id="INN"),)))

    assert [] == schema_errors("OrderResponse", to_xml(record))
