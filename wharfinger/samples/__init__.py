"""The sample hub home that `wharf init` makes: settings, four partners, and an inbox with every kind of thing that happens.

The documents are written by tests/make_samples.py; demo.json says what must become of them.
"""

import shutil
from pathlib import Path

HOME = Path(__file__).parent / "home"
EXPECTED = Path(__file__).parent / "demo.json"


def copy_to(target: Path) -> None:
    """Write the sample home, with Prefect's deployments, into a folder. Files that are there already are not touched."""
    for source in sorted(HOME.rglob("*")):
        wanted = target / source.relative_to(HOME)
        if source.is_dir():
            wanted.mkdir(parents=True, exist_ok=True)
        elif not wanted.exists() and source.name != "__init__.py":
            shutil.copy2(source, wanted)
    deployments = Path(__file__).parents[2] / "flows" / "prefect.yaml"
    if deployments.is_file() and not (target / "prefect.yaml").exists():
        shutil.copyfile(deployments, target / "prefect.yaml")
