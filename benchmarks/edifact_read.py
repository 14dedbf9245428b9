"""EDIFACT reading: MB a CPU second of our reader with its structure check, beside pydifact that only parses, in one run.

    python benchmarks/edifact_read.py [--orders 400] [--rounds 5] [--stream 100]

Both read the same interchange of 30-line orders, in turn, the order reversed every other round; the ratio is taken per round and
the median is printed with the least and the greatest. Rows:

    pydifact   Parser().parse: segments, no structure
    structure  ours: segments, groups of the directory, formats of all elements
    record     ours: all of parse(), up to the canonical record and its leftovers

--stream N: also reads N MB in one process from a stream that is never in memory, and prints the peak of resident memory.
"""

import argparse
import io
import resource
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pydifact.parser import Parser

from benchmarks import orders_generator
from parsers import edifact
from parsers.edifact import elements
from parsers.edifact.forms import learn
from parsers.edifact.structure import build, directory
from parsers.edifact.syntax import blocks
from wharfinger.contracts import Context


def structure(stream: Any) -> int:
    """Read, check the structure and every element; the number of messages."""
    table = directory("96A")
    messages = 0
    for block in blocks(stream):
        if block.raw.startswith(b"UNH"):
            segments = block.segments()
            tree = build(segments, "ORDERS", table, learn=learn)
            elements.check(segments, tree)
            if tree.faults:
                raise SystemExit(f"the generated orders are at fault: {tree.faults[0]}")
            tree.close()
            messages += 1
    return messages


def record(stream: Any) -> int:
    """All of parse(); the number of messages."""
    return sum(1 for _ in edifact.parse(stream, Context()))


def pydifact(text: str) -> int:
    """What pydifact does with the same interchange."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has no table for the service segments
        return sum(1 for segment in Parser().parse(text) if segment.tag == "UNH")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--orders", type=int, default=400)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--stream", type=int, default=0, metavar="MB")
    chosen = options.parse_args()
    raw = orders_generator.interchange(chosen.orders)
    text = raw.decode("latin-1")
    subjects: dict[str, Callable[[], int]] = {
        "pydifact": lambda: pydifact(text),
        "structure": lambda: structure(io.BytesIO(raw)),
        "record": lambda: record(io.BytesIO(raw)),
    }
    seconds: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(chosen.rounds):
        for name in list(subjects)[:: -1 if number % 2 else 1]:
            begin = time.process_time()
            messages = subjects[name]()
            seconds[name].append(time.process_time() - begin)
            if messages != chosen.orders:
                raise SystemExit(f"{name} read {messages} messages of {chosen.orders}")
    print(f"{len(raw) / 1e6:.1f} MB, {chosen.orders} orders of 30 lines, {chosen.rounds} rounds")
    print(f"{'':12}{'MB/cpu-s':>10}{'orders/cpu-s':>14}   x pydifact (median, least-greatest)")
    for name, spent in seconds.items():
        median = statistics.median(spent)
        ratios = [base / own for base, own in zip(seconds["pydifact"], spent, strict=True)]
        spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})"
        print(f"{name:12}{len(raw) / median / 1e6:10.2f}{chosen.orders / median:14.0f}   {spread}")
    if chosen.stream:
        _stream(chosen.stream)


def _stream(megabytes: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    count = megabytes * 1_000_000 // len(orders_generator.interchange(10)) * 10
    begin = time.process_time()
    structure(_Pieces(orders_generator.stream(count)))
    spent = time.process_time() - begin
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"stream of {megabytes} MB: peak {after:.0f} MB ({before:.0f} before), {spent:.0f} cpu-s with the generator")


class _Pieces:
    """Pieces of bytes as a stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def read(self, size: int, /) -> bytes:
        while len(self._left) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._left += piece
        first, self._left = self._left[:size], self._left[size:]
        return first


if __name__ == "__main__":
    main()
