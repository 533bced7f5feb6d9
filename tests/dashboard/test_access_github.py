"""Signing in with GitHub, against a loopback GitHub that checks secret, code, redirect address and PKCE."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from werkzeug import Response

from tests.dashboard.entering import HOST, OWN, client_of, sign_in, small_server
from tests.loopback.oauth import CLIENT, SECRET, OAuthServer


@pytest.fixture(scope="module")
def running():
    server = OAuthServer()
    yield server
    server.close()


@pytest.fixture
def github(running):
    running.login, running.refuses = "Octocat", False
    running.breaks.clear()
    running.asked.clear()
    return running


def server_with(home, github, **more):
    settings = {
        "password": None,
        "github_client_id": CLIENT,
        "github_client_secret": SECRET,
        "github_logins": ("octocat", "hubot"),
        "github_api_url": github.address,
    }
    return small_server(home, **{**settings, **more})


@pytest.fixture
def visitor(tmp_path, github):
    return client_of(server_with(tmp_path, github))


def go(visitor, address="/auth/github"):
    """Follow to GitHub and back, as a browser would; returns our answer."""
    away = visitor.get(address)
    assert away.status_code == 302
    back = requests.get(away.location, allow_redirects=False, timeout=10).headers["Location"]
    assert back.startswith(f"{visitor.base}/auth/github/back?")
    return visitor.get(back.removeprefix(visitor.base))


@pytest.mark.parametrize("login", ["octocat", "Octocat", "HUBOT"])
def test_allowed_logins_are_let_in(visitor, github, login):
    github.login = login
    reply = go(visitor, "/auth/github?next=/growth")
    assert (reply.status_code, reply.location) == (303, "/growth")
    assert visitor.get("/").text == "mine: "
    assert github.asked == ["/login/oauth/authorize", "/login/oauth/access_token", "/user"]


def test_github_enterprise_is_asked_under_its_own_address(tmp_path, github):
    visitor = client_of(server_with(tmp_path, github, github_api_url=f"{github.address}/api/v3"))
    assert go(visitor).status_code == 303
    assert github.asked == ["/login/oauth/authorize", "/login/oauth/access_token", "/api/v3/user"]


@pytest.mark.parametrize("login", ["mallory", "octocat2", "octo", "", "octocat,hubot"])
def test_others_are_not(visitor, github, login):
    github.login = login
    reply = go(visitor)
    assert reply.status_code == 403
    assert "does not open to" in reply.text
    assert visitor.get("/").status_code == 401


def test_what_is_asked_of_github_is_little_and_proved(visitor):
    asked = parse_qs(urlsplit(visitor.get("/auth/github").location).query)
    assert asked["redirect_uri"] == [f"http://{HOST}/auth/github/back"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 22
    assert "scope" not in asked
    assert SECRET not in str(asked)


def test_way_back_is_https_where_a_proxy_says_so(tmp_path, github):
    visitor = client_of(server_with(tmp_path, github, proxies=1), "10.0.0.1")
    location = visitor.get("/auth/github", headers={"X-Forwarded-Proto": "https"}).location
    assert parse_qs(urlsplit(location).query)["redirect_uri"] == [f"https://{HOST}/auth/github/back"]


def test_refusal_is_told(visitor, github):
    github.refuses = True
    reply = go(visitor)
    assert reply.status_code == 403
    assert "You did not let GitHub say who you are" in reply.text


@pytest.mark.parametrize("query", ["", "?code=x", "?state=y", "?code=x&state=y", "?error=access_denied&state=y"])
def test_what_we_did_not_begin_is_refused(visitor, github, query):
    reply = visitor.get(f"/auth/github/back{query}")
    assert reply.status_code == 403
    assert github.asked == []


def test_another_browser_cannot_finish_what_one_began(visitor, github):
    """Else a link could sign somebody in as the one who made it."""
    away = visitor.get("/auth/github").location
    back = requests.get(away, allow_redirects=False, timeout=10).headers["Location"].removeprefix(visitor.base)
    other = client_of(visitor.application)
    assert other.get(back).status_code == 403
    assert other.get("/").status_code == 401
    assert visitor.get(back).status_code == 303


def test_answer_of_github_serves_once(visitor):
    away = visitor.get("/auth/github").location
    back = requests.get(away, allow_redirects=False, timeout=10).headers["Location"].removeprefix(visitor.base)
    assert visitor.get(back).status_code == 303
    visitor.post("/auth/logout", headers=OWN)
    assert visitor.get(back).status_code == 403
    assert visitor.get("/").status_code == 401


BROKEN = {
    "no page": lambda: Response("gone", 404),
    "server error": lambda: Response("oops", 502),
    "no json": lambda: Response("<html>", 200, mimetype="text/html"),
    "a list": lambda: Response("[]", 200, mimetype="application/json"),
    "an error": lambda: Response('{"error": "incorrect_client_credentials"}', 200, mimetype="application/json"),
    "moved": lambda: Response("", 302, headers={"Location": "/api/v3/user"}),  # which would answer
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("path", ["/login/oauth/access_token", "/user"])
def test_github_that_does_not_answer_lets_nobody_in(visitor, github, path, how):
    github.breaks[path] = BROKEN[how]
    reply = go(visitor)
    assert reply.status_code == 502
    assert "GitHub did not say who you are" in reply.text
    assert "/api/v3/user" not in github.asked
    assert visitor.get("/").status_code == 401


def test_login_that_is_none_lets_nobody_in(visitor, github):
    github.login = None
    assert go(visitor).status_code == 502
    assert visitor.get("/").status_code == 401


def test_who_is_no_longer_allowed_is_out(tmp_path, github):
    visitor = client_of(server_with(tmp_path, github))
    go(visitor)
    cookie = visitor.get_cookie("skillfolio", domain=HOST).value
    for logins, status in ((("octocat",), 200), (("hubot",), 401)):
        again = client_of(server_with(tmp_path, github, github_logins=logins))
        again.set_cookie("skillfolio", cookie, domain=HOST)
        assert again.get("/").status_code == status


def test_nothing_of_github_stays_in_the_cookie(visitor, github):
    go(visitor)
    with visitor:
        visitor.get("/")
        from flask import session  # noqa: PLC0415

        assert set(session) == {"signed-in", "_permanent"}
    assert not any(token in str(visitor.get_cookie("skillfolio", domain=HOST).value) for token in github.tokens)


def test_beginning_often_does_not_make_the_cookie_grow(visitor):
    for _ in range(8):
        visitor.get("/auth/github")
    assert len(visitor.get_cookie("skillfolio", domain=HOST).value) < 1500
    assert go(visitor).status_code == 303


def test_longest_way_back_fits_into_a_cookie(visitor):
    path = "/growth?" + "".join(f"&p{n}={hash(n) * 7919 % 9973}" for n in range(200))[:990]
    assert go(visitor, f"/auth/github?next={quote(path, safe='')}").location == path
    visitor.get(f"/auth/github?next={quote(path, safe='')}")
    assert len(visitor.get_cookie("skillfolio", domain=HOST).value) < 3500


def test_both_ways_are_offered_where_both_are_set(tmp_path, github):
    visitor = client_of(server_with(tmp_path, github, password="correct horse"))
    page = visitor.get("/login?next=/growth").text
    assert 'type="password"' in page
    assert 'href="/auth/github?next=/growth"' in page
    assert sign_in(visitor).status_code == 303


def test_password_is_not_offered_where_it_is_not_set(visitor):
    page = visitor.get("/login").text
    assert "Continue with GitHub" in page
    assert "password" not in page.lower()
    assert sign_in(visitor).status_code == 403


def test_returns_are_limited(visitor):
    statuses = [visitor.get("/auth/github/back?code=x&state=y").status_code for _ in range(6)]
    assert statuses == [403] * 5 + [429]
