"""What is known of tables before one is read: the packaged mapping, and the settings of a partner (`formats: table:`)."""

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from wharfinger.config import Partner
from wharfinger.mapping import MappingError, compile_mapping, merge
from wharfinger.problems import WrongSettings
from wharfinger.records import Order
from wharfinger.tables.applying import headings_of
from wharfinger.tables.columns import Columns
from wharfinger.tables.notation import TableNotation
from wharfinger.yaml_files import load_yaml, mismatch


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what a partner's tables are known: headings that all stand in one row."""

    headings: tuple[str, ...] = ()


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`formats: table:` of a partner file.

    match: headings by which the partner's tables are known. fields: over the packaged mapping. numbers, dates: an example of
    each. charset, delimiter: of text tables that do not show theirs. sheet: the only one to read.
    """

    match: Match = Match()
    fields: dict[str, Any] = {}
    numbers: str | None = None
    dates: str | None = None
    charset: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@cache
def packaged() -> dict[str, Any]:
    """The mapping for tables of which nothing is known but their headings."""
    return dict(load_yaml(files("mappings") / "formats" / "table" / "orders.yaml"))  # type: ignore[arg-type]  # a real path


@cache
def known_headings() -> frozenset[str]:
    """The headings of the packaged mapping, folded."""
    return frozenset(headings_of(packaged()))


def settings_of(partner: Partner) -> Settings:
    """A partner's settings for tables. Raises Permanent when the partner file is wrong."""
    stated = partner.formats.get("table", {})
    if wrong := mismatch(stated, Settings):
        raise WrongSettings(partner.partner, ("table", *wrong[0]), wrong[1])
    try:
        settings = msgspec.convert(stated, Settings)
        notation = TableNotation(Columns([], frozenset()))
        compile_mapping(Order, merge(packaged(), settings.fields), notation)
    except (MappingError, ValueError) as error:
        keys = ("table", "fields", *error.field.split(".")) if isinstance(error, MappingError) else ("table",)
        raise WrongSettings(partner.partner, keys, str(error)) from error
    return settings
