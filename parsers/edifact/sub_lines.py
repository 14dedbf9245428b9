"""Sub-lines (LIN, C829 with 5495 = 1): what belongs to another line of the message is no line of its own and is not counted with it.

Guidelines use them for the contents of a set, for the sizes of an article, for returnable packaging (EANCOM, "sub-line information").
Where the total of the lines is right with their amounts only, they are lines as all others. Else no message says whether they only
inform or are what is wanted: they are kept as they came, under the extensions of the line that they belong to, and a person decides,
unless the partner's accepted deviations have the code.

>>> parent_of("LIN+2++4000862141404:EN+1:1"), parent_of("LIN+2++4000862141404:EN")
('1', None)
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from parsers.edifact.syntax import restored
from parsers.edifact.tree import Tree
from wharfinger.problems import Problem
from wharfinger.records import Record, lines, lines_field, monetary_total

_C829 = 4
"""Its place in LIN, counted from 1."""
_ENDS = ("LIN", "UNS", "CPS", "UNT", "CNT")


def set_apart(record: Record, segments: list[str], tree: Tree) -> list[Problem]:
    """Take the sub-lines out of the lines of the record, which was made just now: one problem for each line that has some."""
    field = lines_field(type(record))
    if field is None or not any(text.startswith("LIN") and text.count("+") >= _C829 and parent_of(text) for text in segments):
        return []
    stated = lines(record)
    kept: list[Any] = []
    parts: dict[int, list[Any]] = {}  # place among those kept -> its sub-lines
    named: dict[str, int] = {}  # number of a line -> place of the line that it is, or that it belongs to
    for line in stated:
        at = (line.origin.segment if line.origin else None) or 0
        parent = parent_of(segments[at - 1]) if at else None
        if parent is None or parent == line.id or not kept:
            kept.append(line)
        else:
            parts.setdefault(named.get(parent, len(kept) - 1), []).append(line)
        place = len(kept) - 1 if kept[-1] is line else next(one for one, found in parts.items() if found[-1] is line)
        named.setdefault(line.id or "", place)
    if _add_up(stated, record) and not _add_up(kept, record):
        return []
    problems = []
    for place, found in parts.items():
        whole = kept[place]
        texts = {_key(number): _text(segments, one) for number, one in enumerate(found, 1)}
        kept[place] = msgspec.structs.replace(whole, extensions={**whole.extensions, **texts})
        first = msgspec.structs.replace(tree.place(found[0].origin.segment, "LIN"), element=_C829)
        numbers = ", ".join(one.id or "?" for one in found)
        problems.append(Problem(code="edifact-sub-line", place=first, subject=whole.id, found=numbers))
    if getattr(record, "line_count_numeric", None) == len(stated):
        msgspec.structs.force_setattr(record, "line_count_numeric", len(kept))
        msgspec.structs.force_setattr(record, "assumed", (*record.assumed, "line_count_numeric"))
    msgspec.structs.force_setattr(record, field, tuple(kept))
    return problems


def _add_up(counted: Iterable[Any], record: Record) -> bool:
    """Whether the amounts of these lines are the total that the record states."""
    totals = monetary_total(record)
    total = totals.line_extension_amount if totals else None
    amounts = [one.line_extension_amount.value or 0 for one in counted if getattr(one, "line_extension_amount", None)]
    return total is not None and total.value == sum(amounts, Decimal(0))


def parent_of(lin: str) -> str | None:
    """The number of the line to which this one belongs; None where it is a line of its own."""
    elements = lin.split("+")
    if len(elements) <= _C829:
        return None
    indicator, _, number = elements[_C829].partition(":")
    number = restored(number.split(":")[0]).strip()
    return number if indicator.strip() in ("1", "") and number else None


def _key(number: int) -> str:
    return "LIN[5495=1]" if number == 1 else f"LIN[5495=1]#{number}"


def _text(segments: list[str], line: Any) -> str:
    """The segments of a line as they came."""
    first = line.origin.segment - 1
    last = next((at for at in range(first + 1, len(segments)) if segments[at].startswith(_ENDS)), len(segments))
    return "".join(f"{restored(text)}'" for text in segments[first:last])
