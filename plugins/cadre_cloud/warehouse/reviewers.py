"""Who reviews: decides, and sees numbers, for officials whom they read about."""

from cadre_cloud.warehouse.connection import Warehouse

# As in the row policies.
_REVIEWS = """
select from core.page_user u
join core.account a using (role_name)
left join core.cadre_now n on n.cadre_no = %(cadre_no)s
where u.user_name = %(who)s and pg_has_role(u.role_name, 'cadre_reviewer', 'member')
  and core.answers_for(a.region_prefix, n.managed_by)
limit 1"""


def reviews(warehouse: Warehouse, who: str, cadre_no: str) -> bool:
    """Whether a user of the pages is a reviewer (`core.admit_to`) of an official's region."""
    return warehouse.execute(_REVIEWS, {"who": who, "cadre_no": cadre_no}).fetchone() is not None
