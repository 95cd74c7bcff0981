"""Rights as whoever tried to get round them found them wanting, and the versions by which the roster answers as of then."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for script in sorted(Path(__file__).parent.glob("0009_*.sql")):
        op.get_bind().connection.driver_connection.execute(script.read_text(encoding="utf-8"))
