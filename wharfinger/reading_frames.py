"""What passes between the process that wants a file read and its reading child: requests, frames, and how they are sent.

A message is its length in eight bytes and that many bytes of MessagePack.

    >>> decode(encode(Failed("ValueError: ...", "", memory=False)))
    Failed(error='ValueError: ...', trace='', memory=False)
"""

import socket
import struct

import msgspec

from wharfinger.contracts import Document, Interchange, Part, Recognition
from wharfinger.problems import Problem
from wharfinger.records import Place


class Limits(msgspec.Struct, frozen=True):
    """What one reading may use. Seconds count from item to item, so that a long interchange has the time it needs.

    output: bytes that a file may yield besides twenty times its own size. files, input: after so many files or bytes read
    the child is replaced, which bounds what leaks.
    """

    cpu_seconds: int = 8
    wall_seconds: float = 10.0
    memory: int = 1 << 30
    output: int = 300_000_000
    files: int = 2_000
    input: int = 500_000_000


class Request(msgspec.Struct, array_like=True):
    """function: dotted name of what reads the stream; finish: dotted name of what is done with each document.

    places: what the function is given besides stream and context, if there are any.
    """

    function: str
    path: bytes
    name: str
    partner: str | None
    finish: str | None
    places: tuple[Place, ...] = ()


class Start(msgspec.Struct, array_like=True):
    """What the fork server is started with. control: a descriptor; parent: the process that it serves."""

    control: int
    parent: int
    home: bytes | None
    limits: Limits
    reading: str


class Read(msgspec.Struct, array_like=True, tag=1):
    document: Document
    finished: bytes


class Found(msgspec.Struct, array_like=True, tag=2):
    part: Part


class Wrong(msgspec.Struct, array_like=True, tag=3):
    problem: Problem


class Line(msgspec.Struct, array_like=True, tag=4):
    text: str
    place: Place


class Recognised(msgspec.Struct, array_like=True, tag=7):
    recognition: Recognition


class Opened(msgspec.Struct, array_like=True, tag=8):
    interchange: Interchange


class Failed(msgspec.Struct, array_like=True, tag=5):
    error: str
    trace: str
    memory: bool


class End(msgspec.Struct, array_like=True, tag=6):
    pass


Frame = Read | Found | Wrong | Line | Failed | End | Recognised | Opened
"""What a child sends, tagged; documents in Read."""

_LENGTH = struct.Struct(">Q")
NOTE = struct.Struct(">cqq")
"""What the fork server says of itself and of the child: a letter and two numbers."""
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Frame).decode
decode_start = msgspec.msgpack.Decoder(Start).decode
decode_request = msgspec.msgpack.Decoder(Request).decode


class TooMuchError(Exception):
    """A frame is longer than the room that is left for output."""


def send(to: socket.socket, body: bytes) -> None:
    """One message, however long the other side takes to read it."""
    to.settimeout(None)
    if len(body) < 65_536:
        to.sendall(_LENGTH.pack(len(body)) + body)
    else:
        to.sendall(_LENGTH.pack(len(body)))
        to.sendall(body)


def receive(source: socket.socket, seconds: float | None, room: int) -> bytes | bytearray:
    """The next message. Raises TooMuchError when it is longer than room, and what `exactly` raises."""
    (length,) = _LENGTH.unpack(exactly(source, _LENGTH.size, seconds))
    if length > room:
        raise TooMuchError
    return exactly(source, length, seconds)


def exactly(source: socket.socket, size: int, seconds: float | None) -> bytearray:
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
