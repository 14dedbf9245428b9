"""The other side of wharfinger.isolation: the fork server, and the reading child in which untrusted bytes are touched.

The server is one fresh interpreter with the parsers loaded; it reads no document itself. The child limits itself (CPU, memory,
files, processes) before it opens the first file.
"""

import contextlib
import ctypes
import gc
import importlib
import math
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from wharfinger.config import load_home
from wharfinger.contracts import Context, Document, Interchange, Part, Recognition
from wharfinger.problems import Problem
from wharfinger.reading_frames import (
    NOTE,
    End,
    Failed,
    Found,
    Limits,
    Line,
    Opened,
    Read,
    Recognised,
    Request,
    Wrong,
    decode_request,
    decode_start,
    encode,
    receive,
    send,
)

_WATCH_SECONDS = 1.0


def serve(start: str) -> None:
    """The fork server: one reading child at a time, ended together with the process that it serves."""
    gc.set_threshold(20_000)  # imports and records leave no cycles; the child inherits it
    arguments = decode_start(bytes.fromhex(start))
    control = socket.socket(fileno=arguments.control)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    wake, woken = socket.socketpair()
    wake.setblocking(False)
    woken.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    try:
        context = context_of(Path(os.fsdecode(arguments.home)) if arguments.home else None)
        importlib.import_module(arguments.reading)
        registry = importlib.import_module("wharfinger.registry")
        registry.parsers()
        registry.checks()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".encode(errors="replace")
        control.sendall(NOTE.pack(b"E", len(reason), 0) + reason)
        return
    gc.collect()
    gc.freeze()  # the child's garbage collection then leaves the shared pages alone
    server = os.getpid()
    child, last = 0, (0, 0)
    try:
        control.sendall(NOTE.pack(b"R", 0, 0))
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
                control.sendall(NOTE.pack(b"S", child, 0))
            elif order == b"K":
                if child:
                    os.kill(child, signal.SIGKILL)
                    _, status, usage = os.wait4(child, 0)
                    child, last = 0, (status, _peak(usage.ru_maxrss))
                control.sendall(NOTE.pack(b"D", *last))
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
            request = decode_request(receive(channel, None, 1 << 20))
            _allow_cpu(limits)
            allowed = time.process_time()
            for frame in frames(request, context):
                send(channel, frame)
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


def context_of(home: Path | None) -> Context:
    if home is None:
        return Context()
    loaded = load_home(home)
    return Context(partners=loaded.partners, companies=loaded.settings.companies)


@cache
def _named(dotted: str) -> Callable[..., Any]:
    module, _, name = dotted.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def frames(request: Request, context: Context) -> Iterator[bytes]:
    """Read the file: the only function in which the bytes are touched."""
    partner = next((one for one in context.partners if one.partner == request.partner), None)
    context = msgspec.structs.replace(context, name=request.name, partner=partner)
    failed = None
    try:
        function: Callable[..., Iterator[Any]] = _named(request.function)
        with open(request.path, "rb") as stream:
            for item in function(stream, context, *([request.places] if request.places else [])):
                if isinstance(item, Document):
                    yield encode(Read(item, _named(request.finish)(item, context) if request.finish else b""))
                elif isinstance(item, Part):
                    yield encode(Found(item))
                elif isinstance(item, Problem):
                    yield encode(Wrong(item))
                elif isinstance(item, Recognition):
                    yield encode(Recognised(item))
                elif isinstance(item, Interchange):
                    yield encode(Opened(item))
                else:
                    yield encode(Line(*item))
    except MemoryError:
        failed = Failed("", "", memory=True)
    except Exception as error:  # a reader must not raise; if it does, the file is parked with the reason and the hub goes on
        failed = Failed(_utf8(f"{type(error).__name__}: {error}"[:500]), _utf8(traceback.format_exc()[-8_000:]), memory=False)
    if failed:
        yield encode(failed)
    yield encode(End())


def _utf8(text: str) -> str:
    """The text without lone surrogates, which no message can carry."""
    return text.encode("utf-8", "replace").decode()
