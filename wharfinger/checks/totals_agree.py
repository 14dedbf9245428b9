"""What a document states twice about money agrees: line amounts with quantity and price, totals with the lines (EN 16931 BR-CO-10 to 15).

Line: quantity x price / base quantity, less allowances, plus charges (Peppol rule R120 of BIS Billing grants 0.02); their amounts may
be those of one piece where their percentages, one after the other, give the line's amount. A price that was
rounded to its last digit can explain more than that for a large quantity: this is reported as a warning. A price for another unit than
the ordered one (pieces, priced per kilogram) is not computed. Totals: 0.01 per line, and document allowances and charges may be
counted in the sum of the lines or not, as formats differ in it; in UBL-TR it is the sum before the allowances of the lines. In OIOUBL
TaxExclusiveAmount is the tax. Of several taxes the first or the sum of all in its currency counts. Of invoices and credit notes
also: the parts of each tax with the tax and, each, with its base and rate; what is to be paid with the total, less what is prepaid or
withheld.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from wharfinger.contracts import Context
from wharfinger.problems import Problem
from wharfinger.records import (
    AllowanceCharge,
    Amount,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    Order,
    OrderChange,
    OrderLine,
    OrderResponse,
    Place,
    Record,
    TaxTotal,
    lines,
    monetary_total,
    monetary_total_field,
    quantity,
)

_Priced = OrderLine | InvoiceLine | CreditNoteLine
_PRICED = (OrderLine, InvoiceLine, CreditNoteLine)
_Totalled = Order | OrderChange | OrderResponse | Invoice | CreditNote

_NOWHERE = Place()
_ZERO = Decimal(0)
_CENT = Decimal("0.01")
_SLACK = Decimal("0.02")
_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_DIGITS = 15
"""Larger and smaller figures are no money; other checks speak of them."""


def check(record: Record, context: Context) -> Iterator[Problem]:
    """Yield a problem for each amount that its parts contradict; expected is what the parts give."""
    total: Decimal | None = _ZERO if lines(record) else None
    of_line_allowances = _ZERO
    for number, line in enumerate(lines(record), 1):
        if not isinstance(line, _PRICED):
            return
        stated = _value(line.line_extension_amount)
        computed = _computed(line)
        if stated is not None and computed is not None:
            if computed != stated and abs(computed - stated) > _SLACK:
                yield from _line(line, number, computed, stated)
        elif stated is None:
            stated = computed
        total = total + stated if total is not None and stated is not None else None
        of_line_allowances += _allowances(line.allowance_charges)
    if isinstance(record, Order | OrderChange | OrderResponse | Invoice | CreditNote):
        partial = isinstance(record, OrderChange | OrderResponse)  # only some lines of the order
        yield from _totals(record, None if partial else total, of_line_allowances)
        yield from _taxes(record)


def _computed(line: _Priced) -> Decimal | None:
    """Quantity x price / base quantity; None where it cannot be known."""
    ordered, price = quantity(line), line.price
    if ordered is None or price is None or ordered.value is None:
        return None
    unit_price = _value(price.price_amount)
    if unit_price is None or ordered.value.adjusted() >= _DIGITS:
        return None
    base = price.base_quantity
    if base is None or base.value is None:
        return unit_price * ordered.value
    if base.unit_code is not None and base.unit_code != ordered.unit_code:
        return None
    if base.value == _ONE:
        return unit_price * ordered.value
    if base.value <= _ZERO or not -_DIGITS < base.value.adjusted() < _DIGITS:
        return None
    return unit_price * ordered.value / base.value


def _line(line: _Priced, number: int, computed: Decimal, stated: Decimal) -> Iterator[Problem]:
    with_allowances = computed + _allowances(line.allowance_charges)
    difference = min(abs(computed - stated), abs(with_allowances - stated))
    if difference <= _SLACK or _in_turn(computed, line.allowance_charges, stated) == stated:
        return
    price = line.price.price_amount.value if line.price and line.price.price_amount else None
    rounded = _ZERO
    if price and computed:  # half a unit of the price's last digit, at least of a cent, for each piece
        exponent = price.as_tuple().exponent
        digits = max(2, -exponent) if isinstance(exponent, int) else 2
        rounded = abs(computed / price) * Decimal(5).scaleb(-digits - 1)
    code = "line-amount-imprecise" if difference <= _SLACK + rounded else "line-amount-differs"
    yield Problem(
        code=code,
        place=line.origin or _NOWHERE,
        subject=line.id or str(number),
        expected=_money(with_allowances),
        found=_money(stated),
        field="line.line_extension_amount.value",
    )


def _in_turn(amount: Decimal, percentages: tuple[AllowanceCharge, ...], stated: Decimal) -> Decimal | None:
    """The amount after each percentage of what is left, rounded each time as the stated one is; None where one has no percentage."""
    for one in percentages:
        percent = one.multiplier_factor_numeric
        if percent is None or not _ZERO < percent < _HUNDRED or amount.adjusted() >= _DIGITS or abs(stated.adjusted()) >= _DIGITS:
            return None
        amount = (amount * (_HUNDRED + (percent if one.charge_indicator else -percent)) / _HUNDRED).quantize(stated, ROUND_HALF_UP)
    return amount


def _totals(record: _Totalled, of_lines: Decimal | None, of_line_allowances: Decimal) -> Iterator[Problem]:
    place, of = record.origin or _NOWHERE, monetary_total_field(record)
    total = monetary_total(record)
    if total is None:
        return
    sum_of_lines = _value(total.line_extension_amount)
    net = _value(total.tax_exclusive_amount)
    gross = _value(total.tax_inclusive_amount)
    tax = _value(record.tax_total.tax_amount) if record.tax_total is not None else None
    taxes = _all_taxes(record)
    slack = max(_SLACK, _CENT * len(lines(record)))
    allowances = _allowances(record.allowance_charges)
    charge, allowance = _value(total.charge_total_amount), _value(total.allowance_total_amount)
    if charge is not None or allowance is not None:
        allowances = (charge or _ZERO) - (allowance or _ZERO)
    sums = (of_lines, of_lines + allowances, of_lines - of_line_allowances) if of_lines is not None else ()
    if of_lines is not None and sum_of_lines is not None and not _near(sum_of_lines, sums, slack):
        field, found = f"{of}.line_extension_amount.value", _money(sum_of_lines)
        yield Problem(code="total-of-lines-differs", place=place, expected=_money(of_lines), found=found, field=field)
    base = sum_of_lines if sum_of_lines is not None else of_lines
    if net is not None and net == tax:  # OIOUBL's TaxExclusiveAmount is the tax itself
        net = base + allowances if base is not None else None
    elif base is not None and net is not None and not _near(net, (base + allowances, base), slack):
        field = f"{of}.tax_exclusive_amount.value"
        yield Problem(code="total-without-tax-differs", place=place, expected=_money(base + allowances), found=_money(net), field=field)
    if net is not None and tax is not None and gross is not None and not _near(gross, (net + tax, net + taxes), slack):
        field = f"{of}.tax_inclusive_amount.value"
        yield Problem(code="total-with-tax-differs", place=place, expected=_money(net + taxes), found=_money(gross), field=field)
    payable = _value(total.payable_amount)
    if isinstance(record, Invoice | CreditNote) and gross is not None and payable is not None:
        open_amount = gross - (_value(total.prepaid_amount) or _ZERO) + (_value(total.payable_rounding_amount) or _ZERO)
        withheld = _sum_of(record.withholding_tax_totals, None) if isinstance(record, Invoice) else _ZERO
        open_amount -= withheld
        if not _near(payable, (open_amount, open_amount + withheld, gross), slack):
            field = f"{of}.payable_amount.value"
            yield Problem(code="total-payable-differs", place=place, expected=_money(open_amount), found=_money(payable), field=field)


def _taxes(record: _Totalled) -> Iterator[Problem]:
    """The parts of each tax: their sum (BR-CO-14), and each as its base times its rate (BR-CO-17)."""
    slack = max(_SLACK, _CENT * len(lines(record)))  # some round the tax of each line
    if record.tax_total is not None:
        yield from _parts(record.tax_total, "tax_total", record.origin or _NOWHERE, slack)
    for tax in record.further_tax_totals:
        yield from _parts(tax, "further_tax_totals", record.origin or _NOWHERE, slack)


def _parts(tax: TaxTotal, of: str, place: Place, slack: Decimal) -> Iterator[Problem]:
    if not tax.tax_subtotals:
        return
    whole = _value(tax.tax_amount)
    amounts = [_value(one.tax_amount) for one in tax.tax_subtotals]
    known = [one for one in amounts if one is not None]
    if whole is not None and len(known) == len(amounts) and not _near(whole, (sum(known, _ZERO),), _CENT * len(known)):
        field = f"{of}.tax_amount.value"
        yield Problem(code="total-of-tax-differs", place=place, expected=_money(sum(known, _ZERO)), found=_money(whole), field=field)
    for one, amount in zip(tax.tax_subtotals, amounts, strict=True):
        base, rate = _value(one.taxable_amount), one.tax_category.percent if one.tax_category is not None else None
        if amount is not None and base is not None and rate is not None and abs(rate) < _HUNDRED * _HUNDRED:
            computed = base * rate / _HUNDRED
            if abs(computed - amount) > slack:
                subject, field = f"{rate:f} %", f"{of}.tax_subtotals.tax_amount.value"
                yield Problem(
                    code="tax-differs", place=place, subject=subject, expected=_money(computed), found=_money(amount), field=field
                )


def _all_taxes(record: _Totalled) -> Decimal:
    """The tax with the further ones in its currency."""
    first = record.tax_total.tax_amount if record.tax_total is not None else None
    return (_value(first) or _ZERO) + _sum_of(record.further_tax_totals, first.currency_id if first is not None else None)


def _sum_of(taxes: tuple[TaxTotal, ...], currency: str | None) -> Decimal:
    """The sum of those in the currency; None: of all."""
    counted = [one.tax_amount for one in taxes if one.tax_amount is not None and currency in (None, one.tax_amount.currency_id)]
    return sum([_value(one) or _ZERO for one in counted], _ZERO)


def _near(stated: Decimal, parts: tuple[Decimal, ...], slack: Decimal) -> bool:
    return any(abs(stated - one) <= slack for one in parts)


def _allowances(all_of_them: tuple[AllowanceCharge, ...]) -> Decimal:
    """Charges less allowances."""
    total = _ZERO
    for one in all_of_them:
        amount = _value(one.amount)
        if amount is not None:
            total += amount if one.charge_indicator else -amount
    return total


def _value(amount: Amount | None) -> Decimal | None:
    if amount is None or amount.value is None or amount.value.adjusted() >= _DIGITS:
        return None
    return amount.value


def _money(value: Decimal) -> str:
    """As a person writes it: without the zeros of a long division, with two decimals at least."""
    text = f"{value:.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"
