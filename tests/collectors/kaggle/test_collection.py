"""The Kaggle source through its whole life, against the loopback Kaggle: runs, limits, kills."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectors.sources import kaggle as source
from data.errors import NotUsable
from data.models import RunState
from tests.collectors.kaggle_living import TOKEN, Living, whole_again, world
from tests.loopback.kaggle import Answer, Kaggle, nested, no
from tests.loopback.kaggle_state import DataSet, Kernel, Model
from tests.loopback.living import codes

# ---- first run, no news, news -----------------------------------------------------------------------


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


# ---- without credentials ----------------------------------------------------------------------------


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


# ---- limits, outages, refusals ----------------------------------------------------------------------


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


# ---- killed and stopped -----------------------------------------------------------------------------

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


# ---- adding -----------------------------------------------------------------------------------------


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
