"""Tasks of shared runs as workers do them: the same as collecting in one go, whatever goes wrong on the way."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, update

from collectors import sources, working
from collectors.parallel import Children
from collectors.run import Part, Source
from collectors.worker import Worker
from data import runs as running
from data.errors import NotUsable, TryLater
from data.models import Activity, Batch, Fact, FactKind, Project, RunState
from data.schema import runs as runs_table
from data.schema import tasks as tasks_table
from data.tasks import TaskKind, Tasks, set_schedule
from tests.loopback.github import Answer, GitHub
from tests.loopback.histories import Written, extend, make
from tests.loopback.living import START, Living, codes, history, world
from tests.loopback.state import Repo, Thread

ME = "me@example.org"
MINE = "7+ada@users.noreply.github.com"
WHEN = running.now()


@pytest.fixture
def living(tmp_path):
    found = Living(tmp_path / "home")
    found.account = found.store.add_account("made-up", "x")
    yield found
    found.close()


@pytest.fixture
def source():
    """A source of three parts, for one test."""
    registry = sources.load()
    made = SimpleNamespace(SOURCE=Source("Made up", "a thing", "one", expect={"things": 1}), STEPS=1, collect=None)

    def plan(run, step):
        run.counts["things"] += 3
        yield from (Part(f"p{number}", {"n": number, "name": f"Thing {number}"}) for number in range(3))

    def read_part(run, data):
        yield batch(data["n"])

    made.plan, made.read_part = plan, read_part
    registry["made-up"] = made
    yield made
    del registry["made-up"]


def batch(number):
    activity = Activity("note", f"n{number}", WHEN, facts=(Fact(FactKind.TAG, f"t{number}"),))
    return Batch(Project("made-up", f"made-up:{number}", f"Thing {number}"), [activity], bookmarks={f"at{number}": 1})


def let_time_pass(store):
    """What waits for a later time may begin now."""
    with store.writing() as connection:
        connection.execute(update(tasks_table).values(not_before=None))


# ---- the same as in one go ---------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "ghp_adas_secret"], ids=["anonymous", "token"])
def test_github_is_read_the_same(tmp_path, token):
    with GitHub(world(tmp_path / "git", repos=4)) as github:
        me, bob = github.world.users
        theirs = Repo(50, bob, "library", history(tmp_path / "t.git", MINE))
        github.world.repos.append(theirs)
        reviewed = Thread(3, theirs, bob, reviews=[(me, "2022-07-07T08:00:00Z")])
        github.world.threads += [Thread(1, theirs, me, merged=True), reviewed]
        whole, shared = Living(tmp_path / "a", github, token=token), Living(tmp_path / "b", github, token=token)
        first, second = whole.run(), shared.share()
        assert (second.state, second.issues) == (first.state, first.issues) == (RunState.DONE, ())
        assert shared.activities() == whole.activities() != []
        assert shared.store.projects() == whole.store.projects()
        assert second.counts == first.counts
        for _ in range(2):
            again = shared.share()
            assert again.state is RunState.DONE
            assert github.count("git") == 0
            assert github.count("core") + github.count("search") + github.count("graphql") <= 2
        whole.close(), shared.close()


def test_git_folder_is_read_the_same(tmp_path, monkeypatch):
    code, home = tmp_path / "code", tmp_path / "me"
    for number in range(3):
        make(code / f"r{number}.git", [Written(ME, START + number, {"a.py": f"import numpy\nnumpy.dot({number})\n"})])
    shutil.copytree(code / "r1.git", code / "twin.git")
    extend(code / "twin.git", [Written(ME, START + 99, {"b.py": "import pandas\n"})])
    subprocess.run(["git", "init", "-q", "--bare", str(code / "empty.git")], check=True)
    home.mkdir()
    (home / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n")
    monkeypatch.setenv("HOME", str(home))
    whole, shared = Living(tmp_path / "a"), Living(tmp_path / "b")
    for one in (whole, shared):
        one.account = one.store.add_account("git", str(code))
    with Children(2, worth_starting=0) as children:
        first, second = whole.run(), shared.share(children=children)
    assert codes(first) == codes(second) == [("repository-empty", str(code / "empty.git"))]
    assert (second.state, second.counts) == (first.state, first.counts)
    assert shared.activities() == whole.activities()
    assert len(shared.activities()) == 4
    assert [p.key for p in shared.store.projects()] == [p.key for p in whole.store.projects()]
    again = shared.share()
    assert (again.state, again.counts) == (RunState.DONE, {"repositories": 5})
    assert shared.store.runs(1)[0].progress.total == 0  # no news, no parts
    whole.close(), shared.close()


def test_source_that_has_no_parts_is_one_task(living, source):
    del source.plan

    def collect(run):
        run.counts["things"] += 1
        run.progress(step="reading", done=1, total=2)
        yield batch(1)

    source.collect = collect
    assert living.share().state is RunState.DONE
    assert living.kinds() == {"note": 1}
    assert living.store.runs(1)[0].progress.total == 2


# ---- what goes wrong ---------------------------------------------------------------------------------


def test_failing_part_leaves_the_others_alone(living, source, caplog):
    def read_part(run, data):
        if data["n"] == 1:
            raise ZeroDivisionError("ghp_secret")
        yield batch(data["n"])

    source.read_part = read_part
    for _ in range(working.TRIES):
        living_run = living.share() if not living.store.runs() else go_on(living)
        let_time_pass(living.store)
    assert living_run.state is RunState.FAILED
    (issue,) = living.store.issues(living_run.id)
    assert (issue.code, issue.subject) == ("defect", "Thing 1")
    assert "ghp_secret" not in issue.message
    assert living.kinds() == {"note": 2}


def go_on(living, worker="one"):
    tasks = Tasks(living.store)
    while waiting := tasks.waiting():
        for task in waiting:
            working.work(living.store, living.settings, task.id, worker)
    return living.store.runs(1)[0]


@pytest.mark.parametrize(("seconds", "tries"), [(None, 3), (1, 3), (3600, 1)])
def test_source_that_asks_to_wait_is_asked_again_soon_or_by_a_later_run(living, source, seconds, tries):
    asked = []

    def plan(run, step):
        asked.append(step)
        raise TryLater("The limit is reached", seconds)
        yield

    source.plan = plan
    living.share()
    for _ in range(5):
        let_time_pass(living.store)
        run = go_on(living)
    assert len(asked) == tries
    assert run.state is RunState.PARTIAL
    assert [issue.code for issue in living.store.issues(run.id)] == ["try-later"]


def test_wrong_account_fails_at_once(living, source):
    def plan(run, step):
        raise NotUsable("There is no such thing.")
        yield

    source.plan = plan
    result = living.share()
    assert (result.state, result.message) == (RunState.FAILED, "There is no such thing.")


def test_part_that_kills_workers_is_given_up(living, source):
    living.store.add_account("made-up", "x")
    tasks = Tasks(living.store)
    first = tasks.begin(living.account)
    tasks.beat("one")
    parts = working.work(living.store, living.settings, first.id, "one")
    for number in range(working.TRIES):
        assert tasks.take(parts[0].id, f"dead-{number}")  # never heard of again
        tasks.recover()
    run = go_on(living)
    assert run.state is RunState.FAILED
    assert [(i.code, i.subject) for i in living.store.issues(run.id)] == [("given-up", "Thing 0")]
    assert living.kinds() == {"note": 2}


def test_step_that_kills_workers_is_given_up_and_says_what_to_do(living, source):
    living.store.add_account("made-up", "x")
    tasks = Tasks(living.store)
    first = tasks.begin(living.account)
    tasks.beat("one")
    for number in range(working.TRIES):
        assert tasks.take(first.id, f"dead-{number}")  # never heard of again
        tasks.recover()
    run = go_on(living)
    assert run.state is RunState.FAILED
    (issue,) = living.store.issues(run.id)
    assert (issue.code, issue.subject) == ("given-up", "")
    assert "run skillfolio collect" in issue.message
    assert tasks.open() == {}
    assert tasks.begin(living.account)  # the next run is not in its way


def test_end_that_kills_workers_is_given_up(living, source):
    tasks = Tasks(living.store)
    waiting = [tasks.begin(living.account)]
    tasks.beat("one")
    while waiting[0].kind is not TaskKind.CLOSE:
        waiting += working.work(living.store, living.settings, waiting.pop(0).id, "one")
    for number in range(working.TRIES):
        assert tasks.take(waiting[0].id, f"dead-{number}")
        tasks.recover()
    run = go_on(living)
    assert run.state is RunState.FAILED
    assert [i.code for i in living.store.issues(run.id)] == ["given-up"]


def test_unsettled_repository_is_listed_again_by_the_next_run(tmp_path):
    with GitHub(world(tmp_path / "git", repos=2)) as github:
        living = Living(tmp_path / "home", github)
        github.faults.append(lambda asked: Answer(503) if "work-1.git" in asked.path else None)
        assert ("forge-unreachable", "ada/work-1") in codes(living.share())
        github.faults.clear()
        assert living.share().issues == ()
        assert living.kinds() == {"commit": 3, "repository": 2}
        living.close()


# ---- stopping ----------------------------------------------------------------------------------------


def test_stopped_run_keeps_what_it_read(living, source):
    def read_part(run, data):
        yield batch(data["n"])
        living.store.stop_run(living.store.runs(1)[0].id)

    source.read_part = read_part
    result = living.share()
    assert result.state is RunState.CANCELLED
    assert living.kinds() == {"note": 1}


def test_worker_that_is_to_end_gives_its_task_back(living, source):
    tasks = Tasks(living.store)
    tasks.beat("one")
    step = tasks.begin(living.account)
    assert working.work(living.store, living.settings, step.id, "one", stop=lambda: True) == []
    assert tasks.open() == {"waiting": 1}
    assert go_on(living).state is RunState.DONE


def test_collecting_by_hand_waits_for_workers(living, source):
    Tasks(living.store).begin(living.account)
    with pytest.raises(TryLater, match="already"):
        living.run()


def test_account_read_seldom_is_not_hidden_by_one_read_often(living, source):
    seldom = living.store.add_account("made-up", "y")
    set_schedule(living.store, seldom, "weekly")
    living.store.end_run(living.store.start_run(seldom), RunState.DONE)
    with living.store.writing() as connection:
        often = {"account_id": living.account, "state": RunState.DONE, "started": running.now(), "seen": running.now()}
        connection.execute(insert(runs_table), [often | {"ended": running.now()}] * 600)
    worker = Worker(living.store, living.settings, lease=timedelta(seconds=9))
    worker._begin_due()
    worker._queue.close()
    assert [run.account_id for run in living.store.runs(1, seldom)] == [seldom]
    assert len(living.store.runs(2, seldom)) == 1


def test_task_whose_end_could_not_be_written_is_done_again(living, source):
    """The store was away at that moment; the worker lives on."""
    tasks, worker = Tasks(living.store), Worker(living.store, living.settings, lease=timedelta(seconds=1))
    step = tasks.begin(living.account)
    assert tasks.take(step.id, worker.name)
    running_worker = threading.Thread(target=worker._watch)
    running_worker.start()
    end = time.monotonic() + 20
    while not tasks.waiting() and time.monotonic() < end:
        time.sleep(0.05)
    worker._stopped.set()
    running_worker.join()
    worker._queue.close()
    assert [task.id for task in tasks.waiting()] == [step.id]


@pytest.mark.parametrize(("error", "traced"), [(NotUsable("It is away."), False), (OSError("It is away."), True)])
def test_store_or_queue_that_is_away_is_told_once(living, caplog, error, traced):
    class Away(Worker):
        looks = 0

        def _remind(self):
            self.looks += 1
            if self.looks == 4:
                self._stopped.set()
            raise error

    worker = Away(living.store, living.settings, lease=timedelta(seconds=0.5))
    worker._watch()
    worker._queue.close()
    assert [record.getMessage() for record in caplog.records] == ["It is away."]
    assert bool(caplog.records[0].exc_info) is traced


def test_threads_that_hear_of_tasks_say_nothing_of_a_queue_that_is_away(living, caplog):
    class Away:
        def __getattr__(self, name):
            raise OSError("It is away.")

    worker = Worker(living.store, living.settings)
    huey = worker._queue.huey
    storage, huey.storage = huey.storage, Away()
    listening, looking = worker._consumer._create_worker(), worker._consumer._create_scheduler()
    listening.loop()
    looking.loop()
    huey.storage = storage
    worker._queue.close()
    assert caplog.records == []


def test_due_accounts_are_begun_once_by_many_workers(living, source):
    other = living.store.add_account("made-up", "y")
    for _ in range(2):
        worker = Worker(living.store, living.settings, lease=timedelta(seconds=9))
        worker._begin_due()
        worker._queue.close()
    assert sorted(run.account_id for run in living.store.runs()) == sorted([living.account, other])
