"""Every sample of the corpora goes through the reading child: no crash, no hang. They are beside a developer's checkout only."""

import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from wharfinger.contracts import Document
from wharfinger.files import read_file
from wharfinger.isolation import Reader
from wharfinger.problems import Problem

CORPORA = Path(__file__).parents[2] / "shared" / "corpora"
NOT_SAMPLES = {"ORIGIN.txt", "LICENSE", "LICENSE.txt", "README.md", "ground_truth.jsonl"}


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not here")
def test_every_sample_ends_in_documents_or_problems_within_ten_seconds(capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(file for file in CORPORA.rglob("*") if file.is_file() and file.name not in NOT_SAMPLES)
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    failures, slow, slowest = [], [], 0.0

    with Reader() as reader:
        for file in files:
            started = time.monotonic()
            items = list(read_file(reader, file))
            taken = time.monotonic() - started
            slowest = max(slowest, taken)
            codes = [item.code for item in items if isinstance(item, Problem)]
            documents = sum(isinstance(item, Document) for item in items)
            outcomes[file.relative_to(CORPORA).parts[0]][codes[0] if codes else "with documents" if documents else "empty"] += 1
            failures += [f"{file}: {code}" for code in codes if code.startswith("reader-")]
            slow += [f"{file}: {taken:.1f} s"] if taken > 10 else []

    with capsys.disabled():
        for folder, counts in sorted(outcomes.items()):
            print(f"\n{folder:14}", ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common(8)), end="")
        print(f"\n{len(files)} files, the slowest took {slowest:.1f} s")
    assert failures == []
    assert slow == []
