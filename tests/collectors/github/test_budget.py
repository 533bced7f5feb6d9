from __future__ import annotations

import pytest

from collectors.github.budget import Budget, refusal_wait, resource_of

NOW = 1_700_000_000.0


def headers(remaining: int, limit: int = 60, reset: float = NOW + 100, resource: str = "core") -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": str(reset),
        "x-ratelimit-resource": resource,
    }


@pytest.mark.parametrize(
    ("limit", "remaining", "waits"),
    [
        (60, 6, False),
        (60, 5, True),
        (5000, 5, True),
        (5000, 6, False),
        (10, 2, False),
        (10, 1, True),
        (3, 1, False),
        (3, 0, True),
    ],
)
def test_reserve_is_left_for_others(limit, remaining, waits):
    budget = Budget()
    budget.note(headers(remaining, limit), "core")
    assert (budget.wait("core", NOW) > 0) is waits


def test_a_window_that_ended_holds_nobody_back():
    budget = Budget()
    budget.note(headers(0, reset=NOW - 5), "core")
    assert budget.wait("core", NOW) == 0


def test_resources_are_apart_and_told():
    budget = Budget()
    budget.note(headers(0, resource="search"), "core")
    assert budget.wait("core", NOW) == 0
    assert budget.wait("search", NOW) == 101
    assert budget.left() == {"search": 0}


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"x-ratelimit-limit": "x"},
        {**headers(1), "x-ratelimit-reset": "inf"},
        {**headers(1), "x-ratelimit-remaining": "nan"},
    ],
)
def test_odd_headers_change_nothing(odd):
    budget = Budget()
    budget.note(odd, "core")
    assert budget.wait("core", NOW) in {0.0, float("inf")} or budget.windows == {}


@pytest.mark.parametrize(
    ("path", "resource"),
    [
        ("/users/x", "core"),
        ("/search/issues", "search"),
        ("/api/v3/search/issues", "search"),
        ("/graphql", "graphql"),
        ("/api/graphql", "graphql"),
    ],
)
def test_which_window_counts(path, resource):
    assert resource_of(path) == resource


@pytest.mark.parametrize(
    ("status", "told", "message", "seconds"),
    [
        (403, {"retry-after": "7"}, "", 7),
        (429, {"retry-after": "7", **headers(0)}, "", 7),
        (403, headers(0), "", 101),
        (403, headers(0, reset=NOW - 50), "", 1),
        (403, {}, "You have exceeded a secondary rate limit", 120),
        (429, {}, "", 120),
        (403, {}, "Resource not accessible by integration", None),
        (403, headers(12), "Must have admin rights", None),
    ],
)
def test_what_a_refusal_asks_for(status, told, message, seconds):
    assert refusal_wait(status, told, message, NOW, tries=1) == seconds
