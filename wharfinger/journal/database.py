"""Opening the journal's database: SQLite with full durability, or PostgreSQL; brought to the current schema by Alembic."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, MetaData, PrimaryKeyConstraint, String, Table, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from wharfinger.journal.audit import PENDING, append_pending
from wharfinger.journal.schema import metadata
from wharfinger.problems import Permanent, Transient

HEAD = "0005"
"""The newest migration; a test compares it with the versions folder."""


def open_database(url: str) -> Engine:
    """An engine on the journal at its current schema. Raises Transient when the server does not answer."""
    # batch: psycopg2's own way sends the updates of a group one by one, and waits for each
    options = {} if url.startswith("sqlite") else {"pool_pre_ping": True, "executemany_mode": "values_plus_batch"}
    try:
        engine = create_engine(url, **options)
    except ArgumentError:
        told = "wharf.yaml: database: this is no database URL; write sqlite:///journal.db or postgresql+psycopg2://USER@HOST/DATABASE"
        raise Permanent(told) from None
    if engine.dialect.name == "sqlite":
        _make_durable(engine)
    try:
        version = _version(engine)
        if version != HEAD:
            _migrate(engine, version)
    except OperationalError as error:
        engine.dispose()
        raise Transient(f"the journal database does not answer ({engine.url.render_as_string()}): {_one_line(error)}") from error
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def open_journal(url: str) -> Iterator[Engine]:
    """open_database for as long as it is needed: no connection stays open behind it."""
    engine = open_database(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for looking: takes no lock on SQLite."""
    with engine.connect().execution_options(wharf_read_only=True) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, its audit events included.

    A lost connection, a lock that does not come free or a full disk is Transient: nothing was changed.
    """
    try:
        with engine.begin() as connection:
            connection.info.pop(PENDING, None)
            yield connection
            append_pending(connection)
    except OperationalError as error:
        raise Transient(f"the journal database refused: {_one_line(error)}. Nothing is lost: mend that and do it again.") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise Transient(f"the journal database went away: {_one_line(error)}") from error
        raise


def database_seconds(connection: Connection) -> int:
    """The database's clock: leases of several machines are compared by one clock only."""
    if connection.dialect.name == "sqlite":
        return int(time.time())
    return int(connection.execute(text("select extract(epoch from clock_timestamp())")).scalar_one())


def _one_line(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


def set_durable(connection: Any) -> None:
    """Make a new SQLite connection durable and shared between processes; the caller's begin event starts its transactions."""
    connection.isolation_level = None
    # FULL: with NORMAL a power cut loses committed transactions
    for pragma in ("busy_timeout=30000", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    for pause in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 0.0):  # the first switch to WAL does not wait for others, whatever busy_timeout says
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if not pause:
                raise
            time.sleep(pause)
        else:
            return


def _make_durable(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        set_durable(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("wharf_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _version(engine: Engine) -> str | None:
    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()


def _migrate(engine: Engine, version: str | None) -> None:
    if version is not None and version > HEAD:
        raise Transient(f"the journal was written by a newer Wharfinger (schema {version}, this one knows {HEAD}): upgrade first")
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(4711)"))  # two first starts at once
        if not inspect(connection).get_table_names():
            _make(connection)
        else:
            _upgrade(connection)


def _make(connection: Connection) -> None:
    """An empty database gets at once what the migrations end with (a test compares them): Alembic takes a second to import."""
    metadata.create_all(connection, checkfirst=False)
    column = Column("version_num", String(32), nullable=False)
    Table("alembic_version", MetaData(), column, PrimaryKeyConstraint(column, name="alembic_version_pkc")).create(connection)
    connection.execute(text("insert into alembic_version (version_num) values (:head)"), {"head": HEAD})


def _upgrade(connection: Connection, to: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
