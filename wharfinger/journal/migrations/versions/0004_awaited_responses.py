"""Orders to which a partner expects an order response."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Table

revision = "0004"
down_revision = "0003"

metadata = MetaData()  # frozen as of this revision; wharfinger.journal.schema goes on

_Id = BigInteger().with_variant(Integer, "sqlite")

Table("document", metadata, Column("id", _Id, primary_key=True))

awaited_response = Table(
    "awaited_response",
    metadata,
    Column("document", _Id, ForeignKey("document.id"), primary_key=True),
    Column("due_at", String, nullable=False),
    Column("answered_by", _Id, ForeignKey("document.id"), index=True),
)


def upgrade() -> None:
    """Create the table."""
    metadata.create_all(op.get_bind(), tables=[awaited_response])
