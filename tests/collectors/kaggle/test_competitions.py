"""Competitions, submissions, and the leaderboards of others."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from data.models import RunState
from tests.collectors.kaggle_living import Living
from tests.loopback.kaggle import Answer, Storage, no
from tests.loopback.kaggle_state import Contest, Sent
from tests.loopback.living import codes


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
