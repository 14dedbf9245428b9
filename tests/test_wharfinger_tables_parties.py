"""Headings composed of a party and a part of it are those that the mapping of orders knows."""

import pytest

from wharfinger.tables import parties
from wharfinger.tables.columns import Columns, folded
from wharfinger.tables.settings import known_headings


def test_every_combination_is_a_heading_of_the_mapping() -> None:
    words = parties._words()
    combinations = {
        f"{stated.get('as', party)} {part}" for party, stated in words["parties"].items() for part in stated.get("parts", words["parts"])
    }

    assert {"Delivery tax number"} == {one for one in combinations if folded(one) not in known_headings()}


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Store GLN", "Delivery GLN"),
        ("GLN Filiale", "Delivery GLN"),
        ("Filial-Nr.", "Delivery code"),
        ("ship-postal-code", "Delivery postcode"),
        ("shipToCountryCode", "Delivery country"),
        ("Billing City", "Customer city"),
        ("Код магазина", "Delivery code"),
        ("Адрес поставщика (юр.)", "Supplier address"),
        ("NIF del proveedor", "Supplier tax number"),
        ("Code postal de livraison", "Delivery postcode"),
        ("Miasto odbiorcy", "Delivery city"),
        ("收货单位编码", "Delivery code"),
        ("供应商地址", "Supplier address"),
        ("N° client", "Customer code"),
        ("Дата заказа поставщику", None),
        ("Data zamówienia", "Order date"),
        ("Bestelldatum", "Order date"),
        ("Buyer date", None),
        ("Delivery number", None),
        ("Delivery note", None),
        ("Ship date", None),
        ("Supplier part no", "Supplier item"),
        ("Su referencia", "Supplier item"),
        ("Ons art.nr", "Buyer item"),
        ("Artikelnr leverancier", "Supplier item"),
        ("Q.tà ordinata", "Quantity ordered"),
        ("Best. antal", "Quantity ordered"),
        ("Q.tà consegnata", None),
        ("Bestelnr", "Order code"),
        ("発注No", "Order code"),
        ("Encomenda n.º", "Order code"),
        ("Termen livrare", "Delivery deadline"),
        ("Požadovaný termín", "Delivery deadline"),
        ("Místo dodání", "Delivery place"),
        ("納入先名", "Delivery place"),
        ("Preço unit.", "Price each"),
        ("Total linha", "Line amount"),
        ("Discount percent", "Discount percent"),
        ("Desc. %", "Discount percent"),
        ("Rabatt (%)", "Discount percent"),
        ("HS code", None),
        ("Store", "Delivery name"),
        ("Toimitusosoite", "Delivery name"),
        ("Příjemce", "Delivery name"),
        ("Quantity", None),
        ("Delivery", None),
        ("x" * 10_000, None),
    ],
)
def test_a_heading_means_the_part_of_a_party_or_nothing(heading: str, expected: str | None) -> None:
    assert expected == parties.composed(heading)


def test_a_heading_that_the_mapping_knows_itself_is_not_taken_apart() -> None:
    columns = Columns(["Lagerort", "Lager PLZ"], known_headings())

    assert [0] == columns.find({"path": "Lagerort"})
    assert [] == columns.find({"path": "Delivery city"})
    assert [1] == columns.find({"path": "Delivery postcode"})
