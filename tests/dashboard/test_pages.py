"""Every page answers: with data, without, with filters that fit and that don't."""

import pytest

from dashboard.app import answer
from tests.dashboard.building import make_app
from tests.dashboard.reading import graphs, ids, links, text_of

FIXED = ("/", "/growth", "/technologies", "/projects", "/sources", "/method")
DATA = (
    "/area/mathematics",
    "/area/learning-community",
    "/skill/matrix-decomposition",
    "/skill/kaggle-sharing",
    "/project/1",
)
QUERIES = (
    "",
    "?from=2023-01-01&to=2024-12-31",
    "?projects=1,2&current=1",
    "?to=2001-01-01",
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
    "path", ["/nowhere", "/area/none", "/skill/none", "/project/999", "/project/x", "/skill/../x", "/area/"]
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
    assert part.levels["level"].sum() < whole.levels["level"].sum()


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
    assert "go back to the first page" in text_of(answer(filled_app.site, "/skill/python", "?page=400")[0].body)


def test_names_of_repositories_stay_text(filled_app):
    figure = graphs(answer(filled_app.site, "/projects", "")[0].body)["projects-matrix"]
    assert "forecast &lt;b&gt;bold&lt;/b&gt;" in figure["data"][0]["y"]


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
    assert "comes with Skillfolio" in text_of(answer(app.site, "/", "")[0].body)
