"""Drafts of links: found by any process, published once, forgotten at last."""

from datetime import date

import pytest

from data import drafts
from data.drafts import Draft
from data.sharing import ShareLink
from data.store import Store

FULL = ShareLink(
    "ML engineer", ("mathematics",), ("github:1",), ("github",), "for Acme", False, True, "# Hello", date(2031, 1, 2),
    True, "ada-lovelace", 7,
)  # fmt: skip


@pytest.mark.parametrize("link", [FULL, ShareLink("Plain")])
def test_another_process_finds_a_draft_as_it_was(tmp_path, link):
    address = f"sqlite:///{tmp_path / 'store.db'}"
    with Store.open(address) as store:
        key = drafts.keep(store, Draft(link, "Ada"))
    with Store.open(address) as other:
        assert drafts.get(other, key) == Draft(link, "Ada")


def test_only_one_takes_a_draft(store):
    key = drafts.keep(store, Draft(FULL, ""))
    assert drafts.take(store, key) == Draft(FULL, "")
    assert drafts.take(store, key) is None
    assert drafts.get(store, key) is None


def test_a_key_opens_drafts_alone(store):
    store.set_setting("share_draft", {"link": {}})
    store.set_setting("person_name", "Ada")
    for key in ("", "%", "person_name", "../person_name"):
        assert drafts.get(store, key) is None
        assert drafts.take(store, key) is None
    assert store.setting("person_name") == "Ada"


def test_old_drafts_are_forgotten_and_pages_stay(store):
    version = store.version
    keys = [drafts.keep(store, Draft(FULL, str(number))) for number in range(drafts.KEPT + 2)]
    assert [drafts.get(store, key) is None for key in keys[:3]] == [True, True, False]
    assert drafts.get(store, keys[-1]).person == str(drafts.KEPT + 1)
    assert store.version == version
