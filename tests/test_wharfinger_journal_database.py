"""The journal's database: made at once or by migrations, it is the same."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from wharfinger.journal import contents, database
from wharfinger.records import Order

VERSIONS = Path(database.__file__).parent / "migrations" / "versions"


def test_empty_database_gets_what_the_migrations_end_with(tmp_path: Path) -> None:
    with closed_after(f"sqlite:///{tmp_path}/migrated.db") as migrated, database.open_journal(f"sqlite:///{tmp_path}/made.db") as made:
        with migrated.begin() as connection:
            database._upgrade(connection)

        assert _schema(migrated) == _schema(made)
        assert database.HEAD == _version(migrated) == _version(made)


def test_records_of_an_older_journal_are_kept_with_their_documents(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    columns = "id, receipt, ordinal, direction, revision, test_indicator, line_count, action, state, received_at, record"
    with closed_after(url) as engine, engine.begin() as connection:
        database._upgrade(connection, "0002")
        connection.execute(text("insert into receipt (id, transport_key, source, name, sha256, size, depth, received_at, state) values "
                                "(1, 'k', 's', 'n', 'h', 1, 0, '2026-11-01', 'READ')"))  # fmt: skip
        for number, said in ((1, '\'{"kind":"Order","id":"4711","test_indicator":false}\''), (2, "null")):
            values = f"{number}, 1, {number}, 'in', 0, 0, 0, 'create', 'PARKED', '2026-11-01', {said}"
            connection.exec_driver_sql(f"insert into document ({columns}) values ({values})")

    with database.open_journal(url) as opened, database.reading(opened) as connection:
        assert Order(id="4711", test_indicator=False) == contents.record_of(connection, 1)
        assert contents.record_of(connection, 2) is None


def test_head_is_the_newest_migration() -> None:
    newest = max(file.name for file in VERSIONS.glob("[0-9]*.py"))

    assert database.HEAD == newest.partition("_")[0]


def test_database_that_was_made_is_opened_again_as_it_is(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    with database.open_journal(url) as first, database.writing(first) as connection:
        connection.execute(text("insert into lane values ('lane-1', 0, '0')"))

    with database.open_journal(url) as again, database.reading(again) as connection:
        assert ["lane-1"] == list(connection.execute(text("select name from lane")).scalars())


@contextmanager
def closed_after(url: str) -> Iterator[Engine]:
    """A database without a journal."""
    engine = create_engine(url)
    yield engine
    engine.dispose()


def _schema(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        statements = connection.execute(text("select sql from sqlite_master where sql is not null")).scalars().all()
    return sorted(re.sub(r"\s+", " ", one) for one in statements)


def _version(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("select version_num from alembic_version")).scalar_one())
