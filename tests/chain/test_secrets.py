"""What departments say about people is found only where the design has it, and their numbers nowhere in the clear."""

import base64
import stat
import time
from pathlib import Path

import pytest
from faults.traps import Traps
from faults.victims import kill_task

from cadre_cloud import settings
from cadre_cloud.storage.vault import Vault
from cadre_cloud.warehouse.roster import context
from demo import credentials

from .chain import Chain
from .everywhere import columns, command_lines, files, where
from .planted import UNMISTAKABLE, Planted, planted, written

# Names of officials, of their declared relatives, of persons who may be officials, and rows about officials as they were sent;
# keys, where a department's name a person.
NAMES_MAY_BE = {
    "core.cadre.name", "core.cadre.former_name", "core.cadre.original", "core.cadre_now.name", "core.cadre_version.name",
    "core.cadre_day.name", "core.family.name",
    "core.family.original", "core.form.name", "core.form.original", "core.form.relatives", "core.form_reading.name",
    "core.mention.name", "core.record.original", "core.link.source_key", "core.mention.source_key", "core.record.source_key",
    "core.stake.source_key", "ledger.quarantine.source_key",
}  # fmt: skip
# Under these, writing fails and PostgreSQL tells the client of whole rows.
REFUSALS = {
    "core.cadre": "cadre_no = ''",
    "core.record": "summary = ''",
    "ledger.quarantine": "delivery_id not like 'court%'",
    "core.cadre_now": "name = ''",
    "core.alert": "explanation = ''",
    "mail.message": "subject = ''",
}
FEEDS = ("feed_personnel", "feed_approval_form", "feed_court", "feed_public_security", "feed_discipline")


@pytest.fixture(scope="module")
def sent(chain: Chain) -> Planted:
    found = planted(chain.rehearsal.city.folder)
    assert min(len(found.numbers), len(found.names)) > 5_000
    assert len(found.unasked) > 50
    return found


def test_what_was_written(chain: Chain, sent: Planted, tmp_path: Path) -> None:
    """By all days, and by whatever else was done to this stack before."""
    assert_in_its_place(chain, sent, tmp_path)


def test_what_was_written_of_errors(chain: Chain, sent: Planted, tmp_path: Path) -> None:
    """Rows that PostgreSQL refuses, with a message that quotes them, in a COPY and elsewhere."""
    first, day = chain.days[:2]
    chain.go_to(first)
    chain.rehearsal._deliver(day)
    with chain.disturbed(), chain.warehouse() as warehouse:
        warehouse.execute("update core.alert set title = ''")  # so that there is something to be written anew
        warehouse.execute("delete from mail.alert_told")
        for table, condition in REFUSALS.items():
            warehouse.execute(f"alter table {table} add constraint refused check ({condition}) not valid")
        # For which forms wait, and others for forms.
        roster = ("feed_unit", "feed_appointment", "feed_education", "feed_family")
        assert run(chain, day, *roster, *FEEDS) == dict.fromkeys(roster, "success") | dict.fromkeys(FEEDS, "failed")
        assert run(chain, day, "alerts", "mail") == {"alerts": "failed", "mail": "failed"}
        warehouse.execute("delete from core.cadre_now")
        assert run(chain, day, "publish") == {"publish": "failed"}
        causes = chain.rows("select distinct step, cause from ledger.failure")
        assert {row["step"] for row in causes} == {"check", "load", "evaluate", "render", "publish"}
        assert {row["cause"] for row in causes} == {"the warehouse refused: CheckViolation (23514, refused)"}
        tries = chain.rows(
            "select count(*) as all, count(*) filter (where is_last) as last from ledger.failure group by resource, step"
        )
        assert {row["last"] for row in tries} == {1}  # `load`, which may be rescheduled, has two tries more
        assert {row["all"] - settings.TRIES["retries"] for row in tries} == {1, 3}
        assert_in_its_place(chain, sent, tmp_path)


def test_what_a_killed_task_leaves(chain: Chain, sent: Planted, tmp_path: Path) -> None:
    """With its rows on their way from one task to the next."""
    first, day = chain.days[:2]
    chain.go_to(first)
    chain.rehearsal._deliver(day)
    with chain.disturbed(), Traps(chain.stack, ["before check personnel"]) as traps:
        run_id = chain.stack.api.trigger("feed_personnel", {"day": day})
        caught = wait_for(traps.caught)
        kill_task(chain.stack, traps.task(caught[0]))
        assert [path.suffix for path in (chain.stack.var / "work").glob("personnel-*/*.key")]
        assert_in_its_place(chain, sent, tmp_path)
        traps.let_go(caught[0])
        wait_for(lambda: chain.stack.api.run_state("feed_personnel", run_id) in ("success", "failed"))


def test_the_search_finds_what_is_there(chain: Chain, sent: Planted, tmp_path: Path) -> None:
    """Where departments keep it, and behind what is sealed, were it not."""
    chain.go_to(chain.days[-1])
    vault = Vault(base64.b64decode(chain.stack.secrets["cadre_key"]))
    opened = tmp_path / "opened"
    for path in (chain.stack.var / "landing").rglob("*"):
        if path.is_file():
            (opened / path.parent.name).mkdir(parents=True, exist_ok=True)
            with path.open("rb") as file:
                (opened / path.parent.name / path.name).write_bytes(b"".join(vault.open(file)))
    landed = [path for path in opened.rglob("*") if path.is_file()]
    theirs = [path for path in (chain.stack.var / "exchange").resolve().rglob("*") if path.is_file()]
    theirs += [path for path in (chain.stack.var / "exchange" / "postgres").resolve().rglob("*") if path.is_file()]
    for forms, resources in ((sent.written_numbers, {"discipline", "finance"}), (sent.written_names, {"court", "taxation"})):
        assert {path.parent.name for path in where(forms, landed, tmp_path / "forms")} >= {"personnel", *resources}
        assert where(forms, theirs, tmp_path / "forms")
    # Of what may not be kept nothing is left, not even sealed.
    assert where(written(sent.unasked), landed, tmp_path / "forms") == set()
    officials = chain.rows("select cadre_no, id_cipher from core.cadre")
    assert {vault.open_value(row["id_cipher"], context(row["cadre_no"])) for row in officials} <= sent.numbers


def test_nobody_else_on_this_machine_may_look(chain: Chain) -> None:
    for folder in (chain.stack.var, chain.stack.var / "exchange"):
        assert stat.S_IMODE(folder.stat().st_mode) in (0o700, 0o711)  # through which, as root, PostgreSQL's user has to get
    for path in files(chain.stack):
        assert not stat.S_IMODE(path.lstat().st_mode) & 0o077 or path.is_symlink(), path


def assert_in_its_place(chain: Chain, sent: Planted, folder: Path) -> None:
    of_databases = list(columns(chain.stack, folder / "columns"))
    every, notes = [*files(chain.stack), *of_databases], folder / "forms"
    assert len(every) > 1_000
    assert where(sent.written_numbers, every, notes) == set()
    assert where(written(sent.unasked), every, notes) == set()
    data = (chain.stack.var / "postgres" / "data").resolve()
    in_databases = [path for path in every if is_for_names(path) or path.resolve().is_relative_to(data)]
    assert where(sent.written_names, set(every) - set(in_databases), notes) == set()
    strangers = {name for name in sent.names - known_names(of_databases) if UNMISTAKABLE.fullmatch(name)}
    assert len(strangers) > 20
    assert where(written(strangers), in_databases, notes) == set()
    secrets = {value for name, value in chain.stack.secrets.items() if name not in credentials.NAMES} | {sent.salt}
    kept = {chain.stack.var / "secrets.json", chain.stack.home / "passwords.json"}
    assert where(written(secrets), every, notes) == kept
    lines = command_lines()
    assert [secret for secret in secrets if secret.encode() in lines] == []


def is_for_names(path: Path) -> bool:
    return path.name.partition(".")[2] in NAMES_MAY_BE and path.name.startswith("warehouse.")


def known_names(columns: list[Path]) -> set[str]:
    """All that stands where names may stand and might be one."""
    texts = [path.read_text("utf-8") for path in columns if is_for_names(path)]
    assert len(texts) == len(NAMES_MAY_BE)
    return {text[at : at + size] for text in texts for size in (3, 4, 5, 6) for at in range(len(text))}


def run(chain: Chain, day: str, *dags: str) -> dict[str, str]:
    """Run some DAGs for a day, and say how each ended."""
    runs = {dag: chain.stack.api.trigger(dag, {"day": day}) for dag in dags}

    def states() -> dict[str, str]:
        if chain.stack.api.running_states().keys() & set(runs.items()):
            return {}
        return {dag: chain.stack.api.run_state(dag, run_id) for dag, run_id in runs.items()}

    return wait_for(states, 600)


def wait_for(what, seconds: float = 300):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return found
