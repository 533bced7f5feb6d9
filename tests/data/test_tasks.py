"""Tasks of a shared run, in both engines: who gets them, what follows them, what becomes of lost ones."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from data import runs as running
from data.errors import NotUsable, TryLater
from data.models import RunState
from data.schema import runs, tasks, workers
from data.tasks import Outcome, TaskKind, Tasks, TaskState, set_schedule

A, B = "here:1", "there:2"


@pytest.fixture
def shared(store):
    made = Tasks(store)
    made.account = store.add_account("git", "/code")
    made.beat(A)
    return made


def begun(shared, parts=3, steps=1):
    """A run whose first step has handed out parts; returns those that wait."""
    step = shared.take(shared.begin(shared.account).id, A)
    return shared.finish(step, Outcome(parts=[(f"p{n}", {"n": n}) for n in range(parts)], steps=steps))


def run_of(store):
    return store.runs(1)[0]


def silence(store, worker):
    """Let a worker be last seen long ago."""
    with store.writing() as connection:
        long_ago = running.now() - timedelta(hours=1)
        connection.execute(update(workers).where(workers.c.name == worker).values(seen=long_ago))


def test_task_is_taken_once(shared):
    waiting = shared.begin(shared.account)
    assert shared.take(waiting.id, A).kind is TaskKind.STEP
    assert shared.take(waiting.id, B) is None
    assert shared.waiting() == []


def test_steps_follow_when_all_parts_are_done(shared, store):
    first, second = begun(shared, parts=2, steps=2)
    assert {task.kind for task in (first, second)} == {TaskKind.PART}
    part = shared.take(second.id, B)
    assert part.data == {"n": 1}
    assert shared.finish(part, Outcome(counts={"activities": 2}, told={"seen": "b"}, steps=2)) == []
    assert (run_of(store).progress.done, run_of(store).progress.total) == (1, 2)
    (step,) = shared.finish(shared.take(first.id, A), Outcome(counts={"activities": 3}, told={"seen": "a"}, steps=2))
    taken = shared.take(step.id, A)
    assert (taken.kind, taken.step, taken.unread) == (TaskKind.STEP, 1, 0)
    assert [told["seen"] for told in taken.told] == ["a", "b"]
    (close,) = shared.finish(taken, Outcome(steps=2))
    assert close.kind is TaskKind.CLOSE
    assert shared.finish(shared.take(close.id, B), Outcome()) == []
    assert run_of(store).state is RunState.DONE
    assert run_of(store).counts == {"activities": 5}
    assert shared.open() == {}


def test_step_carries_to_the_next(shared):
    step = shared.take(shared.begin(shared.account).id, A)
    (following,) = shared.finish(step, Outcome(told={"list": [1, 2]}, steps=2))
    assert shared.take(following.id, A).carried == {"list": [1, 2]}


@pytest.mark.parametrize(
    ("states", "ended"),
    [
        ((TaskState.DONE, TaskState.DONE), RunState.DONE),
        ((TaskState.DONE, TaskState.LATER), RunState.PARTIAL),
        ((TaskState.FAILED, TaskState.LATER), RunState.FAILED),
    ],
)
def test_run_ends_as_its_tasks_did(shared, store, states, ended):
    parts = begun(shared, parts=2)
    for task, state in zip(parts, states, strict=True):
        last = shared.finish(shared.take(task.id, A), Outcome(state))
    shared.finish(shared.take(last[0].id, A), Outcome())
    assert run_of(store).state is ended


def test_failed_step_is_followed_by_the_end(shared, store):
    step = shared.take(shared.begin(shared.account).id, A)
    (close,) = shared.finish(step, Outcome(TaskState.FAILED, steps=3))
    assert close.kind is TaskKind.CLOSE
    shared.finish(shared.take(close.id, A), Outcome())
    assert run_of(store).state is RunState.FAILED


def test_tasks_of_a_dead_worker_are_free_again(shared, store):
    mine, other, _ = begun(shared)
    shared.beat(B)
    lost, kept = shared.take(mine.id, B), shared.take(other.id, A)
    silence(store, B)
    assert shared.recover() == 1
    again = shared.take(mine.id, A)
    assert (again.tries, kept.tries) == (2, 1)
    assert shared.finish(lost, Outcome(counts={"activities": 9})) == []  # it wakes, and it is another's now
    assert shared.finish(kept, Outcome(counts={"activities": 1})) == []
    assert run_of(store).counts == {"activities": 1}


def test_worker_seen_in_the_future_is_dead(shared, store):
    """Its machine's clock was set back since."""
    first, _, _ = begun(shared)
    shared.beat(B)
    shared.take(first.id, B)
    with store.writing() as connection:
        ahead = running.now() + timedelta(days=1)
        connection.execute(update(workers).where(workers.c.name == B).values(seen=ahead))
    assert shared.recover() == 1


def test_task_whose_end_could_not_be_written_is_free_again(shared):
    lost, at, _ = begun(shared)
    shared.take(lost.id, A)
    shared.take(at.id, A)
    assert shared.forgotten(A, lambda: [at.id]) == 1
    assert shared.forgotten(A, lambda: [at.id]) == 0
    assert shared.take(lost.id, B).tries == 2
    assert shared.take(at.id, B) is None


def test_task_taken_anew_is_not_forgotten(shared):
    first = begun(shared)[0]
    task = shared.take(first.id, A)

    def anew():
        shared.put_back(task, 0)
        shared.take(first.id, A)
        return []

    assert shared.forgotten(A, anew) == 0


def test_removed_account_begins_no_run(shared, store):
    store.remove_account(shared.account)
    with pytest.raises(NotUsable):
        shared.begin(shared.account)


def test_live_worker_keeps_its_tasks(shared):
    task = begun(shared)[0]
    shared.take(task.id, A)
    assert shared.recover() == 0
    assert shared.take(task.id, B) is None


def test_put_back_waits_for_its_time(shared, store):
    task = begun(shared)[0]
    shared.put_back(shared.take(task.id, A), 60)
    assert shared.take(task.id, A) is None
    assert task not in shared.waiting()
    with store.writing() as connection:
        connection.execute(update(tasks).values(not_before=running.now()))
    assert shared.take(task.id, A).tries == 2


def test_leaving_worker_frees_what_it_has(shared, store):
    task = begun(shared)[0]
    shared.take(task.id, A)
    assert [(one.name, one.at) for one in shared.workers()] == [(A, 1)]
    shared.leave(A)
    assert shared.workers() == []
    assert shared.take(task.id, B).tries == 1
    assert store.start_run(shared.account)  # nobody is left to go on: any other run may


def test_run_lives_as_long_as_a_worker(shared, store):
    shared.begin(shared.account)
    with pytest.raises(TryLater):
        shared.begin(shared.account)
    with pytest.raises(TryLater):
        store.start_run(shared.account)
    with store.writing() as connection:
        connection.execute(update(runs).values(seen=running.now() - 2 * running.LEASE))
    shared.beat(B)  # a run that waits for workers lives while one does
    with pytest.raises(TryLater):
        shared.begin(shared.account)
    with store.writing() as connection:
        connection.execute(update(runs).values(seen=running.now() - 2 * running.LEASE))
    shared.begin(shared.account)
    assert [run.state for run in store.runs()] == [RunState.RUNNING, RunState.FAILED]
    assert shared.open() == {"waiting": 1}  # those of the dead run are gone


def test_stop_cancels_what_waits(shared, store):
    first, *_ = begun(shared)
    taken = shared.take(first.id, A)
    store.stop_run(run_of(store).id)
    assert shared.open() == {"taken": 1}
    assert shared.show(taken.run_id, "reading", {}) is False
    (close,) = shared.finish(taken, Outcome(TaskState.CANCELLED, steps=3))
    shared.finish(shared.take(close.id, A), Outcome())
    assert run_of(store).state is RunState.CANCELLED


def test_stop_between_tasks_is_closed_by_a_worker(shared, store):
    begun(shared)
    store.stop_run(run_of(store).id)
    (close,) = shared.waiting()
    assert close.kind is TaskKind.CLOSE
    shared.finish(shared.take(close.id, A), Outcome())
    assert run_of(store).state is RunState.CANCELLED


def test_stop_without_a_worker_ends_at_once(shared, store):
    begun(shared)
    shared.leave(A)
    store.stop_run(run_of(store).id)
    assert run_of(store).state is RunState.CANCELLED
    assert shared.open() == {}


def test_progress_keeps_the_count_of_parts(shared, store):
    part = shared.take(begun(shared)[0].id, A)
    assert shared.show(part.run_id, "reading churn", {"core": 58}) is True
    progress = run_of(store).progress
    assert (progress.step, progress.done, progress.total, progress.budget) == ("reading churn", 0, 3, {"core": 58})


def test_removed_account_takes_its_tasks_along(shared, store):
    waiting = begun(shared)
    store.remove_account(shared.account)
    assert shared.take(waiting[0].id, A) is None
    with store.reading() as connection:
        assert connection.execute(select(tasks)).all() == []


def test_schedule_is_kept_with_the_account(store):
    account = store.add_account("git", "/code")
    assert store.accounts()[0].schedule == ""
    set_schedule(store, account, "weekly")
    store.add_account("git", "/code", {"public": True})
    assert store.accounts()[0].schedule == "weekly"
