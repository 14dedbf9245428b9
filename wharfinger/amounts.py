"""Every amount of money that a document states, with the place where it stands."""

from wharfinger.records import Amount, Place, Record
from wharfinger.traversal import parts


def amounts(record: Record) -> list[tuple[Amount, Place]]:
    """The amounts that have a value, in the order of the record's fields."""
    return [(amount, place) for _, amount, place in parts(record, Amount) if amount.value is not None]
