"""How Kaggle is asked: waits, refusals, redirects, and replies that are none."""

from __future__ import annotations

import io
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from collectors.kaggle.address import is_ref, site_at, valid_competition, valid_ref
from collectors.kaggle.client import TRIES, Client, Limited, Outage, Refused
from collectors.kaggle.credentials import Credentials
from data.errors import NotUsable, TryLater, UnexpectedReply
from data.settings import load_settings
from tests.loopback.kaggle import Answer, Kaggle, Storage, nested, no
from tests.loopback.kaggle_state import World

CALL = "some.Service/Method"


@pytest.fixture
def kaggle():
    with Kaggle(World(tokens={"KGAT_a": "ada"})) as running:
        yield running


@pytest.fixture
def client(kaggle):
    waited = []
    made = Client(site_at(kaggle.url), Credentials("token", "KAGGLE_API_TOKEN", secret="KGAT_a"), pause=waited.append)
    yield made, waited
    made.close()


@pytest.mark.parametrize("shape", [no, nested], ids=["flat", "nested"])
def test_limit_is_waited_for_a_few_times_and_then_told(kaggle, client, shape):
    asker, waited = client
    kaggle.faults.append(lambda _: shape(429, "Too many requests"))
    with pytest.raises(Limited) as told:
        asker.call(CALL, {})
    assert isinstance(told.value, TryLater)
    assert len(kaggle.asked) == TRIES
    assert len(waited) == TRIES - 1
    assert waited == sorted(waited)  # longer each time
    assert waited[-1] <= 20 * 1.25


@pytest.mark.parametrize("after", ["5", "in a date"])
def test_what_kaggle_asks_for_is_kept(kaggle, client, after):
    asker, waited = client
    header = after if after == "5" else format_datetime(datetime.now(UTC) + timedelta(seconds=6), usegmt=True)
    answers = [Answer(429, {"code": 429}, {"Retry-After": header})]
    kaggle.faults.append(lambda _: answers.pop() if answers else Answer(200, {"ok": 1}))
    assert asker.call(CALL, {}) == {"ok": 1}
    assert 4 < waited[0] < 8


def test_long_wait_is_left_to_the_next_run(kaggle, client):
    asker, waited = client
    kaggle.faults.append(lambda _: Answer(429, b"", {"Retry-After": "7200"}))
    with pytest.raises(Limited) as told:
        asker.call(CALL, {})
    assert (told.value.seconds, waited, len(kaggle.asked)) == (7200.0, [], 1)


@pytest.mark.parametrize(
    "answer",
    [Answer(500, {"code": 500}), Answer(503, b"<html>busy</html>"), Answer(200, {"a": "b" * 90}, cut=True)],
    ids=["json", "page", "cut"],
)
def test_trouble_is_asked_again_and_then_told(kaggle, client, answer):
    asker, _ = client
    kaggle.faults.append(lambda _: answer)
    with pytest.raises(Outage):
        asker.call(CALL, {})
    assert len(kaggle.asked) == 3


def test_trouble_that_ends_is_nobodys(kaggle, client):
    asker, _ = client
    answers = [Answer(502, b"")]
    kaggle.faults.append(lambda _: answers.pop() if answers else Answer(200, {"ok": 1}))
    assert asker.call(CALL, {}) == {"ok": 1}


def test_nobody_there_is_an_outage():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    client = Client(site_at(url), pause=lambda _: None)
    with pytest.raises(Outage, match="does not answer"):
        client.call(CALL, {})
    client.close()


@pytest.mark.parametrize(
    ("answer", "status", "missing"),
    [
        (no(404, "Not found"), 404, True),
        (nested(404, "Not found"), 404, True),
        (no(403, "Forbidden"), 403, False),
        (no(403, "Kernel not found"), 403, True),
        (Answer(404, b"<html>"), 404, True),
        (Answer(403, b""), 403, False),
        (Answer(200, {"code": 403, "message": "x"}), 403, False),
        (Answer(200, {"error": "no such thing"}), 400, False),
        (Answer(200, {"error": {"code": 404, "message": "x"}}), 404, True),
        (no(401, "Permission 'kernels.get' was denied"), 401, False),
    ],
)
def test_refusal_of_one_thing_is_for_the_caller(kaggle, client, answer, status, missing):
    asker, _ = client
    kaggle.faults.append(lambda _: answer)
    with pytest.raises(Refused) as told:
        asker.call(CALL, {})
    assert (told.value.status, told.value.missing) == (status, missing)
    assert len(kaggle.asked) == 1


@pytest.mark.parametrize(
    "body", [{"code": 200, "a": 1}, {"error": "", "a": 1}, {"error": None, "a": 1}, {"code": "AUC", "a": 1}]
)
def test_field_that_only_looks_like_an_error_is_none(kaggle, client, body):
    kaggle.faults.append(lambda _: Answer(200, body))
    assert client[0].call(CALL, {})["a"] == 1


def test_refused_credentials_are_named(kaggle, client):
    kaggle.faults.append(lambda _: no(401, "Unauthenticated"))
    with pytest.raises(NotUsable, match="API token from KAGGLE_API_TOKEN"):
        client[0].call(CALL, {})


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>", {"Content-Type": "text/html"}),
        Answer(200, [1, 2]),
        Answer(302, b"", {"Location": "https://example.org/login"}),
        Answer(204, b""),
    ],
    ids=["page", "list", "redirect", "nothing"],
)
def test_something_else_fails_loudly(kaggle, client, answer):
    kaggle.faults.append(lambda _: answer)
    with pytest.raises(UnexpectedReply):
        client[0].call(CALL, {})
    assert len(kaggle.asked) == 1


def test_reply_that_is_too_large_ends(kaggle, client):
    client[0].largest = 1000
    kaggle.faults.append(lambda _: Answer(200, {"a": "b" * 2000}))
    with pytest.raises(UnexpectedReply, match="larger"):
        client[0].call(CALL, {})


def test_reply_that_trickles_ends():
    """A byte now and then keeps every single read alive."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def trickle():
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n"
                    )
                    while not ended.wait(0.05):
                        try:
                            connection.sendall(b" ")
                        except OSError:
                            break

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        client = Client(
            site_at(f"http://127.0.0.1:{server.getsockname()[1]}"), timeout=1.0, longest=0.2, pause=lambda _: None
        )
        with pytest.raises(Outage):
            client.call(CALL, {})
        ended.set()
        client.close()
        socket.create_connection(server.getsockname()).close()
        thread.join(5)


def test_request_says_who_we_are_and_sends_no_empty_fields(kaggle, client):
    kaggle.faults.append(lambda _: Answer(200, {}))
    client[0].call(CALL, {"user": "ada", "versionLabel": None, "pageToken": ""})
    ask = kaggle.asked[0]
    assert (ask.verb, ask.path, ask.told) == ("POST", CALL, {"user": "ada", "pageToken": ""})
    assert ask.headers["user-agent"] == "skillfolio"
    assert ask.headers["content-type"] == "application/json"
    assert ask.headers["authorization"] == "Bearer KGAT_a"


def test_file_is_fetched_from_another_host_without_credentials(kaggle, client):
    with Storage() as storage:
        storage.files["/x.zip"] = b"content"
        kaggle.faults.append(lambda _: Answer(302, b"", {"Location": f"{storage.url}/x.zip"}))
        file = io.BytesIO()
        client[0].download(CALL, {}, file)
        assert file.getvalue() == b"content"
        assert "KGAT_a" not in json.dumps(storage.asked)
        assert storage.asked[0]["verb"] == "GET"


@pytest.mark.parametrize(
    "there", ["http://example.org/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "//example.org/x"]
)
def test_file_is_fetched_from_safe_addresses_alone(kaggle, client, there):
    kaggle.faults.append(lambda _: Answer(302, b"", {"Location": there}))
    with pytest.raises(UnexpectedReply):
        client[0].download(CALL, {}, io.BytesIO())
    assert len(kaggle.asked) == 1


def test_file_that_leads_in_circles_ends(kaggle, client):
    kaggle.faults.append(lambda _: Answer(302, b"", {"Location": "/api/v1/again"}))
    with pytest.raises(UnexpectedReply, match="without an end"):
        client[0].download(CALL, {}, io.BytesIO())


# ---- addresses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "rpc", "rest"),
    [
        ("https://api.kaggle.com", "https://api.kaggle.com/v1", "https://www.kaggle.com/api/v1"),
        ("", "https://api.kaggle.com/v1", "https://www.kaggle.com/api/v1"),
        ("https://www.kaggle.com", "https://www.kaggle.com/api/v1", "https://www.kaggle.com/api/v1"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081/api/v1", "http://127.0.0.1:8081/api/v1"),
        ("http://localhost:8081/v1", "http://localhost:8081/v1", "http://localhost:8081/api/v1"),
    ],
)
def test_site_is_known_by_its_address(url, rpc, rest):
    site = site_at(url)
    assert (site.rpc, site.rest) == (rpc, rest)


@pytest.mark.parametrize(
    "url",
    ["http://www.kaggle.com", "ftp://127.0.0.1", "https://me:pw@kaggle.com", "https://", "https://[", "https://x?a=1"],
)
def test_unsafe_address_is_refused(url):
    with pytest.raises(NotUsable, match="SKILLFOLIO_KAGGLE_URL"):
        site_at(url)
    with pytest.raises((NotUsable, ValueError)):
        load_settings({"SKILLFOLIO_KAGGLE_URL": url})


@pytest.mark.parametrize("text", ["ada/heart", "https://www.kaggle.com/code/ada/heart", "kaggle.com/code/ada/heart/"])
def test_notebook_is_named_in_every_form(text):
    assert valid_ref(text) == "ada/heart"


@pytest.mark.parametrize("text", ["cup", "https://www.kaggle.com/competitions/cup/overview", "kaggle.com/c/cup"])
def test_competition_is_named_in_every_form(text):
    assert valid_competition(text) == "cup"


@pytest.mark.parametrize("text", ["a", "a/b/c", "../b", "a/..", "a /b", "a/b?x", None, 7])
def test_what_is_no_ref_is_none(text):
    assert not is_ref(text)
