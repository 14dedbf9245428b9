"""Check digits of item, place and tax numbers."""

import pytest

from wharfinger.checks.identifiers import check, gs1_fault
from wharfinger.contracts import Context
from wharfinger.records import Address, ApplicationResponse, Delivery, Identifier, Item, Location, Order, OrderLine, Party, Place

GLN = Identifier(value="4012345500004", scheme_id="0088")
WRONG_GLN = Identifier(value="4012345500005", scheme_id="0088")
WRONG_GTIN = Identifier(value="4000862141405", scheme_id="0160")


def problems_of_party(party: Party) -> list[tuple[str, str | None]]:
    return [(one.code, one.expected) for one in check(Order(test_indicator=False, buyer_customer_party=party), Context())]


def problems_of_item(item: Item) -> list[tuple[str, str | None]]:
    line = OrderLine(id="1", item=item, origin=Place(segment=5))
    return [(one.code, one.expected) for one in check(Order(test_indicator=False, order_lines=(line,)), Context())]


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "4006381333931", "14006381333938"])
def test_right_gtins_of_every_length_pass(gtin: str) -> None:
    assert (False, None) == gs1_fault(gtin, (8, 12, 13, 14))


@pytest.mark.parametrize(
    ("gtin", "right"),
    [
        ("4006381333932", "4006381333931"),
        ("4006381339331", "4006381339339"),  # two digits changed places
        ("400638133393", "400638133390"),  # twelve digits are a GTIN-12 of their own
        ("40063813339", None),
        ("40063813339 1", None),
        ("٤006381333931", None),
        ("", None),
    ],
)
def test_wrong_gtins_are_found_and_the_right_digit_is_said(gtin: str, right: str | None) -> None:
    assert (True, right) == gs1_fault(gtin, (8, 12, 13, 14))


def test_wrong_gtin_alone_waits_for_a_person() -> None:
    assert [("gtin-wrong", "4000862141404")] == problems_of_item(Item(name="Oil filter", standard_item_identification=WRONG_GTIN))


def test_wrong_gtin_beside_another_item_number_is_a_warning() -> None:
    item = Item(standard_item_identification=WRONG_GTIN, buyers_item_identification=Identifier(value="77"))

    assert [("gtin-wrong-beside-item-number", "4000862141404")] == problems_of_item(item)


def test_standard_number_of_another_scheme_is_not_judged() -> None:
    assert [] == problems_of_item(Item(standard_item_identification=Identifier(value="0306406152", scheme_id="ISBN")))


def test_wrong_gln_that_alone_names_a_party_waits_for_a_person() -> None:
    assert [("gln-wrong", "4012345500004")] == problems_of_party(Party(endpoint_id=WRONG_GLN, identifications=(WRONG_GLN,)))


@pytest.mark.parametrize(
    "party",
    [
        Party(endpoint_id=WRONG_GLN, name="Nordwind GmbH"),
        Party(endpoint_id=WRONG_GLN, address=Address(city_name="Kiel")),
        Party(endpoint_id=WRONG_GLN, id="nordwind"),
        Party(identifications=(WRONG_GLN, Identifier(value="70001", scheme_id="92"))),
    ],
)
def test_wrong_gln_beside_another_name_is_a_warning(party: Party) -> None:
    assert [("gln-wrong-beside-name", "4012345500004")] == problems_of_party(party)


def test_right_gln_and_a_partners_own_number_pass() -> None:
    assert [] == problems_of_party(Party(endpoint_id=GLN, identifications=(GLN, Identifier(value="4012345500005", scheme_id="92"))))


def test_wrong_gln_of_a_place_of_delivery_is_found_in_document_and_line() -> None:
    delivery = Delivery(delivery_location=Location(id=WRONG_GLN))
    line = OrderLine(deliveries=(delivery,), origin=Place(segment=20))

    problems = list(check(Order(test_indicator=False, delivery=delivery, order_lines=(line,)), Context()))

    assert [("gln-wrong", Place()), ("gln-wrong", Place(segment=20))] == [(one.code, one.place) for one in problems]


@pytest.mark.parametrize(
    ("scheme", "value", "country"),
    [
        ("VAT", "DE136695976", None),
        ("VAT", "136695976", "DE"),
        ("VAT", "ATU13585627", None),
        ("VAT", "EL094259216", None),
        ("VAT", "CHE107787577IVA", None),
        ("VAT", "CHE107787577", None),
        ("VAT", "US123", None),
        ("VAT", "136695977", None),
        ("INN", "7707083893", None),
        ("INN", "500100732259", None),
        ("KPP", "773601001", None),
        ("UNP", "200988541", None),
        ("EORI", "anything", None),
    ],
)
def test_tax_numbers_that_are_right_or_cannot_be_judged_pass(scheme: str, value: str, country: str | None) -> None:
    party = Party(tax_ids=(Identifier(value=value, scheme_id=scheme),), address=Address(country=country))

    assert [] == problems_of_party(party)


@pytest.mark.parametrize(
    ("scheme", "value", "country"),
    [
        ("VAT", "DE136695977", None),
        ("VAT", "136695977", "DE"),
        ("VAT", "ATU13585626", None),
        ("INN", "7707083894", None),
        ("KPP", "77360100", None),
        ("UNP", "200988542", None),
    ],
)
def test_wrong_tax_numbers_are_a_warning(scheme: str, value: str, country: str | None) -> None:
    party = Party(tax_ids=(Identifier(value=value, scheme_id=scheme),), address=Address(country=country))

    [problem] = check(Order(test_indicator=False, buyer_customer_party=party), Context())

    assert ("tax-number-wrong", "warning", value) == (problem.code, problem.severity, problem.found)


def test_a_wrong_gln_of_an_answer_is_a_warning_for_it_goes_by_what_it_answers() -> None:
    answer = ApplicationResponse(test_indicator=False, sender_party=Party(endpoint_id=WRONG_GLN))

    problems = [(one.code, one.disposition) for one in check(answer, Context())]

    assert [("gln-wrong-beside-name", "warn")] == problems
