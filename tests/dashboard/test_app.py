"""The factory, and laws that hold for the whole app."""

import json
import re
from pathlib import Path

import pytest
from dash import dcc
from dash._utils import to_json
from plotly.offline import get_plotlyjs_version

from dashboard import app as factory
from dashboard import marking, pages, share_form, share_parts
from dashboard.app import answer
from dashboard.portfolio import Portfolio
from data import learning, published, sharing
from data.marks import Target
from tests.dashboard.building import make_app
from tests.dashboard.reading import text_of, walk
from tests.dashboard.samples import TODAY

PATHS = (
    "/",
    "/growth",
    "/next",
    "/compare",
    "/corrections",
    "/area/mathematics",
    "/skill/numpy",
    "/technologies",
    "/projects",
    "/share",
    "/project/1",
    "/community",
    "/learning",
    "/sources",
    "/method",
    "/nowhere",
)


def everything(app):
    """The shell and all pages."""
    with app.server.test_request_context("/"):
        shell = app.layout()
    return [shell, *(answer(app.site, path, "")[0].body for path in PATHS)]


def test_nothing_is_shared_between_two_apps(filled_store, empty_store, taxonomy, tmp_path):
    full = make_app(filled_store, taxonomy, tmp_path)
    empty = make_app(empty_store, taxonomy, tmp_path)
    again = make_app(filled_store, taxonomy, tmp_path)
    assert len(full.callback_map) == len(empty.callback_map) == len(again.callback_map) > 5
    assert "Begin here" in text_of(answer(empty.site, "/", "")[0].body)
    assert "Coverage by area" in text_of(answer(full.site, "/", "")[0].body)


def test_each_module_of_the_folder_is_a_page(filled_app):
    folder = Path(pages.__file__).parent
    modules = [path.stem for path in folder.glob("*.py") if path.stem != "__init__"]
    assert len(filled_app.site.pages) == len(modules)
    assert len({page.path for page in filled_app.site.pages}) == len(modules)


def later_parts_of_share(site):
    """What the Share page holds once there is a link, one is changed, and one was previewed."""
    link = sharing.ShareLink("Engineer", areas=("mathematics",), projects=("key:0",), sources=("github",))
    made, _ = sharing.create(site.store, link)
    found = published.portfolio(site.store, site.taxonomy, made, TODAY)
    return [share_parts.links(site, TODAY), share_form.form(site, made), share_parts.preview(found, made, "/")]


def test_ids_of_callbacks_exist_in_a_layout(own_store, taxonomy, tmp_path):
    learning.add_entry(own_store, learning.Entry("course", "Statistics", TODAY))
    filled_app = make_app(own_store, taxonomy, tmp_path, launch=lambda _: None)
    own_store.start_run(own_store.accounts()[1].id)
    learning.add_entry(own_store, learning.Entry("course", "Trees", TODAY))
    there = set()
    dialog = [marking.dialog(filled_app.site, Target(1)), marking.undo((1,), "a mark")]
    for part in walk([*everything(filled_app), *later_parts_of_share(filled_app.site), *dialog]):
        found = getattr(part, "id", None)
        if isinstance(found, dict):
            there.add(found["type"])
        elif isinstance(found, str):
            there.add(found)
    for entry in filled_app._callback_list:
        text = (
            entry["output"]
            + " "
            + " ".join(part["id"] + "." + part["property"] for part in entry["inputs"] + entry["state"])
        )
        used = set(re.findall(r'"type":"([a-z-]+)"', text)) | set(
            re.findall(r"(?:^|[.\s])([a-z]+(?:-[a-z]+)*)\.[a-z_A-Z]+", re.sub(r"\{.*?\}", "", text))
        )
        assert used - {"children", "data", "hidden"} <= there, entry["output"]


def test_ids_are_given_once_a_page(filled_app):
    shell, *bodies = everything(filled_app)
    for body in bodies:
        found = [json.dumps(part.id, sort_keys=True) for part in walk([shell, body]) if getattr(part, "id", None)]
        assert len(found) == len(set(found))


def test_charts_are_left_to_the_browser_with_room_kept(filled_app):
    parts = list(walk(everything(filled_app)))
    assert not [part for part in parts if isinstance(part, dcc.Graph)]
    figures = [
        part.id["index"]
        for part in parts
        if isinstance(getattr(part, "id", None), dict) and "figure" in part.id.values()
    ]
    places = [part for part in parts if isinstance(getattr(part, "id", None), dict) and "plot" in part.id.values()]
    assert [place.id["index"] for place in places] == figures
    assert len(places) > 12
    assert all(place.style["height"] > 0 for place in places)


def test_charts_offer_to_send_nothing():
    script = (factory.ASSETS / "charts.js").read_text(encoding="utf-8")
    assert script.count("config: CONFIG") == script.count('type: "Graph"') == 1
    for part in ("showSendToCloud: false", "displayModeBar: false"):
        assert part in script


@pytest.mark.parametrize(
    ("path", "filtered"), [("/", True), ("/growth", True), ("/method", False), ("/nowhere", False)]
)
def test_room_for_filters_is_kept_from_the_first_moment(filled_app, empty_app, path, filtered):
    for app, marked in ((filled_app, filtered), (empty_app, False)):
        page = app.server.test_client().get(path, headers={"Host": "localhost"}).text
        assert ('<html lang="en" data-filtered>' in page) is marked


def test_graphs_have_a_name_and_most_a_table(filled_app):
    shown = answer(filled_app.site, "/growth", "")[0].body
    named = [part for part in walk(shown) if getattr(part, "role", "") == "img"]
    assert all(getattr(part, "aria-label") for part in named)
    assert text_of(shown).count("Show as a table") == 3


def test_chart_bundle_is_the_one_that_plotly_wants():
    version = get_plotlyjs_version()
    bundle = factory.ASSETS / factory.PLOTLY
    assert version in bundle.name
    assert f"plotly.js (cartesian - minified) v{version}" in bundle.read_text(encoding="utf-8")[:200]
    assert "MIT" in (bundle.parent / "plotly-LICENSE.txt").read_text(encoding="utf-8")


def test_chart_bundle_is_not_loaded_before_it_is_needed(filled_app):
    page = filled_app.server.test_client().get("/method", headers={"Host": "localhost"}).text
    assert f'rel="prefetch" as="script" href="/assets/{factory.PLOTLY}' in page
    assert f'src="/assets/{factory.PLOTLY}' not in page


def test_unexpected_failure_tells_the_person_and_not_the_trace(filled_store, taxonomy, tmp_path, caplog):
    app = make_app(filled_store, taxonomy, tmp_path)

    def fails(_):
        raise ZeroDivisionError("secret detail")

    app.site.pages[:] = [
        page if page.path != "/method" else type(page)(page.path, page.title, fails) for page in app.site.pages
    ]
    outputs = [
        ("content", "children"),
        ("menu-bar", "children"),
        ("filters", "hidden"),
        ("arrival", "data"),
        ("notice", "children"),
    ]
    body = {
        "output": ".." + "...".join(f"{name}.{part}" for name, part in outputs) + "..",
        "outputs": [{"id": name, "property": part} for name, part in outputs],
        "inputs": [
            {"id": "url", "property": "pathname", "value": "/method"},
            {"id": "url", "property": "search", "value": ""},
        ],
        "changedPropIds": ["url.pathname"],
    }
    reply = app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"})
    assert reply.status_code == 200
    assert "Something went wrong" in reply.text
    assert "secret detail" not in reply.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize("path", PATHS)
def test_pages_stay_small(filled_app, path):
    assert len(to_json(answer(filled_app.site, path, "")[0].body)) < 200_000


def test_frames_are_loaded_once_for_a_version(own_store, taxonomy):
    portfolio = Portfolio(own_store, taxonomy)
    first = portfolio.frames()
    portfolio.forget()
    assert portfolio.frames() is first
    own_store.set_setting("anything", 1)
    portfolio.forget()
    assert portfolio.frames() is not first


def test_a_view_is_made_once_for_its_filters(filled_store, taxonomy):
    portfolio = Portfolio(filled_store, taxonomy)
    view = portfolio.view("?from=2023-01-01")[0]
    assert portfolio.view("?from=2023-01-01&other=1")[0] is view
    assert portfolio.view("")[0] is not view
