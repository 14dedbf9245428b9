"""What a mapping of pages says of itself: its labels, the tables that it reads, and what their columns hold.

>>> sorted(labels_of({"id": {"after": ["Bestell-Nr.", "Auftrag"]}}))
['auftrag', 'bestellnr']
"""

from functools import lru_cache
from typing import Any

from wharfinger.pages.headers import Layout
from wharfinger.pages.labels import fold
from wharfinger.pages.order import Column

_LABELLED = ("after", "right_of", "below", "block_under", "ends_at", "goes_on_after")

_EACH = ("header", "new_line_when", "skip", "ends_at", "goes_on_after", "needs")


def table_layout(
    path: dict[str, Any],
    labels: tuple[str, ...] = (),
    kinds: tuple[Column, ...] = (),
    units: frozenset[str] = frozenset(),
    sums: frozenset[str] = frozenset(),
) -> Layout:
    """What `each: {header: ...}` says; labels: what is looked for within a row; kinds: what the columns hold; units, sums: known words.

    Raises ValueError with what would be valid.
    """
    unknown = path.keys() - set(_EACH)
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not valid here; valid: {', '.join(_EACH)}")
    header = path["header"]
    if isinstance(header, dict):
        columns = tuple((str(name), folded(labels)) for name, labels in header.items())
        needed, least = tuple(listed(path.get("needs", []))), 2
    elif isinstance(header, list) and len(header) > 1:
        columns = tuple((str(label), folded(label)) for label in header)
        needed, least = tuple(listed(path.get("needs", path.get("new_line_when", [])))), max(2, -(-len(columns) * 3 // 5))
    else:
        raise ValueError("write header as a list of headings as printed, or as name: [headings]")
    names = [name for name, _ in columns]
    starts = tuple(listed(path.get("new_line_when", names[0])))
    wrong = [name for name in (*starts, *needed) if name not in names]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} is no heading of this table; valid: {', '.join(names)}")
    skip, ends_at = tuple(listed(path.get("skip", []))), folded(path.get("ends_at", []))
    goes_on_after = folded(path.get("goes_on_after", []))
    return Layout(columns, starts, isinstance(header, list), needed, least, skip, ends_at, goes_on_after, labels, kinds, units, sums)


def labels_of(fields: Any) -> frozenset[str]:
    """Every label that a mapping names, folded: what is one of them is no value."""
    found: set[str] = set()
    if isinstance(fields, dict):
        for key, part in fields.items():
            if key in _LABELLED or (key == "header" and isinstance(part, list)):
                found.update(label.rstrip(":") for label in folded(part))
            elif key == "header":
                found.update(label for labels in part.values() for label in folded(labels))
            else:
                found |= labels_of(part)
    elif isinstance(fields, list):
        for part in fields:
            found |= labels_of(part)
    return frozenset(found)


def inner_labels(fields: Any) -> frozenset[str]:
    """The labels of what is looked for within a block."""
    found: set[str] = set()
    for part in fields.values() if isinstance(fields, dict) else fields if isinstance(fields, list) else ():
        found |= inner_labels(part)
    if isinstance(fields, dict) and "at" in fields:
        found |= labels_of({key: part for key, part in fields.items() if key != "at"})
    return frozenset(found)


@lru_cache(maxsize=64)
def containing(labels: frozenset[str]) -> dict[str, list[str]]:
    """For each of the labels those of which it is a part."""
    joined = "\n".join(sorted(labels))
    return {label: [other for other in labels if label in other and other != label] for label in labels if joined.count(label) > 1}


def after_labels(fields: Any) -> set[str]:
    """The labels after which a mapping looks for values."""
    if isinstance(fields, list):
        return {label for part in fields for label in after_labels(part)}
    if isinstance(fields, dict):
        own = {label for word in ("after", "right_of", "below") if word in fields for label in folded(fields[word])}
        return own | {label for part in fields.values() for label in after_labels(part)}
    return set()


def kinds_of(lines: Any) -> tuple[Column, ...]:
    """What each column of the lines holds, by the fields that it is mapped to: see wharfinger.pages.order."""
    found: dict[str, set[str]] = {}

    def walk(part: Any, path: tuple[str, ...]) -> None:
        if isinstance(part, list):
            for one in part:
                walk(one, path)
        elif isinstance(part, dict) and "column" in part:
            kind = next((kind for field, kind in _FIELD_KINDS if field in path), "text")
            if (kind, part.get("take")) not in _BESIDE:
                found.setdefault(str(part["column"]), set()).add(kind)
        elif isinstance(part, dict):
            for name, one in part.items():
                if name not in ("each", "codes"):
                    walk(one, (*path, name))

    walk(lines, ())
    kinds = []
    for column, of in found.items():
        thing = {"text", "code"} <= of
        kinds.append((column, "thing" if thing else next((kind for kind in ("text", "code") if kind in of), min(of))))
    return tuple(kinds)


_BESIDE = (("unit", "text"), ("base", "base"), ("code", "bracketed"))
"""What stands behind the number, or before the text, of another column."""

_FIELD_KINDS = (
    ("unit_code", "unit"), ("base_quantity", "base"), ("quantity", "quantity"), ("price", "price"), ("line_extension_amount", "amount"),
    ("start_date", "date"), ("end_date", "date"), ("percent", "percent"), ("standard_item_identification", "code"),
    ("sellers_item_identification", "code"), ("buyers_item_identification", "code"), ("manufacturers_item_identification", "code"),
    ("item", "text"), ("notes", "text"), ("id", "position"),
)  # fmt: skip
"""A field on the way to a value, the most telling first, and the kind of the values."""


def layouts_of(
    fields: Any, labels: tuple[str, ...], kinds: tuple[Column, ...], units: frozenset[str], sums: frozenset[str]
) -> list[Layout]:
    """The tables that a mapping reads rows of; a wrong one is said where the mapping is compiled."""
    lines = fields.get("order_lines")
    found = []
    for one in lines if isinstance(lines, list) else [lines]:
        each = one.get("each") if isinstance(one, dict) else None
        if isinstance(each, dict) and "header" in each:
            try:
                found.append(table_layout(each, labels, kinds, units, sums))
            except ValueError:
                return []
    return found


def units_of(lines: Any) -> frozenset[str]:
    """The printed forms of units that a mapping of lines knows."""
    if isinstance(lines, list):
        return frozenset().union(*map(units_of, lines))
    if not isinstance(lines, dict):
        return frozenset()
    own = {fold(str(word)) for word in lines["codes"]} if isinstance(lines.get("codes"), dict) and lines.get("column") == "Unit" else set()
    return frozenset(own).union(*(units_of(part) for name, part in lines.items() if name != "codes"))


def listed(words: Any) -> list[str]:
    return [str(word) for word in words] if isinstance(words, list) else [str(words)]


def folded(words: Any) -> tuple[str, ...]:
    """Labels as they are compared; one with a colon keeps it."""
    return tuple(fold(word) + ":" * word.endswith(":") for word in listed(words))
