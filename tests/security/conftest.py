"""A city of two counties after two days, and who may read about which: a login of each role."""

import pytest
from feed_cases import States
from homes import Home
from own_files import FILES
from readers import admit

READERS = {
    "reader_529900": ["529900"],
    "reader_529901": ["529901"],
    "reader_529902": ["529902"],
    "reader_city": ["5299"],
    "reader_of_nothing": [],
}
REVIEWERS = {"reviewer_529901": "529901", "reviewer_529902": "529902", "reviewer_city": "5299"}
OTHERS = {"analyst": "529902", "engineer": "529902", "steward": "5299"}

# Of everybody who may be one official, an official of each county may be meant, and one who is the city's.
QUESTIONS = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
select resource, source_key, mention_no, subject, c.cadre_no, 'undecided', 'several', decided_by, known_from
from core.link l, (values ('C0001'), ('C0002'), ('C0007')) as c (cadre_no)
where verdict = 'undecided' and known_to is null and l.cadre_no not in ('C0001', 'C0002', 'C0007')"""


@pytest.fixture(scope="module")
def city(states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = states.lodging(tmp_path_factory.mktemp("city") / "home", "personnel/newcomer")
    for role, prefixes in READERS.items():
        admit(home, role, *prefixes)
    for role, prefix in REVIEWERS.items():
        admit(home, role, prefix, group="cadre_reviewer")
    for group, prefix in OTHERS.items():
        admit(home, f"{group}_{prefix}", prefix, group=f"cadre_{group}")
    admit(home, "auditor", group="cadre_auditor")
    admit(home, "machine_529902", "529902", group="cadre_machine")
    home.run(FILES)
    home.run(QUESTIONS)
    return home
