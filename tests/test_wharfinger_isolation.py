"""The reading child: what ends it is a problem of one file and of nothing else. Everything here is a real child."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wharfinger.contracts import Document, Item, Part
from wharfinger.isolation import Reader, isolated
from wharfinger.problems import Permanent, Problem
from wharfinger.reading_frames import Limits
from wharfinger.records import Place

pytestmark = pytest.mark.skipif(not isolated(), reason="this system has no fork")

QUICK = Limits(cpu_seconds=1, wall_seconds=10.0)  # slow machines: one CPU second may last several
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def shared_reader() -> Iterator[Reader]:
    with Reader(None, QUICK, "tests.misbehaving_reading") as reader:
        yield reader


@pytest.fixture
def read(shared_reader: Reader, tmp_path: Path) -> Callable[[str], list[str]]:
    """What reading a file of these words gives, in words."""

    def words(text: str) -> list[str]:
        file = tmp_path / "file"
        file.write_text(text)
        return [_word(item) for item in shared_reader.read(file, "file")]

    return words


def _word(item: Item) -> str:
    if isinstance(item, Document):
        return str(item.id)
    if isinstance(item, Part):
        return item.content.decode()
    assert isinstance(item, Problem)
    return f"{item.code} {item.found or item.expected}"


def test_items_come_in_order(read: Callable[[str], list[str]]) -> None:
    found = read("1 2 3")

    assert found == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("misdeed", "problem"),
    [
        ("loop", "reader-time-exceeded 1 s"),
        ("sleep", "reader-time-exceeded 10 s"),
        ("swell", "reader-memory-exceeded 1073 MB"),
        ("abort", "reader-crashed SIGABRT"),
        ("kill", "reader-crashed SIGKILL"),
        ("segv", "reader-crashed SIGSEGV"),
        ("exit", "reader-crashed exit status 3"),
        ("raise", "reader-crashed ValueError: no such thing ?"),
        ("flood", "reader-output-exceeded 300 MB"),
        ("write", "reader-crashed OSError: [Errno 27] File too large"),
        ("fork", "reader-crashed BlockingIOError: [Errno 11] Resource temporarily unavailable"),
    ],
)
def test_what_was_read_before_a_misdeed_is_kept_and_the_next_file_is_read(
    misdeed: str, problem: str, read: Callable[[str], list[str]]
) -> None:
    if misdeed == "fork" and os.geteuid() == 0:
        pytest.skip("the kernel does not limit the processes of root")

    found = [word for word in read(f"1 2 {misdeed} 3") if len(word) < 1_000]
    after = read("4")

    assert found == ["1", "2", problem]
    assert after == ["4"]


@pytest.mark.parametrize(("misdeed", "error"), [("deep", "RecursionError"), ("surrogate", "UnicodeEncodeError")])
def test_an_exception_of_a_reader_parks_its_file(misdeed: str, error: str, read: Callable[[str], list[str]]) -> None:
    found = read(f"1 {misdeed}")

    assert found[0] == "1"
    assert found[1].startswith(f"reader-crashed {error}")


def test_a_child_serves_many_files_until_it_is_recycled(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("process")

    with Reader(None, Limits(files=3), "tests.misbehaving_reading") as reader:
        children = [_word(item).split()[0] for _ in range(6) for item in reader.read(file, "file")]

    assert children[0] == children[1] == children[2]
    assert children[3] == children[4] == children[5]
    assert children[0] != children[3]


def test_the_child_sees_no_credentials_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WHARF_DATABASE_PASSWORD", "secret")
    file = tmp_path / "file"
    file.write_text("environment")

    with Reader(None, QUICK, "tests.misbehaving_reading") as reader:
        (item,) = reader.read(file, "file")

    assert "OPENBLAS_NUM_THREADS" in _word(item)
    assert "WHARF_DATABASE_PASSWORD" not in _word(item)


def test_the_child_holds_no_socket_but_its_own(read: Callable[[str], list[str]]) -> None:
    found = read("descriptors")

    assert found == ["1"]


def test_the_child_waits_while_the_items_are_not_taken(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("many")

    with Reader(None, Limits(wall_seconds=1.0), "tests.misbehaving_reading") as reader:
        items = reader.read(file, "file")
        first = next(items)
        time.sleep(1.5)  # longer than a child may take
        rest = sum(isinstance(item, Document) for item in items)

    assert _word(first) == "0"
    assert rest == 19_999


def test_a_reading_that_is_given_up_does_not_spoil_the_next(shared_reader: Reader, tmp_path: Path) -> None:
    file, other = tmp_path / "file", tmp_path / "other"
    file.write_text("many")
    other.write_text("1")

    items = shared_reader.read(file, "file")
    next(items)
    del items
    found = [_word(item) for item in shared_reader.read(other, "other")]

    assert found == ["1"]


def test_two_files_at_once_are_refused(shared_reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("1 2")
    items = shared_reader.read(file, "file")
    next(items)

    with pytest.raises(RuntimeError, match="one file at a time"):
        next(shared_reader.read(file, "file"))
    rest = [_word(item) for item in items]

    assert rest == ["2"]


def test_each_document_is_finished_in_the_child(shared_reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("7 environment")

    finished = [made for _, made in shared_reader.read_finished(file, "file", None, "tests.misbehaving_reading:finish")]

    assert finished == [b"<Order>7</Order>", b""]


def test_an_explanation_comes_line_by_line(shared_reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("UNH BGM")

    lines = list(shared_reader.explain(file, "file"))

    assert lines == [("UNH", Place(line=1)), ("BGM", Place(line=2))]


def test_the_child_knows_the_partners_of_the_home(tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "wharf.yaml").write_text("companies: []\n")
    (tmp_path / "partners" / "nordwind.yaml").write_text("partner: nordwind\nname: Nordwind GmbH\n")
    file = tmp_path / "file"
    file.write_text("1")

    with Reader(tmp_path, QUICK, "tests.misbehaving_reading") as reader:
        items = [*reader.read(file, "../../x\x00\u202e\udcff", "nordwind"), *reader.read(file, "y", "unheard of")]

    assert [item.partner for item in items if isinstance(item, Document)] == ["nordwind", None]
    assert [item.record.notes for item in items if isinstance(item, Document) and item.record] == [("../../x",), ("y",)]


def test_a_home_that_cannot_be_read_is_said_by_name(tmp_path: Path) -> None:
    (tmp_path / "wharf.yaml").write_text("compannies: []\n")
    file = tmp_path / "file"
    file.write_text("1")

    with Reader(tmp_path, QUICK, "tests.misbehaving_reading") as reader, pytest.raises(Permanent, match=r"wharf\.yaml.*compannies"):
        next(reader.read(file, "file"))


def test_a_parsers_folder_where_the_hub_is_started_does_not_shadow_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "parsers").mkdir()
    (tmp_path / "parsers" / "__init__.py").write_text("raise RuntimeError('not ours')")
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "file"
    file.write_text("1")

    with Reader(None, QUICK, "tests.misbehaving_reading") as reader:
        found = [_word(item) for item in reader.read(file, "file")]

    assert found == ["1"]


def test_a_child_killed_from_outside_is_a_problem_of_its_file_only(shared_reader: Reader, tmp_path: Path) -> None:
    file, after = tmp_path / "file", tmp_path / "after"
    file.write_text("process 1 sleep")
    after.write_text("2")

    items = shared_reader.read(file, "file")
    child, _ = _word(next(items)).split()
    os.kill(int(child), signal.SIGKILL)
    found = [_word(item) for item in items]

    assert found[-1] == "reader-crashed SIGKILL"
    assert [_word(item) for item in shared_reader.read(after, "after")] == ["2"]


def test_an_idle_child_killed_from_outside_costs_nothing(shared_reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("process")

    (first,) = shared_reader.read(file, "file")
    os.kill(int(_word(first).split()[0]), signal.SIGKILL)
    time.sleep(0.2)
    (second,) = shared_reader.read(file, "file")

    assert isinstance(second, Part)
    assert _word(first) != _word(second)


def test_a_killed_fork_server_is_replaced(shared_reader: Reader, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("process")

    (first,) = shared_reader.read(file, "file")
    os.kill(int(_word(first).split()[1]), signal.SIGKILL)
    time.sleep(0.2)
    (second,) = shared_reader.read(file, "file")

    assert isinstance(second, Part)
    assert _word(first).split()[1] != _word(second).split()[1]


def test_a_reader_works_in_a_thread_that_ends_before_it_is_used(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("1")
    reader = Reader(None, QUICK, "tests.misbehaving_reading")

    starter = threading.Thread(target=reader.__enter__)
    starter.start()
    starter.join()
    time.sleep(0.2)
    try:
        found = [_word(item) for item in reader.read(file, "file")]
    finally:
        reader.__exit__(None, None, None)

    assert found == ["1"]


@pytest.mark.parametrize("word", ["sleep", "loop", ""])
def test_nothing_is_left_when_the_hub_is_killed(word: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text(f"process {word}")
    hub = tmp_path / "hub.py"
    hub.write_text(
        "import sys, time; from pathlib import Path; from wharfinger.isolation import Reader; from wharfinger.reading_frames import Limits\n"
        "with Reader(None, Limits(), 'tests.misbehaving_reading') as reader:\n"
        f"    for item in reader.read(Path({str(file)!r}), 'file'): print(item.content.decode(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-P", str(hub)], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout
    processes = [int(word) for word in process.stdout.readline().split()]

    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(map(_lives, processes)):
        time.sleep(0.05)

    assert len(processes) == 2
    assert [one for one in processes if _lives(one)] == []


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_missing_file_is_an_error_of_the_caller(shared_reader: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(shared_reader.read(tmp_path / "absent", "absent"))


def test_every_problem_of_the_reader_parks_the_file() -> None:
    codes = ("reader-crashed", "reader-time-exceeded", "reader-memory-exceeded", "reader-output-exceeded")

    assert {Problem(code=code).disposition for code in codes} == {"park"}
