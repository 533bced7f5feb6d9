"""A token on the command line: asked for, checked, kept in the key ring, used by what asks GitHub."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from tests.loopback.github import GitHub
from tests.loopback.state import User, World

SECRET = "ghp_adas_secret"


@pytest.fixture
def github():
    ada = User(11, "ada", "Ada Lovelace")
    with GitHub(World([ada], tokens={SECRET: ada})) as running:
        yield running


@pytest.fixture
def home(tmp_path, monkeypatch, github):
    """A person's home with a key ring, and a GitHub on this machine."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "SKILLFOLIO_", "DATABASE_")):
            monkeypatch.delenv(name)
    kept = {
        "HOME": tmp_path / "home",
        "SKILLFOLIO_HOME": tmp_path / "home" / "skillfolio",
        "GITHUB_API_URL": github.url,
        "PYTHONPATH": Path(__file__).parents[1],
        "PYTHON_KEYRING_BACKEND": "tests.keyrings.Keeping",
        "TEST_KEYRING": tmp_path / "ring.json",
    }
    for name, value in kept.items():
        monkeypatch.setenv(name, str(value))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def run(*arguments, typed="", code=0):
    result = CliRunner().invoke(cli.main, [*arguments], input=typed)
    assert result.exit_code == code, result.output
    assert SECRET not in result.output
    return result.output


def test_token_is_kept_used_and_forgotten(home, github, tmp_path):
    assert "The token of ada is in the key ring." in run("token", "github", typed=f"{SECRET}\n")
    assert "The GitHub token of ada is in the key ring." in run("doctor")
    run("add", "github", "ada")
    github.forget()
    run("collect")
    assert any(ask.headers.get("authorization") == f"Bearer {SECRET}" for ask in github.asked)
    found = [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert found == []
    assert "Forgotten." in run("token", "github", "--forget")
    assert "No token is kept." in run("token", "github", "--forget")
    assert SECRET not in (tmp_path / "ring.json").read_text()


def test_wrong_token_is_not_kept(home):
    assert "refuses this token" in run("token", "github", typed="ghp_wrong\n", code=cli.FAILED)
    assert "No token is kept." in run("token", "github", "--forget")


def test_without_a_key_ring_the_environment_is_named(home, monkeypatch):
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyrings.PlainText")
    assert "export GITHUB_TOKEN" in run("token", "github", typed=f"{SECRET}\n", code=cli.FAILED)


def test_locked_key_ring_is_told_and_reading_goes_on(home, github, monkeypatch):
    run("token", "github", typed=f"{SECRET}\n")
    run("add", "github", "ada")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyrings.Locked")
    assert "is it locked?" in run("collect")
    assert all("authorization" not in ask.headers for ask in github.asked if ask.path.startswith("/users"))


def test_other_commands_ask_no_key_ring(home, monkeypatch):
    run("token", "github", typed=f"{SECRET}\n")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.keyrings.Hanging")
    for words in (("doctor",), ("report",), ("identities",), ("schedule",)):
        run(*words)  # each would take a quarter of a minute
