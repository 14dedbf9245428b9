"""Fixtures for all tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.servers import empty_database, postgresql_server

# New examples are for those who can look at what they find: CI tries the same ones for the same code.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


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
