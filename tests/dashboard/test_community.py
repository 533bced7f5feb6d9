"""Community, and figures split by source, on what the collectors read from the loopback sites."""

import re
from datetime import date

import pytest

from dashboard import community_figures, community_tables
from dashboard.app import answer
from dashboard.community_views import CommunityView
from data import learning
from data.ledger import day_number
from tests.dashboard import community_samples, samples
from tests.dashboard.building import make_app
from tests.dashboard.reading import graphs, links, text_of, walk


@pytest.fixture(scope="module")
def app(tmp_path_factory, taxonomy):
    """Read only."""
    home = tmp_path_factory.mktemp("community")
    with samples.new_store(home / "store.db") as store:
        community_samples.fill(store, home, taxonomy)
        yield make_app(store, taxonomy, home)


def body(app, search="", path="/community"):
    return answer(app.site, path, search)[0].body


def ask(app, search=""):
    return answer(app.site, "/community", search)[1]


def text(app, search="", path="/community"):
    return text_of(body(app, search, path)).replace("\u202f", " ")


def shown(app, search=""):
    return CommunityView(app.site.portfolio.view(search)[0])


def project(app, begins):
    return next(
        row.project_id for row in app.site.portfolio.frames().project_rows.values() if row.key.startswith(begins)
    )


# ---- what each card says ------------------------------------------------------------------------------


def test_titles_state_what_was_found(app):
    told = text(app)
    for words in (
        "Ahead of 98 % of 1 830 teams in ICU Mortality, best of 6 competitions",
        "4 notebooks show 11 skills, most often Python (in 4)",
        "64 answers on Stack Overflow, 22 of them accepted (34 %)",
        "9 pull requests to 2 repositories of others, 6 of them merged",
        "6 entries of your own learning, self-reported, beside the work",
        "Reputation when it was read last: 5 210",
    ):
        assert words in told


def test_competition_stands_at_its_deadline_with_the_share_of_teams_behind(app):
    drawn = graphs(body(app))["community-competitions"]["data"][0]
    at = dict(zip(drawn["x"], drawn["y"], strict=True))
    assert at["2024-05-31"] == round((1830 - 41) / 1830, 4)
    assert len(at) == 5  # one of six has no rank
    assert "1 competition without a rank is in the table" in text(app)


def test_competition_that_still_runs_stands_at_the_first_submission(app):
    found = shown(app, "?to=2025-11-20")
    row = next(row for row in found.competitions if row.title == "Text Gaps")
    assert found.shown_at(row) == row.day < row.deadline


def test_medal_is_shown_only_where_it_was_awarded(app):
    rows = {row.title: row.medal for row in shown(app).competitions}
    assert rows.pop("ICU Mortality") == "silver"
    assert set(rows.values()) == {""}  # rank 52 of 644 would bring one by rule
    drawn = graphs(body(app))["community-competitions"]["data"][0]["marker"]["symbol"]
    assert sorted(drawn) == ["circle"] * 4 + ["star"]
    assert text(app).count("silver, awarded") == 1


def test_notebooks_name_the_skills_of_their_code(app):
    found = shown(app)
    of = {row.title: found.skills_of_notebooks[row.project_id] for row in found.works("notebook")}
    assert {"pytorch", "convolutional-networks"} & set(of["Leaf disease with a small network"])
    assert "pandas" in of["ICU mortality: gradient boosting"]
    assert not any("kaggle" in skill for skills in of.values() for skill in skills)


def test_links_lead_to_the_sites(app):
    found = links(body(app))
    for href in (
        "https://www.kaggle.com/competitions/icu-mortality",
        "https://www.kaggle.com/code/ada/icu",
        "https://stackoverflow.com/help/badges/12",
        "https://github.com/arrays/broad/pull/21",
    ):
        assert href in found


def test_answers_by_month_add_up(app):
    bars = graphs(body(app))["community-answers"]["data"]
    assert [sum(trace["y"]) for trace in bars] == [22, 42]
    assert [tag.name for tag in shown(app).tags][:2] == ["python", "sql"]


def test_contributions_are_summed_by_repository(app):
    first, second = shown(app).repositories
    assert (first.name, first.merged, first.pull_requests, first.reviews, first.issues) == ("upstream", 5, 7, 9, 4)
    assert (second.name, second.merged, second.pull_requests) == ("arrays/broad", 1, 2)
    bars = graphs(body(app))["community-repositories"]["data"]
    assert {trace["name"]: trace["x"] for trace in bars}["Pull requests, merged"] == [5, 1]


def test_own_word_is_marked_by_shape_and_word(app):
    figure = graphs(body(app))["community-learning"]
    [entries] = [trace for trace in figure["data"] if trace["type"] == "scatter"]
    assert entries["marker"]["symbol"] == "diamond-open"
    assert "self-reported" in entries["hovertemplate"]
    assert len(set(entries["text"])) == len(entries["text"])
    assert "Self-reported" in [label["text"] for label in figure["layout"]["annotations"]]
    assert {trace["name"] for trace in figure["data"]} == {
        "GitHub", "Git folders", "Kaggle", "Stack Overflow", "Self-reported",
    }  # fmt: skip


def test_names_from_elsewhere_stay_text(app):
    assert "<b>" not in str(graphs(body(app))["community-competitions"])
    assert "Leaf Disease <b>2023</b>" in text(app)


# ---- filters ------------------------------------------------------------------------------------------


def test_dates_leave_what_is_within(app):
    whole, part = shown(app), shown(app, "?from=2024-01-01&to=2024-12-31")
    assert [row.title for row in part.competitions] == ["ICU Mortality"]
    assert 0 < len(part.posts) < len(whole.posts)
    assert {post.day.year for post in part.posts} == {2024}
    assert [entry.title for entry in part.entries] == ["Cloud practitioner"]
    assert {row.day.year for row in part.contributions} == {2024}
    assert "the only competition" in text(app, "?from=2024-01-01&to=2024-12-31")


def test_projects_leave_what_is_of_them(app):
    number = project(app, "stackoverflow:")
    found = shown(app, f"?projects={number}")
    assert len(found.posts) == 68
    assert not found.competitions + found.entries + found.contributions + found.works("notebook")
    assert "There are no competitions within these filters" in text(app, f"?projects={number}")


def test_nothing_within_the_filters_is_told(app):
    told = text(app, "?to=2001-01-01")
    for words in ("no competitions", "no posts", "no notebooks"):
        assert words in told


@pytest.mark.parametrize(
    ("source", "command"),
    [("Kaggle", "add kaggle YOUR-NAME"), ("Stack Overflow", "add stackoverflow YOUR-NUMBER"), ("entry", "log import")],
)
def test_source_that_is_not_connected_says_what_to_do(filled_app, source, command):
    told = text(filled_app)
    assert source in told
    assert command in told


def test_clones_alone_name_github(empty_store, taxonomy, tmp_path):
    with samples.new_store(tmp_path / "store.db") as store:
        samples.fill(store, taxonomy)
        store.remove_account(next(account.id for account in store.accounts() if account.source == "github"))
        told = text(make_app(store, taxonomy, tmp_path))
    assert "add github YOUR-LOGIN" in told


def test_hidden_project_is_nowhere(app, taxonomy, tmp_path):
    from data.detect import detect  # noqa: PLC0415
    from data.marks import Target, Verdict, mark  # noqa: PLC0415

    with samples.new_store(tmp_path / "store.db") as store:
        community_samples.fill(store, tmp_path, taxonomy)
        hidden = make_app(store, taxonomy, tmp_path)
        mark(store, Verdict.HIDE, Target(project(hidden, "kaggle:competition/icu")), "")
        detect(store, taxonomy)
        hidden.site.portfolio.forget()
        assert "ICU Mortality" not in text(hidden).replace("ICU mortality", "")
    assert "ICU Mortality" in text(app)


def test_notebook_that_is_not_mine_is_nowhere(taxonomy, tmp_path):
    from data.detect import detect  # noqa: PLC0415
    from data.marks import Target, Verdict, mark  # noqa: PLC0415

    with samples.new_store(tmp_path / "store.db") as store:
        community_samples.fill(store, tmp_path, taxonomy)
        marked = make_app(store, taxonomy, tmp_path)
        mark(store, Verdict.NOT_MINE, Target(project(marked, "kaggle:notebook/10")), "")
        detect(store, taxonomy)
        marked.site.portfolio.forget()
        assert len(shown(marked).works("notebook")) == 3
        assert "A first look at house prices" not in text(marked)


def test_source_that_is_not_connected_is_not_counted(filled_app):
    tiles = text(filled_app).partition("Work was read")[0]
    assert tiles.count("not read yet") == 3  # Kaggle twice, Stack Overflow; GitHub is connected
    assert "0 skills" not in tiles


# ---- split by source ----------------------------------------------------------------------------------


def test_parts_of_coverage_add_up(app):
    view = app.site.portfolio.view("")[0]
    for row in view.coverage:
        assert sum(view.coverage_parts[row.area]) == pytest.approx(row.coverage, abs=1e-5)
        assert [sum(parts) for _, parts in view.history_parts[row.area]] == pytest.approx(
            [coverage for _, coverage in view.history_of[row.area]], abs=1e-4
        )
    assert sum(sum(row.days) for row in view.month_parts) == pytest.approx(view.active_day_count, abs=0.5)


def test_figures_are_split_by_the_address(app):
    whole, split = graphs(body(app, path="/growth")), graphs(body(app, "?split=source", "/growth"))
    assert "growth-calendar" in whole
    assert "growth-months" in split
    names = [trace["name"] for trace in split["growth-months"]["data"]]
    assert names == ["GitHub", "Git folders", "Kaggle", "Stack Overflow", "Self-reported"]
    assert "pattern" in split["growth-months"]["data"][-1]["marker"]
    area = split["growth-learning-community"]["data"]
    assert {trace["stackgroup"] for trace in area} == {"sources"}
    bars = graphs(body(app, "?split=source", "/"))["overview-coverage"]["data"][1:]
    assert [trace["name"] for trace in bars] == names


def test_split_stays_in_links_between_its_pages(app):
    found = links(body(app, "?split=source&from=2023-01-01", "/"))
    assert "/growth?from=2023-01-01&split=source" in found
    assert "/?from=2023-01-01" in found  # back to all together
    assert not any("split" in href for href in found if href.startswith("/projects"))


def test_split_is_not_offered_where_all_is_of_one_source(empty_app, taxonomy, tmp_path):
    with samples.new_store(tmp_path / "store.db") as store:
        samples.fill(store, taxonomy)
        store.remove_account(next(account.id for account in store.accounts() if account.source == "git"))
        app = make_app(store, taxonomy, tmp_path)
        assert "Split by source" not in text(app, path="/growth")


# ---- words on projects and proof ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begins", "words", "never"),
    [
        (
            "kaggle:notebook",
            ("Open on Kaggle", "Versions read", "lines that each version brought"),
            ("Commits", "Assisted"),
        ),
        (
            "kaggle:competition/icu",
            ("Open on Kaggle", "Submissions 14", "rank 41 of 1 830"),
            ("Commits", "In the code today"),
        ),
        ("kaggle:dataset", ("Open on Kaggle", "what you published here"), ("Commits", "your lines")),
        ("stackoverflow:", ("Open on Stack Overflow", "Answers 64", "and 4 questions"), ("Commits", "repository")),
        ("manual:private", ("Entries 4", "self-reported"), ("Commits", "Open the", "lines")),
        ("key:0", ("Open the repository", "Commits of yours", "In the code today", "Assisted uses"), ("Kaggle",)),
    ],
)
def test_project_is_called_what_it_is(app, begins, words, never):
    told = text(app, path=f"/project/{project(app, begins)}")
    assert [each for each in words if each not in told] == []
    assert [each for each in never if each in told] == []


@pytest.mark.parametrize(
    ("skill", "words"),
    [
        ("stack-overflow", ("Answer: How do I reshape 62 columns?", "score 7")),
        (
            "kaggle-competitions",
            ("Submission: blend 1", "Competition: ICU Mortality", "rank 41 of 1 830", "score 0.91234"),
        ),
        (
            "kaggle-sharing",
            ("Notebook, version 3: River levels, week by week", "Model: Leafnet", "Data set: Rain in 40 towns"),
        ),
        ("open-source", ("Pull request 22: Speed up part 22", "Issue 23: Speed up part 23")),
        ("meetups-courses", ("Meetup: PyData: gradient boosting",)),
    ],
)
def test_proof_says_titles_and_scores(app, skill, words):
    told = "".join(text(app, f"?page={page}", f"/skill/{skill}") for page in (1, 2, 3))
    assert [each for each in words if each not in told] == []
    assert not re.search(r"(Answer|Submission) \d", told)


# ---- figures of little --------------------------------------------------------------------------------


def test_figures_of_nothing():
    assert community_figures.competitions([])["data"][0]["x"] == []
    assert community_figures.answers([])["data"][0]["x"] == []
    assert community_figures.repositories([])["data"] == []
    assert community_figures.learning([], [])["data"] == []


def test_many_years_of_answers_are_quarters():
    months = [(date(2015 + number // 12, 1 + number % 12, 1), 1, 2) for number in range(120)]
    bars = community_figures.answers(months)["data"]
    assert len(bars[0]["x"]) == 40
    assert [sum(trace["y"]) for trace in bars] == [120, 240]


def test_entries_alone_fill_the_page(taxonomy, tmp_path):
    from data.detect import detect  # noqa: PLC0415

    with samples.new_store(tmp_path / "store.db") as store:
        learning.add_entry(store, learning.Entry("course", "Trees", date(2024, 1, 1)))
        detect(store, taxonomy)
        told = text(make_app(store, taxonomy, tmp_path))
    assert "1 entry of your own learning" in told
    assert "add kaggle YOUR-NAME" in told


# ---- pages of tables ----------------------------------------------------------------------------------


def test_tables_that_go_on_have_pages(app):
    whole = shown(app).contributions
    pages = -(-len(whole) // community_tables.ROWS)
    assert pages > 1
    seen = []
    for page in range(1, pages + 1):
        part = community_tables.part_of(ask(app, f"?each={page}"), "each", whole)
        assert part.caption("All") == f"All: {part.begin + 1} to {part.begin + len(part.rows)} of {len(whole)}"
        seen += part.rows
    assert seen == whole
    assert community_tables.part_of(ask(app, f"?each={pages + 7}"), "each", whole).page == pages
    assert "/community?each=2#repositories" in links(body(app))
    assert "/community?from=2023-01-01&each=2#repositories" in links(body(app, "?from=2023-01-01"))


def test_folded_table_opens_on_its_other_pages(app):
    for search, opened in (("", False), ("?each=2", True)):
        parts = [part for part in walk(body(app, search)) if type(part).__name__ == "Details"]
        assert [part.open for part in parts if "one by one" in text_of(part)] == [opened]


def test_changes_tell_where_their_days_are_from(app):
    view = app.site.portfolio.view("")[0]
    since = date(2022, 6, 30)
    for row in view.skill_rows:
        parts = view.new_days(row.skill, since)
        days = view.skills.of_subject(row.skill).day
        assert sum(parts) == pytest.approx(len({day for day in days.tolist() if day > day_number(since)}), abs=0.05)
    told = body(app, "?from=2022-06-30&to=2023-12-31&split=source", path="/growth")
    assert [part for part in walk(told) if getattr(part, "className", "") == "sf-parts"]
    whole = body(app, "?from=2022-06-30&to=2023-12-31", path="/growth")
    assert not [part for part in walk(whole) if getattr(part, "className", "") == "sf-parts"]
