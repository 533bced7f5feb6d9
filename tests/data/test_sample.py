"""The sample portfolio: true facts of public repositories, nothing of a person, in a store of its own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from data import detect, frames, sample
from data.models import FactKind, Identity, IdentityKind, IdentityState
from data.settings import load_settings
from data.store import Store
from data.taxonomy import load_taxonomy


@pytest.fixture
def settings(tmp_path):
    return replace(load_settings({"SKILLFOLIO_HOME": str(tmp_path)}), home=tmp_path)


def test_holds_no_address_and_no_code():
    found = sample.read()
    texts = [*found.paths, *(value for _, _, value in found.values)]
    assert [t for t in texts if re.search(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", t)] == []
    assert [t for t in texts if "\n" in t or len(t) > 250] == []
    assert {kind for kind, _, _ in found.values} <= {kind.value for kind in FactKind} - {"data"}


def test_reads_years_of_several_repositories():
    found = sample.read()
    days = [a.when.date() for p in found.projects for a in p.activities]
    assert len(found.projects) >= 5
    assert (max(days) - min(days)).days > 3 * 365


def test_loads_once_and_heals(settings):
    taxonomy = load_taxonomy()
    with Store.open(sample.settings_for(settings).database_url) as store:
        assert sample.load(store)
        detect.detect(store, taxonomy)
        before = len(frames.evidence_days(store))
        assert before > 0
        assert not sample.load(store)
        store.save_identity(Identity(IdentityKind.EMAIL, sample.AUTHOR, IdentityState.REMOVED, "person"))
        detect.detect(store, taxonomy)
        assert len(frames.evidence_days(store)) < before
        assert sample.load(store)
        detect.detect(store, taxonomy)
        assert len(frames.evidence_days(store)) == before


def test_stores_of_other_samples_go(settings):
    home = settings.home / "sample"
    home.mkdir()
    (home / "sample-000000000000.db").touch()
    sample.settings_for(settings)
    assert list(home.iterdir()) == []
