"""Frames of what Kaggle said, from a store made by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import pytest

from data import kaggle
from data.models import Activity, Batch, Fact, FactKind, Project

FRAMES = (
    kaggle.competitions, kaggle.submissions, kaggle.kaggle_notebooks, kaggle.kaggle_datasets, kaggle.kaggle_models,
    kaggle.standing,
)  # fmt: skip


def day(number: int) -> datetime:
    return datetime(2024, 1, number, 12, tzinfo=UTC)


def done(kind: str, key: str, when: datetime, *said: str | tuple[str, int], title: str = "") -> Activity:
    pairs = [(each, 1) if isinstance(each, str) else each for each in said]
    facts = tuple(Fact(FactKind.COMMUNITY, f"kaggle-{value}", count=count) for value, count in pairs)
    return Activity(kind, key, when, author="kaggle:ada", url="https://www.kaggle.com/x", title=title, facts=facts)


def competition(slug: str, *activities: Activity, private: bool = False) -> Batch:
    url = f"https://www.kaggle.com/competitions/{slug}"
    return Batch(
        Project("kaggle", f"kaggle:competition/{slug}", slug.title(), url, private=private, own=False), activities
    )


@pytest.fixture
def filled(store):
    account = store.add_account("kaggle", "ada")
    rank = ("rank", 41), ("teams", 1830), ("submissions", 2)
    cup = done(
        "competition", "result", day(2), "competition", *rank, "score:0.909", "metric:AUC", "deadline:2024-03-31"
    )
    sent = [
        done("submission", "1", day(2), "submission", "score:0.91", "private-score:0.909", title="blend"),
        done("submission", "2", day(5), "submission"),
    ]
    store.save_batch(account, competition("cup", cup, *sent, done("medal", "bronze", day(20), "medal:bronze")))
    store.save_batch(account, competition("new", done("competition", "result", day(9), "competition", ("teams", 5))))
    store.save_batch(
        account,
        Batch(
            Project("kaggle", "kaggle:notebook/1", "ada/heart", "https://www.kaggle.com/code/ada/heart", stars=9),
            [
                done("notebook", "v1", day(3), "notebook", title="Heart"),
                done("notebook", "v2", day(8), "notebook", title="Heart, again"),
                done("medal", "silver", day(9), "medal:silver"),
            ],
        ),
    )
    hidden = Project("kaggle", "kaggle:notebook/2", "ada/plan", "javascript:alert(1)", private=True)
    store.save_batch(account, Batch(hidden, [done("notebook", "v1", day(4), "private-notebook")]))
    tier = done("tier", "competitions", day(6), "tier:competitions:master", ("highest-rank", 401), ("medals:gold", 2))
    store.save_batch(account, Batch(Project("kaggle", "kaggle:person/ada", "ada on Kaggle"), [tier]))
    other = store.add_account("github", "ada")
    store.save_batch(
        other, Batch(Project("github", "github:1", "ada/x"), [done("competition", "result", day(1), "rank")])
    )
    return store


def test_competitions_come_with_rank_and_share(filled):
    found = kaggle.competitions(filled)
    assert found["slug"].tolist() == ["cup", "new"]
    cup, new = found.iloc[0], found.iloc[1]
    assert (cup["rank"], cup["teams"], cup["submissions"], cup["score"], cup["metric"]) == (41, 1830, 2, "0.909", "AUC")
    assert cup["top_share"] == pytest.approx(41 / 1830)
    assert (str(cup["deadline"].date()), str(cup["day"].date())) == ("2024-03-31", "2024-01-02")
    assert (cup["medal"], str(cup["medal_day"].date())) == ("bronze", "2024-01-20")
    assert pd.isna(new["rank"])
    assert pd.isna(new["top_share"])
    assert pd.isna(new["deadline"])
    assert new["medal"] == ""


def test_submissions_come_with_their_scores(filled):
    found = kaggle.submissions(filled)
    assert found["key"].tolist() == ["1", "2"]
    assert found[["competition", "score", "private_score", "title"]].iloc[0].tolist() == [
        "Cup",
        "0.91",
        "0.909",
        "blend",
    ]
    assert found[["score", "private_score"]].iloc[1].tolist() == ["", ""]


def test_notebooks_come_with_versions_votes_and_medal(filled):
    found = kaggle.kaggle_notebooks(filled).set_index("name")
    heart = found.loc["ada/heart"]
    assert heart[["title", "votes", "versions", "medal"]].tolist() == ["Heart, again", 9, 2, "silver"]
    assert [str(heart[name].date()) for name in ("first", "last", "medal_day")] == [
        "2024-01-03",
        "2024-01-08",
        "2024-01-09",
    ]
    assert found.loc["ada/plan", "private"]
    assert found.loc["ada/plan", "url"] == ""
    assert kaggle.kaggle_datasets(filled).empty


def test_standing_is_by_category(filled):
    found = kaggle.standing(filled)
    told = found[["person", "category", "tier", "highest_rank", "gold", "silver"]].iloc[0].tolist()
    assert told == ["ada", "competitions", "master", 401, 2, 0]
    assert found["rank"].isna().all()


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.__name__)
def test_empty_store_has_the_same_columns(store, frame):
    empty = frame(store)
    assert empty.empty
    assert all(name in (frame.__doc__ or "") or frame in FRAMES[3:5] for name in empty.columns)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.__name__)
def test_types_are_the_same_with_and_without_rows(filled, frame):
    found = frame(filled)
    assert found.dtypes.to_dict() == frame_of_nothing(frame).dtypes.to_dict()


def frame_of_nothing(frame):
    columns = {
        kaggle.competitions: kaggle.COMPETITIONS,
        kaggle.submissions: kaggle.SUBMISSIONS,
        kaggle.standing: kaggle.STANDING,
    }.get(frame, kaggle.WORKS)
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in columns.items()})
