"""One file without state: what is in it, parts within parts included. For convert, check and explain."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from wharfinger.contracts import Document, Item, Part
from wharfinger.isolation import Reader
from wharfinger.problems import Problem

DEEPEST = 4
"""How far parts within parts are followed."""


def read_file(reader: Reader, path: Path, partner: str | None = None) -> Iterator[Item]:
    """Yield what the file and its parts hold, in order; the places within a part say which (`part`)."""
    yield from _read(reader, path, path.name, partner, "", 0)


def _read(reader: Reader, path: Path, name: str, partner: str | None, part: str, depth: int) -> Iterator[Item]:
    with tempfile.TemporaryDirectory(prefix="wharf-") as folder:
        parts: list[tuple[Path, str]] = []
        for item in reader.read(path, name, partner):
            if isinstance(item, Part):
                file = Path(folder) / str(len(parts) + 1)
                file.write_bytes(item.content)
                parts.append((file, item.name))
            else:
                yield _placed(item, part) if part else item
        if parts and depth >= DEEPEST:
            yield _placed(Problem(code="parts-too-deep", found=str(depth + 1), expected=str(DEEPEST)), part)
            return
        for file, inner in parts:
            yield from _read(reader, file, inner, partner, f"{part}/{inner}" if part else inner, depth + 1)


def _placed(item: Item, part: str) -> Item:
    if isinstance(item, Problem):
        return _in_part(item, part)
    if isinstance(item, Document):
        place = msgspec.structs.replace(item.place, part=part)
        return msgspec.structs.replace(item, place=place, problems=tuple(_in_part(one, part) for one in item.problems))
    return item


def _in_part(problem: Problem, part: str) -> Problem:
    inner = problem.place.part
    return msgspec.structs.replace(problem, place=msgspec.structs.replace(problem.place, part=f"{part}/{inner}" if inner else part))
