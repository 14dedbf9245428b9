"""A stand-in for wharfinger.reading whose read does to its child what the file's words say; used by the isolation tests."""

import ctypes
import os
import signal
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import BinaryIO

from wharfinger.contracts import Context, Document, Item, Part
from wharfinger.problems import Problem
from wharfinger.records import Order, Place


def read(stream: BinaryIO, context: Context) -> Iterator[Item]:
    """One item per word of the file; a word that is no misdeed is the number of an order."""
    for word in stream.read().decode().split():
        if word in _MISDEEDS:
            yield from _MISDEEDS[word]()
        else:
            yield _order(word, context)


def explain(stream: BinaryIO, context: Context) -> Iterator[tuple[str, Place]]:
    """One line per word."""
    for number, word in enumerate(stream.read().decode().split(), 1):
        yield word, Place(line=number)


def finish(document: Document, context: Context) -> bytes:
    """What read_finished is to hand over beside each document."""
    return f"<Order>{document.id}</Order>".encode()


def _order(number: str, context: Context) -> Document:
    record = Order(id=number, issue_date=date(2026, 11, 1), test_indicator=False, notes=(context.name,))
    return Document(kind="Order", id=number, record=record, partner=context.partner.partner if context.partner else None)


def _loop() -> Iterator[Item]:
    while True:
        pass
    yield


def _sleep() -> Iterator[Item]:
    time.sleep(60)
    yield Problem(code="file-empty")


def _swell() -> Iterator[Item]:
    yield Part(name="never", content=b"x" * (4 << 30))


def _signal(number: signal.Signals) -> Iterator[Item]:
    os.kill(os.getpid(), number)
    time.sleep(1)
    yield Problem(code="file-empty")


def _wild_pointer() -> Iterator[Item]:
    yield Problem(code="file-empty", found=str(ctypes.string_at(0)))


def _exit() -> Iterator[Item]:
    os._exit(3)
    yield


def _raise() -> Iterator[Item]:
    raise ValueError("no such thing \udcff")
    yield


def _surrogate() -> Iterator[Item]:
    yield Part(name="\udcff", content=b"")


def _deep() -> Iterator[Item]:
    yield from _deep()


def _flood() -> Iterator[Item]:
    while True:
        yield Part(name="flood", content=b"x" * 1_000_000)


def _many() -> Iterator[Item]:
    for number in range(20_000):
        yield _order(str(number), Context())


def _write() -> Iterator[Item]:
    with open(Path("/tmp") / f"wharfinger-{os.getpid()}", "wb", buffering=0) as file:
        os.unlink(file.name)
        file.write(b"x")
    yield Problem(code="file-empty")


def _fork() -> Iterator[Item]:
    os.fork()
    yield Problem(code="file-empty")


def _environment() -> Iterator[Item]:
    yield Part(name="environment", content=" ".join(sorted(os.environ)).encode())


def _process() -> Iterator[Item]:
    yield Part(name="process", content=f"{os.getpid()} {os.getppid()}".encode())


def _descriptors() -> Iterator[Item]:
    sockets = 0
    for number in range(3, 64):
        try:
            sockets += socket.socket(fileno=os.dup(number)).fileno() > 0
        except OSError:
            continue
    yield Part(name="sockets", content=str(sockets).encode())


_MISDEEDS = {
    "loop": _loop,
    "sleep": _sleep,
    "swell": _swell,
    "abort": lambda: _signal(signal.SIGABRT),
    "kill": lambda: _signal(signal.SIGKILL),
    "segv": _wild_pointer,
    "exit": _exit,
    "raise": _raise,
    "surrogate": _surrogate,
    "deep": _deep,
    "flood": _flood,
    "many": _many,
    "write": _write,
    "fork": _fork,
    "environment": _environment,
    "process": _process,
    "descriptors": _descriptors,
}
