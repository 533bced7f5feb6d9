"""Notebooks and scripts: what each version brought, names, copies, and those that cannot be read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from data.detect import detect
from data.frames import evidence_days, head_subjects
from data.models import Activity, Batch, RunState
from data.schema import fact_values, head_facts, projects
from data.taxonomy import load_taxonomy
from tests.collectors.builders import notebook
from tests.collectors.kaggle_living import whole_again
from tests.loopback.kaggle import Answer, no
from tests.loopback.kaggle_state import Kernel
from tests.loopback.living import codes


def test_notebook_is_read_like_one_of_a_repository(living):
    living.run()
    assert living.facts("kaggle:notebook/11") == {
        "community:kaggle-notebook×1", "import:numpy×1", "symbol:numpy.linalg.norm×1", "language:python×2",
        "tag:tabular×1", "data:heart-disease×1", "data:cup×1",
    }  # fmt: skip
    assert {"import:dplyr×1", "symbol:stats::t.test×1", "language:r×2"} <= living.facts("kaggle:notebook/12")
    assert living.days("kaggle:notebook/11", "notebook") == {"v1": "2024-05-04"}
    project = living.store.project("kaggle:notebook/11")
    assert (project.name, project.url, project.stars) == ("ada/heart", "https://www.kaggle.com/code/ada/heart", 3)
    assert not project.private


RMD = "---\ntitle: x\n---\n\n```{r}\nlibrary(ggplot2)\nggplot(d)\n```\n"
BARE_R = json.dumps({"cells": [{"cell_type": "code", "source": "library(dplyr)\n"}], "metadata": {}, "nbformat": 4})


@pytest.mark.parametrize(
    ("source_text", "language", "kind", "fact"),
    [
        (notebook("import pandas as pd\n", "pd.read_csv('a.csv')\n"), "python", "notebook", "symbol:pandas.read_csv×1"),
        ("import torch\n", "python", "script", "import:torch×1"),
        ("library(dplyr)\n", "r", "script", "import:dplyr×1"),
        (RMD, "rmarkdown", "script", "import:ggplot2×1"),
        (BARE_R, "r", "notebook", "import:dplyr×1"),
        ("SELECT a, count(*) FROM t GROUP BY a;\n", "sqlite", "script", "sql:group-by×1"),
    ],
    ids=["ipynb", "python", "r", "rmarkdown", "r-ipynb", "sql"],
)  # fmt: skip
def test_every_sort_is_read(living, kaggle, source_text, language, kind, fact):  # noqa: PLR0917 - a table
    kaggle.world.kernels = [Kernel(5, "ada/it", source_text, language=language, kind=kind)]
    living.run()
    assert fact in living.facts("kaggle:notebook/5")


@pytest.mark.parametrize(
    ("source_text", "kind", "code"),
    [
        ('{"cells": [', "notebook", "broken-notebook"),
        ('{"cells": ' + "[" * 100_000, "notebook", "broken-notebook"),
        ('{"cells": 7}', "notebook", "broken-notebook"),
        (None, "script", "notebook-empty"),
        ("x", "cobol", "notebook-language"),
    ],
    ids=["cut", "deep", "shape", "empty", "language"],
)
def test_hostile_source_is_an_issue_and_the_notebook_counts(living, kaggle, source_text, kind, code):
    language = kind if kind == "cobol" else "python"
    kaggle.world.kernels[0] = Kernel(11, "ada/heart", source_text, kind=kind, language=language)
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [(code, "ada/heart")])
    assert "community:kaggle-notebook×1" in living.facts("kaggle:notebook/11")
    assert not [fact for fact in living.facts("kaggle:notebook/11") if fact.startswith("import")]


def test_new_version_counts_with_the_lines_that_it_brought(living, kaggle):
    living.run()
    kernel = kaggle.world.kernels[0]
    kernel.earlier[1], kernel.version, kernel.run = kernel.source, 2, "2024-05-20T10:00:00Z"
    kernel.source += "import scipy.stats\nscipy.stats.norm.rvs()\n"
    living.run()
    assert living.days("kaggle:notebook/11", "notebook") == {"v1": "2024-05-04", "v2": "2024-05-20"}
    brought = living.facts("kaggle:notebook/11", key="v2")
    assert "symbol:scipy.stats.norm.rvs×1" in brought
    assert "language:python×2" in brought
    assert not [fact for fact in brought if "linalg" in fact]
    assert kaggle.calls().count("GetKernel") == 1  # the version before was kept


def test_what_stands_in_the_last_version_is_known(living, kaggle):
    living.run()
    kernel = kaggle.world.kernels[0]
    kernel.source, kernel.version, kernel.run = "import torch\ntorch.zeros(3)\n", 2, "2024-05-20T10:00:00Z"
    living.run()
    detect(living.store, load_taxonomy())
    found = head_subjects(living.store)
    assert {"pytorch"} <= set(found["subject"])
    assert "numpy" not in set(found["subject"])


def test_lost_cache_asks_for_the_version_before(living, kaggle):
    living.run()
    for path in (living.folder / "cache").rglob("*.json.gz"):
        path.unlink()
    kernel = kaggle.world.kernels[0]
    kernel.earlier[1], kernel.version, kernel.run = kernel.source, 2, "2024-05-20T10:00:00Z"
    kernel.source += "import scipy.stats\n"
    living.run()
    assert [ask.told.get("versionLabel") for ask in kaggle.asked if ask.call == "GetKernel"] == [None, "v1"]
    assert "import:numpy×1" not in living.facts("kaggle:notebook/11", key="v2")
    assert "import:scipy.stats×1" in living.facts("kaggle:notebook/11", key="v2")


def test_lost_version_claims_nothing(living, kaggle):
    living.run()
    for path in (living.folder / "cache").rglob("*.json.gz"):
        path.unlink()
    kernel = kaggle.world.kernels[0]
    kernel.version, kernel.run, kernel.source = 2, "2024-05-20T10:00:00Z", kernel.source + "import scipy.stats\n"
    result = living.run()
    assert codes(result) == [("notebook-version-lost", "ada/heart")]
    assert not [fact for fact in living.facts("kaggle:notebook/11", key="v2") if fact.startswith("import")]


def test_run_of_the_same_text_is_no_new_work(living, kaggle):
    living.run()
    kaggle.world.kernels[0].run, kaggle.world.kernels[0].version = "2024-05-20T10:00:00Z", 2
    living.run()
    taxonomy = load_taxonomy()
    detect(living.store, taxonomy)
    days = evidence_days(living.store)
    numpy = days[(days.subject_kind == "technology") & (days.subject == "numpy")]
    assert [str(day.date()) for day in numpy["day"]] == ["2024-05-04"]


def test_copy_of_ones_own_notebook_counts_once(living, kaggle):
    kaggle.world.kernels.append(Kernel(13, "ada/heart-again", run="2024-06-01T00:00:00Z"))
    living.run()
    detect(living.store, load_taxonomy())
    days = evidence_days(living.store)
    assert len(days[(days.subject_kind == "technology") & (days.subject == "numpy")]) == 1


def test_data_set_that_is_read_speaks_for_its_domain(living):
    living.run()
    detect(living.store, load_taxonomy())
    shown = evidence_days(living.store)
    assert {"healthcare", "kaggle-sharing", "kaggle-competitions"} <= set(shown["subject"])
    sharing = shown[shown.subject == "kaggle-sharing"]
    assert {str(day.date()) for day in sharing["day"]} >= {"2024-02-01", "2024-03-02", "2024-05-04", "2024-04-20"}


def head(living, project):
    """Values of what stands in the last version."""
    query = (
        select(fact_values.c.value).join_from(head_facts, fact_values).join(projects).where(projects.c.key == project)
    )
    with living.store.reading() as connection:
        return set(connection.execute(query).scalars())


def other_readers(living):
    """As it is after an update: what was read was read by others, who saw nothing in it."""
    store = living.store
    for project in store.projects():
        state = store.bookmark(living.account, f"notebook:{project.key.rpartition('/')[2]}")
        if state:
            versions = [row for row in living.activities() if row[:2] == (project.key, "notebook")]
            bare = [Activity("notebook", row[2], datetime.fromisoformat(f"{row[3]}T00:00:00Z")) for row in versions]
            marks = {f"notebook:{project.key.rpartition('/')[2]}": {**state, "readers": "others"}}
            store.save_batch(living.account, Batch(project, bare, head_facts=[], bookmarks=marks))
    asked = store.bookmark(living.account, "asked")
    store.save_bookmarks(living.account, {"asked": {**asked, "as": "others"}})


def second_version(kaggle, more="import scipy.stats\nscipy.stats.norm.rvs()\n"):
    kernel = kaggle.world.kernels[0]
    kernel.earlier[1], kernel.version, kernel.run = kernel.source, 2, "2024-05-20T10:00:00Z"
    kernel.source += more


def test_after_an_update_every_version_is_read_again_from_disk(living, kaggle):
    living.run()
    second_version(kaggle)
    living.run()
    before, heads = living.activities(), {p.key: head(living, p.key) for p in living.store.projects()}
    other_readers(living)
    assert living.activities() != before
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [])
    assert living.activities() == before
    assert {p.key: head(living, p.key) for p in living.store.projects()} == heads
    assert heads["kaggle:notebook/11"]
    assert "GetKernel" not in kaggle.calls()
    living.run()
    assert len(kaggle.asked) == 2


def test_after_an_update_a_lost_text_is_asked_for_and_what_cannot_be_had_is_told(living, kaggle):
    living.run()
    second_version(kaggle)
    living.run()
    before = living.activities()
    other_readers(living)
    for path in (living.folder / "cache").rglob("*.json.gz"):
        path.unlink()
    result = living.run()
    assert codes(result) == [("notebook-older-readers", "ada/heart")]
    assert kaggle.calls().count("GetKernel") == 2  # the last version of each
    assert living.activities() != before
    assert living.facts("kaggle:notebook/12") == {
        fact for row in before if row[0] == "kaggle:notebook/12" for fact in row[6]
    }
    assert "kaggle:notebook/11" in {row[0] for row in before}
    assert head(living, "kaggle:notebook/11")
    assert living.run().issues == ()  # said once
    assert "GetKernel" not in kaggle.calls()


def test_after_an_update_a_new_version_comes_with_the_older_ones(living, kaggle):
    living.run()
    other_readers(living)
    second_version(kaggle)
    assert living.run().issues == ()
    assert "symbol:numpy.linalg.norm×1" in living.facts("kaggle:notebook/11", key="v1")
    assert "symbol:scipy.stats.norm.rvs×1" in living.facts("kaggle:notebook/11", key="v2")
    assert "symbol:numpy.linalg.norm×1" not in living.facts("kaggle:notebook/11", key="v2")


def test_after_an_update_a_named_notebook_is_read_again(anonymous, kaggle):
    anonymous.ask_for(notebooks=["ada/heart"])
    anonymous.run()
    before = anonymous.facts("kaggle:notebook/11")
    other_readers(anonymous)
    for path in (anonymous.folder / "cache").rglob("*.json.gz"):
        path.unlink()
    assert anonymous.facts("kaggle:notebook/11") == set()
    anonymous.run()
    assert anonymous.facts("kaggle:notebook/11") == before


def test_votes_come_with_the_list_alone(living, kaggle):
    living.run()
    kaggle.world.kernels[0].votes = 99
    living.run()
    assert living.store.project("kaggle:notebook/11").stars == 99
    assert "GetKernel" not in kaggle.calls()


def test_renamed_notebook_stays_the_same_one(living, kaggle):
    living.run()
    kaggle.world.kernels[0].ref = "ada/heart-of-gold"
    result = living.run()
    assert codes(result) == [("notebook-renamed", "ada/heart-of-gold")]
    project = living.store.project("kaggle:notebook/11")
    assert (project.name, project.vanished, project.state) == ("ada/heart-of-gold", ("ada/heart",), "ok")
    assert living.kinds()["notebook"] == 2
    assert living.run().issues == ()


@pytest.mark.parametrize("how", ["deleted", "hidden"])
def test_gone_notebook_stays_for_the_person_alone(living, kaggle, how):
    living.run()
    if how == "deleted":
        del kaggle.world.kernels[0]
    else:
        kaggle.world.kernels[0].private = True
    result = living.run()
    assert codes(result) == [("notebook-gone", "ada/heart")]
    project = living.store.project("kaggle:notebook/11")
    assert (project.state, project.private) == ("gone", True)
    assert living.days("kaggle:notebook/11", "notebook") == {"v1": "2024-05-04"}
    assert living.run().issues == ()  # said once


def test_list_that_is_empty_all_at_once_takes_nothing_away(living, kaggle):
    """So it is when an account gets another name."""
    kaggle.world.kernels.append(Kernel(13, "ada/third", "x = 3\n"))
    living.run()
    kaggle.world.kernels = [replace(kernel, ref=kernel.ref.replace("ada/", "ada2/")) for kernel in kaggle.world.kernels]
    assert codes(living.run()) == [("list-empty", "ada")]
    assert {(p.state, p.private) for p in living.store.projects()} == {("ok", False)}
    kaggle.world.kernels = [replace(kernel, ref=kernel.ref.replace("ada2/", "ada/")) for kernel in kaggle.world.kernels]
    assert living.run().issues == ()


def test_what_others_own_is_not_the_persons(living, kaggle):
    def shared(ask):
        if ask.call not in {"ListKernels", "ListDatasets"}:
            return None
        answer = kaggle._answer(ask)
        answer.body["kernels" if ask.call == "ListKernels" else "datasets"].append({"ref": "bob/his-own", "id": 90})
        return answer

    kaggle.faults.append(shared)
    living.run()
    assert not {p.name for p in living.store.projects()} & {"bob/his-own"}


@pytest.mark.parametrize(
    ("change", "code"), [({"draft": True}, "notebook-draft"), ({"forbidden": True}, "notebook-forbidden")]
)
def test_unreadable_notebook_is_an_issue_and_asked_again_after_its_next_run(living, kaggle, change, code):
    kaggle.world.kernels[0] = replace(kaggle.world.kernels[0], **change)
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [(code, "ada/heart")])
    assert living.kinds()["notebook"] == 1
    living.run()
    assert "GetKernel" not in kaggle.calls()
    kaggle.world.kernels[0] = replace(kaggle.world.kernels[0], draft=False, forbidden=False, run="2024-07-01T00:00:00Z")
    assert living.run().issues == ()
    assert living.kinds()["notebook"] == 2


def test_trouble_with_one_notebook_stops_nobody(living, kaggle):
    broken = lambda ask: no(500) if ask.told.get("kernelSlug") == "heart" else None  # noqa: E731
    kaggle.faults.append(broken)
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [("notebook-unanswered", "ada/heart")])
    assert living.kinds()["notebook"] == 1
    kaggle.faults.clear()
    living.run()
    assert living.kinds()["notebook"] == 2


def test_answer_that_names_nothing_is_left_out(living, kaggle):
    odd = Answer(200, {"metadata": {"ref": 7}, "blob": {}})
    kaggle.faults.append(lambda ask: odd if ask.told.get("kernelSlug") == "heart" else None)
    assert codes(living.run()) == [("unexpected-item", "ada/heart")]
    living.run()
    assert len(kaggle.asked) == 2
    whole_again(living)
    kaggle.faults.clear()
    living.run()
    assert living.kinds()["notebook"] == 2


def test_items_that_are_none_are_left_out(living, kaggle):
    def odd(ask):
        if ask.call == "ListKernels":
            items = [{"ref": "../../etc"}, {"ref": None}, 7, {"ref": "ada/heart", "lastRunTime": "soon"}]
            return Answer(200, {"kernels": items, "nextPageToken": None})
        return None

    kaggle.faults.append(odd)
    result = living.run()
    assert result.state is RunState.DONE
    assert set(codes(result)) == {("unexpected-item", "notebook")}
    assert living.kinds()["notebook"] == 1
