"""EDIFACT files of the world: which are read, which are read with problems, which are refused, and why.

    python benchmarks/edifact_corpus.py FOLDER [--problems]

Files are known by their content, at any depth. Per file:

    read           all its messages became records, nothing but warnings
    with problems  all became records, and something is an error (it is parked or refused later, but a person sees what it says)
    refused        a message, or all of the file, became no record

Every file that is not "read" has its causes counted by problem code; refusals are listed by name. A file that has the words of an
interchange in its first bytes and that no reader claims is refused too, and so is one with a message of which nothing is said.
Envelope faults are listed by name. --problems lists the files with problems as well. Exit status 0, whatever the files are.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from parsers.edifact.cutting import blocks
from parsers.edifact.messages import header
from wharfinger.contracts import Document, Item, Recognition
from wharfinger.isolation import Reader
from wharfinger.problems import Problem
from wharfinger.records import Place

READ, WITH_PROBLEMS, REFUSED = VERDICTS = ("read", "with problems", "refused")
LOOKS_LIKE_ONE = re.compile(rb"^\W*UN[ABH]\W|\bUNB\W(?:UNO[A-Z]|KECA|IAT[AB])\W")
"""An interchange by the eye of this benchmark, which is not that of the reader."""
ENVELOPE = {"UNB", "UNG", "UNE", "UNZ"}


def edifact_files(folder: Path, reader: Reader) -> Iterator[tuple[Path, list[Item] | None]]:
    """Each EDIFACT file and what came of it; None for one that looks like EDIFACT and is claimed by no reader of it."""
    for file in sorted(one for one in folder.rglob("*") if one.is_file()):
        with file.open("rb") as stream:
            head = stream.read(2048).replace(b"\x00", b"")
        items = list(reader.read(file, file.name))
        claimed = any(isinstance(one, Recognition) and one.format == "edifact" for one in items)
        if claimed or LOOKS_LIKE_ONE.search(head):
            yield file, items if claimed else None


def types(file: Path) -> list[str]:
    """The type of each message in the file."""
    with file.open("rb") as stream:
        return [header(block).type or "?" for block in blocks(stream) if block.raw[:3] == b"UNH"]


def verdict(items: list[Item], messages: int) -> tuple[str, Counter[str]]:
    """What became of a file with so many messages, and the codes of the problems that say why it is not simply read."""
    documents = [one for one in items if isinstance(one, Document)]
    problems = [one for one in items if isinstance(one, Problem)] + [one for document in documents for one in document.problems]
    causes = Counter(one.code for one in problems if one.severity == "error" or one.code == "message-type-not-read")
    records = sum(one.record is not None for one in documents)
    if records + causes["message-type-not-read"] < messages and not any(one.record is None for one in documents):
        causes["SILENTLY SKIPPED"] += messages - records
    if records < messages or not documents:
        return REFUSED, causes or Counter(one.code for one in problems) or Counter(["SILENTLY SKIPPED"])
    return (WITH_PROBLEMS if causes else READ), causes


def envelope_faults(items: list[Item]) -> list[str]:
    """The envelope's problems, as tag and code."""
    found = [one for one in items if isinstance(one, Problem) and one.code.startswith("edifact-") and _is_of_envelope(one.place)]
    return [f"{one.place.tag} {one.code}" for one in found]


def _is_of_envelope(place: Place) -> bool:
    return place.message is None and (place.tag in ENVELOPE or place.tag == "UNH")


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("folder", type=Path)
    options.add_argument("--problems", action="store_true")
    chosen = options.parse_args()
    counts: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    per_type: dict[str, Counter[str]] = defaultdict(Counter)
    refused, damaged, troubled = [], [], []
    with Reader() as reader:
        for file, items in edifact_files(chosen.folder, reader):
            name = str(file.relative_to(chosen.folder))
            kinds = types(file)
            result, why = (REFUSED, Counter(["NOT RECOGNISED"])) if items is None else verdict(items, len(kinds))
            counts[result] += 1
            causes.update(why.keys())
            for kind in set(kinds or ["(no message)"]):
                per_type[kind][result] += 1
            line = f"  {name}: {', '.join(sorted(set(kinds)))}: {', '.join(f'{code} {count}' for code, count in why.most_common())}"
            if result == REFUSED:
                refused.append(line)
            elif result == WITH_PROBLEMS:
                troubled.append(line)
            if faults := envelope_faults(items or []):
                damaged.append(f"  {name}: {', '.join(faults)}")
    total = counts.total()
    print(f"{total} EDIFACT files: " + ", ".join(f"{counts[one]} {one}" for one in VERDICTS))
    print("\nfiles with a message of the type" + "".join(f"{one:>15}" for one in VERDICTS))
    for kind, row in sorted(per_type.items(), key=lambda one: (-one[1].total(), one[0])):
        print(f"  {kind:30}" + "".join(f"{row[one]:15}" for one in VERDICTS))
    print("\ncauses, in files")
    for cause, count in causes.most_common():
        print(f"{count:6}  {cause}")
    lists = [("refused", refused), ("faults of the envelope", damaged)] + ([("with problems", troubled)] if chosen.problems else [])
    for title, lines in lists:
        print(f"\n{title}: {len(lines)}")
        print("\n".join(lines))


if __name__ == "__main__":
    main()
