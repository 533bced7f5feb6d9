"""Titles of activities, and what a site said of them."""

from datetime import UTC, datetime

import pytest

from data.models import Activity, Batch, Fact, FactKind, Project
from data.titles import Title, titles_of

WHEN = datetime(2024, 5, 1, tzinfo=UTC)
SITE = Project("stackoverflow", "stackoverflow:7", "Stack Overflow")
CUP = Project("kaggle", "kaggle:competition/cup", "Cup")
REPO = Project("github", "github:5", "me/one", "https://github.com/me/one")
CLONE = Project("git", "git:aa", "one", "https://github.com/me/one")


def said(value, count=1):
    return Fact(FactKind.COMMUNITY, value, count=count)


@pytest.fixture
def filled(store):
    account = store.add_account("stackoverflow", "7")
    answers = [
        Activity("answer", "1", WHEN, title="How?", facts=(said("answer"), said("score", -2))),
        Activity("answer", "2", WHEN, title="Why?"),
    ]
    cup = [
        Activity("competition", "result", WHEN, title="Cup", facts=(said("kaggle-rank", 41), said("kaggle-teams", 99))),
        Activity("submission", "1", WHEN, title="blend", facts=(said("kaggle-score:0.91"),)),
    ]
    for project, done in ((SITE, answers), (CUP, cup)):
        store.save_batch(account, Batch(project, done))
    commit = Activity("commit", "c" * 40, WHEN, title="fix")
    store.save_batch(account, Batch(CLONE, [Activity("issue", "3", WHEN, title="It breaks"), commit]))
    store.save_batch(account, Batch(REPO, []))
    return store


def number(store, project):
    from data.frames import projects  # noqa: PLC0415

    frame = projects(store)
    return int(frame.loc[frame["name"] == project.name, "project_id"].iloc[0])


def test_titles_come_with_what_the_site_said(filled):
    site, cup = number(filled, SITE), number(filled, CUP)
    wanted = [(site, "answer", "1"), (site, "answer", "2"), (cup, "competition", "result"), (cup, "submission", "1")]
    assert titles_of(filled, wanted) == {
        wanted[0]: Title("How?", "-2"),
        wanted[1]: Title("Why?"),
        wanted[2]: Title("Cup", "", 41, 99),
        wanted[3]: Title("blend", "0.91"),
    }


def test_only_what_was_asked_for(filled):
    site, cup = number(filled, SITE), number(filled, CUP)
    assert set(titles_of(filled, [(site, "answer", "1")])) == {(site, "answer", "1")}
    assert titles_of(filled, [(cup, "answer", "1"), (site, "submission", "1")]) == {}
    assert titles_of(filled, []) == {}


def test_commits_have_no_title_and_joined_projects_are_found(filled):
    shown = number(filled, REPO)
    assert titles_of(filled, [(shown, "commit", "c" * 40)]) == {}
    assert titles_of(filled, [(shown, "issue", "3")]) == {(shown, "issue", "3"): Title("It breaks")}
