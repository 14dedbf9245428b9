"""The tables of the journal. Times are UTC, ISO 8601 text; states are words.

Migrations live in migrations/versions; a test compares what they build with these tables.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, text

metadata = MetaData()

BEHIND = 9_999_999_999_999
"""delivery.not_before of what waits for another document, not for a time; see following.py."""

_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER PRIMARY KEY

receipt = Table(
    "receipt",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("parent", _Id, ForeignKey("receipt.id"), index=True),
    Column("transport_key", String, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("name", String, nullable=False),
    Column("partner", String),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("depth", Integer, nullable=False, default=0),
    Column("received_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("format", String),
    Column("lease_token", String),
    Column("lease_until", BigInteger),
    Index("receipt_waiting", "state", "id"),
)

document = Table(
    "document",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("receipt", _Id, ForeignKey("receipt.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("direction", String, nullable=False, default="in"),
    Column("kind", String),
    Column("number", String),
    Column("partner", String),
    Column("issuer", String),
    Column("base_key", String, index=True),
    Column("revision", Integer, nullable=False, default=0),
    Column("held_key", String, unique=True),
    Column("body_hash", String(64)),
    Column("interchange", Integer),
    Column("test_indicator", Boolean, nullable=False, default=False),
    Column("currency", String),
    Column("line_count", Integer, nullable=False, default=0),
    Column("answers", Text),
    Column("action", String, nullable=False, default="create"),
    Column("state", String, nullable=False),
    Column("other", _Id, ForeignKey("document.id")),
    Column("question", Text),
    Column("received_at", String, nullable=False),
    Column("message_reference", String),
    Column("message_type", String),
    Column("record_version", Integer),
    UniqueConstraint("receipt", "ordinal"),
    Index("document_state", "state", "id"),
)
"""other: the document of which this is a duplicate, or which supersedes or contradicts it. question: a Problem as JSON.
record_version: of what it says (table record); absent where nothing could be read.

direction out: one that we send. What the hub itself made belongs to the receipt that it answers, and its ordinal is negative; what our
own system issued belongs to the receipt in which it came.
"""

record = Table(
    "record",
    metadata,
    Column("document", _Id, ForeignKey("document.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""What documents say, as JSON; see contents.py."""

interchange = Table(
    "interchange",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("receipt", _Id, ForeignKey("receipt.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("reference", String, nullable=False, index=True),
    Column("sender", String, nullable=False),
    Column("sender_qualifier", String, nullable=False),
    Column("recipient", String, nullable=False),
    Column("recipient_qualifier", String, nullable=False),
    Column("test_indicator", Boolean, nullable=False),
    Column("partner", String),
    Column("owes_contrl", Boolean, nullable=False),
    Column("due_at", String, nullable=False),
    Column("state", String, nullable=False),
    UniqueConstraint("receipt", "number"),
    Index("interchange_state", "state", "id"),
)
"""The interchanges that are to be answered; see answers.py."""

control_sequence = Table(
    "control_sequence",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("ours", String, nullable=False),
    Column("theirs", String, nullable=False),
    Column("last", BigInteger, nullable=False),
    UniqueConstraint("ours", "theirs"),
)
"""The control numbers that one of our identifications has used towards one of a partner's."""

outbound = Table(
    "outbound",
    metadata,
    Column("document", _Id, ForeignKey("document.id"), primary_key=True),
    Column("caused_by", _Id, ForeignKey("document.id"), index=True),
    Column("interchange", _Id, ForeignKey("interchange.id"), index=True),
    Column("sequence", _Id, ForeignKey("control_sequence.id")),
    Column("control_number", BigInteger),
    Column("prepared_at", String),
    Column("due_at", String),
    Column("acknowledged", String),
    Column("acknowledged_by", _Id, ForeignKey("document.id")),
    UniqueConstraint("sequence", "control_number"),
)
"""What documents that we made have besides: what caused them, their control number, until when an answer to them is expected (due_at),
and what the partner said of them (AP, AB, RE)."""

awaited_response = Table(
    "awaited_response",
    metadata,
    Column("document", _Id, ForeignKey("document.id"), primary_key=True),
    Column("due_at", String, nullable=False),
    Column("answered_by", _Id, ForeignKey("document.id"), index=True),
)
"""The orders to which a partner expects an order response; answered_by: the one that is or was sent."""

delivery = Table(
    "delivery",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("document", _Id, ForeignKey("document.id"), nullable=False, index=True),
    Column("sink", String, nullable=False),
    Column("action", String, nullable=False),
    Column("effect_key", String, nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", BigInteger, nullable=False, default=0),
    Column("reference", String),
    Column("question", Text),
    Column("done_at", String),
    Column("lease_token", String),
    Column("lease_until", BigInteger),
    Index("delivery_waiting", "state", "sink", "id"),
    Index("delivery_behind", "sink", "id", sqlite_where=text(f"not_before = {BEHIND}"), postgresql_where=text(f"not_before = {BEHIND}")),
)

follows = Table(
    "follows",
    metadata,
    Column("document", _Id, ForeignKey("document.id"), primary_key=True),
    Column("order_key", String, primary_key=True, index=True),
)
"""The business keys that the order of a change or cancellation may have: one for each year in which it may have been issued."""

attempt = Table(
    "attempt",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("delivery", _Id, ForeignKey("delivery.id"), nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("text", Text),
)

problem = Table(
    "problem",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("receipt", _Id, ForeignKey("receipt.id"), nullable=False, index=True),
    Column("document", _Id, ForeignKey("document.id"), index=True),
    Column("code", String, nullable=False),
    Column("body", Text, nullable=False),
)

lane = Table(
    "lane",
    metadata,
    Column("name", String, primary_key=True),
    Column("length", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("lane", String, ForeignKey("lane.name"), primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("event", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("detail", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

seal = Table(
    "seal",
    metadata,
    Column("day", String, primary_key=True),
    Column("heads", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""The heads of all lanes at the end of a day, sealed together with the seal before."""
