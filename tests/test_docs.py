"""What the docs say is there is there."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import click
import pytest

import cli
from collectors import sources
from data.taxonomy import catalogue, load_taxonomy

TOP = Path(cli.__file__).parent
PAGES = sorted([*TOP.glob("*.md"), *TOP.glob("docs/**/*.md")])
FILES = [TOP / name for name in ("Dockerfile", "Makefile", "Procfile")]
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


def options_written(text):
    """Every command a page writes, as far as its line or its code goes, with the options beside it."""
    for line in re.findall(r"\bskillfolio ([a-z][^`\n#|&]*)", text):
        command, path = cli.main, []
        for word in line.split():
            if isinstance(command, click.Group) and word in command.commands:
                command = command.commands[word]
                path.append(word)
            elif path and re.fullmatch(r"--?[a-z][a-z-]*", word.rstrip(".,;:)")):
                yield command, " ".join(path), word.rstrip(".,;:)")


@pytest.mark.parametrize("page", [*PAGES, *FILES], ids=lambda p: str(p.relative_to(TOP)))
def test_options_exist(page):
    unknown = [
        (name, option)
        for command, name, option in options_written(page.read_text())
        if option
        not in {"--help", "-h", *(known for each in command.params for known in (*each.opts, *each.secondary_opts))}
    ]
    assert unknown == []


def test_options_are_found_where_they_are_written():
    found = [(name, option) for _, name, option in options_written((TOP / "docs" / "schedule.md").read_text())]
    assert {("up", "--no-open"), ("schedule", "--once"), ("export html", "--address")} <= set(found)


def test_units_of_systemd_are_whole():
    texts = re.findall(r"```ini\n(.*?)```", (TOP / "docs" / "schedule.md").read_text(), re.DOTALL)
    units = []
    for text in texts:
        unit = configparser.ConfigParser(strict=True, interpolation=None)
        unit.optionxform = str
        unit.read_string(text)
        units.append({name: dict(unit[name]) for name in unit.sections()})
    service, reading, timer = units
    assert service["Service"]["ExecStart"].endswith("skillfolio up --no-open")
    assert reading["Service"]["SuccessExitStatus"] == str(cli.LATER)
    assert timer["Install"]["WantedBy"] == "timers.target"


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
