"""level of a safety event"""

import sqlalchemy as sa
from alembic import op

revision = "8c1f0d5b7a42"
down_revision = "34ea346c3ce7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("safety_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("level", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("safety_event", schema=None) as batch_op:
        batch_op.drop_column("level")
