"""The pages behind the links in our mails: what an alert says, to whom may read about that official."""

import re

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import HTMLResponse

from cadre_cloud.pages.page import page
from cadre_cloud.pages.reading import as_reader_of, note_look

router = APIRouter()

_ALERT_NO = re.compile(r"[0-9A-F]{12}")

_ALERT = """
select a.*, c.name, c.unit_name, c.post_title from mart.alert a join mart.cadre c using (cadre_no)
where a.alert_no = %s"""

# A row of the official's own files is no record: there is its place alone.
_EVIDENCE = """
select e.resource, e.source_key, r.summary, r.occurred_on, r.link_method, r.disputed
from mart.alert a, jsonb_to_recordset(a.evidence) as e (resource text, source_key text)
left join mart.record r using (resource, source_key)
where a.alert_no = %s and coalesce(r.cadre_no = a.cadre_no, true) order by r.occurred_on, e.resource, e.source_key"""


@router.get("/alerts/{alert_no}")
def alert(alert_no: str, request: Request, user: GetUserDep) -> HTMLResponse:
    """One alert with its evidence, once it is committed who looks; not found is also what somebody reads who may not."""
    if not _ALERT_NO.fullmatch(alert_no):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    with as_reader_of(user.get_name()) as warehouse:
        found = warehouse and warehouse.execute(_ALERT, [alert_no]).fetchone()
        if not warehouse or not found:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        evidence = warehouse.execute(_EVIDENCE, [alert_no]).fetchall()
    note_look(user.get_name(), f"alert {alert_no}", "page alerts", found["cadre_no"])
    return page(request, "alert.html.j2", {"alert": found, "evidence": evidence})
