"""prefect.yaml says what runs when, and names flows that exist."""

import importlib
from pathlib import Path

import pytest

from wharfinger.local_stack import deployments_file, packaged_deployments
from wharfinger.yaml_files import load_yaml

ROOT = Path(__file__).parents[1]
DEPLOYMENTS = load_yaml(ROOT / "prefect.yaml")


def test_the_packaged_prefect_yaml_is_the_one_at_the_top() -> None:
    assert (ROOT / "prefect.yaml").read_bytes() == packaged_deployments().read_bytes()


def test_a_home_keeps_its_own_prefect_yaml(tmp_path: Path) -> None:
    assert packaged_deployments().read_bytes() == deployments_file(tmp_path).read_bytes()
    (tmp_path / "prefect.yaml").write_text("changed")

    assert "changed" == deployments_file(tmp_path).read_text()


def test_runs_never_have_the_folder_of_the_deployment_on_their_path() -> None:
    assert DEPLOYMENTS["pull"] == []


@pytest.mark.slow
@pytest.mark.parametrize("deployment", DEPLOYMENTS["deployments"], ids=lambda one: one["name"])
def test_every_deployment_names_a_flow_in_a_module(deployment: dict[str, str]) -> None:
    module, _, name = deployment["entrypoint"].rpartition(".")

    assert getattr(importlib.import_module(module), name).name == deployment["name"]


def test_every_event_that_a_deployment_waits_for_is_named_in_a_flow() -> None:
    sources = "".join(file.read_text() for file in (ROOT / "flows").glob("*.py"))
    expected = [event for one in DEPLOYMENTS["deployments"] for trigger in one.get("triggers", []) for event in trigger["expect"]]

    assert len(expected) == 3
    assert [] == [event for event in expected if event not in sources]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["", "demo"])
def test_a_run_refuses_a_hub_home_that_is_no_absolute_path(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHARF_HOME", folder)
    chunks = importlib.import_module("flows.chunks")

    with pytest.raises(ValueError, match="absolute"), chunks.hub_of_the_worker():
        pass
