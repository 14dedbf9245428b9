"""One of the parties is one of our companies: else the document was meant for somebody else (architecture, "Who we are").

Judged only where companies are known. A party that is missing is reported as that.
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Record, buyer, seller, seller_field
from wharfinger.resolve import called, who


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem when neither buyer nor seller is ours."""
    one, other = buyer(record), seller(record)
    if not context.companies or one is None or other is None:
        return
    ours = {one.company for one in context.companies}
    if not ours & (who(one, context) | who(other, context)):
        yield Problem(code="not-addressed-to-us", place=record.origin or Place(), found=called(other), field=seller_field(record))
