"""The sample and one's own dashboard at one address: which of them answers, and who may change it."""

import json
from http.cookies import SimpleCookie

import pytest
from werkzeug.test import Client

from dashboard import sides
from dashboard.access.public import is_public
from dashboard.sides import OWN, SAMPLE, Side, Sides
from data.errors import StoreTooNew
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.entering import PASSWORD, settings_with

HERE = {"base_url": "http://127.0.0.1:8050", "environ_base": {"REMOTE_ADDR": "127.0.0.1"}}
OURS = {"Origin": "http://127.0.0.1:8050"}


@pytest.fixture
def stores(tmp_path, taxonomy):
    found = {name: samples.new_store(tmp_path / f"{name}.db") for name in (SAMPLE, OWN)}
    samples.fill(found[SAMPLE], taxonomy)
    found[SAMPLE].set_setting("sample", {"label": "Sample portfolio", "repositories": ["ada/churn"]})
    yield found
    for store in found.values():
        store.close()


@pytest.fixture
def both(stores, taxonomy, tmp_path):
    """both(access) puts the two together, and counts how often each was made."""

    def make_both(access=None, has_own=False):
        made = []

        def make(side):
            made.append(side.name)
            return make_app(stores[side.name], taxonomy, tmp_path, side=side, access=access).server

        return Sides(make, lambda: "/" if stores[OWN].accounts() else "/welcome", has_own=has_own), made

    return make_both


def page(client, path="/"):
    """Which side a page is of, by the address of its files."""
    answer = client.get(path, **HERE)
    return SAMPLE if sides.PREFIX in answer.text else OWN


def change(client, to, **headers):
    return client.post("/side", data={"to": to}, headers=OURS | headers, **HERE)


def test_own_side_is_made_when_it_is_asked_for(both):
    app, made = both()
    client = Client(app)
    assert page(client) == SAMPLE
    assert made == [SAMPLE]
    answer = change(client, OWN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/welcome")
    assert page(client) == OWN
    assert change(client, SAMPLE).headers["Location"] == "/"
    assert page(client) == SAMPLE
    change(client, OWN)
    assert made == [SAMPLE, OWN]


def test_own_side_with_sources_begins_with_its_overview(both, stores):
    stores[OWN].add_account("github", "ada")
    assert change(Client(both()[0]), OWN).headers["Location"] == "/"


def test_cookie_is_closed_to_scripts_and_other_sites(both):
    told = SimpleCookie(change(Client(both()[0]), OWN).headers["Set-Cookie"])[sides.COOKIE]
    assert (told["httponly"], told["samesite"], told["path"]) == (True, "Lax", "/")


def test_window_that_shows_the_sample_stays_whole(both):
    """Its callbacks and files have addresses of their own."""
    client = Client(both()[0])
    change(client, OWN)
    config = client.get(f"{sides.PREFIX}_dash-layout", **HERE)
    assert "About this sample" in json.dumps(config.json)
    assert "About this sample" not in json.dumps(client.get("/_dash-layout", **HERE).json)
    assert client.get(f"{sides.PREFIX}assets/favicon.svg", buffered=True, **HERE).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_other_sites_cannot_change_sides(both, headers, status):
    app, made = both()
    assert change(Client(app), OWN, **headers).status_code == status
    assert made == [SAMPLE]


@pytest.mark.parametrize("path", ["/side", f"{sides.PREFIX}side"])
def test_strangers_cannot_change_sides(both, path):
    app, made = both()
    stranger = HERE | {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    assert Client(app).post(path, data={"to": OWN}, headers=OURS, **stranger).status_code == 401
    assert made == [SAMPLE]


def test_a_cookie_makes_no_store(both):
    """Whoever sends it has not been asked for the password yet."""
    for has_own, expected in ((False, [SAMPLE]), (True, [SAMPLE, OWN])):
        app, made = both(has_own=has_own)
        client = Client(app)
        client.set_cookie(sides.COOKIE, OWN, domain="127.0.0.1")
        client.get("/", **HERE)
        assert made == expected


def test_no_third_side(both):
    assert change(Client(both()[0]), "nowhere").status_code == 400


def test_signing_in_holds_for_both_sides(both, tmp_path):
    client = Client(both(settings_with(tmp_path))[0])
    assert client.get("/", **HERE).status_code == 401
    assert change(client, OWN).status_code == 401
    assert client.get(f"{sides.PREFIX}_dash-layout", **HERE).status_code == 401
    answer = client.post("/login", data={"password": PASSWORD}, headers=OURS, **HERE)
    assert answer.status_code in {302, 303}
    assert client.get("/", **HERE).status_code == 200
    change(client, OWN)
    assert client.get("/", **HERE).status_code == 200
    assert page(client) == OWN


def test_shared_pages_are_the_persons_own(both):
    asked = Client(both(has_own=True)[0])
    assert page(asked) == SAMPLE
    app, made = both(has_own=True)
    Client(app).get("/p/sometoken", **HERE)
    assert made == [SAMPLE, OWN]
    app, made = both()
    Client(app).get("/p/sometoken", **HERE)
    assert made == [SAMPLE]


def test_every_public_view_is_known_to_be_shared(stores, taxonomy, tmp_path):
    server = make_app(stores[OWN], taxonomy, tmp_path).server
    public = {rule.rule for rule in server.url_map.iter_rules() if is_public(server, rule.endpoint)} - {"/healthz"}
    assert len(public) > 3
    assert all(rule.startswith(sides.SHARED) for rule in public)


def test_store_that_cannot_be_opened_is_told_and_the_sample_goes_on(both, taxonomy, stores, tmp_path):
    def make(side):
        if side.name == OWN:
            raise StoreTooNew("The store is of a newer version.")
        return make_app(stores[SAMPLE], taxonomy, tmp_path, side=side).server

    client = Client(Sides(make, lambda: "/", has_own=True))
    answer = change(client, OWN)
    assert (answer.status_code, answer.text) == (503, "The store is of a newer version.\n")
    client.set_cookie(sides.COOKIE, OWN, domain="127.0.0.1")
    assert page(client) == SAMPLE


def test_a_dashboard_of_its_own_has_no_sides(stores, taxonomy, tmp_path):
    app = make_app(stores[OWN], taxonomy, tmp_path)
    assert app.server.test_client().post("/side", headers=OURS, **HERE).status_code == 405
    assert Side(OWN, lambda: "/").prefix == "/"
