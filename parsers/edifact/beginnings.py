"""Where an interchange begins, and whether it does: what may stand before UNA, UNB or UNH."""

import re

IDENTIFIERS = rb"\s*(?:UNO[A-Z]|KECA|IAT[AB])"
_BEGINNING = re.compile(
    rb"UNA.{4,7}?[\r\n]{0,2}UNB|UNB(?=[^A-Za-z0-9]" + IDENTIFIERS + rb"[^A-Za-z0-9])|UNA(?=[^A-Za-z0-9])|UN[BH](?=\+)", re.DOTALL
)
_OTHER_FORMATS = re.compile(rb"^[A-Za-z-]+:\s|[<{]|^PK|^%PDF|^ISA|[\x00-\x08\x80-\xff]", re.MULTILINE)


def beginning(head: bytes) -> int | None:
    """Where the first UNA, UNB or (an interchange without an envelope) UNH begins; None when there is none.

    White space, a byte order mark, control characters and a short line may stand before it, but no other kind of document.
    """
    match = _BEGINNING.search(head, 0, 1024)
    if match is None:
        return None
    before = head[: match.start()].translate(None, b"\x00\x01\x02\x03\x04\x1a\xef\xbb\xbf \t\r\n")
    if not before:
        return match.start()
    within_a_word = head[match.start() - 1 : match.start()].isalnum()
    return None if match[0] == b"UNH" or within_a_word or _OTHER_FORMATS.search(head, 0, match.start()) else match.start()


_LOWER_CASE = re.compile(rb"[\xef\xbb\xbf\s]*(?:una.{6}\s*)?un[bh]\+", re.DOTALL)


def in_lower_case(head: bytes) -> bool:
    """Whether an interchange begins here that is written in small letters."""
    return _LOWER_CASE.match(head) is not None
