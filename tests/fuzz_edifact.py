"""A coverage-guided fuzz of the EDIFACT reader: no crash, no hang, no swelling, whatever the bytes are.

    python tests/fuzz_edifact.py [--seconds 120] [--inputs N] [--seed S] [--corpus FOLDER]

atheris (libFuzzer for Python) changes interchanges of tests/fixtures byte by byte and keeps what reaches new code. Each input goes
through recognition, reading up to the record, and the explanation. Beside an exception, TIMEOUT seconds or MEMORY megabytes, these
are faults: a released character that is left in a record as its control character, a document or a problem that cannot be sent
from the reading child, and a place that is not in the file.

Exit status 0: nothing was found, or there is no atheris for this system, which is said. The input that led to a fault is written
into the current folder.
`make fuzz` and CI run it for two minutes. What it meets differs from run to run, with one seed too (it is led by what the interpreter
compares, addresses among it): CI prints what it finds, with the input, and goes on. What was found once is a test (test_fuzz_edifact.py).
"""

import argparse
import base64
import io
import os
import subprocess
import sys
import tempfile
import zlib
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FIXTURES = ROOT / "tests" / "fixtures"
TIMEOUT = 30
MEMORY = 1024
LONGEST = 16_384
WORDS = (
    "UNA:+.? '", "UNA:+.?*'", "UNB+UNOC:3+A+B+261101:0900+1'", "UNB+UNOY:4+", "UNOA", "UNOX", "KECA", "UNG+", "UNE+1+1'", "UNH+1+ORDERS:D:96A:UN'",
    "ORDCHG:D:01B", "ORDRSP:D:93A", "DESADV:D:97A", "RECADV", "INVOIC", "REMADV", "CONTRL:D:3", "APERAK", "UNT+2+1'", "UNZ+1+1'", "UNO+", "UNP+",
    "BGM+220+1+9'", "DTM+137:20261101:102'", "LIN+1++4000862141404:EN'", "QTY+21:5:PCE'", "NAD+BY+4012345500004::9'", "CPS+1'", "PAC+1++CT'",
    "GIN+BJ+", "ALC+A++1", "MOA+203:1'", "TAX+7+VAT+++:::19'", "RFF+ON:1'", "UNS+S'", "CNT+2:1'", "?'", "??", "?+", "*", "\r\n", "\xff\xfeU\x00N\x00B\x00",
)  # fmt: skip


def one_input(raw: bytes) -> None:
    """What must hold for any bytes."""
    import msgspec

    from parsers import edifact
    from wharfinger.contracts import Context, Document
    from wharfinger.problems import Problem

    head = raw[: 64 * 1024]
    if edifact.recognises(head, io.BytesIO(raw)) is None:
        return
    places = []
    for item in edifact.parse(io.BytesIO(raw), Context()):
        msgspec.msgpack.encode(item)
        _no_marks_left(msgspec.to_builtins(item))
        problems = item.problems if isinstance(item, Document) else [item] if isinstance(item, Problem) else []
        for problem in problems:
            problem.text("en"), problem.hint("zh")
            place = problem.place
            places.append(place)
            counted = (place.interchange, place.message, place.segment, place.element, place.component)
            if any(number is not None and number < 1 for number in counted) or not 0 <= (place.byte or 0) <= len(raw):
                raise AssertionError(f"no place in the file: {problem}")
    for lines in (edifact.explain(io.BytesIO(raw)), edifact.excerpts(io.BytesIO(raw), places)):
        for text, _ in lines:
            text.encode()


def _no_marks_left(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _no_marks_left(key)
            _no_marks_left(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _no_marks_left(inner)
    elif isinstance(value, str) and any(mark in value for mark in "\x01\x02\x03\x04\x05"):
        raise AssertionError(f"a released character was not restored: {value!r}")


def main() -> int:
    """Run the fuzzer in a child, so that its end can be judged."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--seconds", type=int, default=120)
    options.add_argument("--inputs", type=int, default=-1, help="end after so many")
    options.add_argument("--seed", type=int, default=0, help="0 is a new one each time")
    options.add_argument("--corpus", type=Path, help="where inputs that reach new code are kept from run to run")
    options.add_argument("--child", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child is not None:
        return _child(chosen.child)
    try:
        import_module("atheris")
    except ImportError:
        print("NO FUZZING: atheris is not installed; it has wheels for Linux on x86-64 only. `make test` has property tests of the same.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        words = Path(folder) / "words"
        words.write_text("".join(f'"{"".join(_written(one))}"\n' for one in WORDS))
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        for file in sorted(FIXTURES.rglob("*.edi")):
            (seeds / f"{len(list(seeds.iterdir())):04}").write_bytes(file.read_bytes()[:LONGEST])
        corpus = chosen.corpus or Path(folder) / "found"
        corpus.mkdir(parents=True, exist_ok=True)
        arguments = [
            str(corpus), str(seeds), f"-dict={words}", f"-max_total_time={chosen.seconds}",
            f"-runs={chosen.inputs}", f"-seed={chosen.seed}", f"-timeout={TIMEOUT}",
            f"-rss_limit_mb={MEMORY}", f"-max_len={LONGEST}", "-print_final_stats=1", "-verbosity=1", f"-artifact_prefix={Path.cwd()}/fuzz-",
        ]  # fmt: skip
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", __file__, "--child", *arguments]
        done = subprocess.run(command, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, errors="replace", env=environment, check=False)
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("#", "INFO: Instrumenting"))]
    if done.returncode:
        print("\n".join(lines[-60:]))
        for line in lines:
            if "Test unit written to " in line:
                found = Path(line.rpartition("Test unit written to ")[2]).read_bytes()
                print(f"the input, as base64 of zlib: {base64.b64encode(zlib.compress(found, 9)).decode()}")
        print("FUZZING FOUND A FAULT: the input is the file that is named above; it belongs into tests/test_fuzz_edifact.py")
        return 1
    figures = dict(line.removeprefix("stat::").split(":", 1) for line in lines if line.startswith("stat::"))
    runs, peak = figures.get("number_of_executed_units", "?").strip(), figures.get("peak_rss_mb", "?").strip()
    print(f"fuzzed EDIFACT with {runs} inputs, peak {peak} MB, nothing found")
    return 0


def _child(arguments: list[str]) -> int:
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=["parsers.edifact", "wharfinger.mapping"]):
        from parsers import edifact  # noqa: F401
    atheris.Setup([sys.argv[0], *arguments], one_input)
    atheris.Fuzz()
    return 0


def _written(word: str) -> list[str]:
    """For libFuzzer's dictionary."""
    return [one if one.isascii() and (one.isalnum() or one in "+:.*?' ") else f"\\x{ord(one):02x}" for one in word]


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    sys.exit(main())
