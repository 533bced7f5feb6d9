"""The GitHub source through its whole life, against the loopback GitHub."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collectors import runner
from collectors.sources import github as source
from data.errors import NotUsable
from data.models import Identity, IdentityKind, IdentityState, RunState
from tests.loopback.github import Answer, Asked, GitHub
from tests.loopback.histories import Written, extend, make
from tests.loopback.living import DAY, START, Living, codes, history, world
from tests.loopback.state import Release, Repo, Thread, User

TOKEN = "ghp_adas_secret"
MINE = "7+ada@users.noreply.github.com"


@pytest.fixture
def github(tmp_path):
    with GitHub(world(tmp_path / "git")) as running:
        yield running
    assert running.problems == []  # every request and body was as GitHub describes them


@pytest.fixture
def anonymous(tmp_path, github):
    living = Living(tmp_path / "home", github)
    yield living
    living.close()


@pytest.fixture
def known(tmp_path, github):
    living = Living(tmp_path / "home", github, token=TOKEN)
    yield living
    living.close()


def both_modes(tmp_path, github):
    return [Living(tmp_path / "a", github), Living(tmp_path / "b", github, token=TOKEN)]


# ---- first run ---------------------------------------------------------------------------------------


def test_first_run_reads_the_persons_commits(anonymous):
    result = anonymous.run()
    assert result.state is RunState.DONE
    assert result.issues == ()
    assert anonymous.kinds() == {"commit": 3, "repository": 2}
    symbols = [fact for row in anonymous.activities() if row[1] == "commit" for fact in row[6] if "norm" in fact]
    assert symbols.count("symbol:numpy.linalg.norm×1") == 3


def test_first_run_tells_what_the_forge_says(github, anonymous):
    repo = github.world.repos[0]
    repo.description, repo.homepage, repo.topics = "Things", "https://example.org", ("Machine-Learning", "nlp")
    repo.licence, repo.stars, repo.archived = "MIT", 12, True
    anonymous.run()
    project = anonymous.project(1)
    assert (project.name, project.description, project.homepage) == ("ada/work-1", "Things", "https://example.org")
    assert (project.topics, project.licence, project.stars) == (("machine-learning", "nlp"), "MIT", 12)
    assert project.archived
    assert project.readme
    assert not project.private
    made = next(row for row in anonymous.activities() if row[:2] == ("github:1", "repository"))
    assert made[3] == "2020-01-01"
    assert set(made[6]) == {
        "forge:description×1", "forge:homepage×1", "forge:licence×1", "forge:public-repository×1", "forge:readme×1",
        "forge:star×12", "forge:topics×1", "tag:machine-learning×1", "tag:nlp×1",
    }  # fmt: skip


def test_identities_come_with_the_login(anonymous):
    anonymous.run()
    found = {(i.kind, i.value): i.state for i in anonymous.store.identities()}
    assert found[IdentityKind.ID, "github:7"] is IdentityState.CONFIRMED
    assert found[IdentityKind.EMAIL, MINE] is IdentityState.CONFIRMED
    assert found[IdentityKind.EMAIL, "ada@users.noreply.github.com"] is IdentityState.CONFIRMED
    assert (IdentityKind.EMAIL, "ada@example.org") not in found  # only her own token may tell it


def test_verified_addresses_count_with_her_token(github, known, tmp_path):
    history(tmp_path / "git" / "9.git", "Ada@Example.org")
    github.world.repos.append(Repo(9, github.world.users[0], "other-address", tmp_path / "git" / "9.git"))
    known.run()
    assert [row[4] for row in known.activities() if row[:2] == ("github:9", "commit")] == ["ada@example.org"] * 2


def test_addresses_that_github_links_are_proposed(github, anonymous, tmp_path):
    me, bob = github.world.users
    repo = Repo(9, me, "other-address", history(tmp_path / "git" / "9.git", "Ada@Work.example"))
    github.world.repos.append(repo)
    github.world.linked += [(me, "Ada@Work.example", repo), (me, MINE, repo), (bob, "bob@example.org", repo)]
    anonymous.run()
    found = {i.value: i.state for i in anonymous.store.identities() if i.kind is IdentityKind.EMAIL}
    assert found["ada@work.example"] is IdentityState.PROPOSED
    assert found[MINE] is IdentityState.CONFIRMED
    assert "bob@example.org" not in found
    assert [row[4] for row in anonymous.activities() if row[:2] == ("github:9", "commit")] == ["ada@work.example"] * 2


def test_search_that_fails_keeps_nobody_from_reading(github, anonymous):
    github.faults.append(
        lambda ask: Answer(200, b"<html>", {"Content-Type": "text/html"}) if ask.path == "/search/commits" else None
    )
    assert anonymous.run().state is RunState.DONE


def test_someone_elses_token_reads_only_what_is_public(github, tmp_path):
    github.world.tokens["ghp_bobs"] = github.world.users[1]
    github.world.repos[1].private = True
    living = Living(tmp_path / "home", github, token="ghp_bobs")
    living.run()
    assert [project.key for project in living.store.projects()] == ["github:1"]
    living.close()


def test_unknown_login_is_told_as_a_sentence(github, tmp_path):
    living = Living(tmp_path / "home", github, login="nobody-here")
    result = living.run()
    assert result.state is RunState.FAILED
    assert "nobody-here" in result.message
    living.close()


def test_refused_token_fails_without_retries(github, tmp_path):
    living = Living(tmp_path / "home", github, token="ghp_wrong")
    result = living.run()
    assert result.state is RunState.FAILED
    assert "refused the token" in result.message
    assert len(github.asked) == 1  # more tries would lock out good ones
    living.close()


# ---- work elsewhere ---------------------------------------------------------------------------------


def elsewhere(github, tmp_path):
    me, bob = github.world.users
    path = make(
        tmp_path / "git" / "50.git",
        [
            Written("bob@example.org", START, {"a.py": "import torch\n"}),
            Written(MINE, START + DAY, {"a.py": "import torch\ntorch.zeros(3)\n"}),
        ],
    )
    theirs = Repo(50, bob, "library", path)
    github.world.repos.append(theirs)
    github.world.threads += [
        Thread(1, theirs, me, title="Zeros", merged=True),
        Thread(2, theirs, me, title="It breaks", pull=False),
        Thread(3, theirs, bob, reviews=[(me, "2022-07-07T08:00:00Z"), (bob, "2022-07-01T08:00:00Z")]),
        Thread(4, github.world.repos[0], me, title="Mine"),
        Thread(5, theirs, bob, title="Not mine at all"),
    ]
    github.world.committed_to.append((me, theirs, 2021))


def test_work_in_others_repositories_is_found_either_way(github, tmp_path):
    elsewhere(github, tmp_path)
    found = []
    for living in both_modes(tmp_path, github):
        assert living.run().state is RunState.DONE
        project = living.project(50)
        assert not project.own
        found.append([row for row in living.activities() if row[1] != "review"])
        assert {(r[0], r[1], r[2]) for r in living.activities() if r[1] in {"pull-request", "issue", "review"}} == {
            ("github:50", "pull-request", "1"),
            ("github:50", "issue", "2"),
            ("github:50", "review", "3"),
            ("github:1", "pull-request", "4"),
        }
        facts = {row[2]: row[6] for row in living.activities() if row[1] in {"pull-request", "issue", "review"}}
        assert facts == {
            "1": ("forge:pull-request-elsewhere×1", "forge:pull-request-merged×1"),
            "2": ("forge:issue-elsewhere×1",),
            "3": ("forge:review×1",),
            "4": ("forge:pull-request×1",),
        }
        commits = [row for row in living.activities() if row[:2] == ("github:50", "commit")]
        assert [row[4] for row in commits] == [MINE]
        living.close()
    assert found[0] == found[1]


def test_review_is_dated_by_its_day(github, known, tmp_path):
    elsewhere(github, tmp_path)
    known.run()
    assert [row[3] for row in known.activities() if row[1] == "review"] == ["2022-07-07"]


def test_many_pull_requests_are_all_found(github, tmp_path):
    me, bob = github.world.users
    theirs = Repo(60, bob, "busy")
    github.world.repos.append(theirs)
    github.world.threads += [Thread(n, theirs, me) for n in range(1, 231)]
    for living in both_modes(tmp_path, github):
        living.run()
        assert living.kinds()["pull-request"] == 230
        living.close()


def test_releases_are_the_persons_or_their_programs(github, known):
    me, bob = github.world.users
    repo = github.world.repos[0]
    github.world.releases += [
        Release(1, repo, me, "v1"),  # its number is that of a repository, too
        Release(2, repo, None, "v2"),
        Release(3, repo, bob, "v3"),
        Release(4, repo, me, "v4", draft=True),
    ]
    known.run()
    assert [row[2] for row in known.activities() if row[1] == "release"] == ["1", "2"]


def test_forks_count_only_for_own_commits(github, anonymous, tmp_path):
    me = github.world.users[0]
    bobs = history(tmp_path / "git" / "70.git", "bob@example.org")
    worked = make(
        tmp_path / "git" / "71.git",
        [
            Written("bob@example.org", START, {"a.py": "import torch\n"}),
            Written(MINE, START + DAY, {"a.py": "import torch\ntorch.ones(3)\n"}),
        ],
    )
    github.world.repos += [
        Repo(70, me, "read-only", bobs, fork=True, created_at="2022-01-01T00:00:00Z", pushed_at="2021-12-01T00:00:00Z"),
        Repo(71, me, "worked-on", worked, fork=True, created_at="2021-01-01T00:00:00Z"),
        Repo(72, me, "pushed-by-bot", bobs, fork=True, created_at="2021-01-01T00:00:00Z"),
    ]
    anonymous.run()
    assert anonymous.project(70) is None
    assert anonymous.project(72) is None
    assert [row[1] for row in anonymous.activities() if row[0] == "github:71"] == ["commit"]
    assert not [ask for ask in github.asked if "read-only.git" in ask.path]  # not even asked for


def test_order_of_repositories_changes_nothing(tmp_path, github):
    first = Living(tmp_path / "first", github)
    first.run()
    github.world.repos.reverse()
    for number, repo in enumerate(github.world.repos):
        repo.pushed_at = f"2023-02-0{number + 1}T00:00:00Z"  # the listing turns round
    second = Living(tmp_path / "second", github)
    second.run()
    assert first.activities() == second.activities()
    first.close()
    second.close()


def test_own_stays_own_for_another_account_of_hers(github, tmp_path, known):
    elsewhere(github, tmp_path)
    known.run()
    theirs = known.store.add_account("github", "bob")
    runner.run_account(known.store, theirs, known.settings)
    assert known.project(50).own
    known.run()
    assert known.project(50).own


# ---- later runs -------------------------------------------------------------------------------------


def test_twice_is_once(github, tmp_path):
    elsewhere(github, tmp_path)
    for living in both_modes(tmp_path, github):
        living.run()
        before, projects = living.activities(), living.store.projects()
        version = living.store.version
        for _ in range(2):
            result = living.run()
            assert result.state is RunState.DONE
            assert result.issues == ()
            assert github.count("git") == 0
            assert github.count("core") + github.count("search") + github.count("graphql") <= 2
            assert living.activities() == before
            assert living.store.projects() == projects
        assert living.store.version <= version + 2  # the ends of the two runs
        living.close()


def test_only_the_pushed_repository_is_fetched(github, anonymous):
    anonymous.run()
    repo = github.world.repos[0]
    extend(repo.path, [Written(MINE, START + 99 * DAY, {"new.py": "import pandas as pd\npd.concat([])\n"})])
    repo.pushed_at = "2023-06-01T00:00:00Z"
    assert anonymous.run().state is RunState.DONE
    assert anonymous.kinds()["commit"] == 4
    assert {ask.path.split(".git")[0] for ask in github.asked if ask.resource == "git"} == {"/ada/work-1"}


def test_others_repositories_are_not_followed_push_by_push(github, known, tmp_path):
    elsewhere(github, tmp_path)
    me, _bob = github.world.users
    github.world.committed_to.append((me, github.world.repos[-1], datetime.now(UTC).year))
    known.run()
    theirs = github.world.repos[-1]
    extend(theirs.path, [Written("bob@example.org", START + 99 * DAY, {"b.py": "import jax\n"})])
    theirs.pushed_at = "2023-06-01T00:00:00Z"
    known.run()
    assert github.count("git") == 0
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    extend(theirs.path, [Written(MINE, START + 100 * DAY, {"c.py": "import jax\njax.jit(1)\n"})])
    theirs.pushed_at = "2023-06-02T00:00:00Z"
    github.world.threads.append(Thread(9, theirs, me, merged=True, created_at=later, updated_at=later))
    known.run()
    assert [row[4] for row in known.activities() if row[:2] == ("github:50", "commit")] == [MINE] * 2


def test_push_to_another_branch_is_read_as_nothing_new(github, known):
    known.run()
    before = known.activities()
    repo = github.world.repos[0]
    repo.pushed_at = "2023-06-01T00:00:00Z"
    github.world.releases.append(Release(5, repo, github.world.users[0]))  # a tag is such a push
    known.run()
    assert [row[1] for row in known.activities() if row not in before] == ["release"]
    known.run()
    assert github.count("git") == 0


def test_forced_push_retires_what_vanished(github, anonymous):
    anonymous.run()
    repo = github.world.repos[1]
    make(repo.path, [Written(MINE, START, {"other.py": "import torch\ntorch.eye(3)\n"})])
    repo.pushed_at = "2023-06-01T00:00:00Z"
    anonymous.run()
    commits = [row for row in anonymous.activities() if row[:2] == ("github:2", "commit")]
    assert len(commits) == 1
    assert "symbol:torch.eye×1" in commits[0][6]


def test_new_pull_request_needs_no_push(github, anonymous, tmp_path):
    elsewhere(github, tmp_path)
    anonymous.run()
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    me = github.world.users[0]
    github.world.threads.append(Thread(9, github.world.repos[-1], me, created_at=later, updated_at=later))
    for _ in range(2):  # without news elsewhere, searches take turns
        anonymous.run()
    assert anonymous.kinds()["pull-request"] == 3


def test_new_identity_reads_cached_histories_again(github, anonymous):
    path = github.world.repos[0].path
    extend(path, [Written("ada@work.example", START + 50 * DAY, {"w.py": "import torch\ntorch.ones(1)\n"})])
    anonymous.run()
    assert anonymous.kinds()["commit"] == 3
    anonymous.store.save_identity(Identity(IdentityKind.EMAIL, "ada@work.example", IdentityState.CONFIRMED, "person"))
    anonymous.run()
    assert anonymous.kinds()["commit"] == 4
    assert github.count("git") == 0


def test_rename_keeps_the_project(github, anonymous):
    anonymous.run()
    before = anonymous.activities()
    repo = github.world.repos[0]
    github.world.moved[repo.full_name] = repo.id
    repo.name = "better-name"
    assert anonymous.run().issues == ()
    project = anonymous.project(1)
    assert project.name == "ada/better-name"
    assert project.vanished == ("ada/work-1",)
    assert github.count("git") == 0
    assert len(anonymous.activities()) == len(before)


def test_renamed_login_is_followed_by_its_number(github, anonymous):
    anonymous.run()
    github.world.users[0].login = "ada-lovelace"
    github.world.users.append(User(99, "ada"))  # someone else took the old one
    result = anonymous.run()
    assert ("login-renamed", "") in codes(result)
    assert anonymous.project(1).name == "ada-lovelace/work-1"
    assert anonymous.kinds()["commit"] == 3
    assert (IdentityKind.ID, "github:99") not in {(i.kind, i.value) for i in anonymous.store.identities()}


def test_deleted_repository_stays_but_is_not_shown(github, tmp_path):
    for living in both_modes(tmp_path, github):
        living.run()
    gone = github.world.repos.pop(0)
    for living in both_modes(tmp_path, github):
        result = living.run()
        assert codes(result) == [("repository-gone", gone.full_name)]
        project = living.project(1)
        assert (project.state, project.private) == ("gone", True)
        assert living.kinds()["commit"] == 3
        assert living.run().issues == ()  # told once
        living.close()


def test_private_once_is_private_for_ever(github, known):
    repo = github.world.repos[0]
    repo.private = True
    known.run()
    assert known.project(1).private
    repo.private = False
    known.run()
    assert known.project(1).private


def test_turned_private_is_private_at_once(github, known):
    known.run()
    assert not known.project(1).private
    github.world.repos[0].private = True
    known.run()
    assert known.project(1).private


def test_private_is_never_seen_without_a_token(github, anonymous):
    github.world.repos[0].private = True
    anonymous.run()
    assert anonymous.project(1) is None


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


# ---- what can be added ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "login"),
    [
        ("ada", "ada"),
        (" @Ada ", "Ada"),
        ("https://github.com/ada/", "ada"),
        ("github.com/ada-l", "ada-l"),
        ("a_b", "a_b"),
    ],
)
def test_logins_that_are_taken(given, login, tmp_path):
    assert source.check(given, Living(tmp_path).settings) == login


@pytest.mark.parametrize(
    "given", ["", "a/b", "../x", "a?x=1", "a b", "-a", "x" * 101, "ada\n/../", "https://example.org/ada"]
)
def test_logins_that_are_refused(given, tmp_path):
    with pytest.raises(NotUsable):
        source.check(given, Living(tmp_path).settings)
