"""`skillfolio export`: files, what is said of them, and what is refused."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from dashboard.exports import tables
from data import sharing
from data.store import Store
from tests.dashboard import samples


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    home = tmp_path_factory.mktemp("filled")
    with samples.new_store(home / "skillfolio.db") as store:
        samples.fill(store)
        areas = ("mathematics",)
        sharing.create(store, sharing.ShareLink("For Acme", areas=areas, projects=("key:0",), sources=("github",)))
        sharing.revoke(store, sharing.create(store, sharing.ShareLink("Old", areas=areas, projects=("key:0",)))[0].id)
    return home


@pytest.fixture
def run(filled, tmp_path, monkeypatch):
    """A filled store of its own, and what calls the program; it stands in an empty folder."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "SKILLFOLIO_", "DATABASE_")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    monkeypatch.setenv("SKILLFOLIO_HOME", str(home))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return lambda *words: CliRunner().invoke(cli.main, ["export", *words])


def names_in(folder="."):
    return sorted(path.name for path in Path(folder).iterdir())


def test_a_site_and_one_file(run, tmp_path):
    words = ("html", "--out", "site", "--single", "one.html", "--person", "Ada", "--address", "https://ada.example/me")
    said = run(*words)
    assert said.exit_code == 0, said.output
    assert names_in("site") == [".nojekyll", "404.html", "index.html", "preview.png"]
    for told in ("site/index.html", "KB", "Projects by name: churn", "No private project", "13 of 64 skills"):
        assert told in said.output, told
    page = (tmp_path / "work" / "one.html").read_text()
    assert ">Ada</h1>" in page
    assert "payroll" not in page + said.output
    assert "https://ada.example/me/preview.png" in (tmp_path / "work" / "site" / "index.html").read_text()
    assert run(*words).exit_code == 0  # the next day


def test_what_a_link_shows(run):
    said = run("json-resume", "--link", "1")
    assert said.exit_code == 0, said.output
    made = json.loads(Path("resume.json").read_text())
    assert made["basics"]["label"] == "For Acme"
    assert [project["name"] for project in made["projects"]] == ["churn"]
    assert {word for skill in made["skills"] for word in skill["keywords"] if skill["name"] != "Technologies"} == {
        "Mathematics"
    }


def test_choices_are_followed(run):
    assert run("csv", "--area", "mathematics", "--no-names", "--count-private").exit_code == 0
    text = Path("evidence.csv").read_text()
    assert "Mathematics" in text
    assert "Programming" not in text
    assert "churn" not in text


def test_badges_and_cards(run):
    said = run("badge", "--out", "badges")
    assert "badge-mathematics-dark.svg" in names_in("badges")
    assert "<picture>" in said.output
    assert "Projects by name: none" in said.output
    run("card", "--area", "mathematics")
    assert sorted(name for name in names_in() if name.startswith("card")) == [
        f"card-{name}{scheme}.svg" for name in ("all", "mathematics") for scheme in ("-dark", "-light", "")
    ]


def test_an_open_badge(run):
    said = run("openbadge")
    assert said.exit_code == 0, said.output
    assert "unsigned" in json.loads(Path("openbadge-unsigned.json").read_text())["name"]


def test_everything_is_said_to_be_private(run):
    said = run("csv", "--everything", "--out", "all.csv")
    assert "EVERYTHING" in said.output
    assert "No private project" not in said.output
    assert "payroll" in Path("all.csv").read_text()
    assert Path("all.csv").stat().st_mode & 0o777 == 0o600


def test_what_others_wrote_stays(run):
    Path("resume.json").write_text("mine")
    said = run("json-resume")
    assert said.exit_code == 1
    assert "--force" in said.output
    assert Path("resume.json").read_text() == "mine"
    assert run("json-resume", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (("html",), "--out DIR"),
        (("html", "--single", "x.html", "--address", "ada.example"), "https://"),
        (("csv", "--link", "9"), "no link 9"),
        (("csv", "--link", "2"), "was revoked"),
        (("csv", "--link", "1", "--area", "mathematics"), "say already"),
        (("csv", "--everything", "--project", "churn"), "say already"),
        (("csv", "--area", "cooking"), "no area 'cooking'"),
        (("csv", "--project", "payroll"), "no public project"),
        (("badge", "--source", "github", "--project", "nothing"), "no public project"),
    ],
)
def test_what_cannot_be_exported_is_told(run, words, advice):
    said = run(*words)
    assert said.exit_code == 1
    assert advice in said.output
    assert names_in() == []


@pytest.mark.skipif(tables.can_write_parquet(), reason="pyarrow is installed")
def test_parquet_says_what_it_needs(run):
    said = run("parquet")
    assert said.exit_code == 1
    assert f"{sys.executable} -m pip install 'pyarrow>=18'" in said.output


def test_a_browser_that_is_named_must_be_there(run, monkeypatch):
    monkeypatch.setenv("SKILLFOLIO_BROWSER", "/nowhere/chrome")
    said = run("pdf")
    assert said.exit_code == 1
    assert "SKILLFOLIO_BROWSER" in said.output


def test_nothing_read_yet(run, tmp_path, monkeypatch):
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path / "empty"))
    (tmp_path / "empty").mkdir()
    Store.open(tmp_path / "empty" / "skillfolio.db").close()
    said = run("html", "--out", "site")
    assert said.exit_code == 1
    assert "skillfolio collect" in said.output
