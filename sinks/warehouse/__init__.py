"""Rows for reports and business intelligence: partners, items, documents of each kind and their lines, on PostgreSQL or SQLite.

An order is one row of `orders` under its effect key, with its `order_lines`; every revision is a row of its own, and the views
`current_orders` and `current_order_lines` show the latest of each. So it is with the other kinds: `invoices`, `despatch_advices` ...
A batch is one transaction that begins by looking up its effect keys, so a crash loses and repeats nothing, and two workers with the
same document end with one.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, select
from sqlalchemy.exc import ArgumentError, DBAPIError

from sinks.warehouse.kinds import document_row, lines_of, rows_of_lines, table_of
from sinks.warehouse.rows import Named, Row, clean, for_copy, for_sqlite, partner_rows
from sinks.warehouse.schema import items, make_tables, partners
from wharfinger.config import Home
from wharfinger.contracts import Done, Effect, Held
from wharfinger.crash_points import crash_point
from wharfinger.journal.database import set_durable
from wharfinger.problems import Permanent, Transient

OPTIONS = {"url": "SQLAlchemy URL of the warehouse: sqlite:///warehouse.db (relative to the hub home) or postgresql+psycopg2://..."}


def open(settings: dict[str, Any], home: Home) -> "Warehouse":
    """The warehouse of an entry under `sinks` in wharf.yaml."""
    database = settings.get("url")
    if not isinstance(database, str) or not database.startswith(("sqlite:///", "postgresql")):
        raise Permanent("wharf.yaml, sinks: a warehouse needs `url`, the SQLAlchemy URL of an SQLite or PostgreSQL database")
    return Warehouse(home.url(database))


class Warehouse:
    """A warehouse database; its tables and views are made on the first delivery."""

    wants_xml = False

    def __init__(self, url: str) -> None:
        try:
            self._engine = create_engine(url, pool_pre_ping=True)
        except ArgumentError as error:
            raise Permanent(f"warehouse: the database URL cannot be read: {error}") from error
        if self._engine.dialect.name == "sqlite":
            _as_sqlite_should_be(self._engine)
        driver = self._engine.dialect.loaded_dbapi
        self._refusals = (DBAPIError, driver.Error, UnicodeError, OverflowError)  # COPY goes past SQLAlchemy: the driver's own errors come
        self._made = False

    def deliver(self, effects: Sequence[Effect]) -> list[Done | Held]:
        """Load the documents that are not there yet, all or none of them; one that the database refuses is held alone."""
        try:
            if not self._made:
                with self._engine.begin() as connection:
                    make_tables(connection)
                self._made = True
            self._load(effects)
        except self._refusals as error:
            _raise_if_passing(error)
            return [self._deliver_alone(effect) for effect in effects]
        crash_point("warehouse-committed")
        return [Done(reference=effect.key) for effect in effects]

    def examine(self) -> None:
        """Make the tables if they are not there. Raises Transient or Permanent."""
        try:
            with self._engine.begin() as connection:
                make_tables(connection)
        except self._refusals as error:
            _raise_if_passing(error)
            raise Permanent(f"the warehouse cannot be used: {_reason(error)}") from error

    def close(self) -> None:
        """Give its connections back."""
        self._engine.dispose()

    def _deliver_alone(self, effect: Effect) -> Done | Held:
        try:
            self._load([effect])
        except self._refusals as error:
            _raise_if_passing(error)
            return Held(question=f"The warehouse does not take this document: {_reason(error)}")
        return Done(reference=effect.key)

    def _load(self, effects: Sequence[Effect]) -> None:
        with self._engine.begin() as connection:
            new = {effect.key: effect for effect in effects}
            for kind in {type(effect.record) for effect in effects}:
                key = table_of(kind).c.effect_key
                for known in connection.scalars(select(key).where(key.in_(new))):
                    del new[known]
            crash_point("warehouse-looked-up")
            if new:
                # Sorted, so that two workers with the same documents wait for each other and never in a circle.
                load = _load_postgresql if connection.dialect.name == "postgresql" else _load_sqlite
                load(connection, [new[key] for key in sorted(new)])
                crash_point("warehouse-loaded")


def _load_postgresql(connection: Connection, effects: list[Effect]) -> None:
    from psycopg2.extras import execute_values

    cursor = connection.connection.cursor()
    named_partners: Named = {}
    named_items: Named = {}
    # Straight into the table: a key that another worker commits first makes this COPY fail whole, and the retry one by one sees it.
    for kind, of_kind in _by_kind(effects):
        _copy(cursor, table_of(kind), (document_row(effect) for effect in of_kind))
    crash_point("warehouse-orders-loaded")
    for kind, of_kind in _by_kind(effects):
        if (table := lines_of(kind)) is not None:
            _copy(cursor, table, (row for effect in of_kind for row in rows_of_lines(effect, named_items)))
    crash_point("warehouse-lines-loaded")
    for effect in effects:
        partner_rows(effect, named_partners)
    for table, rows in ((partners, named_partners), (items, named_items)):
        key = table.primary_key.columns[0].name
        cursor.execute(f"SELECT {key} FROM {table.name} WHERE {key} = ANY(%s)", [list(rows)])
        missing = sorted(rows.keys() - {row[0] for row in cursor.fetchall()})
        insert = f"INSERT INTO {table.name} ({', '.join(table.columns.keys())}) VALUES %s ON CONFLICT DO NOTHING"
        execute_values(cursor, insert, [(name, *map(clean, rows[name])) for name in missing], page_size=1000)
    cursor.close()


def _by_kind(effects: list[Effect]) -> list[tuple[type, list[Effect]]]:
    kinds = sorted({type(effect.record) for effect in effects}, key=lambda kind: kind.__name__)  # all workers lock in one order
    return [(kind, [effect for effect in effects if type(effect.record) is kind]) for kind in kinds]


def _loaded(table: Table) -> list[str]:
    """The columns that a row fills."""
    return [name for name in table.columns.keys() if name != "loaded_at"]  # noqa: SIM118  # not a dict


def _copy(cursor: Any, table: Table, rows: Iterable[Row]) -> None:
    """COPY in its text format."""
    cursor.copy_expert(f"COPY {table.name} ({', '.join(_loaded(table))}) FROM STDIN", _RowsAsFile(rows))


class _RowsAsFile:
    """Rows as the file that COPY reads, made while the server already loads those before them."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)

    def read(self, _: int) -> bytes:
        """The next rows; nothing at the end. psycopg2 takes more than it asked for."""
        return "".join([for_copy(row) + "\n" for row in islice(self._rows, 200)]).encode()


def _load_sqlite(connection: Connection, effects: list[Effect]) -> None:
    named_partners: Named = {}
    named_items: Named = {}
    for kind, of_kind in _by_kind(effects):
        _insert(connection, table_of(kind), (document_row(effect) for effect in of_kind))
    crash_point("warehouse-orders-loaded")
    for kind, of_kind in _by_kind(effects):
        if (table := lines_of(kind)) is not None:
            _insert(connection, table, (row for effect in of_kind for row in rows_of_lines(effect, named_items)))
    crash_point("warehouse-lines-loaded")
    for effect in effects:
        partner_rows(effect, named_partners)
    for table, rows in ((partners, named_partners), (items, named_items)):
        _insert(connection, table, ((key, *row) for key, row in rows.items()))


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """By the driver's own executemany: through SQLAlchemy's it takes more than twice as long.

    Columns in which none of the rows has a value are not named: an absent value takes the driver as long as a text.
    """
    kept = "OR IGNORE " if table in (partners, items) else ""
    cursor: Any = connection.connection.cursor()  # its stubs know no iterator
    rest = iter(rows)
    while some := list(islice(rest, 1_000)):
        columns = zip(_loaded(table), map(for_sqlite, zip(*some, strict=True)), strict=True)
        filled = {name: values for name, values in columns if values is not None}
        marks = ", ".join("?" * len(filled))
        insert = f"INSERT {kept}INTO {table.name} ({', '.join(filled)}) VALUES ({marks})"
        cursor.executemany(insert, zip(*filled.values(), strict=True))


def _as_sqlite_should_be(engine: Engine) -> None:
    """Durable, shared between processes, and locked from the look-up on, not from the first insert."""

    @event.listens_for(engine, "connect")
    def _set(connection: Any, _: Any) -> None:
        set_durable(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _raise_if_passing(error: Exception) -> None:
    """Raise Transient for what is the database's trouble (away, full, locked, deadlock); return for what is the document's."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "pgcode", None)
    # Without a code it is SQLite (locked, full, read-only), or a server that went away or was never reached.
    away = code is None and type(cause).__name__ in ("OperationalError", "InterfaceError")
    if away or (code or "").startswith(_PASSING):
        raise Transient(f"warehouse: {_reason(error)}") from error


_PASSING = ("08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "XX")
"""Classes of SQLSTATE (PostgreSQL, appendix A) that say nothing about the document: also a missing right or table."""


def _reason(error: Exception) -> str:
    """The first line of what the database says, without the statement and its values."""
    return str(error.orig if isinstance(error, DBAPIError) else error).strip().partition("\n")[0][:500]
