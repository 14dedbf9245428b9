"""What reading in a limited child costs beside reading in this process: `python benchmarks/isolation_cost.py`.

Both read the same files, one after the other, round by round in turn; what is printed is the ratio of the times a file
takes, and what a child costs to fork and the server to start. Where more is read than one item, throughput counts.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from wharfinger import reading
from wharfinger.contracts import Context, Item
from wharfinger.isolation import Reader
from wharfinger.reading_frames import Limits

ROUNDS = 7
FILES = 200
ORDER = (
    "UNH+{n}+ORDERS:D:96A:UN'BGM+220+{n}+9'DTM+137:20261101:102'NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'CUX+2:EUR:9'"
    + "".join(f"LIN+{line}++4000862141404:SRV'QTY+21:24:PCE'PRI+AAA:3.50'" for line in range(1, 31))
    + "UNS+S'UNT+98+{n}'"
)
HEAD, TAIL = "UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:0800+1'", "UNZ+{count}+1'"


def main() -> None:
    """Print one line per kind of file."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small"
        small.write_bytes(b"this is no format that anybody knows")
        order = _interchange(Path(folder) / "order.edi", 1)
        many = _interchange(Path(folder) / "many.edi", 500)
        started = time.perf_counter()
        with Reader(limits=Limits(files=10**9)) as reader:
            list(reader.read(small, "small"))
            ready = time.perf_counter() - started
            print(f"fork server ready                    {ready * 1000:8.0f} ms, once")
            _compare("file that nothing claims", reader, small, FILES)
            _compare("EDIFACT order of 30 lines", reader, order, FILES)
            _compare("EDIFACT interchange of 500 orders", reader, many, 1)
        with Reader(limits=Limits(files=1)) as reader:
            list(reader.read(small, "small"))
            each = _seconds(lambda: reader.read(small, "small"), 20)
            print(f"a fresh child for every file         {each * 1000:8.2f} ms a file")


def _interchange(file: Path, count: int) -> Path:
    file.write_text(HEAD + "".join(ORDER.format(n=number) for number in range(1, count + 1)) + TAIL.format(count=count))
    return file


def _compare(name: str, reader: Reader, file: Path, times: int) -> None:
    here, there = [], []
    for _ in range(ROUNDS):
        here.append(_seconds(lambda: _read_here(file), times))
        there.append(_seconds(lambda: reader.read(file, file.name), times))
    inside, child = statistics.median(here), statistics.median(there)
    ratio = f"{child / inside:.2f} times, {(child - inside) * 1000:+.2f} ms"
    print(f"{name:36} {inside * 1000:8.2f} ms in process {child * 1000:8.2f} ms in the child: {ratio}")


def _read_here(file: Path) -> Iterable[Item]:
    with file.open("rb") as stream:
        yield from reading.read(stream, Context(name=file.name))


def _seconds(read: Callable[[], Iterable[Item]], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        for _item in read():
            pass
    return (time.perf_counter() - started) / times


if __name__ == "__main__":
    main()
