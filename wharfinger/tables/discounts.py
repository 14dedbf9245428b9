"""Discounts in percent, which a table states without what they come to."""

from decimal import Decimal

import msgspec

from wharfinger.records import OrderLine

_CENT = Decimal("0.01")


def with_discount(line: OrderLine) -> OrderLine:
    """The line; a discount in percent with what it comes to, if the line's amount shows that, and else without it."""
    kept = []
    for one in line.allowance_charges:
        percent, price, amount, ordered = one.multiplier_factor_numeric, line.price, line.line_extension_amount, line.quantity
        if one.amount is not None or percent is None:
            kept.append(one)
        elif amount and amount.value and ordered and ordered.value and price and price.price_amount and price.price_amount.value:
            base = price.base_quantity.value if price.base_quantity and price.base_quantity.value else Decimal(1)
            whole = ordered.value * price.price_amount.value / base
            less = (whole * percent / 100).quantize(_CENT)
            if less and abs(whole - less - amount.value) <= _CENT:
                kept.append(msgspec.structs.replace(one, amount=msgspec.structs.replace(amount, value=less)))
    return msgspec.structs.replace(line, allowance_charges=tuple(kept))
