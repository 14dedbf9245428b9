"""The other side of a document is a partner of this hub: by it the hub knows codes, defaults and to whom an answer goes.

Judged only where partners or companies are known. The other side is the party that is not ours; the buyer, where neither is.
A party that could be several partners is reported by wharfinger/resolve.py.
"""

from collections.abc import Iterator

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Record, buyer, buyer_field, seller, seller_field
from wharfinger.resolve import called, who


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem when the other side is nobody that is known."""
    if not (context.partners or context.companies):
        return
    customer, supplier = buyer(record), seller(record)
    ours = {one.company for one in context.companies}
    ours_buys = customer is not None and bool(ours & who(customer, context))
    other, field = (supplier, seller_field(record)) if ours_buys else (customer, buyer_field(record))
    if other is None or who(other, context):
        return
    yield Problem(code="partner-unknown", place=record.origin or Place(), found=called(other), field=field)
