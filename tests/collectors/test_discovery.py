"""A first look around: which folders are proposed, who is proposed, and that both end soon."""

import os
from datetime import UTC, datetime

import pytest

from collectors import discovery
from collectors.discovery import find_folders, find_people, look, with_identities
from data.errors import TryLater
from data.models import Identity, IdentityKind, IdentityState
from tests.loopback.histories import Written, make

START = 1_690_000_000
ME, OLD, BOB = "me@example.org", "me@old.example", "bob@example.org"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home whose git settings name one address, and nothing of this machine's."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (home / ".gitconfig").write_text(f"[user]\n\temail = {ME.upper()}\n", encoding="utf-8")
    return home


def clone(path, *people):
    """A bare repository in place of a clone: (e-mail, name, commits) for each who wrote in it."""
    written = [
        Written(email, START + 86_400 * number, {f"{email}.py": f"x = {number}\n"}, "x", name)
        for email, name, count in people
        for number in range(count)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    return make(path, written or [Written(ME, START, {"a.py": "x = 1\n"}, "x", "Me")])


def empty(path):
    (path / ".git").mkdir(parents=True)
    return path


def shown(found):
    return [(folder.shown, folder.clones) for folder in found.folders]


def test_what_lies_together_is_one_proposal(home):
    for name in ("code/a", "code/b", "code/more/c", "Documents/papers/draft", "notes"):
        empty(home / name)
    found = find_folders(home)
    assert shown(found) == [("~/code", 3), ("~/Documents/papers/draft", 1), ("~/notes", 1)]
    assert found.whole
    assert found.folders[0].path == str(home / "code")
    assert found.folders[0].used == datetime.now(UTC).date()


def test_what_is_not_the_persons_is_not_proposed(home, tmp_path):
    for name in (".cache/a", ".oh-my-zsh", "code/node_modules/x", "miniconda3/pkgs", "store/cache/x"):
        empty(home / name)
    (home / ".git").mkdir()  # a home folder under version control is not one big clone
    (home / "linked").symlink_to(empty(tmp_path / "elsewhere" / "clone"))
    (home / "code" / "x.git").write_text("a file")
    assert shown(find_folders(home, without=home / "store")) == []


def test_too_deep_is_left_out_and_a_clone_inside_a_clone_belongs_to_it(home):
    empty(home / "a" / "b" / "c" / "d")
    empty(home / "x" / "1" / "2" / "3" / "4" / "5")
    empty(empty(home / "outer") / "inner")
    assert shown(find_folders(home)) == [("~/a/b/c/d", 1), ("~/outer", 1)]


def test_looking_for_folders_ends(home):
    for number in range(50):
        empty(home / "code" / str(number))
    found = find_folders(home, seconds=0)
    assert not found.whole
    assert shown(find_folders(home / "nowhere")) == []


def test_people_are_counted_and_the_likely_come_first(home):
    clone(home / "a.git", (ME, "Me Myself", 3), (BOB, "Bob", 9), (OLD, "Me Myself", 1))
    clone(home / "b.git", (ME.upper(), "Me Myself", 2))
    found = find_people([home])
    rows = [(a.email, a.commits, a.projects, a.likely, a.alike) for a in found.authors]
    assert rows == [(ME, 5, 2, True, False), (OLD, 1, 1, False, True), (BOB, 9, 1, False, False)]
    assert (found.read, found.clones) == (2, 2)
    assert found.authors[0].said_by == "git-config"


def test_one_history_named_twice_counts_once(home):
    clone(home / "code" / "a.git", (ME, "Me", 3))
    found = find_people([home / "code", home / "code" / "a.git"])
    assert [(a.email, a.commits) for a in found.authors] == [(ME, 3)]


def test_address_of_the_settings_is_proposed_though_it_wrote_nothing_there(home):
    clone(home / "a.git", (BOB, "Bob", 1))
    assert [(a.email, a.likely) for a in find_people([home / "a.git"]).authors] == [(ME, True), (BOB, False)]


def test_counting_people_ends(home):
    clone(home / "a.git", (ME, "Me", 3))
    found = find_people([home], seconds=0)
    assert (found.read, [a.commits for a in found.authors]) == (0, [0])


def test_broken_clone_does_not_stop_the_others(home):
    broken = clone(home / "a.git", (BOB, "Bob", 2))
    for pack in (broken / "objects" / "pack").iterdir():
        pack.unlink()
    clone(home / "b.git", (ME, "Me", 2))
    assert (ME, 2) in [(a.email, a.commits) for a in find_people([home]).authors]


def identity(value, state, kind=IdentityKind.EMAIL):
    return Identity(kind, value, state, "github")


def test_what_github_tells_is_likely_and_its_own_addresses_need_no_word(home):
    clone(home / "a.git", (ME, "Me", 3), (BOB, "Bob", 4))
    told = [
        identity("7+me@users.noreply.github.com", IdentityState.CONFIRMED),
        identity("github:7", IdentityState.CONFIRMED, IdentityKind.ID),
        identity(BOB, IdentityState.PROPOSED),
        identity("third@example.org", IdentityState.PROPOSED),
        identity("me myself", IdentityState.SUGGESTED, IdentityKind.NAME),
    ]
    found = with_identities(find_people([home]), told, "me")
    assert [(a.email, a.likely, a.commits) for a in found.authors] == [
        (BOB, True, 4), (ME, True, 3), ("third@example.org", True, 0),
    ]  # fmt: skip
    assert {item.value for item in found.certain} == {"7+me@users.noreply.github.com", "github:7"}


def test_noreply_address_that_wrote_is_shown_with_its_counts(home):
    noreply = "7+me@users.noreply.github.com"
    clone(home / "a.git", (noreply, "Me", 3))
    found = with_identities(find_people([home]), [identity(noreply, IdentityState.CONFIRMED)], "me")
    assert (found.authors[0].email, found.authors[0].commits, found.authors[0].likely) == (noreply, 3, True)


def test_silence_of_github_is_told_and_the_rest_stands(home):
    clone(home / "a.git", (ME, "Me", 3))
    found = look([home], "me", TryLater("GitHub does not answer (timeout)"))
    assert (found.trouble, found.authors[0].commits) == ("GitHub does not answer (timeout)", 3)
    assert discovery.look([], "", []).authors == ()
