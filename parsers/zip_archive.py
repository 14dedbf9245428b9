"""Plain ZIP archives (PKWARE APPNOTE 6.3.10): every file in one is received by itself; the caps are those of wharfinger.zip_limits.

DOCX, XLSX and the like are ZIP containers too and belong to their own readers: they hold `[Content_Types].xml` (OPC) or
`mimetype` (OpenDocument).

>>> import io, zipfile
>>> file = io.BytesIO()
>>> with zipfile.ZipFile(file, "w") as archive:
...     archive.writestr("in/order.csv", "item;quantity")
>>> [part.name for part in parse(file, Context())]
['in/order.csv']
"""

from collections.abc import Iterator
from typing import BinaryIO

from wharfinger import zip_limits
from wharfinger.contracts import Context, Part, Recognition
from wharfinger.problems import Problem
from wharfinger.records import Place

_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK00PK\x03\x04")
_OTHER_CONTAINERS = frozenset({"[Content_Types].xml", "mimetype"})


def recognises(head: bytes, stream: BinaryIO) -> Recognition | None:
    """A ZIP archive, also a damaged one, that is no office document."""
    if not head.startswith(_STARTS) or _OTHER_CONTAINERS.intersection(zip_limits.names(stream)):
        return None
    return Recognition(format="zip", description="ZIP archive")


def parse(stream: BinaryIO, context: Context) -> Iterator[Part | Problem]:
    """The files in the archive; a bad one is a problem and the others go on."""
    empty = True
    for entry in zip_limits.entries(stream):
        empty = False
        if isinstance(entry, Problem):
            yield entry
        elif not _litter(entry.name):
            yield Part(name=entry.name, content=entry.content)
    if empty:
        yield Problem(code="zip-without-files")


def explain(stream: BinaryIO) -> Iterator[tuple[str, Place]]:
    """One line per file: its name and size."""
    for entry in zip_limits.entries(stream):
        if isinstance(entry, Problem):
            yield f"! {entry.text()}", entry.place
        else:
            yield f"{entry.name}  {len(entry.content):,} bytes", Place(part=entry.name)


def _litter(name: str) -> bool:
    """What macOS and Windows put into archives unasked."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "Thumbs.db", "desktop.ini")
