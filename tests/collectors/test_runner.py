"""The runner with a source made for the test: saving, states, issues, locks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from collectors import sources
from collectors.run import Source
from collectors.runner import AlreadyRunning, later, run_account
from data.errors import NotUsable, TryLater, UnexpectedReply
from data.models import Activity, Batch, Fact, FactKind, Project, RunState
from tests.loopback.living import Living

WHEN = datetime(2024, 5, 1, 12, tzinfo=UTC)


def batch(number: int) -> Batch:
    activity = Activity("note", f"n{number}", WHEN, facts=(Fact(FactKind.TAG, f"t{number}"),))
    return Batch(Project("made-up", f"made-up:{number}", f"Thing {number}"), [activity], bookmarks={"at": number})


@pytest.fixture
def living(tmp_path):
    found = Living(tmp_path)
    found.account = found.store.add_account("made-up", "x")
    yield found
    found.close()


@pytest.fixture
def source():
    """Add a source to the registry for one test; what it does is the test's."""
    registry = sources.load()
    made = SimpleNamespace(SOURCE=Source("Made up", "a thing", "one", expect={"things": 1}), collect=None)
    registry["made-up"] = made
    yield made
    del registry["made-up"]


def test_batches_are_saved_with_their_bookmarks(living, source):
    def collect(run):
        assert run.bookmark("at") is None
        for number in range(3):
            yield batch(number)
            assert run.bookmark("at") == number  # saved before the source goes on
            run.counts["things"] += 1

    source.collect = collect
    result = living.run()
    assert (result.state, result.issues, result.message) == (RunState.DONE, (), "")
    assert result.counts == {"things": 3, "activities": 3}
    assert living.kinds() == {"note": 3}
    record = living.store.runs()[0]
    assert (record.state, record.counts) == (RunState.DONE, result.counts)


def test_too_few_is_an_issue(living, source):
    def collect(run):
        yield batch(1)

    source.collect = collect
    result = living.run()
    assert [(issue.code, issue.subject) for issue in result.issues] == [("too-few", "things")]
    assert [issue.code for issue in living.store.issues(result.run_id)] == ["too-few"]


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (TryLater("The limit is reached", 90), RunState.PARTIAL, "try-later"),
        (UnexpectedReply("It changed."), RunState.FAILED, "unexpected-reply"),
        (NotUsable("No such thing."), RunState.FAILED, "not-usable"),
    ],
)
def test_errors_end_a_run_each_in_its_way(living, source, error, state, code):
    def collect(run):
        yield batch(1)
        raise error

    source.collect = collect
    result = living.run()
    assert result.state is state
    assert [issue.code for issue in result.issues] == [code]
    assert result.message
    assert living.kinds() == {"note": 1}  # what came before stays
    assert living.store.bookmark(living.account, "at") == 1


def test_defect_is_told_without_its_text_and_raised(living, source):
    def collect(run):
        yield batch(1)
        raise ZeroDivisionError("ghp_secret")

    source.collect = collect
    with pytest.raises(ZeroDivisionError):
        living.run()
    record = living.store.runs()[0]
    assert record.state is RunState.FAILED
    issue = living.store.issues(record.id)[0]
    assert issue.code == "defect"
    assert "ghp_secret" not in issue.message


def test_interrupt_cancels_and_closes_the_source(living, source):
    closed = []

    def collect(run):
        try:
            yield batch(1)
            raise KeyboardInterrupt
        finally:
            closed.append(True)

    source.collect = collect
    with pytest.raises(KeyboardInterrupt):
        living.run()
    assert closed
    assert living.store.runs()[0].state is RunState.CANCELLED


def test_stop_is_honoured_after_the_batch_in_hand(living, source):
    def collect(run):
        for number in range(100):
            living.store.stop_run(living.store.runs()[0].id)
            time.sleep(0.3)
            yield batch(number)

    source.collect = collect
    assert living.run().state is RunState.CANCELLED
    assert 1 <= living.kinds()["note"] <= 4


def test_progress_is_written_now_and_then(living, source):
    shown = []

    def collect(run):
        for number in range(5000):
            run.progress(step="counting", done=number, total=5000, budget={"core": 7})
        run.counts["things"] = 1
        yield batch(1)

    source.collect = collect
    living.run(on_progress=lambda progress: shown.append(progress.done))
    assert 2 <= len(shown) < 30
    assert shown[-1] == 4999  # the last one is never swallowed
    progress = living.store.runs()[0].progress
    assert (progress.step, progress.done, progress.total, progress.budget) == ("counting", 4999, 5000, {"core": 7})


def test_two_runs_of_one_account_never_meet(living, source):
    entered, leave = threading.Event(), threading.Event()

    def collect(run):
        entered.set()
        leave.wait(10)
        run.counts["things"] = 1
        yield batch(1)

    source.collect = collect
    first = threading.Thread(target=living.run)
    first.start()
    assert entered.wait(10)
    with pytest.raises(AlreadyRunning):
        living.run()
    other = living.store.add_account("made-up", "y")
    leave.set()
    assert run_account(living.store, other, living.settings).state is RunState.DONE
    first.join()
    assert living.run().state is RunState.DONE


def test_run_of_a_dead_process_is_closed_by_the_next(living, source):
    code = (
        "import os, sys; from data.store import Store\n"
        "store = Store.open(sys.argv[1]); store.start_run(int(sys.argv[2])); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(living.database), str(living.account)], check=False)
    assert living.store.runs()[0].state is RunState.RUNNING

    def collect(run):
        run.counts["things"] = 1
        yield batch(1)

    source.collect = collect
    assert living.run().state is RunState.DONE
    assert [run.state for run in living.store.runs()] == [RunState.DONE, RunState.FAILED]
    assert living.store.issues(living.store.runs()[1].id)[0].code == "interrupted"


@pytest.mark.parametrize("after", [1, 2], ids=["then the source ends", "then more is saved"])
def test_account_that_is_removed_meanwhile_ends_its_run(living, source, after):
    def collect(run):
        yield batch(1)
        living.store.remove_account(living.account)
        run.issue("odd", "Something was noticed.")
        if after > 1:
            yield batch(2)

    source.collect = collect
    result = living.run()
    assert (result.state, "removed" in result.message) == (RunState.CANCELLED, True)
    assert living.store.runs() == []
    assert living.kinds() == {}


def test_unknown_accounts_and_sources_are_told(living):
    with pytest.raises(NotUsable):
        run_account(living.store, 999, living.settings)
    with pytest.raises(NotUsable):
        living.run()


def test_sentence_says_when_to_try_again():
    now = datetime(2024, 5, 1, 12, tzinfo=UTC)
    local = (now + timedelta(minutes=30)).astimezone()
    assert later("The limit is reached", 1800, now) == (
        f"The limit is reached. What was read is saved; try again after {local:%H:%M}."
    )
    assert later("The limit is reached", 3 * 86_400, now).endswith(
        f"after {now + timedelta(days=3):%Y-%m-%d} {(now + timedelta(days=3)).astimezone():%H:%M}."
    )
    assert later("The limit is reached", 1e30, now).endswith(".")
    assert "next run" in later("No answer.", None)
