"""Work in others' repositories: pull requests, reviews, releases, forks."""

from __future__ import annotations

from collectors import runner
from data.models import RunState
from tests.collectors.github_living import MINE, both_modes, elsewhere
from tests.loopback.histories import Written, make
from tests.loopback.living import DAY, START, Living, history
from tests.loopback.state import Release, Repo, Thread


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
