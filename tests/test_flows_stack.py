"""The local stack against the real Prefect: server, worker and deployments of one hub home."""

import base64
import json
import os
import shutil
import signal
import sqlite3
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from wharfinger import local_stack
from wharfinger.config import load_home
from wharfinger.journal.database import open_journal, reading
from wharfinger.reports.status import Status
from wharfinger.reports.status import status as count_status

pytestmark = pytest.mark.slow

WHARF_YAML = """
companies:
  - {company: us, name: Hafen AG, identity: {gln: ["5412345000013"]}}
sources:
  inbox: {kind: folder, folder: inbox, stable_seconds: 0}
  share: {kind: folder, folder: share, stable_seconds: 0}
sinks:
  outbox: {kind: xml_outbox, folder: outbox}
  warehouse: {kind: warehouse, url: "sqlite:///warehouse.db"}
"""

PARTNER = """
partner: nordwind
name: Nordwind GmbH
identity: {gln: ["4012345500004"]}
"""

ORDER = """UNA:+.? '
UNB+UNOC:3+4012345500004:14+5412345000013:14+261101:1200+{number}'
UNH+1+ORDERS:D:96A:UN:EAN008'
BGM+220+{number}+9'
DTM+137:20261101:102'
DTM+2:20261120:102'
NAD+BY+4012345500004::9'
NAD+SU+5412345000013::9'
NAD+DP+4012345500004::9'
CUX+2:EUR:9'
LIN+1++4000862141404:EN'
IMD+F++:::Oil filter'
QTY+21:24:PCE'
PRI+AAA:3.50'
UNS+S'
CNT+2:1'
UNT+15+1'
UNZ+1+{number}'
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A hub home whose stack is up."""
    folder = tmp_path_factory.mktemp("hub")
    (folder / "wharf.yaml").write_text(WHARF_YAML)
    (folder / "inbox").mkdir()
    (folder / "partners").mkdir()
    (folder / "partners" / "nordwind.yaml").write_text(PARTNER)
    try:
        local_stack.up(folder, print)
        (folder / "inbox" / "nothing.txt").write_text("this is nothing that anybody knows")
        yield folder
    finally:
        local_stack.down(folder, print)


def drop(home: Path, number: str) -> None:
    """Put an order into the inbox."""
    (home / f"{number}.tmp").write_text(ORDER.format(number=number))
    (home / f"{number}.tmp").rename(home / "inbox" / f"{number}.edi")


def status(home: Path) -> Status:
    loaded = load_home(home)
    with open_journal(loaded.url(loaded.settings.database)) as journal, reading(journal) as connection:
        return count_status(connection)


def ask(home: Path, path: str, content: Any = None, login: str | None = None) -> Any:
    """Ask Prefect's API what an operator's browser would ask."""
    stack = json.loads((home / "prefect" / "stack.json").read_text())
    login = login or f"wharf:{(home / 'prefect' / 'password').read_text()}"
    headers = {"Authorization": "Basic " + base64.b64encode(login.encode()).decode(), "Content-Type": "application/json"}
    body = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(f"{stack['url']}/api/{path}", body, headers)
    for attempt in range(10):
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                said = answer.read()
                return json.loads(said) if said else None
        except urllib.error.HTTPError as error:
            if error.code != 503 or attempt == 9:
                raise
            time.sleep(1)  # Prefect's SQLite is locked for a moment; its own client asks again as well
    return None


def wait_until(is_so: Callable[[], Any], seconds: float, what: str, home: Path) -> Any:
    end = time.monotonic() + seconds
    while not (found := is_so()):
        if time.monotonic() > end:
            logs = "".join((home / "prefect" / name).read_text(errors="replace")[-3000:] for name in ("server.log", "worker.log"))
            pytest.fail(f"not within {seconds} s: {what}\n{logs}")
        time.sleep(0.5)
    return found


def runs(home: Path, deployment: str, *states: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(
        home, "flow_runs/filter",
        {"deployments": {"name": {"any_": [deployment]}}, "flow_runs": {"state": {"type": {"any_": list(states)}}}},
    )  # fmt: skip
    return found


def delivered(home: Path) -> tuple[int, int]:
    """Documents in the outbox and in the warehouse."""
    in_warehouse = 0
    if (home / "warehouse.db").exists():
        with closing(sqlite3.connect(home / "warehouse.db")) as connection:
            in_warehouse = connection.execute("SELECT count(*) FROM orders").fetchone()[0]
    return len(list((home / "outbox").glob("*.xml"))), in_warehouse


def test_everything_is_deployed_and_the_cron_deployment_gets_scheduled_runs(home: Path) -> None:
    names = sorted(one["name"] for one in ask(home, "deployments/filter", {}))

    assert ["deliver", "process-documents", "sweep", "take-in"] == names
    wait_until(lambda: runs(home, "sweep", "SCHEDULED"), 90, "scheduled runs of the sweep", home)


def test_a_file_dropped_into_the_folder_is_delivered_with_no_command_typed(home: Path) -> None:
    before = delivered(home)
    drop(home, "A1")

    wait_until(lambda: delivered(home) == (before[0] + 1, before[1] + 1), 150, "the order in outbox and warehouse", home)
    assert status(home).balanced


def test_an_event_takes_in_before_the_next_sweep_and_wakes_the_next_step(home: Path) -> None:
    counted = status(home).documents
    drop(home, "B1")
    event = {
        "event": "wharfinger.file.arrived",
        "id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "resource": {"prefect.resource.id": "wharfinger.hub"},
    }
    ask(home, "events", [event])

    wait_until(lambda: runs(home, "take-in", "COMPLETED"), 90, "a run of take-in, started by the event", home)
    wait_until(lambda: status(home).delivered > counted, 150, "the order delivered", home)


def test_a_run_leaves_a_summary_and_a_table_of_exceptions(home: Path) -> None:
    def artifact(key: str) -> str:
        found = ask(home, "artifacts/latest/filter", {"artifacts": {"key": {"any_": [key]}}})
        return str(found[0]["data"]) if found else ""

    wait_until(lambda: "nothing.txt" in artifact("wharfinger-exceptions"), 150, "the table of exceptions", home)
    assert "delivered" in artifact("wharfinger-summary")


def test_a_source_that_cannot_be_reached_fails_the_run_and_stops_nothing_else(home: Path) -> None:
    (home / "share").rename(home / "share.away")
    (home / "share").write_text("not mounted")
    try:
        before = delivered(home)[0]
        drop(home, "PO-SHARE")
        [deployment] = ask(home, "deployments/filter", {"deployments": {"name": {"any_": ["sweep"]}}})
        ask(home, f"deployments/{deployment['id']}/create_flow_run", {})
        [failed, *_] = wait_until(lambda: runs(home, "sweep", "FAILED"), 90, "a sweep that failed", home)
    finally:
        (home / "share").unlink()
        (home / "share.away").rename(home / "share")

    assert failed["state"]["message"].startswith("share: ")
    assert delivered(home)[0] == before + 1


def test_nobody_without_the_password_gets_an_answer(home: Path) -> None:
    assert (home / "prefect" / "password").stat().st_mode & 0o777 == 0o600
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(home, "deployments/filter", {}, login="wharf:wrong")


def test_killing_everything_and_deleting_prefects_database_loses_nothing(home: Path) -> None:
    before = delivered(home)
    drop(home, "C1")
    stack = json.loads((home / "prefect" / "stack.json").read_text())
    for name in ("worker", "server"):
        os.killpg(stack[name]["pid"], signal.SIGKILL)
    drop(home, "C2")
    shutil.rmtree(home / "prefect")

    local_stack.up(home, print)

    wait_until(lambda: delivered(home) == (before[0] + 2, before[1] + 2), 150, "both orders in outbox and warehouse", home)
    wait_until(lambda: status(home).in_flight == 0, 60, "the journal to know it", home)
    now = status(home)
    assert now.balanced
    assert now.delivered == before[1] + 2


def test_up_twice_starts_nothing_twice_and_down_ends_everything(home: Path) -> None:
    said: list[str] = []
    local_stack.up(home, said.append)
    stack = json.loads((home / "prefect" / "stack.json").read_text())

    assert [f"is running already: {stack['url']}"] == said
    local_stack.down(home, said.append)
    assert "stopped" == said[-1]
    for name in ("worker", "server"):
        with pytest.raises(ProcessLookupError):
            os.kill(stack[name]["pid"], 0)
    local_stack.down(home, said.append)
    assert "is not running" == said[-1]
