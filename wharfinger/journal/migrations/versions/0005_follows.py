"""Changes and cancellations wait for their orders: which those are, and an index of the deliveries that wait so."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

metadata = sa.MetaData()  # frozen as of this revision; wharfinger.journal.schema goes on

_Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")

sa.Table("document", metadata, sa.Column("id", _Id, primary_key=True))

follows = sa.Table(
    "follows",
    metadata,
    sa.Column("document", _Id, sa.ForeignKey("document.id"), primary_key=True),
    sa.Column("order_key", sa.String, primary_key=True, index=True),
)


def upgrade() -> None:
    """What is in the journal already is delivered as before."""
    follows.create(op.get_bind())
    is_behind = sa.text("not_before = 9999999999999")
    op.create_index("delivery_behind", "delivery", ["sink", "id"], sqlite_where=is_behind, postgresql_where=is_behind)
