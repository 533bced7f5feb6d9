"""What the docs say is there is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import cli
from collectors import sources
from data.taxonomy import catalogue, load_taxonomy

TOP = Path(cli.__file__).parent
PAGES = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")])
MAKEFILE = (TOP / "Makefile").read_text()


def test_reference_is_up_to_date():
    assert (TOP / "docs" / "reference.md").read_text() == cli._reference(), "run `make docs`"


def test_catalogue_is_up_to_date():
    assert (TOP / "docs" / "taxonomy.md").read_text() == catalogue.catalogue(load_taxonomy()), "run `make docs`"


@pytest.mark.parametrize("name", sources.load())
def test_source_has_a_section(name):
    assert f"(`{name}`)" in (TOP / "docs" / "sources.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TOP)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TOP)))
def test_make_targets_exist(page):
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text())) | set(
        re.findall(r"^make ([a-z-]+)", page.read_text(), re.MULTILINE)
    )
    assert {name for name in named if f"\n{name}:" not in MAKEFILE} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(TOP)))
def test_commands_exist(page):
    known = {words[0] for words, _ in cli._commands(cli.main, ())}
    named = set(re.findall(r"skillfolio ([a-z]{2,})\b", page.read_text()))
    assert named <= known | {"pip", "is"}


def test_levels_are_told_as_they_are():
    rows = re.findall(r"^\| (\d) \| (\w+) \|(.*)\|$", (TOP / "docs" / "levels.md").read_text(), re.MULTILINE)
    told = [(int(number), name, *(int(cell.strip() or 0) for cell in rest.split("|"))) for number, name, rest in rows]
    levels = load_taxonomy().levels.of("pytorch")
    assert told == [(level.number, level.name, level.days, level.projects, level.months) for level in levels]


def test_paths_named_by_contributing_exist():
    found = re.findall(
        r"(?:tests|data|collectors|dashboard|docs)/[\w/.]+(?![\w/.<])", (TOP / "CONTRIBUTING.md").read_text()
    )
    assert {path for path in found if not (TOP / path.rstrip(".")).exists()} == set()
