"""Commits of too many files: told, counted and left out again by a button, through the address that the browser calls."""

import json
from hashlib import sha1

import pytest

from dashboard.app import answer
from data.models import Verdict
from tests.dashboard.building import make_app
from tests.dashboard.reading import ids, links, text_of

KEY = sha1(b"bulk of forecast <b>bold</b>").hexdigest()
WAITS = "1 commit with more than 300 new source files waits for your word"


@pytest.fixture
def app(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path)


def project_of(app):
    found = app.site.portfolio.frames().bulk
    return f"/project/{found[0].project_id}"


def press(app, do, path="/sources", project="key:1", key=KEY):
    callback = next(
        name
        for name, entry in app.callback_map.items()
        if name.startswith("..content.children@") and "bulk" in str(entry["inputs"])
    )
    outputs = [
        {"id": name, "property": part}
        for name, _, part in (each.rpartition(".") for each in callback.strip(".").split("..."))
    ]
    button = {"do": do, "key": key, "project": project, "type": "bulk"}
    body = {
        "output": callback,
        "outputs": outputs,
        "inputs": [[{"id": button, "property": "n_clicks", "value": 1}]],
        "state": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": ""},
        ],
        "changedPropIds": [json.dumps(button, separators=(",", ":"), sort_keys=True) + ".n_clicks"],
    }
    reply = app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"})
    assert reply.status_code == 200, reply.text
    return reply.json["response"]


def uses_it(app):
    return "/technology/xgboost" in links(answer(app.site, "/technologies", "")[0].body)


def test_waiting_commit_is_told_where_it_matters(app):
    for path in ("/", "/sources", project_of(app)):
        assert WAITS in text_of(answer(app.site, path, "")[0].body), path
    body = answer(app.site, project_of(app), "")[0].body
    assert f"https://github.com/ada/forecast/commit/{KEY}" in links(body)
    assert "22 Feb 2022" in text_of(body)
    assert WAITS not in text_of(answer(app.site, "/project/1", "")[0].body)


def test_it_is_counted_and_left_out_again(app, own_store):
    assert not uses_it(app)
    said = json.dumps(press(app, "count", project_of(app)))
    assert "counts as your own work" in said
    assert "Leave it out" in said
    assert [each.verdict for each in own_store.corrections()] == [Verdict.BULK_IS_MINE]
    assert uses_it(app)
    assert WAITS not in text_of(answer(app.site, "/", "")[0].body)
    press(app, "count")
    assert len(own_store.corrections()) == 1
    press(app, "leave")
    assert own_store.corrections() == []
    assert not uses_it(app)
    assert WAITS in text_of(answer(app.site, "/", "")[0].body)


@pytest.mark.parametrize(("project", "key"), [("key:1", "0" * 40), ("key:9", KEY), ("", "")])
def test_no_other_commit_can_be_counted(app, own_store, project, key):
    assert "is not one that waits" in json.dumps(press(app, "count", project=project, key=key))
    assert own_store.corrections() == []


def test_sample_offers_no_button(app, own_store):
    own_store.set_setting("sample", {"label": "Sample portfolio"})
    app.site.portfolio.forget()
    assert not [each for each in ids(answer(app.site, "/sources", "")[0].body) if isinstance(each, dict)]
    press(app, "count")
    assert own_store.corrections() == []
