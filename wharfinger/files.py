"""One file without state: what is in it, parts within parts included. For convert, check and explain."""

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from wharfinger.contracts import Document, Item, Part
from wharfinger.isolation import Reader
from wharfinger.problems import Place, Problem

DEEPEST = 4
"""How far parts within parts are followed."""


class Opened(NamedTuple):
    """The file, or a part of it. path: where its bytes are until the next one is asked for; part: '' for the file itself.

    items: what it holds besides parts, with the part in every place.
    """

    path: Path
    part: str
    items: list[Item]

    def problems(self) -> list[Problem]:
        """All of them: of the file and of its documents."""
        return [one for item in self.items for one in (item.problems if isinstance(item, Document) else [item]) if isinstance(one, Problem)]

    def place(self, place: Place) -> Place:
        """A place in these bytes as one in the whole file."""
        if not self.part:
            return place
        return msgspec.structs.replace(place, part=f"{self.part}/{place.part}" if place.part else self.part)

    def places(self) -> dict[Place, Place]:
        """Where the problems stand: in the whole file -> in these bytes."""
        own = self.part or None
        found = (one.place for one in self.problems() if one.place.part == own)
        return {place: msgspec.structs.replace(place, part=None) for place in found}


@contextmanager
def on_disk(path: Path) -> Iterator[Path]:
    """A file that another process can open and seek in: what comes through a pipe, or from - (standard input), is copied first."""
    if path.is_file() and path.parts[:2] not in (("/", "dev"), ("/", "proc")):  # /dev/stdin is another file in another process
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="wharf-") as folder:
        copy = Path(folder) / ("stdin" if str(path) == "-" else path.name)
        with copy.open("wb") as target:
            if str(path) == "-":
                shutil.copyfileobj(sys.stdin.buffer, target)
            else:
                with path.open("rb") as stream:
                    shutil.copyfileobj(stream, target)
        yield copy


def open_file(reader: Reader, path: Path, partner: str | None = None) -> Iterator[Opened]:
    """Yield the file and then, in order, each part within it."""
    yield from _opened(reader, path, path.name, partner, "", 0)


def read_file(reader: Reader, path: Path, partner: str | None = None) -> Iterator[Item]:
    """Yield what the file and its parts hold, in order; the places within a part say which (`part`)."""
    for opened in open_file(reader, path, partner):
        yield from opened.items


def excerpts(reader: Reader, opened: Opened, partner: str | None = None) -> dict[Place, str]:
    """What stands at the places of the problems with a caret under it, for those of which the reader of the format can say it."""
    places = {inner: place for place, inner in opened.places().items() if inner != Place()}
    found = reader.excerpts(opened.path, opened.path.name, partner, tuple(places)) if places else ()
    return {places[inner]: text for text, inner in found}


def _opened(reader: Reader, path: Path, name: str, partner: str | None, part: str, depth: int) -> Iterator[Opened]:
    opened = Opened(path, part, [])
    with tempfile.TemporaryDirectory(prefix="wharf-") as folder:
        parts: list[tuple[Path, str]] = []
        names: Counter[str] = Counter()
        for item in reader.read(path, name, partner):
            if isinstance(item, Part):
                file = Path(folder) / str(len(parts) + 1)
                file.write_bytes(item.content)
                names[item.name] += 1
                parts.append((file, item.name if names[item.name] == 1 else f"{item.name} ({names[item.name]})"))
            elif isinstance(item, Problem):
                opened.items.append(_placed(item, opened))
            elif isinstance(item, Document):
                problems = tuple(_placed(one, opened) for one in item.problems)
                opened.items.append(msgspec.structs.replace(item, place=opened.place(item.place), problems=problems) if part else item)
            else:
                opened.items.append(item)
        if parts and depth >= DEEPEST:
            opened.items.append(_placed(Problem(code="parts-too-deep", found=str(depth + 1), expected=str(DEEPEST)), opened))
            parts.clear()
        yield opened
        for file, inner in parts:
            yield from _opened(reader, file, inner, partner, f"{part}/{inner}" if part else inner, depth + 1)


def _placed(problem: Problem, opened: Opened) -> Problem:
    return msgspec.structs.replace(problem, place=opened.place(problem.place)) if opened.part else problem
