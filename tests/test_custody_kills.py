"""The custody proof in the normal test run: 300 kills, and planted faults that the same run must find. More: `make kill-test`."""

import pytest

from tests.kills import PLANTS, crash_point_names, run


def test_nothing_is_lost_or_doubled_by_200_kills_on_sqlite() -> None:
    report = run(200, seed=1)

    assert [] == report.failures
    assert (0, 0) == (report.lost, report.duplicated)
    assert set() == set(crash_point_names()) - set(report.points)


@pytest.mark.parametrize("plant", PLANTS)
def test_planted_fault_is_found(plant: str) -> None:
    report = run(400, seed=3, plant=plant)

    assert [] != report.failures
