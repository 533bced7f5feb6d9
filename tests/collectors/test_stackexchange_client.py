"""The client against the loopback Stack Exchange: pauses by method, the day's number, and what is never said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.stackexchange import parse
from collectors.stackexchange.client import LONGEST_BACKOFF, LONGEST_WAIT, RESERVE, Client, Refused
from data.errors import NotUsable, TryLater, UnexpectedReply
from tests.loopback.stackexchange import Answer, Site, StackExchange, error

NOW = 1_700_000_000.0


@pytest.fixture
def exchange():
    site = Site()
    site.answer(10, 1_600_000_000)
    with StackExchange(site) as running:
        yield running


@pytest.fixture
def paused():
    """Seconds that were waited, in order."""
    return []


@pytest.fixture
def client(exchange, paused):
    made = Client(exchange.url, "stackoverflow", timeout=2, pause=paused.append, clock=lambda: NOW)
    yield made
    made.close()


def test_backoff_holds_for_the_same_method_whoever_is_asked_about(client, exchange, paused):
    exchange.backoffs["users"] = 7
    client.get("/users/1234567")
    client.get("/users/1234567/answers", {"sort": "activity", "order": "asc"})
    assert paused == []
    client.get("/users/5;6;7")
    assert paused == [8.0]
    client.get("/users/5")
    assert paused == [8.0]


def test_backoff_beyond_patience_ends_the_run_without_a_request(client, exchange):
    exchange.backoffs["users"] = int(LONGEST_WAIT) + 5
    client.get("/users/1234567")
    with pytest.raises(TryLater) as told:
        client.get("/users/1234567")
    assert told.value.seconds == LONGEST_WAIT + 6
    assert len(exchange.asked) == 1


def test_backoff_of_a_refusal_holds_too(client, exchange, paused):
    exchange.faults.append(
        lambda _: Answer(400, {"error_id": 400, "error_message": "bad", "backoff": 3}) if not paused else None
    )
    with pytest.raises(Refused):
        client.get("/users/1234567")
    client.get("/users/1234567")
    assert paused == [4.0]


@pytest.mark.parametrize("asked", [10**9, 10**30, 10**400])
def test_absurd_backoff_ends_within_days(client, exchange, asked):
    exchange.backoffs["users"] = asked
    client.get("/users/1234567")
    with pytest.raises(TryLater) as told:
        client.get("/users/1234567")
    assert told.value.seconds == LONGEST_BACKOFF + 1


@pytest.mark.parametrize(("left", "goes_on"), [(RESERVE + 1, True), (RESERVE, True), (RESERVE - 1, False)])
def test_some_requests_are_left_for_others(client, exchange, left, goes_on):
    exchange.left = left + 1
    client.get("/users/1234567")
    assert client.left == left
    if goes_on:
        client.get("/users/1234567")
        return
    with pytest.raises(TryLater, match="300 requests of the day are used up"):
        client.get("/users/1234567")


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("too many requests from this IP, more requests available in 17524 seconds", 17524.0),
        ("too many requests", None),
        ("available in 99999999999 seconds", None),
    ],
)
def test_throttle_tells_its_seconds(client, exchange, message, seconds):
    exchange.faults.append(lambda _: error(502, message))
    with pytest.raises(TryLater) as told:
        client.get("/users/1234567")
    assert told.value.seconds == seconds


def test_key_stands_in_no_error(exchange):
    with pytest.raises(TryLater) as told:
        Client("http://127.0.0.1:9/2.3", "stackoverflow", "secretkey", pause=lambda _: None).get("/users/1")
    assert "secretkey" not in str(told.value)
    client = Client(exchange.url, "stackoverflow", "secretkey", pause=lambda _: None)
    with pytest.raises(NotUsable) as refused:
        client.get("/users/1")
    assert "secretkey" not in f"{refused.value} {client!r}"


@pytest.mark.parametrize("where", ["https://example.org/", "//example.org", "http://[x"])
def test_redirect_is_not_followed(client, exchange, where):
    exchange.faults.append(lambda _: Answer(301, {}, headers={"Location": where}))
    with pytest.raises(UnexpectedReply):
        client.get("/users/1")
    assert len(exchange.asked) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "answer_id", "question_id", "score", "is_accepted", "creation_date", "owner", "title", "tags", "timeline_type",
    "badge_id", "detail", "last_activity_date", "user_id", "reputation", "badge_counts", "answer_count",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(FIELDS), JSON | st.just({"user_id": 7}) | st.just("badge")))
def test_no_item_makes_parsing_fail_otherwise(item):
    for parsing in (
        lambda: parse.answer(item, "7", {}),
        lambda: parse.question(item, "7"),
        lambda: parse.badge(item, "7", {}),
        lambda: parse.user(item, "7"),
    ):
        try:
            parsing()
        except (UnexpectedReply, parse.NotTheirs):
            continue
    assert parse.touched(item) >= 0
