"""Labels as printed: found across words, whatever their case, dots, colons and blanks.

>>> label = fold("Bestell-Nr.")
>>> text = "Ihre BESTELL NR: 4711"
>>> [text[start:end] for start, end in find(label, text)]
['BESTELL NR']
>>> value(text, 15)
'4711'
>>> find(fold("Datum"), "Lieferdatum: 1.3.2026")
[]
>>> text = "采购订单号PO-17"
>>> [text[end:] for _, end in find(fold("订单号"), text)]
['PO-17']
"""

import re
import unicodedata
from functools import lru_cache

_ALTERNATIVE = re.compile(r" ?/ ?[^\W\d_][^:：/\d]{1,30}?(?= ?[:：]|$)")
_LEADING = " \t.:：;·_–—=#№|"


def fold(text: str) -> str:
    """Only its letters and digits, compatibility forms resolved ('№' is 'no', and so is '#'), without case."""
    return _folded(text)[0]


def find(label: str, text: str) -> list[tuple[int, int]]:
    """Where a folded label stands in a text, as positions there; never in the middle of a word."""
    folded, positions = _folded(text)
    found = []
    at = folded.find(label) if label else -1
    while at >= 0:
        start, end = positions[at], positions[at + len(label) - 1] + 1
        if not _within_word(text, start) and not _within_word(text, end):
            found.append((start, end))
        at = folded.find(label, at + 1)
    return found


def value(text: str, end: int) -> str:
    """What follows a label that ends there, without the colon, dots and dashes between them."""
    rest = text[end:].lstrip(_LEADING)
    return (rest[1:].lstrip(_LEADING) if rest.startswith(("- ", ") ")) or rest == ")" else rest).strip()


def past_alternative(text: str, end: int) -> int:
    """Where a label ends that is said twice, as in 'Bestellnummer / Order no.: 4711'."""
    other = _ALTERNATIVE.match(text, end)
    return other.end() if other else end


def is_longer_label(text: str, end: int) -> bool:
    """Whether the label goes on behind `end`, up to a colon: 'Datum der Lieferung: 1.3.' is not the label 'Datum'."""
    rest = text[end:].lstrip(". ").replace("：", ":")
    before, colon, _ = re.sub(r"^[(（][^)）]{1,20}[)）] ?", "", rest).partition(":")
    return bool(colon) and len(before) <= 40 and any(map(str.isalpha, before)) and not any(map(str.isdigit, before))


def matches(pattern: str, text: str) -> bool:
    """Whether a printed pattern with '*' for anything stands in the text: 'Seite * von *'."""
    at = 0
    folded = fold(text)
    for part in map(fold, pattern.split("*")):
        at = folded.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def looks_like(pattern: str, text: str) -> str | None:
    """The first stretch of the text that has the pattern's form: '#' is a digit, '@' a letter, the rest stands for itself."""
    size = len(pattern)
    for start in range(len(text) - size + 1):
        stretch = text[start : start + size]
        apart = not (start and text[start - 1].isalnum()) and not text[start + size : start + size + 1].isalnum()
        if apart and all(map(_fits, pattern, stretch)):
            return stretch
    return None


def has_digit(text: str) -> bool:
    """Whether a digit stands in a text."""
    return any(map(str.isdigit, text))


def is_ideographic(char: str) -> bool:
    """Whether it belongs to a script that writes no blanks between words."""
    return "⺀" <= char <= "鿿" or "豈" <= char <= "﫿"


def _fits(wanted: str, char: str) -> bool:
    if wanted == "#":
        return char.isdigit()
    if wanted == "@":
        return char.isalpha()
    return wanted == char


def _within_word(text: str, at: int) -> bool:
    """Whether the position stands between two characters of one word (a hyphen between letters joins them)."""
    if at <= 0 or at >= len(text):
        return False
    left, right = text[at - 1], text[at]
    if left == "-" and at >= 2:
        left = text[at - 2]
    elif right == "-" and at + 1 < len(text):
        right = text[at + 1]
    if is_ideographic(left) != is_ideographic(right):
        return False
    return left.isalnum() and right.isalnum() and not is_ideographic(left)


@lru_cache(maxsize=32768)
def _folded(text: str) -> tuple[str, tuple[int, ...]]:
    """The folded text and, for each of its characters, the position it comes from."""
    chars: list[str] = []
    positions: list[int] = []
    for position, char in enumerate(text):
        for one in "no" if char == "#" else unicodedata.normalize("NFKC", char).casefold():
            if one.isalnum():
                chars.append("е" if one == "ё" else one)
                positions.append(position)
    return "".join(chars), tuple(positions)
