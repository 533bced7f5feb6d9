import shutil

import pytest

from data.store import Store


@pytest.fixture(scope="session")
def new_store(tmp_path_factory):
    """The file of an empty store: copying it is quicker than making each anew."""
    path = tmp_path_factory.mktemp("new") / "store.sqlite"
    Store.open(path).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """An empty store's address, in either engine. PostgreSQL is one of our own, or what TEST_DATABASE_URL names."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_store")
    return shutil.copy(request.getfixturevalue("new_store"), tmp_path / "store.sqlite")


@pytest.fixture
def store(address):
    with Store.open(address) as opened:
        yield opened
