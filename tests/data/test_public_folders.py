"""Folders that the person calls public: at once, both ways, and never against another folder's silence."""

import pytest

from data import published
from data.detect import detect
from data.errors import NotUsable
from data.models import Identity, IdentityKind, IdentityState
from data.public_folders import Turned, is_public, say_public
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
