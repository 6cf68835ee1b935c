"""An index over the answers to one form, the newest first: how its questions are really answered.

Revision: 0004, after 0003. No row is touched.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_answers_form", "answers", ["process", "element", "at"])
