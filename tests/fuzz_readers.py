"""Mutated documents of every format through recognition, reading and explanation: whatever the bytes are, nothing raises or hangs.

    python tests/fuzz_readers.py [--seconds 60] [--count N] [--seed S]

A document of tests/fixtures is changed in one to eight places: bytes, pieces moved or repeated, values put in the place of others; of
DOCX, XLSX and ZIP one of the XML parts within. `tests/fuzz_edifact.py` looks deeper, at EDIFACT only.

Exit status 1 when something was found: what, of which seed, and a file in the current folder with the input.
"""

import argparse
import io
import random
import re
import signal
import sys
import time
import traceback
import zipfile
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FIXTURES = ROOT / "tests" / "fixtures"
SUFFIXES = (".edi", ".xml", ".csv", ".txt", ".xls", ".xlsx", ".pdf", ".docx", ".zip", ".eml")
LARGEST = 200_000
TIMEOUT = 30
VALUES = (
    b"+", b":", b"'", b"?", b"-1", b"0", b"9" * 40, b"1E400", b"NaN", b"-", b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"&#0;", b"<", b"]]>",
    b"2026-02-30", b"00000000", b";", b",", b'"', b"\n", b"\r", b"\t", b"=cmd|' /C calc'!A0", "٣".encode(), "\u202e".encode(),
    b"9999-12-31", b"1e5", b"0x10", b"Infinity", b"999999999999999999999", b" ", b".", b"/" * 300,
)  # fmt: skip


def one_input(raw: bytes, name: str) -> None:
    """What must hold for any bytes: it is read to its end, and everything found can be told in every language."""
    from wharfinger.contracts import Context, Document
    from wharfinger.problems import Problem
    from wharfinger.reading import explain, read_facts

    for item in read_facts(io.BytesIO(raw), Context(name=name)):
        for problem in item.problems if isinstance(item, Document) else [item] if isinstance(item, Problem) else []:
            for language in ("en", "ru", "de", "zh"):
                problem.text(language), problem.hint(language)
    for _ in explain(io.BytesIO(raw), Context(name=name)):
        pass


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The document with some of its bytes changed; of a ZIP one part within, mostly."""
    if raw.startswith(b"PK") and chance.random() < 0.85:
        try:
            return _mutated_within(raw, chance)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            pass  # one that is damaged or encrypted already
    return _mutated(raw, chance)


def _mutated_within(raw: bytes, chance: random.Random) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        parts = {name: old.read(name) for name in old.namelist()}
        chosen = chance.choice([name for name in parts if name.endswith(".xml")] or list(parts) or [""])
        for name, content in parts.items():
            new.writestr(name, _mutated(content, chance) if name == chosen else content)
    return changed.getvalue()


def _mutated(raw: bytes, chance: random.Random) -> bytes:
    content = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        if not content:
            break
        kind, at = chance.randrange(6), chance.randrange(len(content))
        end = min(len(content), at + chance.choice((1, 2, 5, 20, 200)))
        if kind == 0:
            content[at] = chance.randrange(256)
        elif kind == 1:
            del content[at:end]
        elif kind == 2:
            content[at:at] = content[at:end] * chance.choice((1, 2, 50))
        elif kind == 3:
            content[at:end] = chance.choice(VALUES)
        elif kind == 4:
            if words := list(re.finditer(rb"[\w.,-]+", bytes(content[at : at + 300]))):
                word = chance.choice(words)
                content[at + word.start() : at + word.end()] = chance.choice(VALUES)
        else:
            other = chance.randrange(len(content))
            content[at:at] = content[other : other + chance.choice((5, 50))]
    return bytes(content)


def _late(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"not read within {TIMEOUT} s")


def main() -> int:
    """Change and read documents until the time is over or the count is reached."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--count", type=int, help="documents, whatever time they take")
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    chosen = options.parse_args()
    chance = random.Random(chosen.seed)
    files: dict[str, list[Path]] = {suffix: [] for suffix in SUFFIXES}
    for file in sorted(FIXTURES.rglob("*")):
        if file.suffix in files and file.stat().st_size < LARGEST:
            files[file.suffix].append(file)
    signal.signal(signal.SIGALRM, _late)
    faults = documents = 0
    end = time.monotonic() + chosen.seconds
    while documents < chosen.count if chosen.count else time.monotonic() < end:
        file = chance.choice(files[chance.choice(SUFFIXES)])
        raw = mutated(file.read_bytes(), chance)
        documents += 1
        signal.alarm(TIMEOUT)
        try:
            one_input(raw, file.name)
        except Exception:  # whatever it is: that is what is looked for
            faults += 1
            kept = Path(f"fuzz-{chosen.seed}-{documents}{file.suffix}")
            kept.write_bytes(raw)
            print(f"{kept}, made of {file.relative_to(ROOT)}:\n{traceback.format_exc()}", flush=True)
        finally:
            signal.alarm(0)
    print(f"fuzzed every reader with {documents} documents (seed {chosen.seed}): {faults or 'no'} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
