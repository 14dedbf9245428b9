"""Values that stand in a document but could not be read: kept as raw text, and complained about once.

The mapping reports such a value where it stands; without more the checks would report the empty field as missing, too.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from wharfinger.problems import Place, Problem
from wharfinger.records import Line, Record, lines, with_lines

_CODE = "value-unreadable"


def keep(record: Record, problems: Sequence[Problem]) -> tuple[Record, tuple[Problem, ...]]:
    """The record with the raw texts in its extensions or its line's, and the problems, which name the line."""
    of_document: dict[str, str] = {}
    of_lines: dict[int, dict[str, str]] = {}
    named = []
    all_lines = lines(record)
    for problem in problems:
        if problem.code == _CODE and problem.found:
            at = _line_of(problem, all_lines)
            if at is None:
                of_document[_key(problem)] = problem.found
            else:
                of_lines.setdefault(at, {})[_key(problem)] = problem.found
                named.append(_naming(problem, all_lines[at].id or str(at + 1)))
                continue
        named.append(problem)
    if of_lines:
        changed = tuple(
            msgspec.structs.replace(line, extensions={**of_lines[at], **line.extensions}) if at in of_lines else line
            for at, line in enumerate(all_lines)
        )
        record = with_lines(record, changed)
    if of_document:
        record = msgspec.structs.replace(record, extensions={**of_document, **record.extensions})
    return record, tuple(named)


def told_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Without those that call a field missing which another calls unreadable."""
    problems = list(problems)
    unreadable = [_field(problem) for problem in problems if problem.code == _CODE]
    for problem in problems:
        if not (problem.code.endswith("-missing") and any(_is_same(problem, line, field) for line, field in unreadable)):
            yield problem


def _is_same(missing: Problem, line: str | None, field: str) -> bool:
    wanted = missing.expected or ""
    return bool(wanted) and missing.subject in (line, wanted) and (field.startswith(f"{wanted}.") or wanted in (field, *field.split(".")))


def _field(problem: Problem) -> tuple[str | None, str]:
    """The line and the path of the field within it."""
    head, _, rest = (problem.subject or "").partition(".")
    if "[" in head:
        return head[head.index("[") + 1 : -1], rest
    return None, problem.subject or ""


def _naming(problem: Problem, line: str) -> Problem:
    head, dot, rest = (problem.subject or "").partition(".")
    return msgspec.structs.replace(problem, subject=f"{head}[{line}]{dot}{rest}")


def _key(problem: Problem) -> str:
    """What the sender calls the field, else what we do."""
    place = problem.place
    segment = f"{place.tag}[{place.segment}]" if place.tag and place.segment else place.tag
    return place.column or place.xpath or segment or problem.subject or "?"


def _line_of(problem: Problem, all_lines: Sequence[Line]) -> int | None:
    """The line in which the value stands: the last that begins before it."""
    if not (problem.subject or "").partition(".")[0].endswith("_lines"):
        return None
    found = None
    for at, line in enumerate(all_lines):
        origin = line.origin or Place()
        if problem.place.xpath and origin.xpath:
            if problem.place.xpath == origin.xpath or problem.place.xpath.startswith(f"{origin.xpath}/"):
                return at
        elif origin.sheet == problem.place.sheet and _order(origin) <= _order(problem.place):
            found = at
    return found


def _order(place: Place) -> tuple[int, ...]:
    return tuple(one or 0 for one in (place.interchange, place.message, place.segment, place.page, place.row or place.line))
