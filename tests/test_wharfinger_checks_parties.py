"""The other side is a partner, and one side is us: judged only where partners or companies are known."""

from msgspec.structs import replace

from wharfinger.checks import addressed_to_us, known_partner
from wharfinger.config import Company, Identity, Partner
from wharfinger.contracts import Context
from wharfinger.records import Identifier, Order, Party, Place

NORDWIND = Partner(partner="nordwind", name="Nordwind GmbH", identity=Identity(gln=("4012345500004",)))
US = Company(company="us", name="Hafen AG", identity=Identity(gln=("5412345000013",)))
HOME = Context(partners=(NORDWIND,), companies=(US,))


def gln(value: str, name: str | None = None) -> Party:
    return Party(name=name, endpoint_id=Identifier(value=value, scheme_id="0088"))


ORDER = Order(
    test_indicator=False,
    buyer_customer_party=gln("4012345500004"),
    seller_supplier_party=gln("5412345000013"),
    origin=Place(message=1, segment=2),
)
STRANGER = gln("4098765000017", "Sturm KG")


def codes(order: Order, context: Context) -> list[tuple[str, str | None]]:
    found = (*known_partner.check(order, context), *addressed_to_us.check(order, context))
    return [(one.code, one.found) for one in found]


def test_order_of_a_partner_to_us_has_no_problem() -> None:
    assert [] == codes(ORDER, HOME)


def test_our_order_to_a_partner_has_no_problem() -> None:
    assert [] == codes(replace(ORDER, buyer_customer_party=gln("5412345000013"), seller_supplier_party=gln("4012345500004")), HOME)


def test_unknown_buyer_waits_for_a_person() -> None:
    assert [("partner-unknown", "Sturm KG 4098765000017")] == codes(replace(ORDER, buyer_customer_party=STRANGER), HOME)


def test_unknown_seller_of_our_own_order_waits_for_a_person() -> None:
    order = replace(ORDER, buyer_customer_party=gln("5412345000013"), seller_supplier_party=STRANGER)

    assert [("partner-unknown", "Sturm KG 4098765000017")] == codes(order, HOME)


def test_order_of_a_partner_to_somebody_else_is_not_addressed_to_us() -> None:
    assert [("not-addressed-to-us", "Sturm KG 4098765000017")] == codes(replace(ORDER, seller_supplier_party=STRANGER), HOME)


def test_missing_parties_are_left_to_the_mandatory_fields() -> None:
    assert [] == codes(replace(ORDER, buyer_customer_party=None, seller_supplier_party=None), HOME)


def test_without_partners_and_companies_nothing_is_judged() -> None:
    assert [] == codes(replace(ORDER, buyer_customer_party=STRANGER, seller_supplier_party=STRANGER), Context())


def test_without_companies_nobody_can_be_us() -> None:
    assert [] == codes(replace(ORDER, seller_supplier_party=STRANGER), Context(partners=(NORDWIND,)))


def test_buyer_that_the_source_vouches_for_is_known() -> None:
    order = replace(ORDER, buyer_customer_party=Party(id="nordwind", name="Einkauf Nord"))

    assert [] == codes(order, HOME)
