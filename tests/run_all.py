"""`make test`: lint, import rules and types side by side with the tests; the tests' summary line comes last."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {"ruff": ["check", "."], "lint-imports": [], "mypy": []}


def main() -> int:
    """The exit status: that of the first that failed."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        outputs = {name: Path(folder) / name for name in CHECKS}
        running = {
            name: subprocess.Popen([str(BIN / name), *arguments], stdout=outputs[name].open("wb"), stderr=subprocess.STDOUT)
            for name, arguments in CHECKS.items()
        }
        tests = subprocess.Popen(
            [str(BIN / "pytest"), "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider", *sys.argv[1:]],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        told, _ = tests.communicate()
        failed = {name: process.wait() for name, process in running.items()}
        for name, status in failed.items():
            print(f"{name}: {'ok' if status == 0 else 'FAILED'}")
            if status:
                print(outputs[name].read_text(errors="replace"))
        sys.stdout.flush()
        sys.stdout.buffer.write(told)
        sys.stdout.flush()
    return next((status for status in (*failed.values(), tests.returncode) if status), 0)


if __name__ == "__main__":
    sys.exit(main())
