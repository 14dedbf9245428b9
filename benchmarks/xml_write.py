"""How much faster UBL is written by templates than by a tree of elements, and checked by libxml2 than by xmlschema.

    .venv/bin/python benchmarks/xml_write.py

Both ways give the same document (compared as canonical XML). Figures are ratios of CPU time in one run; the ways take turns.
"""

import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from lxml import etree
from xmlschema import XMLSchema10

from wharfinger.records import (
    Address,
    Amount,
    Delivery,
    Identifier,
    Item,
    Location,
    MonetaryTotal,
    Order,
    OrderLine,
    Party,
    Period,
    Price,
    Quantity,
)
from wharfinger.xml import schema_errors, schema_path, to_xml

LINES = 30
ROUNDS = 7


def main() -> None:
    """Print the figures."""
    order = _order()
    xml = to_xml(order)
    tree = etree.fromstring(xml)
    by_elements = _copied(tree)
    assert etree.tostring(tree, method="c14n") == etree.tostring(etree.fromstring(by_elements()), method="c14n"), "not the same document"
    slow = XMLSchema10(str(schema_path("Order")))
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "write by templates": (lambda: to_xml(order), 200),
        "write by lxml SubElement": (by_elements, 20),
        "check by libxml2": (lambda: schema_errors("Order", xml), 100),
        "check by xmlschema": (lambda: slow.is_valid(xml), 2),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, (way, times) in sorted(ways.items(), reverse=bool(number % 2)):
            started = time.process_time()
            for _ in range(times):
                way()
            taken[name].append((time.process_time() - started) / times)
    print(f"order of {LINES} lines, {len(xml):,} bytes, median of {ROUNDS} rounds, CPU time")
    for name, times_taken in taken.items():
        print(f"  {name:26} {median(times_taken) * 1e6:10,.0f} us")
    _print_ratio(taken, "write by lxml SubElement", "write by templates")
    _print_ratio(taken, "check by xmlschema", "check by libxml2")


def _print_ratio(taken: dict[str, list[float]], slow: str, fast: str) -> None:
    ratios = [one / other for one, other in zip(taken[slow], taken[fast], strict=True)]
    print(f"{slow} / {fast}: {median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})")


def _copied(root: etree._Element) -> Callable[[], bytes]:
    """A function that writes the same document with SubElement; what it reads from is prepared, so that only writing is measured."""
    plan = _plan(root)

    def write() -> bytes:
        tag, attributes, text, children = plan
        top = etree.Element(tag, attributes, nsmap=root.nsmap)
        top.text = text
        _add(top, children)
        return etree.tostring(top, xml_declaration=True, encoding="UTF-8")

    return write


_Plan = tuple[str, dict[str, str], str | None, list]


def _plan(element: etree._Element) -> _Plan:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    return str(element.tag), attributes, element.text, [(_plan(one), one.tail) for one in element]


def _add(parent: etree._Element, children: list) -> None:
    for (tag, attributes, text, inner), tail in children:
        one = etree.SubElement(parent, tag, attributes)
        one.text, one.tail = text, tail
        _add(one, inner)


def _order() -> Order:
    def euro(value: str) -> Amount:
        return Amount(value=Decimal(value), currency_id="EUR")

    def party(name: str, gln: str) -> Party:
        identifier = Identifier(value=gln, scheme_id="0088")
        address = Address(street_name="Speicherstraße 4", city_name="Hamburg", postal_zone="20457", country="DE")
        vat = Identifier(value="DE123456788", scheme_id="VAT")
        return Party(id=name, name=f"{name} & Co", endpoint_id=identifier, identifications=(identifier,), tax_ids=(vat,), address=address)

    lines = tuple(
        OrderLine(
            id=str(number),
            quantity=Quantity(value=Decimal(24), unit_code="C62"),
            item=Item(
                name=f"Oil filter {number}",
                descriptions=("with gasket",),
                buyers_item_identification=Identifier(value=f"B-{number}"),
                sellers_item_identification=Identifier(value=f"OF-{number}"),
                standard_item_identification=Identifier(value="4000862141404", scheme_id="0160"),
            ),
            price=Price(price_amount=euro("3.50"), base_quantity=Quantity(value=Decimal(1), unit_code="C62")),
            line_extension_amount=euro("84.00"),
        )
        for number in range(1, LINES + 1)
    )
    return Order(
        id="4711",
        issue_date=date(2026, 11, 1),
        test_indicator=False,
        document_currency_code="EUR",
        buyer_customer_party=party("nordwind", "4012345500004"),
        seller_supplier_party=party("us", "5412345000013"),
        delivery=Delivery(
            requested_delivery_period=Period(start_date=date(2026, 11, 20)),
            delivery_location=Location(id=Identifier(value="4012345500011", scheme_id="0088")),
        ),
        anticipated_monetary_total=MonetaryTotal(line_extension_amount=euro("2520.00"), payable_amount=euro("2520.00")),
        order_lines=lines,
    )


if __name__ == "__main__":
    main()
