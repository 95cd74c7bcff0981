"""A source that wants to be left alone: the task gives its slot back, and comes again when it may."""

from .chain import Chain


def test_a_task_comes_again_when_it_may(chain: Chain) -> None:
    day = chain.days[-1]
    chain.go_to(day)
    with chain.disturbed():
        with chain.warehouse() as warehouse:
            warehouse.execute("insert into ledger.rest values ('gateway', clock_timestamp() + interval '3 seconds')")
        run_id = chain.stack.api.trigger("feed_discipline", {"day": day})
        chain.rehearsal._wait(lambda: chain.stack.api.run_state("feed_discipline", run_id) == "success", "the feed did not end")
        ended = "select extracted_at > not_before as later from ledger.settlement, ledger.rest where resource = %s and day = %s"
        assert chain.rows(ended, ["discipline", day]) == [{"later": True}]
    (log,) = (chain.stack.home / "logs" / "dag_id=feed_discipline" / f"run_id={run_id}" / "task_id=extract").glob("*=1.log")
    assert log.read_text().count("gateway wants to be left alone") == 1
