"""Raw items in both forms, and hostile ones."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.kaggle import code, parse, works
from collectors.kaggle.leaderboards import standing_of
from collectors.kaggle.parse import Notebook
from data.errors import UnexpectedReply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["id", "ref", "title", "lastRunTime", "totalVotes", "isPrivate", "categoryIds", "metadata", "blob", "tags", "versions",
     "instances", "date", "publicScore", "status", "deadline", "userRank", "teamCount", "datasetDataSources", "lastUpdated"]
)  # fmt: skip


@pytest.mark.parametrize(
    "read", [parse.notebook, parse.pulled, parse.dataset, parse.model, parse.competition, parse.submission]
)
@given(item=st.dictionaries(FIELDS, JSON | st.just("a/b") | st.just("2024-01-01T00:00:00Z"), max_size=8))
def test_whatever_comes_is_read_or_refused(read, item):
    try:
        found = read(item)
    except UnexpectedReply:
        return
    assert found is not None


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-05-04T12:34:56.7890123Z", datetime(2026, 5, 4, 12, 34, 56, 789012, UTC)),
        ("2026-05-04T12:34:56Z", datetime(2026, 5, 4, 12, 34, 56, tzinfo=UTC)),
        ("2024-03-30 20:00:00", datetime(2024, 3, 30, 20, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        (None, None),
        (7, None),
    ],
)
def test_times_are_read_in_every_form(text, when):
    assert parse.moment(text) == when


def test_nothing_was_done_in_the_future():
    assert parse.notebook({"ref": "ada/x", "lastRunTime": "2150-01-01T00:00:00Z"}).run is None
    assert parse.competition({"ref": "cup", "deadline": "2150-01-01T00:00:00Z"}).deadline is not None
    with pytest.raises(UnexpectedReply):
        parse.submission({"ref": 1, "date": "2150-01-01T00:00:00Z"})


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ({"x": 1}, 1),
        ({"xNullable": 2}, 2),
        ({"x": None, "xNullable": 3}, 3),
        ({"xNullable": 3, "hasX": False}, None),
        ({"x": 0, "hasX": True}, 0),
        ({}, None),
    ],
)
def test_optional_fields_are_read_in_both_forms(item, value):
    assert parse.value_of(item, "x") == value


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), ("7", 7), ("7.0", 7), (7.0, 7), (-1, 0), (True, 0), ("x", 0), (None, 0), (2**70, 0), ("9" * 400, 0), (float("nan"), 0)],
)  # fmt: skip
def test_numbers_may_come_as_text(value, number):
    assert parse.number(value) == number


@pytest.mark.parametrize(
    ("value", "score"), [("0.91", "0.91"), (0.5, "0.5"), ("", ""), ("best", ""), (None, ""), (True, "")]
)
def test_score_is_a_number_as_written(value, score):
    assert parse.score(value) == score


def test_text_loses_what_a_store_refuses():
    assert parse.text(" a\0b\ud800 ") == "ab?"
    assert parse.text("x" * 5000) == "x" * 1000
    assert parse.text(["x"]) == ""


def test_board_of_one_endless_line_is_bounded():
    head = "Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames\n"
    row = "7,1,x,2024-03-30 20:00:00,0.5,3,ada\n"
    found = standing_of(io.BytesIO((head + row + "x" * 1_000_000).encode()), "ada")
    assert (found.rank, found.entries, found.score) == (7, 3, "0.5")
    with pytest.raises(csv.Error):
        standing_of(io.BytesIO((head + '"' + "x" * 1_000_000).encode()), "ada")


def test_competition_is_named_by_the_end_of_its_address():
    assert parse.competition({"ref": "https://www.kaggle.com/competitions/example-cup"}).slug == "example-cup"
    assert parse.competition({"ref": "example-cup"}).slug == "example-cup"
    with pytest.raises(UnexpectedReply):
        parse.competition({"ref": "https://www.kaggle.com/competitions/a b"})


def test_rank_that_is_absent_is_none():
    assert parse.competition({"ref": "cup"}).rank == 0
    when = datetime(2024, 1, 1, tzinfo=UTC)
    result = works.competition_result(parse.Competition("cup", teams=10), "ada", when)
    assert "kaggle-rank" not in {fact.value for fact in result.facts}


# ---- code --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "kind", "source", "path"),
    [
        ("python", "notebook", '{"cells": []}', "it.ipynb"),
        ("python", "script", "x = 1", "it.py"),
        ("r", "script", "x <- 1", "it.R"),
        ("rmarkdown", "script", "# x", "it.Rmd"),
        ("r", "notebook", ' {"cells": []}', "it.ipynb"),
        ("python", "notebook", "x = 1", "it.py"),
        ("", "", '{"cells": []}', "it.ipynb"),
        ("", "", "x = 1", "it.py"),
        ("sqlite", "script", "select 1", "it.sql"),
        ("cobol", "script", "x", ""),
    ],
)
def test_path_tells_the_reader(language, kind, source, path):
    assert code.path_of(Notebook("ada/it", language=language, kind=kind, source=source)) == path


def test_name_that_is_left_out_elsewhere_is_read_here():
    assert code.path_of(Notebook("ada/versioneer", language="python", kind="script", source="x")) == "notebook.py"


def test_large_text_is_read_in_a_child():
    text = "import numpy as np\n" + "x = np.zeros(3)\n" * (code.SMALL // 16 + 10)
    facts, problem = code.read(Notebook("ada/big", language="python", kind="script", source=text), None)
    assert problem == ""
    assert "numpy.zeros" in {fact.value for fact in facts}


def test_text_that_takes_too_long_is_an_issue():
    text = "x = 1\n" * (code.SMALL // 6 + 10)
    assert code.read(Notebook("ada/big", language="python", kind="script", source=text), None, seconds=0.0) == (
        [],
        "reader-died",
    )


@given(st.text(max_size=200), st.text(max_size=200) | st.none(), st.sampled_from(["ipynb", "py", "R", "Rmd", "sql"]))
def test_any_text_is_read_or_told(text, before, ending):
    facts, problem = code.brought(text, before, f"x.{ending}")
    assert isinstance(facts, list)
    assert not (facts and problem)


def test_unchanged_text_brings_nothing():
    text = "import numpy\nnumpy.zeros(3)\n"
    assert code.brought(text, text, "x.py") == ([], "")
