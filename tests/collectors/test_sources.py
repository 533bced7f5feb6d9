"""What every source must be: checked over the folder, so that a new one is checked before it has a test."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from collectors import fetching, sources
from collectors.run import Source
from data.schedule import EVERY
from data.settings import SETTINGS

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
FOUND = sources.load()


@pytest.fixture(params=sorted(FOUND))
def name(request) -> str:
    return request.param


@pytest.fixture
def source(name) -> ModuleType:
    return FOUND[name]


def test_folder_is_the_registry():
    files = {path.stem for path in Path(sources.__file__).parent.glob("[a-z]*.py")}
    assert set(FOUND) == files
    assert {"git", "github"} <= set(FOUND)


def test_source_declares_itself(source):
    declared = source.SOURCE
    assert isinstance(declared, Source)
    assert declared.title[0].isupper()
    assert declared.handle.split()[0] in {"a", "an"}
    assert declared.schedule in EVERY
    assert all(least >= 1 for least in declared.expect.values())


def test_settings_of_a_source_are_settings(source):
    assert set(source.SOURCE.settings) <= {setting.name for setting in SETTINGS}


def test_source_has_the_two_functions(source):
    assert inspect.isgeneratorfunction(source.collect)  # so that it can be closed in the middle
    assert list(inspect.signature(source.collect).parameters) == ["run"]
    assert list(inspect.signature(source.check).parameters) == ["handle", "settings"]


def test_source_says_what_it_is(source):
    assert source.__doc__
    assert source.collect.__doc__
    assert source.check.__doc__


def test_source_has_its_tests(name):
    """A file, or a folder of them as its code has one."""
    tests, name = ROOT / "tests" / "collectors", name.replace("-", "_")
    assert (tests / f"test_{name}.py").exists() or (tests / name / "test_collection.py").exists()


def test_source_stands_in_the_docs(name, source):
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    assert f"(`{name}`)" in text
    for setting in source.SOURCE.settings:
        assert setting in text


def test_issues_stand_in_the_docs():
    """Codes are what a person searches for."""
    text = (ROOT / "docs" / "sources.md").read_text("utf-8")
    folders = [ROOT / "collectors" / name for name in ("github", "kaggle", "stackexchange", "sources")]
    files = [*(path for folder in folders for path in folder.glob("*.py")), ROOT / "collectors" / "runner.py"]
    noted = {code for path in files for code in re.findall(r'\bissue\(\s*"([a-z-]+)"', path.read_text("utf-8"))}
    noted |= set(fetching.SENTENCES) - {"stopped"}
    assert len(noted) > 15
    assert {code for code in noted if f"`{code}`" not in text} == set()
