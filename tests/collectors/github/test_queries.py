"""Queries against GitHub's own schema; and that the check itself finds what GitHub would refuse."""

from __future__ import annotations

import pytest

from collectors.github import queries
from tests.loopback import answering


@pytest.mark.parametrize("name", sorted(queries.EVERY))
def test_queries_are_as_github_wants_them(name):
    assert answering.problems_of(queries.EVERY[name], {}) == []


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ('query Q { user(login: "a") { nickname } }', "nickname"),
        ('query Q { user(login: "a") { issues { nodes { title } } } }', "first"),
        ('query Q { user(login: "a") { issues(first: 101) { nodes { title } } } }', "first"),
        ("query Q { user(login: 7) { login } }", "7"),
    ],
)
def test_the_check_finds_mistakes(query, word):
    assert word in " ".join(answering.problems_of(query, {}))
