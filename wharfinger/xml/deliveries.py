"""Despatch advices and receipt advices as UBL: what was sent, how it is packed and travels, what arrived."""

from wharfinger.records import DespatchAdvice, DespatchLine, Identifier, ReceiptAdvice, ReceiptLine, Shipment, TransportHandlingUnit
from wharfinger.xml.parts import (
    CONTRACT,
    MARK,
    TEST,
    UNKNOWN,
    delivery,
    delivery_terms,
    document,
    identifier,
    item,
    line_reference,
    named_by_lines,
    order_line_reference,
    order_reference,
    party,
    party_or,
    quantity,
    reference,
    revision,
    text,
    wrapped,
)

GROSS_WEIGHT, NET_WEIGHT, GROSS_VOLUME = "AAB", "AAA", "AAW"
"""UNTDID 6313, as in Peppol BIS Despatch Advice."""
_NO_LINE = f"<cac:OrderLineReference><cbc:LineID{MARK}>{UNKNOWN}</cbc:LineID></cac:OrderLineReference>"
_NO_SHIPMENT = f"<cbc:ID{MARK}>{UNKNOWN}</cbc:ID>"
_VEHICLES = {
    "1": ("MaritimeTransport", "VesselID"),
    "2": ("RailTransport", "TrainID"),
    "4": ("AirTransport", "AircraftID"),
    "8": ("MaritimeTransport", "VesselID"),
}
"""By mode of transport (UNECE Recommendation 19); any other is a road vehicle."""


def despatch_advice(one: DespatchAdvice) -> str:
    """UBL 2.1 DespatchAdvice."""
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("DocumentStatusCode", one.document_status_code),
        text("DespatchAdviceTypeCode", one.despatch_advice_type_code),
        *(text("Note", note) for note in one.notes),
        text("LineCountNumeric", one.line_count_numeric),
        _orders(one),
        *_references(one),
        party_or("DespatchSupplierParty", one.despatch_supplier_party, "SellerSupplierParty", one.seller_supplier_party),
        party_or("DeliveryCustomerParty", one.delivery_customer_party, "BuyerCustomerParty", one.buyer_customer_party),
        wrapped("BuyerCustomerParty", party("Party", one.buyer_customer_party)),
        wrapped("SellerSupplierParty", party("Party", one.seller_supplier_party)),
        wrapped("OriginatorCustomerParty", party("Party", one.originator_customer_party)),
        _shipment(one.shipment),
        *(_despatch_line(line, number) for number, line in enumerate(one.despatch_lines, 1)),
    ]
    return document("DespatchAdvice", parts)


def receipt_advice(one: ReceiptAdvice) -> str:
    """UBL 2.1 ReceiptAdvice."""
    despatches = (line.despatch_line_reference for line in one.receipt_lines)
    parts = [
        text("ProfileExecutionID", TEST if one.test_indicator else None),
        text("ID", one.id),
        text("IssueDate", one.issue_date),
        text("IssueTime", one.issue_time),
        text("DocumentStatusCode", one.document_status_code),
        text("ReceiptAdviceTypeCode", one.receipt_advice_type_code),
        *(text("Note", note) for note in one.notes),
        text("LineCountNumeric", one.line_count_numeric),
        _orders(one),
        reference("DespatchDocumentReference", one.despatch_document_reference) or named_by_lines("DespatchDocumentReference", despatches),
        *_references(one),
        party_or("DeliveryCustomerParty", one.delivery_customer_party, "BuyerCustomerParty", one.buyer_customer_party),
        party_or("DespatchSupplierParty", one.despatch_supplier_party, "SellerSupplierParty", one.seller_supplier_party),
        wrapped("BuyerCustomerParty", party("Party", one.buyer_customer_party)),
        wrapped("SellerSupplierParty", party("Party", one.seller_supplier_party)),
        _shipment(one.shipment),
        *(_receipt_line(line, number) for number, line in enumerate(one.receipt_lines, 1)),
    ]
    return document("ReceiptAdvice", parts)


def _orders(one: DespatchAdvice | ReceiptAdvice) -> str:
    """The order, else those that the lines name: every despatch and receipt is of some order."""
    lines = one.despatch_lines if isinstance(one, DespatchAdvice) else one.receipt_lines
    return order_reference(one.order_reference) or named_by_lines("OrderReference", (line.order_line_reference for line in lines))


def _references(one: DespatchAdvice | ReceiptAdvice) -> list[str]:
    """UBL has no place for the contract here: it is the document of type 315."""
    return [
        revision(one.id, one.sequence_number_id),
        *(reference("AdditionalDocumentReference", other) for other in one.document_references),
        reference("AdditionalDocumentReference", one.contract, CONTRACT),
    ]


def _despatch_line(line: DespatchLine, number: int) -> str:
    unit = line.delivered_quantity.unit_code if line.delivered_quantity else None
    parts = [
        text("ID", line.id or str(number)),
        *(text("Note", note) for note in line.notes),
        text("LineStatusCode", line.line_status_code),
        quantity("DeliveredQuantity", line.delivered_quantity, None),
        quantity("BackorderQuantity", line.backorder_quantity, unit),
        quantity("OutstandingQuantity", line.outstanding_quantity, unit),
        text("OutstandingReason", line.outstanding_reason),
        quantity("OversupplyQuantity", line.oversupply_quantity, unit),
        order_line_reference(line.order_line_reference) or _NO_LINE,
        *(reference("DocumentReference", other) for other in line.document_references),
        item(line.item, unit) or "<cac:Item/>",
        _packed(line.transport_handling_units),
        *(_shipped(delivery(other, unit)) for other in line.deliveries),
    ]
    return wrapped("DespatchLine", "".join(parts))


def _receipt_line(line: ReceiptLine, number: int) -> str:
    unit = line.received_quantity.unit_code if line.received_quantity else None
    parts = [
        text("ID", line.id or str(number)),
        *(text("Note", note) for note in line.notes),
        quantity("ReceivedQuantity", line.received_quantity, None),
        quantity("ShortQuantity", line.short_quantity, unit),
        quantity("RejectedQuantity", line.rejected_quantity, unit),
        text("RejectReasonCode", line.reject_reason_code),
        text("RejectReason", line.reject_reason),
        text("QuantityDiscrepancyCode", line.quantity_discrepancy_code),
        quantity("OversupplyQuantity", line.oversupply_quantity, unit),
        text("ReceivedDate", line.received_date),
        order_line_reference(line.order_line_reference, line.line_status_code),
        line_reference("DespatchLineReference", line.despatch_line_reference),
        *(reference("DocumentReference", other) for other in line.document_references),
        item(line.item, unit),
        _packed(line.transport_handling_units),
    ]
    return wrapped("ReceiptLine", "".join(parts))


def _shipment(one: Shipment | None) -> str:
    if one is None:
        return ""
    body = "".join(
        [
            text("HandlingCode", one.handling_code),
            text("HandlingInstructions", one.handling_instructions),
            quantity("GrossWeightMeasure", one.gross_weight_measure, None),
            quantity("NetWeightMeasure", one.net_weight_measure, None),
            quantity("GrossVolumeMeasure", one.gross_volume_measure, None),
            text("TotalTransportHandlingUnitQuantity", one.total_transport_handling_unit_quantity),
            _stage(one),
            delivery(one.delivery, None, delivery_terms(one.delivery_terms)),
            *(_handling_unit(unit) for unit in one.transport_handling_units),
        ]
    )
    return wrapped("Shipment", f"{text('ID', one.id) or _NO_SHIPMENT}{body}") if one.id or body else ""


def _stage(one: Shipment) -> str:
    vehicle = ""
    if one.transport_means_id:
        name, number = _VEHICLES.get(one.transport_mode_code or "", ("RoadTransport", "LicensePlateID"))
        vehicle = wrapped("TransportMeans", wrapped(name, text(number, one.transport_means_id)))
    return wrapped(
        "ShipmentStage", f"{text('TransportModeCode', one.transport_mode_code)}{party('CarrierParty', one.carrier_party)}{vehicle}"
    )


def _packed(units: tuple[TransportHandlingUnit, ...]) -> str:
    return _shipped("".join([_handling_unit(unit) for unit in units]))


def _shipped(body: str) -> str:
    return wrapped("Shipment", f"{_NO_SHIPMENT}{body}") if body else ""


def _handling_unit(one: TransportHandlingUnit) -> str:
    measures = (
        (GROSS_WEIGHT, one.gross_weight_measure),
        (NET_WEIGHT, one.net_weight_measure),
        (GROSS_VOLUME, one.gross_volume_measure),
    )
    parts = [
        identifier("ID", one.id),
        text("TransportHandlingUnitTypeCode", one.transport_handling_unit_type_code),
        text("HandlingInstructions", one.handling_instructions),
        *(
            wrapped("ActualPackage", f"{text('Quantity', package.quantity)}{text('PackagingTypeCode', package.packaging_type_code)}")
            for package in one.packages
        ),
        _parent(one.parent_id),
        *(
            wrapped("MeasurementDimension", f"{text('AttributeID', attribute)}{measure}")
            for attribute, value in measures
            if (measure := quantity("Measure", value, None))
        ),
    ]
    return wrapped("TransportHandlingUnit", "".join(parts))


def _parent(id: Identifier | None) -> str:
    return wrapped("TransportEquipment", identifier("ID", id))
