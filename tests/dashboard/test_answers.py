"""Answers are kept while what they rest on stands, and no longer."""

import pytest

from dashboard import answers
from dashboard.answers import Answers
from tests.dashboard.building import make_app


@pytest.fixture
def own_site(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path).site


def test_an_answer_is_made_once(own_site):
    kept = Answers(own_site)
    assert kept.of("/growth", "") is kept.of("/growth", "")
    assert kept.of("/growth", "?current=1") is not kept.of("/growth", "")


@pytest.mark.parametrize("path", ["/", "/sources", "/nothing-here"])
def test_what_does_not_follow_from_the_store_alone_is_made_each_time(own_site, path):
    kept = Answers(own_site)
    assert kept.of(path, "") is not kept.of(path, "")


def test_a_change_of_the_store_ends_every_answer(own_site, own_store):
    kept = Answers(own_site)
    before = kept.of("/growth", "")
    own_store.set_setting("sample", {"label": "A sample"})
    own_site.portfolio.forget()
    assert kept.of("/growth", "") is not before
    assert len(kept._kept) == 1


def test_another_taxonomy_ends_every_answer(own_site, taxonomy):
    kept = Answers(own_site)
    before = kept.of("/method", "")
    own_site.portfolio.take(taxonomy)
    assert kept.of("/method", "") is not before


def test_the_oldest_go_first(own_site):
    kept = Answers(own_site)
    first = kept.of("/growth", "")
    number = answers.KEPT_BYTES // first.size + 1
    for n in range(number):
        kept.of("/growth", f"?unknown={n}")
    assert sum(each.size for each in kept._kept.values()) <= answers.KEPT_BYTES
    assert kept.of("/growth", "") is not first


def test_a_long_address_is_not_kept(own_site):
    kept = Answers(own_site)
    kept.of("/growth", f"?unknown={'x' * answers.LONGEST_KEPT}")
    assert not kept._kept
