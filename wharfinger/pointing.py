"""What stands at the place of a problem, with a caret under it: for `wharf check`.

>>> print(pointed("NAD+BY+4012345500005::9", 7, 20))
NAD+BY+4012345500005::9
       ^^^^^^^^^^^^^
>>> print(pointed("x" * 200 + "here" + "y" * 200, 200, 204, width=30))
…xxxxxxxxxxxxhereyyyyyyyyyyyy…
             ^^^^
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from wharfinger.records import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WIDTH = 120


def pointed(text: str, begin: int, end: int, width: int = WIDTH) -> str:
    """The text, cut around what stands from begin to end, and a line with carets under that; begin = end: one caret where it would stand.

    What is no printable character (control characters, marks of writing direction) becomes a �, so that it does nothing to the terminal.
    """
    safe = printable(text)
    begin, end = max(0, min(begin, len(safe))), max(0, min(end, len(safe)))
    if len(safe) > width:
        before = max(width // 8, (width - min(end - begin, width)) // 2)
        first = max(0, min(begin - before, len(safe) - width))
        shown = safe[first : first + width]
        if first:
            shown = "…" + shown[1:]
        if first + width < len(safe):
            shown = shown[:-1] + "…"
        safe, begin, end = shown, begin - first, min(end - first, width)
    return f"{safe}\n{' ' * _columns(safe[:begin])}{'^' * max(1, _columns(safe[begin:end]))}"


def printable(text: str) -> str:
    """The text with a � for each character that is none."""
    return text if text.isprintable() else "".join(one if one.isprintable() else " " if one in "\t\r\n" else "�" for one in text)


def of_lines(lines: Sequence[str], places: Iterable[Place]) -> Iterator[tuple[str, Place]]:
    """The lines of an XML document at the places. The caret stands under what the element says that the xpath ends with, or its tag."""
    for place in places:
        if place.line is None or place.line > len(lines):
            continue
        line = lines[place.line - 1]
        indent = len(line) - len(line.lstrip())
        path, _, attribute = (place.xpath or "").partition("/@")
        last = re.search(r"(?:[\w.-]+:)?([\w.-]+)(?:\[\d+\])?$", path)
        found = list(re.finditer(rf"<(?:[\w.-]+:)?{re.escape(last[1])}(?:\s[^<>]*|/)?>([^<>]*)", line)) if last else []
        if len(found) == 1:
            said = re.search(rf"""\s{re.escape(attribute)}\s*=\s*["']([^"']*)""", found[0][0]) if attribute else None
            begin, end = found[0].span(1) if found[0][1].strip() else found[0].span()
            if said:
                begin, end = found[0].start() + said.start(1), found[0].start() + said.end(1)
        elif place.column and place.column.isascii() and place.column.isdigit():
            begin = end = int(place.column) - 1
        elif len(line) <= WIDTH * 2:  # which of several it is, only the xpath says
            begin = end = indent
        else:
            continue
        yield pointed(line.strip(), begin - indent, end - indent), place


def _columns(text: str) -> int:
    """How wide it is on a terminal: Chinese characters take two columns, combining ones none."""
    return sum(0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
