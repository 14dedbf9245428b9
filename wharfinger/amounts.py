"""Every amount of money that a document states, with the place where it stands."""

from collections.abc import Iterator

from wharfinger.records import Amount, Place, Record

_NOWHERE = Place()


def amounts(record: Record) -> Iterator[tuple[Amount, Place]]:
    """Yield the amounts that have a value: the lines' first, then the document's."""
    for line in record.order_lines:
        place = line.origin or _NOWHERE
        price = line.price
        if price is not None:
            if price.price_amount is not None and price.price_amount.value is not None:
                yield price.price_amount, place
            if price.gross_amount is not None and price.gross_amount.value is not None:
                yield price.gross_amount, place
        if line.line_extension_amount is not None and line.line_extension_amount.value is not None:
            yield line.line_extension_amount, place
        if line.tax_total is not None and line.tax_total.tax_amount is not None and line.tax_total.tax_amount.value is not None:
            yield line.tax_total.tax_amount, place
        for one in line.allowance_charges:
            yield from ((amount, place) for amount in (one.amount, one.base_amount) if amount and amount.value is not None)
    place = record.origin or _NOWHERE
    for one in record.allowance_charges:
        yield from ((amount, place) for amount in (one.amount, one.base_amount) if amount and amount.value is not None)
    if record.tax_total is not None and record.tax_total.tax_amount is not None and record.tax_total.tax_amount.value is not None:
        yield record.tax_total.tax_amount, place
    total = record.anticipated_monetary_total
    if total is not None:
        for name in total.__struct_fields__:
            amount = getattr(total, name)
            if amount is not None and amount.value is not None:
                yield amount, place
