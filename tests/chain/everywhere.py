"""Everything that a run of the stack has written: files below var/, those of the databases, and what stands in their tables."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from demo import settings
from demo.stack import Stack

THEIRS = {"drop", "exchange"}  # what the departments keep, on our disk only because this is a rehearsal
DATABASES = ("warehouse", "airflow")

_COLUMNS = """
select format('%I.%I', n.nspname, c.relname) as relation, a.attname
from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
where relkind in ('r', 'p') and attnum > 0 and not attisdropped and nspname not in ('pg_catalog', 'information_schema')
order by 1, attnum"""


def files(stack: Stack) -> Iterator[Path]:
    """Every file below var/, and the server's outside of it, but for the departments' own."""
    for folder, folders, names in os.walk(stack.var, followlinks=True):
        folders[:] = [name for name in folders if name not in THEIRS]
        yield from (Path(folder) / name for name in names)


def columns(stack: Stack, to: Path) -> Iterator[Path]:
    """Every column of every table as a file of text, `<database>.<schema>.<table>.<column>`: in the files some are compressed."""
    to.mkdir()
    for database in DATABASES:
        address = settings.address("postgres", stack.secrets["postgres"], stack.ports["postgres"], database)
        with psycopg.connect(address) as connection:
            for relation, name in connection.execute(_COLUMNS).fetchall():
                path = to / f"{database}.{relation}.{name}"
                query = sql.SQL("copy (select {}::text from {}) to stdout").format(
                    sql.Identifier(name), sql.Identifier(*relation.split("."))
                )
                with path.open("wb") as file, connection.cursor().copy(query) as rows:
                    for row in rows:
                        file.write(row)
                yield path


def where(forms: Iterable[bytes], paths: Iterable[Path], notes: Path) -> set[Path]:
    """In which files any of some byte strings stands; grep looks for a hundred thousand of them at once."""
    notes.write_bytes(b"\n".join(sorted(forms)))
    grep = ["grep", "--files-with-matches", "--no-messages", "--null", "--text", "--fixed-strings", f"--file={notes}", "--"]
    command = ["xargs", "-0", "-s", "1000000", *grep]  # of as many files as may be: it takes its time to begin
    listed = b"\0".join(os.fsencode(path) for path in paths)
    found = subprocess.run(command, input=listed, env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, check=False)
    return {Path(os.fsdecode(path)) for path in found.stdout.split(b"\0") if path}


def command_lines() -> bytes:
    """The command lines of all processes, which every user of the machine may read."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            lines.append(path.read_bytes())
    return b"\n".join(lines)
