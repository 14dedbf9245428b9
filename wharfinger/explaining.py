"""`wharf explain`: the lines of a document as its standard names it, with every problem under the line where it stands."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from wharfinger.contracts import Document
from wharfinger.files import Opened, open_file
from wharfinger.isolation import Reader
from wharfinger.pointing import printable
from wharfinger.problems import Place, Problem
from wharfinger.reports.phrases import phrase
from wharfinger.reports.sentences import sentence

_BY = ("interchange", "message", "segment", "sheet", "page", "row", "line", "xpath")
"""The fields of a place that name a line of the explanation."""


def explain_file(reader: Reader, path: Path, partner: str | None, language: str) -> Iterator[tuple[str, bool]]:
    """Yield (line, whether anything could be read). Parts stand behind the file that they are in, each under its name."""
    readable = False
    for opened in open_file(reader, path, partner):
        readable = readable or any(isinstance(one, Document) for one in opened.items)
        if opened.part:
            yield from (("", readable), (f"{printable(opened.part)}:", readable))
        for line in _explain(reader, opened, partner, language):
            yield line, readable


def _explain(reader: Reader, opened: Opened, partner: str | None, language: str) -> Iterator[str]:
    """The lines, each problem under the line of its place; problems whose place no line has stand at the end."""
    places = opened.places()
    by_line: dict[tuple[object, ...], list[Problem]] = {}
    for one in opened.problems():
        by_line.setdefault(_key(places.get(one.place, Place())), []).append(one)
    before: tuple[object, ...] = ()
    indent = ""
    for entry in reader.explain(opened.path, opened.path.name, partner):
        if isinstance(entry, Problem):
            continue
        text, place = entry
        key = _key(place)
        if any(key) and key != before:  # a part that is missing has no line: its problem stands behind those that are there
            yield from (_marked(one, indent, language) for one in by_line.pop(before, []))
            before = key
            indent = _indent(text)
        yield printable(text)
        here = [one for one in by_line.get(key, []) if _stands_at(one.place, place)] if any(key) else []
        for one in here:
            by_line[key].remove(one)
            yield _marked(one, _indent(text), language)
    yield from (_marked(one, indent, language) for one in by_line.pop(before, []))
    for problem in itertools.chain.from_iterable(by_line.values()):
        yield sentence(problem, language)


def _stands_at(where: Place, line: Place) -> bool:
    """Whether a problem belongs under a line: that of its component, element or column, else the first of its segment or row."""
    return where.element == line.element and (where.component or line.component) == line.component and where.column == line.column


def _marked(problem: Problem, indent: str, language: str) -> str:
    return f"{indent}^ {phrase(problem.severity, language)}: {printable(problem.text(language))} [{problem.code}]"


def _indent(text: str) -> str:
    return " " * (len(text) - len(text.lstrip()))


def _key(place: Place) -> tuple[object, ...]:
    outside = place.message is None and place.segment is None  # a service segment, of which only the byte is known
    return (*(getattr(place, name) for name in _BY), place.byte if outside else None)
