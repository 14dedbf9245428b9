"""`wharf up` and `wharf down`: a Prefect server, the deployments and a worker on this machine, for one hub home.

Everything that Prefect keeps lies in `prefect/` of the hub home: its database, its logs, the password of its UI. None of it is
needed to keep a document: stop the stack, delete the folder, start again, and nothing is lost.

Prefect is started as the programs of the same environment and never imported: it takes seconds, and only flows/ knows it.
"""

import base64
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from wharfinger.problems import Permanent, Transient

POOL = "wharfinger"
USER = "wharf"
PORT = 4200
"""Prefect's usual port, if it is free; else any."""

READY_SECONDS = 120
"""The first start, with its database migrations, took 61 s on a slow machine."""

_SETTINGS = {
    "PREFECT_SERVER_UI_API_URL": "/api",  # else the UI asks port 4200, whatever port it came from
    "PREFECT_SERVER_UI_V2_ENABLED": "false",  # the new UI calls a tracker's server on each page; this one calls nobody
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # no second server when this one does not answer
    # Ten to a hundred times the default batches: else the history lags behind and is lost in part.
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "500",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "200",
    # Prefect's history is for looking at: two days of events, a month of runs. The hub's own journal keeps the rest.
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "2d",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "wharfinger",
    "PREFECT_CLI_PROMPT": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


class _Process(msgspec.Struct, frozen=True):
    """A process that we started. born: when, in the kernel's words; another process with the same number was born later."""

    pid: int
    born: str


class _Stack(msgspec.Struct, frozen=True):
    """What `up` leaves for `down`, in prefect/stack.json."""

    url: str
    server: _Process
    worker: _Process | None = None


def up(home: Path, say: Callable[[str], None]) -> None:
    """Start the stack of a hub home, or what of it does not run. Raises Permanent or Transient."""
    home = home.resolve()
    folder = home / "prefect"
    running = _read(folder)
    if running and running.worker and _lives(running.server) and _lives(running.worker):
        say(f"is running already: {running.url}")
        return
    down(home, lambda _: None)
    program = Path(sys.executable).with_name("prefect")
    if not program.is_file():
        raise Permanent("Prefect is not installed here: pip install 'wharfinger[flows]'; without it, use `wharf run`")
    folder.mkdir(mode=0o700, exist_ok=True)
    deployments = deployments_file(home)
    password = _password(folder / "password")
    port = free_port(int(running.url.rpartition(":")[2]) if running else PORT)
    url = f"http://127.0.0.1:{port}"
    environment = _environment(home, folder, url, password)
    api = _Api(f"{url}/api", password)

    prefect = _Prefect(program, environment, home, folder)
    server = prefect.start("server.log", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    _write(folder, _Stack(url, server))
    try:
        _wait(lambda: api.get("admin/version") is not None, server, folder / "server.log", "Prefect's server")
        prefect.run("work-pool", "create", POOL, "--type", "process", "--overwrite")
        prefect.run("--no-prompt", "deploy", "--all", "--prefect-file", str(deployments))
        limit = str(os.cpu_count() or 1)
        worker = prefect.start("worker.log", "worker", "start", "--pool", POOL, "--type", "process", "--limit", limit)
        _write(folder, _Stack(url, server, worker))
        _wait(api.has_worker, worker, folder / "worker.log", "Prefect's worker")
    except BaseException:
        down(home, lambda _: None)
        raise
    say(f"Prefect UI  {url}  (log in with {USER}:{password}; it is also in {folder / 'password'})")
    say(f"hub home    {home}  is swept every minute; the times are in {deployments.name}")
    say(f"logs        {folder}/server.log, worker.log")
    say(f"stop it     wharf --home {home} down")


def down(home: Path, say: Callable[[str], None]) -> None:
    """Stop what `up` started; nothing to do if nothing runs."""
    folder = home.resolve() / "prefect"
    stack = _read(folder)
    if stack is None:
        say("is not running")
        return
    for process in (stack.worker, stack.server):
        if process:
            _stop(process)
    (folder / "stack.json").unlink(missing_ok=True)
    say("stopped")


def deployments_file(home: Path) -> Path:
    """The home's prefect.yaml; it is written from the packaged one if it is missing."""
    file = home / "prefect.yaml"
    if not file.exists():
        shutil.copyfile(packaged_deployments(), file)
    return file


def packaged_deployments() -> Path:
    """prefect.yaml as it came with the package."""
    spec = importlib.util.find_spec("flows")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "prefect.yaml"


def free_port(wanted: int) -> int:
    """The wanted TCP port of this machine if nothing listens there, else any other."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Transient("no TCP port is free on 127.0.0.1")


class _Api:
    """The few questions that we ask Prefect's server."""

    def __init__(self, url: str, password: str) -> None:
        self._url = url
        self._login = "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()

    def get(self, path: str, content: dict[str, Any] | None = None) -> Any:
        """The answer, or None as long as there is none."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": self._login, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._url}/{path}", body, headers)
        try:
            # No proxy: the server is on this machine.
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return None

    def has_worker(self) -> bool:
        """Whether a worker of our pool has reported itself."""
        workers = self.get(f"work_pools/{POOL}/workers/filter", {})
        return any(one.get("status") == "ONLINE" for one in workers or [])


def _environment(home: Path, folder: Path, url: str, password: str) -> dict[str, str]:
    """Ours without anybody else's Prefect settings, and with those of this stack."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    login = f"{USER}:{password}"
    return {
        **inherited,
        **_SETTINGS,
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": f"{url}/api",
        "PREFECT_UI_URL": url,
        "PREFECT_SERVER_API_AUTH_STRING": login,
        "PREFECT_API_AUTH_STRING": login,
        "WHARF_HOME": str(home),
    }


@dataclass(frozen=True, slots=True)
class _Prefect:
    """The program `prefect`, as it is called for one hub home."""

    program: Path
    environment: dict[str, str]
    home: Path
    folder: Path

    def start(self, log: str, *arguments: str) -> _Process:
        """A program that stays."""
        with (self.folder / log).open("ab") as stream:
            process = subprocess.Popen(
                [self.program, *arguments], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
                stdout=stream, stderr=stream, start_new_session=True,
                preexec_fn=_heed_interrupts,  # noqa: PLW1509  # it sets one signal and touches no lock
            )  # fmt: skip
        process.returncode = 0  # it outlives this object, which would warn of that
        return _Process(process.pid, _born(process.pid))

    def run(self, *arguments: str) -> None:
        """A program that ends by itself. Raises Transient with what it said."""
        done = subprocess.run(
            [self.program, *arguments], env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=300,
        )  # fmt: skip
        if done.returncode:
            said = done.stdout.decode(errors="replace").strip()[-1500:]
            raise Transient(f"`prefect {' '.join(arguments)}` failed; it said:\n{said}")


def _heed_interrupts() -> None:
    # A shell starts background programs with SIGINT ignored, and a Prefect worker turns SIGTERM into SIGINT: it would never end.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait(is_so: Callable[[], bool], process: _Process, log: Path, name: str) -> None:
    end = time.monotonic() + READY_SECONDS
    while not is_so():
        ended = not _lives(process)
        if ended or time.monotonic() > end:
            last = log.read_text(errors="replace")[-1500:]
            what = "ended while it was starting" if ended else f"did not start within {READY_SECONDS} s"
            raise Transient(f"{name} {what}; the end of {log}:\n{last}")
        time.sleep(0.2)


def _stop(process: _Process) -> None:
    """SIGTERM, and again (a worker may have swallowed the first), then SIGKILL; its flow runs go with it."""
    if not _lives(process):
        return
    for number, patience in ((signal.SIGTERM, 15), (signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
        end = time.monotonic() + patience
        while _lives(process):
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        else:
            break
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _lives(process: _Process) -> bool:
    lives = _born(process.pid) == process.born != ""
    # Our own child goes only when it is asked after. Asked here, also one that has died since the line above does.
    with suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)
    return lives


def _born(pid: int) -> str:
    """When the process with this number was started; '' if there is none."""
    try:
        # Fields 3 (state), 20 (threads) and 22 (start) of proc(5); the second is the program's name and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        state, threads, start = fields[0], fields[17], fields[19]
        # A zombie is gone, but not while threads of it still end.
        return "" if state == "Z" and threads in ("0", "1") else start
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return ""
    found = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return found.stdout.strip()


def _password(file: Path) -> str:
    """The password of this home's stack, made at the first start, readable for its owner only."""
    if not file.exists():
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(18))
    return file.read_text().strip()


def _read(folder: Path) -> _Stack | None:
    try:
        return msgspec.json.decode((folder / "stack.json").read_bytes(), type=_Stack)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _write(folder: Path, stack: _Stack) -> None:
    temporary = folder / "stack.json.tmp"
    temporary.write_bytes(msgspec.json.encode(stack))
    temporary.rename(folder / "stack.json")
