"""A problem in one line, for people: how bad, where, what is wrong, what to do, and its code.

>>> from wharfinger.problems import Place
>>> sentence(Problem(code="file-empty", place=Place(part="order.csv")), "en")
'error: part order.csv: The file is empty. Send the file again. [file-empty]'
"""

from collections.abc import Sequence

from wharfinger.pointing import printable
from wharfinger.problems import Problem
from wharfinger.reports.phrases import phrase
from wharfinger.reports.places import place_text


def sentence(problem: Problem, language: str) -> str:
    """The whole line."""
    at = place_text(problem.place, language)
    colon, blank = ("：", "") if language == "zh" else (": ", " ")
    told = printable(f"{at + colon if at else ''}{problem.text(language)}{blank}{problem.hint(language)}")
    return f"{phrase(problem.severity, language)}{colon}{told} [{problem.code}]"


def verdict(problems: Sequence[Problem], language: str) -> str:
    """How many of them are errors and warnings.

    >>> verdict((), "en"), verdict([Problem(code="file-empty"), Problem(code="file-empty")], "de")
    ('ok', '2 Fehler')
    """
    errors = sum(one.severity == "error" for one in problems)
    counts = (("error", errors), ("warning", len(problems) - errors))
    parts = [phrase(f"{name}s" if count > 1 else f"one-{name}", language, count=count) for name, count in counts if count]
    return ", ".join(parts) or phrase("doctor-ok", language)
