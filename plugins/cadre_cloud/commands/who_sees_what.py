"""Who sees what, out of the database's own catalogs: `docs/who-sees-what.md` is what this prints."""

import sys
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

import psycopg

_ROLES = """
select rolname, shobj_description(r.oid, 'pg_authid'),
       array(select m.roleid::regrole::text from pg_auth_members m
             where m.member = r.oid and shobj_description(m.roleid, 'pg_authid') is not null order by 1)
from pg_roles r
where rolname like 'cadre\\_%' and shobj_description(r.oid, 'pg_authid') is not null
order by rolname"""

# The columns that a role may read; all as null. What one may read as a member of another role is among them.
_COLUMNS = """
with may as (
    select c.oid::regclass::text as object, r.role,
           array_agg(a.attname::text order by a.attnum)
               filter (where has_column_privilege(r.role, c.oid, a.attnum, 'select')) as columns,
           count(*) as width
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join unnest(%s::text[]) as r (role)
    where n.nspname = any(%s) and c.relkind in ('r', 'v', 'm', 'p') and has_schema_privilege(r.role, n.oid, 'usage')
    group by c.oid, r.role)
select object, role, case when cardinality(columns) < width then columns end
from may where columns is not null order by object, role"""

_WRITES = """
select c.oid::regclass::text, r.role,
       array(select p from unnest('{insert,update,delete,truncate}'::text[]) with ordinality as w (p, place)
             where case when place < 3 then has_any_column_privilege(r.role, c.oid, p)
                        else has_table_privilege(r.role, c.oid, p) end order by place)
from pg_class c join pg_namespace n on n.oid = c.relnamespace cross join unnest(%s::text[]) as r (role)
where n.nspname = any(%s) and c.relkind in ('r', 'p')
order by 1, 2"""

_ROWS = """
select polrelid::regclass::text, role::regrole::text, obj_description(oid, 'pg_policy')
from pg_policy cross join unnest(polroles) as r (role)
where polrelid::regclass::text like 'core.%' order by 1, 2, 3"""

_FUNCTIONS = """
select f.oid::regprocedure::text,
       array(select role from unnest(%s::text[]) as r (role) where has_function_privilege(role, f.oid, 'execute')), f.prosecdef
from pg_proc f
where f.pronamespace = any(%s::regnamespace[]) and f.prorettype <> 'trigger'::regtype order by 1"""

_OURS = ["core", "ledger", "mail"]

_HEAD = """# Who sees what

What each role of the warehouse may read, of which rows, and what it may do. Generated from the database's own catalogs by
`python -m cadre_cloud.commands.who_sees_what`; don't edit it here. It is granted in
[grants.sql](../sql/security/grants.sql), and tried from outside in [tests/security](../tests/security).

A user or an application is a member of one of these roles, by a role of its own that says which regions it answers for
(`core.account`); none may become another. Whether a reviewer is a region's or the city's is said by the region alone: six digits
of its code, or four and fewer. What is in no table here nobody reads by SQL: landed files and their notes, indexes and keys are
in no database, and no role may read a file of the server's, run a program there, or make an extension."""


def who_sees_what(address: str) -> str:
    """Every role with what it may read, of which rows, write and call, as Markdown.

    Args:
        address: of the warehouse, `postgresql://…`, for whoever may see its catalogs.
    """
    with psycopg.connect(address) as warehouse:
        about = warehouse.execute(_ROLES).fetchall()
        roles = [role for role, _, _ in about]
        published = warehouse.execute(_COLUMNS, [roles, ["mart"]]).fetchall()
        below = warehouse.execute(_COLUMNS, [roles, _OURS]).fetchall()
        rows = warehouse.execute(_ROWS).fetchall()
        writes = warehouse.execute(_WRITES, [roles, [*_OURS, "mart"]]).fetchall()
        functions = warehouse.execute(_FUNCTIONS, [roles, [*_OURS, "mart"]]).fetchall()
    also = {role: beside for role, _, beside in about}
    parts = [
        _HEAD,
        _table(
            "## The roles", ["role", "", "is also"], [(f"`{role}`", f"{says}.", _names(also[role])) for role, says, _ in about]
        ),
        _published(published, [role for role in roles if role not in ("cadre_loader", "cadre_web")]),
        _table("## Of which rows", ["table", "role", "rows"], [(f"`{table}`", f"`{role}`", says) for table, role, says in rows]),
        _table("## Below what is published", ["table or view", "role", "columns"], _own(below, also, _columns)),
        _table("## What is written", ["table", "role", "may"], _own(writes, also, ", ".join)),
        _table("## What is called", ["function", "by", "with whose rights"], map(_function, functions)),
    ]
    return "\n\n".join(parts) + "\n"


def _published(found: list[Any], roles: list[str]) -> str:
    """Each object of schema `mart`, and by whom it is read."""
    rows = []
    for name, of in groupby(found, lambda row: row[0]):
        readers = {role for _, role, _ in of}
        rows.append((f"`{name}`", *("●" if role in readers else "" for role in roles)))
    return _table("## What is published", ["object", *(role.removeprefix("cadre_") for role in roles)], rows)


def _own(found: list[Any], also: dict[str, list[str]], say: Callable[[Any], str]) -> list[tuple[str, ...]]:
    """What a role has that none has whose rights are its own as well."""
    has = {(name, role): may for name, role, may in found if may != []}
    return [
        (f"`{name}`", f"`{role}`", say(may))
        for (name, role), may in has.items()
        if not any((name, other) in has and has[name, other] == may for other in also[role])
    ]


def _columns(columns: list[str] | None) -> str:
    return _names(columns) if columns else "all"


def _function(found: Any) -> tuple[str, ...]:
    name, roles, is_owners = found
    return f"`{name}`", _names(roles) or "the owner alone", "the owner's" if is_owners else "the caller's"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(title: str, head: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return f"{title}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(who_sees_what(sys.argv[1]))
