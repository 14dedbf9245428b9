"""Orders a CPU second, end to end, beside pydifact only parsing the same file in the same run.

    python benchmarks/end_to_end.py [--orders 2000] [--rounds 3] [--workers 2] [--postgresql URL]

End to end: EDIFACT interchange of 30-line orders in a folder -> archive, journal, reading child, checks, UBL, XSD, XML file and
warehouse rows, audit kept. CPU is that of the command and its children, without PostgreSQL's server. Subjects are
interleaved, the median of the rounds is printed. The homes of all rounds are removed at the end: a file system that has just removed
thousands of files takes several times as long to make new ones.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.orders_generator import interchange  # noqa: E402  # the folder is no package of the wheel

_HOME = """
companies: [{{company: us, name: Hafen AG, identity: {{gln: ['5412345000013']}}}}]
database: {database}
sources: {{inbox: {{kind: folder, folder: inbox, stable_seconds: 0}}}}
sinks:
  outbox: {{kind: xml_outbox, folder: outbox}}
  warehouse: {{kind: warehouse, url: '{warehouse}'}}
"""


def main() -> None:
    """Print one line for each subject and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1, help="so many `wharf run` at once, each with its share of the orders in a file")
    parser.add_argument("--postgresql", help="SQLAlchemy URL of an empty database for journal and warehouse")
    given = parser.parse_args()
    content = interchange(given.orders)
    share = given.orders // given.workers
    contents = [interchange(share, seed=seed) for seed in range(given.workers)] if given.workers > 1 else [content]
    ours: list[float] = []
    peers: list[float] = []
    walls: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.edi"
        file.write_bytes(content)
        for number in range(given.rounds):
            peers.append(given.orders / _cpu([sys.executable, "-c", _PYDIFACT, str(file)]))
            home = Path(folder) / f"home{number}"
            url = given.postgresql or "sqlite:///{}.db"
            make_home(home, url.format("journal"), url.format("warehouse"), contents)
            started = time.perf_counter()
            ours.append(given.orders / _cpu(*[[str(Path(sys.executable).parent / "wharf"), "--home", str(home), "run"]] * given.workers))
            walls.append(given.orders / (time.perf_counter() - started))
    print(f"file: {given.orders} orders of 30 lines, {len(content) / 1e6:.1f} MB")
    print(f"pydifact 0.2.3, parse only     {statistics.median(peers):8.0f} orders / CPU second")
    print(f"wharf run, end to end          {statistics.median(ours):8.0f} orders / CPU second")
    print(f"                               {statistics.median(walls):8.0f} orders / second of wall clock")
    print(f"ratio                          {statistics.median(a / b for a, b in zip(ours, peers, strict=True)):8.2f}")


def make_home(home: Path, database: str, warehouse: str, contents: list[bytes]) -> None:
    """A hub home with one partner and these files in its inbox."""
    (home / "inbox").mkdir(parents=True)
    (home / "partners").mkdir()
    (home / "wharf.yaml").write_text(_HOME.format(database=database, warehouse=warehouse))
    (home / "partners" / "nordwind.yaml").write_text("partner: nordwind\nname: Nordwind GmbH\nidentity: {gln: ['4012345500004']}\n")
    for number, content in enumerate(contents):
        (home / "inbox" / f"{number}.edi").write_bytes(content)


def _cpu(*commands: list[str]) -> float:
    """CPU seconds of commands that run at once, and of their children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONWARNINGS": "ignore"}
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, env=quiet) for command in commands]
    for process in running:
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


_PYDIFACT = """
import sys
from pydifact.parser import Parser
text = open(sys.argv[1], encoding="iso-8859-1").read()
for _ in Parser().parse(text):
    pass
"""

if __name__ == "__main__":
    main()
