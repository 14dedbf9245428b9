"""What a value that is not known yet answers, and what is written out of a rehearsal."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from wharfinger.records import Identifier, Item, OrderLine, Quantity
from wharfinger.rehearsal import CONTEXT, Later, Undecidable, Unknown, placeholder, written_out


@pytest.mark.parametrize(
    "look",
    [
        lambda value: value == "4711",
        lambda value: "4711" != value,
        lambda value: value in {"4711": 1},
        lambda value: value in ("4711", "4712"),
        lambda value: "T" in value,
        lambda value: value[:2],
        lambda value: len(value) == 3,
        lambda value: value.startswith("4"),
        lambda value: value.isdecimal(),
        lambda value: value < "5",
        lambda value: f"RFF+{value}",
        lambda value: "RFF+" + value,
        lambda value: value + "+RFF",
        lambda value: [*value],
        lambda value: value.translate({}),
        lambda value: int(Later(Decimal, (value,))),
    ],
)
def test_whoever_looks_at_an_unknown_value_is_told_that_it_cannot_be_decided(look: Callable[[str], Any]) -> None:
    with pytest.raises(Undecidable):
        look(Unknown(placeholder(0)))


def test_an_unknown_text_is_split_at_the_separators_that_are_known() -> None:
    first, kind, second = Unknown(f"{placeholder(0)}:SA:{placeholder(1, numeric=True)}").split(":")

    assert kind == "SA"
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert [(0, False), (1, True)] == [(one.source, one.numeric) for one in (first, second)]


def test_a_record_of_unknown_values_is_written_out_as_a_function_of_them() -> None:
    number, amount = Unknown(placeholder(0)), Unknown(placeholder(1, numeric=True))
    currency = Unknown.later(lambda context: context[0], CONTEXT)
    quantity = Quantity(value=Later(Decimal, (amount,)), unit_code=currency)  # type: ignore[arg-type]  # it will be a number
    item = Item(sellers_item_identification=Identifier(value=number, scheme_id="91"), descriptions=("so", number))
    build = written_out(OrderLine(quantity=quantity, item=item), count=2)

    made = build(("A-1", "2.50"), ("C62",), None)

    expected = Item(sellers_item_identification=Identifier(value="A-1", scheme_id="91"), descriptions=("so", "A-1"))
    assert OrderLine(quantity=Quantity(value=Decimal("2.50"), unit_code="C62"), item=expected) == made


def test_a_text_that_was_put_together_of_an_unknown_value_is_not_written_out() -> None:
    joined = " ".join(["No.", Unknown(placeholder(0))])  # in C, which does not ask

    with pytest.raises(Undecidable):
        written_out(Item(name=joined), count=1)
