"""The warehouse holds every document once, exactly as it was, on SQLite and on PostgreSQL."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from sqlalchemy import Engine, create_engine, func, inspect, select, text

from sinks import warehouse
from sinks.warehouse import Warehouse
from sinks.warehouse.schema import items, order_lines, orders, partners
from wharfinger.config import Home, Settings
from wharfinger.contracts import Done, Effect, Held
from wharfinger.hub import open_hub
from wharfinger.problems import Permanent, Transient
from wharfinger.records import (
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
    Place,
    Price,
    Quantity,
    to_json,
)

NORDWIND_GLN = Identifier(value="4012345500004", scheme_id="0088")
NAMESPACE = UUID("0d0ff9d3-6a54-4f5f-8a54-5c4bb1b3c0b7")
ROOT = Path(__file__).parents[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return f"sqlite:///{tmp_path}/warehouse.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    """A way to look into it."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


def eur(value: str) -> Amount:
    return Amount(value=Decimal(value), currency_id="EUR")


def line(number: int, **different: Any) -> OrderLine:
    whole = OrderLine(
        id=str(number),
        quantity=Quantity(value=Decimal("24"), unit_code="C62"),
        item=Item(
            name="Oil filter",
            standard_item_identification=Identifier(value=f"40008621414{number:02}", scheme_id="0160"),
            sellers_item_identification=Identifier(value="OF-24"),
        ),
        price=Price(price_amount=eur("3.50"), base_quantity=Quantity(value=Decimal(1), unit_code="C62")),
        line_extension_amount=eur("84.00"),
        origin=Place(message=1, segment=14),
    )
    return msgspec.structs.replace(whole, **different)


def effect(number: int = 1, revision: int = 0, document: int | None = None, **different: Any) -> Effect:
    whole = Order(
        id=f"47{number:02}",
        issue_date=date(2026, 11, 1),
        test_indicator=False,
        document_currency_code="EUR",
        buyer_customer_party=Party(id="nordwind", name="Nordwind GmbH", endpoint_id=NORDWIND_GLN),
        seller_supplier_party=Party(id="us", name="Hafen AG", tax_ids=(Identifier(value="DE123456788", scheme_id="VAT"),)),
        delivery=Delivery(
            requested_delivery_period=Period(start_date=date(2026, 11, 20)),
            delivery_location=Location(id=Identifier(value="4012345500011", scheme_id="0088"), name="Lager Süd"),
        ),
        order_lines=(line(1), line(2)),
        anticipated_monetary_total=MonetaryTotal(line_extension_amount=eur("168.00")),
        origin=Place(interchange=1, message=1, segment=2),
        extensions={"RFF[1153=CT]": "K-2026"},
    )
    record = msgspec.structs.replace(whole, **different)
    key = str(uuid5(NAMESPACE, f"{number}/{revision}"))
    return Effect(key=key, record=record, xml=b"", document=document or number * 10 + revision, revision=revision)


def deliver(url: str, effects: list[Effect]) -> list[Done | Held]:
    """As a worker does that ends afterwards."""
    with closing(Warehouse(url)) as sink:
        return sink.deliver(effects)


def rows(database: Engine, query: Any) -> list[dict[str, Any]]:
    with database.connect() as connection:
        return [dict(row) for row in connection.execute(query if not isinstance(query, str) else text(query)).mappings()]


def count(database: Engine, table: Any) -> int:
    with database.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_an_order_becomes_a_row_with_its_lines_partners_and_items(url: str, database: Engine) -> None:
    one = effect()

    assert [Done(reference=one.key)] == deliver(url, [one])
    [order] = rows(database, select(orders))
    assert order.pop("loaded_at") is not None
    origin, extensions = order.pop("origin"), order.pop("extensions")
    assert (msgspec.json.decode(origin) if isinstance(origin, str) else origin) == {"interchange": 1, "message": 1, "segment": 2}
    assert (msgspec.json.decode(extensions) if isinstance(extensions, str) else extensions) == {"RFF[1153=CT]": "K-2026"}
    assert {name: value for name, value in order.items() if value is not None} == {
        "effect_key": one.key,
        "document": 10,
        "business_key": "nordwind|Order|4701|2026",
        "revision": 0,
        "id": "4701",
        "issue_date": date(2026, 11, 1),
        "test_indicator": False,
        "document_currency_code": "EUR",
        "buyer_id": "nordwind",
        "buyer_name": "Nordwind GmbH",
        "seller_id": "us",
        "seller_name": "Hafen AG",
        "delivery_location_id": "4012345500011",
        "delivery_location_name": "Lager Süd",
        "requested_delivery_start": date(2026, 11, 20),
        "line_extension_amount": Decimal("168.00"),
        "line_count": 2,
    }
    first, second = rows(database, select(order_lines).order_by(order_lines.c.position))
    origin = first.pop("origin")
    assert (msgspec.json.decode(origin) if isinstance(origin, str) else origin) == {"message": 1, "segment": 14}
    assert {name: value for name, value in first.items() if value is not None} == {
        "effect_key": one.key,
        "position": 1,
        "id": "1",
        "item_id": "gtin:4000862141401",
        "gtin": "4000862141401",
        "sellers_item_code": "OF-24",
        "item_name": "Oil filter",
        "quantity": Decimal(24),
        "unit_code": "C62",
        "price_amount": Decimal("3.50"),
        "price_base_quantity": Decimal(1),
        "currency": "EUR",
        "line_extension_amount": Decimal("84.00"),
    }
    assert second["position"] == 2
    assert [("nordwind", "4012345500004", None), ("us", None, "DE123456788")] == [
        (row["partner_id"], row["gln"], row["tax_id"]) for row in rows(database, select(partners).order_by(partners.c.partner_id))
    ]
    assert [("gtin:4000862141401", "Oil filter"), ("gtin:4000862141402", "Oil filter")] == [
        (row["item_id"], row["name"]) for row in rows(database, select(items).order_by(items.c.item_id))
    ]


def test_a_document_delivered_again_is_there_once(url: str, database: Engine) -> None:
    with closing(Warehouse(url)) as sink:
        sink.deliver([effect(1)])
        answers = sink.deliver([effect(1), effect(2), effect(2), effect(1)])

    assert [Done(reference=effect(n).key) for n in (1, 2, 2, 1)] == answers
    assert [Done(reference=effect(1).key)] == deliver(url, [effect(1)])
    assert (2, 4) == (count(database, orders), count(database, order_lines))


def test_the_views_show_the_latest_revision(url: str, database: Engine) -> None:
    changed = line(1, quantity=Quantity(value=Decimal("40"), unit_code="C62"))
    with closing(Warehouse(url)) as sink:
        sink.deliver([effect(1, revision=1, order_lines=(changed,)), effect(2)])
        sink.deliver([effect(1)])

    assert 3 == count(database, orders)
    current = rows(database, "SELECT id, revision FROM current_orders ORDER BY id")
    assert [("4701", 1), ("4702", 0)] == [tuple(row.values()) for row in current]
    totals = rows(database, "SELECT order_id, sum(quantity) AS pieces FROM current_order_lines GROUP BY order_id ORDER BY order_id")
    assert [("4701", 40), ("4702", 48)] == [tuple(row.values()) for row in totals]


EXACT = [
    "0", "-0.01", "84.00", "0.1", "3.5000", "123456789012.345", "12345678901234567.89", "0.000000000000000000001",
    "99999999999999999999.99", "9007199254740993", "1E+20", "-1.10", "0.30000000000000004",
]  # fmt: skip


def test_decimals_come_back_exactly(url: str, database: Engine) -> None:
    lines = tuple(line(n, quantity=Quantity(value=Decimal(value), unit_code="KGM")) for n, value in enumerate(EXACT, 1))
    deliver(url, [effect(order_lines=lines)])

    stored = rows(database, select(order_lines.c.quantity).order_by(order_lines.c.position))
    assert [Decimal(value) for value in EXACT] == [row["quantity"] for row in stored]


def test_amounts_can_be_summed_and_compared_in_sql(url: str, database: Engine) -> None:
    lines = tuple(line(n, line_extension_amount=eur(value)) for n, value in enumerate(["9.10", "84.00", "100.20", "0.10"], 1))
    deliver(url, [effect(order_lines=lines)])

    [total] = rows(database, "SELECT sum(line_extension_amount) AS total FROM order_lines")
    assert Decimal("193.40") == round(Decimal(total["total"]), 6)
    above = rows(database, "SELECT id FROM order_lines WHERE line_extension_amount > 84 AND line_extension_amount < 1000")
    assert ["3"] == [row["id"] for row in above]


NASTY = [
    "tab\there", "line\nfeed\rreturn",
    "back\\slash \\N \\.", "\\N", "\\.", "", "'; DROP TABLE orders; --", "заказ 订单", "a" * 5000, "=1+1",
]  # fmt: skip


def test_a_column_that_few_lines_fill_is_filled_in_their_rows(url: str, database: Engine) -> None:
    marked = tuple(line(n, notes=("fragile",) if n == 7 else ()) for n in range(1, 31))
    unmarked = tuple(line(n) for n in range(1, 31))
    deliver(url, [effect(n, order_lines=marked if n in (3, 39) else unmarked) for n in range(1, 41)])

    query = "SELECT orders.id, position, order_lines.notes FROM order_lines JOIN orders USING (effect_key) WHERE order_lines.notes IS NOT NULL"
    assert [("4703", 7, "fragile"), ("4739", 7, "fragile")] == sorted(tuple(row.values()) for row in rows(database, query))
    assert 40 * 30 == count(database, order_lines)


def test_texts_come_back_as_they_were(url: str, database: Engine) -> None:
    deliver(url, [effect(order_lines=tuple(line(n, item=Item(name=name)) for n, name in enumerate(NASTY, 1)))])

    stored = rows(database, select(order_lines.c.item_name).order_by(order_lines.c.position))
    assert NASTY == [row["item_name"] for row in stored]


def test_characters_that_no_database_takes_are_marked_and_not_left_out(url: str, database: Engine) -> None:
    one = effect(id="A\0B", customer_reference="x\ud800y", notes=("\0",), extensions={"\0": "a\0b\\u0000"})

    assert [Done(reference=one.key)] == deliver(url, [one])
    [order] = rows(database, select(orders))
    assert ("A\ufffdB", "x\ufffdy", "\ufffd") == (order["id"], order["customer_reference"], order["notes"])


def test_names_longer_than_an_index_takes_are_still_keys(url: str, database: Engine) -> None:
    # Letters that do not repeat, since PostgreSQL compresses what does.
    name = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(6000))
    one = effect(buyer_customer_party=Party(name=name), id=name, order_lines=(line(1, item=Item(name=name)),))

    assert [Done(reference=one.key)] == deliver(url, [one])
    [order] = rows(database, select(orders))
    assert name == order["buyer_name"]
    assert name == order["id"]
    assert [order["buyer_id"]] == [row["partner_id"] for row in rows(database, select(partners).where(partners.c.name == name))]


def test_one_document_that_the_database_refuses_holds_only_itself(postgresql_url: str) -> None:
    huge = effect(2, order_lines=(line(1, quantity=Quantity(value=Decimal("1E+200000"), unit_code="C62")),))

    first, refused, third = deliver(postgresql_url, [effect(1), huge, effect(3)])

    assert (Done(reference=effect(1).key), Done(reference=effect(3).key)) == (first, third)
    assert isinstance(refused, Held)
    assert "overflow" in refused.question
    engine = create_engine(postgresql_url)
    assert (2, 4) == (count(engine, orders), count(engine, order_lines))
    engine.dispose()


def test_a_database_that_does_not_answer_is_tried_again_later(tmp_path: Path) -> None:
    with pytest.raises(Transient, match="warehouse"):
        deliver("postgresql+psycopg2://hub@127.0.0.1:1/none", [effect()])
    with pytest.raises(Transient, match="warehouse"):
        deliver(f"sqlite:///{tmp_path}/no/such/folder/warehouse.db", [effect()])


def test_a_connection_lost_between_two_batches_is_replaced(postgresql_url: str, postgresql: str) -> None:
    with closing(Warehouse(postgresql_url)) as sink:
        sink.deliver([effect(1)])
        other = create_engine(postgresql)
        with other.connect() as connection:
            database = postgresql_url.rpartition("/")[2]
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": database})
        other.dispose()

        assert [Done(reference=effect(2).key)] == sink.deliver([effect(2)])


def test_a_hub_that_is_closed_leaves_no_connection_to_its_warehouse_open(postgresql_url: str, tmp_path: Path) -> None:
    (tmp_path / "wharf.yaml").write_text(
        "companies: [{company: us, name: Hafen AG}]\ndatabase: sqlite:///journal.db\n"
        f"sinks: {{warehouse: {{kind: warehouse, url: '{postgresql_url}'}}}}\n"
    )
    engine = create_engine(postgresql_url)
    others = "SELECT count(*) AS found FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with open_hub(tmp_path) as hub:
        hub.sink("warehouse").deliver([effect()])
        assert [{"found": 1}] == rows(engine, others)

    patience = time.monotonic() + 10  # the server's process ends a moment after its connection
    while rows(engine, others) != [{"found": 0}]:
        assert time.monotonic() < patience
        time.sleep(0.05)
    engine.dispose()


def test_the_setting_names_a_database(tmp_path: Path) -> None:
    home = Home(tmp_path, Settings(), ())
    with closing(warehouse.open({"kind": "warehouse", "url": "sqlite:///warehouse.db"}, home)) as sink:
        sink.deliver([effect()])

    assert (tmp_path / "warehouse.db").is_file()
    for wrong in ({}, {"url": "mysql://x"}, {"url": 5}):
        with pytest.raises(Permanent, match="`url`"):
            warehouse.open(wrong, home)


def test_what_reports_ask_for_is_indexed(url: str, database: Engine) -> None:
    deliver(url, [])

    indexed = {tuple(index["column_names"]) for index in inspect(database).get_indexes("orders")}
    assert {("issue_date",), ("buyer_id", "issue_date"), ("business_key", "revision")} <= indexed
    assert {"current_orders", "current_order_lines"} <= set(inspect(database).get_view_names())


DELIVER = """
import sys
from pathlib import Path
from sinks.warehouse import Warehouse
from wharfinger.contracts import Effect
from wharfinger.records import from_json
effects = []
for number, line in enumerate(Path(sys.argv[2]).read_text().splitlines(), 1):
    key, record = line.split(" ", 1)
    effects.append(Effect(key=key, record=from_json(record), xml=b"", document=number))
Warehouse(sys.argv[1]).deliver(effects)
"""


@pytest.mark.parametrize(
    "point", ["warehouse-looked-up", "warehouse-orders-loaded", "warehouse-lines-loaded", "warehouse-loaded", "warehouse-committed"]
)
def test_a_worker_killed_anywhere_loses_and_repeats_nothing(url: str, database: Engine, tmp_path: Path, point: str) -> None:
    effects = [effect(number) for number in range(1, 6)]
    (tmp_path / "effects").write_text("\n".join(f"{one.key} {to_json(one.record).decode()}" for one in effects))
    worker = subprocess.run(
        [sys.executable, "-c", DELIVER, url, str(tmp_path / "effects")],
        env={**os.environ, "WHARF_CRASH_AT": point, "PYTHONPATH": str(ROOT)}, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert -signal.SIGKILL == worker.returncode
    assert (5 if point == "warehouse-committed" else 0) == count(database, orders)

    answers = deliver(url, effects)

    assert [Done(reference=one.key) for one in effects] == answers
    assert (5, 10) == (count(database, orders), count(database, order_lines))


def test_four_workers_with_the_same_documents_load_them_once(url: str, database: Engine) -> None:
    effects = [effect(number) for number in range(1, 41)]
    answers: list[Done | Held] = []
    faults: list[Exception] = []

    def work(shift: int) -> None:
        try:
            for start in range(0, 40, 8):
                at = (start + shift) % 40
                answers.extend(deliver(url, effects[at : at + 8]))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(shift,)) for shift in (0, 0, 8, 16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == faults
    assert {Done} == {type(answer) for answer in answers}
    assert (40, 80) == (count(database, orders), count(database, order_lines))
