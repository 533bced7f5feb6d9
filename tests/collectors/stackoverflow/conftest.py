"""A loopback Stack Exchange with one user, and a store that reads it."""

from __future__ import annotations

import pytest

from tests.collectors.stackoverflow_living import KEY, Living, world
from tests.loopback.stackexchange import StackExchange


@pytest.fixture
def site():
    return world()


@pytest.fixture
def exchange(site):
    with StackExchange(site, keys=(KEY,)) as running:
        yield running


@pytest.fixture
def living(tmp_path, exchange):
    made = Living(tmp_path / "home", exchange)
    yield made
    made.store.close()
