"""Credentials in every form, in their order, and how each is sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from collectors.kaggle.address import site_at
from collectors.kaggle.credentials import Auth, Credentials, find
from data.errors import NotUsable
from data.models import RunState
from data.settings import Settings, load_settings
from tests.collectors.kaggle_living import TOKEN, Living
from tests.loopback.living import codes

if TYPE_CHECKING:
    from pathlib import Path

SITE = site_at("https://api.kaggle.com")
LATER = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
KEY = "0123456789abcdef"


class Person:
    """A home folder and an environment."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir()
        self.told: dict[str, Any] = {}

    def file(self, name: str, content: Any, mode: int = 0o600) -> Path:
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        path.chmod(mode)
        return path

    def found(self) -> Credentials:
        return find(Settings(self.home, "unused", **self.told), self.home)


@pytest.fixture
def person(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return Person(tmp_path)


def sent(credentials: Credentials, url: str = "https://api.kaggle.com/v1/x") -> str | None:
    request = requests.Request("POST", url, auth=Auth(credentials, SITE)).prepare()
    return request.headers.get("Authorization")


def login(**more: Any) -> dict[str, Any]:
    told = {
        "refresh_token": "refresh-ada",
        "access_token": "access",
        "access_token_expiration": LATER,
        "username": "ada",
    }
    return told | more


LAYERS = [  # in the order in which they win
    ("token in the environment", lambda p: p.told.update(kaggle_api_token="KGAT_env"), "Bearer KGAT_env"),
    ("token file", lambda p: p.file(".kaggle/access_token", " KGAT_file\n"), "Bearer KGAT_file"),
    ("second token file", lambda p: p.file(".kaggle/access_token.txt", "KGAT_txt"), "Bearer KGAT_txt"),
    ("key in the environment", lambda p: p.told.update(kaggle_username="env", kaggle_key=KEY), "Basic ZW52OjAxMjM0NTY3ODlhYmNkZWY="),
    ("key file", lambda p: p.file(".kaggle/kaggle.json", {"username": "ada", "key": KEY}), "Basic YWRhOjAxMjM0NTY3ODlhYmNkZWY="),
    ("login", lambda p: p.file(".kaggle/credentials.json", login()), "Bearer access"),
]  # fmt: skip


@pytest.mark.parametrize("first", range(len(LAYERS)), ids=[name for name, _, _ in LAYERS])
def test_what_wins_is_what_comes_first(person, first):
    for _, lay, _ in LAYERS[first:]:
        lay(person)
    assert sent(person.found()) == LAYERS[first][2]


def test_none_is_none(person):
    found = person.found()
    assert (found.kind, sent(found)) == ("none", None)


@pytest.mark.parametrize("where", ["config", "home", "xdg", "dot-config"])
def test_key_file_is_looked_for_where_kaggle_does(person, monkeypatch, where):
    told = {"username": "ada", "key": KEY}
    if where == "config":
        person.told["kaggle_config_dir"] = person.file("elsewhere/kaggle.json", told).parent
        person.file(".kaggle/kaggle.json", {"username": "other", "key": KEY})
    elif where == "home":
        person.file(".kaggle/kaggle.json", told)
        person.file(".config/kaggle/kaggle.json", {"username": "other", "key": KEY})
    elif where == "xdg":
        monkeypatch.setenv("XDG_CONFIG_HOME", str(person.file("xdg/kaggle/kaggle.json", told).parents[1]))
    else:
        person.file(".config/kaggle/kaggle.json", told)
    assert person.found().user == "ada"


def test_environment_names_a_file_with_the_token(person):
    path = person.file("my token.txt", "KGAT_from_file\n")
    person.told["kaggle_api_token"] = str(path)
    assert sent(person.found()) == "Bearer KGAT_from_file"


@pytest.mark.parametrize("how", ["file", "environment"])
def test_token_in_place_of_a_key_is_a_token(person, how):
    if how == "file":
        person.file(".kaggle/kaggle.json", {"username": "ada", "key": "KGAT_x"})
    else:
        person.told.update(kaggle_username="ada", kaggle_key="KGAT_x")
    assert sent(person.found()) == "Bearer KGAT_x"


def test_half_a_pair_is_none(person):
    person.told["kaggle_username"] = "ada"
    assert person.found().kind == "none"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".kaggle/kaggle.json", "{"),
        (".kaggle/kaggle.json", "[]"),
        (".kaggle/kaggle.json", {"username": "ada"}),
        (".kaggle/kaggle.json", {"username": "ada", "key": 7}),
        (".kaggle/access_token", "two words"),
        (".kaggle/access_token", "täken"),
        (".kaggle/credentials.json", "[" * 100_000),
    ],
)
def test_broken_file_is_named_and_not_shown(person, name, content):
    path = person.file(name, content)
    with pytest.raises(NotUsable) as told:
        person.found()
    assert str(path) in str(told.value)
    assert "two words" not in str(told.value)


def test_missing_file_of_the_environment_is_told(person):
    person.told["kaggle_api_token"] = str(person.home / "nothing")
    with pytest.raises(NotUsable, match="KAGGLE_API_TOKEN"):
        person.found()


@pytest.mark.parametrize(
    "url",
    [
        "https://storage.googleapis.com/x.zip",
        "https://api.kaggle.com.example.org/v1/x",
        "http://api.kaggle.com/v1/x",
        "https://api.kaggle.com:8443/v1/x",
        "https://evil@example.org/v1/x",
    ],
)
def test_credentials_are_for_the_configured_host_alone(url):
    for kind in ("token", "key", "login"):
        assert sent(Credentials(kind, user="ada", secret="s3cret"), url) is None


def test_credentials_go_to_both_hosts_of_kaggle():
    token = Credentials("token", secret="s3cret")
    assert sent(token, "https://www.kaggle.com/api/v1/datasets/list") == "Bearer s3cret"
    assert sent(token, "https://api.kaggle.com/v1/x") == "Bearer s3cret"


def test_secrets_stay_out_of_the_repr(person):
    person.told.update(kaggle_api_token="KGAT_hidden", kaggle_key=KEY)
    settings = Settings(person.home, "unused", **person.told)
    shown = repr(person.found()) + repr(settings) + settings.shown("KAGGLE_API_TOKEN") + settings.shown("KAGGLE_KEY")
    assert "KGAT_hidden" not in shown
    assert KEY not in shown


@pytest.mark.parametrize(
    ("name", "text"), [("KAGGLE_KEY", "two words"), ("KAGGLE_USERNAME", "two words"), ("KAGGLE_API_TOKEN", "a\tb")]
)
def test_wrong_settings_are_told(person, name, text):
    with pytest.raises(NotUsable, match=name) as told:
        load_settings({name: text})
    assert text not in str(told.value)
    with pytest.raises(NotUsable, match="name its folder"):
        load_settings({"KAGGLE_CONFIG_DIR": str(person.file("kaggle.json", "{}"))})


# ---- through a run -----------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return Person(tmp_path)


def run(home, kaggle, **more):
    living = Living(home.home / "store", kaggle, token=more.pop("token", None), more=more)
    result = living.run()
    found = {kind: ask.headers.get("authorization") for ask in kaggle.asked for kind in [ask.call]}
    living.close()
    return result, found


def test_key_reads_and_is_asked_for_no_name(home, kaggle):
    result, headers = run(home, kaggle, kaggle_username="ada", kaggle_key=KEY)
    assert result.state is RunState.DONE
    assert "IntrospectToken" not in headers
    assert headers["ListKernels"] == "Basic YWRhOjAxMjM0NTY3ODlhYmNkZWY="
    assert result.counts["competitions"] == 1


def test_login_that_ended_is_renewed_and_its_file_left_alone(home, kaggle):
    told = login(access_token_expiration="2020-01-01T00:00:00Z")
    path = home.file(".kaggle/credentials.json", told)
    result, headers = run(home, kaggle)
    assert result.state is RunState.DONE
    assert headers["GenerateAccessToken"] is None
    assert headers["ListKernels"] == "Bearer fresh-ada"
    assert json.loads(path.read_text()) == told


def test_renewed_login_still_costs_two_requests_without_news(home, kaggle):
    home.file(".kaggle/credentials.json", login(access_token_expiration="2020-01-01T00:00:00Z"))
    living = Living(home.home / "store", kaggle, token=None)
    living.run()
    seen = set()
    for _ in range(5):
        living.run()
        assert len(kaggle.asked) == 2
        seen |= set(kaggle.calls())
    assert {"ListKernels", "ListCompetitions", "ListDatasets", "ListModels"} <= seen
    living.close()


def test_living_login_is_used_as_it_is(home, kaggle):
    kaggle.world.tokens["access"] = "ada"
    home.file(".kaggle/credentials.json", login())
    result, headers = run(home, kaggle)
    assert result.state is RunState.DONE
    assert "GenerateAccessToken" not in headers
    assert headers["ListKernels"] == "Bearer access"


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ({"token": "KGAT_wrong"}, "KAGGLE_API_TOKEN"),
        ({"kaggle_username": "ada", "kaggle_key": "wrong"}, "KAGGLE_USERNAME and KAGGLE_KEY"),
    ],
)
def test_refused_credentials_are_named_and_not_shown(home, kaggle, told, named):
    result, headers = run(home, kaggle, **told)
    assert result.state is RunState.FAILED
    assert named in result.message
    assert "wrong" not in result.message
    assert len(headers) == 1  # no second try


def test_ended_login_is_told(home, kaggle):
    kaggle.world.refresh.clear()
    home.file(".kaggle/credentials.json", login(access_token_expiration="2020-01-01T00:00:00Z"))
    result, _ = run(home, kaggle)
    assert result.state is RunState.FAILED
    assert "log in" in result.message


def test_readable_file_is_an_issue(home, kaggle):
    path = home.file(".kaggle/access_token", TOKEN, mode=0o644)
    result, _ = run(home, kaggle)
    assert codes(result) == [("credentials-exposed", "")]
    assert str(path) in result.issues[0].message


def test_credentials_are_nowhere_in_the_store(home, kaggle):
    living = Living(home.home / "store", kaggle, more={"kaggle_username": "ada", "kaggle_key": KEY})
    living.run()
    living.close()
    for path in (home.home / "store").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert TOKEN.encode() not in content
        assert KEY.encode() not in content


def test_netrc_changes_nothing(home, kaggle, monkeypatch):
    netrc = home.file(".netrc", "machine 127.0.0.1 login eve password from-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    _, headers = run(home, kaggle, token=TOKEN)
    assert headers["ListKernels"] == f"Bearer {TOKEN}"
    _, headers = run(replace_home(home), kaggle)
    assert set(headers.values()) == {None}


def replace_home(home: Person) -> Person:
    """The same home, another store."""
    other = object.__new__(Person)
    other.home, other.told = home.home / "second", {}
    other.home.mkdir()
    return other


def test_stale_is_what_has_ended():
    now = datetime(2024, 1, 1, tzinfo=UTC)
    known = Credentials("login", secret="x", expires=now + timedelta(minutes=1))
    assert not known.stale(now)
    assert replace(known, expires=now).stale(now)
    assert replace(known, expires=None).stale(now)
    assert replace(known, secret="").stale(now)
    assert not Credentials("token", secret="x").stale(now)
    assert not known.renewed("y", "ada").stale(now)
