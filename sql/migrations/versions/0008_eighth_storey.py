"""What downstream may rely on: as of then, who sees what, who looked, and what is objected to."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for script in sorted(Path(__file__).parent.glob("0008_*.sql")):
        op.get_bind().connection.driver_connection.execute(script.read_text(encoding="utf-8"))
