"""Frames of what was done among others and by one's own word."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from data import community, frames, learning
from data.detect import detect
from data.models import Activity, Batch, Correction, Fact, FactKind, Project, Verdict
from data.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
SITE = Project("stackoverflow", "stackoverflow:7", "Stack Overflow", url="https://stackoverflow.com/users/7")


def said(value, count=1):
    return Fact(FactKind.COMMUNITY, value, count=count)


def post(kind, key, day, score, *tags, accepted=False):
    facts = [
        said(kind if score >= 0 else f"{kind}-below-zero"),
        said("score", score),
        *(Fact(FactKind.TAG, tag) for tag in tags),
    ]
    facts += [said("accepted-answer")] if accepted else []
    when = datetime(2024, *day, 12, tzinfo=UTC)
    url = f"https://stackoverflow.com/a/{key}"
    return Activity(kind, key, when, author="stackoverflow:7", url=url, title=f"On {key}", facts=tuple(facts))


def badge(key, day, name, *more):
    facts = (said("badge"), *(said(value) for value in more))
    return Activity("badge", key, datetime(2024, *day, tzinfo=UTC), title=name, facts=facts)


POSTS = (
    post("answer", "10", (1, 5), 5, "pandas", "python", accepted=True),
    post("answer", "11", (1, 6), -2, "pandas"),
    post("answer", "12", (3, 1), 4, "c#"),
    post("question", "13", (3, 1), 1, "pandas"),
    badge("b1", (3, 2), "Fanatic", "badge-gold"),
    badge("b2", (3, 3), "pandas", "badge-bronze", "tag-badge"),
)
HEAD = [said("reputation", 5210), said("badges-gold", 1), said("badges-silver", 0), said("badges-bronze", 1)]


@pytest.fixture
def filled(store):
    account = store.add_account("stackoverflow", "7")
    store.save_batch(account, Batch(SITE, POSTS, head_facts=HEAD))
    detect(store, TAXONOMY)
    return store


FRAMES = (community.posts, community.stackoverflow_tags, community.badges, community.stackoverflow_accounts)


@pytest.mark.parametrize("frame", [*FRAMES, community.learning_entries])
def test_empty_store_gives_the_same_columns(store, frame):
    assert len(frame(store)) == 0
    assert len(frame(store).columns) > 4


def test_posts_are_newest_first_with_what_readers_said(filled):
    found = community.posts(filled)
    assert list(found.columns) == ["day", "project_id", "kind", "key", "title", "url", "score", "accepted", "tags"]
    assert list(found["key"]) == ["12", "13", "11", "10"]
    assert list(found["score"]) == [4, 1, -2, 5]
    assert list(found["accepted"]) == [False, False, False, True]
    assert found["tags"].iloc[3] == ("pandas", "python")
    assert found["day"].dtype == "datetime64[s]"


def test_posts_by_month_add_up(filled):
    found = community.posts_by_month(community.posts(filled))
    assert found.to_numpy().tolist() == [
        [pd.Timestamp(2024, 1, 1), 2, 1, 3, 0, 0],
        [pd.Timestamp(2024, 3, 1), 1, 0, 4, 1, 1],
    ]


def test_accepted_share_is_of_answers(filled, store):
    found = community.posts(filled)
    assert community.accepted_share(found) == pytest.approx(1 / 3)
    assert community.accepted_share(found[found["kind"] == "question"]) is None


def test_tags_have_scores_and_technologies(filled):
    found = community.stackoverflow_tags(filled).set_index("tag")
    assert list(found.index) == ["python", "c#", "pandas"]
    assert found.loc["pandas", ["answers", "accepted", "answer_score", "questions", "question_score"]].tolist() == [
        2, 1, 3, 1, 1,
    ]  # fmt: skip
    assert found.loc["pandas", "first"] == pd.Timestamp(2024, 1, 5)
    assert found.loc["pandas", "last"] == pd.Timestamp(2024, 3, 1)
    assert found["technology"].to_dict() == {"python": "python", "c#": "", "pandas": "pandas"}


def test_badges_have_days_and_ranks(filled):
    found = community.badges(filled)
    assert list(found["name"]) == ["pandas", "Fanatic"]
    assert list(found["rank"]) == ["bronze", "gold"]
    assert list(found["for_tag"]) == [True, False]


def test_account_is_as_the_site_told_last(filled):
    [row] = community.stackoverflow_accounts(filled).to_dict("records")
    assert (row["url"], row["state"], row["reputation"]) == (SITE.url, "ok", 5210)
    assert (row["gold"], row["silver"], row["bronze"]) == (1, 0, 1)


def test_what_the_person_takes_back_is_not_there(filled):
    filled.add_correction(Correction(Verdict.NOT_MINE, "stackoverflow:7", "10"))
    detect(filled, TAXONOMY)
    assert "10" not in set(community.posts(filled)["key"])


def test_posts_show_the_skill_and_tags_show_none(filled):
    found = frames.evidence_days(filled)
    assert set(zip(found["subject_kind"], found["subject"], strict=True)) == {("skill", "stack-overflow")}
    assert len(found) == 2  # days with a post above zero: 5 January, 1 March


def test_badges_are_no_active_days(filled):
    assert [day.date() for day in frames.active_days(filled)["day"]] == [
        date(2024, 1, 5), date(2024, 1, 6), date(2024, 3, 1),
    ]  # fmt: skip


def test_learning_entries_are_a_frame(store):
    kept = learning.Entry("talk", "On trees", date(2024, 5, 2), 90, "https://example.org/t", ("pandas",), public=True)
    key = learning.add_entry(store, kept)
    [row] = community.learning_entries(store).to_dict("records")
    assert row == {
        "day": pd.Timestamp(2024, 5, 2), "kind": "talk", "title": "On trees", "url": "https://example.org/t",
        "minutes": 90, "skills": ("pandas",), "public": True, "key": key,
    }  # fmt: skip


MEANT = {
    "pandas": "pandas", "python-3.x": "python", "scikit-learn": "scikit-learn", "apache-spark": "spark", "pyspark": "spark",
    "tensorflow2.0": "", "c#": "", "c++": "", "objective-c": "", "react-native": "", "apache-kafka": "kafka",
    "amazon-s3": "aws-s3", "google-cloud-platform": "gcp", "javascript": "javascript", "mysql": "mysql", "r": "r",
    "django-models": "django", "plotly-dash": "dash", "gitlab-ci": "gitlab-ci", "transformer-model": "",
    "kubernetes-helm": "helm", "raylib": "", "dashboard": "", "go": "go", "google-sheets": "", "javac": "",
}  # fmt: skip


@pytest.mark.parametrize("tag", sorted(MEANT))
def test_tag_means_a_technology(tag):
    found = {match.subject for match in TAXONOMY.match("tag", "", tag) if match.subject_kind == "technology"}
    assert (MEANT[tag] in found) if MEANT[tag] else not found


@pytest.mark.parametrize("technology", sorted(name for name, t in TAXONOMY.technologies.items() if t.tags))
def test_tag_never_makes_a_claim(technology):
    for tag in TAXONOMY.technologies[technology].tags:
        found = TAXONOMY.match("tag", "", tag.replace(" ", "-"))
        assert technology in {match.subject for match in found}
        assert all(match.weak and match.subject_kind == "technology" for match in found)
