"""Every page answers: with data, without, with filters that fit and that don't."""

import re

import pytest

from dashboard.app import answer
from data.detect import detect
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.reading import graphs, ids, links, text_of
from tests.data.building import batch, commit, fact, project

FIXED = ("/", "/growth", "/next", "/compare", "/technologies", "/projects", "/community", "/sources", "/method")
DATA = (
    "/area/mathematics",
    "/area/learning-community",
    "/skill/matrix-decomposition",
    "/skill/kaggle-sharing",
    "/skill/learning-cadence",
    "/skill/version-control",
    "/technology/numpy",
    "/technology/airflow",
    "/project/1",
)
QUERIES = (
    "",
    "?from=2023-01-01&to=2024-12-31",
    "?projects=1,2&current=1",
    "?to=2001-01-01",
    "?split=source",
    "?split=perhaps&from=2024-01-01",
    "?unknown=1&from=yesterday&projects=99,x&current=perhaps&page=0",
    "?page=7",
    "?" + "&".join(f"a{number}=1" for number in range(80)),
)


@pytest.mark.parametrize("search", QUERIES, ids=lambda search: search[:30] or "plain")
@pytest.mark.parametrize("path", FIXED + DATA)
def test_page_answers(filled_app, path, search):
    shown, _, _ = answer(filled_app.site, path, search)
    assert shown.found
    assert text_of(shown.body)


@pytest.mark.parametrize("path", FIXED + DATA)
def test_page_without_data_says_what_to_do(empty_app, path):
    shown, _, filtered = answer(empty_app.site, path, "")
    assert shown.found
    assert path == "/method" or "skillfolio add" in text_of(shown.body)
    assert not filtered


@pytest.mark.parametrize("path", FIXED)
def test_page_is_named_by_one_heading(filled_app, path):
    shown, _, _ = answer(filled_app.site, path, "")
    assert list(ids(shown.body, of_type="H1")) == [shown.title]


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/area/none",
        "/skill/none",
        "/technology/none",
        "/project/999",
        "/project/x",
        "/skill/../x",
        "/area/",
    ],
)
def test_unknown_address_is_told(filled_app, path):
    assert not answer(filled_app.site, path, "")[0].found


def test_path_variable_is_not_taken_from_the_query(filled_app):
    shown, ask, _ = answer(filled_app.site, "/skill/numpy", "?skill=python")
    assert ask.variables == {"skill": "numpy"}
    assert shown.title == "NumPy"


def test_bad_filters_leave_a_note(filled_app):
    shown, _, _ = answer(filled_app.site, "/", "?from=2024-13-01&projects=999&current=maybe")
    told = text_of(shown.body)
    assert "not a date" in told
    assert "not in this portfolio" in told
    assert "neither 0 nor 1" in told


def test_links_keep_the_filters(filled_app):
    shown, _, _ = answer(filled_app.site, "/", "?from=2023-01-01")
    kept = [href for href in links(shown.body) if href.startswith("/skill/")]
    assert kept
    assert all(href.endswith("?from=2023-01-01") for href in kept)


def test_filters_change_what_is_shown(filled_app):
    whole = filled_app.site.portfolio.view("")[0]
    part = filled_app.site.portfolio.view("?projects=3")[0]
    assert part.project_count == 1 < whole.project_count
    assert part.active_day_count < whole.active_day_count
    assert sum(row.level for row in part.skill_rows) < sum(row.level for row in whole.skill_rows)


def test_proof_opens_the_line(filled_app):
    shown, _, _ = answer(filled_app.site, "/skill/matrix-decomposition", "")
    text = text_of(shown.body)
    assert "numpy.linalg.svd" in text
    assert "src/part" in text
    opened = [href for href in links(shown.body) if "/blob/" in href]
    assert opened
    assert all(href.startswith("https://github.com/ada/churn/blob/") and "#L" in href for href in opened)


def test_proof_is_paged(filled_app):
    first = answer(filled_app.site, "/skill/python", "")[0].body
    second = answer(filled_app.site, "/skill/python", "?page=2")[0].body
    assert "/skill/python?page=2" in links(first)
    assert text_of(first) != text_of(second)
    last = answer(filled_app.site, "/skill/python", "?page=400")[0].body
    shown = re.search(r"Page (\d+) of (\d+)", text_of(last))
    assert shown
    assert 2 < int(shown[1]) == int(shown[2]) < 400
    before = answer(filled_app.site, "/skill/python", f"?page={int(shown[1]) - 1}")[0].body
    assert f"/skill/python?page={shown[1]}" in links(before)


def test_proof_says_which_page_of_how_many(filled_app):
    numbers = [
        re.search(r"Page (\d+) of (\d+)", text_of(answer(filled_app.site, "/skill/python", f"?page={n}")[0].body))
        for n in (1, 2)
    ]
    assert [int(found[1]) for found in numbers] == [1, 2]
    assert numbers[0][2] == numbers[1][2]


def test_proof_through_one_technology(own_store, taxonomy, tmp_path):
    act = commit("f" * 40, fact("scipy.linalg.svd"), author=samples.ME)
    own_store.save_batch(own_store.accounts()[1].id, batch(act, of=project("lab", "key:lab")))
    detect(own_store, taxonomy)
    site = make_app(own_store, taxonomy, tmp_path).site
    path = "/skill/matrix-decomposition"
    whole, part = (answer(site, path, search)[0].body for search in ("", "?tech=scipy"))
    for body in (whole, part):
        assert {f"{path}?tech=numpy", f"{path}?tech=scipy", path} <= set(links(body))
    assert "through SciPy" in text_of(part)
    proof = {href for href in links(part) if href.startswith("/project/")}
    assert len(proof) == 1 < len({href for href in links(whole) if href.startswith("/project/")})
    for bad in ("nowhere", "pandas", "numpy:"):
        assert text_of(answer(site, path, f"?tech={bad}")[0].body) == text_of(whole)
    assert "SciPy shows it nowhere within these filters." in text_of(
        answer(site, path, "?from=2024-01-01&tech=scipy")[0].body
    )


@pytest.mark.parametrize("path", ["/projects", "/technologies"])
def test_page_beyond_the_last_is_the_last(filled_app, path):
    plain, beyond = (text_of(answer(filled_app.site, path, search)[0].body) for search in ("", "?page=9"))
    assert plain == beyond


def test_names_of_repositories_stay_text(filled_app):
    figure = graphs(answer(filled_app.site, "/projects", "")[0].body)["projects-matrix"]
    assert "forecast &lt;b&gt;bold&lt;/b&gt;" in figure["data"][0]["x"]


def test_unmapped_imports_are_listed(filled_app):
    assert "oddlib" in text_of(answer(filled_app.site, "/technologies", "")[0].body)


def test_assisted_work_is_shown_apart(filled_app):
    body = answer(filled_app.site, "/skill/numpy", "")[0].body
    assert [trace["name"] for trace in graphs(body)["skill-days"]["data"]] == ["own", "assisted only"]
    assert "assisted" in text_of(body)


def test_project_shows_only_its_own(filled_app):
    text = text_of(answer(filled_app.site, "/project/3", "")[0].body)
    assert "payroll" in text
    assert "private" in text
    assert "Recurrent layers" not in text


def test_method_shows_the_thresholds_in_force(filled_app):
    text = text_of(answer(filled_app.site, "/method", "")[0].body)
    for level in filled_app.site.taxonomy.levels.steps:
        assert level.name in text
        assert not level.days or f"{level.days} day" in text


def test_what_links_to_the_method_finds_its_part(filled_app):
    anchors = set(ids(answer(filled_app.site, "/method", "")[0].body))
    for path in FIXED + DATA:
        for href in links(answer(filled_app.site, path, "")[0].body):
            if href.startswith("/method#"):
                assert href.removeprefix("/method#") in anchors, (path, href)


def test_sources_list_accounts_identities_and_runs(filled_app):
    text = text_of(answer(filled_app.site, "/sources", "")[0].body)
    for part in (
        "ada@example.org",
        "ada.l@work.example",
        "These look like you",
        "charles@example.org",
        "partly done",
        "ada/old",
    ):
        assert part in text


def test_skill_that_counts_weeks_says_so(filled_app):
    body = answer(filled_app.site, "/skill/learning-cadence", "")[0].body
    text = text_of(body)
    assert "Active weeks" in text
    assert "Active days" not in text
    assert "of 0 uses" not in text
    assert "a week counts when any other skill has evidence in it" in text
    days = graphs(answer(filled_app.site, "/skill/python", "")[0].body)["skill-days"]["data"][0]["y"]
    assert 0 < sum(graphs(body)["skill-days"]["data"][0]["y"]) < sum(days)
    assert "weeks" in text_of(answer(filled_app.site, "/area/learning-community", "")[0].body)
    assert "Active weeks, at least" in text_of(answer(filled_app.site, "/method", "")[0].body)


def test_technology_opens_to_its_proof(filled_app):
    assert "/technology/pytorch" in links(answer(filled_app.site, "/technologies", "")[0].body)
    body = answer(filled_app.site, "/technology/numpy", "")[0].body
    assert [href for href in links(body) if "/blob/" in href and "#L" in href]
    assert filled_app.site.taxonomy.technologies["numpy"].docs in links(body)
    assert sum(graphs(body)["technology-days"]["data"][0]["y"]) > 0
    assert "/skill/matrix-decomposition" in links(body)


def test_current_only_hides_and_changes_no_number(filled_app):
    portfolio = filled_app.site.portfolio
    whole, current = (portfolio.view(search)[0] for search in ("?to=2026-02-28", "?to=2026-02-28&current=1"))
    assert whole.skill_rows == current.skill_rows
    assert whole.coverage == current.coverage
    assert {row.recency for area in current.taxonomy.areas for row in current.listed_of(area.id)} == {"current"}
    assert set(whole.technologies) > set(current.technologies)
    assert {row.recency for row in current.technologies} == {"current"}
    shown = text_of(answer(filled_app.site, "/", "?to=2026-02-28&current=1")[0].body)
    assert "none" not in re.findall(r"\w+", shown.partition("Level of every skill")[2])
    assert " current skills: " in shown


def test_a_project_shows_as_many_skills_on_its_page_as_in_the_list(filled_app):
    for row in filled_app.site.portfolio.view("")[0].projects:
        text = text_of(answer(filled_app.site, f"/project/{row.project_id}", "")[0].body)
        assert f"Skills shown {row.skills} " in text, row.name


def test_nothing_begins_where_filters_leave_out_what_was_before(filled_app):
    whole = text_of(answer(filled_app.site, "/growth", "")[0].body)
    later = text_of(answer(filled_app.site, "/growth", "?from=2024-01-01")[0].body)
    assert re.search(r"\d+ skills, from \w+", whole)
    assert re.search(r"\d+ skills used, \d+ \w+ 2024 –", later)
    assert "Work before 1 Jan 2024 is left out" in later
    assert "is left out" not in whole
    assert not re.search(r"\d+ skills, (from|the first|all begun)", later)


def test_source_that_is_not_connected_is_not_read_yet(filled_app, own_store, taxonomy, tmp_path):
    assert "Not read yet" in text_of(answer(filled_app.site, "/skill/kaggle-sharing", "")[0].body)
    area = text_of(answer(filled_app.site, "/area/learning-community", "")[0].body)
    assert "Not read yet: Kaggle, Stack Overflow and what you report yourself." in area
    assert "Active days – weeks count here" in area
    own_store.add_account("kaggle", "ada")
    app = make_app(own_store, taxonomy, tmp_path)
    assert "Not read yet" not in text_of(answer(app.site, "/skill/kaggle-sharing", "")[0].body)
    assert "Not read yet: Stack Overflow and" in text_of(answer(app.site, "/area/learning-community", "")[0].body)


def test_proof_of_commits_is_in_words(filled_app):
    text = text_of(answer(filled_app.site, "/skill/version-control", "")[0].body)
    assert not re.search(r"[0-9a-f]{40}", text)
    assert "Merged a branch" in text
    assert re.search(r"Merge [0-9a-f]{10}", text)
    shown = links(answer(filled_app.site, "/skill/version-control", "")[0].body)
    assert [href for href in shown if re.fullmatch(r"https://github.com/ada/churn/commit/[0-9a-f]{40}", href)]
    assert "forge" not in text.lower()


def test_words_on_filters_only_with_filters(filled_app):
    rows = filled_app.site.portfolio.view("")[0].skill_rows
    absent = next(row.skill for row in rows if row.level == 0 and row.level_name == "none")
    for path in (f"/skill/{absent}", "/technology/airflow"):
        assert "within these filters" not in text_of(answer(filled_app.site, path, "")[0].body)
        assert "within these filters" in text_of(answer(filled_app.site, path, "?from=2023-01-01")[0].body)


def test_area_says_its_own_rule(filled_app):
    assert "two strongest skills here and " in text_of(answer(filled_app.site, "/area/domain-knowledge", "")[0].body)
    assert "two strongest" not in text_of(answer(filled_app.site, "/area/mathematics", "")[0].body)


def test_authors_without_the_person_are_asked_about(taxonomy, tmp_path):
    with samples.new_store(tmp_path / "store.db") as store:
        samples.fill(store, taxonomy, known=False)
        app = make_app(store, taxonomy, tmp_path)
        for path in ("/", "/growth", "/projects", "/skill/numpy"):
            body = answer(app.site, path, "")[0].body
            assert "3 authors were found. Which of them are you?" in text_of(body)
            assert "/sources#identities" in links(body)
        sources = answer(app.site, "/sources", "")[0].body
        assert "Which of these are you?" in text_of(sources)
        assert "This is me" in text_of(sources)
        assert "Show 3 addresses" not in text_of(sources)


def test_commands_are_those_that_work_here(own_store, empty_store, taxonomy, tmp_path):
    called = "python -m cli"
    for store, path in ((empty_store, "/"), (empty_store, "/sources"), (own_store, "/sources")):
        app = make_app(store, taxonomy, tmp_path, command=called)
        text = text_of(answer(app.site, path, "")[0].body)
        assert called in text
        assert "skillfolio " not in text
        page = app.server.test_client().get("/", headers={"Host": "localhost"}).text
        assert "python -m cli report" in page


def test_sample_is_named_everywhere(own_store, taxonomy, tmp_path):
    own_store.set_setting(
        "sample", {"label": "Sample portfolio", "repositories": ["one/alpha", "two/beta"], "as_of": "2025-01-31"}
    )
    app = make_app(own_store, taxonomy, tmp_path)
    with app.server.test_request_context("/"):
        text = text_of([app.layout()])
    for part in ("Sample portfolio", "one/alpha", "two/beta", "skillfolio add git"):
        assert part in text
    assert "31 Jan 2025" in text_of(answer(app.site, "/", "")[0].body)


def test_sample_collects_nothing(own_store, taxonomy, tmp_path):
    own_store.set_setting("sample", {"label": "Sample portfolio", "repositories": ["one/alpha"]})
    account = own_store.add_account("sample", "Sample portfolio")
    app = make_app(own_store, taxonomy, tmp_path, launch=lambda _: None)
    shown = answer(app.site, "/sources", "")[0].body
    assert {"type": "sources-collect", "index": account} not in ids(shown)
    assert {"type": "sources-collect", "index": 0} not in ids(shown)
    assert "portfolio of its own" in text_of(shown)
    assert ids(shown, of_type="Button") == []
    assert "comes with Skillfolio" in text_of(answer(app.site, "/", "")[0].body)
