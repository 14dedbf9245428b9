"""`make test`: lint, import rules and types side by side with the tests; the tests' summary line comes last.

Arguments go to pytest.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {"ruff": ["check", "."], "lint-imports": [], "mypy": []}
WORKERS = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]  # by name: the kill test, the longest, starts early
PYTEST = ["-q", *WORKERS, "-p", "no:cacheprovider", "--durations", "10", "--durations-min", "5"]


def main() -> int:
    """0 when all of them passed, else the exit status of the first that failed."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        outputs = {name: Path(folder) / name for name in CHECKS}
        running = {name: _start(name, arguments, outputs[name]) for name, arguments in CHECKS.items()}
        tests = subprocess.Popen([BIN / "pytest", *PYTEST, *sys.argv[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        summary = _pass_on(tests)
        statuses = [process.wait() for process in running.values()]
        for name, status in zip(running, statuses, strict=True):
            if status:
                print(outputs[name].read_text(errors="replace"), end="")
            print(f"{name}: {'ok' if status == 0 else 'FAILED'}")
    print(summary, end="", flush=True)
    return next((status for status in [*statuses, tests.wait()] if status), 0)


def _start(name: str, arguments: list[str], output: Path) -> subprocess.Popen[bytes]:
    with output.open("wb") as file:
        return subprocess.Popen([BIN / name, *arguments], stdout=file, stderr=subprocess.STDOUT)


def _pass_on(tests: subprocess.Popen[str]) -> str:
    """Print what pytest says as it says it, but for its last line."""
    assert tests.stdout is not None
    last = ""
    for line in tests.stdout:
        print(last, end="", flush=True)
        last = line
    return last


if __name__ == "__main__":
    sys.exit(main())
