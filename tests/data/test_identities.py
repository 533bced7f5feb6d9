import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.addresses import noreply_parts
from data.identities import known_by, suggest_identities
from data.models import Identity, IdentityKind, IdentityState, Known
from tests.data.building import author

EMAIL, LOGIN, ID, NAME = IdentityKind.EMAIL, IdentityKind.LOGIN, IdentityKind.ID, IdentityKind.NAME
SUGGESTED, PROPOSED = IdentityState.SUGGESTED, IdentityState.PROPOSED
CONFIRMED, REMOVED = IdentityState.CONFIRMED, IdentityState.REMOVED


def identity(kind, value, state=CONFIRMED, said_by="person"):
    return Identity(kind, value, state, said_by)


ADA = [
    identity(EMAIL, "ada@example.org"),
    identity(LOGIN, "github:ada-l"),
    identity(ID, "github:1815"),
]


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("ada@work.example", "Ada Lovelace"),
        ("ada@work.example", "  ADA  lovelace "),
        ("ada-l@users.noreply.github.com", "Somebody"),
        ("1815+old-login@users.noreply.github.com", "Somebody"),
        ("99+Ada-L@users.noreply.github.com", "Somebody"),
        ("ada@users.noreply.github.com", "Somebody"),
    ],
)
def test_suggests_what_looks_alike(email, name):
    found = suggest_identities([author(email, name), author("ada@example.org")], ADA)
    assert found == [identity(EMAIL, email.casefold(), SUGGESTED, "history")]


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("grace@example.org", "Grace Hopper"),
        ("1816+ada-x@users.noreply.github.com", "Grace Hopper"),
        ("ada-l@users.noreply.example.com", "Grace Hopper"),
        ("ada-l.users.noreply.github.com@evil.example", "Grace Hopper"),
        ("ADA@example.org", "Ada Lovelace"),
        ("x@example.org", "Ada"),
        ("", "Ada Lovelace"),
    ],
)
def test_suggests_nobody_else(email, name):
    assert suggest_identities([author(email, name), author("ada@example.org")], ADA) == []


@pytest.mark.parametrize("name", ["root", "Your Name", "unknown", "", "Ada"])
def test_names_of_nobody_suggest_nobody(name):
    known = [identity(EMAIL, "ada@example.org"), identity(NAME, name)]
    assert suggest_identities([author("ada@example.org", name), author("x@y.example", name)], known) == []


@pytest.mark.parametrize("state", [REMOVED, CONFIRMED, PROPOSED, SUGGESTED])
def test_what_is_stored_is_not_suggested_again(state):
    stored = [*ADA, identity(EMAIL, "ada@work.example", state)]
    assert suggest_identities([author("ada@example.org"), author("ada@work.example")], stored) == []


def test_a_name_that_was_given_suggests():
    found = suggest_identities([author("x@y.example", "Ada Lovelace")], [identity(NAME, "ada lovelace")])
    assert [each.value for each in found] == ["x@y.example"]


def test_removed_identities_suggest_nothing():
    removed = [identity(EMAIL, "ada@example.org", REMOVED), identity(LOGIN, "github:ada-l", REMOVED)]
    found = [author("ada@example.org"), author("ada-l@users.noreply.github.com")]
    assert suggest_identities(found, removed) == []


@given(st.lists(st.builds(author, st.emails(), st.sampled_from(["Ada Lovelace", "Grace Hopper", ""])), max_size=6))
def test_suggestions_count_for_nothing(found):
    suggested = suggest_identities(found, ADA)
    assert known_by([*ADA, *suggested]) == known_by(ADA)
    assert suggest_identities(found, [*ADA, *suggested]) == []


@pytest.mark.parametrize(
    ("email", "parts"),
    [
        ("ada@users.noreply.github.com", ("", "ada")),
        ("1815+Ada@users.noreply.github.com", ("1815", "ada")),
        ("ada+tag@users.noreply.github.com", None),
        ("ada@example.org", None),
    ],
)
def test_noreply_addresses(email, parts):
    assert noreply_parts(email) == parts


def test_wanted_holds_what_counts(store):
    for state in (PROPOSED, CONFIRMED, SUGGESTED, REMOVED):
        store.save_identity(identity(EMAIL, f"{state}@Example.org", state))
        store.save_identity(identity(LOGIN, f"github:{state}", state))
        store.save_identity(identity(ID, "github:7", CONFIRMED))
        store.save_identity(identity(NAME, "Ada", CONFIRMED))
    assert store.wanted() == Known(
        frozenset({"proposed@example.org", "confirmed@example.org"}),
        frozenset({"proposed", "confirmed"}),
        frozenset({"7"}),
        frozenset({"removed@example.org"}),
    )


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ((CONFIRMED, "person"), (PROPOSED, "git-config"), (CONFIRMED, "person")),
        ((REMOVED, "person"), (PROPOSED, "git-config"), (REMOVED, "person")),
        ((REMOVED, "person"), (CONFIRMED, "person"), (CONFIRMED, "person")),
        ((PROPOSED, "git-config"), (REMOVED, "person"), (REMOVED, "person")),
        ((PROPOSED, "git-config"), (SUGGESTED, "history"), (PROPOSED, "git-config")),
        ((SUGGESTED, "history"), (PROPOSED, "git-config"), (PROPOSED, "git-config")),
        ((CONFIRMED, "github"), (CONFIRMED, "person"), (CONFIRMED, "person")),
    ],
)
def test_the_persons_word_stands(store, first, second, stays):
    for state, said_by in (first, second):
        store.save_identity(identity(EMAIL, "Ada@Example.org", state, said_by))
    assert store.identities() == [identity(EMAIL, "ada@example.org", *stays)]
