"""One repository to languages, technologies and skills, with the taxonomy that comes with the program."""

from __future__ import annotations

import json

import pytest

from collectors import scanning
from data.taxonomy import load_taxonomy
from tests.collectors.builders import BEN, History


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


@pytest.fixture
def folder(tmp_path):
    made = History(tmp_path / "repo")
    made.commit(
        {"tests/test_a.py": "import numpy as np\nnp.linalg.svd(x)\n", "old.py": "import torch\ntorch.ones(2)\n"},
        when="2020-01-01T23:30:00-08:00",
    )
    made.commit(
        {"a.py": "import numpy as np\n\nnp.linalg.svd(x)\nnp.linalg.svd(y)\n", "old.py": None},
        when="2021-02-03T00:00:00+00:00",
    )
    made.commit(
        {"b.py": "import scipy.stats as st\nst.ttest_ind(a, b)\n"}, author=BEN, when="2022-02-03T00:00:00+00:00"
    )
    made.commit({"requirements.txt": "xgboost==2.0\n"}, when="2022-03-01T00:00:00+00:00")
    made.write()
    made.ids = [made.id(mark) for mark in (1, 2, 3, 4)]
    return made


def entries(document, section):
    return {entry["id"]: entry for entry in document[section]}


def test_everyone(folder, taxonomy):
    document = json.loads(json.dumps(scanning.as_json(scanning.scan(folder.folder, authors=None, taxonomy=taxonomy))))
    technologies = entries(document, "technologies")
    assert technologies["numpy"] == {
        "id": "numpy",
        "uses": 3,
        "active_days": 2,
        "first": "2020-01-01",
        "last": "2021-02-03",
        "present_at_head": True,
        "proof": {"commit": folder.ids[1], "path": "a.py", "line": 3},
    }
    assert technologies["pytorch"]["present_at_head"] is False
    assert "hypothesis-testing" in entries(document, "skills")
    assert entries(document, "languages")["python"]["present_at_head"]
    assert document["head"] == folder.ids[3]


def test_listed_is_not_used(folder, taxonomy):
    document = scanning.as_json(scanning.scan(folder.folder, authors=None, taxonomy=taxonomy))
    assert "xgboost" not in entries(document, "technologies")
    assert "dependency-management" in entries(document, "skills")


def test_one_author(folder, taxonomy):
    document = scanning.as_json(scanning.scan(folder.folder, authors=["BEN@example.org"], taxonomy=taxonomy))
    assert set(entries(document, "technologies")) >= {"scipy"}
    assert not {"numpy", "pytorch"} & set(entries(document, "technologies"))
    assert {"linear-algebra", "matrix-decomposition"}.isdisjoint(entries(document, "skills"))


def test_a_stranger_has_nothing(folder, taxonomy):
    document = scanning.as_json(scanning.scan(folder.folder, authors=["nobody@example.org"], taxonomy=taxonomy))
    assert [document[section] for section in scanning.SECTIONS] == [[], [], []]


def test_an_import_too_large_shows_for_everyone_only(tmp_path, taxonomy):
    made = History(tmp_path / "repo")
    made.commit({f"{number}.py": "import torch\ntorch.ones(2)\n" for number in range(1600)})
    everyone = scanning.as_json(scanning.scan(made.write(), authors=None, taxonomy=taxonomy))
    found = entries(everyone, "technologies")["pytorch"]
    assert (found["present_at_head"], found["active_days"], found["first"]) == (True, 0, None)
    mine = scanning.as_json(scanning.scan(made.folder, authors=["ann@example.org"], taxonomy=taxonomy))
    assert "pytorch" not in entries(mine, "technologies")


def test_order_of_files_changes_nothing(tmp_path, taxonomy):
    files = {f"{name}.py": f"import numpy as np\nnp.linalg.{name}(x)\n" for name in ("svd", "eig", "qr")}
    documents = []
    for order in (sorted(files), sorted(files, reverse=True)):
        made = History(tmp_path / "".join(order))
        made.commit({path: files[path] for path in order})
        documents.append(scanning.as_json(scanning.scan(made.write(), authors=None, taxonomy=taxonomy)))
    assert documents[0] == documents[1]
