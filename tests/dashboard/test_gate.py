"""Who is answered, and with which headers."""

import pytest

from dashboard import gate
from dashboard.access import headers as sent
from dashboard.access import origins
from dashboard.access.public import is_public
from dashboard.app import GRAPH

LOCAL = {"Host": "127.0.0.1:8050"}
ENDPOINTS = (
    "/",
    "/growth",
    "/_dash-layout",
    "/_dash-dependencies",
    "/assets/app.css",
    "/p/../_dash-layout",
    "/%2e%2e/_dash-layout",
    "/healthz/../_dash-layout",
)


@pytest.fixture
def client(filled_app):
    return filled_app.server.test_client()


def get(client, path, peer="127.0.0.1", **headers):
    return client.get(path, headers={**LOCAL, **headers}, environ_base={"REMOTE_ADDR": peer}, buffered=True)


def post(client, body, **headers):
    return client.post(
        "/_dash-update-component", json=body, headers={**LOCAL, **headers}, environ_base={"REMOTE_ADDR": "127.0.0.1"}
    )


PAGE = {
    "output": "..content.children...menu-bar.children...filters.hidden...arrival.data...notice.children..",
    "outputs": [
        {"id": name, "property": part}
        for name, part in (
            ("content", "children"),
            ("menu-bar", "children"),
            ("filters", "hidden"),
            ("arrival", "data"),
            ("notice", "children"),
        )
    ],
    "inputs": [{"id": "url", "property": "pathname", "value": "/"}, {"id": "url", "property": "search", "value": ""}],
    "changedPropIds": ["url.pathname"],
}


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("peer", ["10.0.0.9", "192.168.1.4", "8.8.8.8", "::ffff:10.0.0.9", "fe80::1", ""])
def test_strangers_are_refused(client, path, peer):
    reply = get(client, path, peer)
    assert reply.status_code == 401
    assert "answers only on the machine" in reply.text


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8050",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "10.0.0.9",
        "[fe80::1]:8050",
        "a b",
    ],
)
def test_foreign_names_of_this_machine_are_refused(client, host):
    assert get(client, "/_dash-layout", Host=host).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8050", "127.0.0.1", "[::1]:8050", "LOCALHOST:80"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_answered(client, host, peer):
    assert get(client, "/", peer, Host=host).status_code == 200


@pytest.mark.parametrize("name", origins.FORWARDED)
def test_what_comes_through_a_proxy_is_refused(client, name):
    assert get(client, "/", **{name: "10.0.0.9"}).status_code == 401


def test_what_speaks_as_old_proxies_do_is_refused(client):
    old = {"REMOTE_ADDR": "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.0"}
    assert client.get("/", headers=LOCAL, environ_overrides=old).status_code == 401


def test_every_route_but_health_is_behind_the_gate(filled_app, client):
    for rule in filled_app.server.url_map.iter_rules():
        if "GET" not in rule.methods or is_public(filled_app.server, rule.endpoint):
            continue
        path = rule.rule.replace("<path:path>", "x").replace("<path:filename>", "app.css")
        path = path.replace("<string:package_name>", "dash").replace("<path:fingerprinted_path>", "x.js")
        assert get(client, path, "10.0.0.9").status_code == 401, rule


def test_health_says_ok_to_anyone(client):
    reply = get(client, "/healthz", "10.0.0.9", Host="skills.example")
    assert (reply.status_code, reply.text) == (200, "OK")


def test_own_page_may_call(client):
    reply = post(client, PAGE, Origin="http://127.0.0.1:8050", **{"Sec-Fetch-Site": "same-origin"})
    assert reply.status_code == 200
    assert reply.json["response"]["arrival"]["data"]["title"] == "Overview · Skillfolio"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": "https://127.0.0.1:8050"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_foreign_pages_may_not_call(client, headers):
    assert post(client, PAGE, **headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/assets/app.css", "/share/export/1/pdf"])
def test_foreign_pages_may_lead_here_and_embed_nothing(client, path, site):
    for dest in ("image", "iframe", "script", "empty"):
        assert get(client, path, **{"Sec-Fetch-Site": site, "Sec-Fetch-Dest": dest}).status_code == 403, dest
    led = get(client, path, **{"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"})
    assert led.status_code != 403


def test_foreign_pages_may_show_what_is_public(client):
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
    assert get(client, "/shared/icon.svg", "8.8.8.8", **picture).status_code == 200
    assert get(client, f"/badge/{'x' * 43}/all.svg", "8.8.8.8", **picture).status_code == 404


def test_body_must_be_json_and_small(client):
    address = {"headers": LOCAL, "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
    assert client.post("/_dash-update-component", data="{}", content_type="text/plain", **address).status_code == 415
    large = '{"a": "' + "x" * gate.LARGEST_BODY + '"}'
    assert (
        client.post("/_dash-update-component", data=large, content_type="application/json", **address).status_code
        == 413
    )


@pytest.mark.parametrize("path", ["/", "/nowhere", "/_dash-layout", "/assets/app.css"])
def test_headers_are_on_every_answer(client, path):
    headers = get(client, path).headers
    for name, value in {**sent.ALWAYS, **sent.OWNER}.items():
        assert headers[name] == value


def test_policy_allows_own_files_only(client):
    policy = dict(part.strip().split(" ", 1) for part in get(client, "/").headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert "sha256-" in policy["script-src"]
    assert not any("http" in part for part in policy.values())


def test_page_is_in_english_with_its_title(client):
    page = get(client, "/skill/numpy").text
    assert '<html lang="en"' in page
    assert "<title>Skill · Skillfolio</title>" in page
    assert "//cdn" not in page


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/area/mathematics", 200), ("/nowhere", 404), ("/area/<script>", 404)]
)
def test_unknown_pages_are_404(client, path, status):
    assert get(client, path).status_code == status


def test_static_files_are_kept_and_data_is_not(client):
    page = get(client, "/").text
    bundle = page.split('src="/_dash-component-suites/')[1].split('"')[0]
    assert "immutable" in get(client, f"/_dash-component-suites/{bundle}").headers["Cache-Control"]
    unversioned = get(client, GRAPH)
    assert (unversioned.status_code, unversioned.headers["Cache-Control"]) == (200, "no-cache")
    again = get(client, GRAPH, **{"If-None-Match": unversioned.headers["ETag"]})
    assert again.status_code == 304
    assert get(client, "/assets/app.css").headers["Cache-Control"] == "no-cache"
    assert "immutable" in get(client, "/assets/app.css?m=1").headers["Cache-Control"]
    assert get(client, "/").headers["Cache-Control"] == "no-store"
    assert get(client, "/_dash-layout").headers["Cache-Control"] == "no-store"


def test_compressed_bodies_of_answers_are_never_kept():
    bodies = gate.StaticBodies()
    bodies.set("br;/_dash-update-component", b"somebody's")
    bodies.set("br;/assets/app.css", b"everybody's")
    assert bodies.get("br;/_dash-update-component") is None
    assert bodies.get("br;/assets/app.css") == b"everybody's"


def test_answers_are_compressed_each_for_itself(client):
    first = get(client, "/_dash-layout", **{"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    other = {**PAGE, "inputs": [{**PAGE["inputs"][0], "value": "/method"}, PAGE["inputs"][1]]}
    accept = {"Accept-Encoding": "gzip"}
    assert post(client, PAGE, **accept).data != post(client, other, **accept).data


def test_files_are_compressed_once(filled_app, client):
    bodies = filled_app.server.config["COMPRESS_CACHE_BACKEND"]()
    replies = [get(client, "/assets/app.css", **{"Accept-Encoding": "br"}) for _ in range(2)]
    assert [reply.headers["Content-Encoding"] for reply in replies] == ["br", "br"]
    assert replies[0].data == replies[1].data == bodies.get("br;/assets/app.css")
