"""What holds for every test."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from data import database
from data.schema import metadata
from data.store import Store
from tests import postgresql

# how long an example takes says more of a busy machine than of the code
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# what was started by nohup or behind a script's & ignores these, and so would the programs whose end is tested
for number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)  # not inherited

COUNT = itertools.count()


def shape(connection):
    """What a database holds besides rows: every column, index, trigger."""
    query = (
        "SELECT c.relname, a.attname, t.tgname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal"
        " WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 ORDER BY 1, 2, 3"
    )
    return connection.execute(text(query)).all()


class Server:
    """A PostgreSQL with a database that is an empty store, to be copied."""

    TEMPLATE = "skillfolio_new_store"

    def __init__(self, address):
        self.address = database.store_url(address)
        self.engine = database.open_engine(self.address, create=False).execution_options(isolation_level="AUTOCOMMIT")
        self.made = []
        self.clean = []
        self.make(self.TEMPLATE, "template0")
        with Store.open(self.url(self.TEMPLATE)) as store, store.reading() as connection:
            self.shape = shape(connection)

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

    def take(self):
        """A database that is an empty store: one that was used and cleaned, or a new one."""
        if self.clean:
            return self.clean.pop()
        name = f"skillfolio_test_{os.getpid()}_{next(COUNT)}"
        self.make(name)
        return name

    def give_back(self, name):
        """Clean a database, which is much quicker than making one; one whose tables were changed goes."""
        engine, whole = database.open_engine(database.store_url(self.url(name)), create=False), False
        try:
            with contextlib.suppress(OperationalError), engine.begin() as connection:  # held by one who was killed
                connection.execute(text("SET LOCAL lock_timeout = '2s'"))
                if shape(connection) == self.shape:
                    tables = ", ".join(table.name for table in metadata.sorted_tables)
                    connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
                    connection.execute(text("INSERT INTO settings (name, value) VALUES ('version', '0')"))
                    whole = True
        finally:
            engine.dispose()
        self.clean.append(name) if whole else self.drop(name)

    def close(self):
        for name in list(self.made):
            self.drop(name)
        self.engine.dispose()


@pytest.fixture(scope="session")
def postgresql_server():
    """A server for all tests: the one that TEST_DATABASE_URL names, else one of our own; skips without any."""
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
    name = postgresql_server.take()
    yield postgresql_server.url(name)
    postgresql_server.give_back(name)
