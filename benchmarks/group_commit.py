"""Group commit against one commit a document: the same orders through `process` with both, in one run.

    python benchmarks/group_commit.py [--orders 300] [--rounds 3]
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.end_to_end import make_home  # noqa: E402  # the folder is no package of the wheel
from benchmarks.orders_generator import interchange  # noqa: E402
from wharfinger import processing, work  # noqa: E402


def main() -> None:
    """Print orders a second of wall clock for both, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    contents = [interchange(1, seed=seed) for seed in range(given.orders)]
    rates: dict[int, list[float]] = {1: [], 200: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.rounds):
            for group, found in rates.items():
                home = Path(folder) / f"{number}-{group}"
                make_home(home, "sqlite:///journal.db", "sqlite:///warehouse.db", contents)
                found.append(given.orders / _seconds(home, group))
                shutil.rmtree(home)
    for group, found in rates.items():
        print(f"group of {group:<4} {statistics.median(found):8.0f} orders / second of wall clock")
    print(f"ratio         {statistics.median(a / b for a, b in zip(rates[200], rates[1], strict=True)):8.2f}")


def _seconds(home: Path, group: int) -> float:
    processing.GROUP = group
    with work.open_hub(home) as hub:
        work.take_in(hub)
        started = time.perf_counter()
        while work.process(hub, limit=max(group, 1)).receipts:
            pass
        return time.perf_counter() - started


if __name__ == "__main__":
    main()
