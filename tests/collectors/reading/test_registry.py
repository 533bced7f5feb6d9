"""Which reader takes a path, for every reader there is."""

from __future__ import annotations

import pytest

from collectors.reading import Reader, Unreadable, reader_for, readers


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("a.py", "python"),
        ("deep/er/A.PY", "python"),
        ("stubs/a.pyi", "python"),
        ("x/a.ipynb", "notebook"),
        ("q.sql", "sql"),
    ],
)
def test_paths_find_their_reader(path, name):
    reader = reader_for(path)
    assert reader is not None
    assert reader.name == name


@pytest.mark.parametrize(
    "path", ["a.txt", "py", ".py", "a.pyc", "node_modules/a.py", "lib/site-packages/numpy/core.py", "a.png"]
)
def test_paths_of_no_interest(path):
    assert reader_for(path) is None


@pytest.mark.parametrize("name", sorted(readers()))
def test_every_reader_keeps_the_contract(name):
    reader: Reader = readers()[name]
    assert reader.name == name
    assert reader.limit > 0
    assert all(one == one.lower() for one in (*reader.names, *reader.extensions))
    assert all(one.startswith(".") for one in reader.extensions)
    assert reader.claims("no/such/file.of-interest") is False


def test_no_two_readers_take_one_extension():
    seen = [one for reader in readers().values() for one in (*reader.extensions, *reader.names)]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("name", sorted(readers()))
@pytest.mark.parametrize(
    "data", [b"", b"\n", b"\0" * 1000, b"\xff\xfe\x00", b"x = (\n" * 2000, b"'\"" * 50_000, b"{" * 50_000]
)
def test_every_reader_bears_hostile_text(name, data):
    reader = readers()[name]
    if name == "notebook" and data.strip():
        with pytest.raises(Unreadable):
            reader.open(data, "some/path", frozenset())
        return
    document = reader.open(data, "some/path", frozenset())
    assert not document.facts([])
    facts = document.facts(None)
    assert all(fact.line <= max(1, len(document.lines)) for fact in facts)
