"""Answers to partners: interchanges, control numbers, documents that we made; the message in which a document came."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint

revision = "0002"
down_revision = "0001"

metadata = MetaData()  # frozen as of this revision; wharfinger.journal.schema goes on

_Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up only an INTEGER PRIMARY KEY

Table("receipt", metadata, Column("id", _Id, primary_key=True))
Table("document", metadata, Column("id", _Id, primary_key=True))

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

control_sequence = Table(
    "control_sequence",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("ours", String, nullable=False),
    Column("theirs", String, nullable=False),
    Column("last", BigInteger, nullable=False),
    UniqueConstraint("ours", "theirs"),
)

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


def upgrade() -> None:
    """Add the columns and create the tables."""
    op.add_column("document", Column("message_reference", String))
    op.add_column("document", Column("message_type", String))
    metadata.create_all(op.get_bind(), tables=[interchange, control_sequence, outbound])
