"""The wheel, installed without the checkout and without Prefect: an editable install hides what the build leaves out."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).parent / "uv"
DATA_FOLDERS = ("mappings", "schemas", "wharfinger/samples", "wharfinger/journal/migrations")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV", "WHARF_HOME"}}

pytestmark = pytest.mark.slow


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(UV, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT, folder=folder)
    assert 0 == built.returncode, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wharf(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, in an environment that has the wheel and what it depends on, nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    made = run(UV, "venv", "--quiet", "--python", sys.executable, folder / "venv", folder=folder)
    assert 0 == made.returncode, made.stderr
    installed = run(UV, "pip", "install", "--quiet", "--python", folder / "venv" / "bin" / "python", wheel, folder=folder)
    assert 0 == installed.returncode, installed.stderr
    return folder / "venv" / "bin" / "wharf"


def test_the_wheel_has_every_data_file_of_the_checkout(wheel: Path) -> None:
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *DATA_FOLDERS], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    expected = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}

    assert len(expected) > 40
    assert set() == expected - set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_has_the_program_and_no_tests(wheel: Path) -> None:
    folders = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {"flows", "mappings", "parsers", "schemas", "sinks", "sources", "wharfinger"} == {name for name in folders if "-" not in name}


def test_the_installed_program_does_the_whole_way_elsewhere_and_without_prefect(wharf: Path, tmp_path: Path) -> None:
    assert 0 == run(wharf, "init", "home", folder=tmp_path).returncode
    ran = run(wharf, "--home", "home", "run", "--json", folder=tmp_path)

    assert (1, "") == (ran.returncode, ran.stderr)
    status = json.loads(ran.stdout)
    assert (18, True) == (status["delivered"], status["balanced"])
    assert 0 == run(wharf, "--home", "home", "verify", folder=tmp_path).returncode
    assert not list(wharf.parent.glob("prefect"))


def test_the_installed_program_names_its_formats_and_its_version(wharf: Path, tmp_path: Path) -> None:
    formats = {row["parser"] for row in json.loads(run(wharf, "formats", "--json", folder=tmp_path).stdout)}

    assert {file.stem for file in (ROOT / "parsers").iterdir() if file.stem[0] not in "_." and file.suffix in ("", ".py")} == formats
    assert run(wharf, "--version", folder=tmp_path).stdout.startswith("wharf, version ")
