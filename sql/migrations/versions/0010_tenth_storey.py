"""Roster entries that are one person, and what follows from it."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for script in sorted(Path(__file__).parent.glob("0010_*.sql")):
        op.get_bind().connection.driver_connection.execute(script.read_text(encoding="utf-8"))
