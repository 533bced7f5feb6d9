import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from data import database
from data.store import Store


@pytest.fixture(scope="session")
def new_store(tmp_path_factory):
    """The file of an empty store: copying it is quicker than making each anew."""
    path = tmp_path_factory.mktemp("new") / "store.sqlite"
    Store.open(path).close()
    return path


@pytest.fixture
def address(tmp_path):
    """An empty store's address: SQLite, or PostgreSQL where TEST_DATABASE_URL names a database to use up."""
    url = os.environ.get("TEST_DATABASE_URL")
    if not url:
        yield tmp_path / "store.sqlite"
        return
    engine = database.open_engine(database.store_url(url), create=True)
    with database.writing(engine) as connection:
        connection.execute(text("DROP SCHEMA IF EXISTS public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    yield url


@pytest.fixture
def store(address, new_store):
    if isinstance(address, Path):
        shutil.copy(new_store, address)
    with Store.open(address) as opened:
        yield opened
