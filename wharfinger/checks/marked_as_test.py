"""A test document (EDIFACT UNB 0035 = 1, X12 ISA15 = T, IDoc EDI_DC40 TEST) says so: it goes only to sinks that take tests."""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Record


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a warning for a test document."""
    if record.test_indicator:
        yield Problem(code="test-document", place=record.origin or Place())
