"""The tables of each kind of document, and how their rows are made. Those of the order, the most frequent, are in schema.py and rows.py.

A table is a list of columns with the path of the record's field that fills each; the type of the column is that of the field. Common to
all are the columns of _document_columns and _line_columns. A document without lines has one table.

    >>> table_of(Invoice).name, lines_of(Invoice).name, table_of(OrderCancellation).name
    ('invoices', 'invoice_lines', 'order_cancellations')
"""

import typing
from collections.abc import Callable, Iterator
from datetime import date, time
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Index, Integer, Table, Text, Time, func

from sinks.warehouse.rows import Named, Row, bounded, codes, iso, item_key, json, line_rows, order_row, party_key
from sinks.warehouse.schema import Exact, Json, Key, metadata, order_lines, orders, view_of_latest
from wharfinger.contracts import Effect
from wharfinger.keys import base_key
from wharfinger.records import (
    Amount,
    ApplicationResponse,
    CreditNote,
    CreditNoteLine,
    DespatchAdvice,
    DespatchLine,
    Identifier,
    Invoice,
    InvoiceLine,
    Item,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    OrderResponse,
    ReceiptAdvice,
    ReceiptLine,
    RemittanceAdvice,
    RemittanceAdviceLine,
    buyer,
    lines,
    seller,
)

_Columns = dict[str, str]
_REFERENCE: _Columns = {"order_reference": "order_reference.id", "contract": "contract.id"}
_TOTALS = ("line_extension_amount", "allowance_total_amount", "charge_total_amount", "tax_exclusive_amount", "tax_inclusive_amount")
_PRICED: _Columns = {
    "price_amount": "price.price_amount",
    "price_base_quantity": "price.base_quantity.value",
    "line_extension_amount": "line_extension_amount",
    "tax_category": "item.classified_tax_category.id",
    "tax_percent": "item.classified_tax_category.percent",
}
_OF_ORDER_LINE: _Columns = {"order_reference": "order_line_reference.id", "order_line_id": "order_line_reference.line_id"}


def _totals(field: str) -> _Columns:
    names = {name: f"{field}.{name}" for name in (*_TOTALS, "prepaid_amount", "payable_amount")}
    return {**names, "tax_amount": "tax_total.tax_amount"}


def _quantity(field: str) -> _Columns:
    return {"quantity": f"{field}.value", "unit_code": f"{field}.unit_code"}


def _invoice(code: str) -> _Columns:
    return {
        code: code,
        "due_date": "due_date",
        "tax_point_date": "tax_point_date",
        "document_currency_code": "document_currency_code",
        "buyer_reference": "buyer_reference",
        **_REFERENCE,
        "despatch_document_reference": "despatch_document_reference.id",
        "receipt_document_reference": "receipt_document_reference.id",
        **_totals("legal_monetary_total"),
    }


_INVOICED: _Columns = {
    **_PRICED,
    **_OF_ORDER_LINE,
    "despatch_reference": "despatch_line_reference.id",
    "despatch_line_id": "despatch_line_reference.line_id",
    "accounting_cost": "accounting_cost",
}
_CHANGED: _Columns = {"line_status_code": "line_status_code", **_quantity("quantity"), **_PRICED, **_OF_ORDER_LINE}
_SHIPMENT: _Columns = {
    "shipment_id": "shipment.id",
    "gross_weight": "shipment.gross_weight_measure.value",
    "gross_weight_unit": "shipment.gross_weight_measure.unit_code",
    "handling_units": "shipment.total_transport_handling_unit_quantity",
    "carrier_name": "shipment.carrier_party.name",
    "delivery_location_id": "shipment.delivery.delivery_location.id",
    "actual_despatch_date": "shipment.delivery.despatch.actual_despatch_date",
    "actual_delivery_date": "shipment.delivery.actual_delivery_date",
    "estimated_delivery_start": "shipment.delivery.estimated_delivery_period.start_date",
}


class _Kind(NamedTuple):
    record: type
    table: str
    columns: _Columns
    line: type | None = None
    line_columns: _Columns = {}  # read only


_KINDS = (
    _Kind(
        OrderChange,
        "order_changes",
        {
            "change_scope": "change_scope",
            "document_currency_code": "document_currency_code",
            **_REFERENCE,
            **_totals("anticipated_monetary_total"),
        },
        OrderLine,
        _CHANGED,
    ),
    _Kind(OrderCancellation, "order_cancellations", _REFERENCE),
    _Kind(
        OrderResponse,
        "order_responses",
        {
            "order_response_code": "order_response_code",
            "document_currency_code": "document_currency_code",
            **_REFERENCE,
            **_totals("legal_monetary_total"),
        },
        OrderLine,
        _CHANGED,
    ),
    _Kind(
        DespatchAdvice,
        "despatch_advices",
        {"despatch_advice_type_code": "despatch_advice_type_code", **_REFERENCE, **_SHIPMENT},
        DespatchLine,
        {
            **_quantity("delivered_quantity"),
            "backorder_quantity": "backorder_quantity.value",
            "outstanding_quantity": "outstanding_quantity.value",
            **_OF_ORDER_LINE,
        },
    ),
    _Kind(
        ReceiptAdvice,
        "receipt_advices",
        {
            "receipt_advice_type_code": "receipt_advice_type_code",
            **_REFERENCE,
            "despatch_document_reference": "despatch_document_reference.id",
            **_SHIPMENT,
        },
        ReceiptLine,
        {
            **_quantity("received_quantity"),
            "short_quantity": "short_quantity.value",
            "rejected_quantity": "rejected_quantity.value",
            "reject_reason": "reject_reason",
            "received_date": "received_date",
            **_OF_ORDER_LINE,
            "despatch_reference": "despatch_line_reference.id",
            "despatch_line_id": "despatch_line_reference.line_id",
        },
    ),
    _Kind(Invoice, "invoices", _invoice("invoice_type_code"), InvoiceLine, {**_quantity("invoiced_quantity"), **_INVOICED}),
    _Kind(CreditNote, "credit_notes", _invoice("credit_note_type_code"), CreditNoteLine, {**_quantity("credited_quantity"), **_INVOICED}),
    _Kind(
        RemittanceAdvice,
        "remittance_advices",
        {
            "document_currency_code": "document_currency_code",
            "total_debit_amount": "total_debit_amount",
            "total_credit_amount": "total_credit_amount",
            "total_payment_amount": "total_payment_amount",
            "payment_order_reference": "payment_order_reference",
        },
        RemittanceAdviceLine,
        {
            "debit_line_amount": "debit_line_amount",
            "credit_line_amount": "credit_line_amount",
            "balance_amount": "balance_amount",
            "billing_reference": "billing_reference.id",
        },
    ),
    _Kind(ApplicationResponse, "application_responses", {}),
)
_TYPES: dict[type, type] = {str: Text, Identifier: Text, date: Date, time: Time, bool: Boolean, int: Integer, Decimal: Exact, Amount: Exact}


def table_of(kind: type) -> Table:
    """The table of a kind of document."""
    return orders if kind is Order else _TABLES[kind][0]


def lines_of(kind: type) -> Table | None:
    """The table of its lines; None for a kind without lines."""
    return order_lines if kind is Order else _TABLES[kind][1]


def document_row(effect: Effect) -> Row:
    """A row of table_of, in the order of its columns but loaded_at."""
    record = effect.record
    if isinstance(record, Order):
        return order_row(effect)
    customer, supplier = buyer(record), seller(record)
    return (
        effect.key,
        effect.document,
        bounded(base_key(record)),
        effect.revision,
        record.id,
        iso(record.issue_date),
        iso(record.issue_time),
        int(record.test_indicator),
        party_key(customer),
        customer.name if customer else None,
        party_key(supplier),
        supplier.name if supplier else None,
        *(fill(record) for fill in _TABLES[type(record)][2]),
        len(lines(record)),
        "\n".join(getattr(record, "notes", ())) or None,
        json(record.extensions),
        ", ".join(record.assumed) or None,
        json(record.origin),
    )


def rows_of_lines(effect: Effect, named: Named) -> Iterator[Row]:
    """Rows of lines_of, in the order of its columns. named: gets the items that are new to it, by key, as rows without it."""
    record = effect.record
    if isinstance(record, Order):
        yield from line_rows(effect, named)
        return
    customer, supplier = party_key(buyer(record)), party_key(seller(record))
    fills = _TABLES[type(record)][3]
    for position, line in enumerate(lines(record), 1):
        item: Item | None = getattr(line, "item", None)
        of_item = codes(item) if item is not None else (None, None, None, None)
        key = item_key(of_item, supplier, customer)
        if key and key not in named:
            named[key] = of_item
        yield (
            effect.key,
            position,
            line.id,
            key,
            *of_item,
            *(fill(line) for fill in fills),
            "\n".join(line.notes) if line.notes else None,
            json(line.extensions),
            ", ".join(line.assumed) if line.assumed else None,
            json(line.origin),
        )


_Fill = Callable[[Any], str | Decimal | None]


def _fill(kind: type, path: str) -> _Fill:
    """What a column gets of a record or line."""
    steps = path.split(".")
    wanted = _type_of(kind, path)

    def fill(value: Any) -> str | Decimal | None:
        for step in steps:
            if value is None:
                break
            value = getattr(value, step)
        if wanted is Amount or wanted is Identifier:
            value = value.value if value is not None else None
        if wanted in (date, time):
            return iso(value)
        return value if value is None or isinstance(value, str | Decimal) else str(value)

    return fill


def _type_of(kind: type, path: str) -> type:
    found: Any = kind
    for step in path.split("."):
        hint = _hints(found)[step]
        found = next(one for one in (typing.get_args(hint) or (hint,)) if one is not type(None))
    wanted: type = found
    return wanted


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _document_columns() -> list[Column[Any]]:
    return [
        Column("effect_key", Key, primary_key=True),
        Column("document", BigInteger, nullable=False, comment="number of the document in the hub: wharf show NUMBER"),
        Column("business_key", Text, comment="the same for every revision of a document"),
        Column("revision", Integer, nullable=False),
        Column("id", Text, comment="its number as its sender writes it"),
        Column("issue_date", Date),
        Column("issue_time", Time),
        Column("test_indicator", Boolean, nullable=False),
        Column("buyer_id", Text),
        Column("buyer_name", Text),
        Column("seller_id", Text),
        Column("seller_name", Text),
    ]


def _line_columns() -> list[Column[Any]]:
    return [
        Column("effect_key", Key, primary_key=True, comment="its document"),
        Column("position", Integer, primary_key=True, comment="counted from 1 in the order of the document"),
        Column("id", Text, comment="the line number as the sender writes it"),
        Column("item_id", Text),
        Column("gtin", Text),
        Column("sellers_item_code", Text),
        Column("buyers_item_code", Text),
        Column("item_name", Text),
    ]


def _last_columns() -> list[Column[Any]]:
    return [
        Column("notes", Text),
        Column("extensions", Json, comment="what no mapping placed"),
        Column("assumed", Text, comment="fields that the document does not state"),
        Column("origin", Json, comment="where it begins in what was received"),
    ]


@cache
def _column(kind: type, path: str) -> type:
    return _TYPES[_type_of(kind, path)]


def _make(kind: _Kind) -> tuple[Table, Table | None, list[_Fill], list[_Fill]]:
    documents = Table(
        kind.table, metadata,
        *_document_columns(),
        *(Column(name, _column(kind.record, path)) for name, path in kind.columns.items()),
        Column("line_count", Integer, nullable=False),
        *_last_columns(),
        Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.current_timestamp()),
        Index(f"{kind.table}_business_key", "business_key", "revision"),
        Index(f"{kind.table}_issue_date", "issue_date"),
        Index(f"{kind.table}_document", "document"),
    )  # fmt: skip
    view_of_latest(kind.table)
    fills = [_fill(kind.record, path) for path in kind.columns.values()]
    if kind.line is None:
        return documents, None, fills, []
    of_lines = Table(
        f"{kind.table.removesuffix('s')}_lines", metadata,
        *_line_columns(),
        *(Column(name, _column(kind.line, path)) for name, path in kind.line_columns.items()),
        *_last_columns(),
        Index(f"{kind.table.removesuffix('s')}_lines_item_id", "item_id"),
    )  # fmt: skip
    return documents, of_lines, fills, [_fill(kind.line, path) for path in kind.line_columns.values()]


_TABLES = {kind.record: _make(kind) for kind in _KINDS}
