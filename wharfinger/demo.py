"""`make demo`: a hub home with the sample inbox, one run, and whether everything became what it should.

Running it again takes the same documents in once more, as a sender would by mistake: nothing is delivered twice.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from wharfinger.config import load_home
from wharfinger.journal.database import open_database, reading
from wharfinger.reports.status import status
from wharfinger.samples import EXPECTED, HOME, copy_to


def main(folder: str) -> int:
    """0 exactly when what demo.json expects came true."""
    home = Path(folder)
    first_time = not (home / "journal.db").exists()
    copy_to(home)
    if not first_time:
        print("The demo was run before: its documents are sent in once more.\n")
        for file in sorted((HOME / "inbox").iterdir()):
            shutil.copy2(file, home / "inbox" / file.name)
    wharf = Path(sys.executable).parent / "wharf"
    ended = subprocess.run([str(wharf), "--home", folder, "run"], check=False).returncode
    print(f"\nPrefect UI:  make up      Look:  {wharf.relative_to(Path.cwd()) if wharf.is_relative_to(Path.cwd()) else wharf} --home {folder} docs")
    if ended not in (0, 1):
        return ended
    return _compare(home, first_time)


def _compare(home: Path, first_time: bool) -> int:
    loaded = load_home(home)
    engine = open_database(loaded.url(loaded.settings.database))
    with reading(engine) as connection:
        counted = status(connection)
    engine.dispose()
    expected = json.loads(EXPECTED.read_text())
    found = {name: getattr(counted, name) for name in expected}
    in_outbox = len(list((home / "outbox").rglob("*.xml")))
    if not first_time:  # the repeats add duplicates, refusals and questions, but never a delivery
        expected, found = ({name: counts[name] for name in ("delivered", "in_flight", "balanced")} for counts in (expected, found))
    if found == expected and in_outbox == expected["delivered"]:
        return 0
    print(f"The demo did not come out as it should: expected {expected}, found {found}, {in_outbox} files in the outbox", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "demo"))
