"""Who reviews: decides, and sees numbers, for officials whom they read about."""

from cadre_cloud.warehouse.connection import Warehouse

# As in the row policies.
_REVIEWED = """
select distinct o.cadre_no from unnest(%(cadre_nos)s::text []) as o (cadre_no)
left join core.cadre_now n using (cadre_no)
cross join core.page_user u
join core.account a on a.role_name = u.role_name and core.answers_for(a.region_prefix, n.managed_by)
where u.user_name = %(who)s and pg_has_role(u.role_name, 'cadre_reviewer', 'member')"""


def reviewed(warehouse: Warehouse, who: str, cadre_nos: list[str]) -> set[str]:
    """Of some officials those of whose region a user of the pages is a reviewer (`core.admit_to`)."""
    rows = warehouse.execute(_REVIEWED, {"who": who, "cadre_nos": cadre_nos})
    return {row["cadre_no"] for row in rows}


def reviews(warehouse: Warehouse, who: str, cadre_no: str) -> bool:
    """Whether a user of the pages is a reviewer of an official's region."""
    return bool(reviewed(warehouse, who, [cadre_no]))
