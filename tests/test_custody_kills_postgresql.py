"""The custody proof on PostgreSQL, in a file of its own so that it runs beside that on SQLite."""

from tests.kills import run


def test_nothing_is_lost_or_doubled_by_100_kills_on_postgresql(postgresql_url: str) -> None:
    report = run(100, seed=2, database=postgresql_url, warehouse=postgresql_url)

    assert [] == report.failures
    assert (0, 0) == (report.lost, report.duplicated)
