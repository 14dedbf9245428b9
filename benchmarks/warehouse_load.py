"""Rows a second into the warehouse, beside SQLAlchemy's object-relational inserts: .venv/bin/python benchmarks/warehouse_load.py

Both begin with the records and end with a commit, batch by batch of 500 orders of 30 lines, into tables with all their
indexes, and the warehouse looks its effect keys up first. The seconds are wall clock; the server's work is in them.
"""

import gc
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Session, relationship

from sinks.warehouse import Warehouse, schema
from sinks.warehouse.rows import LINE_COLUMNS, ORDER_COLUMNS
from tests.servers import empty_database, postgresql_server
from wharfinger.contracts import Effect
from wharfinger.records import Amount, Identifier, Item, Order, OrderLine, Party, Place, Price, Quantity

LINES, BATCH, ROUNDS = 30, 500, 3
ORDERS_BY_COPY, ORDERS_BY_OBJECTS = 5000, 500


class Base(DeclarativeBase):
    """The warehouse's own tables as classes."""

    metadata = schema.metadata


class LineRow(Base):
    """A row of order_lines."""

    __table__ = schema.order_lines


class OrderRow(Base):
    """A row of orders."""

    __table__ = schema.orders
    lines = relationship(
        LineRow,
        primaryjoin=schema.orders.c.effect_key == schema.order_lines.c.effect_key,
        foreign_keys=schema.order_lines.c.effect_key,
    )


def effects(count: int) -> list[Effect]:
    """Orders of 30 lines over 2,000 items and 50 buyers."""
    return [Effect(key=str(uuid5(UUID(int=1), str(n))), record=_order(n), xml=b"", document=n) for n in range(count)]


def _order(n: int) -> Order:
    lines = tuple(
        OrderLine(
            id=str(k + 1),
            quantity=Quantity(value=Decimal(k % 40 + 1), unit_code="C62"),
            item=Item(
                name=f"Article {(n * LINES + k) % 2000}",
                standard_item_identification=Identifier(value=f"400086{(n * LINES + k) % 2000:07}", scheme_id="0160"),
            ),
            price=Price(price_amount=Amount(value=Decimal("3.50"), currency_id="EUR")),
            line_extension_amount=Amount(value=Decimal("3.50") * (k % 40 + 1), currency_id="EUR"),
            origin=Place(interchange=1, message=n + 1, segment=12 + k * 6),
        )
        for k in range(LINES)
    )
    buyer, seller = Party(id=f"buyer-{n % 50}", name=f"Buyer {n % 50}"), Party(id="us", name="Hafen AG")
    return Order(
        id=f"PO-{n}", issue_date=date(2026, 11, 1), test_indicator=False, document_currency_code="EUR",
        buyer_customer_party=buyer, seller_supplier_party=seller, order_lines=lines, origin=Place(interchange=1, message=n + 1),
    )  # fmt: skip


def by_warehouse(url: str) -> float:
    """Rows a second through the sink."""
    warehouse, batches = Warehouse(url), _batches(effects(ORDERS_BY_COPY))
    warehouse.deliver([])
    return _measure(ORDERS_BY_COPY, lambda: [warehouse.deliver(batch) for batch in batches])


def by_objects(url: str) -> float:
    """Rows a second through session.add_all, the obvious way."""
    Warehouse(url).deliver([])
    engine, batches = create_engine(url), _batches(effects(ORDERS_BY_OBJECTS))

    def load() -> None:
        for batch in batches:
            with Session(engine) as session:
                session.add_all(_order_object(effect) for effect in batch)
                session.commit()

    rate = _measure(ORDERS_BY_OBJECTS, load)
    engine.dispose()
    return rate


def _order_object(effect: Effect) -> OrderRow:
    order = effect.record
    values = {
        "effect_key": effect.key, "document": effect.document, "revision": 0, "id": order.id, "issue_date": order.issue_date,
        "test_indicator": order.test_indicator, "document_currency_code": order.document_currency_code, "line_count": LINES,
        "buyer_id": order.buyer_customer_party and order.buyer_customer_party.id,
        "buyer_name": order.buyer_customer_party and order.buyer_customer_party.name,
        "seller_id": order.seller_supplier_party and order.seller_supplier_party.id,
    }  # fmt: skip
    assert values.keys() <= set(ORDER_COLUMNS)
    return OrderRow(**values, lines=list(_line_objects(effect)))


def _line_objects(effect: Effect) -> Iterator[LineRow]:
    for position, line in enumerate(effect.record.order_lines, 1):
        assert line.item
        assert line.item.standard_item_identification
        assert line.quantity
        assert line.price
        assert line.price.price_amount
        assert line.line_extension_amount
        gtin = line.item.standard_item_identification.value
        values = {
            "effect_key": effect.key, "position": position, "id": line.id, "item_id": f"gtin:{gtin}", "gtin": gtin,
            "item_name": line.item.name, "quantity": line.quantity.value, "unit_code": line.quantity.unit_code,
            "price_amount": line.price.price_amount.value, "currency": "EUR",
            "line_extension_amount": line.line_extension_amount.value,
        }  # fmt: skip
        assert values.keys() <= set(LINE_COLUMNS)
        yield LineRow(**values)


def _batches(some: list[Effect]) -> list[list[Effect]]:
    return [some[start : start + BATCH] for start in range(0, len(some), BATCH)]


def _measure(orders: int, load: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    load()
    return orders * (LINES + 1) / (time.perf_counter() - start)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder)}/warehouse.db"


def main() -> None:
    """Print the rates, the median of three rounds each, and the ratio."""
    with ExitStack() as stack:
        server = stack.enter_context(postgresql_server())
        databases: dict[str, Callable[[], AbstractContextManager[str]]] = {
            "PostgreSQL (COPY)": partial(empty_database, server),
            "SQLite (executemany)": _sqlite,
        }
        for name, database in databases.items():
            rates: dict[str, list[float]] = {"warehouse": [], "objects": []}
            for _ in range(ROUNDS):
                for way, measure in (("warehouse", by_warehouse), ("objects", by_objects)):
                    with database() as url:
                        rates[way].append(measure(url))
            ours, theirs = (sorted(rates[way])[ROUNDS // 2] for way in ("warehouse", "objects"))
            print(f"{name:22} {ours:9,.0f} rows/s   ORM inserts {theirs:7,.0f} rows/s   {ours / theirs:5.1f}x", flush=True)


if __name__ == "__main__":
    main()
