"""Values as an interchange writes them: character sets, released service characters, numbers, texts that are divided.

The first of the character sets in use that holds every character is taken: ISO 9735 version 3 has UNOA to UNOF, version 4 the rest.

>>> chosen(["Hafenstraße"]), chosen(["Масляный фильтр"]), chosen(["机油滤清器"])
('UNOC', 'UNOE', 'UNOW')
>>> missing("Öl", "UNOA")
'Ö'
>>> encoded([["IMD", ["F"], [], ["", "", "", "5' + 3: 100 %?"]]], "UNOC", 3)
b"IMD+F++:::5?' ?+ 3?: 100 %??'"
>>> number(Decimal("1E+3"), "."), number(Decimal("-3.50"), ",")
('1000', '-3,50')
>>> divided("Oil filter for engines", 12, 3)
(['Oil filter', 'for engines'], '')
"""

import string
from collections.abc import Iterable
from decimal import Decimal

from parsers.edifact.charset import LABELS

Segment = list[list[str] | str]
"""The tag, then each element as a list of its components, none released yet."""

USUAL = ("UNOC", "UNOE", "UNOD", "UNOF", "UNOW")
"""The character sets that are tried in turn where the partner has declared none."""

_LAST_OF_VERSION_3 = "UNOF"
_LEVEL_A = frozenset(string.ascii_uppercase + string.digits + " .,-()/='+:?!\"%&*;<>")
_LEVEL_B = _LEVEL_A | frozenset(string.ascii_lowercase)
_BLANKS = str.maketrans(dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " "))


def chosen(texts: Iterable[str], labels: tuple[str, ...] = USUAL) -> str | None:
    """The first of the character sets that holds all the texts."""
    characters = "".join({character for text in texts for character in text})
    return next((label for label in labels if missing(characters, label) is None), None)


def version_of(label: str) -> int:
    """The syntax version in which the character set came."""
    return 3 if label <= _LAST_OF_VERSION_3 else 4


def missing(text: str, label: str) -> str | None:
    """The first character that the character set does not hold. Control characters stand in none."""
    level = {"UNOA": _LEVEL_A, "UNOB": _LEVEL_B}.get(label)
    if level is not None:
        return next((one for one in text if one not in level), None)
    charset = LABELS[label]
    for one in text:
        if one < " " or "\x7f" <= one < "\xa0":
            return one
        try:
            one.encode(charset)
        except UnicodeEncodeError:
            return one
    return None


def encoded(segments: Iterable[Segment], label: str, version: int, terminator: str = "'") -> bytes:
    """The segments as bytes. Trailing empty components and elements are left out."""
    repetition = "*" if version > 3 else ""  # noqa: PLR2004  # version 4 brought the repetition separator
    released = str.maketrans({character: f"?{character}" for character in f"?+:'{repetition}"})
    lines = []
    for tag, *elements in segments:
        texts = [":".join(component.translate(released) for component in _trimmed(list(element))) for element in elements]
        lines.append("+".join([str(tag), *_trimmed(texts)]) + terminator)
    return "".join(lines).encode(LABELS[label])


def _trimmed(parts: list[str]) -> list[str]:
    while parts and not parts[-1]:
        parts.pop()
    return parts


def plain(text: str) -> str:
    """A text on one line: line ends and tabs become blanks, blanks around it are left out."""
    return text.translate(_BLANKS).strip()


def number(value: Decimal, mark: str) -> str:
    """A number in plain digits, never with an exponent."""
    return format(value, "f").replace(".", mark)


def digits(text: str) -> int:
    """The length of a number as ISO 9735 counts it: without sign and decimal mark."""
    return sum(one.isdigit() for one in text)


def divided(text: str, width: int, count: int) -> tuple[list[str], str]:
    """At most so many pieces of that width, and what is left.

    A reader that puts pieces together runs a full piece on and adds a blank after any other. So a text is broken at a single blank
    within the width, and where that takes too many pieces or finds no blank, after exactly the width.
    """
    by_words = _pieces(text, width, count, words=True)
    if not by_words[1]:
        return by_words
    filled = _pieces(text, width, count, words=False)
    return by_words if filled[1] else filled


def _pieces(text: str, width: int, count: int, *, words: bool) -> tuple[list[str], str]:
    pieces: list[str] = []
    while text and len(pieces) < count:
        cut = len(text) if len(text) <= width else _blank(text, width) if words else 0
        after = cut + 1 if 0 < cut < len(text) else cut
        if not cut:
            cut = after = width
        pieces.append(text[:cut])
        text = text[after:]
    return pieces, text


def _blank(text: str, width: int) -> int:
    """Where the last single blank stands within the width; 0 if there is none."""
    at = text.rfind(" ", 1, width)
    while at > 0 and (text[at - 1] == " " or text[at + 1] == " "):
        at = text.rfind(" ", 1, at)
    return max(at, 0)
