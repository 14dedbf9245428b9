"""YAML 1.2 files that people write: read fast, and refused with file, line and column."""

import difflib
import re
import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

T = TypeVar("T")


class YamlFileError(Exception):
    """A file that a person wrote is wrong. The message names the file, the line and column where known, and what would be valid."""

    def __init__(self, file: Path, message: str, keys: tuple[str, ...] = ()) -> None:
        super().__init__(f"{file}{_position(file, keys)}: {message}")


def load_yaml(file: Path) -> Any:
    """The file as dicts, lists and scalars."""
    try:
        return YAML(typ="safe").load(file)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        at = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise YamlFileError(Path(f"{file}{at}"), _in_words(str(error.problem))) from error
    except (OSError, UnicodeDecodeError) as error:
        raise YamlFileError(file, str(error)) from error


def load_struct(file: Path, kind: type[T]) -> T:
    """The file as a struct; an unknown or wrong field is an error that says where."""
    content = load_yaml(file)
    content = {} if content is None else content
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        keys, message = mismatch(content, kind) or ((), str(error))
        raise YamlFileError(file, message, keys) from error


def mismatch(value: Any, kind: Any) -> tuple[tuple[str, ...], str] | None:
    """The first thing in what a person wrote that is not of a kind: (the keys that lead to it, a sentence); None if all is.

    >>> class Source(msgspec.Struct):
    ...     folder: str
    ...     seconds: int = 2
    >>> mismatch({"folder": "in", "secnds": 2}, Source)
    (('secnds',), '`secnds` is not known here; did you mean `seconds`?')
    >>> mismatch({"folder": 5}, Source)
    (('folder',), 'folder: write a text; where it looks like a number or a date, in quotes: "5"')
    """
    for keys, message in _mismatches(value, kind, ()):
        name = next((key for key in reversed(keys) if not key.isdigit()), None)
        return keys, f"{name}: {message}" if name and not message.startswith("`") else message
    return None


def unknown(name: str, known: Iterable[str]) -> str:
    """The sentence about a name that is not known; with the one that may be meant, else all that are valid.

    >>> unknown("tabel", ["table", "page"]), unknown("x", ["table", "page"])
    ('`tabel` is not known here; did you mean `table`?', '`x` is not known here; valid: table, page')
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, 1, 0.75)
    return f"`{name}` is not known here; " + (f"did you mean `{near[0]}`?" if near else f"valid: {', '.join(known)}")


def _mismatches(value: Any, kind: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        tried = [list(_mismatches(value, one, keys)) for one in args if one is not type(None)]
        if not (value is None and type(None) in args) and all(tried):
            yield tried[0][0]
    elif origin is typing.Literal:
        if value not in args:
            yield keys, f"{value} is not valid; valid: {', '.join(map(str, args))}"
    elif origin in (tuple, list):
        if not isinstance(value, list):
            yield keys, f"write a list: [{value}]" if isinstance(value, str | int) else "write a list: [...]"
            return
        for at, one in enumerate(value):
            yield from _mismatches(one, args[0], (*keys, str(at)))
    elif origin is dict or (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        if not isinstance(value, dict):
            yield keys, "write names with their values: {name: value}"
        elif origin is dict:
            for name, one in value.items():
                yield from _mismatches(name, args[0], (*keys, str(name)))
                yield from _mismatches(one, args[1], (*keys, str(name)))
        else:
            yield from _of_struct(value, kind, keys)
    elif kind in _WORDS and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        yield keys, _WORDS[kind].format(value) if value is not None else "a value is missing"


def _of_struct(value: dict[Any, Any], kind: type[msgspec.Struct], keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    hints = typing.get_type_hints(kind)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in value:
        if name not in fields:
            yield (*keys, str(name)), unknown(str(name), fields)
    for name, field in fields.items():
        if name in value:
            yield from _mismatches(value[name], hints[field.name], (*keys, name))
        elif field.required:
            yield keys, f"`{name}` is missing"


_WORDS: dict[Any, str] = {
    str: 'write a text; where it looks like a number or a date, in quotes: "{}"',
    int: "write a whole number",
    float: "write a number",
    bool: "write true or false",
}


def _in_words(problem: str) -> str:
    """What a parser of YAML says, for somebody who writes it."""
    if twice := re.match(r'found duplicate key "(.*?)"', problem):
        return f"`{twice[1]}` stands here a second time"
    if "tab" in problem or "cannot start any token" in problem:
        return "a line is indented with blanks, not with a tab, and a text that begins with a sign stands in quotes"
    if problem.startswith(("mapping values", "did not find expected", "could not find expected", "expected")):
        return "a colon is missing, the indentation is not that of the lines above, or a bracket or quotation mark is not closed"
    return f"this cannot be read as YAML: {problem}"


def _position(file: Path, keys: tuple[str, ...]) -> str:
    """':line:column' of the entry that keys lead to, as far as they lead."""
    if not keys:
        return ""
    node: Any = YAML(typ="rt").load(file)
    at = ""
    for key in keys:
        entry: Any = int(key) if isinstance(node, list) and key.isdigit() else key
        try:
            marks = node.lc
            line, column = marks.key(entry) if isinstance(node, dict) else marks.item(entry)
            node = node[entry]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
        at = f":{line + 1}:{column + 1}"
    return at
