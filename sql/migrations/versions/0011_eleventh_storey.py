"""What people ask for and say: in their own name, and without an identity number however it is written."""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for script in sorted(Path(__file__).parent.glob("0011_*.sql")):
        op.get_bind().connection.driver_connection.execute(script.read_text(encoding="utf-8"))
