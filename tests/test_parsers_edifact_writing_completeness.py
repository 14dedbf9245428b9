"""Writing EDIFACT: of every field of every kind it is known whether a message carries it, and none is dropped without a word.

What no message carries is listed, per kind and directory, in fixtures/edifact_writing/not_carried.yaml; print the list as it is now by

    python -m tests.test_parsers_edifact_writing_completeness
"""

import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from parsers.edifact import parse, write
from parsers.edifact.writing_job import IMPLIED
from tests.ubl_orders import euro
from tests.ubl_records import FULL, MINIMAL
from wharfinger.contracts import Context, Document, WriteContext, Written
from wharfinger.records import ApplicationResponse, Party, Record, RemittanceAdvice, lines, lines_field, with_lines
from wharfinger.yaml_files import load_yaml

LISTED = load_yaml(Path(__file__).parent / "fixtures" / "edifact_writing" / "not_carried.yaml")
RELEASES = ("93A", "96A", "97A", "01B")
HUB_FIELDS = ("origin", "extensions", "assumed", "line_count_numeric")
ORDERS = ("Order", "OrderChange", "OrderCancellation", "OrderResponse")
"""Kinds that D.93A has, and that fit into it with every field: bank accounts had 17 characters, despatch advices one total."""

replace = msgspec.structs.replace


def written(record: Record, release: str) -> Written:
    [result] = write([record], WriteContext(prepared=datetime(2026, 11, 1, 9, 30), control_number=1, directory=f"D.{release}"))
    return result


def read(result: Written) -> Any:
    record, *others = [item.record for item in parse(io.BytesIO(result.content), Context()) if isinstance(item, Document)]
    if isinstance(record, ApplicationResponse):  # an APERAK for each response
        responses = [response for one in (record, *others) if isinstance(one, ApplicationResponse) for response in one.document_responses]
        return replace(record, document_responses=tuple(responses))
    assert [] == others
    return record


def warned(result: Written) -> set[str]:
    """The fields that are said not to be carried, or to be carried only in part."""
    assert result.content, [(problem.code, problem.subject, problem.found) for problem in result.problems]
    return {str(problem.subject) for problem in result.problems}


def values(value: Any, path: str = "", owner: Any = None, name: str = "") -> Iterator[tuple[str, Any]]:
    """All that a record says, by its path; not what its field says by itself, nor what is the hub's own."""
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            one = getattr(value, field)
            hubs = field in HUB_FIELDS or (field == "id" and isinstance(value, Party))
            if one is not None and not hubs and IMPLIED.get((name, field)) != one:
                yield from values(one, f"{path}.{field}".removeprefix("."), value, field)
    elif isinstance(value, tuple):
        for number, one in enumerate(value, 1):
            yield from values(one, f"{path}[{number}]", owner, name)
    else:
        yield path, " ".join(value.split()) if isinstance(value, str) else value


def lost(record: Record, result: Written) -> list[str]:
    """What the record says and the message, when it is read again, does not; but for what is said not to be carried."""
    said = warned(result)
    place = {line.id: number for number, line in enumerate(lines(record))}
    back = read(result)
    back = with_lines(back, tuple(sorted(lines(back), key=lambda line: place.get(line.id, 0))))  # packing puts lines in its own order
    found = dict(values(back))
    missed = [path for path, value in values(record) if found.get(path) != value]
    return [path for path in missed if not any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in said)]


# D.93A has no room for every field of the other kinds
CARRYING = [(release, kind) for release in RELEASES for kind in FULL if release != "93A" or kind in ORDERS]


@pytest.mark.parametrize(("release", "kind"), CARRYING)
def test_what_a_message_cannot_carry_of_a_record_with_every_field_is_what_is_listed(kind: str, release: str) -> None:
    expected = {path for path, where in LISTED["not_carried"][kind].items() if where == "all" or release in where}

    assert expected == warned(written(FULL[kind], release))


@pytest.mark.parametrize(("release", "kind"), CARRYING)
def test_nothing_else_of_a_record_with_every_field_is_lost(kind: str, release: str) -> None:

    assert sorted(LISTED["said_otherwise"].get(kind, ())) == sorted(lost(FULL[kind], written(FULL[kind], release)))


def least(kind: str) -> Record:
    """The least record that becomes a message."""
    record = MINIMAL[kind]
    return replace(record, total_payment_amount=euro("99.96")) if isinstance(record, RemittanceAdvice) else record


def with_one_field(kind: str) -> Iterator[tuple[str, Record]]:
    """The least record with one field more of the full one, or one of its first line."""
    whole, record = FULL[kind], least(kind)
    own = ("id", "issue_date", "test_indicator", *HUB_FIELDS)
    of_lines = lines_field(type(record))
    for field in whole.__struct_fields__:
        if field not in (*own, of_lines):
            yield field, replace(record, **{field: getattr(whole, field)})
    if not lines(record):
        return
    full_line, line = lines(whole)[0], lines(record)[0]
    for field in full_line.__struct_fields__:
        if field not in own:
            yield f"{of_lines}.{field}", with_lines(record, (replace(line, **{field: getattr(full_line, field)}),))


@pytest.mark.parametrize("kind", FULL)
@pytest.mark.parametrize("release", ["96A", "01B"])
def test_no_field_is_lost_where_it_stands_alone(kind: str, release: str) -> None:
    found = {field: paths for field, record in with_one_field(kind) if (paths := lost(record, written(record, release)))}

    assert LISTED["said_otherwise_alone"].get(kind, {}) == found


def _current() -> Iterator[str]:
    """The first part of the list as it is now."""
    for kind, record in FULL.items():
        yield f"  {kind}:"
        releases = RELEASES if kind in ORDERS else RELEASES[1:]
        where: dict[str, list[str]] = defaultdict(list)
        for release in releases:
            for path in warned(written(record, release)):
                where[path].append(release)
        for path, found in sorted(where.items()):
            some = ", ".join(found)
            yield f"    {path}: {'all' if len(found) == len(releases) else f'[{some}]'}"


if __name__ == "__main__":
    print("not_carried:", *_current(), sep="\n")
