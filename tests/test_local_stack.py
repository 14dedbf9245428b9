"""What `wharf up` and `wharf down` do besides Prefect; the stack itself is tested in test_flows_stack.py."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from wharfinger import local_stack
from wharfinger.problems import Permanent


def test_down_leaves_a_stranger_alone_that_has_the_number_of_our_dead_server(tmp_path: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    (tmp_path / "prefect").mkdir()
    dead = {"pid": stranger.pid, "born": "1"}
    (tmp_path / "prefect" / "stack.json").write_text(json.dumps({"url": "http://127.0.0.1:4200", "server": dead, "worker": dead}))
    try:
        local_stack.down(tmp_path, print)

        assert stranger.poll() is None
        assert not (tmp_path / "prefect" / "stack.json").exists()
    finally:
        stranger.kill()
        stranger.wait()


def test_down_says_so_when_nothing_runs(tmp_path: Path) -> None:
    said: list[str] = []
    local_stack.down(tmp_path, said.append)

    assert ["is not running"] == said


def test_a_taken_port_is_not_taken_again() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        assert local_stack.free_port(taken) != taken


def test_without_prefect_up_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    with pytest.raises(Permanent, match="pip install"):
        local_stack.up(tmp_path, print)
