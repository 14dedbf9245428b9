"""Orders for the tests of the XML that is written and read: one with every field, and random ones."""

from datetime import date, datetime, time
from decimal import Decimal

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wharfinger.records import (
    Address,
    AllowanceCharge,
    Amount,
    Contact,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Identifier,
    Item,
    ItemProperty,
    Location,
    MonetaryTotal,
    Order,
    OrderLine,
    Party,
    PaymentTerms,
    Period,
    Price,
    Quantity,
    TaxCategory,
    TaxTotal,
)


def euro(value: str) -> Amount:
    """An amount in EUR."""
    return Amount(value=Decimal(value), currency_id="EUR")


def pieces(value: str) -> Quantity:
    """So many pieces."""
    return Quantity(value=Decimal(value), unit_code="C62")


def gln(value: str) -> Identifier:
    """A GLN."""
    return Identifier(value=value, scheme_id="0088")


def order_with_every_field() -> Order:
    """An order in which nothing that UBL can hold is missing."""
    address = Address(
        street_name="Speicherstraße 4",
        additional_street_name="Tor 3",
        address_lines=("Hof links", "2. Stock"),
        city_name="Hamburg",
        postal_zone="20457",
        country_subentity="HH",
        country="DE",
    )
    contact = Contact(id="K7", name="Eva Muster", telephone="+49 40 1", telefax="+49 40 2", electronic_mail="eva@nordwind.example")
    party = Party(
        id="nordwind",
        name="Nordwind & Söhne",
        endpoint_id=gln("4012345500004"),
        identifications=(gln("4012345500004"), Identifier(value="70011", scheme_id="91")),
        tax_ids=(Identifier(value="DE123456788", scheme_id="VAT"), Identifier(value="7707083893", scheme_id="INN")),
        address=address,
        contact=contact,
        registration_name="Nordwind & Söhne Handels-GmbH",
    )
    period = Period(start_date=date(2026, 11, 20), start_time=time(8), end_date=date(2026, 11, 21), end_time=time(16, 30))
    location = Location(id=gln("4012345500011"), name="Lager Nord", address=address)
    delivery = Delivery(
        quantity=pieces("12"),
        requested_delivery_period=period,
        promised_delivery_period=period,
        delivery_location=location,
        delivery_party=party,
    )
    allowance = AllowanceCharge(
        charge_indicator=False,
        reason_code="95",
        reason="Discount",
        multiplier_factor_numeric=Decimal("5"),
        amount=euro("4.20"),
        base_amount=euro("84.00"),
    )
    line = OrderLine(
        id="10",
        line_status_code="1",
        quantity=pieces("24"),
        item=Item(
            name="Oil filter",
            descriptions=("with gasket", "blue"),
            buyers_item_identification=Identifier(value="B-1", scheme_id="92"),
            sellers_item_identification=Identifier(value="OF-24"),
            manufacturers_item_identification=Identifier(value="M-1"),
            standard_item_identification=Identifier(value="4000862141404", scheme_id="0160"),
            additional_item_identifications=(Identifier(value="A-1", scheme_id="X"), Identifier(value="A-2")),
            classified_tax_category=TaxCategory(id="S", percent=Decimal("19"), tax_scheme="VAT"),
            pack_quantity=pieces("6"),
            lot_number_id="L77",
            additional_item_properties=(ItemProperty(name="Colour", value="blue"), ItemProperty(name="Size", value="M")),
        ),
        price=Price(
            price_amount=euro("3.50"),
            base_quantity=pieces("1"),
            price_type_code="AAA",
            gross_amount=euro("4.17"),
            allowance_charges=(AllowanceCharge(charge_indicator=False, amount=euro("0.50"), base_amount=euro("4.00")),),
        ),
        line_extension_amount=euro("84.00"),
        tax_total=TaxTotal(tax_amount=euro("15.96")),
        allowance_charges=(allowance, AllowanceCharge(charge_indicator=True, amount=euro("1.00"))),
        deliveries=(delivery, Delivery(quantity=pieces("12"), requested_delivery_period=period)),
        document_references=(
            DocumentReference(id="D-1", issue_date=date(2026, 10, 1)),
            DocumentReference(id="PL-7", issue_date=date(2026, 9, 1), line_id="3"),
        ),
        contract=DocumentReference(id="C-9", issue_date=date(2026, 1, 1), line_id="40"),
        notes=("handle with care", "twice"),
    )
    second = OrderLine(id="20", quantity=pieces("1"), item=Item(name="Gasket"), contract=DocumentReference(id="C-10"))
    return Order(
        id="4711",
        issue_date=date(2026, 11, 1),
        issue_time=time(9, 15),
        test_indicator=True,
        order_type_code="220",
        sequence_number_id="2",
        document_currency_code="EUR",
        notes=("first\nsecond line", "<b> & \"quoted\" 'too'"),
        customer_reference="Project 7",
        sales_order_id="A-77",
        accounting_cost="4400",
        validity_period=period,
        quotation_document_reference=DocumentReference(id="Q-1", issue_date=date(2026, 9, 1)),
        order_document_reference=DocumentReference(id="O-1"),
        originator_document_reference=DocumentReference(id="R-1"),
        document_references=(DocumentReference(id="A-1"), DocumentReference(id="A-2", issue_date=date(2026, 9, 2))),
        contract=DocumentReference(id="K-2026", issue_date=date(2026, 1, 1)),
        buyer_customer_party=party,
        seller_supplier_party=Party(id="us", name="Hafen AG", endpoint_id=gln("5412345000013")),
        originator_customer_party=Party(name="Branch 7"),
        freight_forwarder_party=Party(name="Spedition Schnell", identifications=(gln("4012345500028"),), endpoint_id=gln("4012345500028")),
        accounting_customer_party=party,
        delivery=Delivery(requested_delivery_period=period, delivery_location=location),
        further_deliveries=(Delivery(delivery_location=msgspec.structs.replace(location, name="Gate 9")), Delivery(requested_delivery_period=period)),
        delivery_terms=DeliveryTerms(id="DAP", special_terms="unloaded", delivery_location=location),
        payment_terms=PaymentTerms(note="30 days", payment_due_date=date(2026, 12, 1), settlement_discount_percent=Decimal("2")),
        further_payment_terms=(PaymentTerms(note="60 days for the rest"),),
        allowance_charges=(allowance,),
        tax_total=TaxTotal(tax_amount=euro("15.96")),
        further_tax_totals=(TaxTotal(tax_amount=euro("0.40")),),
        anticipated_monetary_total=MonetaryTotal(
            line_extension_amount=euro("84.00"),
            tax_exclusive_amount=euro("80.00"),
            tax_inclusive_amount=euro("95.96"),
            allowance_total_amount=euro("4.20"),
            charge_total_amount=euro("0.20"),
            payable_amount=euro("95.96"),
        ),
        line_count_numeric=2,
        order_lines=(line, second),
    )


_letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff")
_telling = st.sampled_from(["Müller & Söhne", "<x>", 'say "no"', "]]>", "заказ", "订单", "a\nb", "a\tb", "a\r\nb"])
texts = st.one_of(_telling, st.text(_letters, min_size=1, max_size=12)).filter(lambda text: bool(text.strip()) and text == text.strip())
codes = st.text("ABCXYZ0189-/", min_size=1, max_size=8)
days = st.dates(date(1990, 1, 1), date(2099, 12, 31))
clocks = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2)).map(lambda one: one.time())
decimals = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal("99999999"), places=4, allow_nan=False)
amounts = st.builds(Amount, value=decimals | decimals.map(lambda one: -one), currency_id=st.sampled_from(["EUR", "RUB", "CNY"]))
quantities = st.builds(Quantity, value=decimals, unit_code=st.sampled_from(["C62", "KGM", "EA"]))


def _maybe(strategy: SearchStrategy) -> SearchStrategy:
    return st.none() | strategy


def _many(strategy: SearchStrategy) -> SearchStrategy:
    return st.lists(strategy, max_size=3).map(tuple)


identifiers = st.builds(Identifier, value=codes, scheme_id=_maybe(st.sampled_from(["91", "92", "X"])))
glns = st.sampled_from(["4012345500004", "5412345000013"]).map(gln)
addresses = st.builds(
    Address,
    street_name=_maybe(texts),
    additional_street_name=_maybe(texts),
    address_lines=_many(texts),
    city_name=texts,
    postal_zone=_maybe(codes),
    country_subentity=_maybe(texts),
    country=_maybe(st.sampled_from(["DE", "RU", "CN"])),
)
contacts = st.builds(Contact, id=_maybe(codes), name=texts, telephone=_maybe(texts), telefax=_maybe(texts), electronic_mail=_maybe(texts))


@st.composite
def parties(draw: st.DrawFn) -> Party:
    """A party as readers make them: its id is the partner's, or the first code that is no GLN."""
    endpoint = draw(_maybe(glns))
    others = draw(_many(identifiers))
    stated = others[0].value if others else None
    return Party(
        id=draw(st.sampled_from([stated, "nordwind"])),
        name=draw(texts),
        endpoint_id=endpoint,
        identifications=(endpoint, *others) if endpoint else others,
        tax_ids=draw(_many(st.builds(Identifier, value=codes, scheme_id=_maybe(st.sampled_from(["VAT", "INN", "KPP"]))))),
        address=draw(_maybe(addresses)),
        contact=draw(_maybe(contacts)),
    )


references = st.builds(DocumentReference, id=codes, issue_date=_maybe(days))
line_references = st.builds(DocumentReference, id=codes, issue_date=_maybe(days), line_id=codes)
periods = st.builds(Period, start_date=days, start_time=_maybe(clocks), end_date=_maybe(days), end_time=_maybe(clocks))
locations = st.builds(Location, id=_maybe(glns | identifiers), name=texts, address=_maybe(addresses))
deliveries = st.builds(
    Delivery,
    quantity=_maybe(quantities),
    requested_delivery_period=periods,
    promised_delivery_period=_maybe(periods),
    delivery_location=_maybe(locations),
    delivery_party=_maybe(parties()),
)
allowances = st.builds(
    AllowanceCharge,
    charge_indicator=st.booleans(),
    reason_code=_maybe(codes),
    reason=_maybe(texts),
    multiplier_factor_numeric=_maybe(decimals),
    amount=amounts,
    base_amount=_maybe(amounts),
)
tax_totals = st.builds(TaxTotal, tax_amount=amounts)
items = st.builds(
    Item,
    name=texts,
    descriptions=_many(texts),
    buyers_item_identification=_maybe(identifiers),
    sellers_item_identification=_maybe(identifiers),
    manufacturers_item_identification=_maybe(identifiers),
    standard_item_identification=_maybe(st.builds(Identifier, value=codes, scheme_id=st.sampled_from(["0160", None]))),
    additional_item_identifications=_many(identifiers),
    classified_tax_category=_maybe(st.builds(TaxCategory, id=codes, percent=_maybe(decimals), tax_scheme=_maybe(codes))),
    pack_quantity=_maybe(quantities),
    lot_number_id=_maybe(codes),
)
prices = st.builds(Price, price_amount=amounts, base_quantity=_maybe(quantities), price_type_code=_maybe(codes), gross_amount=_maybe(amounts))


@st.composite
def lines(draw: st.DrawFn) -> OrderLine:
    """A line with all that a delivered one must have."""
    return OrderLine(
        id=draw(codes),
        line_status_code=draw(_maybe(codes)),
        quantity=draw(quantities),
        item=draw(items),
        price=draw(_maybe(prices)),
        line_extension_amount=draw(_maybe(amounts)),
        tax_total=draw(_maybe(tax_totals)),
        allowance_charges=draw(_many(allowances)),
        deliveries=draw(_many(deliveries)),
        document_references=(*draw(_many(references)), *draw(_many(line_references))),
        contract=draw(_maybe(references | line_references)),
        notes=draw(_many(texts)),
    )


orders = st.builds(
    Order,
    id=codes.map(lambda code: f"N{code}"),  # other than the ids of its references
    issue_date=days,
    issue_time=_maybe(clocks),
    test_indicator=st.booleans(),
    order_type_code=_maybe(codes),
    sequence_number_id=_maybe(codes),
    document_currency_code=st.sampled_from(["EUR", "RUB"]),
    notes=_many(texts),
    customer_reference=_maybe(texts),
    validity_period=_maybe(periods),
    quotation_document_reference=_maybe(references),
    order_document_reference=_maybe(references),
    originator_document_reference=_maybe(references),
    document_references=_many(references),
    contract=_maybe(references),
    buyer_customer_party=parties(),
    seller_supplier_party=parties(),
    originator_customer_party=_maybe(parties()),
    freight_forwarder_party=_maybe(parties()),
    accounting_customer_party=_maybe(parties()),
    delivery=_maybe(deliveries),
    delivery_terms=_maybe(st.builds(DeliveryTerms, id=codes, special_terms=_maybe(texts), delivery_location=_maybe(locations))),
    payment_terms=_maybe(
        st.builds(PaymentTerms, note=texts, payment_due_date=_maybe(days), settlement_discount_percent=_maybe(decimals))
    ),
    allowance_charges=_many(allowances),
    tax_total=_maybe(tax_totals),
    anticipated_monetary_total=_maybe(
        st.builds(
            MonetaryTotal,
            line_extension_amount=_maybe(amounts),
            tax_exclusive_amount=_maybe(amounts),
            tax_inclusive_amount=_maybe(amounts),
            allowance_total_amount=_maybe(amounts),
            charge_total_amount=_maybe(amounts),
            payable_amount=amounts,
        )
    ),
    line_count_numeric=_maybe(st.integers(0, 9999)),
    order_lines=st.lists(lines(), min_size=1, max_size=3).map(tuple),
)
"""Random orders with all that a delivered one must have."""
