"""Where a token is kept: the key ring of the system, or nowhere but in memory; never in a file."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import NotUsable
from data.settings import Settings
from data.tokens import GitHubToken, Kept, Renewed, Where, checked, with_token

SECRET = "ghp_" + "s3cret" * 6


@pytest.fixture
def settings(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return Settings(home=home, database_url=f"sqlite:///{home / 'store.db'}")


@pytest.fixture
def ring(tmp_path, monkeypatch):
    """ring(name) chooses a key ring of tests/keyrings.py; its file lies beside the home."""

    def choose(name):
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"tests.keyrings.{name}")
        monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "ring.json"))

    return choose


def written(settings):
    return b"".join(path.read_bytes() for path in settings.home.rglob("*") if path.is_file())


def test_token_is_kept_in_the_key_ring_and_found_again(settings, ring):
    ring("Keeping")
    assert GitHubToken(settings).kept is None
    assert GitHubToken(settings).keep(SECRET, "ada") == Kept(Where.KEYRING, "ada")
    again = GitHubToken(settings)
    assert again.kept == Kept(Where.KEYRING, "ada")
    assert again.find() == SECRET
    assert again.held == ""
    assert with_token(settings).github_token == SECRET
    assert SECRET.encode() not in written(settings)


def test_environment_goes_before_the_key_ring(settings, ring):
    ring("Keeping")
    GitHubToken(settings).keep(SECRET, "ada")
    told = replace(settings, github_token="ghp_told")
    assert with_token(told).github_token == "ghp_told"
    assert GitHubToken(told).kept == Kept(Where.ENVIRONMENT)


def test_forgetting_takes_it_out(settings, ring, tmp_path):
    ring("Keeping")
    token = GitHubToken(settings)
    assert not token.forget()
    token.keep(SECRET, "ada")
    assert token.forget()
    assert (token.kept, token.find(), with_token(settings)) == (None, None, settings)
    assert SECRET not in (tmp_path / "ring.json").read_text()


@pytest.mark.parametrize("name", ["PlainText", "Locked"])
def test_without_a_key_ring_only_memory_keeps_it(settings, ring, name):
    ring(name)
    token = GitHubToken(settings)
    assert token.keep(SECRET, "ada") == Kept(Where.MEMORY, "ada")
    assert (token.find(), token.held) == (SECRET, SECRET)
    assert GitHubToken(settings).kept is None  # another process knows nothing of it
    assert written(settings) == b""
    assert token.forget()
    assert token.held == ""


def test_a_key_ring_that_hangs_is_left_alone(settings, ring):
    ring("Hanging")
    token = GitHubToken(settings, patience=1.5)
    assert token.keep(SECRET, "ada").where is Where.MEMORY


def test_locked_key_ring_lends_nothing_and_does_not_forget(settings, ring):
    ring("Keeping")
    GitHubToken(settings).keep(SECRET, "ada")
    ring("Locked")
    assert with_token(settings) == settings
    with pytest.raises(NotUsable, match="unlock it"):
        GitHubToken(settings).forget()


def test_no_key_ring_is_asked_where_none_was_given_a_token(settings, ring):
    ring("Hanging")
    assert with_token(settings) == settings  # it would take a minute


def test_a_token_of_another_github_is_not_lent(settings, ring):
    ring("Keeping")
    GitHubToken(settings).keep(SECRET, "ada")
    elsewhere = replace(settings, github_api_url="https://github.example/api/v3")
    assert with_token(elsewhere).github_token is None


def test_worker_finds_a_token_that_is_kept_later(settings, ring):
    ring("Keeping")
    renewed = Renewed(settings)
    assert renewed().github_token is None
    GitHubToken(settings).keep(SECRET, "ada")
    assert renewed().github_token == SECRET
    GitHubToken(settings).forget()
    assert renewed().github_token is None


@pytest.mark.parametrize("text", ["", " ", "two words", "käse", "x" * 2000])
def test_what_cannot_be_a_token_is_told_and_not_repeated(text):
    with pytest.raises(NotUsable, match="copy it again") as told:
        checked(text)
    assert text.strip() == "" or text.strip() not in str(told.value)
    assert checked(f" {SECRET}\n") == SECRET
