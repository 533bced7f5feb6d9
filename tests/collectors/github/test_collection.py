"""The GitHub source through its whole life, against the loopback GitHub: first and later runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from collectors.sources import github as source
from data.errors import NotUsable
from data.models import Identity, IdentityKind, IdentityState, RunState
from tests.collectors.github_living import MINE, both_modes, elsewhere
from tests.loopback.github import Answer
from tests.loopback.histories import Written, extend, make
from tests.loopback.living import DAY, START, Living, codes, history
from tests.loopback.state import Release, Repo, Thread, User

# ---- first run --------------------------------------------------------------------------------------


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


def test_what_older_readers_read_is_read_again_from_the_cache(github, anonymous):
    anonymous.run()
    before = anonymous.activities()
    anonymous.age()
    assert anonymous.activities() != before
    anonymous.store.save_identity(
        Identity(IdentityKind.EMAIL, "a@b.example", IdentityState.CONFIRMED, "person")
    )  # list anew
    anonymous.run()
    assert anonymous.activities() == before
    assert github.count("git") == 0
    assert "activities" not in anonymous.run().counts


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
