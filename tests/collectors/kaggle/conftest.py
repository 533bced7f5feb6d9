"""A loopback Kaggle, and a person who reads it with credentials or without."""

from __future__ import annotations

import pytest

from tests.collectors.kaggle_living import Living, world
from tests.loopback.kaggle import Kaggle


@pytest.fixture(autouse=True)
def no_credentials(tmp_path, monkeypatch):
    """A home without any."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture
def kaggle():
    with Kaggle(world()) as running:
        yield running


@pytest.fixture
def living(tmp_path, kaggle):
    found = Living(tmp_path / "home", kaggle)
    yield found
    found.close()


@pytest.fixture
def anonymous(tmp_path, kaggle):
    found = Living(tmp_path / "home", kaggle, token=None)
    yield found
    found.close()
