"""The sample hub home that `wharf init` makes: settings, four partners, and an inbox with every kind of thing that happens.

The documents are written by tests/make_samples.py; demo.json says what must become of them. The partners are those of
mappings/partners/.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import mappings

HOME = Path(__file__).parent / "home"
EXPECTED = Path(__file__).parent / "demo.json"
PARTNERS = Path(mappings.__file__).parent / "partners"
DEPLOYMENTS = Path(__file__).parents[2] / "flows" / "prefect.yaml"


def copy_to(target: Path) -> None:
    """Write the sample home, with Prefect's deployments, into a folder. Files that are there already are not touched."""
    for source, name in _files():
        wanted = target / name
        if not wanted.exists():
            wanted.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, wanted)


def _files() -> Iterator[tuple[Path, Path]]:
    """Each file and its name in the home."""
    yield DEPLOYMENTS, Path("prefect.yaml")
    for file in sorted(PARTNERS.glob("*.yaml")):
        yield file, Path("partners") / file.name
    for file in sorted(HOME.rglob("*")):
        if file.is_file():
            yield file, file.relative_to(HOME)
