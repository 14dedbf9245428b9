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
import ctypes
import gc
import importlib
import logging
import math
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from wharfinger.config import load_home
from wharfinger.contracts import Context, Document, Interchange, Item, Part, Recognition
from wharfinger.problems import Permanent, Problem
from wharfinger.records import Place
from wharfinger.zip_limits import display_name

_LOG = logging.getLogger(__name__)

_START_SECONDS = 120.0
_ANSWER_SECONDS = 10.0
_WATCH_SECONDS = 1.0
# what a parser may see of the environment: no credentials
_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "PYTHONTZPATH")


class Limits(msgspec.Struct, frozen=True):
    """What one reading may use. Seconds count from item to item, so that a long interchange has the time it needs.

    output: bytes that a file may yield besides twenty times its own size. files, input: after so many files or bytes read
    the child is replaced, which bounds what leaks.
    """

    cpu_seconds: int = 8
    wall_seconds: float = 10.0
    memory: int = 1 << 30
    output: int = 300_000_000
    files: int = 500
    input: int = 500_000_000


def isolated() -> bool:
    """Whether this system can read in a limited child."""
    return hasattr(os, "fork") and sys.platform != "win32"


class _Request(msgspec.Struct, array_like=True):
    """function: dotted name of what reads the stream; finish: dotted name of what is done with each document.

    places: what the function is given besides stream and context, if there are any.
    """

    function: str
    path: bytes
    name: str
    partner: str | None
    finish: str | None
    places: tuple[Place, ...] = ()


class _Read(msgspec.Struct, array_like=True, tag=1):
    document: Document
    finished: bytes


class _Found(msgspec.Struct, array_like=True, tag=2):
    part: Part


class _Wrong(msgspec.Struct, array_like=True, tag=3):
    problem: Problem


class _Line(msgspec.Struct, array_like=True, tag=4):
    text: str
    place: Place


class _Recognised(msgspec.Struct, array_like=True, tag=7):
    recognition: Recognition


class _Opened(msgspec.Struct, array_like=True, tag=8):
    interchange: Interchange


class _Failed(msgspec.Struct, array_like=True, tag=5):
    error: str
    trace: str
    memory: bool


class _End(msgspec.Struct, array_like=True, tag=6):
    pass


_Frame = _Read | _Found | _Wrong | _Line | _Failed | _End | _Recognised | _Opened

class _Start(msgspec.Struct, array_like=True):
    """What the fork server is started with. control: a descriptor; parent: the process that it serves."""

    control: int
    parent: int
    home: bytes | None
    limits: Limits
    reading: str


# -P keeps the current folder off the path and our own packages come first: no `parsers` elsewhere can shadow ours
_PACKAGES = str(Path(__file__).resolve().parents[1])
_BOOTSTRAP = "import sys; sys.path.insert(0, sys.argv[1]); from wharfinger.isolation import serve; serve(sys.argv[2])"

_LENGTH = struct.Struct(">Q")
_NOTE = struct.Struct(">cqq")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Frame).decode
_decode_start = msgspec.msgpack.Decoder(_Start).decode
_decode_request = msgspec.msgpack.Decoder(_Request).decode


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
            if isinstance(frame, _Read):
                yield frame.document, frame.finished
            elif isinstance(frame, _Found):
                yield frame.part, b""
            elif isinstance(frame, _Wrong):
                yield frame.problem, b""
            elif isinstance(frame, _Recognised):
                yield frame.recognition, b""
            elif isinstance(frame, _Opened):
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
            if isinstance(frame, _Line):
                yield frame.text, frame.place
            elif isinstance(frame, _Wrong):
                yield frame.problem

    def excerpts(self, path: Path, name: str, partner: str | None, places: tuple[Place, ...]) -> Iterator[tuple[str, Place]]:
        """Yield what stands at these places, a caret under it, as far as wharfinger.reading can say it."""
        for frame in self._run("excerpts", path, name, partner, None, places):
            if isinstance(frame, _Line):
                yield frame.text, frame.place

    def _run(
        self, function: str, path: Path, name: str, partner: str | None, finish: str | None, places: tuple[Place, ...] = ()
    ) -> Iterator[_Frame]:
        if self._busy:
            raise RuntimeError("a Reader reads one file at a time: read the other file to its end first")
        request = _Request(f"{self._reading}:{function}", os.fsencode(path.absolute()), display_name(name), partner, finish, places)
        if not isolated():
            yield from (self._judged(_decode(frame)) for frame in _frames(request, _context(self._home)))
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
                _send(child, _encode(request))
                while True:
                    body = _receive(child, self._limits.wall_seconds, room)
                    room -= len(body)
                    frame = _decode(body)
                    if isinstance(frame, _End):
                        ended = True
                        return
                    yield self._judged(frame)
            except TimeoutError:
                yield _Wrong(Problem(code="reader-time-exceeded", expected=f"{self._limits.wall_seconds:g} s"))
            except _TooMuchError:
                yield _Wrong(Problem(code="reader-output-exceeded", expected=_megabytes(self._limits.output)))
            except (EOFError, ConnectionError):
                yield _Wrong(self._cause_of_death())
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

    def _judged(self, frame: _Frame) -> _Frame:
        """The frame; a reader's failure as the Problem that it is."""
        if not isinstance(frame, _Failed):
            return frame
        if frame.memory:
            return _Wrong(Problem(code="reader-memory-exceeded", expected=_megabytes(self._limits.memory)))
        _LOG.error("a reader raised %s\n%s", frame.error, frame.trace)
        return _Wrong(Problem(code="reader-crashed", found=frame.error))


class _Server:
    """This side of the fork server: it starts at once and is ready when the first child is asked for."""

    def __init__(self, home: Path | None, limits: Limits, reading: str) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}
            arguments = _Start(theirs.fileno(), os.getpid(), os.fsencode(home) if home else None, limits, reading)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _BOOTSTRAP, _PACKAGES, _encode(arguments).hex()],
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
                reason = _exactly(self._control, length, _ANSWER_SECONDS).decode()
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
        kind, first, second = _NOTE.unpack(_exactly(self._control, _NOTE.size, seconds))
        return kind, first, second


class _TooMuchError(Exception):
    """A frame is longer than the room that is left for output."""


def _send(to: socket.socket, body: bytes) -> None:
    to.settimeout(None)
    if len(body) < 65_536:
        to.sendall(_LENGTH.pack(len(body)) + body)
    else:
        to.sendall(_LENGTH.pack(len(body)))
        to.sendall(body)


def _receive(source: socket.socket, seconds: float | None, room: int) -> bytes | bytearray:
    (length,) = _LENGTH.unpack(_exactly(source, _LENGTH.size, seconds))
    if length > room:
        raise _TooMuchError
    return _exactly(source, length, seconds)


def _exactly(source: socket.socket, size: int, seconds: float | None) -> bytearray:
    """size bytes; TimeoutError when nothing at all comes for so many seconds, EOFError when the other side is gone."""
    source.settimeout(seconds)
    buffer = bytearray(size)
    view = memoryview(buffer)
    filled = 0
    while filled < size:
        count = source.recv_into(view[filled:])
        if count == 0:
            raise EOFError
        filled += count
    return buffer


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


def _context(home: Path | None) -> Context:
    if home is None:
        return Context()
    loaded = load_home(home)
    return Context(partners=loaded.partners, companies=loaded.settings.companies)


@cache
def _named(dotted: str) -> Callable[..., Any]:
    module, _, name = dotted.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _frames(request: _Request, context: Context) -> Iterator[bytes]:
    """Read the file: the only function in which the bytes are touched."""
    partner = next((one for one in context.partners if one.partner == request.partner), None)
    context = msgspec.structs.replace(context, name=request.name, partner=partner)
    failed = None
    try:
        function: Callable[..., Iterator[Any]] = _named(request.function)
        with open(request.path, "rb") as stream:
            for item in function(stream, context, *([request.places] if request.places else [])):
                if isinstance(item, Document):
                    yield _encode(_Read(item, _named(request.finish)(item, context) if request.finish else b""))
                elif isinstance(item, Part):
                    yield _encode(_Found(item))
                elif isinstance(item, Problem):
                    yield _encode(_Wrong(item))
                elif isinstance(item, Recognition):
                    yield _encode(_Recognised(item))
                elif isinstance(item, Interchange):
                    yield _encode(_Opened(item))
                else:
                    yield _encode(_Line(*item))
    except MemoryError:
        failed = _Failed("", "", memory=True)
    except Exception as error:  # a reader must not raise; if it does, the file is parked with the reason and the hub goes on
        failed = _Failed(_utf8(f"{type(error).__name__}: {error}"[:500]), _utf8(traceback.format_exc()[-8_000:]), memory=False)
    if failed:
        yield _encode(failed)
    yield _encode(_End())


def _utf8(text: str) -> str:
    """The text without lone surrogates, which no message can carry."""
    return text.encode("utf-8", "replace").decode()


# From here on: what runs in the fork server and in the reading child.


def serve(start: str) -> None:
    """The fork server: one reading child at a time, ended together with the process that it serves."""
    gc.set_threshold(20_000)  # imports and records leave no cycles; the child inherits it
    arguments = _decode_start(bytes.fromhex(start))
    control = socket.socket(fileno=arguments.control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    wake, woken = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    try:
        context = _context(Path(os.fsdecode(arguments.home)) if arguments.home else None)
        importlib.import_module(arguments.reading)
        registry = importlib.import_module("wharfinger.registry")
        registry.parsers()
        registry.checks()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".encode(errors="replace")
        control.sendall(_NOTE.pack(b"E", len(reason), 0) + reason)
        return
    gc.collect()
    gc.freeze()  # the child's garbage collection then leaves the shared pages alone
    server = os.getpid()
    child, last = 0, (0, 0)
    try:
        control.sendall(_NOTE.pack(b"R", 0, 0))
        while os.getppid() == arguments.parent:
            readable, _, _ = select.select([control, wake], [], [], _WATCH_SECONDS)
            if wake in readable:
                wake.recv(4096)
            if child:
                pid, status, usage = os.wait4(child, os.WNOHANG)
                if pid:
                    child, last = 0, (status, _peak(usage.ru_maxrss))
            if control not in readable:
                continue
            order, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if order == b"F":
                child = os.fork()
                if child == 0:
                    signal.set_wakeup_fd(-1)
                    for inherited in (control, wake, woken):
                        inherited.close()
                    _be_child(socket.socket(fileno=descriptors[0]), server, context, arguments.limits)
                os.close(descriptors[0])
                control.sendall(_NOTE.pack(b"S", child, 0))
            elif order == b"K":
                if child:
                    os.kill(child, signal.SIGKILL)
                    _, status, usage = os.wait4(child, 0)
                    child, last = 0, (status, _peak(usage.ru_maxrss))
                control.sendall(_NOTE.pack(b"D", *last))
            else:
                return
    except ConnectionError:
        pass  # the process that it serves is gone
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


def _peak(maximum: int) -> int:
    """ru_maxrss in bytes: Linux counts kilobytes, macOS bytes."""
    return maximum if sys.platform == "darwin" else maximum * 1024


def _be_child(channel: socket.socket, server: int, context: Context, limits: Limits) -> None:
    """The reading child; never returns."""
    status = 70
    try:
        _confine(server, limits)
        while True:
            request = _decode_request(_receive(channel, None, 1 << 20))
            _allow_cpu(limits)
            allowed = time.process_time()
            for frame in _frames(request, context):
                _send(channel, frame)
                if time.process_time() - allowed > 0.5:
                    _allow_cpu(limits)
                    allowed = time.process_time()
    except (EOFError, ConnectionError):
        status = 0
    finally:
        os._exit(status)


def _confine(server: int, limits: Limits) -> None:
    import resource  # not on Windows

    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: never outlive the server
        prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        if os.getppid() != server:
            os._exit(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):  # libraries that print would spoil the terminal
        os.dup2(nothing, descriptor)
    sys.dont_write_bytecode = True
    for name, value in (
        ("RLIMIT_AS", limits.memory),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_NOFILE", 64),
    ):
        kind = getattr(resource, name, None)
        if kind is not None:
            with contextlib.suppress(OSError, ValueError):  # a lower limit is set already, or macOS refuses this one
                resource.setrlimit(kind, (value, value))


def _allow_cpu(limits: Limits) -> None:
    """So many more CPU seconds: beyond them the kernel sends SIGXCPU, and SIGKILL should that be held back."""
    import resource

    soft = math.ceil(time.process_time()) + limits.cpu_seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
