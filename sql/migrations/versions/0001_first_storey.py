"""The core, the ledger and the mail of the first storey."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for part in ("core", "ledger", "alert", "mail"):
        script = Path(__file__).with_name(f"0001_{part}.sql").read_text(encoding="utf-8")
        op.get_bind().connection.driver_connection.execute(script)
