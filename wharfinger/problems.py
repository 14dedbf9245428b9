"""What is wrong in a document is a value: a code from the closed list, a place, what was expected and what was found.

>>> problem = Problem(code="order-line-quantity-missing", subject="2", place=Place(message=3, segment=14, tag="LIN"))
>>> problem.severity, problem.disposition
('error', 'reject')
>>> problem.text("en")
'Line 2 has no quantity.'
"""

from typing import Any

import msgspec

from wharfinger.field_words import difference_words, expected_words, field_words, is_field
from wharfinger.problem_codes import CODES, LANGUAGES
from wharfinger.records import Place, Shape

_ABOUT_FIELDS = ("value-unreadable", "total-missing", "value-missing", "field-conflict")
"""Codes of which the subject is a field of the record, not a word of the document."""
_CONFLICT = "document-conflict"

__all__ = ["LANGUAGES", "Permanent", "Place", "Problem", "Transient"]


class Problem(Shape, frozen=True):
    """One thing that is wrong. code: a key of CODES. subject: the line number or field name that the text speaks of.

    expected, found: as short as a person would say them; found is what the document says, untouched.
    disposition_override: what the agreement with the partner makes of the code's own disposition. field: of a check, whose place is that of
    a record or line, where in the record the wrong value is; it is gone when the place of the value has been found, see origins.py.
    """

    code: str
    place: Place = Place()
    subject: str | None = None
    expected: str | None = None
    found: str | None = None
    disposition_override: str | None = None
    field: str | None = None

    @property
    def severity(self) -> str:
        """'error' or 'warning'."""
        return "warning" if self.disposition == "warn" else "error"

    @property
    def disposition(self) -> str:
        """'reject' (the sender must send again), 'park' (a person on our side decides) or 'warn'."""
        return self.disposition_override or CODES[self.code].disposition

    def text(self, language: str = "en") -> str:
        """One sentence that says what is wrong."""
        return self._fill(CODES[self.code].texts[language][0], language)

    def hint(self, language: str = "en") -> str:
        """One sentence that says what to do."""
        return self._fill(CODES[self.code].texts[language][1], language)

    def _fill(self, template: str, language: str) -> str:
        subject = self.subject or "?"
        subject = field_words(subject, language) if self.code in _ABOUT_FIELDS and is_field(subject) else subject
        found = difference_words(self.found or "?", language) if self.code == _CONFLICT else self.found or "?"
        text = template.format(subject=subject, expected=expected_words(self.expected or "?", language), found=found)
        return text[:1].upper() + text[1:] if template.startswith("{subject}") and subject != self.subject else text

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """The shape P of the command line's contract (architecture, section 10)."""
        return {
            "code": self.code,
            "severity": self.severity,
            "place": msgspec.to_builtins(self.place),
            "expected": self.expected,
            "found": self.found,
            "hint": self.hint(language),
            "text": self.text(language),
        }


class Transient(Exception):
    """A system does not answer now; the same step is tried again later. The message says which system and why."""


class Permanent(Exception):
    """A person has to act first. The message says what to do."""


class WrongSettings(Permanent):
    """What a partner file says under `formats` is wrong. keys: the way to it below `formats`; told: a sentence."""

    def __init__(self, partner: str, keys: tuple[str, ...], told: str) -> None:
        super().__init__(f"partner {partner}, formats: {keys[0]}: {told}")
        self.keys = keys
        self.told = told
