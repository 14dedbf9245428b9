"""Where something stands, in words."""

import msgspec

from wharfinger.records import Place


def place_text(place: Place) -> str:
    """A place in words, or nothing; the byte offset is for programs."""
    return ", ".join(f"{name} {value}" for name, value in msgspec.to_builtins(place).items() if name != "byte")
