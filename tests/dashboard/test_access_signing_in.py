"""Signing in with a password, sessions, and where requests may come from."""

import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from flask import session
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from dashboard.access import sessions
from dashboard.access.ledger import Ledger
from dashboard.access.signing_in import WINDOWS, in_words, local_path
from tests.dashboard.entering import HASH, HOST, OWN, PAGE, PASSWORD, client_of, settings_with, sign_in, small_server

EACH, ALL = WINDOWS[0].each, WINDOWS[0].all


@pytest.fixture
def server(tmp_path):
    return small_server(tmp_path)


@pytest.fixture
def visitor(server):
    return client_of(server)


def cookie_of(reply, name="skillfolio="):
    return next(line for line in reply.headers.getlist("Set-Cookie") if line.startswith(name))


# ---- the password


def test_right_password_opens(visitor):
    assert visitor.get("/skills").status_code == 401
    reply = sign_in(visitor, next="/skills?from=2024-01-01")
    assert (reply.status_code, reply.location) == (303, "/skills?from=2024-01-01")
    assert visitor.get("/skills").text == "mine: skills"


def test_password_may_stand_in_the_settings_as_it_is(tmp_path):
    visitor = client_of(small_server(tmp_path, password=PASSWORD))
    assert sign_in(visitor, HASH).status_code == 401
    assert sign_in(visitor).status_code == 303


@pytest.mark.parametrize(
    "typed", ["correct horse ", "Correct horse", pytest.param(HASH, id="its hash"), "0", "x" * 5000, "\x00"]
)
def test_wrong_password_says_how_many_tries_are_left(visitor, typed):
    reply = sign_in(visitor, typed, next="/skills")
    assert reply.status_code == 401
    assert "Wrong password. 4 tries left this minute." in reply.text
    assert 'role="alert"' in reply.text
    assert 'value="/skills"' in reply.text
    assert not [line for line in reply.headers.getlist("Set-Cookie") if "skillfolio=" in line]
    assert visitor.get("/").status_code == 401


def test_nothing_typed_costs_no_try(visitor):
    for _ in range(EACH + 1):
        assert sign_in(visitor, "").status_code == 401
    assert "4 tries left" in sign_in(visitor, "wrong").text


def test_tries_of_an_address_are_limited(server, visitor):
    said = [sign_in(visitor, "wrong").text for _ in range(EACH)]
    assert "1 try left this minute" in said[-2]
    assert "No tries left this minute" in said[-1]
    refused = sign_in(visitor)  # even the right one
    assert refused.status_code == 429
    assert "Too many tries. Wait" in refused.text
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert visitor.get("/").status_code == 401
    assert sign_in(client_of(server, "203.0.113.8")).status_code == 303


def test_addresses_of_one_network_are_limited_together(server):
    for number in range(EACH):
        assert sign_in(client_of(server, f"2001:db8::{number + 1:x}"), "wrong").status_code == 401
    assert sign_in(client_of(server, "2001:db8::ffff")).status_code == 429


def test_all_together_are_limited_but_not_a_browser_that_was_in_before(server):
    mine = client_of(server, "198.51.100.1")
    sign_in(mine)
    mine.post("/auth/logout", headers=OWN)
    for number in range(ALL):
        assert sign_in(client_of(server, f"203.0.113.{number}"), "wrong").status_code == 401
    assert sign_in(client_of(server, "192.0.2.1")).status_code == 429
    assert sign_in(mine).status_code == 303


def test_known_browser_has_its_own_limit(visitor):
    sign_in(visitor)
    visitor.post("/auth/logout", headers=OWN)
    statuses = [sign_in(visitor, "wrong").status_code for _ in range(EACH + 1)]
    assert statuses == [401] * EACH + [429]


def test_forged_known_browser_is_none(server):
    for number in range(EACH):
        visitor = client_of(server)
        visitor.set_cookie("skillfolio-known", f"forged{number}", domain=HOST, path="/login")
        assert sign_in(visitor, "wrong").status_code == 401
    assert sign_in(visitor, "wrong").status_code == 429


def test_success_forgives(visitor):
    for _ in range(EACH - 1):
        sign_in(visitor, "wrong")
    assert sign_in(visitor).status_code == 303
    fresh = client_of(visitor.application)
    assert "4 tries left" in sign_in(fresh, "wrong").text


def test_web_processes_count_together(tmp_path):
    one, two = (client_of(small_server(tmp_path)) for _ in range(2))
    statuses = [sign_in(client, "wrong").status_code for client in (one, two) * 3]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 second"), (41.5, "42 seconds"), (98.2, "99 seconds"), (99.5, "2 minutes"), (3540, "60 minutes")]
)  # fmt: skip
def test_waiting_is_told_in_words(seconds, words):
    assert in_words(seconds) == words


# ---- the way back


@pytest.mark.parametrize(
    "text",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "http:/evil.example", "evil.example",
     "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", " //evil.example", "/ /evil.example", "", None,
     "///evil.example", "/\x00", "//", "/login", "/login?next=/login", "/auth/logout", "/_dash-layout", "/" + "x" * 3000,
     "//[evil", "/\u2028/evil.example", "?//evil.example"],
)  # fmt: skip
def test_no_link_leads_elsewhere(text):
    assert local_path(text) == "/"


@pytest.mark.parametrize(
    "text", ["/", "/skill/numpy", "/growth?from=2024-01-01&projects=1,2", "/p/x?to=https://a.example", "/naïve", "/a//b"]
)  # fmt: skip
def test_our_pages_are_led_back_to(text):
    assert local_path(text) == text


@given(st.text(max_size=40))
def test_whatever_is_given_stays_here(text):
    path = local_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    parts = urlsplit(f"http://{HOST}{path}")
    assert parts.netloc == HOST


@pytest.mark.parametrize("elsewhere", ["//evil.example/x", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leaves_this_site(visitor, elsewhere):
    assert sign_in(visitor, next=elsewhere).location == "/"
    assert visitor.get("/login", query_string={"next": elsewhere}).location == "/"


def test_page_to_sign_in_is_safe_with_any_address(visitor):
    reply = visitor.get('/"><script>alert(1)</script>?a="><b>', headers=PAGE)
    assert reply.status_code == 401
    assert "<script" not in reply.text
    assert "<b>" not in reply.text


# ---- sessions


def test_cookie_is_closed_to_scripts_and_other_sites(visitor):
    reply = sign_in(visitor)
    cookie = cookie_of(reply)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    assert "Secure" not in cookie
    assert "Expires" in cookie
    known = cookie_of(reply, "skillfolio-known=")
    assert "HttpOnly" in known
    assert "SameSite=Strict" in known
    assert PASSWORD not in str(reply.headers)


def test_cookie_is_secure_over_https(server):
    visitor = client_of(server, base=f"https://{HOST}")
    cookie = cookie_of(sign_in(visitor), "__Host-skillfolio=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert visitor.get("/").status_code == 200
    assert "max-age" in visitor.get("/").headers["Strict-Transport-Security"]


def test_https_is_not_promised_where_there_is_none(visitor):
    assert "Strict-Transport-Security" not in visitor.get("/login").headers


def test_only_signing_in_sets_a_cookie(visitor):
    sign_in(visitor)
    for path in ("/", "/open", "/auth/style.css"):
        assert "Set-Cookie" not in visitor.get(path).headers


def test_signing_out_ends_the_session_and_every_copy_of_it(server, visitor):
    copy = cookie_of(sign_in(visitor)).split(";")[0].split("=", 1)[1]
    reply = visitor.post("/auth/logout", headers=OWN)
    assert (reply.status_code, reply.location) == (303, "/login?out=1")
    assert "You are signed out." in visitor.get(reply.location).text
    assert visitor.get("/").status_code == 401
    thief = client_of(server)
    thief.set_cookie("skillfolio", copy, domain=HOST)
    assert thief.get("/").status_code == 401


def test_signing_out_without_being_in_is_harmless(visitor):
    assert visitor.post("/auth/logout", headers=OWN).status_code == 303
    assert visitor.get("/auth/logout").status_code == 401


@pytest.mark.parametrize("change", ["password", "key"])
def test_changed_settings_sign_everyone_out(tmp_path, change):
    visitor = client_of(small_server(tmp_path, secret_key="k" * 40))
    copy = cookie_of(sign_in(visitor)).split(";")[0].split("=", 1)[1]
    more = {"secret_key": "k" * 40} | (
        {"password": "another one"} if change == "password" else {"secret_key": "l" * 40}
    )
    for settings, status in (({"secret_key": "k" * 40}, 200), (more, 401)):
        again = client_of(small_server(tmp_path, **settings))
        again.set_cookie("skillfolio", copy, domain=HOST)
        assert again.get("/").status_code == status


def written(server, content, key=None, salt=sessions.Cookies.salt):
    """A session cookie with this content, as our key would sign it."""
    options = {"key_derivation": "hmac", "digest_method": sessions.Cookies.digest_method}
    signer = URLSafeTimedSerializer(
        key or server.secret_key, salt=salt, serializer=sessions.Cookies.serializer, signer_kwargs=options
    )
    return signer.dumps(content)


def content_of(visitor):
    with visitor:
        visitor.get("/")
        return dict(session[sessions.KEY])


def test_content_decides(server, visitor):
    sign_in(visitor)
    right = content_of(visitor)
    too_old = time.time() - sessions.LASTS.total_seconds() - 5
    cases = [
        (right, 200),
        ({**right, "at": too_old}, 401),
        ({**right, "at": time.time() + 9000}, 401),
        ({**right, "mark": "0" * 32}, 401),
        ({**right, "via": "github", "login": "octocat"}, 401),
        ({**right, "via": "unheard"}, 401),
        ({**right, "via": "unheard", "mark": "none"}, 401),
        ({}, 401),
        ("text", 401),
    ]
    for content, status in cases:
        other = client_of(server)
        other.set_cookie("skillfolio", written(server, {sessions.KEY: content}), domain=HOST)
        assert other.get("/").status_code == status, content
    for cookie in (
        written(server, {sessions.KEY: right}, key="another key"),
        written(server, {sessions.KEY: right}, salt="cookie-session"),
        "e30.forged.sig",
    ):
        other.set_cookie("skillfolio", cookie, domain=HOST)
        assert other.get("/").status_code == 401


def test_session_ends_after_two_weeks(server, visitor):
    sign_in(visitor)
    right = content_of(visitor)
    almost = {**right, "at": time.time() - sessions.LASTS.total_seconds() + 100}
    other = client_of(server)
    other.set_cookie("skillfolio", written(server, {sessions.KEY: almost}), domain=HOST)
    assert other.get("/").status_code == 200


# ---- where requests come from

FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": f"http://{HOST}:9999"},
    {"Origin": f"http://{HOST}.evil.example"},
    {"Origin": f"https://{HOST}"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {**OWN, "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("path", ["/", "/open", "/login", "/auth/logout"])
def test_other_sites_change_nothing(visitor, path, headers):
    sign_in(visitor)
    reply = visitor.post(path, data={"password": PASSWORD}, headers=headers)
    assert reply.status_code == 403
    assert "SKILLFOLIO_PROXIES" in reply.text
    assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("headers", [OWN, {"Sec-Fetch-Site": "same-origin"}, {**OWN, "Sec-Fetch-Site": "same-origin"}])
def test_our_pages_may_change(visitor, headers):
    sign_in(visitor)
    assert visitor.post("/", headers=headers).status_code == 200


def test_strangers_are_strangers_before_they_are_foreign(visitor):
    assert visitor.post("/", headers={"Origin": "http://evil.example"}).status_code == 401


# ---- names and proxies


@pytest.mark.parametrize(
    ("name", "status"), [(HOST, 200), (HOST.upper(), 200), ("other.example", 403), ("127.0.0.1", 403)]
)
def test_only_the_names_set_are_answered(tmp_path, name, status):
    visitor = client_of(small_server(tmp_path, hosts=(HOST,)), base=f"http://{name}:8050")
    assert visitor.get("/login").status_code == status
    assert visitor.get("/open").status_code == status


def test_this_machine_is_answered_under_its_own_names_too(tmp_path):
    visitor = client_of(small_server(tmp_path, hosts=(HOST,)), peer="127.0.0.1", base="http://localhost:8050")
    assert visitor.get("/login").status_code == 200
    assert visitor.get("/login", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403


def test_proxies_are_believed_as_many_as_are_set(tmp_path):
    passed = {"X-Forwarded-For": "198.51.100.9, 203.0.113.50", "X-Forwarded-Proto": "https"}
    for proxies, address, scheme in ((0, "10.0.0.1", "http"), (1, "203.0.113.50", "https")):
        server = small_server(tmp_path / str(proxies), proxies=proxies)
        visitor = client_of(server, "10.0.0.1")
        assert visitor.get("/open", headers=passed).text == f"everyone's, {scheme}"
        visitor.post("/login", data={"password": "wrong"}, headers={**passed, "Origin": f"{scheme}://{HOST}"})
        with Ledger(tmp_path / str(proxies))._connected() as connection:
            assert connection.execute("select who from tries").fetchall() == [(address,)]


def test_name_is_never_taken_from_a_forwarded_one(tmp_path):
    visitor = client_of(small_server(tmp_path, hosts=(HOST,), proxies=1), base="http://evil.example")
    assert visitor.get("/login", headers={"X-Forwarded-Host": HOST}).status_code == 403


def test_proxy_alone_opens_nothing(tmp_path):
    """Without sign-in, a proxy that is believed makes nobody the owner."""
    server = small_server(tmp_path, password=None, proxies=1)
    visitor = client_of(server, "127.0.0.1", "http://127.0.0.1:8050")
    assert visitor.get("/").status_code == 200
    assert visitor.get("/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401


# ---- the page


def test_page_holds_nothing_inline(visitor):
    page = visitor.get("/login")
    assert page.status_code == 200
    for word in ("<script", "<style", " style=", "onclick", "javascript:", "http://", "https://"):
        assert word not in page.text
    assert "script-src 'none'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"  # else browsers send "Origin: null" with its form
    assert page.headers["Cache-Control"] == "no-store"


def test_stylesheet_has_both_schemes_and_may_be_kept(visitor):
    page = visitor.get("/login").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    reply = visitor.get(address)
    assert "prefers-color-scheme: dark" in reply.text
    assert "immutable" in reply.headers["Cache-Control"]
    assert "http" not in reply.text


def test_programs_get_a_sentence(visitor):
    reply = visitor.get("/", headers={"Accept": "application/json"})
    assert (reply.status_code, reply.mimetype) == (401, "text/plain")
    assert "/login" in reply.text
    script = visitor.get("/", headers={"Accept": "text/html", "Sec-Fetch-Mode": "cors"})
    assert script.mimetype == "text/plain"


def test_who_is_in_is_led_on(visitor):
    sign_in(visitor)
    assert visitor.get("/login?next=/growth").location == "/growth"


def test_github_is_not_offered_where_it_is_not_set(visitor):
    assert "GitHub" not in visitor.get("/login").text
    assert visitor.get("/auth/github").status_code == 403
    assert visitor.get("/auth/github/back?code=x&state=y").status_code == 403


def test_settings_are_whole_or_nothing_starts(tmp_path):
    assert replace(settings_with(tmp_path), password=None).password is None
    server = small_server(tmp_path, password=None)
    assert client_of(server).get("/login").status_code == 401  # no page to sign in where nobody can
