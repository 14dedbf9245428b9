"""YAML 1.2 files that people write: read fast, and refused with file, line and column."""

import re
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
        raise YamlFileError(Path(f"{file}{at}"), str(error.problem)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise YamlFileError(file, str(error)) from error


def load_struct(file: Path, kind: type[T]) -> T:
    """The file as a struct; an unknown or wrong field is an error that says where."""
    content = load_yaml(file)
    try:
        return msgspec.convert({} if content is None else content, kind)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        unknown = re.search(r"unknown field `(.+)`", message)
        keys = tuple(re.findall(r"[\w-]+", path)) + ((unknown[1],) if unknown else ())
        if unknown and len(keys) == 1:
            message += f"; valid here: {', '.join(getattr(kind, '__struct_fields__', ()))}"
        raise YamlFileError(file, message, keys) from error


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
