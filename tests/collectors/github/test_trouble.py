"""Repositories that cannot be read, limits, outages, kills, requests, and where the token goes."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from collectors import runner
from data.models import RunState
from tests.collectors.github_living import MINE, TOKEN, elsewhere
from tests.loopback.github import Answer, Asked, GitHub
from tests.loopback.living import Living, codes, history, world
from tests.loopback.state import Repo, Thread

# ---- repositories that cannot be read ---------------------------------------------------------------


def test_bad_repositories_are_issues_and_the_run_goes_on(github, anonymous, tmp_path):
    me = github.world.users[0]
    odd = {
        "empty": Repo(20, me, "empty"),
        "blocked": Repo(21, me, "blocked", history(tmp_path / "git" / "21.git", MINE), blocked=True),
        "disabled": Repo(22, me, "disabled", history(tmp_path / "git" / "22.git", MINE), disabled=True),
        "enormous": Repo(23, me, "enormous", history(tmp_path / "git" / "23.git", MINE), size=9 << 20),
        "large": Repo(24, me, "large", history(tmp_path / "git" / "24.git", MINE), size=2 << 20),
        "broken": Repo(25, me, "broken", history(tmp_path / "git" / "25.git", MINE)),
        "vanishing": Repo(26, me, "vanishing", history(tmp_path / "git" / "26.git", MINE)),
    }
    github.world.repos += odd.values()

    def fault(ask: Asked) -> Answer | None:
        if "/broken.git/" in ask.path:
            return Answer(200, b"0000nonsense", {"Content-Type": "application/x-git-upload-pack-advertisement"})
        return Answer(404, b"gone") if "/vanishing.git/" in ask.path else None

    github.faults.append(fault)
    result = anonymous.run()
    assert result.state is RunState.DONE
    assert codes(result) == [
        ("repository-blocked", "ada/blocked"),
        ("repository-blocked", "ada/disabled"),
        ("repository-broken", "ada/broken"),
        ("repository-empty", "ada/empty"),
        ("repository-gone", "ada/vanishing"),
        ("repository-huge", "ada/large"),
        ("repository-too-large", "ada/enormous"),
    ]
    states = {name: anonymous.project(repo.id).state for name, repo in odd.items()}
    assert states == {
        "empty": "empty", "blocked": "blocked", "disabled": "blocked", "enormous": "failed", "large": "partial",
        "broken": "failed", "vanishing": "gone",
    }  # fmt: skip
    assert anonymous.kinds()["commit"] == 3 + 2
    assert anonymous.run().issues == ()  # nothing new: told once


def test_unreachable_repository_is_tried_again(github, anonymous):
    github.faults.append(lambda ask: Answer(503, b"later") if "/work-1.git/" in ask.path else None)
    result = anonymous.run()
    assert codes(result) == [("forge-unreachable", "ada/work-1")]
    assert anonymous.kinds()["commit"] == 2
    github.faults.clear()
    assert anonymous.run().issues == ()
    assert anonymous.kinds()["commit"] == 3


def test_hostile_item_is_left_out(github, anonymous):
    real = github.answer

    def fault(ask: Asked) -> Answer | None:
        if ask.path != "/users/ada/repos":
            return None
        github.faults.clear()
        answer = real(ask)
        github.faults.append(fault)
        evil = {**answer.body[0], "id": 666, "full_name": "ada/../../etc"}
        return Answer(200, [evil, *answer.body])

    github.faults.append(fault)
    result = anonymous.run()
    assert [code for code, _ in codes(result)] == ["unexpected-item"]
    assert {ask.path.split(".git")[0] for ask in github.asked if ask.resource == "git"} == {
        "/ada/work-1",
        "/ada/work-2",
    }


# ---- limits, outages, kills -------------------------------------------------------------------------


def test_rate_limit_ends_calmly_and_the_next_run_resumes(tmp_path):
    with GitHub(world(tmp_path / "git", repos=6), page_size=2) as github:
        living = Living(tmp_path / "home", github)
        github.limits["core"] = 60
        real_forget, github.forget = github.forget, lambda: None
        github.used["core"] = 53
        result = living.run()
        assert result.state is RunState.PARTIAL
        assert "request limit" in result.message
        assert "try again after" in result.message
        assert github.limits["core"] - github.used["core"] == 5  # the reserve is the person's
        assert [project.key for project in living.store.projects()] == ["github:5", "github:6"]  # last pushed first
        real_forget()
        assert living.run().state is RunState.DONE
        assert living.kinds() == {"commit": 21, "repository": 6}
        living.close()


@pytest.mark.parametrize("status", [403, 429])
def test_short_secondary_limit_is_waited_for(github, anonymous, status):
    answers = iter([Answer(status, {"message": "You have exceeded a secondary rate limit"}, {"Retry-After": "1"})])
    github.faults.append(lambda _: next(answers, None))
    assert anonymous.run().state is RunState.DONE


def test_long_limit_is_not_waited_for(github, anonymous):
    github.faults.append(lambda _: Answer(429, {"message": "slow down"}, {"Retry-After": "9000"}))
    started = time.monotonic()
    assert anonymous.run().state is RunState.PARTIAL
    assert time.monotonic() - started < 5
    assert len(github.asked) == 1


def test_errors_of_the_server_are_retried(github, anonymous):
    answers = iter([Answer(502, b"<html>bad gateway"), Answer(500, {"message": "oops"})])
    github.faults.append(lambda _: next(answers, None))
    assert anonymous.run().state is RunState.DONE


def test_outage_ends_calmly(github, anonymous):
    github.faults.append(lambda _: Answer(503, {"message": "down"}))
    result = anonymous.run()
    assert result.state is RunState.PARTIAL
    assert len(github.asked) == 3
    assert [code for code, _ in codes(result)] == ["try-later"]


def test_hanging_server_is_given_up(github, tmp_path):
    living = Living(tmp_path / "home", github, options={"timeout": 1})
    release = threading.Event()
    hangs = iter([True])

    def fault(ask: Asked) -> Answer | None:
        if next(hangs, False):
            release.wait(10)
            return Answer(500, {})
        return None

    github.faults.append(fault)
    started = time.monotonic()
    assert living.run().state is RunState.DONE
    assert 1 <= time.monotonic() - started < 8
    release.set()
    living.close()


def test_cut_off_answer_is_asked_for_again(github, anonymous):
    answers = iter([Answer(200, b'{"login": "ad', cut=True), Answer(200, b'{"login": "ad')])
    github.faults.append(lambda _: next(answers, None))
    assert anonymous.run().state is RunState.DONE


def test_page_instead_of_data_fails_loudly(github, anonymous):
    github.faults.append(lambda _: Answer(200, b"<html>Log in to the hotel", {"Content-Type": "text/html"}))
    result = anonymous.run()
    assert result.state is RunState.FAILED
    assert "login page" in result.message
    assert len(github.asked) == 1


def test_queries_without_answer_fall_back_to_search(github, known, tmp_path):
    elsewhere(github, tmp_path)
    github.faults.append(lambda ask: Answer(404, {"message": "Not Found"}) if ask.path == "/graphql" else None)
    assert known.run().state is RunState.DONE
    assert known.kinds()["pull-request"] == 2
    assert known.kinds()["review"] == 1


def test_stopped_run_ends_after_the_batch_in_hand(github, anonymous):
    github.faults.append(lambda ask: time.sleep(1) if "/work-1.git/" in ask.path else None)
    result = anonymous.run(on_progress=lambda _: anonymous.store.stop_run(anonymous.store.runs(1)[0].id))
    assert result.state is RunState.CANCELLED
    github.faults.clear()
    assert anonymous.run().state is RunState.DONE
    assert anonymous.kinds()["commit"] == 3


CHILD = """
import sys
from pathlib import Path
from collectors import runner
from data.settings import Settings
from data.store import Store
home, url = Path(sys.argv[1]), sys.argv[2]
with Store.open(home / "skillfolio.db") as store:
    settings = Settings(home=home, database_url="unused", github_api_url=url)
    runner.run_account(store, store.accounts()[0].id, settings)
"""


@pytest.mark.parametrize("held", ["/ada/work-1.git/info/refs", "/ada/work-1.git/git-upload-pack", "/search/issues"])
def test_killed_run_is_resumed_without_loss_or_doubles(tmp_path, github, held):
    whole = Living(tmp_path / "whole", github)
    whole.run()
    living = Living(tmp_path / "home", github)
    reached, release = threading.Event(), threading.Event()

    def fault(ask: Asked) -> Answer | None:
        if ask.path == held and not release.is_set():
            reached.set()
            release.wait(30)
        return None

    github.faults.append(fault)
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(living.folder), github.url])
    try:
        assert reached.wait(30)
        wait_for(lambda: living.project(2) is not None and living.project(2).head)
        with pytest.raises(runner.AlreadyRunning):
            living.run()
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
        release.set()
    result = living.run()
    assert result.state is RunState.DONE
    assert [run.state for run in living.store.runs()] == [RunState.DONE, RunState.FAILED]
    assert living.store.issues(living.store.runs()[1].id)[0].code == "interrupted"
    assert living.activities() == whole.activities()
    assert living.store.projects() == whole.store.projects()
    assert not list(Path(living.folder).rglob("tmp_pack_*"))
    living.close()
    whole.close()


def wait_for(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


# ---- budgets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, TOKEN])
def test_requests_of_a_large_portfolio(tmp_path, token):
    held = world(tmp_path / "git", repos=2)
    me = held.users[0]
    held.repos += [Repo(n, me, f"unpushed-{n}", pushed_at=None) for n in range(100, 300)]
    made = {"created_at": "2022-01-01T00:00:00Z", "pushed_at": "2021-12-01T00:00:00Z"}
    held.repos += [Repo(n, me, f"fork-{n}", fork=True, **made) for n in range(300, 348)]
    held.threads += [Thread(n, Repo(5, held.users[1], "else", private=False), me) for n in range(3)]
    held.repos.append(held.threads[0].repo)
    for thread in held.threads:
        thread.repo = held.repos[-1]
    with GitHub(held) as github:
        living = Living(tmp_path / "home", github, token=token)
        assert living.run().state is RunState.DONE
        assert github.count("core") <= 5
        assert len({ask.path.split(".git")[0] for ask in github.asked if ask.resource == "git"}) == 2
        assert living.run().state is RunState.DONE
        assert len(github.asked) <= 2
        assert [ask.status for ask in github.asked if ask.resource == "core"] == [304]
        assert github.problems == []
        living.close()


# ---- the token --------------------------------------------------------------------------------------


def test_token_is_nowhere_to_be_found(github, known, caplog, tmp_path):
    secrets = [TOKEN, base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()]
    github.world.repos[0].private = True
    seen: set[str] = set()
    done = threading.Event()
    sampler = threading.Thread(target=sample_arguments, args=(seen, done))
    sampler.start()
    try:
        with caplog.at_level("DEBUG"):
            result = known.run()
            github.faults.append(lambda ask: Answer(404, TOKEN.encode()) if ask.resource == "git" else None)
            github.world.repos[1].pushed_at = "2024-01-01T00:00:00Z"
            second = known.run()
    finally:
        done.set()
        sampler.join()
    assert result.state is RunState.DONE
    assert [code for code, _ in codes(second)] == ["repository-gone"]
    assert any("fetch" in arguments for arguments in seen)  # the sampler saw git at work
    known.close()
    told = "\n".join([*seen, caplog.text, repr(result), repr(second), repr(known.settings)])
    asked = "\n".join(f"{ask.path} {ask.query}" for ask in github.asked)
    stored = b"".join(path.read_bytes() for path in known.folder.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret not in told
        assert secret not in asked
        assert secret.encode() not in stored


def sample_arguments(seen: set[str], done: threading.Event) -> None:
    while not done.wait(0.005):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
            except OSError:
                continue


@pytest.mark.parametrize("what", ["api", "git", "next page"])
def test_token_never_follows_to_another_host(github, known, what):
    with GitHub(github.world) as stranger:

        def fault(ask: Asked) -> Answer | None:
            if (what, ask.resource) == ("git", "git"):
                return Answer(301, b"", {"Location": f"{stranger.url}{ask.path}?service=git-upload-pack"})
            if (what, ask.resource) == ("api", "core"):
                return Answer(301, {}, {"Location": f"{stranger.url}{ask.path}"})
            if what == "next page" and ask.path == "/user/repos":
                return Answer(200, [], {"Link": f'<{stranger.url}/user/repos?page=2>; rel="next"'})
            return None

        github.faults.append(fault)
        result = known.run()
        assert stranger.asked == []
        if what == "git":
            assert {code for code, _ in codes(result)} == {"repository-moved"}
        else:
            assert result.state is RunState.FAILED
            assert "another host" in result.message
