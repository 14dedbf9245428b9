"""Discounts, which a table states as a percentage without what it comes to, or as an amount without saying so."""

from decimal import Decimal

import msgspec

from wharfinger.records import OrderLine

_CENT = Decimal("0.01")


def with_discount(line: OrderLine) -> OrderLine:
    """The line; a discount with what it comes to, as percentage or amount, whichever the line's amount shows, and else without it."""
    kept = []
    for one in line.allowance_charges:
        stated, price, amount, ordered = one.multiplier_factor_numeric, line.price, line.line_extension_amount, line.quantity
        if one.amount is not None or stated is None:
            kept.append(one)
        elif stated and amount and amount.value and ordered and ordered.value and price and price.price_amount and price.price_amount.value:
            base = price.base_quantity.value if price.base_quantity and price.base_quantity.value else Decimal(1)
            whole = ordered.value * price.price_amount.value / base
            less = (whole * stated / 100).quantize(_CENT)
            if less and abs(whole - less - amount.value) <= _CENT:
                kept.append(msgspec.structs.replace(one, amount=msgspec.structs.replace(amount, value=less)))
            elif abs(whole - stated - amount.value) <= _CENT:
                value = msgspec.structs.replace(amount, value=stated)
                kept.append(msgspec.structs.replace(one, multiplier_factor_numeric=None, amount=value))
    return msgspec.structs.replace(line, allowance_charges=tuple(kept))
