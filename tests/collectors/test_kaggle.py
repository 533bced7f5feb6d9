"""The Kaggle source through its whole life, against the loopback Kaggle."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from collectors.sources import kaggle as source
from data import schema
from data.detect import detect
from data.errors import NotUsable
from data.frames import evidence_days, head_subjects
from data.models import RunState
from data.taxonomy import load_taxonomy
from tests.collectors.builders import notebook
from tests.collectors.kaggle_living import TOKEN, Living, world
from tests.loopback.kaggle import Answer, Kaggle, Storage, nested, no
from tests.loopback.kaggle_state import Contest, DataSet, Kernel, Model, Sent
from tests.loopback.living import codes


@pytest.fixture(autouse=True)
def no_credentials(tmp_path, monkeypatch):
    """A home without any."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.fixture
def kaggle():
    with Kaggle(world()) as running:
        yield running


@pytest.fixture
def living(tmp_path, kaggle):
    found = Living(tmp_path / "home", kaggle)
    yield found
    found.close()


@pytest.fixture
def anonymous(tmp_path, kaggle):
    found = Living(tmp_path / "home", kaggle, token=None)
    yield found
    found.close()


def whole_again(living):
    """As it is a week later."""
    asked = living.store.bookmark(living.account, "asked")
    ago = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    living.store.save_bookmarks(living.account, {"asked": {**asked, "whole": ago}})


# ---- first run, no news, news ------------------------------------------------------------------------


def test_first_run_reads_everything(living):
    result = living.run()
    assert (result.state, result.issues) == (RunState.DONE, ())
    assert living.kinds() == {"notebook": 2, "dataset": 2, "model": 2, "competition": 1, "submission": 2}
    assert {project.key for project in living.store.projects()} == {
        "kaggle:notebook/11", "kaggle:notebook/12", "kaggle:dataset/21", "kaggle:model/31", "kaggle:competition/cup",
    }  # fmt: skip


def test_second_run_without_news_costs_two_requests(living, kaggle):
    living.run()
    before = living.activities()
    asked = []
    for _ in range(4):
        result = living.run()
        assert (result.state, result.issues) == (RunState.DONE, ())
        assert len(kaggle.asked) == result.counts["requests"] == 2
        asked += kaggle.calls()
    assert living.activities() == before
    assert {"ListKernels", "ListCompetitions", "ListDatasets", "ListModels"} == set(asked)  # each has its turn
    assert asked.count("ListKernels") == 4


def test_once_a_week_everything_is_looked_at(living, kaggle):
    living.run()
    whole_again(living)
    living.run()
    assert {"ListKernels", "ListCompetitions", "ListDatasets", "ListModels"} <= set(kaggle.calls())
    assert "GetKernel" not in kaggle.calls()


def test_new_notebook_makes_the_run_look_at_all(living, kaggle):
    living.run()
    kaggle.world.kernels.append(Kernel(13, "ada/new", run="2024-06-01T00:00:00Z"))
    kaggle.world.datasets.append(DataSet(22, "ada/snow"))
    kaggle.world.models.append(Model(32, "ada/other"))
    living.run()
    assert kaggle.calls().count("GetKernel") == 1
    assert {"kaggle:notebook/13", "kaggle:dataset/22", "kaggle:model/32"} <= {p.key for p in living.store.projects()}


def test_pages_are_followed_to_the_end(tmp_path):
    made = world()
    made.kernels = [Kernel(n, f"ada/k{n}", f"x{n} = 1\n", run=f"2024-05-{n:02}T00:00:00Z") for n in range(1, 8)]
    with Kaggle(made, page_size=3) as kaggle:
        living = Living(tmp_path / "home", kaggle)
        living.run()
        assert living.kinds()["notebook"] == 7
        assert kaggle.calls().count("ListKernels") == 3
        living.run()
        assert kaggle.calls() == ["ListKernels", "ListCompetitions"]  # no further than there is news
        made.kernels[6].run = made.kernels[5].run = made.kernels[4].run = "2024-06-01T00:00:00Z"
        living.run()
        assert kaggle.calls().count("ListKernels") == 2  # a page of news, and the next one
        living.close()


def test_repeated_page_token_ends_the_list(living, kaggle):
    body = {"kernels": [{"ref": "ada/heart", "lastRunTime": "2024-01-01T00:00:00Z"}], "nextPageToken": "same"}
    kaggle.faults.append(lambda ask: Answer(200, body) if ask.call == "ListKernels" else None)
    assert living.run().state is RunState.DONE
    assert kaggle.calls().count("ListKernels") == 2


# ---- notebooks ---------------------------------------------------------------------------------------


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
    for path in (living.folder / "cache").rglob("*.txt"):
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
    for path in (living.folder / "cache").rglob("*.txt"):
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


def seen_by(living, key):
    project = living.store.project(key)
    return "everyone" if (project.state, project.private) == ("ok", False) else "the person"


KINDS = (("kernels", "kaggle:notebook/11"), ("datasets", "kaggle:dataset/21"), ("models", "kaggle:model/31"))


@pytest.mark.parametrize("own", [False, True], ids=["public work", "private work too"])
@pytest.mark.parametrize(("what", "key"), KINDS, ids=lambda value: value.rpartition(":")[2])
def test_who_sees_a_work_follows_the_latest_answer(living, kaggle, what, key, own):
    """Both ways, and though nothing else of it changes."""
    living.ask_for(private=own)
    living.run()
    work = getattr(kaggle.world, what)[0]
    for private in (True, False, True, False):
        work.private = private
        whole_again(living)
        result = living.run()
        assert seen_by(living, key) == ("the person" if private else "everyone")
        assert [code.rpartition("-")[2] for code, _ in codes(result)] == (["gone"] if private and not own else [])
        before = living.activities()
        whole_again(living)
        assert living.run().issues == ()
        assert living.activities() == before


def test_who_sees_a_notebook_is_asked_for_in_turn(living, kaggle):
    """One's own list does not tell; so it is known a few runs later, with two requests each."""
    living.ask_for(private=True)
    living.run()
    kaggle.world.kernels[0].private = True
    for _ in range(4):
        living.run()
        assert len(kaggle.asked) == 2
    assert seen_by(living, "kaggle:notebook/11") == "the person"


@pytest.mark.parametrize("how", ["hidden", "deleted"])
def test_named_notebook_that_went_is_for_the_person_alone(anonymous, kaggle, how):
    anonymous.ask_for(notebooks=["ada/heart"])
    anonymous.run()
    work = kaggle.world.kernels[0]
    assert seen_by(anonymous, "kaggle:notebook/11") == "everyone"
    if how == "hidden":
        work.private = True
    else:
        kaggle.world.kernels.remove(work)
    anonymous.run()
    assert seen_by(anonymous, "kaggle:notebook/11") == "the person"
    work.private = False
    kaggle.world.kernels[:1] = [work, *(one for one in kaggle.world.kernels[:1] if one is not work)]
    anonymous.run()
    assert seen_by(anonymous, "kaggle:notebook/11") == "everyone"


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


# ---- private work ------------------------------------------------------------------------------------


def with_private(kaggle):
    kaggle.world.kernels.append(Kernel(14, "ada/secret-plan", "import secret_sauce\n", private=True))
    kaggle.world.datasets.append(DataSet(23, "ada/secret-rain", private=True))
    kaggle.world.models.append(Model(33, "ada/secret-net", private=True))


SECRET = {"kaggle:notebook/14", "kaggle:dataset/23", "kaggle:model/33"}


def test_private_work_is_left_alone(living, kaggle):
    with_private(kaggle)
    living.run()
    assert not SECRET & {project.key for project in living.store.projects()}
    assert "PROFILE" not in {ask.told.get("group") for ask in kaggle.asked}
    living.run()
    assert len(kaggle.asked) == 2


def test_private_work_is_read_when_asked_for_and_marked(living, kaggle):
    with_private(kaggle)
    living.ask_for(private=True)
    living.run()
    private = {project.key for project in living.store.projects() if project.private}
    assert private == SECRET
    assert "import:secret_sauce×1" in living.facts("kaggle:notebook/14")
    assert "community:kaggle-private-notebook×1" in living.facts("kaggle:notebook/14")
    detect(living.store, load_taxonomy())
    shown = evidence_days(living.store)
    ids = {row["key"]: row["id"] for row in _projects(living.store)}
    assert not {ids[key] for key in SECRET} & set(shown[shown.subject == "kaggle-sharing"]["project_id"])
    living.run()
    assert len(kaggle.asked) == 2


def _projects(store):
    with store.reading() as connection:
        return connection.execute(select(schema.projects.c.id, schema.projects.c.key)).mappings().all()


def test_privacy_that_is_not_told_is_found_out(living, kaggle):
    """A notebook that only one's own list holds is private, whatever its metadata leave out."""
    with_private(kaggle)
    living.ask_for(private=True)

    def untold(ask):
        if ask.call != "GetKernel":
            return None
        answer = kaggle._answer(ask)
        answer.body["metadata"].pop("isPrivate", None)
        return answer

    kaggle.faults.append(untold)
    living.run()
    private = {p.key for p in living.store.projects() if p.private and p.key.startswith("kaggle:notebook")}
    assert private == {"kaggle:notebook/14"}


def test_somebody_elses_private_work_cannot_be_asked_for(tmp_path, kaggle):
    with_private(kaggle)
    living = Living(tmp_path / "home", kaggle, token="KGAT_bob", options={"private": True})
    result = living.run()
    assert ("private-not-yours", "") in codes(result)
    assert not SECRET & {project.key for project in living.store.projects()}
    living.close()


# ---- competitions ------------------------------------------------------------------------------------


def test_competition_carries_rank_teams_and_deadline(living):
    living.run()
    facts = living.facts("kaggle:competition/cup", "competition")
    assert {
        "community:kaggle-competition×1", "community:kaggle-rank×41", "community:kaggle-teams×1830",
        "community:kaggle-submissions×2", "community:kaggle-metric:AUC×1", "community:kaggle-deadline:2024-03-31×1",
    } <= facts  # fmt: skip
    assert living.days("kaggle:competition/cup", "competition") == {"result": "2024-02-10"}
    assert not [fact for fact in facts if "medal" in fact]  # a rank is none


def test_submissions_are_the_persons_own_with_their_scores(living):
    living.run()
    assert living.days("kaggle:competition/cup", "submission") == {"1": "2024-02-10", "2": "2024-03-30"}
    assert living.facts("kaggle:competition/cup", "submission", "2") == {
        "community:kaggle-submission×1", "community:kaggle-score:0.91234×1", "community:kaggle-private-score:0.90987×1",
    }  # fmt: skip


def test_new_rank_brings_new_submissions(living, kaggle):
    living.run()
    contest = kaggle.world.contests[0]
    contest.ranks["ada"] = 7
    contest.sent += [
        Sent(5, "ada", "2024-03-31T00:00:00Z"),
        Sent(6, "ada", status="PENDING", public=None, private=None),
    ]
    contest.sent.append(Sent(7, "ada", status="ERROR", public=None, private=None))
    living.run()
    assert kaggle.calls() == ["ListKernels", "ListCompetitions", "ListSubmissions", "ListDatasets", "ListModels"]
    assert set(living.days("kaggle:competition/cup", "submission")) == {"1", "2", "5"}
    assert "community:kaggle-rank×7" in living.facts("kaggle:competition/cup", "competition")


def test_competition_without_a_rank_has_none(living, kaggle):
    """A rank that is absent is not the rank 0."""
    kaggle.world.contests[0].ranks["ada"] = 0
    living.run()
    assert not [
        f for f in living.facts("kaggle:competition/cup", "competition") if f.startswith("community:kaggle-rank")
    ]


def test_competition_entered_and_nothing_sent_is_no_work(living, kaggle):
    kaggle.world.contests.append(Contest(42, "later", deadline="2099-01-01T00:00:00Z", ranks={"ada": 0}))
    living.run()
    assert living.store.project("kaggle:competition/later") is not None
    assert living.days("kaggle:competition/later", "competition") == {}


def test_hidden_submissions_are_an_issue(living, kaggle):
    kaggle.world.contests[0].hidden = True
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [("submissions-refused", "cup")])
    assert living.days("kaggle:competition/cup", "competition") == {"result": "2024-03-31"}  # its last day


BOARD = """Rank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames
1,100,"The, best",2024-03-30 20:00:00,0.95,12,bob
2,101,Us,2024-03-29 08:00:00,0.94,7,"carol, Ada"
3,102,Them,2024-03-28 08:00:00,0.93,3,adam;eve
"""


@pytest.fixture
def by_bob(tmp_path, kaggle):
    """Ada as seen with Bob's credentials."""
    kaggle.world.contests[0].board = BOARD
    found = Living(tmp_path / "home", kaggle, token="KGAT_bob")
    yield found
    found.close()


def damaged_zip():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("board.csv", "".join(f"{n},{n * n},team {n}\n" for n in range(500)))
    return held.getvalue().replace(held.getvalue()[60:90], b"\xff" * 30)


def test_rank_of_others_comes_from_the_leaderboard_file(by_bob, kaggle):
    assert by_bob.run().issues == ()
    assert {
        "community:kaggle-rank×2", "community:kaggle-teams×3", "community:kaggle-submissions×7",
        "community:kaggle-score:0.94×1",
    } <= by_bob.facts("kaggle:competition/cup", "competition")  # fmt: skip
    assert by_bob.days("kaggle:competition/cup", "competition") == {"result": "2024-03-29"}
    assert by_bob.kinds()["notebook"] == 2
    by_bob.run()
    assert len(kaggle.asked) == 2


def test_credentials_never_reach_the_host_of_files(by_bob, kaggle, tmp_path, monkeypatch):
    netrc = tmp_path / "nobody" / ".netrc"
    netrc.parent.mkdir(exist_ok=True)
    netrc.write_text("machine localhost login ada password from-netrc\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Storage() as storage:
        kaggle.storage = storage
        by_bob.run()
        assert [sent["verb"] for sent in storage.asked] == ["GET"]
        assert "authorization" not in storage.asked[0]
        assert "KGAT" not in json.dumps(storage.asked)
    assert "community:kaggle-rank×2" in by_bob.facts("kaggle:competition/cup", "competition")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: no(403, "You must accept the rules"), "leaderboard-refused"),
        (lambda: no(404, "x"), "leaderboard-refused"),
        (lambda: Answer(200, b"PK\x03\x04 this is no zip"), "leaderboard-unreadable"),
        (lambda: Answer(200, b""), "leaderboard-unreadable"),
        (lambda: Answer(200, damaged_zip()), "leaderboard-unreadable"),
        (lambda: Answer(302, b"", {"Location": "http://[x"}), "leaderboard-unreadable"),
        (lambda: Answer(302, b"", {"Location": "http://example.org/x.zip"}), "leaderboard-unreadable"),
        (lambda: Answer(302, b"", {"Location": "file:///etc/passwd"}), "leaderboard-unreadable"),
    ],
    ids=["rules", "gone", "no-zip", "empty", "damaged", "no-address", "elsewhere", "file"],
)
def test_leaderboard_that_cannot_be_had_is_an_issue(by_bob, kaggle, answer, code):
    kaggle.faults.append(lambda ask: answer() if ask.call == "DownloadLeaderboard" else None)
    result = by_bob.run()
    assert (result.state, codes(result)) == (RunState.DONE, [(code, "cup")])
    assert by_bob.kinds()["notebook"] == 2
    by_bob.run()
    assert len(kaggle.asked) == 2  # not asked for again before the week is over


# ---- data sets and models ----------------------------------------------------------------------------


def test_changed_data_set_tells_its_new_version(living, kaggle):
    living.run()
    rain = kaggle.world.datasets[0]
    rain.versions += ((3, "2024-06-09T10:00:00Z"),)
    rain.updated, rain.votes = "2024-06-09T10:00:00Z", 50
    whole_again(living)
    living.run()
    assert living.days("kaggle:dataset/21", "dataset")["v3"] == "2024-06-09"
    assert living.store.project("kaggle:dataset/21").stars == 50


def test_gone_data_set_and_model_stay_for_the_person_alone(living, kaggle):
    living.run()
    kaggle.world.datasets.clear()
    kaggle.world.models[0].private = True
    whole_again(living)
    assert codes(living.run()) == [("dataset-gone", "ada/rain"), ("model-gone", "ada/net")]
    assert {p.state for p in living.store.projects() if p.private} == {"gone"}
    assert living.run().issues == ()


def test_data_set_without_versions_counts_once(living, kaggle):
    kaggle.faults.append(lambda ask: no(403, "no") if ask.call == "GetDataset" else None)
    assert codes(living.run()) == [("dataset-versions-unknown", "ada/rain")]
    assert living.days("kaggle:dataset/21", "dataset") == {"v2": "2024-03-02"}


# ---- without credentials -----------------------------------------------------------------------------


def test_without_credentials_data_sets_are_read(anonymous, kaggle):
    result = anonymous.run()
    assert (result.state, codes(result)) == (RunState.DONE, [("credentials-needed", "")])
    assert anonymous.days("kaggle:dataset/21", "dataset") == {"v1": "2024-02-01", "v2": "2024-03-02"}
    assert not any("authorization" in ask.headers for ask in kaggle.asked)
    assert {ask.verb for ask in kaggle.asked} == {"GET"}
    anonymous.run()
    assert len(kaggle.asked) <= 2


def test_without_credentials_named_notebooks_are_read(anonymous, kaggle):
    anonymous.ask_for(notebooks=["ada/heart", "ada/stats-in-r", "ada/not-there"])
    assert codes(anonymous.run()) == [("credentials-needed", ""), ("notebook-draft", "ada/not-there")]
    assert anonymous.kinds()["notebook"] == 2
    assert "symbol:numpy.linalg.norm×1" in anonymous.facts("kaggle:notebook/11")
    before = anonymous.activities()
    for _ in range(6):
        anonymous.run()
        assert len(kaggle.asked) <= 2
    assert anonymous.activities() == before


def test_open_lists_are_used_where_kaggle_has_them(tmp_path):
    with Kaggle(world(), openly=True) as kaggle:
        living = Living(tmp_path / "home", kaggle, token=None)
        assert living.run().issues == ()
        assert living.kinds()["notebook"] == 2
        living.close()


# ---- limits, outages, refusals -----------------------------------------------------------------------


@pytest.mark.parametrize("shape", [no, nested], ids=["flat", "nested"])
def test_limit_keeps_what_was_read_and_goes_on_later(living, kaggle, shape):
    def limited(ask):
        if ask.told.get("kernelSlug") == "stats-in-r":
            answer = shape(429, "Too many requests")
            answer.headers["Retry-After"] = "3600"
            return answer
        return None

    kaggle.faults.append(limited)
    result = living.run()
    assert result.state is RunState.PARTIAL
    assert "Kaggle's request limit is reached" in result.message
    assert "try again after" in result.message
    assert kaggle.calls().count("GetKernel") == 2  # not asked again at once
    assert living.kinds() == {"notebook": 1, "competition": 1, "submission": 2, "dataset": 2, "model": 2}
    kaggle.faults.clear()
    assert living.run().state is RunState.DONE
    assert kaggle.calls().count("GetKernel") == 1  # the one that was missing
    assert living.kinds()["notebook"] == 2


def test_error_in_a_good_answer_is_an_error(living, kaggle):
    kaggle.faults.append(lambda ask: Answer(200, {"code": 404, "message": "x"}) if ask.call == "GetKernel" else None)
    assert {code for code, _ in codes(living.run())} == {"notebook-draft"}


def test_list_that_does_not_answer_leaves_the_others_alone(living, kaggle):
    kaggle.faults.append(lambda ask: Answer(503, b"<html>") if ask.call == "ListCompetitions" else None)
    result = living.run()
    assert result.state is RunState.PARTIAL
    assert living.kinds() == {"notebook": 2, "dataset": 2, "model": 2}


@pytest.mark.parametrize("where", ["https://example.org/login", "http://[x"])
def test_redirect_of_a_call_is_not_followed(living, kaggle, where):
    kaggle.faults.append(lambda ask: Answer(302, b"", {"Location": where}) if ask.call == "ListModels" else None)
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [("list-unreadable", "models")])


def test_outage_ends_the_run_calmly(living, kaggle):
    lists = {"ListCompetitions", "ListDatasets"}
    kaggle.faults.append(lambda ask: Answer(503, b"<html>") if ask.call in lists else None)
    result = living.run()
    assert result.state is RunState.PARTIAL
    assert living.kinds() == {"notebook": 2}
    assert "ListModels" not in kaggle.calls()
    kaggle.faults.clear()
    assert living.run().state is RunState.DONE
    assert "GetKernel" not in kaggle.calls()


def test_page_instead_of_data_fails_loudly(living, kaggle):
    login = Answer(200, b"<html>log in</html>", {"Content-Type": "text/html"})
    kaggle.faults.append(lambda ask: login if ask.call == "ListKernels" else None)
    result = living.run()
    assert result.state is RunState.FAILED
    assert "login page" in result.message


def test_refused_list_keeps_nobody_from_the_others(living, kaggle):
    kaggle.faults.append(lambda ask: no(403, "no") if ask.call == "ListModels" else None)
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [("list-refused", "models")])
    assert living.kinds()["dataset"] == 2


def test_unknown_user_is_told(living, kaggle):
    kaggle.faults.append(lambda ask: no(404, "no such user") if ask.call == "ListKernels" else None)
    result = living.run()
    assert result.state is RunState.FAILED
    assert "no user ada" in result.message


def test_user_with_nothing_is_told(tmp_path, kaggle):
    living = Living(tmp_path / "home", kaggle, user="nobody-here")
    assert codes(living.run()) == [("nothing-found", "nobody-here")]
    living.close()


# ---- killed and stopped ------------------------------------------------------------------------------

KILLED = """
import sys, os, signal
from pathlib import Path
from collectors import runner
from data.settings import Settings
from data.store import Store
home, url = Path(sys.argv[1]), sys.argv[2]
store = Store.open(home / "skillfolio.db")
runner.run_account(store, 1, Settings(home, f"sqlite:///{home}/skillfolio.db", kaggle_url=url, kaggle_api_token=sys.argv[3]))
"""


@pytest.mark.parametrize("at", [2, 4, 7, 10])
def test_killed_anywhere_goes_on_from_there(tmp_path, living, kaggle, at):
    fresh = Living(tmp_path / "straight", kaggle)
    fresh.run()
    kaggle.forget()
    slow = []

    def hang(ask):
        if len(kaggle.asked) >= at:
            slow.append(ask)
            time.sleep(3)

    kaggle.faults.append(hang)
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(living.folder), kaggle.url, TOKEN], cwd=Path(source.__file__).parents[2]
    )
    deadline = time.monotonic() + 30
    while not slow and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    kaggle.faults.clear()
    assert living.run().state is RunState.DONE
    assert living.activities() == fresh.activities()
    fresh.close()


def test_stop_is_honoured(living, kaggle):
    kaggle.world.kernels = [Kernel(n, f"ada/k{n}", f"x = {n}\n") for n in range(1, 30)]

    def stop(ask):
        if ask.call == "GetKernel":
            living.store.stop_run(living.store.runs()[0].id)
            time.sleep(0.1)

    kaggle.faults.append(stop)
    assert living.run().state is RunState.CANCELLED
    assert living.kinds()["notebook"] < 29
    kaggle.faults.clear()
    living.run()
    assert living.kinds()["notebook"] == 29


# ---- adding ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [("ada", "ada"), (" @ada ", "ada"), ("https://www.kaggle.com/ada", "ada"), ("kaggle.com/ada/code", "ada")],
)
def test_handle_is_taken_in_every_form(living, text, name):
    assert source.check(text, living.settings) == name


@pytest.mark.parametrize(
    "text", ["", "two words", "a/b", "https://www.kaggle.com/code/ada/heart", "../x", "https://www.kaggle.com/datasets"]
)
def test_what_is_no_user_name_is_refused(living, text):
    with pytest.raises(NotUsable, match="user name"):
        source.check(text, living.settings)
