"""Kaggle on the command line: adding, collecting, what doctor says of its credentials."""

from __future__ import annotations

import os

import pytest
from click.testing import CliRunner

import cli
from tests.collectors.kaggle_living import TOKEN, world
from tests.loopback import kaggle_meta
from tests.loopback.kaggle import Kaggle, no


@pytest.fixture
def kaggle(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("SKILLFOLIO_", "KAGGLE_", "DATABASE_", "XDG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path / "store"))
    with Kaggle(world()) as running:
        monkeypatch.setenv("SKILLFOLIO_KAGGLE_URL", running.url)
        monkeypatch.setenv("KAGGLE_API_TOKEN", TOKEN)
        yield running


def run(*arguments):
    result = CliRunner().invoke(cli.main, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert TOKEN not in result.output
    return result


def test_account_is_added_collected_and_reported(kaggle, tmp_path):
    folder = kaggle_meta.write(tmp_path / "meta")
    added = run("add", "kaggle", "https://www.kaggle.com/ada", "--meta", str(folder), "--private")
    assert added.exit_code == 0
    assert "Added Kaggle: ada with private work" in added.output
    collected = run("collect", "--source", "kaggle")
    assert collected.exit_code == 0
    assert "2 notebooks" in collected.output
    report = run("report").output
    assert "Kaggle competitions" in report
    assert "Healthcare" in report


def test_adding_again_changes_what_is_asked_for(kaggle):
    run("add", "kaggle", "ada", "--private")
    assert "with private work" in run("add", "kaggle", "ada", "--notebook", "ada/heart").output
    assert "with private work" not in run("add", "kaggle", "ada", "--no-private").output
    assert run("doctor").output.count("kaggle ada") <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        ["two words"],
        ["ada", "--meta", "/nowhere"],
        ["ada", "--notebook", "heart"],
        ["ada", "--notebook", "bob/his-own"],
        ["ada", "--competition", "a b"],
    ],
)
def test_what_cannot_be_is_told(kaggle, wrong):
    result = run("add", "kaggle", *wrong)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


def test_limit_is_said_and_tried_later(kaggle):
    run("add", "kaggle", "ada")

    def limited(ask):
        answer = no(429, "Too many requests")
        answer.headers["Retry-After"] = "3600"
        return answer if ask.call == "ListModels" else None

    kaggle.faults.append(limited)
    result = run("collect")
    assert result.exit_code == cli.LATER
    assert "try again after" in result.output
    kaggle.faults.clear()
    assert run("collect").exit_code == 0


def test_doctor_says_which_credentials_are_used(kaggle, monkeypatch):
    assert "Kaggle is asked with the API token from KAGGLE_API_TOKEN." in run("doctor").output
    monkeypatch.delenv("KAGGLE_API_TOKEN")
    assert "Kaggle is asked with no credentials." in run("doctor").output
    monkeypatch.setenv("KAGGLE_API_TOKEN", "/nowhere/token")
    assert "/nowhere/token" in run("doctor").output
