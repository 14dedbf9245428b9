"""Parties become partners and companies, a partner's words become ours, and what is assumed says so."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from wharfinger.config import Company, Identity, Partner
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import (
    Address,
    AllowanceCharge,
    Amount,
    Delivery,
    Identifier,
    Item,
    Location,
    MonetaryTotal,
    Order,
    OrderLine,
    OrderResponse,
    Party,
    Place,
    Price,
    Quantity,
    TaxTotal,
)
from wharfinger.resolve import adjust, resolve, who

NORDWIND = Partner(
    partner="nordwind",
    name="Nordwind GmbH",
    identity=Identity(gln=("4012345500004",), tax_ids=("DE 136 695 976",), codes=("70001",), names=("ООО «Норд-Винд»",)),
)
SUEDWIND = Partner(partner="suedwind", name="Südwind", identity=Identity(gln=("4012345500011",), codes=("70001",)))
PAPER = Partner(partner="paper", name="Papier & Co.")
US = Company(company="us", name="Hafen AG", identity=Identity(gln=("5412345000013",)))
HOME = Context(partners=(NORDWIND, SUEDWIND, PAPER), companies=(US,))

GTIN = Identifier(value="4000862141404", scheme_id="0160")


def gln(value: str) -> Identifier:
    return Identifier(value=value, scheme_id="0088")


SELLER = Party(endpoint_id=gln("5412345000013"))


def order(buyer: Party | None, *lines: OrderLine, **fields: object) -> Order:
    return Order(
        **{"test_indicator": False, "buyer_customer_party": buyer, "seller_supplier_party": SELLER, "order_lines": lines} | fields  # type: ignore[arg-type]
    )


def line_of(item: Item | None, quantity: Quantity | None, **fields: object) -> OrderLine:
    return OrderLine(id="1", item=item, quantity=quantity, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("party", "expected"),
    [
        (Party(endpoint_id=gln("4012345500004")), {"nordwind"}),
        (Party(identifications=(Identifier(value="4012345500004", scheme_id="92"),)), {"nordwind"}),
        (Party(tax_ids=(Identifier(value="de136695976", scheme_id="VAT"),)), {"nordwind"}),
        (Party(name="NORDWIND  GmbH"), {"nordwind"}),
        (Party(name="ооо Норд Винд"), {"nordwind"}),
        (Party(name="Papier & Co"), {"paper"}),
        (Party(id="paper"), {"paper"}),
        (Party(endpoint_id=gln("5412345000013")), {"us"}),
        (Party(id="70001"), {"nordwind", "suedwind"}),
        (Party(id="70001", name="Südwind"), {"suedwind"}),
        (Party(id="70001", endpoint_id=gln("4012345500011")), {"suedwind"}),
        (Party(endpoint_id=gln("4012345500011"), tax_ids=(Identifier(value="DE136695976"),)), {"nordwind", "suedwind"}),
        (Party(endpoint_id=gln("4012345500004"), name="Südwind"), {"nordwind"}),
        (Party(endpoint_id=gln("4098765000017"), name="Nordwind GmbH"), set()),
        (Party(endpoint_id=gln("4098765000017"), name="Papier & Co"), {"paper"}),
        (Party(name="Sturm KG"), set()),
        (Party(tax_ids=(Identifier(value="DE136695976", scheme_id="KPP"),)), set()),
        (Party(), set()),
        (None, set()),
    ],
)
def test_party_is_known_by_its_strongest_identity(party: Party | None, expected: set[str]) -> None:
    assert expected == who(party, HOME)


def test_known_parties_get_our_ids_and_keep_what_was_sent() -> None:
    buyer = Party(id="70001", endpoint_id=gln("4012345500004"), identifications=(gln("4012345500004"),))

    record, partner, problems = resolve(order(buyer), HOME)

    assert ("nordwind", []) == (partner, problems)
    assert record.buyer_customer_party == replace(
        buyer, id="nordwind", identifications=(gln("4012345500004"), Identifier(value="70001"))
    )
    assert record.seller_supplier_party == Party(id="us", endpoint_id=gln("5412345000013"))


def test_partner_is_the_seller_of_an_order_that_we_placed() -> None:
    record, partner, _ = resolve(order(SELLER, seller_supplier_party=Party(name="Nordwind GmbH")), HOME)

    assert ("nordwind", "us") == (partner, record.buyer_customer_party and record.buyer_customer_party.id)


def test_order_between_our_own_companies_has_no_partner() -> None:
    assert resolve(order(SELLER), HOME)[1] is None


def test_unknown_party_stays_as_it_is() -> None:
    buyer = Party(id="4711", name="Sturm KG")

    record, partner, problems = resolve(order(buyer), HOME)

    assert (buyer, None, []) == (record.buyer_customer_party, partner, problems)


def test_ambiguous_party_is_a_problem_that_names_the_candidates() -> None:
    buyer = Party(id="70001", name="Wind")

    record, partner, problems = resolve(order(buyer, origin=Place(message=1)), HOME)

    place, field = Place(message=1), "buyer_customer_party"
    expected = Problem(code="partner-ambiguous", place=place, subject="Wind 70001", found="nordwind, suedwind", field=field)
    assert (buyer, None, [expected]) == (record.buyer_customer_party, partner, problems)


def test_source_vouches_for_a_buyer_whom_nothing_contradicts() -> None:
    context = Context(partner=NORDWIND, partners=HOME.partners, companies=HOME.companies)

    assert resolve(order(Party(name="Einkauf Nord")), context)[1] == "nordwind"
    assert resolve(order(Party(endpoint_id=gln("4098765000017"))), context)[1] is None
    assert resolve(order(Party(endpoint_id=gln("4012345500011"))), context)[1] == "suedwind"
    assert resolve(order(SELLER, seller_supplier_party=Party(name="Einkauf Nord")), context)[1] == "nordwind"
    assert resolve(order(Party(id="70001")), context)[1:] == ("nordwind", [])


def test_partner_given_by_the_caller_counts_without_a_home() -> None:
    partner = replace(PAPER, defaults={"document_currency_code": "EUR"})

    record, name, _ = resolve(order(Party(name="Papier & Co")), Context(partner=partner))

    assert ("paper", "EUR") == (name, record.document_currency_code)


def test_unit_of_a_gtin_is_one_trade_unit_and_says_that_it_is_assumed() -> None:
    record, _, _ = resolve(order(None, line_of(Item(standard_item_identification=GTIN), Quantity(value=Decimal(24)))), Context())

    [line] = record.order_lines
    assert (Quantity(value=Decimal(24), unit_code="C62"), ("quantity.unit_code",)) == (line.quantity, line.assumed)


def test_stated_unit_is_not_assumed() -> None:
    quantity = Quantity(value=Decimal(24), unit_code="KGM")

    record, _, _ = resolve(order(None, line_of(Item(standard_item_identification=GTIN), quantity)), Context())

    assert (quantity, ()) == (record.order_lines[0].quantity, record.order_lines[0].assumed)


def test_unit_without_gtin_is_the_partners_default_or_stays_missing() -> None:
    line = line_of(Item(name="Oil filter"), Quantity(value=Decimal(24)))
    partner = replace(NORDWIND, defaults={"unit_code": "KGM"})

    with_default = resolve(order(None, line), Context(partner=partner))[0].order_lines[0]
    of_the_buyer = resolve(order(Party(name="Nordwind GmbH"), line), Context(partners=(partner,)))[0].order_lines[0]
    without = resolve(order(None, line), Context())[0].order_lines[0]

    assert (None, ()) == (with_default.quantity and with_default.quantity.unit_code, with_default.assumed)  # no buyer, no partner
    assert ("KGM", ("quantity.unit_code",)) == (of_the_buyer.quantity and of_the_buyer.quantity.unit_code, of_the_buyer.assumed)
    assert line == without


def test_unit_of_an_isbn_of_ten_digits_is_one_piece() -> None:
    isbn = Item(additional_item_identifications=(Identifier(value="0141036141", scheme_id="IB"),))

    [line] = resolve(order(None, line_of(isbn, Quantity(value=Decimal(2)))), Context())[0].order_lines

    assert Quantity(value=Decimal(2), unit_code="C62") == line.quantity


def test_default_currency_is_assumed_and_given_to_all_amounts() -> None:
    bare, full = Amount(value=Decimal("3.50")), Amount(value=Decimal("3.50"), currency_id="EUR")
    allowance = AllowanceCharge(charge_indicator=False, amount=bare)
    line = line_of(
        None,
        None,
        price=Price(price_amount=bare, gross_amount=bare),
        line_extension_amount=bare,
        tax_total=TaxTotal(tax_amount=bare),
        allowance_charges=(allowance,),
    )
    partner = replace(NORDWIND, defaults={"document_currency_code": "EUR"})
    document = order(
        Party(name="Nordwind GmbH"),
        line,
        anticipated_monetary_total=MonetaryTotal(payable_amount=bare),
        tax_total=TaxTotal(tax_amount=bare),
        allowance_charges=(allowance,),
    )

    record, _, _ = resolve(document, Context(partners=(partner,)))

    [got] = record.order_lines
    assert ("EUR", ("document_currency_code",)) == (record.document_currency_code, record.assumed)
    assert Price(price_amount=full, gross_amount=full) == got.price
    assert (full, TaxTotal(tax_amount=full)) == (got.line_extension_amount, got.tax_total)
    assert (replace(allowance, amount=full),) == got.allowance_charges == record.allowance_charges
    assert (MonetaryTotal(payable_amount=full), TaxTotal(tax_amount=full)) == (record.anticipated_monetary_total, record.tax_total)


def test_currency_that_all_amounts_name_is_the_documents_and_not_assumed() -> None:
    total = MonetaryTotal(payable_amount=Amount(value=Decimal(1), currency_id="CNY"), tax_exclusive_amount=Amount(value=Decimal(1)))

    record, _, _ = resolve(order(None, anticipated_monetary_total=total), Context())

    assert ("CNY", ()) == (record.document_currency_code, record.assumed)
    assert record.anticipated_monetary_total == replace(total, tax_exclusive_amount=Amount(value=Decimal(1), currency_id="CNY"))


def test_stated_currency_of_an_amount_is_kept() -> None:
    total = MonetaryTotal(payable_amount=Amount(value=Decimal(1), currency_id="USD"))

    record, _, _ = resolve(order(None, document_currency_code="EUR", anticipated_monetary_total=total), Context())

    assert total == record.anticipated_monetary_total


def test_partners_words_become_ours() -> None:
    partner = replace(
        NORDWIND,
        codes={
            "unit_code": {"Stk": "C62"},
            "item": {"77": "OF-24", "OLD": "NEW"},
            "delivery_location": {"LAGER-2": "WH2"},
            "document_currency_code": {"RUR": "RUB"},
        },
    )
    delivery = Delivery(delivery_location=Location(id=Identifier(value="LAGER-2", scheme_id="92")))
    pieces = Quantity(value=Decimal(24), unit_code="Stk")
    price = Price(price_amount=Amount(value=Decimal(1), currency_id="RUR"), base_quantity=pieces)
    by_buyer = line_of(Item(buyers_item_identification=Identifier(value="77")), pieces, price=price, deliveries=(delivery,))
    by_seller = line_of(Item(sellers_item_identification=Identifier(value="OLD")), None)
    document = order(Party(name="Nordwind GmbH"), by_buyer, by_seller, document_currency_code="RUR", delivery=delivery)

    record, _, _ = resolve(document, Context(partners=(partner,)))

    first, second = record.order_lines
    ours = Delivery(delivery_location=Location(id=Identifier(value="WH2")))
    counted = Quantity(value=Decimal(24), unit_code="C62")
    assert counted == first.quantity
    assert Price(price_amount=Amount(value=Decimal(1), currency_id="RUB"), base_quantity=counted) == first.price
    assert Item(buyers_item_identification=Identifier(value="77"), sellers_item_identification=Identifier(value="OF-24")) == first.item
    assert (ours, (ours,), "RUB") == (record.delivery, first.deliveries, record.document_currency_code)
    assert second.item == Item(
        sellers_item_identification=Identifier(value="NEW"), additional_item_identifications=(Identifier(value="OLD"),)
    )


def test_item_that_has_only_a_description_is_named_by_it() -> None:
    described = Item(descriptions=("Oil filter", "short"))
    numbered = Item(descriptions=("Oil filter",), sellers_item_identification=Identifier(value="OF-24"))

    record, _, _ = resolve(order(None, line_of(described, None), line_of(numbered, None)), Context())

    assert [replace(described, name="Oil filter"), numbered] == [line.item for line in record.order_lines]


@pytest.mark.parametrize(("sent", "expected"), [("de", "DE"), ("DEU", "DE"), ("DE", "DE"), ("Germany", "DE"), (" российская  федерация", "RU"), ("UK", "GB"), ("Atlantis", "Atlantis"), (None, None)])
def test_countries_become_alpha_2_codes(sent: str | None, expected: str | None) -> None:
    before, after = Address(country=sent, city_name="Kiel"), Address(country=expected, city_name="Kiel")
    delivery = Delivery(delivery_location=Location(address=before), delivery_party=Party(address=before))

    record, _, _ = resolve(order(Party(name="Sturm KG", address=before), delivery=delivery), HOME)

    assert record.buyer_customer_party == Party(name="Sturm KG", address=after)
    assert record.delivery == Delivery(delivery_location=Location(address=after), delivery_party=Party(address=after))


def test_resolving_again_changes_nothing() -> None:
    partner = replace(NORDWIND, defaults={"document_currency_code": "EUR", "unit_code": "C62"}, codes={"item": {"OLD": "NEW"}})
    context = Context(partners=(partner, SUEDWIND), companies=(US,))
    item = Item(sellers_item_identification=Identifier(value="OLD"))
    document = order(Party(id="70001", name="Nordwind GmbH"), line_of(item, Quantity(value=Decimal(24))))

    once = resolve(document, context)

    assert once == resolve(once[0], context)
    assert once[1] == "nordwind"


def test_another_home_is_asked_after_the_first() -> None:
    buyer = order(Party(name="Nordwind GmbH"))

    assert resolve(buyer, HOME)[1] == "nordwind"
    assert resolve(buyer, Context(partners=(PAPER,)))[1] is None
    assert resolve(buyer, HOME)[1] == "nordwind"


def test_accepted_deviation_becomes_a_warning() -> None:
    partner = replace(NORDWIND, accepted_deviations=("line-amount-differs",))
    problems = [Problem(code="line-amount-differs"), Problem(code="currency-mixed")]

    assert ["warn", "park"] == [one.disposition for one in adjust(problems, partner)]
    assert ["park", "park"] == [one.disposition for one in adjust(problems, None)]


def test_partner_file_makes_problems_stricter_but_never_looser() -> None:
    partner = replace(NORDWIND, stricter={"delivery-before-issue-date": "reject", "order-id-missing": "park"})
    problems = [Problem(code="delivery-before-issue-date"), Problem(code="order-id-missing")]

    assert ["reject", "reject"] == [one.disposition for one in adjust(problems, partner)]


def test_a_quantity_of_zero_needs_no_unit() -> None:
    lines = (
        OrderLine(id="1", quantity=Quantity(value=Decimal(0)), item=Item(sellers_item_identification=Identifier(value="OF-24"))),
        OrderLine(id="2", quantity=Quantity(value=Decimal(4)), item=Item(sellers_item_identification=Identifier(value="OF-25"))),
    )

    record, _, _ = resolve(OrderResponse(test_indicator=False, order_lines=lines), Context())

    assert isinstance(record, OrderResponse)
    assert ["C62", None] == [one.quantity.unit_code for one in record.order_lines if one.quantity]
    assert [("quantity.unit_code",), ()] == [one.assumed for one in record.order_lines]
