"""One request at a time: what the client does with each kind of answer."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time

import pytest

from collectors.github import transport
from collectors.github.address import forge_at
from collectors.github.client import Client, NotAnswered
from data.errors import NotUsable, TryLater, UnexpectedReply
from tests.loopback.github import Answer, GitHub
from tests.loopback.state import Repo, User, World

SECRET = "ghp_adas_secret"


@pytest.fixture
def github():
    ada = User(7, "ada")
    repos = [Repo(n, ada, f"r{n}", pushed_at=f"2023-01-0{n}T00:00:00Z") for n in range(1, 6)]
    with GitHub(World([ada], repos, tokens={SECRET: ada})) as running:
        yield running


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(github, waits):
    made = Client(forge_at(github.url), SECRET, timeout=1, pause=waits.append)
    yield made
    made.close()


def test_pages_are_followed_as_the_links_lead(github, client):
    github.page_size = 2
    pages = list(client.pages("/users/ada/repos", {"per_page": 100, "sort": "pushed", "type": "owner"}))
    assert [[item["id"] for item in page.list()] for page in pages] == [[1, 2], [3, 4], [5]]
    assert all(ask.query["sort"] == "pushed" for ask in github.asked)


def test_unchanged_costs_nothing(github, client):
    first = client.get("/users/ada")
    assert first.etag
    again = client.get("/users/ada", etag=first.etag)
    assert (again.status, again.data) == (304, None)
    assert not github.asked[-1].counted


def test_what_is_sent_is_as_documented(github, client):
    client.get("/users/ada")
    sent = github.asked[0].headers
    assert sent["authorization"] == f"Bearer {SECRET}"
    assert sent["accept"] == "application/vnd.github+json"
    assert sent["x-github-api-version"] == transport.API_VERSION
    assert "skillfolio" in sent["user-agent"]


def test_redirect_keeps_its_question(github, client):
    there = f"{github.url}/users/ada/repos?sort=pushed&direction=desc&per_page=3"
    github.faults.append(lambda ask: Answer(301, {}, {"Location": there}) if ask.path == "/old" else None)
    assert [item["id"] for item in client.get("/old", {"sort": "created"}).list()] == [5, 4, 3]


@pytest.mark.parametrize("there", ["http://[bad/", "http://[::1", "//["])
def test_redirect_to_no_address_is_tried_later(github, client, there):
    github.faults.append(lambda _: Answer(302, {}, {"Location": there}))
    with pytest.raises((TryLater, UnexpectedReply, NotAnswered)):
        client.get("/users/ada")


def test_redirects_do_not_go_round(github, client):
    github.faults.append(lambda ask: Answer(302, {}, {"Location": f"{github.url}{ask.path}x"}))
    with pytest.raises(UnexpectedReply):
        client.get("/users/ada")
    assert len(github.asked) == 2


@pytest.mark.parametrize("status", [403, 404, 409, 410, 422, 451])
def test_refusals_about_an_item_are_the_callers(github, client, waits, status):
    github.faults.append(
        lambda _: Answer(status, {"message": "no", "block": {}} if status == 451 else {"message": "no"})
    )
    reply = client.get("/repos/ada/r1")
    assert (reply.ok, reply.status, reply.message, reply.blocked) == (False, status, "no", status == 451)
    assert waits == []


@pytest.mark.parametrize("status", [204, 206, 304 + 1, 400, 418])
def test_undocumented_answers_fail_loudly(github, client, status):
    github.faults.append(lambda _: Answer(status, {}))
    with pytest.raises(UnexpectedReply):
        client.get("/users/ada")


@pytest.mark.parametrize("status", [202, 500, 502, 503, 504])
def test_passing_trouble_is_retried_then_left(github, client, waits, status):
    github.faults.append(lambda _: Answer(status, {}))
    with pytest.raises(TryLater):
        client.get("/users/ada")
    assert len(github.asked) == 3
    assert len(waits) == 2
    assert waits[0] < waits[1] * 2 < 12


def test_refused_token_is_not_tried_again(github):
    client = Client(forge_at(github.url), "ghp_wrong")
    with pytest.raises(NotUsable) as caught:
        client.get("/users/ada")
    assert "ghp_wrong" not in str(caught.value)
    assert len(github.asked) == 1
    client.close()


def test_search_limit_is_waited_for_within_the_minute(github, client, waits):
    github.limits["search"], github.reset = 10, time.time() + 30
    github.used["search"] = 9
    client.get("/search/issues", {"q": "author:ada"})
    github.used.clear()
    client.get("/search/issues", {"q": "author:ada"})
    assert len(waits) == 1
    assert 25 < waits[0] < 35


def test_queries_accept_what_came(github, client):
    github.faults.append(lambda _: Answer(200, {"data": {"user": None}, "errors": [{"type": "NOT_FOUND"}]}))
    assert client.graphql("query Q { user }", {}) == {"user": None}


def test_query_limit_ends_calmly(github, client):
    github.faults.append(lambda _: Answer(200, {"errors": [{"type": "RATE_LIMITED"}]}))
    with pytest.raises(TryLater) as caught:
        client.graphql("query Q { user }", {})
    assert caught.value.seconds


@pytest.mark.parametrize(
    "answer", [Answer(404, {"message": "x"}), Answer(200, {"errors": [{"message": "x"}]}), Answer(403, {})]
)
def test_queries_that_are_not_answered(github, client, answer):
    github.faults.append(lambda _: answer)
    with pytest.raises(NotAnswered):
        client.graphql("query Q { user }", {})


@pytest.mark.parametrize("data", [[1], {"a": 1}, "text", None, [["x"]]])
def test_wrong_shapes_are_told(github, client, data):
    github.faults.append(lambda _: Answer(200, data))
    reply = client.get("/users/ada/repos")
    with pytest.raises(UnexpectedReply):
        reply.list()


def test_answer_that_is_nested_without_end_is_no_answer(github, client):
    github.faults.append(lambda _: Answer(200, b"[" * 100_000))
    with pytest.raises(TryLater):
        client.get("/users/ada/repos")


def test_endless_answer_is_cut(waits):
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()
        thread = threading.Thread(target=drip, args=(server, done))
        thread.start()
        client = Client(
            forge_at(f"http://127.0.0.1:{server.getsockname()[1]}"), timeout=1, longest=0.5, pause=waits.append
        )
        started = time.monotonic()
        with pytest.raises(TryLater):
            client.get("/users/ada")
        assert time.monotonic() - started < 10
        done.set()
        client.close()
        thread.join()


def drip(server: socket.socket, done: threading.Event) -> None:
    """Answer with a byte now and then, for ever."""
    server.settimeout(0.1)
    open_ones: list[socket.socket] = []
    while not done.is_set():
        try:
            connection, _ = server.accept()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
            open_ones.append(connection)
        except TimeoutError:
            pass
        for connection in open_ones:
            try:
                connection.sendall(b" ")
            except OSError:
                continue
    for connection in open_ones:
        connection.close()


def test_secret_is_not_in_what_is_printed(client):
    assert SECRET not in repr(client)
    assert SECRET not in json.dumps(client.budget.left())


def test_compressed_answer_in_chunks_is_read():
    raw = gzip.compress(json.dumps({"login": "ada", "bio": "x" * 100_000}).encode())
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (raw[:7], raw[7:40], raw[40:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server, head + chunks))
        thread.start()
        client = Client(forge_at(f"http://127.0.0.1:{server.getsockname()[1]}"), timeout=5)
        assert len(client.get("/users/ada").dict()["bio"]) == 100_000
        client.close()
        thread.join()


def answer_once(server: socket.socket, raw: bytes) -> None:
    connection, _ = server.accept()
    connection.recv(65536)
    connection.sendall(raw)
    connection.close()
