"""`skillfolio share`: what becomes public is listed first, the address is printed once."""

import os
import re
import sys

import pytest
from click.testing import CliRunner

import cli
from data import sharing
from data.store import Store
from tests.dashboard import samples


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A filled store of its own, and what calls the program."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "SKILLFOLIO_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path))
    with samples.new_store(tmp_path / "skillfolio.db") as store:
        samples.fill(store)
    return lambda *words, **more: CliRunner().invoke(cli.main, ["share", *words], **more)


def stored(tmp_path):
    with Store.open(tmp_path / "skillfolio.db") as store:
        return sharing.links(store)


def test_a_link_is_made_listed_and_revoked(run, tmp_path):
    made = run("create", "--title", "ML engineer", "--all-public", "--person", "Ada", "--note", "for Acme", "--yes")
    assert made.exit_code == 0, made.output
    assert "churn" in made.output
    assert "payroll" not in made.output
    token = re.search(r"http://127.0.0.1:8050/p/([\w-]{43})$", made.output.strip())[1]
    [link] = stored(tmp_path)
    assert link.projects == ("key:0", "key:1", "key:3")
    listed = run("list").output
    assert "ML engineer" in listed
    assert "for Acme" in listed
    assert token not in listed
    assert "opens nothing" in run("revoke", str(link.id)).output
    assert "revoked" in run("list").output
    assert run("revoke", str(link.id)).exit_code == 1


def test_nothing_is_public_without_a_yes(run, tmp_path):
    asked = run("create", "--title", "ML engineer", "--project", "churn", input="n\n")
    assert "Make it public?" in asked.output
    assert asked.exit_code == 1
    assert stored(tmp_path) == []
    assert "nobody else sees anything" in run("list").output


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("--project", "payroll"), "no public project"),
        (("--all-public", "--source", "elsewhere"), "Nothing was read from a source"),
        (("--all-public", "--until", "2020-01-01"), "Name a later day"),
        (("--all-public", "--introduction", sys.executable), "plain text or Markdown"),
        (("--project", "nothing"), "no public project"),
        ((), "at least one project"),
        (("--all-public", "--area", "cooking"), "no area 'cooking'"),
        (("--all-public", "--name", "a b"), "3 to 40"),
    ],
)
def test_what_cannot_be_shared_is_told(run, tmp_path, words, advice):
    said = run("create", "--title", "ML engineer", "--yes", *words)
    assert said.exit_code == 1
    assert advice in said.output
    assert stored(tmp_path) == []
