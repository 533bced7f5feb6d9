"""Who is answered once signing in is set: the whole app, every route and every callback."""

import json
from urllib.parse import quote

import pytest

from dashboard.access.public import FOREIGN_ENDPOINTS, is_public
from dashboard.app import create_app
from tests.dashboard.entering import OWN, PAGE, client_of, settings_with, sign_in
from tests.dashboard.test_gate import PAGE as PAGE_CALL

FILLED = {
    "path": "x",
    "filename": "app.css",
    "package_name": "dash",
    "fingerprinted_path": "x.js",
    "number": 1,
}
FOR_ANYONE = {
    "/login",
    "/auth/github",
    "/auth/github/back",
    "/auth/logout",
    "/auth/style.css",
    "/auth/mark.svg",
    "/healthz",
}
FOR_READERS = ("/p/", "/u/", "/badge/", "/card/", "/og/", "/shared/")  # what the owner shared


@pytest.fixture(scope="module")
def app(filled_store, taxonomy, tmp_path_factory):
    settings = settings_with(tmp_path_factory.mktemp("closed"))
    return create_app(settings, filled_store, taxonomy=taxonomy, launch=lambda _: None)


@pytest.fixture
def stranger(app):
    return client_of(app.server)


@pytest.fixture
def owner(app):
    client = client_of(app.server)
    assert sign_in(client).status_code == 303
    return client


def addresses(server):
    for rule in server.url_map.iter_rules():
        filled = {name: FILLED.get(name, "abc") for name in rule.arguments}
        yield rule, quote(rule.build(filled)[1])


def call(client, body, **headers):
    return client.post("/_dash-update-component", json=body, headers={**OWN, **headers})


def calls_of(app):
    """A body for each callback of the app, as the browser would send it."""
    for entry in app._callback_list:
        one = {"inputs": [{**part, "value": None} for part in entry["inputs"]], "state": entry["state"]}
        yield {"output": entry["output"], "changedPropIds": [], **one}


def test_public_list_is_what_we_mean(app):
    open_to_all = {rule.rule for rule in app.server.url_map.iter_rules() if is_public(app.server, rule.endpoint)}
    ours = {rule for rule in open_to_all if not rule.startswith(FOR_READERS)}
    assert ours == FOR_ANYONE


def test_every_other_route_answers_strangers_401(app, stranger):
    asked = 0
    for rule, path in addresses(app.server):
        if is_public(app.server, rule.endpoint):
            continue
        for method in sorted(rule.methods | {"GET", "POST", "PUT", "DELETE", "OPTIONS"}):
            for headers in ({}, OWN, PAGE):
                reply = stranger.open(path, method=method, headers=headers, buffered=True)
                assert reply.status_code == 401, (method, path)
                assert "WWW-Authenticate" in reply.headers
                asked += 1
    assert asked > 100


@pytest.mark.parametrize(
    "path",
    ["/login/../_dash-layout", "/healthz/../_dash-layout", "/%2e%2e/_dash-layout", "//_dash-layout", "/_dash-layout/",
     "/auth/../", "/LOGIN/x", "/p/../_dash-layout", "/auth/style.css/../../_dash-layout"],
)  # fmt: skip
def test_no_spelling_of_a_path_slips_past(stranger, path):
    assert stranger.get(path).status_code == 401


def test_every_callback_answers_strangers_401(app, stranger):
    bodies = list(calls_of(app))
    assert len(bodies) == len(app._callback_list) > 8
    for body in [*bodies, PAGE_CALL, {}, {"output": "x.children"}]:
        for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Cookie": "skillfolio=forged"}):
            reply = call(stranger, body, **headers)
            assert reply.status_code == 401, body
            assert b"response" not in reply.data


def test_no_callback_is_unknown_to_the_walk(app):
    """What the server would answer is what was walked: the map of callbacks holds nothing more."""
    told = {entry["output"] for entry in app._callback_list if not entry.get("clientside_function")}
    assert set(app.callback_map) <= told | {entry["output"] for entry in app._callback_list}


def test_owner_gets_pages_and_callbacks(owner):
    assert owner.get("/", headers=PAGE).status_code == 200
    assert owner.get("/_dash-layout").status_code == 200
    reply = call(owner, PAGE_CALL)
    assert reply.status_code == 200
    assert "Overview" in json.dumps(reply.json)


def test_this_machine_signs_in_too(app):
    here = client_of(app.server, "127.0.0.1", "http://127.0.0.1:8050")
    assert here.get("/").status_code == 401


def test_people_are_shown_where_to_sign_in(stranger):
    reply = stranger.get("/skill/numpy?from=2024-01-01", headers=PAGE)
    assert reply.status_code == 401
    assert '<input type="password"' in reply.text
    assert 'value="/skill/numpy?from=2024-01-01"' in reply.text
    assert "script-src 'none'" in reply.headers["Content-Security-Policy"]
    assert reply.headers["Cache-Control"] == "no-store"


def test_nothing_of_the_portfolio_is_told_to_strangers(app, stranger, filled_store):
    names = {project.name for project in filled_store.projects()}
    assert names
    for _, path in addresses(app.server):
        text = stranger.get(path, headers=PAGE, buffered=True).data.decode("utf-8", "replace")
        assert not [name for name in names if name in text], path


def test_shell_has_the_way_out(owner):
    layout = json.dumps(owner.get("/_dash-layout").json)
    assert "/auth/logout" in layout
    assert "Sign out" in layout


def test_without_sign_in_there_is_no_way_out(filled_app):
    with filled_app.server.test_request_context("/"):
        assert "/auth/logout" not in json.dumps(filled_app.layout().to_plotly_json(), default=str)


def test_headers_of_the_owner_are_not_those_of_everyone(app, owner, stranger):
    for path in ("/", "/_dash-layout", "/nowhere"):
        sent = owner.get(path).headers
        assert "sha256-" in sent["Content-Security-Policy"]
        assert sent["Referrer-Policy"] == "same-origin"  # else "Sign out" would be sent with "Origin: null"
    for path in ("/login", "/auth/style.css", "/auth/mark.svg", "/healthz"):
        reply = stranger.get(path, buffered=True)
        assert reply.status_code == 200
        assert "unsafe" not in reply.headers["Content-Security-Policy"]
        assert "sha256" not in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "noindex" in reply.headers["X-Robots-Tag"]


def test_health_needs_neither_name_nor_person(app):
    assert client_of(app.server).get("/healthz", headers={"Host": "10.1.2.3"}).text == "OK"


def test_endpoints_that_are_not_ours_still_exist(app):
    assert set(app.server.view_functions) >= FOREIGN_ENDPOINTS
