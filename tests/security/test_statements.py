"""Values are bound: what a statement is made of stands in our code, or was quoted by psycopg.

Read out of the code itself. A statement is fixed if it is text, or put together from what is fixed; whatever else reaches a
database is listed here, with the reason why it may.
"""

import ast
from collections.abc import Iterable, Iterator

import pytest

from cadre_cloud import settings

SENDS = {"execute", "executemany", "exec_driver_sql"}
SCRATCH = {"db", "self._db", "self._connection"}  # DuckDB, in transforms/
ASKS = {"run", "table", "number", "sql"}  # it
QUOTED = {"Identifier", "Literal", "name", "names", "_literal", "_path"}  # what these give is quoted
LISTED = {
    "plugins/cadre_cloud/alerts/evaluation.py find": "a rule's SELECT, from sql/rules/",
    "plugins/cadre_cloud/alerts/stakes.py weigh": "the states in which an alert is open",
    "plugins/cadre_cloud/feed/forms.py bring": "tables and keys that stand where it is called",
    "plugins/cadre_cloud/feed/forms.py settle_forms": "one of the statements above it",
    "plugins/cadre_cloud/feed/tables.py _open_keys": "a contract's table and key, which are of letters and underscores alone",
    "plugins/cadre_cloud/warehouse/decisions.py ask": "a statement of its own or of objections.py",
    "plugins/cadre_cloud/warehouse/roster.py _officials": "one of the statements above it",
    "plugins/cadre_cloud/warehouse/ledger.py note_counts": "the columns that our own callers name",
    "plugins/cadre_cloud/mail/outbox.py _note": "one of the statements above it",
    "plugins/cadre_cloud/commands/migrate.py _drop_mart": "names of views and functions, quoted by PostgreSQL's format()",
    "plugins/cadre_cloud/commands/migrate.py _run": "our own files below sql/",
    "plugins/cadre_cloud/publication.py _write_present": "our own columns, with a table's name before each",
    "plugins/cadre_cloud/sources/database.py _chunks": "a select of SQLAlchemy's, which binds",
    "sql/migrations/versions/0001_first_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0002_second_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0003_third_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0004_fourth_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0005_statistics.py upgrade": "our own files beside it",
    "sql/migrations/versions/0006_sixth_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0007_seventh_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0008_eighth_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0009_ninth_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0010_tenth_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0011_eleventh_storey.py upgrade": "our own files beside it",
    "sql/migrations/versions/0012_twelfth_storey.py upgrade": "our own files beside it",
    "transforms/difference.py add": "a contract's columns, quoted",
    "transforms/duck.py run": "hands on what it is given",
    "transforms/duck.py table": "hands on what it is given",
    "transforms/duck.py number": "hands on what it is given",
    "transforms/link/learn.py compared": "our own pairs",
    "transforms/link/quality.py calibrated": "columns that our own callers name",
    "transforms/link/quality.py figures": "columns that our own callers name",
    "transforms/link/scheme.py run": "a scheme's own statements",
    "transforms/link/score.py score": "our own comparisons",
    "transforms/link/score.py weigh": "our own comparisons",
    "transforms/resume.py spells": "our own patterns",
    "transforms/standing.py standing": "a contract's column",
}


class Module:
    """One file of code, and which of the statements that it sends are not fixed."""

    def __init__(self, path: str, code: str) -> None:
        self.path, self.tree = path, ast.parse(code)
        self.parents = {child: parent for parent in ast.walk(self.tree) for child in ast.iter_child_nodes(parent)}

    def loose(self) -> Iterator[str]:
        """The functions that send one."""
        for call in ast.walk(self.tree):
            if isinstance(call, ast.Call) and call.args and self._sends(call.func) and not self._is_fixed(call.args[0]):
                yield f"{self.path} {self._functions(call)[0].name}"

    def _sends(self, func: ast.expr) -> bool:
        if not isinstance(func, ast.Attribute):
            return False
        to = ast.unparse(func.value)
        return func.attr in SENDS or (to in SCRATCH and func.attr in ASKS) or (func.attr == "copy" and to.endswith("cursor()"))

    def _is_fixed(self, node: ast.AST) -> bool:
        parts = self._parts(node)
        return parts is not None and all(map(self._is_fixed, parts))

    def _parts(self, node: ast.AST) -> list[ast.AST] | None:
        """What all has to be fixed for something to be so; None where it is not."""
        found: list[ast.AST] | None = None
        match node:
            case ast.Constant():
                found = []
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in QUOTED:
                found = []
            case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id=name) | ast.Attribute(attr=name), *_]) if name in QUOTED:
                found = []
            case ast.JoinedStr(values=values):
                found = [part.value if isinstance(part, ast.FormattedValue) else part for part in values]
            case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Dict(keys=elements):
                found = list(elements)
            case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
                found = [one, other]
            case ast.GeneratorExp(elt=value) | ast.ListComp(elt=value) | ast.Starred(value=value):
                found = [value]
            case ast.Name(id=name):
                found = self._values(name, node)
            case ast.Call(func=ast.Attribute(value=value, attr="format")) if self._is_composed(value):
                found = []
            case ast.Call(func=ast.Attribute(value=value, attr="SQL" | "join" | "split" | "format"), args=args, keywords=named):
                found = [*([] if ast.unparse(value) == "sql" else [value]), *args, *(one.value for one in named)]
        return found

    def _is_composed(self, node: ast.AST) -> bool:
        """Whether it is one of psycopg's own statements, whose `format` quotes all that it is given."""
        values = self._values(node.id, node) if isinstance(node, ast.Name) else [node]
        return all("sql.SQL" in ast.unparse(value) and self._is_fixed(value) for value in values or [ast.Pass()])

    def _values(self, name: str, where: ast.AST) -> list[ast.AST] | None:
        """All that a name may be, in its function or else in its module; a parameter may be anything."""
        for function in self._functions(where):
            if name in {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}:
                return None
            if found := _given(ast.walk(function), name):
                return found
        return _given((node for node in ast.walk(self.tree) if not self._functions(node)), name) or None

    def _functions(self, node: ast.AST) -> list[ast.FunctionDef]:
        """The functions around something, the nearest first."""
        around = []
        while node := self.parents.get(node):
            around += [node] if isinstance(node, ast.FunctionDef) else []
        return around


def _given(nodes: Iterable[ast.AST], name: str) -> list[ast.AST]:
    """What is given to a name by some of the code."""
    found = []
    for node in nodes:
        match node:
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=value):
                found.append((target, value))
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                found.append((target, value))
    return [value for target, value in found if name in {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}]


def test_every_statement_is_fixed_or_listed() -> None:
    home = settings.home()
    paths = [path for folder in ("plugins", "transforms", "dags", "sql") for path in (home / folder).rglob("*.py")]
    assert len(paths) > 60
    found = {place for path in paths for place in Module(str(path.relative_to(home)), path.read_text("utf-8")).loose()}
    assert found - LISTED.keys() == set()
    assert LISTED.keys() - found == set(), "what is listed is there, and needs to be"


@pytest.mark.parametrize(
    "body",
    [
        'db.execute(f"select * from x where key = \'{key}\'")',
        'db.execute("select * from x where key = \'%s\'" % key)',
        'db.execute("select * from x where key = \'{}\'".format(key))',
        'db.execute(sql.SQL("select * from x where key = " + key))',
        'db.execute(sql.SQL(key).format(key=sql.Literal(key)))',
        'query = "delete from x where key = " + key["key"]; db.executemany(query, [])',
        'db.cursor().copy(key)',
    ],
)  # fmt: skip
def test_a_value_in_a_statement_is_seen(body: str) -> None:
    assert list(Module("x.py", f"def f(db, key): {body}").loose()) == ["x.py f"]


@pytest.mark.parametrize(
    "body",
    [
        'db.execute("select * from x where key = %s", [key])',
        'db.execute(sql.SQL("drop table {}").format(sql.Identifier(key)))',
        'names = ("a", "b"); db.execute(f"select {\', \'.join(f\'x.{name}\' for name in names)} from x")',
    ],
)
def test_what_is_bound_is_let_be(body: str) -> None:
    assert list(Module("x.py", f"def f(db, key): {body}").loose()) == []
