"""`make demo`: a hub home with the sample inbox, one run, and whether everything became what it should.

Run again, it sends the same documents in once more, as a partner would by mistake: nothing may be delivered twice.
"""

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from wharfinger.config import load_home
from wharfinger.journal.database import open_journal, reading
from wharfinger.reports.listing import Listed, list_documents
from wharfinger.reports.status import status
from wharfinger.samples import EXPECTED, HOME, copy_to


def main(folder: str) -> int:
    """0 exactly when what demo.json expects came true."""
    home = Path(folder)
    again = (home / "journal.db").exists()
    copy_to(home)
    before = _documents(home) if again else []
    if again:
        print("The demo was run before: its documents are sent in once more.\n")
        for file in sorted((HOME / "inbox").iterdir()):
            shutil.copyfile(file, home / "inbox" / file.name)
    ended = subprocess.run([Path(sys.executable).parent / "wharf", "--home", folder, "run"], check=False).returncode
    if ended not in (0, 1):
        return ended
    wrong = [*(_delivered_twice(before, _documents(home)) if again else _unexpected(home)), *_unbalanced(home)]
    for sentence in wrong:
        print(f"The demo did not come out as it should: {sentence}", file=sys.stderr)
    if folder == "demo":
        print("The same with Prefect and its web pages:  make up")
    return 1 if wrong else 0


def _unexpected(home: Path) -> Iterator[str]:
    """What differs from demo.json: per file the state of each document, and how many lines were delivered."""
    expected = json.loads(EXPECTED.read_text("utf-8"))
    documents = _documents(home)
    found: dict[str, dict[str | None, str]] = defaultdict(dict)
    for one in documents:
        found[one.source][one.id] = one.state.lower()
    for file in sorted({*expected["documents"], *found}):
        if expected["documents"].get(file) != found.get(file):
            yield f"{file}: expected {expected['documents'].get(file)}, found {found.get(file)}"
    delivered = [one for one in documents if one.state == "DELIVERED"]
    if expected["lines"] != (lines := sum(one.line_count for one in delivered)):
        yield f"expected {expected['lines']} delivered lines, found {lines}"
    if len(delivered) != (files := len(list((home / "outbox").rglob("*.xml")))):
        yield f"{len(delivered)} documents are delivered, and {files} files are in the outbox"


def _delivered_twice(before: list[Listed], now: list[Listed]) -> Iterator[str]:
    """Documents of this run that were delivered although the same one had been."""
    last = max((one.document for one in before), default=0)
    delivered = {(one.sender, one.id) for one in before if one.state == "DELIVERED"}
    for one in now:
        if one.document > last and one.state == "DELIVERED" and (one.sender, one.id) in delivered:
            yield f"{one.source}: {one.id} was delivered again"


def _unbalanced(home: Path) -> Iterator[str]:
    loaded = load_home(home)
    with open_journal(loaded.url(loaded.settings.database)) as journal, reading(journal) as connection:
        counted = status(connection)
    yield from counted.gaps
    if counted.in_flight:
        yield f"{counted.in_flight} documents are still on their way"


def _documents(home: Path) -> list[Listed]:
    loaded = load_home(home)
    with open_journal(loaded.url(loaded.settings.database)) as journal, reading(journal) as connection:
        return list(list_documents(connection))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "demo"))
