"""Mail messages as files (.eml; RFC 5322, MIME RFC 2045 to 2047 and 2231): every attachment is received by itself.

What is an attachment is decided by what it holds: orders come `inline`, nameless and under wrong types, logos come as
attachments. Left out without a word are the body that a person wrote to accompany the documents, pictures that the
body shows, signatures, calendars, visiting cards and delivery reports. A body is a document only if it is EDIFACT, X12,
XML or a table. Mails inside the mail are unwrapped here. Who sent it is not judged here: that needs the server's headers.

>>> import io
>>> mail = b"From: a@example.com\\nSubject: Order\\nMIME-Version: 1.0\\nContent-Type: application/pdf; name=o.pdf\\n\\n%PDF-1.7"
>>> [part.name for part in parse(io.BytesIO(mail), Context())]
['o.pdf']
"""

import re
from collections.abc import Iterator
from email import message_from_binary_file
from email.errors import CloseBoundaryNotFoundDefect, HeaderParseError, InvalidBase64LengthDefect, MissingHeaderBodySeparatorDefect
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from typing import BinaryIO, NamedTuple

from wharfinger.contracts import Context, Part, Recognition
from wharfinger.problems import Problem
from wharfinger.records import Place
from wharfinger.zip_limits import display_name

_MAX_DEPTH = 10
_LOGO = 100_000
_SPACER = 10_000

# fields that only mail software writes, and those that a memo has as well
_SOFTWARE = frozenset(
    b"received return-path delivered-to message-id mime-version dkim-signature authentication-results x-mailer x-original-to "
    b"content-transfer-encoding x-received arc-seal received-spf list-id in-reply-to references envelope-to".split()
)
_COMMON = frozenset(b"from to cc date subject sender reply-to bcc content-type".split())
_HEADER = re.compile(rb"([!-9;-~]{1,70})[ \t]*:")

_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"<svg")
_NOT_DOCUMENTS = frozenset(
    {
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
        "text/calendar",
        "application/ics",
        "text/vcard",
        "text/x-vcard",
        "text/directory",
        "text/rfc822-headers",
    }
)
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_TNEF = b"\x78\x9f\x3e\x22"
_STRUCTURED = re.compile(rb"(UNA.{6}\s*UNB|UNB[+]|ISA[^\w\s]\d\d[^\w\s]|<\?xml\s|<[A-Za-z_][\w.:-]*\s+xmlns)", re.DOTALL)
_FOOTER = re.compile(r"ATT\d{3,}\.(txt|html?|dat)", re.IGNORECASE)  # Exchange makes these of mailing list footers


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """Header fields from the very first line on, some of which only mail software writes."""
    names: set[bytes] = set()
    addressed = False
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", head.removeprefix(b"\xef\xbb\xbf"), maxsplit=200)[:200]):
        field = _HEADER.match(line)
        if field:
            names.add(field[1].lower())
            addressed = addressed or (field[1].lower() in (b"from", b"to", b"sender") and b"@" in line)
        elif not line:
            break
        elif not line.startswith((b" ", b"\t")) and not (number == 0 and line.startswith((b"From ", b">From "))):
            if number < 3:
                return None
            break  # a header that some program broke
    known = len(names & (_SOFTWARE | _COMMON))
    by_software = known >= 2 and names & _SOFTWARE and names & (_COMMON - {b"date"})
    by_person = known >= 3 and b"from" in names and addressed
    return Recognition(format="mail", description="E-mail message (RFC 5322)") if by_software or by_person else None


def parse(stream: BinaryIO, context: Context) -> Iterator[Part | Problem]:
    """The documents that the mail carries, in its order."""
    empty = True
    for item in _items(stream):
        empty = False
        yield item
    if empty:
        yield Problem(code="mail-without-attachment")


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """The mail's structure: headers a person knows, then every part with its type."""
    message = _message(stream)
    if message is None:
        return
    for name in ("From", "To", "Date", "Subject"):
        if message[name] is not None:
            yield f"{name}: {_decoded(str(message[name]))}", Place()
    for leaf in _leaves(message, "", 0):
        if isinstance(leaf, Problem):
            yield f"! {leaf.text()}", leaf.place
        else:
            yield f"{leaf.message.get_content_type()}  {leaf.name}", Place(part=leaf.name)


class _Leaf(NamedTuple):
    """A part with content of its own. named: the sender gave it a name or marked it as an attachment."""

    name: str
    named: bool
    message: "Message[str, str]"


class _Headers(Compat32):
    """Headers with bytes that RFC 5322 forbids are read as UTF-8, else as Latin-1: a name is only shown."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raw = value.encode("utf-8", "surrogateescape")
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                return raw.decode("latin-1")
        return value


def _message(stream: BinaryIO) -> "Message[str, str] | None":
    stream.seek(0)
    try:
        return message_from_binary_file(stream, policy=_Headers())
    except RecursionError:
        return None


def _items(stream: BinaryIO) -> Iterator[Part | Problem]:
    message = _message(stream)
    if message is None:
        yield Problem(code="mail-too-deep", expected=str(_MAX_DEPTH))
        return
    leaves = list(_leaves(message, "", 0))
    letters = (leaf.message for leaf in leaves if isinstance(leaf, _Leaf) and not leaf.named)
    shown = b" ".join(_content(letter) for letter in letters if letter.get_content_type() == "text/html")
    for leaf in leaves:
        item = leaf if isinstance(leaf, Problem) else _document(leaf, shown)
        if item is not None:
            yield item
    for defect in message.defects:
        if isinstance(defect, CloseBoundaryNotFoundDefect):
            yield Problem(code="mail-truncated")
        elif isinstance(defect, MissingHeaderBodySeparatorDefect):  # what follows the broken line counts as text
            yield Problem(code="mail-header-damaged")


def _leaves(message: "Message[str, str]", inside: str, depth: int) -> Iterator[_Leaf | Problem]:
    """Every part that holds content, in order, also of mails within the mail; inside: what the names start with."""
    if depth > _MAX_DEPTH * 5:
        yield Problem(code="mail-too-deep", expected=str(_MAX_DEPTH), place=_place(inside.rstrip("/")))
        return
    kind = message.get_content_type()
    if kind == "multipart/encrypted":
        yield _not_read(inside + "encrypted.asc", "OpenPGP")
    elif kind == "message/rfc822" and message.is_multipart():
        for inner in _children(message):
            if not inner.keys():  # encoded as a whole, which MIME forbids and some do
                yield _Leaf(inside + (_file_name(message) or "message.eml"), True, _with_encoding_of(message, inner))
            elif inside.count("/") >= _MAX_DEPTH:
                yield Problem(code="mail-too-deep", expected=str(_MAX_DEPTH), place=_place(inside.rstrip("/")))
            else:
                title = (_file_name(message) or display_name(_decoded(str(inner["Subject"] or "message")))).replace("/", "∕")
                yield from _leaves(inner, f"{inside}{title}/", depth + 1)
    elif message.get_content_maintype() == "message":
        if kind == "message/partial":
            yield _not_read(inside + "message", "message/partial")
    elif message.is_multipart():
        for child in _children(message):
            yield from _leaves(child, inside, depth + 1)
    else:
        name = _file_name(message)
        attached = (message.get("Content-Disposition") or "").strip().lower().startswith("attachment")
        yield _Leaf(inside + (name or kind.replace("/", "-")), bool(name) or attached, message)


def _document(leaf: _Leaf, shown: bytes) -> Part | Problem | None:
    """What the leaf is to the hub; None for what merely accompanies documents. shown: the HTML bodies of the mail."""
    message, kind = leaf.message, leaf.message.get_content_type()
    if kind in _NOT_DOCUMENTS:
        return None
    content = _content(message)
    if any(isinstance(defect, InvalidBase64LengthDefect) for defect in message.defects):
        return Problem(code="mail-part-damaged", subject=leaf.name, place=_place(leaf.name))
    if content.startswith(_TNEF) or kind in ("application/ms-tnef", "application/vnd.ms-tnef"):
        return _not_read(leaf.name, "TNEF")
    file_name = leaf.name.rpartition("/")[2].lower()
    if kind in _SMIME and (not leaf.named or file_name in ("smime.p7m", "smime.p7z")):  # else a signed document: order.xml.p7m
        return _not_read(leaf.name, "S/MIME")
    main = message.get_content_maintype()
    if (content.startswith(_IMAGES) or (main == "image" and not leaf.named)) and _decoration(leaf, content, shown):
        return None
    if (not leaf.named and main in ("text", "multipart")) or _FOOTER.fullmatch(file_name):
        return Part(name=leaf.name, content=content) if _is_data(content) else None
    return Part(name=leaf.name, content=content)


def _decoration(leaf: _Leaf, content: bytes, shown: bytes) -> bool:
    """A logo or picture of the letter rather than a scanned document."""
    identity = (leaf.message.get("Content-ID") or "").strip().strip("<>").encode("utf-8", "replace")
    if identity and len(content) <= _LOGO:
        return True
    if identity and b"cid:" + identity in shown:
        return len(content) <= 10 * _LOGO
    return len(content) <= _SPACER


def _is_data(content: bytes) -> bool:
    """Whether a body is a document for machines: EDIFACT, X12, XML, or lines with equally many separators."""
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _STRUCTURED.match(text[:300]):
        return b"<html" not in text[:1_000].lower()
    lines = [line for line in text[:20_000].splitlines()[:20] if line.strip()]
    if len(lines) < 2:
        return False
    separators = ((b";", 2), (b"\t", 2), (b"|", 2), (b",", 3))
    return any(lines[0].count(one) >= least and len({line.count(one) for line in lines}) == 1 for one, least in separators)


def _content(message: "Message[str, str]") -> bytes:
    """The bytes as they were before transfer encoding."""
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _children(message: "Message[str, str]") -> "list[Message[str, str]]":
    payload = message.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _with_encoding_of(outer: "Message[str, str]", inner: "Message[str, str]") -> "Message[str, str]":
    if outer["Content-Transfer-Encoding"]:
        inner["Content-Transfer-Encoding"] = outer["Content-Transfer-Encoding"]
    inner["Content-Type"] = "application/octet-stream"
    return inner


def _file_name(message: "Message[str, str]") -> str:
    """The name that the sender gave, for display; empty when there is none."""
    try:
        return display_name(_decoded(message.get_filename() or "").replace("/", "∕").replace("\\", "∕"))
    except (LookupError, ValueError, TypeError):
        return ""


def _decoded(text: str) -> str:
    """Text with its encoded words (RFC 2047) read; those in an unknown charset as far as they are ASCII."""
    if "=?" not in text:
        return text
    try:
        pieces = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(piece if isinstance(piece, str) else _in_charset(piece, charset) for piece, charset in pieces)


def _in_charset(raw: bytes, charset: str | None) -> str:
    try:
        return raw.decode(charset or "ascii", "replace")
    except (LookupError, ValueError):
        return raw.decode("ascii", "replace")


def _place(name: str) -> Place:
    return Place(part=display_name(name) or None)


def _not_read(name: str, wrapping: str) -> Problem:
    return Problem(code="mail-part-not-read", subject=name, found=wrapping, place=_place(name))
