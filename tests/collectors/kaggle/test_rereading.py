"""Versions that are kept, and what other readers find in them."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collectors import reading
from collectors.kaggle.kept import Kept
from collectors.kaggle.parse import Notebook
from collectors.kaggle.rereading import is_due, keys_read, read_again

FIRST = Notebook(
    "ada/heart", 11, "Heart", datetime(2024, 5, 4, 12, 30, tzinfo=UTC), 3, private=False, tags=("tabular",), version=1,
    language="python", kind="script", data=("heart",), competitions=("cup",), source="import numpy\nnumpy.zeros(3)\n",
)  # fmt: skip
SECOND = replace(FIRST, version=2, source=f"{FIRST.source}import torch\ntorch.ones(3)\n", private=True)


@pytest.fixture
def kept(tmp_path):
    return Kept(tmp_path / "sources")


@pytest.mark.parametrize(
    "found", [FIRST, SECOND, replace(FIRST, source=None, run=None), replace(FIRST, source="\ud83dx")]
)
def test_what_is_kept_is_given_back(kept, found):
    kept.keep("11", "v1", replace(found, title="before"))
    kept.keep("11", "v1", found)
    assert kept.version("11", "v1") == found
    assert kept.version("11", "v2") is None
    assert kept.version("12", "v1") is None


def test_only_the_person_may_read_what_is_kept(kept):
    kept.keep("../11", "/v1", FIRST)  # no name of Kaggle's gets into a path
    made = list(kept.folder.rglob("*"))
    assert len(made) == 2
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made} == {0}
    kept.forget("../11")
    assert list(kept.folder.rglob("*")) == []
    kept.forget("../11")


@pytest.mark.parametrize("content", [b"", b"no gzip", b"\x1f\x8b\x08\x00broken"])
def test_a_broken_file_is_as_none(kept, content):
    kept.keep("11", "v1", FIRST)
    [file] = kept.folder.rglob("*.gz")
    file.write_bytes(content)
    assert kept.version("11", "v1") is None
    file.write_bytes(b"")
    kept.keep("11", "v1", FIRST)
    assert kept.version("11", "v1") == FIRST


@pytest.mark.parametrize(
    ("state", "due"),
    [
        ({}, False),
        ({"refused": "notebook-draft"}, False),  # nothing was read
        ({"key": "kaggle:notebook/11"}, True),
        ({"key": "kaggle:notebook/11", "readers": "others"}, True),
        ({"key": "kaggle:notebook/11", "readers": reading.edition()}, False),
    ],
)
def test_what_other_readers_read_is_due(state, due):
    assert is_due(state) is due


@pytest.mark.parametrize(
    ("state", "stored", "keys"),
    [
        ({"read": ["v1", "v3"], "hash": "x"}, {"v1", "v2", "v3"}, ["v1", "v3"]),
        ({}, {"v1"}, []),
        ({"hash": "x", "version": 1}, {"v1"}, ["v1"]),
        ({"hash": "x", "version": 3}, {"v1", "v3"}, ["", "v3"]),
        ({"hash": "x"}, set(), []),
    ],
)
def test_keys_of_what_was_read(state, stored, keys):
    assert keys_read(state, stored) == keys


def values(activity):
    return {fact.value for fact in activity.facts}


def test_each_version_has_what_it_brought():
    again = read_again([FIRST, SECOND], "ada", fork=False)
    first, second = again.activities
    assert (first.key, second.key, again.lost, again.problem) == ("v1", "v2", 0, "")
    assert {"kaggle-notebook", "numpy", "tabular", "heart", "cup"} <= values(first)
    assert {"kaggle-private-notebook", "torch", "torch.ones"} <= values(second)
    assert not values(second) & {"numpy", "numpy.zeros", "kaggle-notebook"}
    assert {"numpy.zeros", "torch.ones"} <= {fact.value for fact in again.head}


@pytest.mark.parametrize(
    ("versions", "keys", "lost", "head"),
    [
        ([None, SECOND], [], 2, True),  # what it brought is not known
        ([FIRST, None], ["v1"], 1, False),
        ([None], [], 1, False),
        ([], [], 0, False),
        ([replace(FIRST, source=None), SECOND], ["v1"], 1, True),
    ],
)
def test_what_cannot_be_had_stays(versions, keys, lost, head):
    again = read_again(versions, "ada", fork=False)
    assert ([each.key for each in again.activities], again.lost) == (keys, lost)
    assert bool(again.head) is head


def test_the_first_version_of_a_copy_is_somebody_elses():
    first, second = read_again([FIRST, SECOND], "ada", fork=True).activities
    assert "numpy" not in values(first)
    assert "torch" in values(second)


def test_broken_text_is_told_and_takes_nothing_away():
    again = read_again([replace(FIRST, kind="notebook", source='{"cells": [')], "ada", fork=False)
    assert (again.problem, again.head, again.activities) == ("broken-notebook", None, [])
