from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.github import parse
from data.errors import UnexpectedReply

PLAIN = {"id": 5, "full_name": "ada/work", "created_at": "2020-01-02T03:04:05Z", "pushed_at": "2021-01-01T00:00:00Z"}


def test_numbers_of_another_github_are_apart():
    assert parse.repo(PLAIN, "git.example.org").key == "github:git.example.org/5"


def test_smallest_item_is_enough():
    found = parse.repo(PLAIN, "")
    assert (found.key, found.created, found.private) == ("github:5", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), False)


@pytest.mark.parametrize(
    ("change", "private"),
    [
        ({"private": True}, True),
        ({"visibility": "internal"}, True),
        ({"visibility": "private", "private": False}, True),
        ({"visibility": "public"}, False),
    ],
)
def test_in_doubt_it_is_private(change, private):
    assert parse.repo({**PLAIN, **change}, "").private is private


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": "5"},
        {"id": True},
        {"id": -1},
        {"full_name": None},
        {"full_name": "ada/../x"},
        {"created_at": "soon", "pushed_at": None},
    ],
)
def test_items_that_cannot_be(change):
    with pytest.raises(UnexpectedReply):
        parse.repo({**PLAIN, **change}, "")


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/x", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("https://a b", False),
        (None, False),
        (7, False),
        ("data:x", False),
    ],
)
def test_only_addresses_of_pages_are_kept(address, kept):
    assert parse.repo({**PLAIN, "homepage": address}, "").homepage == (address if kept else "")


def test_licences_that_are_not_told_by_name():
    assert parse.repo({**PLAIN, "license": {"spdx_id": "NOASSERTION"}}, "").licence == "other"
    assert parse.repo({**PLAIN, "license": None}, "").licence == ""


def test_private_repository_is_no_public_one():
    made = parse.repository_activity(parse.repo({**PLAIN, "private": True}, ""), 7, readme=False)
    assert made.facts == ()
    assert made.author == "github:7"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*PLAIN, "owner", "license", "topics", "description", "stargazers_count", "size", "homepage", "visibility"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_item_is_read_or_refused(change):
    try:
        found = parse.repo({**PLAIN, **change}, "")
    except UnexpectedReply:
        return
    assert parse.project(found, own=True).key == f"github:{found.id}"
