"""Real servers for tests, each started in its own temporary folder on a free loopback port."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest


def free_port() -> int:
    """A TCP port of the loopback interface on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def missing(what: str, remedy: str) -> None:
    """Skip the tests that need a server which is not installed; where CI is set, fail: there it has to be installed."""
    message = f"{what} is not installed, so this is NOT tested. {remedy}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server of its own; yields the SQLAlchemy URL of its database `postgres`."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    initdb = installed[-1] if installed else Path(shutil.which("initdb") or "")
    if not initdb.is_file():
        missing("PostgreSQL", "Install it: apt-get install postgresql")
    # Not pytest's tmp_path: it is closed to other users, and PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="wharf-postgresql-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    data, port = folder / "data", free_port()
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [*as_user, initdb, "-D", data, "-U", "hub", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
        # pdeathsig: when the tests are killed, the server goes too.
        dies_with_us = ["setpriv", *as_user[1:], "--pdeathsig=QUIT"] if shutil.which("setpriv") else []
        speed = ["-cfsync=off", "-csynchronous_commit=off", "-cfull_page_writes=off"]
        server = subprocess.Popen(
            [*dies_with_us, initdb.with_name("postgres"), "-D", data, "-p", str(port), "-clisten_addresses=127.0.0.1",
             "-cunix_socket_directories=", *speed],
            cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_it_answers(server, port, folder / "log")
        yield f"postgresql+psycopg2://hub@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: does not wait for clients
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def empty_database(server: str) -> Iterator[str]:
    """A new database on the server; yields its SQLAlchemy URL."""
    name = f"test_{os.urandom(6).hex()}"
    _execute(server, f"CREATE DATABASE {name}")
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url.replace("+psycopg2", ""))
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()


def _wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            psycopg2.connect(host="127.0.0.1", port=port, user="hub", dbname="postgres").close()
            return
        except psycopg2.OperationalError as error:
            if server.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}") from error
        time.sleep(0.05)
