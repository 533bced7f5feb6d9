"""What next and Compare: what they say is what the portfolio holds; what the address asks is checked."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import plotly.graph_objects as go
import pytest

from dashboard import gap_figures, theme
from dashboard.answers import answer
from dashboard.app import create_app
from dashboard.gap_figures import Pair
from dashboard.skill_views import NOT_READ
from data.gap import AreaGap, coverage_of_role, next_steps, role_gap, step_words
from data.roles import load_roles
from tests.dashboard import samples
from tests.dashboard.reading import graphs, ids, links, table_rows, text_of
from tests.dashboard.test_figures import in_plotly

OWN = 'id = "own"\nname = "My own role"\nsummary = "s"\norder = 0\n[[need]]\nskill = "nosql"\nlevel = "tried"\nreason = "r"\n'


def page(app, path, search=""):
    return answer(app.site, path, search)[0]


def whole(app):
    return app.site.portfolio.view("")[0]


def gap_of(app, role):
    view = whole(app)
    return role_gap({row.skill: row for row in view.skill_rows}, load_roles(view.taxonomy)[role], view.taxonomy)


@pytest.mark.parametrize("role", load_roles(samples.load_taxonomy()))
def test_role_is_measured_against_all_of_ones_work(filled_app, role):
    view, gap = whole(filled_app), gap_of(filled_app, role)
    body = page(filled_app, "/next", f"?role={role}&to=2022-02-01").body
    text = " ".join(text_of(body).split())
    assert f"{sum(row.reached for row in gap)} of {len(gap)} skills reach what the role asks for" in text
    assert f"{round(coverage_of_role(gap) * 100)} %" in text
    for step in next_steps(gap, view.taxonomy, view.as_of):
        before, after = step_words(step, view.taxonomy)
        shown = " ".join(f"{before} {step.name} {after}".split())
        assert (shown in text) == (step.source not in view.unread_sources), shown
    assert [row["y"] for row in graphs(body)["next-areas"]["data"]]


def test_first_role_is_shown_unless_another_is_asked_for(filled_app):
    first, again, other = (page(filled_app, "/next", f"?role={role}") for role in ("", "ml-engineer", "data-engineer"))
    assert text_of(first.body) == text_of(again.body) != text_of(other.body)
    unknown = page(filled_app, "/next", "?role=%3Cb%3E")
    assert "not known here" in text_of(unknown.body)
    assert "<b>" not in text_of(unknown.body)


def test_what_is_not_read_is_no_step(filled_app):
    text = text_of(page(filled_app, "/next", "?role=data-scientist").body)
    assert "Kaggle competitions comes from Kaggle, which is not read yet." in text
    assert "with Kaggle competitions reach" not in " ".join(text.split())


def test_what_is_not_read_is_called_so_beside_a_role_too(filled_app):
    view = whole(filled_app)
    unread = {row.name for row in gap_of(filled_app, "data-scientist") if view.level_words[row.skill] == NOT_READ}
    assert "Kaggle competitions" in unread
    for path in ("/next", "/compare"):
        for row in table_rows(page(filled_app, path, "?role=data-scientist").body, "Data scientist"):
            assert (NOT_READ in row[1]) == (row[0] in unread), (path, row)
    levels = text_of(page(filled_app, "/area/learning-community").body)
    assert levels.count(NOT_READ) == 1 + sum(word == NOT_READ for word in view.level_words.values())  # and the note


def test_what_a_sample_cannot_hold_is_not_asked_for(own_store, taxonomy, tmp_path):
    own_store.set_setting("sample", {"label": "Sample", "repositories": []})
    app = create_app(samples.settings(tmp_path), own_store, taxonomy=taxonomy)
    assert "Kaggle, which is not read yet." in text_of(page(app, "/next", "?role=data-scientist").body)
    for path, search in (("/next", "?role=data-scientist"), ("/skill/kaggle-competitions", "")):
        assert "/sources" not in links(page(app, path, search).body)
        assert "add it on" not in text_of(page(app, path, search).body).lower()


def test_a_gain_is_in_points(filled_app):
    gap = gap_of(filled_app, "data-scientist")
    view = whole(filled_app)
    steps = [step for step in next_steps(gap, view.taxonomy, view.as_of) if step.source not in view.unread_sources]
    rows = table_rows(page(filled_app, "/next", "?role=data-scientist").body, "Next steps")
    assert [row[-1] for row in rows] == [f"{step.gain * 100:.1f} points" for step in steps]
    assert coverage_of_role(gap) + steps[0].gain <= 1


def test_stale_skills_and_unmapped_packages_are_listed(filled_app):
    stale = [row for row in gap_of(filled_app, "data-scientist") if row.recency in {"fading", "dormant"}]
    body = page(filled_app, "/next", "?role=data-scientist").body
    text = text_of(body)
    assert stale
    assert f"{len(stale)} skill" in text
    assert "oddlib" in text
    assert "/technologies#unmapped" in links(body)
    assert "unmapped" in ids(page(filled_app, "/technologies").body)


def test_own_roles_are_offered_and_a_broken_file_is_told(own_store, taxonomy, tmp_path):
    folder = tmp_path / "roles"
    folder.mkdir()
    settings = replace(samples.settings(tmp_path), roles=folder)
    app = create_app(settings, own_store, taxonomy=taxonomy)
    assert "My own role" not in text_of(page(app, "/next").body)
    (folder / "own.toml").write_text(OWN)
    assert "NoSQL databases" in text_of(page(app, "/next").body)  # it comes first
    assert "/compare?role=own" in links(page(app, "/compare").body)
    (folder / "own.toml").write_text(OWN + "colour = 1\n")
    told = text_of(page(app, "/next").body)
    assert "own.toml:5: need: unknown key 'colour'" in told
    assert "Machine-learning engineer" in told


def test_two_dates_stand_side_by_side(filled_app):
    text = text_of(page(filled_app, "/compare", "?then=2022-06-30&now=2023-06-30").body)
    early, late = (filled_app.site.portfolio.view(f"?to={day}")[0] for day in ("2022-06-30", "2023-06-30"))
    assert f"{early.active_day_count} → {late.active_day_count}" in text
    assert f"{len(early.shown)} → {len(late.shown)}" in text
    assert "30 Jun 2022" in text
    figure = graphs(page(filled_app, "/compare", "?then=2022-06-30&now=2023-06-30").body)["compare-areas"]
    rings, dots = figure["data"][-2:]
    assert rings["x"] == [row.coverage for row in early.coverage]
    assert dots["x"] == [row.coverage for row in late.coverage]
    grown = sum(after > before for before, after in zip(rings["x"], dots["x"], strict=True))
    assert f"Coverage grew in {grown} of 8 areas" in text


def test_without_dates_a_year_is_compared(filled_app):
    today = whole(filled_app).as_of
    assert text_of(page(filled_app, "/compare").body) == text_of(
        page(filled_app, "/compare", f"?then={today - timedelta(days=365)}&now={today}").body
    )


@pytest.mark.parametrize(
    ("search", "told"),
    [
        ("?then=2024-13-01", "“then” in the address is not a past date"),
        ("?now=2999-01-01", "“now” in the address is not a past date"),
        ("?then=2024-01-01&now=2023-01-01", "“then” in the address is not a past date"),
        ("?then=2023-01-01&now=2023-01-01", "not before the second one"),
        ("?role=astronaut", "two dates are compared"),
        ("?" + "&".join(f"a{number}=1" for number in range(90)), "Compare"),
    ],
)
def test_what_the_address_cannot_mean_is_told(filled_app, search, told):
    assert told in text_of(page(filled_app, "/compare", search).body)


def test_role_and_date_stand_in_the_address(filled_app):
    body = page(filled_app, "/compare", "?role=data-engineer&now=2023-01-01").body
    assert "as of 1 Jan 2023" in text_of(body)
    assert "compare-then" not in ids(body)
    other = next(href for href in links(body) if "role=ml-engineer" in href and href.startswith("/compare"))
    assert parse_qs(other.partition("?")[2]) == {"role": ["ml-engineer"], "now": ["2023-01-01"]}
    assert len(graphs(body)["compare-role"]["layout"]["annotations"]) == 2 * 4


@pytest.mark.parametrize("search", ["?then=2001-01-01&now=2002-01-01", "?then=1999-01-01"])
def test_dates_without_any_work_are_compared_all_the_same(filled_app, search):
    assert "0 →" in text_of(page(filled_app, "/compare", search).body)


def test_spans_beyond_ones_work_are_not_offered(filled_app):
    assert "5 years ago" not in text_of(page(filled_app, "/compare", "?now=2024-01-01").body)


@pytest.mark.parametrize("path", ["/next", "/compare"])
def test_empty_portfolio_says_what_to_do(empty_app, path):
    assert "skillfolio add" in text_of(page(empty_app, path).body)


PAIRS = [Pair("mathematics", "a <b>", 0.2, 0.75, "20 → 75"), Pair("programming", "Programming", 0.0, 0.0, "–")]
AREAS = [AreaGap("mathematics", "a <b>", 0.5, 1, 2, 0.25, 0.5), AreaGap("programming", "P", 1.0, 1, 1, 1.0, 0.5)]


@pytest.mark.parametrize("scheme", theme.SCHEMES.values(), ids=theme.SCHEMES)
@pytest.mark.parametrize("figure", [
    gap_figures.pairs(PAIRS, "Then", "Now"), gap_figures.pairs([], "Then", "Now"),
    gap_figures.role_bars(AREAS), gap_figures.role_bars([]),
])  # fmt: skip
def test_figures_are_what_plotly_draws(figure, scheme):
    assert isinstance(in_plotly(figure, scheme), go.Figure)
    assert "<b>" not in str(figure)
