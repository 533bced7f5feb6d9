"""What holds for every test."""

from __future__ import annotations

import itertools
import os

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text

from data import database
from data.store import Store
from tests import postgresql

# how long an example takes says more of a busy machine than of the code
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

COUNT = itertools.count()


class Server:
    """A PostgreSQL with a database that is an empty store, to be copied."""

    TEMPLATE = "skillfolio_new_store"

    def __init__(self, address):
        self.address = database.store_url(address)
        self.engine = database.open_engine(self.address, create=False).execution_options(isolation_level="AUTOCOMMIT")
        self.made = []
        self.make(self.TEMPLATE, "template0")
        Store.open(self.url(self.TEMPLATE)).close()

    def url(self, name):
        return self.address.set(database=name).render_as_string(hide_password=False)

    def say(self, command):
        with self.engine.connect() as connection:
            connection.execute(text(command))

    def make(self, name, template=TEMPLATE):
        self.say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.say(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return self.url(name)

    def drop(self, name):
        self.say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.made.remove(name)

    def close(self):
        for name in list(self.made):
            self.drop(name)
        self.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server():
    """A server for this session: the one that TEST_DATABASE_URL names, else one of our own; skips without any."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        server = Server(given)
        yield server
        server.close()
        return
    try:
        with postgresql.serving() as address:
            server = Server(address)
            yield server
            server.close()
    except postgresql.NotHere as reason:
        pytest.skip(str(reason))


@pytest.fixture
def postgresql_store(postgresql_server):
    """The address of an empty store in PostgreSQL."""
    name = f"skillfolio_test_{os.getpid()}_{next(COUNT)}"
    yield postgresql_server.make(name)
    postgresql_server.drop(name)
