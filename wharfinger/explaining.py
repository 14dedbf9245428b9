"""`wharf explain`: the lines of a document as its standard names it, with every problem under the line where it stands."""

from collections.abc import Iterator
from pathlib import Path

from wharfinger.contracts import Document
from wharfinger.files import read_file
from wharfinger.isolation import Reader
from wharfinger.problems import Place, Problem

_BY = ("interchange", "message", "segment", "sheet", "page", "row", "line", "xpath")
"""The fields of a place that name a line of the explanation."""


def explain_file(reader: Reader, path: Path, partner: str | None, language: str) -> Iterator[tuple[str, bool]]:
    """Yield (line, whether anything could be read). Problems whose place no line has stand at the end."""
    problems: list[Problem] = []
    readable = False
    for item in read_file(reader, path, partner):
        if isinstance(item, Problem):
            problems.append(item)
        elif isinstance(item, Document):
            readable = True
            problems.extend(item.problems)
    for entry in reader.explain(path, path.name, partner):
        if isinstance(entry, Problem):
            continue
        text, place = entry
        yield text, readable
        key = _key(place)
        indent = " " * (len(text) - len(text.lstrip()))
        for problem in [one for one in problems if any(key) and _key(one.place) == key]:
            problems.remove(problem)
            yield f"{indent}^ {problem.severity}: {problem.text(language)} [{problem.code}]", readable
    for problem in problems:
        yield f"{problem.severity}: {problem.text(language)} {problem.hint(language)} [{problem.code}]", readable


def _key(place: Place) -> tuple[object, ...]:
    return tuple(getattr(place, name) for name in _BY)
