"""The records move out of the documents: a document's state changes several times, what it says does not."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

metadata = sa.MetaData()  # frozen as of this revision; wharfinger.journal.schema goes on

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

sa.Table("document", metadata, sa.Column("id", _Id, primary_key=True))

record = sa.Table(
    "record",
    metadata,
    sa.Column("document", _Id, sa.ForeignKey("document.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


def upgrade() -> None:
    """Copy each record as its version 0."""
    record.create(op.get_bind())
    op.add_column("document", sa.Column("record_version", sa.Integer))
    op.execute("INSERT INTO record (document, version, text) SELECT id, 0, record FROM document WHERE record IS NOT NULL")
    op.execute("UPDATE document SET record_version = 0 WHERE record IS NOT NULL")
    op.drop_column("document", "record")
