"""A problem in one line, for people: how bad, where, what is wrong, what to do, and its code.

>>> from wharfinger.problems import Place
>>> sentence(Problem(code="order-line-quantity-missing", subject="2", place=Place(segment=14)), "de")
'Fehler: Segment 14: Zeile 2 hat keine Menge. Bitte die Bestellung mit einer Menge in Zeile 2 neu senden. [order-line-quantity-missing]'
"""

from wharfinger.pointing import printable
from wharfinger.problems import Problem
from wharfinger.reports.phrases import phrase
from wharfinger.reports.places import place_text


def sentence(problem: Problem, language: str) -> str:
    """The whole line."""
    at = place_text(problem.place, language)
    told = printable(f"{at + ': ' if at else ''}{problem.text(language)} {problem.hint(language)}")
    return f"{phrase(problem.severity, language)}: {told} [{problem.code}]"
