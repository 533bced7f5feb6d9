from dataclasses import fields

import pytest

from data.errors import NotUsable
from data.settings import SETTINGS, Settings, load_settings


def test_empty_environment_has_defaults():
    settings = load_settings({})
    assert settings.github_api_url == "https://api.github.com"
    assert settings.port == 8050
    assert settings.github_token is None
    assert settings.database_url == f"sqlite:///{settings.home}/skillfolio.db"


def test_store_lives_in_home(tmp_path):
    settings = load_settings({"SKILLFOLIO_HOME": f" {tmp_path} "})
    assert settings.home == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path}/skillfolio.db"


def test_home_is_named_in_letters():
    with pytest.raises(NotUsable, match="SKILLFOLIO_HOME: its name is not written in UTF-8"):
        load_settings({"SKILLFOLIO_HOME": "/tmp/x\udcff"})


def test_every_field_has_one_setting():
    assert sorted(setting.field for setting in SETTINGS) == sorted(field.name for field in fields(Settings))
    assert all(setting.purpose.endswith(".") for setting in SETTINGS)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Bot@Example.com", ("bot@example.com",)),
        (" made with  Helper* ,*@tools.example,", ("made with helper*", "*@tools.example")),
        ("*", None),
        ("a, *@tools.example", None),
        (",", None),
    ],
)
def test_assistants_are_patterns_that_tell_something(text, read):
    if read is None:
        with pytest.raises(NotUsable, match="SKILLFOLIO_ASSISTANTS"):
            load_settings({"SKILLFOLIO_ASSISTANTS": text})
    else:
        assert load_settings({"SKILLFOLIO_ASSISTANTS": text}).assistants == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://api.github.com/", "https://api.github.com"),
        ("https://github.example.com/api/v3/", "https://github.example.com/api/v3"),
        ("https://api.octocorp.ghe.com", "https://api.octocorp.ghe.com"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://localhost:8081/api/v3", "http://localhost:8081/api/v3"),
        ("http://[::1]:8081", "http://[::1]:8081"),
    ],
)
def test_api_url_accepts(text, read):
    assert load_settings({"GITHUB_API_URL": text}).github_api_url == read


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("http://github.example.com/api/v3", "https://"),
        ("http://127.0.0.1.example.com", "https://"),
        ("https://github.example.com", "github.example.com/api/v3"),
        ("https://api.github.com/api/v3", "without a path"),
        ("https://me:pw@github.example.com/api/v3", "without user"),
        ("https://github.example.com/api/v3?x=1", "without user"),
        ("github.example.com", "write https://HOST/api/v3"),
        ("ftp://127.0.0.1", "https://"),
    ],
)
def test_api_url_refuses(text, advice):
    with pytest.raises(NotUsable, match="GITHUB_API_URL") as told:
        load_settings({"GITHUB_API_URL": text})
    assert advice in str(told.value)


@pytest.mark.parametrize("address", ["postgresql://me@db:notaport/x", "foo://bar", "sqlite://"])
def test_addresses_of_no_database_are_refused(address):
    with pytest.raises(NotUsable, match=r"^DATABASE_URL: (This|A store)"):
        load_settings({"DATABASE_URL": address})


def test_postgres_address_is_normalised():
    settings = load_settings({"DATABASE_URL": "postgres://me:secret@db:5432/skills"})
    assert settings.database_url == "postgresql+psycopg://me:secret@db:5432/skills"
    assert settings.shown("DATABASE_URL") == "postgresql+psycopg://me:***@db:5432/skills"


def test_all_wrong_settings_are_told_together(tmp_path):
    (tmp_path / "file").touch()
    wrong = {
        "SKILLFOLIO_HOME": str(tmp_path / "file"),
        "DATABASE_URL": "mysql://db/x",
        "GITHUB_TOKEN": "two words",
        "GITHUB_API_URL": "nothing",
        "PORT": "http",
        "SKILLFOLIO_TAXONOMY": str(tmp_path),
        "SKILLFOLIO_TAXONOMY_EXTEND": str(tmp_path / "missing"),
        "SKILLFOLIO_ROLES": str(tmp_path / "missing"),
        "SKILLFOLIO_PASSWORD": "hush",
        "SKILLFOLIO_GITHUB_CLIENT_ID": "two words",
        "SKILLFOLIO_GITHUB_CLIENT_SECRET": "two words",
        "SKILLFOLIO_GITHUB_LOGINS": "@octocat",
        "SKILLFOLIO_SECRET_KEY": "short",
        "SKILLFOLIO_HOSTS": "https://skills.example.org",
        "SKILLFOLIO_URL": "skills.example.org",
        "SKILLFOLIO_PROXIES": "one",
    }
    with pytest.raises(NotUsable) as told:
        load_settings(wrong)
    named = [line.split(":")[0] for line in str(told.value).splitlines()]
    assert named == [setting.name for setting in SETTINGS if setting.name in wrong]
    assert len(named) == len(wrong)
    assert "two words" not in str(told.value)
    assert "hush" not in str(told.value)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80.5", "eighty"])
def test_port_refuses(port):
    with pytest.raises(NotUsable, match="PORT"):
        load_settings({"PORT": port})


def test_secrets_are_never_shown():
    settings = load_settings({"GITHUB_TOKEN": "ghp_hush", "DATABASE_URL": "postgres://me:hush@db/x"})
    assert settings.github_token == "ghp_hush"
    assert "hush" not in repr(settings)
    assert settings.shown("GITHUB_TOKEN") == "set"
    assert not any("hush" in settings.shown(setting.name) for setting in SETTINGS)


HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"


@pytest.mark.parametrize("text", ["a long password", "12345678", HASH])
def test_password_accepts(text):
    settings = load_settings({"SKILLFOLIO_PASSWORD": text})
    assert settings.password == text
    assert settings.shown("SKILLFOLIO_PASSWORD") == "set"
    assert text not in repr(settings)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1234567", "at least 8"),
        (HASH[:40], "not whole"),
        (HASH + "=", "not whole"),
        ("=19=65536,t=3,p=4", "single quotes"),  # what a shell makes of it between double quotes
        ("=65536,t=3,p=4", "single quotes"),
    ],
)
def test_password_refuses(text, advice):
    with pytest.raises(NotUsable, match="SKILLFOLIO_PASSWORD") as told:
        load_settings({"SKILLFOLIO_PASSWORD": text})
    assert advice in str(told.value)
    assert text not in str(told.value)


def test_lists_are_read_as_people_write_them():
    settings = load_settings(
        {"SKILLFOLIO_GITHUB_LOGINS": "Octocat, hubot octocat", "SKILLFOLIO_HOSTS": "Skills.Example.org,10.0.0.5"}
    )
    assert settings.github_logins == ("octocat", "hubot")
    assert settings.hosts == ("skills.example.org", "10.0.0.5")
    assert settings.shown("SKILLFOLIO_HOSTS") == "skills.example.org, 10.0.0.5"


@pytest.mark.parametrize("text", ["skills.example.org:8050", "https://skills.example.org", "a/b", "-x", ","])
def test_hosts_refuse(text):
    with pytest.raises(NotUsable, match="SKILLFOLIO_HOSTS"):
        load_settings({"SKILLFOLIO_HOSTS": text})


@pytest.mark.parametrize("text", ["-1", "6", "1.0", "many"])
def test_proxies_refuse(text):
    with pytest.raises(NotUsable, match="SKILLFOLIO_PROXIES"):
        load_settings({"SKILLFOLIO_PROXIES": text})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://skills.example.org/", "https://skills.example.org"),
        ("http://127.0.0.1:8050", "http://127.0.0.1:8050"),
    ],
)
def test_public_url_accepts(text, read):
    assert load_settings({"SKILLFOLIO_URL": text}).public_url == read


@pytest.mark.parametrize(
    "text", ["skills.example.org", "https://skills.example.org/sub", "https://me@skills.example.org", "ftp://x"]
)
def test_public_url_refuses(text):
    with pytest.raises(NotUsable, match=r"SKILLFOLIO_URL: write https://"):
        load_settings({"SKILLFOLIO_URL": text})
