"""What a builder does with nodes that look alike: rehearsed once with values that are not known yet, then written out as a function.

Documents repeat themselves: every line of an order has the same segments, and a mapping does the same with each of them. So a
stand-in for such a node is made whose values are Unknown, the builder builds from it, and the record that comes out says where
each value goes. `written_out` turns it into a function that does nothing else.

>>> from wharfinger.records import Identifier
>>> number, kind = Unknown(placeholder(0) + ":SA").split(":")
>>> build = written_out(Identifier(value=number, scheme_id=kind), count=1)
>>> build(["4711"], (), None)
Identifier(value='4711', scheme_id='SA')

A builder that looks at a value to decide what to do cannot be rehearsed:

>>> number == "4711"  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
Undecidable: __eq__
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import msgspec

_TEXTS = 0xF0000
_NUMBERS = 0xF8000
_DERIVED = "\U00100000"
_NONE_YET = range(_TEXTS, 0x110000)
"""The private use planes of Unicode: a character of them stands for a value. A document that uses them itself is not rehearsed."""

NODE = object()
CONTEXT = object()
"""Among the arguments of Later: the node that is built, and what its message gives to all such nodes."""

Written = Callable[[Sequence[str], Sequence[Any], Any], Any]
"""The values of a node, the values that its message gives to all of them, the node -> what is built of it."""


class Undecidable(Exception):  # no error: it says that there is no short cut
    """What comes next depends on a value."""


class Unforeseen(Exception):
    """A value is not of the kind that the rehearsal was made for."""


@dataclass(frozen=True, slots=True, eq=False)
class Later:
    """What will be a function's result once the values are known."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def __int__(self) -> int:
        raise Undecidable("int")


def placeholder(number: int, *, numeric: bool = False) -> str:
    """What stands for the value with that number, from 0. numeric: it is digits with at most one decimal mark."""
    return chr((_NUMBERS if numeric else _TEXTS) + number)


def has_placeholder(text: str) -> bool:
    """Whether a value stands in it that is not known yet."""
    return any(ord(character) in _NONE_YET for character in text)


class Unknown(str):
    """A value that is not known yet, or a text with such values in it: it can be split, and is not empty. Nothing else may be asked.

    What compares in C, as regular expressions do, sees the placeholder instead: ask for `value[:]`, which an Unknown refuses.
    """

    _later: Later | None = None

    @classmethod
    def later(cls, function: Callable[..., Any], *arguments: Any) -> Self:
        """A text that a function makes once the values are known."""
        made = cls(_DERIVED)
        made._later = Later(function, arguments)
        return made

    @property
    def numeric(self) -> bool:
        """Whether it is one value, digits with at most one decimal mark."""
        return self._character() in range(_NUMBERS, ord(_DERIVED))

    @property
    def source(self) -> int | Later:
        """The number of the value, or what makes it."""
        if self._later:
            return self._later
        code = self._character()
        if code < 0:
            raise Undecidable("several values")
        return code - (_NUMBERS if code >= _NUMBERS else _TEXTS)

    def _character(self) -> int:
        return ord(str.__str__(self)) if str.__len__(self) == 1 else -1

    def split(self, separator: str | None = None, most: Any = -1) -> list[str]:
        return [_part(one) for one in str.split(self, separator, most)]

    def partition(self, separator: str) -> tuple[str, str, str]:
        before, found, after = str.partition(self, separator)
        return _part(before), found, _part(after)

    def count(self, separator: str) -> int:  # type: ignore[override]
        return str.count(self, _separator(separator))

    def __contains__(self, separator: str) -> bool:  # type: ignore[override]
        return str.__contains__(self, _separator(separator))

    def strip(self, characters: str | None = None) -> str:
        return self

    def isprintable(self) -> bool:
        return True

    def __str__(self) -> str:
        return self

    def __bool__(self) -> bool:
        return True


def _part(text: str) -> str:
    return Unknown(text) if has_placeholder(text) else text


def _separator(text: str) -> str:
    if text.isalnum():  # whether a value contains it is not known; it does not contain a separator
        raise Undecidable("in")
    return text


def _refused(name: str) -> Any:
    def refuse(*_: Any, **__: Any) -> Any:
        raise Undecidable(name)

    return refuse


_COMPARING = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__format__", "__radd__"}
for _name in ({*dir(str)} - {*dir(object)} | _COMPARING) - {*vars(Unknown)}:
    setattr(Unknown, _name, _refused(_name))


def written_out(made: Any, count: int) -> Written:
    """The function that makes the same of other values. made: what came out of the rehearsal, of so many values."""
    names: dict[str, Any] = {"Unforeseen": Unforeseen}
    code = _code(made, names)
    values = "".join(f"value_{number}, " for number in range(count))
    lines = ["def build(values, context, node):", *([f" {values}= values"] if values else []), f" return {code}"]
    exec("\n".join(lines), names)  # nothing in it comes from outside but through `names`
    written: Written = names["build"]
    return written


def _code(made: Any, names: dict[str, Any]) -> str:
    """A Python expression for it; what it needs is added to the names."""
    if made is NODE or made is CONTEXT:
        return "node" if made is NODE else "context"
    if isinstance(made, Unknown):
        source = made.source
        return f"value_{source}" if isinstance(source, int) else _code(source, names)
    if isinstance(made, Later):
        return f"{_named(made.function, names)}({', '.join(_code(one, names) for one in made.arguments)})"
    if isinstance(made, msgspec.Struct):
        fields = [(name, getattr(made, name)) for name in made.__struct_fields__]
        empty = [name for name, value in fields if value is None or (isinstance(value, tuple | dict) and not value)]
        stated = [f"{name}={_code(value, names)}" for name, value in fields if name not in empty]
        return f"{_named(type(made), names)}({', '.join(stated)})"
    if isinstance(made, tuple | list):
        inner = "".join(f"{_code(one, names)}, " for one in made)
        return f"({inner})" if isinstance(made, tuple) else f"[{inner}]"
    if isinstance(made, dict):
        return "{" + "".join(f"{_code(key, names)}: {_code(value, names)}, " for key, value in made.items()) + "}"
    if isinstance(made, str) and has_placeholder(made):
        raise Undecidable("a text that was put together")
    return _named(made, names)


def _named(value: Any, names: dict[str, Any]) -> str:
    """A name for a constant, a class or a function."""
    for name, known in names.items():
        if known is value:
            return name
    name = f"name_{len(names)}"
    names[name] = value
    return name
