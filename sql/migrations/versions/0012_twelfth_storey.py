"""The roster on each day, so that who asks for a day waits no longer than who asks for the present."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for script in sorted(Path(__file__).parent.glob("0012_*.sql")):
        op.get_bind().connection.driver_connection.execute(script.read_text(encoding="utf-8"))
