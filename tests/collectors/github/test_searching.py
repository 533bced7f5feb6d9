"""Search gives a thousand hits a query; more are found in slices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.github import searching
from collectors.github.address import forge_at
from collectors.github.client import Client
from tests.loopback.github import Answer, GitHub
from tests.loopback.state import Repo, Thread, User, World


@pytest.fixture
def busy():
    ada, bob = User(7, "ada"), User(8, "bob")
    repo = Repo(1, bob, "busy")
    threads = [
        Thread(
            n,
            repo,
            ada,
            pull=bool(n % 2),
            created_at=f"20{10 + n // 300:02}-{1 + n % 12:02}-{1 + n % 28:02}T00:{n % 60:02}:00Z",
        )
        for n in range(1, 1251)
    ]
    with GitHub(World([ada, bob], [repo], threads), limits={"search": 1000}) as github:
        client = Client(forge_at(github.url))
        yield github, client
        client.close()


def test_more_than_a_thousand_hits_are_all_found(busy):
    _, client = busy
    assert {item["number"] for item in searching._hits(client, "author:ada", "")} == set(range(1, 1251))


def test_kinds_are_named_where_this_github_wants_it(busy):
    github, client = busy
    del github.world.threads[20:]
    refused = {"message": "Query must include 'is:issue' or 'is:pull-request'"}
    github.faults.append(lambda ask: Answer(422, refused) if " is:" not in ask.query.get("q", " is:") else None)
    assert {item["number"] for item in searching._hits(client, "author:ada", "")} == set(range(1, 21))


NAME = st.from_regex(r"[a-z0-9]{1,39}/[a-z0-9._-]{1,100}", fullmatch=True)


@given(st.lists(NAME, max_size=40))
def test_every_name_is_asked_for_in_queries_that_are_short_enough(names):
    asked = list(searching._queries(names))
    assert all(len(query) <= searching.LONGEST_QUERY for query in asked)
    assert [
        word.removeprefix("repo:") for query in asked for word in query.split() if word.startswith("repo:")
    ] == names
