"""The custody proof: real processes are killed at every crash point and at random times; afterwards nothing may be lost or doubled.

    python tests/kills.py --kills 10000 [--database postgresql+psycopg2://...] [--seed 1]

Without a database of a server, each 500 kills have a home of their own, and a seed of their own that repeats them.
Each round puts documents of several kinds into the inbox, forks a worker, and kills it: at each named crash point in turn
(first, second and third time it is passed), then at random times. After every few rounds a worker runs to its end and the
invariants I1 to I10 are checked (I4 and I7 have tests of their own; I10: each interchange that asks for it has one CONTRL, each order
response of the ERP leaves once, and control numbers have no gap). An ERP that moves files out of the outbox, and answers orders that it
took, runs in between.
The worker reads documents in its own process, so that a kill costs milliseconds; CLI_KILLS of the kills hit the whole
`wharf run` with its reading child.

--plant NAME builds a known fault in, which the run must then find: move-before-commit, no-effect-key, outbox-apart, numbers-apart.
"""

import argparse
import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import create_engine, text

from wharfinger import crash_points, delivering, isolation, processing, work
from wharfinger.archive import Archive
from wharfinger.contracts import Effect
from wharfinger.examination import verify_home
from wharfinger.journal import deliveries, documents, outgoing
from wharfinger.journal.database import open_database, reading, writing
from wharfinger.reports.status import Status, status

ROOT = Path(__file__).resolve().parent.parent
PLANTS = ("move-before-commit", "no-effect-key", "outbox-apart", "numbers-apart")
CHECK_EVERY = 20
CLI_KILLS = 0.02
SERIES = 500
"""Kills in one home: a check reads all that the home ever took in."""


@dataclass
class Report:
    """What a run did and found. failures: one sentence for each broken invariant."""

    seed: int
    kills: int = 0
    documents: int = 0
    lost: int = 0
    duplicated: int = 0
    points: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def and_then(self, other: "Report") -> "Report":
        """Both together, under the seed of the first."""
        return Report(
            self.seed,
            self.kills + other.kills,
            self.documents + other.documents,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.points + other.points,
            self.failures + [f"seed {other.seed}: {one}" for one in other.failures],
        )

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills at {len(self.points)} crash points and at random times, "
            f"{self.documents} documents, {self.lost} lost, {self.duplicated} duplicated"
        )


def crash_point_names() -> list[str]:
    """Every crash point in the source."""
    folders = ("wharfinger", "sources", "sinks")
    found = {name for one in folders for file in (ROOT / one).rglob("*.py") for name in re.findall(r'crash_point\("([\w-]+)"\)', file.read_text())}
    return sorted(found)


def run(kills: int, seed: int = 1, database: str | None = None, warehouse: str | None = None, plant: str | None = None) -> Report:
    """Kill that many times. Stops at the first broken invariant."""
    report = Report(seed)
    chance = random.Random(seed)
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="wharf-kill-") as folder:
        _warm_up(Path(folder) / "warm")
        scene = _Scene(Path(folder) / "home", chance, database, warehouse)
        plan = _plan(chance)
        while report.kills < kills and not report.failures:
            where = next(plan)
            scene.drop_documents(large=where.startswith("parsed-committed"))
            through_cli = plant is None and chance.random() < CLI_KILLS
            killed = _killed_cli(scene, where, chance) if through_cli else _killed_worker(scene, where, chance, plant)
            report.kills += killed
            if killed and where:
                report.points[where.partition(":")[0]] += 1
            if report.kills and report.kills % CHECK_EVERY == 0 and killed:
                scene.erp_takes_some()
                _run_to_the_end(scene, plant, report)
                scene.check(report)
        _run_to_the_end(scene, plant, report)
        scene.check(report)
    return report


def _plan(chance: random.Random) -> Iterator[str]:
    """Every crash point, first to third time; then any of them or, half the time, a random moment ('')."""
    names = crash_point_names()
    for count in (1, 2, 3):
        shuffled = chance.sample(names, len(names))
        yield from (f"{name}:{count}" for name in shuffled)
    while True:
        yield "" if chance.random() < 0.5 else f"{chance.choice(names)}:{chance.randint(1, 4)}"


def _work(home: Path, plant: str | None) -> None:
    isolation.isolated = lambda: False  # read here: a fork server for each kill would cost a second
    processing.GROUP = 3  # so that an interchange of five orders counts as a large one
    _plant(plant)
    with work.open_hub(home) as hub:
        work.take_in(hub)
        while work.process(hub, limit=7).receipts:
            pass
        while True:
            one = work.deliver(hub, limit=11)
            if not one.done and not one.held:
                break


def _warm_up(home: Path) -> None:
    """Import and compile here what every fork would. The kills through the command line start cold."""
    scene = _Scene(home, random.Random(0), None, None)
    scene.drop_documents(large=True)
    kept = isolation.isolated, processing.GROUP
    try:
        _work(home, None)
        scene.erp_takes_some()
        _work(home, None)
    finally:
        isolation.isolated, processing.GROUP = kept


def _killed_worker(scene: "_Scene", where: str, chance: random.Random, plant: str | None) -> bool:
    pid = os.fork()
    if pid == 0:
        try:
            crash_points.arm(where)
            _work(scene.home, plant)
        except BaseException as error:  # the child must never come back into the test
            print(f"worker: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    if not where:
        time.sleep(chance.uniform(0.0, 0.12))
        os.kill(pid, signal.SIGKILL)
    _, code = os.waitpid(pid, 0)
    if os.WIFEXITED(code) and os.WEXITSTATUS(code):
        scene.faults.append("a worker ended with an error")
    return os.WIFSIGNALED(code)


def _killed_cli(scene: "_Scene", where: str, chance: random.Random) -> bool:
    command = [str(Path(sys.executable).parent / "wharf"), "--home", str(scene.home), "run"]
    environment = {**os.environ, "WHARF_CRASH_AT": where}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if not where:
        time.sleep(chance.uniform(0.2, 1.5))
        process.kill()
    _, error = process.communicate(timeout=120)
    if process.returncode not in (0, 1, -signal.SIGKILL):
        scene.faults.append(f"wharf run ended with {process.returncode}: {error.decode()[-300:]}")
    return process.returncode == -signal.SIGKILL


def _run_to_the_end(scene: "_Scene", plant: str | None, report: Report) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            _work(scene.home, plant)
            _work(scene.home, plant)  # postponed deliveries, and nothing twice
        except BaseException as error:  # as above
            print(f"worker: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    _, code = os.waitpid(pid, 0)
    if code:
        report.failures.append("I3: a worker that nobody killed did not come to its end")
    report.failures += [f"I3: {fault}" for fault in scene.faults]


class _Scene:
    """A hub home, what was put into its inbox, and what must have become of it."""

    def __init__(self, home: Path, chance: random.Random, database: str | None, warehouse: str | None) -> None:
        self.home = home
        self.chance = chance
        self.database = database or "sqlite:///journal.db"
        self.warehouse = warehouse or "sqlite:///warehouse.db"
        self.faults: list[str] = []
        self.dropped: dict[str, str] = {}
        self.expected = Counter[str]()
        self.orders: dict[str, bytes] = {}
        self.asking: set[str] = set()
        self.responses: set[str] = set()
        self.number = 0
        self.files = 0
        (home / "partners").mkdir(parents=True)
        (home / "wharf.yaml").write_text(
            "companies: [{company: us, name: Hafen AG, identity: {gln: ['5412345000013']}}]\n"
            f"database: {self.database}\n"
            "sources:\n  inbox: {kind: folder, folder: inbox, stable_seconds: 0}\n"
            "  erp: {kind: folder, folder: from_erp, stable_seconds: 0, direction: out}\n"
            "sinks:\n  outbox: {kind: xml_outbox, folder: outbox}\n"
            f"  warehouse: {{kind: warehouse, url: '{self.warehouse}'}}\n"
            "  to_partners: {kind: edifact_outbox, folder: partner_outbox}\n"
        )
        (home / "partners" / "nordwind.yaml").write_text(
            "partner: nordwind\nname: Nordwind GmbH\nidentity: {gln: ['4012345500004']}\n"
            "formats: {edifact-out: {}}\nanswers: {ordrsp: always, deadline_hours: 0}\n"
        )
        (home / "inbox").mkdir()
        (home / "from_erp").mkdir()
        open_database(self._url(self.database)).dispose()

    def drop_documents(self, *, large: bool) -> None:
        """New orders, a repeat, a contradiction, one without a quantity, two in an archive, a large interchange (always if large)."""
        for count in range(self.chance.randint(1, 3)):
            self._drop(self._order(asks=count == 0), "delivered")
        if self.orders and self.chance.random() < 0.4:
            number = self.chance.choice(list(self.orders))
            self._drop(self.orders[number] + b"\n", "duplicate")
        if self.orders and self.chance.random() < 0.2:
            number = self.chance.choice(list(self.orders))
            self._drop(_edifact(number, 1000 + self.number), "parked")
        if self.chance.random() < 0.2:
            self._drop(self._order(quantity=None, keep=False), "rejected")
        if self.chance.random() < 0.2:
            memory = BytesIO()
            with zipfile.ZipFile(memory, "w") as archive:
                for _ in range(2):
                    content = self._order()
                    archive.writestr(f"{self.number}.edi", content)
                    self.dropped[hashlib.sha256(content).hexdigest()] = "in an archive"
                    self.expected["delivered"] += 1
            self._drop(memory.getvalue(), None)

        if self.chance.random() < 0.2 or large:
            orders = [self._order() for _ in range(5)]
            messages = b"".join(one[one.index(b"UNH") : one.index(b"UNZ")] for one in orders)
            head = orders[0][: orders[0].index(b"UNH")].replace(f"K-{self.number - 4}".encode(), b"five")
            self._drop(head + messages + b"UNZ+5+five'", None)
            self.expected["delivered"] += 5

    def erp_takes_some(self) -> None:
        """An ERP that reads the outbox as the contract says."""
        outbox = self.home / "outbox"
        for file in sorted(outbox.glob("*.xml")):
            if self.chance.random() < 0.5:
                (outbox / "done").mkdir(exist_ok=True)
                (outbox / "taken").mkdir(exist_ok=True)
                taken = file.rename(outbox / "taken" / file.name)
                taken.rename(outbox / "done" / file.name)
                if self.chance.random() < 0.5:
                    [number] = re.findall(r"<cbc:ID>(K-\d+)</cbc:ID>", (outbox / "done" / file.name).read_text())[:1]
                    self._put("from_erp", f"R-{number}.xml", _order_response(f"R-{number}", number))
                    self.responses.add(number)

    def check(self, report: Report) -> None:
        """The invariants, after a worker came to its end."""
        engine = open_database(self._url(self.database))
        with reading(engine) as connection:
            counted = status(connection)
            known = set(connection.execute(text("select sha256 from receipt")).scalars())
        engine.dispose()
        report.documents = sum(self.expected.values())
        lost = [name for sha, name in self.dropped.items() if sha not in known]
        report.lost = len(lost)
        report.failures += [f"I1: {name} is not in the journal" for name in lost]
        report.failures += [f"I1, I8, I9: {one}" for one in verify_home(self.home)]
        self._check_effects(report)
        self._check_equation(report, counted)
        self._check_answers(report, counted)
        blobs = set(Archive(self.home / "archive").blobs())
        report.failures += [f"I9: blob {one} belongs to no receipt" for one in blobs - known]

    def _check_effects(self, report: Report) -> None:
        in_outbox = Counter(
            number
            for file in (self.home / "outbox").rglob("*.xml")
            for number in re.findall(rb"<cbc:ID>(K-\d+)</cbc:ID>", file.read_bytes())[:1]
        )
        twice = [number for number, count in in_outbox.items() if count > 1]
        engine = create_engine(self._url(self.warehouse))
        with engine.connect() as connection:
            rows = Counter(connection.execute(text("select id from orders")).scalars())
        engine.dispose()
        twice += [number.encode() for number, count in rows.items() if count > 1]
        report.duplicated = len(twice)
        report.failures += [f"I2: {number.decode()} has two effects" for number in twice]
        for name, found in (("outbox", len(in_outbox)), ("warehouse", len(rows))):
            if found != self.expected["delivered"]:
                report.failures.append(f"I6: {name} has {found} orders, {self.expected['delivered']} were to be delivered")

    def _check_equation(self, report: Report, counted: Status) -> None:
        for name in ("delivered", "duplicate", "parked", "rejected"):
            if getattr(counted, name) != self.expected[name]:
                report.failures.append(f"I6: {getattr(counted, name)} {name}, expected {self.expected[name]}")
        if counted.in_flight or counted.waiting_receipts or not counted.balanced:
            report.failures.append(f"I3, I6: {counted.as_json()}")

    def _check_answers(self, report: Report, counted: Status) -> None:
        texts = [file.read_text() for file in (self.home / "partner_outbox").rglob("*.edi")]
        answered = Counter(re.findall(r"UCI\+(K-\d+)\+", "".join(texts)))
        numbers = sorted(int(text.split("'")[1].split("+")[5]) for text in texts)
        if answered != Counter(self.asking):
            wrong = [name for name in {*answered, *self.asking} if answered[name] != 1 or name not in self.asking]
            report.failures.append(f"I10: {sorted(wrong)} are not acknowledged once")
        if numbers != list(range(1, len(numbers) + 1)):
            report.failures.append(f"I10: control numbers {numbers}")
        responses = Counter(re.findall(r"BGM\+231\+R-(K-\d+)\+", "".join(texts)))
        if responses != Counter(self.responses):
            report.failures.append(f"I10: order responses {sorted((responses - Counter(self.responses)) + (Counter(self.responses) - responses))}")
        awaited = {one.number for one in counted.overdue if one.what == "order"}
        if awaited != set(self.orders) - self.responses:
            report.failures.append(f"I10: {sorted(awaited ^ (set(self.orders) - self.responses))} are awaited wrongly")

    def _order(self, quantity: int | None = 5, *, keep: bool = True, asks: bool = False) -> bytes:
        self.number += 1
        name = f"K-{self.number}"
        content = _edifact(name, quantity)
        if asks:
            content = content.replace(f"1000+{name}'".encode(), f"1000+{name}++++1'".encode())
            self.asking.add(name)
        if keep:
            self.orders[name] = content
        return content

    def _drop(self, content: bytes, expected: str | None) -> None:
        self.files += 1
        self._put("inbox", f"{self.files:06}.edi", content)
        if expected:
            self.expected[expected] += 1

    def _put(self, folder: str, name: str, content: bytes) -> None:
        temporary = self.home / folder / f"{name}.tmp"
        temporary.write_bytes(content)
        temporary.rename(self.home / folder / name)
        self.dropped[hashlib.sha256(content).hexdigest()] = name

    def _url(self, url: str) -> str:
        return url.replace("sqlite:///", f"sqlite:///{self.home}/")


def _edifact(number: str, quantity: int | None) -> bytes:
    lines = [
        f"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+{number}+9'DTM+137:{date(2026, 11, 1):%Y%m%d}:102'",
        "NAD+BY+4012345500004::9'NAD+SU+5412345000013::9'CUX+2:EUR:9'LIN+1++4000862141404:EN'",
        f"QTY+21:{quantity}'" if quantity else "",
        "PRI+AAA:2.50'UNS+S'CNT+2:1'",
    ]
    message = "".join(lines)
    count = message.count("'") + 1
    return f"UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:1000+{number}'{message}UNT+{count}+1'UNZ+1+{number}'".encode()


def _order_response(number: str, order: str) -> bytes:
    """What the ERP issues: the order is accepted as a whole."""
    names = "urn:oasis:names:specification:ubl:schema:xsd:"
    sides = (("SellerSupplierParty", "5412345000013"), ("BuyerCustomerParty", "4012345500004"))
    parties = "".join(
        f'<cac:{role}><cac:Party><cbc:EndpointID schemeID="0088">{gln}</cbc:EndpointID></cac:Party></cac:{role}>' for role, gln in sides
    )
    return (
        f'<OrderResponse xmlns="{names}OrderResponse-2" xmlns:cac="{names}CommonAggregateComponents-2" '
        f'xmlns:cbc="{names}CommonBasicComponents-2"><cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-11-02</cbc:IssueDate>'
        f"<cbc:OrderResponseCode>AP</cbc:OrderResponseCode><cac:OrderReference><cbc:ID>{order}</cbc:ID></cac:OrderReference>{parties}"
        "</OrderResponse>"
    ).encode()


def _plant(name: str | None) -> None:
    """Build a known fault in, in this process only."""
    if name == "move-before-commit":
        put_files = Archive.put_files

        def put_and_move(self: Archive, paths: Sequence[Path]) -> Any:
            blobs = put_files(self, paths)
            for path in paths:
                path.rename(path.parent.parent / "taken" / path.name)
            return blobs

        Archive.put_files = put_and_move  # type: ignore[method-assign]
    elif name == "no-effect-key":
        effect = delivering._effect
        delivering._effect = lambda *arguments: _renamed(effect(*arguments))
    elif name == "outbox-apart":
        _plant_outbox_apart()
    elif name == "numbers-apart":
        outgoing.next_number = lambda connection, *pair: (_NEXT_NUMBER(connection, *pair)[0], _counted(connection))


_NEXT_NUMBER = outgoing.next_number
"""As it is: a worker plants its fault twice."""


def _counted(connection: Any) -> int:
    """A control number from a file, which does not know whether the transaction was committed."""
    file = Path(connection.engine.url.database).parent / "numbers"
    with file.open("a") as stream:
        stream.write("x")
    return file.stat().st_size


def _renamed(effect: Effect) -> Effect:
    return msgspec.structs.replace(effect, key=str(uuid4()))


def _plant_outbox_apart() -> None:
    later: list[Callable[[Any], None]] = []
    open_deliveries = deliveries.open_deliveries
    finish_group = processing._finish_group

    def open_later(connection: Any, rows: Any, sinks: Any, known: Any = ()) -> None:
        later.append(lambda other: open_deliveries(other, rows, sinks, known))

    setattr(documents, "open_deliveries", open_later)  # noqa: B010  # mypy sees no export

    def finish_then_open(hub: work.Hub, token: str, group: Any) -> int:
        count = finish_group(hub, token, group)
        with writing(hub.journal) as connection:
            while later:
                later.pop(0)(connection)
        return count

    processing._finish_group = finish_then_open


def main() -> int:
    """The command of `make kill-test`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database")
    parser.add_argument("--warehouse")
    parser.add_argument("--plant", choices=PLANTS)
    given = parser.parse_args()
    started = time.monotonic()
    report = Report(given.seed)
    series = given.kills if given.database else SERIES  # a database of a server is not made anew
    while report.kills < given.kills and not report.failures:
        one = run(min(series, given.kills - report.kills), given.seed + report.kills // series, given.database, given.warehouse, given.plant)
        report = report.and_then(one)
        print(f"{report}, in {time.monotonic() - started:.0f} s", flush=True)
    for failure in report.failures[:20]:
        print(f"  {failure}")
    missing = set(crash_point_names()) - set(report.points)
    if missing:
        print(f"  never killed at: {', '.join(sorted(missing))}")
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
