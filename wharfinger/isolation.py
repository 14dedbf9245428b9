"""Reading untrusted bytes in a child that may crash, hang or swell without harm to anybody else.

    this process -- control socket --> fork server (fresh interpreter, parsers loaded) -- fork --> reading child
         ^-------------------------------- items, one frame each ------------------------------------'

The fork server is a new interpreter, so forking it is safe whatever threads run here; it keeps no document in memory.
The reading child is limited (CPU, memory, files, processes) and serves many files until it is recycled. It works ahead
as far as the socket's buffer goes. Whatever ends it becomes a Problem behind the items that it had already sent, and the
next file gets a fresh child. When this process dies, even by SIGKILL, both end: the server sees its control socket
close or its parent change, kills the child and exits, and the kernel kills the child when the server dies.

Limits come from the kernel: all of them on Linux; macOS has no limit on memory; without fork (Windows) files are read in
this process without any limit (`isolated` says which). One Reader reads one file at a time; threads need one each.

    with Reader(home, Limits()) as reader:
        for item in reader.read(blob, "orders.edi"):
            ...
"""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from wharfinger.contracts import Item
from wharfinger.problems import Permanent, Problem
from wharfinger.reading_child import context_of, frames
from wharfinger.reading_frames import (
    NOTE,
    End,
    Failed,
    Found,
    Frame,
    Limits,
    Line,
    Opened,
    Read,
    Recognised,
    Request,
    Start,
    TooMuchError,
    Wrong,
    decode,
    encode,
    exactly,
    receive,
    send,
)
from wharfinger.records import Place
from wharfinger.zip_limits import display_name

_LOG = logging.getLogger(__name__)

_START_SECONDS = 120.0
_ANSWER_SECONDS = 10.0
# what a parser may see of the environment: no credentials
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "PYTHONTZPATH")

# -P keeps the current folder off the path and our own packages come first: no `parsers` elsewhere can shadow ours
_PACKAGES = str(Path(__file__).resolve().parents[1])
_BOOTSTRAP = "import sys; sys.path.insert(0, sys.argv[1]); from wharfinger.reading_child import serve; serve(sys.argv[2])"


def isolated() -> bool:
    """Whether this system can read in a limited child."""
    return hasattr(os, "fork") and sys.platform != "win32"


class Reader:
    """Reads files in a child process. home: whose partners and companies the readers know; None for none.

    reading: the module whose `read` and `explain` are called with the stream and the context.
    """

    def __init__(self, home: Path | None = None, limits: Limits | None = None, reading: str = "wharfinger.reading") -> None:
        self._home = home.resolve() if home else None
        self._limits = limits or Limits()
        self._reading = reading
        self._server: _Server | None = None
        self._child: socket.socket | None = None
        self._files = 0
        self._bytes = 0
        self._busy = False

    def __enter__(self) -> Self:
        if isolated():
            self._server = _Server(self._home, self._limits, self._reading)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._release_child()
        if self._server:
            self._server.close()
            self._server = None

    def read(self, path: Path, name: str, partner: str | None = None) -> Iterator[Item]:
        """Yield what wharfinger.reading finds in the file: documents, parts, problems. name: for display only."""
        for item, _ in self.read_finished(path, name, partner, None):
            yield item

    def read_facts(self, path: Path, name: str, partner: str | None = None) -> Iterator[Item]:
        """The same with what the journal keeps of each record in place of the record."""
        for item, _ in self._items("read_facts", path, name, partner, None):
            yield item

    def read_finished(self, path: Path, name: str, partner: str | None, finish: str | None) -> Iterator[tuple[Item, bytes]]:
        """The same; finish ("module:function", given document and context) makes bytes of each document, in the child."""
        yield from self._items("read", path, name, partner, finish)

    def _items(self, function: str, path: Path, name: str, partner: str | None, finish: str | None) -> Iterator[tuple[Item, bytes]]:
        for frame in self._run(function, path, name, partner, finish):
            if isinstance(frame, Read):
                yield frame.document, frame.finished
            elif isinstance(frame, Found):
                yield frame.part, b""
            elif isinstance(frame, Wrong):
                yield frame.problem, b""
            elif isinstance(frame, Recognised):
                yield frame.recognition, b""
            elif isinstance(frame, Opened):
                yield frame.interchange, b""

    def restart(self) -> None:
        """Let the next file be read with the partner files as they are now."""
        self._release_child()
        if self._server:
            self._server.close()
            self._server = _Server(self._home, self._limits, self._reading)

    def explain(self, path: Path, name: str, partner: str | None = None) -> Iterator[tuple[str, Place] | Problem]:
        """Yield the lines in which wharfinger.reading explains the file, each with its place."""
        for frame in self._run("explain", path, name, partner, None):
            if isinstance(frame, Line):
                yield frame.text, frame.place
            elif isinstance(frame, Wrong):
                yield frame.problem

    def excerpts(self, path: Path, name: str, partner: str | None, places: tuple[Place, ...]) -> Iterator[tuple[str, Place]]:
        """Yield what stands at these places, a caret under it, as far as wharfinger.reading can say it."""
        for frame in self._run("excerpts", path, name, partner, None, places):
            if isinstance(frame, Line):
                yield frame.text, frame.place

    def _run(
        self, function: str, path: Path, name: str, partner: str | None, finish: str | None, places: tuple[Place, ...] = ()
    ) -> Iterator[Frame]:
        if self._busy:
            raise RuntimeError("a Reader reads one file at a time: read the other file to its end first")
        request = Request(f"{self._reading}:{function}", os.fsencode(path.absolute()), display_name(name), partner, finish, places)
        if not isolated():
            yield from (self._judged(decode(frame)) for frame in frames(request, context_of(self._home)))
            return
        self._busy = True
        ended = False
        try:
            size = os.stat(request.path).st_size
            child = self._ready_child()
            self._files += 1
            self._bytes += size
            room = self._limits.output + 20 * size
            try:
                send(child, encode(request))
                while True:
                    body = receive(child, self._limits.wall_seconds, room)
                    room -= len(body)
                    frame = decode(body)
                    if isinstance(frame, End):
                        ended = True
                        return
                    yield self._judged(frame)
            except TimeoutError:
                yield Wrong(Problem(code="reader-time-exceeded", expected=f"{self._limits.wall_seconds:g} s"))
            except TooMuchError:
                yield Wrong(Problem(code="reader-output-exceeded", expected=_megabytes(self._limits.output)))
            except (EOFError, ConnectionError):
                yield Wrong(self._cause_of_death())
        finally:
            self._busy = False
            if not ended:
                self._release_child()

    def _ready_child(self) -> socket.socket:
        if self._child and (self._files >= self._limits.files or self._bytes >= self._limits.input or _closed(self._child)):
            self._release_child()
        if self._child is None:
            if self._server is None:
                raise RuntimeError("use the Reader in a with statement")
            try:
                self._child = self._server.fork()
            except (OSError, EOFError):
                # the server was killed from outside; everything it knew is here
                self._server.close()
                self._server = _Server(self._home, self._limits, self._reading)
                self._child = self._server.fork()
            self._files = self._bytes = 0
        return self._child

    def _release_child(self) -> None:
        if self._child:
            self._child.close()
            self._child = None
            if self._server:
                self._server.end_child()

    def _cause_of_death(self) -> Problem:
        if self._child:
            self._child.close()
            self._child = None
        status, peak = self._server.end_child() if self._server else (None, 0)
        if status is None:
            return Problem(code="reader-crashed", found="stopped from outside")
        if not os.WIFSIGNALED(status):
            return Problem(code="reader-crashed", found=f"exit status {os.waitstatus_to_exitcode(status)}")
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return Problem(code="reader-time-exceeded", expected=f"{self._limits.cpu_seconds} s")
        if peak > self._limits.memory // 2:
            # C and C++ libraries abort or trap when memory is refused
            return Problem(code="reader-memory-exceeded", expected=_megabytes(self._limits.memory))
        return Problem(code="reader-crashed", found=signal.Signals(number).name)

    def _judged(self, frame: Frame) -> Frame:
        """The frame; a reader's failure as the Problem that it is."""
        if not isinstance(frame, Failed):
            return frame
        if frame.memory:
            return Wrong(Problem(code="reader-memory-exceeded", expected=_megabytes(self._limits.memory)))
        _LOG.error("a reader raised %s\n%s", frame.error, frame.trace)
        return Wrong(Problem(code="reader-crashed", found=frame.error))


class _Server:
    """This side of the fork server: it starts at once and is ready when the first child is asked for."""

    def __init__(self, home: Path | None, limits: Limits, reading: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}
            arguments = Start(theirs.fileno(), os.getpid(), os.fsencode(home) if home else None, limits, reading)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOTSTRAP, _PACKAGES, encode(arguments).hex()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
                pass_fds=[theirs.fileno()],
            )
        self._control = ours
        self._ready = False
        self._has_child = False

    def fork(self) -> socket.socket:
        """A fresh reading child, reached by this socket."""
        if not self._ready:
            kind, length, _ = self._note(_START_SECONDS)
            if kind != b"R":
                reason = exactly(self._control, length, _ANSWER_SECONDS).decode()
                raise Permanent(f"the readers cannot be started: {reason}")
            self._ready = True
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
                # as long as the answer is not there the descriptor is only in flight
                self._note(_ANSWER_SECONDS)
        except BaseException:
            ours.close()
            raise
        self._has_child = True
        return ours

    def end_child(self) -> tuple[int | None, int]:
        """End the child whatever it does: its wait status (None when that cannot be known) and its peak memory in bytes."""
        if not self._has_child:
            return None, 0
        self._has_child = False
        try:
            # gone by itself, it keeps its own status; the server has not forked another one meanwhile
            self._control.sendall(b"K")
            _, status, peak = self._note(_ANSWER_SECONDS)
        except (OSError, EOFError):
            return None, 0
        return status, peak

    def close(self) -> None:
        # shutdown reaches the server even where a fork of this process holds a copy of the descriptor
        with contextlib.suppress(OSError):  # it is gone already
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._process.wait(_ANSWER_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _note(self, seconds: float) -> tuple[bytes, int, int]:
        kind, first, second = NOTE.unpack(exactly(self._control, NOTE.size, seconds))
        return kind, first, second


def _closed(child: socket.socket) -> bool:
    """Between two files a living child says nothing: if there is something to read, it is the end."""
    child.settimeout(0)
    try:
        child.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000} MB"
