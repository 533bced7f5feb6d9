"""The git source: clones below a folder, read without the network and only when they changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from collectors.parallel import Children
from collectors.run import Run
from collectors.runner import Ledger, run_account
from collectors.sources import git as source
from data.errors import NotUsable
from data.models import Identity, IdentityKind, IdentityState, RunState
from data.schema import activities
from data.settings import load_settings
from tests.loopback.histories import ENVIRONMENT, Written, extend, make
from tests.loopback.living import DAY, START, Living, codes, history

if TYPE_CHECKING:
    from pathlib import Path

MINE = "ada@example.org"


@pytest.fixture(autouse=True)
def own_configuration(tmp_path, monkeypatch):
    """Git's configuration of the person, and of no one else."""
    home = tmp_path / "person"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[user]\n\temail = {MINE}\n\tname = Ada\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)


@pytest.fixture
def code(tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    return folder


@pytest.fixture
def living(tmp_path, code):
    found = Living(tmp_path / "home")
    found.account = found.store.add_account("git", source.check(str(code), found.settings))
    yield found
    found.close()


def clone(origin: Path, to: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", str(origin), str(to)], env=ENVIRONMENT, check=True)
    return to


def git(folder: Path, *arguments: str) -> None:
    identity = {
        "GIT_AUTHOR_NAME": "A",
        "GIT_COMMITTER_NAME": "A",
        "GIT_AUTHOR_EMAIL": MINE,
        "GIT_COMMITTER_EMAIL": MINE,
    }
    subprocess.run(["git", *arguments], cwd=folder, env={**ENVIRONMENT, **identity}, check=True, capture_output=True)


def test_clones_are_read_once_each(living, code):
    origin = history(code / "bare.git", MINE)
    clone(origin, code / "deep" / "down" / "clone")
    git(code / "deep" / "down" / "clone", "worktree", "add", "--quiet", "-b", "side", str(code / "worktree"))
    result = living.run()
    assert result.state is RunState.DONE
    assert result.counts["repositories"] == 2
    assert len(living.store.projects()) == 1  # both hold one history
    assert living.kinds() == {"commit": 2}


def test_clones_are_private_until_told_otherwise(tmp_path, code):
    history(code / "work", MINE)
    for number, (options, private) in enumerate([({}, True), ({"public": True}, False)]):
        living = Living(tmp_path / f"home-{number}")
        living.account = living.store.add_account("git", str(code), options)
        living.run()
        assert living.store.projects()[0].private is private
        living.close()


def test_unchanged_clones_start_no_process(living, code, tmp_path, monkeypatch):
    for number in range(3):
        history(code / f"work-{number}.git", MINE, first=START + number)
    living.run()
    before = living.activities()
    log = tmp_path / "log"
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", str(wrapper.parent), prepend=os.pathsep)
    result = living.run()
    assert result.state is RunState.DONE
    started = log.read_text().splitlines()
    assert len(started) == 1  # the person's own addresses; nothing in any clone
    assert "--global" in started[0]
    assert living.activities() == before


def test_new_commits_are_added(living, code):
    path = history(code / "work.git", MINE)
    living.run()
    extend(path, [Written(MINE, START + 9 * DAY, {"more.py": "import torch\ntorch.ones(2)\n"})])
    living.run()
    assert living.kinds() == {"commit": 3}


def test_rewritten_history_replaces_the_old(living, code):
    path = history(code / "work.git", MINE)
    first = {row[2] for row in living.activities()}
    living.run()
    git(path, "update-ref", "refs/heads/main", "main~1")
    living.run()
    assert living.kinds() == {"commit": 1}
    assert first.isdisjoint({row[2] for row in living.activities()})


def test_second_clone_retires_nothing(living, code):
    origin = history(code / "a.git", MINE)
    living.run()
    behind = clone(origin, code / "b")
    git(behind, "reset", "--quiet", "--hard", "HEAD~1")
    extend(origin, [Written(MINE, START + 9 * DAY, {"more.py": "import torch\n"})])
    living.run()
    assert living.kinds() == {"commit": 3}


def test_children_read_the_next_clone_while_one_is_saved(living, code):
    class Noted(Children):
        def read(self, repository, *work):
            told.append(f"begin {repository.place.path.parent.name or repository.place.path.name}")
            return super().read(repository, *work)

    told: list[str] = []
    for name in "abd":
        history(code / name / "one.git", f"{name}@example.org")
    clone(code / "b" / "one.git", code / "c" / "one.git")  # nothing is left to read in it, once the other is saved
    living.store.save_identity(Identity(IdentityKind.EMAIL, "b@example.org", IdentityState.CONFIRMED, "person"))
    run_id = living.store.start_run(living.account)
    with Noted(2, worth_starting=0) as children:
        run = Run(
            handle=str(code),
            options={},
            settings=living.settings,
            cache=living.folder,
            memory=Ledger(living.store, living.account, run_id, None),
            children=children,
        )
        for batch in source.collect(run):
            living.store.save_batch(living.account, batch)
            told.append(f"saved {len(batch.activities)}")
    order = [entry for entry, _ in groupby(told)]  # a history is handed over first, its tree then
    assert order == ["begin a", "begin b", "saved 0", "saved 2", "begin d", "saved 0"]
    assert living.kinds() == {"commit": 2}


@pytest.mark.parametrize("first", ["ahead", "behind"])
def test_order_of_two_folders_with_one_history_changes_nothing(living, code, tmp_path, first):
    history(code / "behind.git", MINE)
    ahead = clone(code / "behind.git", tmp_path / "more" / "ahead")
    git(ahead, "commit", "--allow-empty", "--quiet", "--message", "one more")
    behind = living.account
    accounts = [living.store.add_account("git", str(tmp_path / "more")), behind]
    for account in accounts if first == "ahead" else reversed(accounts):
        living.account = account
        living.run()
    assert living.kinds() == {"commit": 3}
    assert len(living.store.projects()) == 1


def test_own_addresses_are_proposed_and_the_person_decides(living, code):
    local = clone(history(code.parent / "origin.git", "ada@work.example"), code / "work")
    git(local, "config", "user.email", "Ada@Work.example")
    living.run()
    proposed = {i.value for i in living.store.identities() if i.state is IdentityState.PROPOSED}
    assert proposed == {MINE, "ada@work.example"}
    assert living.kinds() == {"commit": 2}
    living.store.save_identity(Identity(IdentityKind.EMAIL, "ada@work.example", IdentityState.REMOVED, "person"))
    living.run()
    states = {i.value: i.state for i in living.store.identities()}
    assert states["ada@work.example"] is IdentityState.REMOVED


def test_what_another_source_knows_for_sure_stands(living, code):
    history(code / "work.git", MINE)
    living.store.save_identity(Identity(IdentityKind.EMAIL, MINE, IdentityState.CONFIRMED, "github"))
    living.run()
    assert [(i.state, i.said_by) for i in living.store.identities()] == [(IdentityState.CONFIRMED, "github")]


def test_clone_that_is_someone_elses_names_its_authors(living, code):
    history(code / "theirs.git", "bob@example.org")
    living.run()
    assert living.kinds() == {}
    project = living.store.projects()[0]
    assert not project.own
    assert list(living.store.authors()["email"]) == ["bob@example.org"]


def test_confirmed_identity_reads_unchanged_clones_again(living, code):
    history(code / "old.git", "ada@school.example")
    living.run()
    living.store.save_identity(Identity(IdentityKind.EMAIL, "ada@school.example", IdentityState.CONFIRMED, "person"))
    living.run()
    assert living.kinds() == {"commit": 2}


def test_what_older_readers_read_is_read_again(living, code):
    history(code / "one.git", MINE)
    history(code / "two.git", MINE, first=START + 1)
    living.run()
    before = living.activities()
    living.age()
    assert living.activities() != before
    living.run()
    assert living.activities() == before
    assert "activities" not in living.run().counts  # and once only


def test_assistants_that_the_person_names_are_seen_in_what_was_read_before(living, code):
    made = [Written(MINE, START + n * DAY, {"work.py": f"print({n})\n"}, message=f"Work {n}") for n in range(2)]
    made[1].message += "\n\nCo-authored-by: Helper <helper@tools.example>"
    make(code / "one.git", made)

    def assisted():
        with living.store.reading() as connection:
            return connection.execute(select(activities.c.assisted).order_by(activities.c.day)).scalars().all()

    living.run()
    assert assisted() == [False, False]
    named = replace(living.settings, assistants=("*@tools.example",))
    run_account(living.store, living.account, named)
    assert assisted() == [False, True]
    assert "activities" not in run_account(living.store, living.account, named).counts
    living.run()
    assert assisted() == [False, False]


def test_credentials_in_a_remote_are_not_kept(living, code):
    path = history(code / "work.git", MINE)
    git(path, "remote", "add", "origin", "https://ada:ghp_secret@github.com/ada/work.git")
    living.run()
    project = living.store.projects()[0]
    assert (project.name, project.url) == ("ada/work", "https://github.com/ada/work")
    living.close()
    assert b"ghp_secret" not in living.database.read_bytes()


def test_nothing_of_a_clones_configuration_runs(living, code):
    path = clone(history(code.parent / "origin.git", MINE), code / "trap")
    proof = code.parent / "it-ran"
    script = f"touch {proof}"
    for key in ("core.fsmonitor", "core.sshCommand", "core.editor", "core.pager", "diff.external", "credential.helper"):
        git(path, "config", key, script)
    git(path, "config", "include.path", str(code.parent / "elsewhere"))
    (path / ".git" / "hooks").mkdir(exist_ok=True)
    assert living.run().state is RunState.DONE
    assert living.kinds() == {"commit": 2}
    assert not proof.exists()


def test_bad_clones_are_issues(living, code):
    make(code / "empty.git", [])
    shutil.rmtree(code / "empty.git" / "refs" / "heads")
    (code / "empty.git" / "refs" / "heads").mkdir()
    odd = history(code / "odd.git", MINE)
    (odd / "config").write_text("[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n")
    history(code / "good.git", MINE)
    result = living.run()
    assert codes(result) == [
        ("repository-empty", str(code / "empty.git")),
        ("repository-unreadable", str(code / "odd.git")),
    ]
    assert result.state is RunState.DONE
    assert living.kinds() == {"commit": 2}


def test_odd_names_are_survived(living, code):
    history(code / "good.git", MINE)
    odd = history(code / os.fsdecode(b"n\xff\xfe.git"), MINE)
    (odd / "HEAD").write_bytes(b"ref: refs/heads/a\0b\n")
    borrowing = history(code / "borrowing.git", MINE)
    (borrowing / "objects" / "info").mkdir(exist_ok=True)
    (borrowing / "objects" / "info" / "alternates").write_text("a" * 5_000 + "\n")
    result = living.run()
    assert [code for code, _ in codes(result)] == ["repository-empty", "repository-unreadable"]
    assert result.state is RunState.DONE
    assert living.kinds() == {"commit": 2}


def test_folder_whose_name_is_no_text_is_refused(tmp_path):
    folder = tmp_path / os.fsdecode(b"n\xff")
    folder.mkdir()
    with pytest.raises(NotUsable, match="folder above"):
        source.check(str(folder), load_settings({}))


def test_empty_folder_is_less_than_expected(living):
    assert codes(living.run()) == [("too-few", "repositories")]


def test_folder_that_is_gone_fails_with_a_sentence(living, code):
    code.rmdir()
    result = living.run()
    assert result.state is RunState.FAILED
    assert "not there any more" in result.message


def test_only_folders_can_be_added(tmp_path):
    settings = Living(tmp_path / "home").settings
    (tmp_path / "file").write_text("x")
    for bad in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(NotUsable):
            source.check(str(bad), settings)
    (tmp_path / "link").symlink_to(tmp_path / "home")
    assert source.check(str(tmp_path / "link"), settings) == os.path.realpath(tmp_path / "home")
