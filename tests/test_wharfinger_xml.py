"""The XML that is written is valid UBL, and our strict schemas refuse what must not be delivered."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from tests import oasis
from tests.ubl_orders import euro, gln, order_with_every_field, orders, pieces
from wharfinger.problems import LANGUAGES
from wharfinger.records import (
    Address,
    AllowanceCharge,
    Amount,
    DocumentReference,
    Item,
    MonetaryTotal,
    Order,
    OrderLine,
    Party,
    Price,
    Quantity,
    TaxTotal,
)
from wharfinger.xml import NAMESPACES, explain_schema_errors, schema_errors, to_xml

replace = msgspec.structs.replace


def oasis_errors(xml: bytes) -> list[str]:
    return oasis.errors("Order", xml)


def plain_order(**changes: object) -> Order:
    """The least that may be delivered."""
    order = Order(
        id="4711",
        issue_date=date(2026, 11, 1),
        test_indicator=False,
        buyer_customer_party=Party(name="Nordwind GmbH"),
        seller_supplier_party=Party(id="us"),
        order_lines=(OrderLine(id="1", quantity=pieces("24"), item=Item(name="Oil filter")),),
    )
    return replace(order, **changes)


def line_with(**changes: object) -> Order:
    order = plain_order()
    return replace(order, order_lines=(replace(order.order_lines[0], **changes),))


def texts(xml: bytes, path: str) -> list[str]:
    found = etree.fromstring(xml).xpath(path, namespaces=NAMESPACES)
    assert isinstance(found, list)
    return [str(one) for one in found]


def test_an_order_with_every_field_is_valid_by_our_schema_and_by_that_of_oasis() -> None:
    xml = to_xml(order_with_every_field())

    assert [] == schema_errors("Order", xml)
    assert [] == oasis_errors(xml)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders)
def test_every_complete_order_is_valid_by_our_schema_and_by_that_of_oasis(order: Order) -> None:
    xml = to_xml(order)

    assert [] == schema_errors("Order", xml)
    assert [] == oasis_errors(xml)


def test_the_least_that_may_be_delivered_is_valid() -> None:
    assert [] == schema_errors("Order", to_xml(plain_order()))


@pytest.mark.parametrize(
    ("missing", "order"),
    [
        ("id", plain_order(id=None)),
        ("blank id", plain_order(id="  ")),
        ("issue date", plain_order(issue_date=None)),
        ("buyer", plain_order(buyer_customer_party=None)),
        ("buyer's name and id", plain_order(buyer_customer_party=Party(address=order_with_every_field().buyer_customer_party.address))),
        ("seller", plain_order(seller_supplier_party=None)),
        ("seller's name and id", plain_order(seller_supplier_party=Party(address=Address(city_name="Hamburg")))),
        ("lines", plain_order(order_lines=())),
        ("quantity", line_with(quantity=None)),
        ("quantity's value", line_with(quantity=Quantity(unit_code="C62"))),
        ("quantity above zero", line_with(quantity=pieces("0"))),
        ("quantity above zero again", line_with(quantity=pieces("-1"))),
        ("unit", line_with(quantity=Quantity(value=Decimal(1)))),
        ("item", line_with(item=None)),
        ("item's name and identifier", line_with(item=Item(pack_quantity=pieces("6")))),
        ("currency of a price", line_with(price=Price(price_amount=Amount(value=Decimal(1))))),
        ("currency of an amount", line_with(line_extension_amount=Amount(value=Decimal(1)))),
        ("amount of an allowance", line_with(allowance_charges=(AllowanceCharge(charge_indicator=False),))),
    ],
)
def test_what_must_be_there_is_missed(missing: str, order: Order) -> None:
    assert [] != schema_errors("Order", to_xml(order)), missing


def test_what_is_valid_for_us_but_for_a_foreign_element_is_refused() -> None:
    xml = to_xml(plain_order()).replace(b"<cbc:IssueDate>", b"<cbc:UUID>1</cbc:UUID><cbc:IssueDate>")

    assert [] == oasis_errors(xml)
    assert [] != schema_errors("Order", xml)


@pytest.mark.parametrize(
    "order", [Order(test_indicator=False), Order(test_indicator=True, order_lines=(OrderLine(), OrderLine(item=Item())))]
)
def test_a_record_too_incomplete_to_be_valid_is_written_all_the_same(order: Order) -> None:
    root = etree.fromstring(to_xml(order))

    assert "Order" == etree.QName(root).localname


def test_characters_that_xml_cannot_hold_are_replaced_and_the_others_escaped() -> None:
    xml = to_xml(plain_order(notes=("a\x00b\x0bc\ud800\ufffe", "<&>\r\n\t'\"\x85")))

    assert ["a\ufffdb\ufffdc\ufffd\ufffd", "<&>\r\n\t'\"\x85"] == texts(xml, "cbc:Note/text()")


def test_a_scheme_with_quotes_stays_one_attribute() -> None:
    order = plain_order(buyer_customer_party=Party(endpoint_id=replace(gln("1"), scheme_id='"x" <&>\n')))

    assert ['"x" <&>\n'] == texts(to_xml(order), "//cbc:EndpointID/@schemeID")


@pytest.mark.parametrize(
    ("value", "written"), [("1E+3", "1000"), ("1E-9", "0.000000001"), ("0.10", "0.10"), ("-5", "-5"), ("0E-8", "0.00000000")]
)
def test_numbers_are_written_without_exponent(value: str, written: str) -> None:
    assert [written] == texts(to_xml(line_with(line_extension_amount=euro(value))), "//cbc:LineExtensionAmount/text()")


def test_a_test_document_says_so() -> None:
    assert ["TEST"] == texts(to_xml(plain_order(test_indicator=True)), "cbc:ProfileExecutionID/text()")
    assert [] == texts(to_xml(plain_order()), "cbc:ProfileExecutionID/text()")


def test_a_line_without_number_takes_its_position() -> None:
    line = plain_order().order_lines[0]

    xml = to_xml(plain_order(order_lines=(line, replace(line, id=None))))

    assert ["1", "2"] == texts(xml, "//cac:LineItem/cbc:ID/text()")


def test_an_amount_without_currency_takes_that_of_the_order() -> None:
    order = replace(line_with(line_extension_amount=Amount(value=Decimal(84))), document_currency_code="CHF")

    assert ["CHF"] == texts(to_xml(order), "//cbc:LineExtensionAmount/@currencyID")


@pytest.mark.parametrize(
    ("total", "tax", "payable"),
    [
        (MonetaryTotal(line_extension_amount=euro("84.00")), None, ["84.00"]),
        (MonetaryTotal(line_extension_amount=euro("84"), allowance_total_amount=euro("4"), charge_total_amount=euro("1")), None, ["81"]),
        (MonetaryTotal(tax_exclusive_amount=euro("80")), euro("15.20"), ["95.20"]),
        (MonetaryTotal(line_extension_amount=euro("84"), tax_inclusive_amount=euro("99")), euro("15"), ["99"]),
        (MonetaryTotal(line_extension_amount=euro("84"), payable_amount=euro("7")), None, ["7"]),
        (MonetaryTotal(tax_inclusive_amount=euro("99"), prepaid_amount=euro("10"), payable_rounding_amount=euro("0.5")), None, ["89.5"]),
        (MonetaryTotal(charge_total_amount=euro("1")), None, []),
    ],
)
def test_the_payable_amount_that_ubl_demands_is_what_the_other_amounts_come_to(
    total: MonetaryTotal, tax: Amount | None, payable: list[str]
) -> None:
    order = plain_order(anticipated_monetary_total=total, tax_total=TaxTotal(tax_amount=tax) if tax else None)

    assert payable == texts(to_xml(order), "//cbc:PayableAmount/text()")


def test_an_allowance_in_percent_gets_its_amount_from_its_base() -> None:
    allowance = AllowanceCharge(charge_indicator=False, multiplier_factor_numeric=Decimal(5))

    xml = to_xml(line_with(line_extension_amount=euro("84"), allowance_charges=(allowance,)))

    assert ["4.2"] == texts(xml, "//cac:AllowanceCharge/cbc:Amount/text()")


def test_a_reference_without_number_is_left_out() -> None:
    xml = to_xml(plain_order(contract=DocumentReference(issue_date=date(2026, 1, 1))))

    assert [] == schema_errors("Order", xml)


def test_the_partner_is_written_beside_the_codes_that_the_document_states() -> None:
    stated = Party(id="70011", identifications=(gln("4012345500004"), replace(gln("70011"), scheme_id="91")))
    known = replace(stated, id="nordwind")

    assert ["4012345500004", "70011"] == texts(to_xml(plain_order(buyer_customer_party=stated)), "cac:BuyerCustomerParty//cbc:ID/text()")
    assert ["nordwind"] == texts(
        to_xml(plain_order(buyer_customer_party=known)), "cac:BuyerCustomerParty//cbc:ID[@schemeAgencyName='Wharfinger']/text()"
    )


def test_a_refusal_is_explained_with_path_and_reason() -> None:
    order = line_with(price=Price(price_amount=Amount(value=Decimal(1))))
    xml = to_xml(replace(order, issue_date=None)).replace(b">24<", b">0<")

    explained = [(error.path, error.message) for error in explain_schema_errors("Order", xml)]

    assert [
        ("/Order/cac:OrderLine/cac:LineItem/cbc:Quantity", "cbc:Quantity: value has to be greater than 0."),
        ("/Order/cac:OrderLine/cac:LineItem/cac:Price/cbc:PriceAmount", "cbc:PriceAmount: missing required attribute 'currencyID'."),
        ("/Order", "Order: cbc:IssueDate is expected where cac:BuyerCustomerParty stands."),
    ] == explained


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_explained_in_every_language(language: str) -> None:
    [error] = explain_schema_errors("Order", to_xml(plain_order(order_lines=())), language)

    assert "cac:OrderLine" in error.message
    assert "{" not in error.message


def test_a_price_without_an_amount_is_not_written() -> None:
    order = line_with(price=Price(base_quantity=pieces("100")))

    assert [] == schema_errors("Order", to_xml(order))
    assert b"cac:Price" not in to_xml(order)
