"""A login of each role, and about whom a county's read."""

ROLES = {
    "reader_529902": "cadre_reader",
    "analyst_529902": "cadre_analyst",
    "reviewer_529902": "cadre_reviewer",
    "engineer_529902": "cadre_engineer",
    "auditor": "cadre_auditor",
    "steward_5299": "cadre_steward",
    "machine_529902": "cadre_machine",
}
QINGHE = ["C0002", "C0004", "C0006", "C0009"]
COUNTY = [role for role in ROLES if role.endswith("529902") and "analyst" not in role]
UNSEEN, NOBODY = "C0007", "C9999"  # an official of another county's, and none
