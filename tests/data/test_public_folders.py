"""Folders that the person calls public: at once, both ways, and never against another folder's silence."""

import pytest
from sqlalchemy import select

from data import published
from data.detect import detect
from data.errors import NotUsable
from data.models import Identity, IdentityKind, IdentityState
from data.public_folders import Turned, is_public, say_public
from data.schema import activities
from data.sharing import ShareLink
from data.taxonomy import load_taxonomy
from tests.data.building import ME, batch, commit, fact, project
from tests.data.test_published import AS_OF, SVD

TAXONOMY = load_taxonomy()
ONE = project("one", "git:1", url="https://git.example.org/me/one", private=True)
TWO = project("two", "git:2", private=True)


@pytest.fixture
def folder(store):
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    return store.add_account("git", "/home/me/open")


def read(store, account, *projects):
    for one in projects:
        store.save_batch(account, batch(commit(f"{one.key}-1", fact(SVD)), of=one))
    detect(store, TAXONOMY)


def public(store):
    return {one.name for one in store.projects() if not one.private}


def named(store):
    areas = tuple(area.id for area in TAXONOMY.areas)
    link = ShareLink("Engineer", areas=areas, projects=("git:1", "git:2"), sources=("git",))
    return set(published.portfolio(store, TAXONOMY, link, AS_OF).project_names)


def test_the_word_holds_at_once_and_both_ways(store, folder):
    read(store, folder, ONE, TWO)
    assert named(store) == set()
    version = store.version
    assert say_public(store, folder, public=True) == Turned(2, 0, ())
    assert public(store) == named(store) == {"one", "two"}
    assert is_public(store.accounts()[0])
    assert store.version > version
    assert say_public(store, folder, public=True) == Turned(0, 0, ())
    assert say_public(store, folder, public=False) == Turned(2, 0, ())
    assert public(store) == named(store) == set()
    assert not is_public(store.accounts()[0])


@pytest.mark.parametrize("said", [True, False])
def test_what_is_read_later_follows_the_word(store, folder, said):
    """Whatever the run believed that began before it."""
    say_public(store, folder, public=said)
    for believed in (True, False):
        read(store, folder, project("one", "git:1", private=believed))
        assert public(store) == ({"one"} if said else set())


def test_another_folder_that_is_silent_keeps_it_private(store, folder):
    other = store.add_account("git", "/home/me")
    read(store, folder, ONE, TWO)
    read(store, other, ONE)
    assert say_public(store, folder, public=True) == Turned(1, 1, ("/home/me",))
    assert public(store) == {"two"}
    read(store, folder, ONE)
    assert public(store) == {"two"}
    assert say_public(store, other, public=True) == Turned(1, 0, ())
    assert public(store) == {"one", "two"}
    assert say_public(store, other, public=False).projects == 1
    assert public(store) == {"two"}


def fork(store, folder):
    """A private fork of what the folder holds, in another one; and what bookmarks of both say."""
    private = store.add_account("git", "/home/me/firm")
    read(store, folder, ONE, TWO)
    secret = commit("secret", fact(SVD, path="quokka.py"), day=9)
    store.save_batch(private, batch(secret, of=project("firm/quokka", "git:1", private=True)))
    for account, keys in ((folder, ("git:1", "git:2")), (private, ("git:1",))):
        store.save_bookmarks(account, {f"clone:{key}": {"key": key} for key in keys})
    return private


@pytest.mark.parametrize("before", [True, False])
def test_what_a_private_folder_brought_does_not_turn_public_once_it_is_gone(store, folder, before):
    """Whether the other one was public already or is called so later; its own work is read again."""
    private = fork(store, folder)
    if before:
        say_public(store, folder, public=True)
    store.remove_account(private)
    assert before or len(store.projects()) == 2  # nothing is forgotten where nothing turns public
    say_public(store, folder, public=True)
    assert public(store) == {"two"}
    assert "quokka" not in repr(store.projects())
    assert store.bookmark(folder, "clone:git:1") is None
    assert store.bookmark(folder, "clone:git:2") == {"key": "git:2"}
    read(store, folder, ONE)
    assert named(store) == {"one", "two"}
    with store.reading() as connection:
        keys = set(connection.execute(select(activities.c.key)).scalars())
    assert keys == {"git:1-1", "git:2-1"}
    say_public(store, folder, public=False)
    say_public(store, folder, public=True)
    assert named(store) == {"one", "two"}


def test_of_two_public_folders_one_may_go(store, folder):
    other = fork(store, folder)
    for account in (folder, other):
        say_public(store, account, public=True)
    store.remove_account(other)
    assert len(public(store)) == 2


def test_other_sources_say_it_themselves(store):
    account = store.add_account("github", "me")
    store.save_batch(account, batch(of=project("me/one", "github:1", "github", private=True)))
    for wrong in (account, 99):
        with pytest.raises(NotUsable, match="Only a git folder"):
            say_public(store, wrong, public=True)
    assert public(store) == set()


def test_what_a_forge_calls_private_stays_private(store, folder):
    """The folder's clone of it is shown as one with it."""
    hub = project("me/one", "github:1", "github", url="https://git.example.org/me/one", private=True)
    store.save_batch(store.add_account("github", "me"), batch(commit("x", fact(SVD)), of=hub))
    read(store, folder, ONE)
    say_public(store, folder, public=True)
    assert named(store) == set()
