"""Money on a page: the currency that its bare amounts are in, and the discount that a line's amount proves.

>>> from wharfinger.records import Price, Quantity
>>> line = OrderLine(
...     quantity=Quantity(value=Decimal(10)),
...     price=Price(price_amount=Amount(value=Decimal(4))),
...     line_extension_amount=Amount(value=Decimal(36)),
... )
>>> [(one.multiplier_factor_numeric, one.amount.value) for one in with_discount(line, "10 %", Decimal).allowance_charges]
[(Decimal('10'), Decimal('4.00'))]
>>> with_discount(line, "20 %", Decimal).allowance_charges  # the amount says otherwise
()
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from wharfinger.records import AllowanceCharge, Amount, Order, OrderLine

_CENT = Decimal("0.01")
_SLACK = Decimal("0.02")


def with_discount(line: OrderLine, printed: str, number: Callable[[str], Decimal]) -> OrderLine:
    """The line with its discount, a percentage or an amount, if quantity and price less the discount are the line's amount."""
    try:
        value = abs(number(printed.strip().rstrip("%").strip()))
    except (ValueError, ArithmeticError):
        return line
    gross, net = _gross(line), line.line_extension_amount.value if line.line_extension_amount else None
    if gross is None or net is None or not value or abs(value) > abs(gross) + 100:
        return line
    percent = (gross * value / 100).quantize(_CENT)
    discount = next((one for one in (percent, value) if abs(gross - one - net) <= _SLACK), None)
    if discount is None:
        return line
    found = AllowanceCharge(
        charge_indicator=False,
        multiplier_factor_numeric=value if discount is percent else None,
        amount=Amount(value=discount),
        base_amount=Amount(value=gross.quantize(_CENT)) if discount is percent else None,
    )
    return msgspec.structs.replace(line, allowance_charges=(found,))


def with_net_total(order: Order) -> Order:
    """The order with its bare total as that of its lines, where it is their sum and another has the tax: "Итого", "Всего с НДС"."""
    total = order.anticipated_monetary_total
    if total is None or total.line_extension_amount or not (total.payable_amount and total.tax_inclusive_amount):
        return order
    payable, gross = total.payable_amount.value, total.tax_inclusive_amount.value
    amounts = [line.line_extension_amount.value if line.line_extension_amount else None for line in order.order_lines]
    stated = [amount for amount in amounts if amount is not None]
    if payable is None or gross is None or payable >= gross or len(stated) < len(amounts) or abs(sum(stated) - payable) > _SLACK:
        return order
    net = msgspec.structs.replace(total, line_extension_amount=total.payable_amount, payable_amount=None)
    return msgspec.structs.replace(order, anticipated_monetary_total=net)


def _gross(line: OrderLine) -> Decimal | None:
    price = line.price
    quantity = line.quantity.value if line.quantity else None
    each = price.price_amount.value if price and price.price_amount else None
    base = price.base_quantity.value if price and price.base_quantity else Decimal(1)
    if quantity is None or each is None or not base or max(map(abs, map(Decimal.adjusted, (quantity, each, base)))) > 15:
        return None
    return quantity * each / base


def with_currency(value: Any, currency: str) -> Any:
    """The document's currency in every amount that states none of its own."""
    if isinstance(value, Amount):
        return msgspec.structs.replace(value, currency_id=currency) if value.value is not None and not value.currency_id else value
    if isinstance(value, tuple):
        return tuple(with_currency(one, currency) for one in value)
    if isinstance(value, msgspec.Struct):
        old = {name: getattr(value, name) for name in value.__struct_fields__}
        new = {name: with_currency(part, currency) for name, part in old.items()}
        changed = {name: part for name, part in new.items() if part is not old[name] and part != old[name]}
        return msgspec.structs.replace(value, **changed) if changed else value
    return value
