"""Every kind of document has its rows in the warehouse, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from sqlalchemy import Engine, create_engine, select, text

from sinks.warehouse import Warehouse
from sinks.warehouse.kinds import lines_of, table_of
from tests.ubl_records import FULL, MINIMAL
from wharfinger.contracts import Done, Effect
from wharfinger.records import KINDS, Record, buyer, lines, seller

NAMESPACE = UUID("5a0ff9d3-6a54-4f5f-8a54-5c4bb1b3c0b7")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/warehouse.db" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    yield engine
    engine.dispose()


def effect(record: Record) -> Effect:
    return Effect(key=str(uuid5(NAMESPACE, type(record).__name__)), record=record, xml=b"", document=7)


def deliver(url: str, effects: list[Effect]) -> None:
    with closing(Warehouse(url)) as sink:
        sink.deliver(effects)


def rows(database: Engine, query: Any) -> list[dict[str, Any]]:
    with database.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


@pytest.mark.parametrize("records", [FULL, MINIMAL], ids=["full", "minimal"])
def test_a_document_of_every_kind_is_loaded_once_with_its_lines(url: str, database: Engine, records: dict[str, Record]) -> None:
    effects = [effect(one) for one in records.values()]

    with closing(Warehouse(url)) as sink:
        answers = [*sink.deliver(effects), *sink.deliver(effects)]

    assert [Done(reference=one.key) for one in (*effects, *effects)] == answers
    assert set(KINDS) == set(records)
    for record in records.values():
        [row] = rows(database, select(table_of(type(record))))
        customer, supplier = buyer(record), seller(record)
        assert record.id == row["id"]
        assert len(lines(record)) == row["line_count"]
        assert [customer and customer.name, supplier and supplier.name] == [row["buyer_name"], row["seller_name"]]
        table = lines_of(type(record))
        assert [one.id for one in lines(record)] == ([] if table is None else [one["id"] for one in rows(database, select(table))])


def test_amounts_references_and_dates_of_an_invoice_come_back(url: str, database: Engine) -> None:
    invoice: Any = FULL["Invoice"]

    deliver(url, [effect(invoice)])

    [row] = rows(database, select(table_of(type(invoice))))
    assert invoice.due_date == row["due_date"]
    assert invoice.order_reference.id == row["order_reference"]
    assert invoice.legal_monetary_total.payable_amount.value == row["payable_amount"]
    assert invoice.tax_total.tax_amount.value == row["tax_amount"]
    table: Any = lines_of(type(invoice))
    [line, *_] = rows(database, select(table).order_by(table.c.position))
    assert invoice.invoice_lines[0].invoiced_quantity.value == line["quantity"]
    assert invoice.invoice_lines[0].item.classified_tax_category.percent == line["tax_percent"]


def test_there_is_a_view_of_the_latest_revisions_of_every_kind(url: str, database: Engine) -> None:
    deliver(url, [effect(one) for one in FULL.values()])

    counts = {name: len(rows(database, text(f"SELECT * FROM current_{table_of(kind).name}"))) for name, kind in KINDS.items()}

    assert dict.fromkeys(KINDS, 1) == counts
