"""A link that allows everything tells the numbers of the owner's own pages."""

from dataclasses import replace
from datetime import timedelta
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.portfolio import Portfolio
from data import metrics, published
from data.detect import detect
from data.ledger import date_of, distinct
from data.models import Activity, Batch, Fact, FactKind, Identity, IdentityKind, IdentityState, Project
from tests.dashboard import leaking, samples

SEEN = ("numpy.linalg.svd", "pandas.merge", "torch.nn.LSTM", "sklearn.metrics.roc_auc_score", "numpy.mean")
PROJECTS = (
    Project("github", "github:1", "me/one", url="https://github.com/me/one"),
    Project("github", "github:2", "me/two", url="https://github.com/me/two", own=False),
    Project("github", "github:3", "me/three", url="https://github.com/me/three", private=True),
    Project("kaggle", "kaggle:notebook/4", "me/four", url="https://www.kaggle.com/code/me/four"),
)
WORK = st.tuples(
    st.sampled_from(range(len(PROJECTS))), st.sampled_from(SEEN), st.integers(0, 900), st.booleans(), st.integers(1, 9)
)


def commit(number, seen, day, assisted, uses):
    facts = (Fact(FactKind.SYMBOL, seen, "python", "src/a.py", 3, uses),)
    when = samples.FIRST + timedelta(days=day)
    return Activity("commit", f"{number:040x}", when, author=samples.ME, assisted=assisted, facts=facts)


def save(store, taxonomy, work, projects):
    store.save_identity(Identity(IdentityKind.EMAIL, samples.ME, IdentityState.CONFIRMED, "person"))
    accounts = {source: store.add_account(source, "me") for source in ("github", "kaggle")}
    for place, project in enumerate(projects):
        done = [commit(number, *rest) for number, (where, *rest) in enumerate(work) if where == place]
        store.save_batch(accounts[project.source], Batch(project, done))
    detect(store, taxonomy)


def figures_of(store, taxonomy):
    """What a link that allows everything shows, and what the owner's pages rest on."""
    shown = published.portfolio(store, taxonomy, leaking.link(store, taxonomy), samples.TODAY)
    view, _ = Portfolio(store, taxonomy, lambda: samples.TODAY).view("")
    return shown, view


def same_skills(shown, view):
    found = {skill.id: skill for area in shown.areas for skill in area.skills}
    for row in view.skill_rows:
        skill = found.pop(row.skill)
        told = (skill.name, skill.level, skill.active_days, skill.projects, skill.first, skill.last, skill.recency)
        assert told == (row.name, row.level, row.active_days, row.projects, row.first, row.last, row.recency)
        assert skill.level_name == row.level_name or not skill.level
    assert not found


def same_areas(shown, view):
    areas = [(area.id, area.name, area.coverage, area.shown, area.of) for area in shown.areas]
    assert areas == view.coverage
    assert tuple(map(date_of, distinct(view.skills.day).tolist())) == shown.days
    assert shown.summary.assisted == view.assisted_share
    for place, area in enumerate(shown.areas):
        dates = [day for day, _ in area.growth]
        own = metrics.coverage_at(view.skills, view.taxonomy, dates)[:, place].tolist() if dates else []
        assert [share for _, share in area.growth] == own
        assert not dates or area.growth[-1][1] == area.coverage


@settings(max_examples=15)
@given(work=st.lists(WORK, max_size=40))
def test_everything_allowed_is_what_the_owner_sees(taxonomy, work):
    with TemporaryDirectory() as folder, samples.new_store(f"{folder}/store.db") as store:
        save(store, taxonomy, work, PROJECTS)
        shown, view = figures_of(store, taxonomy)
        same_skills(shown, view)
        same_areas(shown, view)
        counted = {place for place, *_ in work if PROJECTS[place].private}
        assert shown.summary.private_projects == len(counted)
        assert {project.name for project in shown.projects}.isdisjoint(
            project.name for project in PROJECTS if project.private
        )


@settings(max_examples=8)
@given(work=st.lists(WORK, max_size=40))
def test_technologies_and_projects_are_the_owners_where_all_is_public(taxonomy, work):
    with TemporaryDirectory() as folder, samples.new_store(f"{folder}/store.db") as store:
        save(store, taxonomy, work, [replace(project, private=False) for project in PROJECTS])
        shown, view = figures_of(store, taxonomy)
        known = {row.technology: row for row in view.technologies if row.active_days}
        assert [each.id for each in shown.technologies] == list(known)
        for each in shown.technologies:
            row = known[each.id]
            told = (each.name, each.active_days, each.projects, each.first, each.last)
            assert told == (row.name, row.active_days, row.projects, row.first, row.last)
        assert {project.name: len(project.skills) for project in shown.projects} == {
            row.name: row.skills for row in view.projects if row.skills
        }


@pytest.mark.parametrize("private", [False, True])
def test_a_real_portfolio_is_the_same_too(filled_store, taxonomy, private):
    shown, view = figures_of(filled_store, taxonomy)
    same_skills(shown, view)
    same_areas(shown, view)
    without = published.portfolio(
        filled_store, taxonomy, leaking.link(filled_store, taxonomy, private_totals=private), samples.TODAY
    )
    assert (without.summary.private_projects > 0) == private
    assert (without.summary.active_days == shown.summary.active_days) == private
