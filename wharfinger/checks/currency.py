"""Currencies are codes of ISO 4217, and a document has one (EN 16931 BT-5; UBL DocumentCurrencyCode).

Amounts of several currencies are never added, so a document that mixes them is parked. A currency that has been withdrawn (HRK, RUR)
is only reported: a late correction may be meant, or the partner's code list says what its RUR is.
"""

from collections.abc import Iterator

from wharfinger.amounts import amounts
from wharfinger.code_lists import codes
from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import Place, Record


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each unknown or withdrawn currency, where it first stands, and one where a second currency stands."""
    known = codes("currencies")
    first: dict[str, tuple[Place, str]] = {}
    stated: str | None = getattr(record, "document_currency_code", None)
    if stated:
        first[stated] = record.origin or Place(), "document_currency_code"
    of_tax = getattr(record, "tax_currency_code", None)  # BT-6: the tax, once more in the seller's currency
    for path, amount, place in amounts(record):
        if amount.currency_id and amount.currency_id not in first and amount.currency_id != of_tax:
            first[amount.currency_id] = place, f"{path}.currency_id"
    for currency, (place, field) in first.items():
        withdrawn = known.get(currency)
        if withdrawn is None:
            yield Problem(code="currency-unknown", place=place, found=currency, field=field)
        elif withdrawn:
            yield Problem(code="currency-withdrawn", place=place, subject=withdrawn, found=currency, field=field)
    if len(first) > 1:
        one, other = list(first)[:2]
        place, field = first[other]
        yield Problem(code="currency-mixed", place=place, expected=one, found=other, field=field)
