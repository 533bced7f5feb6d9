from data.bulk import bulk_commits, say_bulk
from data.detect import detect
from data.models import Identity, IdentityKind, IdentityState
from data.taxonomy import load_taxonomy
from tests.data.building import ME, batch, commit, fact, project

SHOWS = fact("numpy.linalg.svd")


def fill(store):
    account = store.add_account("github", "ada")
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    activities = (
        commit("a" * 40, SHOWS, day=1, bulk=True, title="all of it", fingerprint="a"),
        commit("b" * 40, SHOWS, day=2, bulk=True, author="other@example.org", fingerprint="b"),
        commit("c" * 40, SHOWS, day=3, fingerprint="c"),
        commit("d" * 40, SHOWS, day=4, bulk=True, reverted=True, fingerprint="d"),
    )
    store.save_batch(account, batch(*activities, of=project(url="https://github.com/ada/one")))
    taxonomy = load_taxonomy()
    detect(store, taxonomy)
    return taxonomy


def test_only_what_waits_is_listed(store):
    fill(store)
    (row,) = bulk_commits(store)
    assert (row.key, row.title, row.project, row.counted) == ("a" * 40, "all of it", "me/one", False)
    assert row.url == f"https://github.com/ada/one/commit/{'a' * 40}"


def test_word_is_kept_once_and_taken_back(store):
    taxonomy = fill(store)
    before = store.counts()["evidence"]
    for _ in range(2):
        say_bulk(store, "git:1", "a" * 40, mine=True)
    detect(store, taxonomy)
    assert len(store.corrections()) == 1
    assert [row.counted for row in bulk_commits(store)] == [True]
    assert store.counts()["evidence"] > before
    say_bulk(store, "git:1", "a" * 40, mine=False)
    detect(store, taxonomy)
    assert store.corrections() == []
    assert [row.counted for row in bulk_commits(store)] == [False]
    assert store.counts()["evidence"] == before


def test_nothing_waits_in_an_empty_store(store):
    assert not bulk_commits(store)
