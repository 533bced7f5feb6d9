"""What Meta Kaggle's files add: versions of the past, medals, tiers, ranks; and that nothing is read twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collectors.kaggle import meta
from collectors.kaggle.options import chosen
from data import frames
from data.detect import detect
from data.errors import NotUsable
from data.kaggle import competitions, kaggle_notebooks, standing
from data.models import RunState
from data.taxonomy import load_taxonomy
from tests.collectors.kaggle_living import Living
from tests.loopback import kaggle_meta
from tests.loopback.living import codes


@pytest.fixture
def folder(tmp_path):
    return kaggle_meta.write(tmp_path / "meta")


@pytest.fixture
def living(tmp_path, kaggle, folder):
    found = Living(tmp_path / "home", kaggle, options={"meta": str(folder)})
    yield found
    found.close()


def test_versions_of_the_past_are_activities_on_their_days(living):
    assert living.run().issues == ()
    assert living.days("kaggle:notebook/11", "notebook") == {"v1": "2024-05-04", "v2": "2024-01-07"}  # v1 was read
    assert living.days("kaggle:notebook/15", "notebook") == {"v1": "2020-03-05"}
    assert "community:kaggle-notebook×1" in living.facts("kaggle:notebook/15")
    assert living.store.project("kaggle:notebook/90") is None  # Bob's


def test_first_version_of_a_copy_claims_no_code(living):
    living.run()
    assert living.store.project("kaggle:notebook/12").fork
    facts = living.facts("kaggle:notebook/12")
    assert "community:kaggle-notebook×1" in facts
    assert not [fact for fact in facts if fact.startswith(("import", "symbol", "language"))]


def test_changed_copy_claims_what_was_changed(living, kaggle):
    living.run()
    copy = kaggle.world.kernels[1]
    copy.earlier[1], copy.version, copy.run = copy.source, 2, "2024-06-01T00:00:00Z"
    copy.source += "library(ggplot2)\n"
    living.run()
    brought = living.facts("kaggle:notebook/12", key="v2")
    assert "import:ggplot2×1" in brought
    assert "import:dplyr×1" not in brought


def test_medals_are_those_that_were_awarded_and_no_work_of_their_day(living):
    living.run()
    assert living.days("kaggle:notebook/11", "medal") == {"silver": "2024-02-01"}
    assert living.days("kaggle:competition/cup", "medal") == {"bronze": "2024-04-05"}
    assert living.kinds()["medal"] == 2
    detect(living.store, load_taxonomy())
    reasons = frames.left_out(living.store).groupby("reason").size().to_dict()
    assert reasons["award"] == 5  # two medals, three tiers
    days = {str(day.date()) for day in frames.active_days(living.store)["day"]}
    assert not {"2024-04-05", "2022-05-06", "2021-03-04"} & days


def test_without_files_there_are_no_medals(tmp_path, kaggle):
    """Rank 1 of 1830 teams and a thousand votes are no medal until Kaggle says so."""
    kaggle.world.contests[0].ranks["ada"] = 1
    kaggle.world.kernels[0].votes = 1000
    living = Living(tmp_path / "home", kaggle)
    living.run()
    assert "medal" not in living.kinds()
    assert set(competitions(living.store)["medal"]) | set(kaggle_notebooks(living.store)["medal"]) == {""}
    assert not [fact for row in living.activities() for fact in row[6] if "medal" in fact]
    living.close()


def test_standing_tells_tiers_and_ranks(living):
    living.run()
    told = standing(living.store).set_index("category")
    assert told.loc["competitions", "tier"] == "master"
    assert str(told.loc["competitions", "day"].date()) == "2022-05-06"
    assert told.loc["competitions", ["points", "rank", "highest_rank", "gold", "silver"]].tolist() == [
        15320,
        812,
        401,
        1,
        2,
    ]
    assert told.loc["scripts", "tier"] == "expert"
    assert told.loc["scripts", ["rank", "bronze"]].isna().tolist() == [True, False]
    assert str(told.loc["discussion", "day"].date()) == "2019-02-03"  # since the account was made


def test_competitions_of_the_past_have_their_final_rank(living):
    living.run()
    told = competitions(living.store).set_index("slug")
    assert told.loc["titanic", ["rank", "teams", "submissions"]].tolist() == [500, 9000, 1]
    assert str(told.loc["titanic", "day"].date()) == "2021-06-02"
    assert not told.loc["titanic", "awards_points"]
    assert told.loc["cup", "medal"] == "bronze"
    assert told.loc["cup", "rank"] == 41


def test_what_kaggle_told_itself_stays(living, kaggle, folder):
    """A newer download of the files does not turn back what was read since."""
    kaggle.world.contests[0].ranks["ada"] = 7
    living.run()
    kaggle_meta.write(folder)
    os.utime(folder / "Teams.csv", (1, 1))
    living.run()
    told = competitions(living.store).set_index("slug")
    assert told.loc["cup", "rank"] == 7
    assert living.facts("kaggle:competition/cup", "submission", "1") >= {"community:kaggle-score:0.91234×1"}


def test_files_are_read_again_only_when_they_change(living, kaggle, folder, monkeypatch):
    living.run()
    before = living.activities()
    for path in folder.iterdir():  # the same name, time and size; nothing that can be read
        stat = path.stat()
        path.write_bytes(b"x" * stat.st_size)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert living.run().issues == ()
    assert len(kaggle.asked) == 2
    assert living.activities() == before


def test_new_rows_come_with_a_new_file(living, folder):
    living.run()
    with (folder / "KernelVersions.csv").open("a") as file:
        file.write("1021,15,1020,9,7,04/01/2020 10:00:00,2,Old,9,0\n")
    living.run()
    assert living.days("kaggle:notebook/15", "notebook") == {"v1": "2020-03-05", "v2": "2020-04-01"}


@pytest.mark.parametrize("without", [("UserAchievements",), ("Teams", "Submissions"), ("KernelVersions",)])
def test_missing_files_are_told_and_the_others_read(tmp_path, kaggle, without):
    folder = kaggle_meta.write(tmp_path / "some", without=without)
    living = Living(tmp_path / "home", kaggle, options={"meta": str(folder)})
    result = living.run()
    assert result.state is RunState.DONE
    missing = {subject for code, subject in codes(result) if code == "meta-file-missing"}
    assert missing == {f"{name}.csv" for name in without}
    assert living.kinds()["medal"] >= 1
    living.close()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: (folder / "Users.csv").write_text("Id,Name\n1,x\n"), "meta-unreadable"),
        (lambda folder: (folder / "Users.csv").write_text("Id,UserName\n1,x\n"), "meta-no-user"),
        (lambda folder: (folder / "Kernels.csv").write_bytes(b"\x00\xff\xfe" * 50), "meta-unreadable"),
        (lambda folder: [path.unlink() for path in folder.iterdir()] and folder.rmdir(), "meta-missing"),
    ],
    ids=["columns", "nobody", "bytes", "no-folder"],
)
def test_spoilt_files_are_an_issue_and_kaggle_is_asked_all_the_same(living, folder, spoil, code):
    spoil(folder)
    result = living.run()
    assert result.state is RunState.DONE
    assert code in {found for found, _ in codes(result)}
    assert living.kinds()["dataset"] == 2


def test_files_name_the_notebooks_to_read_without_credentials(tmp_path, kaggle, folder):
    living = Living(tmp_path / "home", kaggle, token=None, options={"meta": str(folder)})
    result = living.run()
    assert ("notebook-draft", "ada/of-old") in codes(result)
    assert "symbol:numpy.linalg.norm×1" in living.facts("kaggle:notebook/11")
    assert "community:kaggle-notebook×1" in living.facts("kaggle:notebook/15")
    living.close()


def test_progress_tells_the_file_and_how_far(living):
    shown = []
    living.run(on_progress=lambda progress: shown.append((progress.step, progress.done, progress.total)))
    assert shown
    record = living.store.runs()[0]
    assert record.progress.total >= record.progress.done


KILLED = """
import sys
from pathlib import Path
from collectors import runner
from data.settings import Settings
from data.store import Store
home = Path(sys.argv[1])
store = Store.open(home / "skillfolio.db")
runner.run_account(store, 1, Settings(home, f"sqlite:///{home}/skillfolio.db", kaggle_url=sys.argv[2], kaggle_api_token=sys.argv[3]))
"""


def test_killed_between_files_goes_on_with_the_next(tmp_path, kaggle, folder, living):
    big = folder / "Submissions.csv"
    text = big.read_bytes()
    with big.open("ab") as file:
        file.truncate(6 << 30)  # sparse: long to read, nothing on the disk
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(living.folder), kaggle.url, living.token or ""],
        cwd=Path(meta.__file__).parents[2],
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and child.poll() is None:
        if living.store.bookmark(living.account, "meta:TeamMemberships"):
            break
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert living.store.bookmark(living.account, "meta:Kernels")
    assert not living.store.bookmark(living.account, "meta:Submissions")
    big.write_bytes(text)
    assert living.run().state is RunState.DONE
    assert living.days("kaggle:notebook/15", "notebook") == {"v1": "2020-03-05"}


def test_stop_is_heard_in_the_middle_of_a_file(living, folder):
    with (folder / "Users.csv").open("ab") as file:
        file.truncate(20 << 30)  # sparse
    begun = time.monotonic()

    def stop(_):
        living.store.stop_run(living.store.runs()[0].id)

    assert living.run(on_progress=stop).state is RunState.CANCELLED
    assert time.monotonic() - begun < 30
    assert not living.store.bookmark(living.account, "meta:Users")


# ---- options -----------------------------------------------------------------------------------------


def test_options_join_what_was_asked_for_before(folder):
    first = chosen({}, "ada", meta=folder, notebooks=["https://www.kaggle.com/code/ada/heart"], private=True)
    assert first == {"meta": str(folder), "private": True, "notebooks": ["ada/heart"]}
    second = chosen(first, "Ada", notebooks=["ada/heart", "ada/two"], competitions=["kaggle.com/c/titanic"])
    assert second == {**first, "notebooks": ["ada/heart", "ada/two"], "competitions": ["titanic"]}
    assert chosen(second, "ada", private=False)["private"] is False
    assert chosen(second, "ada") == second


@pytest.mark.parametrize(
    "wrong",
    [
        {"meta": Path("/nowhere/at/all")},
        {"meta": Path("/")},
        {"notebooks": ["heart"]},
        {"notebooks": ["../x"]},
        {"notebooks": ["bob/his-own"]},
        {"competitions": ["a b"]},
    ],
)
def test_wrong_options_are_told(wrong):
    with pytest.raises(NotUsable):
        chosen({}, "ada", **wrong)
