"""The tables and views of the warehouse, the same on PostgreSQL and SQLite.

Amounts and quantities are exact decimals: NUMERIC on PostgreSQL. SQLite has none, so there a number that a double gives back
unchanged (every one of up to 15 digits) is stored as a number, which can be compared and summed, and a longer one as its digits.

    >>> stored_by_sqlite(Decimal("3.50")), stored_by_sqlite(Decimal("12345678901234567.89"))
    (3.5, b'12345678901234567.89')
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Time,
    func,
    inspect,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType


def stored_by_sqlite(value: Decimal | None) -> float | bytes | None:
    """The number, if a double gives it back unchanged, else its digits."""
    if value is None:
        return None
    digits = str(value)
    if len(digits) <= 15 and "E" not in digits:
        return float(digits)
    number = float(digits)
    return number if Decimal(repr(number)) == value else digits.encode()


class Exact(UserDefinedType[Decimal]):
    """A decimal that comes back as it went in."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The same word in both databases."""
        return "NUMERIC"

    def bind_processor(self, dialect: Dialect) -> Callable[[Decimal | None], Any] | None:
        """What the driver is given."""
        return stored_by_sqlite if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Decimal | None] | None:
        """What the driver gives."""
        if dialect.name != "sqlite":
            return None
        return lambda value: None if value is None else Decimal(value.decode() if isinstance(value, bytes) else str(value))


class Key(Text):
    """An effect key: text that PostgreSQL stores as a UUID. (SQLAlchemy's own types for PostgreSQL take longer to import than a run.)"""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None] | None:
        """psycopg2 makes an object of it."""
        return lambda value: None if value is None else str(value)


class Json(Text):
    """Text that PostgreSQL stores as JSONB."""


compiles(Key, "postgresql")(lambda *_, **__: "UUID")
compiles(Json, "postgresql")(lambda *_, **__: "JSONB")

metadata = MetaData()

partners = Table(
    "partners", metadata,
    Column("partner_id", Text, primary_key=True, comment="its name in the hub, else gln:..., tax:... or name:..."),
    Column("name", Text),
    Column("gln", Text),
    Column("tax_id", Text),
    Column("city", Text),
    Column("country", Text),
)  # fmt: skip

items = Table(
    "items", metadata,
    Column("item_id", Text, primary_key=True, comment="gtin:..., seller:PARTNER:CODE, buyer:PARTNER:CODE or name:..."),
    Column("gtin", Text),
    Column("sellers_item_code", Text),
    Column("buyers_item_code", Text),
    Column("name", Text),
)  # fmt: skip

orders = Table(
    "orders", metadata,
    Column("effect_key", Key, primary_key=True),
    Column("document", BigInteger, nullable=False, comment="number of the document in the hub: wharf show NUMBER"),
    Column("business_key", Text, comment="the same for every revision of an order"),
    Column("revision", Integer, nullable=False),
    Column("id", Text, comment="the order number as the buyer writes it"),
    Column("issue_date", Date),
    Column("issue_time", Time),
    Column("test_indicator", Boolean, nullable=False),
    Column("order_type_code", Text),
    Column("document_currency_code", Text),
    Column("customer_reference", Text),
    Column("contract", Text),
    Column("buyer_id", Text),
    Column("buyer_name", Text),
    Column("seller_id", Text),
    Column("seller_name", Text),
    Column("delivery_location_id", Text),
    Column("delivery_location_name", Text),
    Column("requested_delivery_start", Date),
    Column("requested_delivery_end", Date),
    Column("line_extension_amount", Exact),
    Column("allowance_total_amount", Exact),
    Column("charge_total_amount", Exact),
    Column("tax_exclusive_amount", Exact),
    Column("tax_amount", Exact),
    Column("tax_inclusive_amount", Exact),
    Column("payable_amount", Exact),
    Column("line_count", Integer, nullable=False),
    Column("notes", Text),
    Column("extensions", Json, comment="what no mapping placed"),
    Column("assumed", Text, comment="fields that the document does not state"),
    Column("origin", Json, comment="where the order begins in what was received"),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.current_timestamp()),
    Index("orders_business_key", "business_key", "revision"),
    Index("orders_issue_date", "issue_date"),
    Index("orders_buyer_id", "buyer_id", "issue_date"),
    Index("orders_document", "document"),
    Index("orders_loaded_at", "loaded_at"),
)  # fmt: skip

order_lines = Table(
    "order_lines", metadata,
    # No foreign key: an order and its lines come in one transaction, and the check took a third of the time of a load.
    Column("effect_key", Key, primary_key=True, comment="its order"),
    Column("position", Integer, primary_key=True, comment="counted from 1 in the order of the document"),
    Column("id", Text, comment="the line number as the buyer writes it"),
    Column("item_id", Text),
    Column("gtin", Text),
    Column("sellers_item_code", Text),
    Column("buyers_item_code", Text),
    Column("item_name", Text),
    Column("quantity", Exact),
    Column("unit_code", Text),
    Column("price_amount", Exact),
    Column("price_base_quantity", Exact),
    Column("currency", Text),
    Column("line_extension_amount", Exact),
    Column("tax_percent", Exact),
    Column("requested_delivery_start", Date),
    Column("requested_delivery_end", Date),
    Column("notes", Text),
    Column("extensions", Json),
    Column("assumed", Text),
    Column("origin", Json, comment="where the line stands in what was received"),
    Index("order_lines_item_id", "item_id"),
)  # fmt: skip

_VIEWS: dict[str, str] = {}


def view_of_latest(table: str) -> None:
    """Beside a table of documents, the view current_TABLE of the latest revision of each."""
    _VIEWS[f"current_{table}"] = f"""
        SELECT * FROM {table} AS one WHERE NOT EXISTS (
            SELECT 1 FROM {table} AS later WHERE later.business_key = one.business_key AND (
                later.revision > one.revision OR (later.revision = one.revision AND later.document > one.document)))"""


view_of_latest("orders")
_VIEWS["current_order_lines"] = """
        SELECT orders.id AS order_id, orders.issue_date, orders.buyer_id, orders.seller_id, orders.revision, lines.*
        FROM current_orders AS orders JOIN order_lines AS lines ON lines.effect_key = orders.effect_key"""


def make_tables(connection: Connection) -> None:
    """Make what is not there yet."""
    if connection.dialect.name == "postgresql":
        # Two workers may start at once, and CREATE TABLE IF NOT EXISTS is no protection against that.
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('wharfinger warehouse'))"))
    metadata.create_all(connection)
    # Not CREATE OR REPLACE: that would wait for every report that is just reading the view.
    for name in [name for name in _VIEWS if name not in inspect(connection).get_view_names()]:
        connection.execute(text(f"CREATE VIEW {name} AS {_VIEWS[name]}"))
