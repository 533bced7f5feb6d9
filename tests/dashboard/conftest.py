import pytest

from data.taxonomy import load_taxonomy
from tests.dashboard import samples
from tests.dashboard.building import make_app


@pytest.fixture(scope="session")
def taxonomy():
    return load_taxonomy()


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory, taxonomy):
    """Read only: tests that change a store make their own."""
    with samples.new_store(tmp_path_factory.mktemp("filled") / "store.db") as store:
        samples.fill(store, taxonomy)
        yield store


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    with samples.new_store(tmp_path_factory.mktemp("empty") / "store.db") as store:
        yield store


@pytest.fixture
def own_store(tmp_path, taxonomy):
    with samples.new_store(tmp_path / "store.db") as store:
        samples.fill(store, taxonomy)
        yield store


@pytest.fixture(scope="session")
def filled_app(filled_store, taxonomy, tmp_path_factory):
    return make_app(filled_store, taxonomy, tmp_path_factory.mktemp("app"), launch=lambda _: None)


@pytest.fixture(scope="session")
def empty_app(empty_store, taxonomy, tmp_path_factory):
    return make_app(empty_store, taxonomy, tmp_path_factory.mktemp("app"))
