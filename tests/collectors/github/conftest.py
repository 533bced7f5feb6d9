"""A loopback GitHub, and a person who reads it with a token or without."""

from __future__ import annotations

import pytest

from tests.collectors.github_living import TOKEN
from tests.loopback.github import GitHub
from tests.loopback.living import Living, world


@pytest.fixture
def github(tmp_path):
    with GitHub(world(tmp_path / "git")) as running:
        yield running
    assert running.problems == []  # every request and body was as GitHub describes them


@pytest.fixture
def anonymous(tmp_path, github):
    living = Living(tmp_path / "home", github)
    yield living
    living.close()


@pytest.fixture
def known(tmp_path, github):
    living = Living(tmp_path / "home", github, token=TOKEN)
    yield living
    living.close()
