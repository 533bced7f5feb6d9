"""What the settings make of access: rules, key, password, and whether a public address may be listened on."""

import stat
import threading
from dataclasses import replace

import pytest

from dashboard.access.keys import KEY_FILE, signing_key
from dashboard.access.password import Password, hash_of
from dashboard.access.rules import refuse_open, rules_of
from data.errors import NotUsable
from tests.dashboard import samples
from tests.dashboard.entering import HASH, PASSWORD

GITHUB = {"github_client_id": "a", "github_client_secret": "b", "github_logins": ("octocat",)}


@pytest.fixture
def settings(tmp_path):
    return samples.settings(tmp_path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_needs_no_sign_in(settings, host):
    refuse_open(settings, host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.4", "skills.example", "127.0.0.1.example", "8.8.8.8"])
def test_others_are_not_listened_to_without_sign_in(settings, host):
    with pytest.raises(NotUsable) as told:
        refuse_open(settings, host)
    for word in ("SKILLFOLIO_PASSWORD", "skillfolio password", "SKILLFOLIO_GITHUB_LOGINS", "--host 127.0.0.1"):
        assert word in str(told.value)
    refuse_open(replace(settings, password=HASH), host)
    refuse_open(replace(settings, **GITHUB), host)


@pytest.mark.parametrize("missing", sorted(GITHUB))
def test_half_of_github_is_refused(settings, missing):
    empty = () if missing == "github_logins" else None
    with pytest.raises(NotUsable) as told:
        rules_of(replace(settings, **{**GITHUB, missing: empty}))
    assert f"SKILLFOLIO_{missing.upper()}" in str(told.value)


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://api.octocorp.ghe.com", "https://octocorp.ghe.com"),
        ("https://github.example.com/api/v3", "https://github.example.com"),
        ("https://api.example.com/api/v3", "https://api.example.com"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:8081/api/v3", "http://127.0.0.1:8081"),
    ],
)
def test_people_sign_in_where_the_api_belongs(settings, api, web):
    assert rules_of(replace(settings, **GITHUB, github_api_url=api)).github.web_url == web


def test_who_gets_in_is_told_in_words(settings):
    assert rules_of(settings).in_words == "whoever sits at this machine"
    both = rules_of(replace(settings, **{**GITHUB, "github_logins": ("octocat", "hubot")}, password=HASH))
    assert both.in_words == "whoever signs in with the password or with GitHub as hubot or octocat"


def test_name_of_the_public_address_is_answered(settings):
    reached = replace(settings, public_url="https://skills.example:8443")
    assert rules_of(reached).hosts == frozenset()
    assert rules_of(replace(reached, hosts=("other.example",))).hosts == {"other.example", "skills.example"}


def test_key_is_made_once_and_kept_for_the_owner_alone(settings):
    key = signing_key(settings)
    assert len(key) >= 32
    assert signing_key(settings) == key
    assert stat.S_IMODE((settings.home / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in settings.home.iterdir()] == [KEY_FILE]


def test_key_that_others_could_read_is_closed(settings):
    key = signing_key(settings)
    (settings.home / KEY_FILE).chmod(0o644)
    assert signing_key(settings) == key
    assert stat.S_IMODE((settings.home / KEY_FILE).stat().st_mode) == 0o600


def test_processes_that_start_at_once_get_one_key(settings):
    keys, start = [], threading.Barrier(8)

    def make():
        start.wait()
        keys.append(signing_key(settings))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_key_of_the_settings_comes_first(settings):
    assert signing_key(replace(settings, secret_key="k" * 40)) == "k" * 40
    assert not (settings.home / KEY_FILE).exists()


@pytest.mark.parametrize("content", ["", "short\n", "schlüssel" * 10])
def test_key_file_that_holds_none_is_refused(settings, content):
    (settings.home / KEY_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(NotUsable, match=KEY_FILE):
        signing_key(settings)


@pytest.mark.parametrize("setting", [PASSWORD, HASH, hash_of(PASSWORD)], ids=["itself", "hash", "our hash"])
def test_password_may_be_given_as_itself_or_as_hash(setting):
    password = Password(setting)
    assert password.matches(PASSWORD)
    for wrong in ("", "correct hors", "correct horse ", "Correct horse", HASH, "x" * 100_000, "\ud800"):
        assert not password.matches(wrong)


def test_what_looks_like_a_hash_and_is_none_is_refused():
    with pytest.raises(NotUsable, match="skillfolio password"):
        Password("$argon2id$v=19$m=65536,t=3,p=4$c29tZX")


def test_passwords_of_all_alphabets_are_taken():
    assert Password(hash_of("пароль 🔑 ünïcode")).matches("пароль 🔑 ünïcode")
