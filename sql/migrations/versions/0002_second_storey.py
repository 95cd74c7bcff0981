"""The officials' own files, their résumés' spells, and what a review and a removal leave behind."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Carry out the statements beside this file."""
    for part in ("files", "spell", "link", "career", "ledger"):
        script = Path(__file__).with_name(f"0002_{part}.sql").read_text(encoding="utf-8")
        op.get_bind().connection.driver_connection.execute(script)
