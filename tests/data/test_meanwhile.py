"""Evidence that follows while something is saved, and takes little of the time."""

import pytest

from data import frames
from data.meanwhile import Meanwhile
from data.models import Batch, Identity, IdentityKind, IdentityState, Project
from tests.dashboard import samples


@pytest.fixture
def save(store):
    store.save_identity(Identity(IdentityKind.EMAIL, samples.ME, IdentityState.CONFIRMED, "person"))
    account = store.add_account("git", "/home/ada/code")

    def one(name):
        found = samples.activities(name, "", samples.NUMERIC, 7, 5)
        store.save_batch(account, Batch(Project("git", f"git:{name}", name), found, [], []))

    return one


def projects(store):
    return set(frames.evidence_days(store)["project_id"])


def test_evidence_follows_what_is_saved(store, save, tmp_path):
    follow = Meanwhile(store, samples.settings(tmp_path))
    assert not follow()  # nothing was saved since
    save("first")
    assert follow()
    assert len(projects(store)) == 1
    save("second")
    assert not follow()  # too soon
    follow._next = 0.0
    assert follow()
    assert len(projects(store)) == 2
    follow._next = 0.0
    assert not follow()


def test_a_broken_taxonomy_does_not_end_a_collection(store, save, tmp_path):
    follow = Meanwhile(store, samples.settings(tmp_path))
    (tmp_path / "taxonomy.toml").write_text("what = is this", encoding="utf-8")
    save("first")
    assert not follow()
    assert not projects(store)
