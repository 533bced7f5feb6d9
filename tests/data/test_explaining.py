"""What speaks for a subject and what falls short of it, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from data.errors import NotUsable
from data.explaining import explain, unknown_imports
from data.models import Activity, Fact, FactKind
from data.taxonomy import load_taxonomy

START = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


def commit(day, *facts):
    found = tuple(Fact(FactKind(kind), value, "python", "a.py", 1) for kind, value in facts)
    return Activity("commit", f"c{day}", START + timedelta(days=day), author="me@example.org", facts=found)


def test_a_use_speaks_from_its_first_place_on(taxonomy):
    use = ("symbol", "sklearn.metrics.roc_auc_score")
    said = explain([commit(5, use), commit(2, use)], (), taxonomy, "roc-auc")
    (voice,) = said.speaking
    assert (voice.commit, voice.count, voice.path, voice.line) == ("c2", 2, "a.py", 1)
    assert not said.near_misses


@pytest.mark.parametrize(
    ("fact", "subject", "says"),
    [
        pytest.param(("listed", "xgboost"), "xgboost", "dependency", id="listed only"),
        pytest.param(("import", "xgboost"), "xgboost", "import alone", id="imported only"),
        pytest.param(("symbol", "fastapi.FastAPI"), "model-deployment", "beside one of", id="alone"),
    ],
)
def test_what_falls_short_is_told(taxonomy, fact, subject, says):
    said = explain([commit(1, fact)], (), taxonomy, subject)
    assert not said.speaking
    assert any(says in voice.short_of for voice in said.near_misses)


def test_a_condition_that_holds_lets_the_other_speak(taxonomy):
    app, model = ("symbol", "fastapi.FastAPI"), ("symbol", "joblib.load")
    said = explain([commit(1, app), commit(2, model)], (), taxonomy, "model-deployment")
    assert "fastapi.FastAPI" in {voice.value for voice in said.speaking}


def test_the_tree_speaks_where_no_commit_does(taxonomy):
    fact = Fact(FactKind.SYMBOL, "numpy.linalg.svd", "python", "a.py", 3)
    said = explain([], [fact], taxonomy, "matrix-decomposition")
    assert [(voice.day, voice.commit, voice.line) for voice in said.speaking] == [(None, "", 3)]


def test_an_unknown_id_names_what_there_is(taxonomy):
    with pytest.raises(NotUsable, match=r"roc-auc.*Skills are: agile"):
        explain([], (), taxonomy, "rocauc")


def test_unknown_imports_are_counted_by_package(taxonomy):
    work = [
        commit(1, ("import", "odd_library.part"), ("import", "json"), ("import", "numpy")),
        commit(2, ("import", "odd_library")),
    ]
    assert [(u.package, u.uses, u.active_days) for u in unknown_imports(work, taxonomy)] == [("odd_library", 2, 2)]


def test_unknown_imports_tell_what_brings_them(taxonomy):
    work = [commit(1, ("import", "dateutil.parser"), ("import", "odd_library"))]
    assert {u.package: u.distribution for u in unknown_imports(work, taxonomy)} == {
        "dateutil": "python-dateutil",
        "odd_library": "",
    }
