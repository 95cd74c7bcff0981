"""The key is another one, and everything that was sealed is as it was: whenever it was killed, whoever was at work."""

import base64
import itertools
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException
from chain_in_process import contract_of, deliver, gateway, run_feed
from cryptography.exceptions import InvalidTag
from dump import whole
from feed_cases import FOLDER, Case, States
from homes import KEY, Home, clone, settled_in
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cadre_cloud.commands import rotate_keys
from cadre_cloud.commands.rotate_keys import Outcome, rotate
from cadre_cloud.feed import persons
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.steps import step
from cadre_cloud.storage.vault import HEADER, Vault, vault
from cadre_cloud.warehouse import roster
from cadre_cloud.warehouse.connection import connect
from demo.stack import Stack

NEW, NEWEST = (base64.b64encode(letter * 32).decode() for letter in (b"n", b"m"))
NEXT_DAY = [Case(FOLDER / name) for name in ("court/left_the_snapshot", "discipline/changed")]
DAY = date(2026, 6, 2)
SEALED_UNDER = ("id_cipher", "id_lookup", "key_name")
AT_WORK = (rotate_keys.__name__, "cadre_cloud.warehouse.keys", "cadre_cloud.storage.vault")
_numbers = itertools.count()


@pytest.fixture(scope="module")
def evening(states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A state under the tests' own key: numbers, landed bytes, indexes, and tomorrow's rows of the court on their way."""
    home = states.lodging(tmp_path_factory.mktemp("evening") / "home", "court/first_day", "discipline/first_day")
    for case in (*NEXT_DAY[0].chain, *NEXT_DAY[1].chain):
        case.lay(home.folder / "city")
    deliver(home, home.folder / "city", DAY, ["court"])
    with settled_in(home):
        extract(contract_of("court"), DAY)
        check(contract_of("court"), DAY)
    note = home.var / "landing" / "court" / "beside" / "whatever it is called"  # anything may be sealed and laid there
    note.parent.mkdir()
    note.write_bytes(b"".join(having_keys(KEY).seal([b"a note"])))
    return home


@pytest.fixture
def home(stack: Stack, evening: Home, tmp_path: Path) -> Home:
    return clone(stack, tmp_path / "home", evening, with_exchange=False)


def test_everything_opens_under_the_new_key_alone(home: Home) -> None:
    before, said = everything(home, KEY), without_seals(home)
    files = len(wrapped(home))
    assert len(before) - files > 10 < files
    with having(home, NEW, KEY):
        assert rotate() == Outcome(numbers=len(before) - files, files=files)
        assert rotate() == Outcome()
    assert everything(home, NEW) == before
    assert without_seals(home) == said
    with pytest.raises(InvalidTag):
        everything(home, KEY)


def test_every_sealed_column_is_among_them(home: Home) -> None:
    sealed = "select table_name from information_schema.columns where table_schema = 'core' and column_name like '%cipher'"
    assert {row["table_name"] for row in home.rows(sealed)} == set(rotate_keys._BOUND)


def test_it_may_be_killed_at_any_instant_and_run_again(
    stack: Stack, evening: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("killed")
    before = everything(evening, KEY)

    def fresh() -> Home:
        return clone(stack, folder / f"home_{next(_numbers)}", evening, with_exchange=False)

    with having(fresh(), NEW, KEY):
        instants = count_instants()
    assert instants > 500

    @settings(max_examples=15, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
    @given(st.integers(1, instants))
    def kill(instant: int) -> None:
        home = fresh()
        with having(home, NEW, KEY):
            assert is_killed_at(instant)
            assert everything(home, NEW, KEY) == before
            rotate()
        assert everything(home, NEW) == before
        assert list(home.var.rglob("*.rotated")) == []

    kill()


def test_another_rotation_behind_one_that_never_ended(home: Home) -> None:
    before = everything(home, KEY)
    with having(home, NEW, KEY):
        assert is_killed_at(500)
    with having(home, NEWEST, NEW, KEY):
        rotate()
    assert everything(home, NEWEST) == before


@pytest.mark.parametrize("keys", [[NEW], [NEW, KEY]])
def test_the_next_day_is_as_it_would_have_been(stack: Stack, evening: Home, home: Home, tmp_path: Path, keys: list[str]) -> None:
    """What was on its way is loaded, what did not change is unchanged, and nothing is closed but what has left."""
    other = clone(stack, tmp_path / "other", evening, with_exchange=False)
    with having(home, NEW, KEY):
        rotate()
    for one, its_keys in ((other, [KEY]), (home, keys)):
        with having(one, *its_keys), gateway(evening.folder / "city", DAY, ["discipline"]):
            load(contract_of("court"), DAY)
            run_feed(contract_of("discipline"), DAY)
    assert without_seals(home) == without_seals(other)
    counts = "select unchanged, changed, closed from ledger.delivery where day = %s order by resource"
    assert [tuple(row.values()) for row in home.rows(counts, [DAY])] == [(9, 0, 3), (1, 1, 0)]
    assert everything(home, NEW).keys() == everything(other, KEY).keys()


def test_numbers_are_found_again(home: Home) -> None:
    found = "select cadre_no from core.cadre where id_lookup = %s and known_to is null"
    with having(home, NEW, KEY):
        rotate()
        for place, number in numbers(home, NEW).items():
            if place[0] == "cadre":
                assert home.one(found, [vault().lookup(number)]) == place[1]


def test_who_is_at_work_is_waited_for_and_who_comes_later_waits(home: Home) -> None:
    done: list[str] = []

    def wait_and_note(what: str, work: Any) -> threading.Thread:
        def run() -> None:
            work()
            done.append(what)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def be_at_work() -> None:
        with connect():
            pass

    with having(home, NEW, KEY):
        with connect() as at_work:
            rotation = wait_and_note("rotated", rotate)
            rotation.join(1)
            be_at_work()  # others are not kept waiting by who waits
            assert (done, vault().sealing) == ([], Vault(base64.b64decode(KEY)).names[0])
            at_work.execute("select")
        rotation.join(30)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rotate_keys, "_files", lambda: (wait_and_note("later", be_at_work), done.append("alone"), [])[-1])
            rotate()
    assert done[:2] == ["rotated", "alone"]


def test_a_process_that_has_the_old_key_alone(home: Home) -> None:
    """It goes on while nothing is rotated, beside those that have both; then it is told, and seals nothing."""
    with having(home, NEW, KEY), connect():
        pass
    with having(home, KEY), connect():
        assert everything(home, KEY)
    with having(home, NEW, KEY):
        rotate()
    refused = pytest.raises(AirflowException, match="sealed under another key than")
    with having(home, KEY), refused, step("discipline", DAY, "extract"):
        extract(contract_of("discipline"), DAY)
    assert everything(home, NEW)


def test_a_warehouse_that_names_no_key_yet(home: Home) -> None:
    """It is of a version before there was a name: what it holds is under the older of two keys."""
    before = everything(home, KEY)
    home.run("delete from core.sealed_under")
    with having(home, NEW, KEY):
        rotate()
    assert everything(home, NEW) == before


def test_what_no_key_opens_is_told(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    stranger = home.var / "index" / "strange"
    stranger.write_bytes(b"".join(having_keys(NEWEST).seal([b"x"])))
    with having(home, NEW, KEY), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["rotate_keys"])
        assert rotate_keys.main() == 1
        assert str(stranger) in capsys.readouterr().err
        stranger.unlink()
        assert rotate_keys.main() == 0
    assert "CADRE_KEY_BEFORE can go" in capsys.readouterr().out


def test_an_index_from_before_seeds_were_kept_is_made_again(home: Home) -> None:
    with having(home, KEY):
        (path,) = (home.var / "index" / "court").glob("*.parquet")
        vault().write_table(path, vault().read_table(path).replace_schema_metadata(None))
        run_feed(contract_of("court"), DAY)
    (counts,) = home.rows("select unchanged, changed, closed from ledger.delivery where resource = 'court' and day = %s", [DAY])
    assert tuple(counts.values()) == (9, 0, 3)


@contextmanager
def having(home: Home, *keys: str) -> Iterator[None]:
    """Have the product's code, in this process, work in a home with some keys, the present one first."""
    with settled_in(home), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CADRE_KEY", keys[0])
        patch.setenv("CADRE_KEY_BEFORE", ",".join(keys[1:]))
        vault.cache_clear()
        yield
    vault.cache_clear()


def having_keys(*keys: str) -> Vault:
    return Vault(*map(base64.b64decode, keys))


def everything(home: Home, *keys: str) -> dict[Any, Any]:
    """All that is sealed in a home, opened with some keys; raises InvalidTag where one thing does not open."""
    opened: dict[Any, Any] = {}
    for path in wrapped(home):
        name = str(path.relative_to(home.var))
        if path.suffix == ".key":
            opened[name] = having_keys(*keys).read_table(path.with_suffix("")).to_pydict()
        else:
            with path.open("rb") as file:
                opened[name] = b"".join(having_keys(*keys).open(file))
    return opened | numbers(home, *keys)


def numbers(home: Home, *keys: str) -> dict[tuple[Any, ...], str]:
    """The identity numbers of all versions, by their places; each is found under the key that the warehouse names."""
    opens, seals = having_keys(*keys), having_keys(*keys)
    seals.seal_under(home.one("select key_name from core.sealed_under"))
    found = {}
    for row in home.rows("select * from core.cadre"):
        found["cadre", row["cadre_no"], row["version_no"]] = row, roster.context(row["cadre_no"])
    for row in home.rows("select * from core.mention where id_cipher is not null"):
        place = row["resource"], row["source_key"], row["mention_no"]
        found["mention", *place, row["version_no"]] = row, persons.context(*place)
    opened = {place: opens.open_value(row["id_cipher"], context) for place, (row, context) in found.items()}
    assert all(seals.lookup(number) == found[place][0]["id_lookup"] for place, number in opened.items())
    return opened


def wrapped(home: Home) -> list[Path]:
    """The files that begin with a wrapped key, or are one; not what a killed rotation had begun to put in their place."""
    every = (path for room in ("landing", "index", "work") for path in (home.var / room).rglob("*"))
    files = (path for path in every if path.suffix != ".rotated")
    return sorted(path for path in files if path.is_file() and path.read_bytes()[:1] == b"\x01" and path.stat().st_size >= HEADER)


def without_seals(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Every row of the warehouse, but for what is sealed, in an order that does not hang on that."""
    return {
        table: sorted(({name: value for name, value in row.items() if name not in SEALED_UNDER} for row in rows), key=repr)
        for table, rows in whole(home, "core", "ledger", "mail").items()
    }


def count_instants() -> int:
    """At how many instants a rotation can be killed here."""
    read, write = os.pipe()
    if not os.fork():
        instants = itertools.count(1)
        _rotate(lambda: os.write(write, b".") and next(instants))
    os.close(write)
    with os.fdopen(read, "rb") as told:
        found = len(told.read())
    os.wait()
    return found


def is_killed_at(instant: int) -> bool:
    """Rotate in a process of its own that is killed at that instant; whether it got there."""
    child = os.fork()
    if not child:
        instants = itertools.count(1)
        _rotate(lambda: next(instants) == instant and os.kill(os.getpid(), signal.SIGKILL))
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _rotate(each: Any) -> None:
    """Rotate, and end this process; something is done before and after whatever the code at work calls."""
    try:
        sys.setprofile(lambda frame, event, _: each() if frame.f_globals["__name__"] in AT_WORK else None)
        rotate()
    finally:
        os._exit(0)
