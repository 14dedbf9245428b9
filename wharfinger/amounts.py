"""Every amount of money that a document states, with the place where it stands."""

from wharfinger.records import Amount, Place, Record
from wharfinger.traversal import parts


def amounts(record: Record) -> list[tuple[str, Amount, Place]]:
    """The amounts that have a value, in the order of the record's fields; with the field and the place as `parts` says them."""
    return [one for one in parts(record, Amount) if one[1].value is not None]
