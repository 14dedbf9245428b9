"""Fixtures for all tests."""

from collections.abc import Iterator

import pytest

from tests.servers import empty_database, postgresql_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of a PostgreSQL server that was started for these tests."""
    with postgresql_server() as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty PostgreSQL database."""
    with empty_database(postgresql) as url:
        yield url
