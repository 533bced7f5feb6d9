"""Marks made and taken back through the address that the browser calls."""

import json

import pytest

from dashboard.answers import answer
from data.models import Verdict
from tests.dashboard.building import make_app
from tests.dashboard.reading import ids, links, text_of

SKILL = "/skill/matrix-decomposition"


@pytest.fixture
def app(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path)


def call(app, output, inputs, state=(), path="/"):
    """Press something; `output` is how the callback's name begins, as the page knows it."""
    names = {each["id"] if isinstance(each["id"], str) else json.dumps(each["id"]) for each in inputs}
    callback, entry = next(
        (name, entry)
        for name, entry in app.callback_map.items()
        if name.strip(".").startswith(output) and {_type_of(each["id"]) for each in entry["inputs"]} & {_type_of(n) for n in names}
    )  # fmt: skip
    outputs = [
        {"id": name, "property": part}
        for name, _, part in (each.rpartition(".") for each in callback.strip(".").split("..."))
    ]
    given = {"url": {"pathname": path, "search": ""}} | {name: {"value": value, "data": value} for name, value in state}
    body = {
        "output": callback,
        "outputs": outputs if callback.startswith("..") else outputs[0],
        "inputs": [[each] if isinstance(each["id"], dict) else each for each in inputs],
        "state": [
            {**each, "value": given.get(each["id"], {}).get(each["property"])} for each in entry["state"]
        ],
        "changedPropIds": [
            f"{each['id'] if isinstance(each['id'], str) else json.dumps(each['id'], separators=(',', ':'), sort_keys=True)}"
            f".{each['property']}"
            for each in inputs
        ],
    }  # fmt: skip
    return app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"})


def _type_of(name):
    return json.loads(name)["type"] if name.startswith("{") else name


def pressed(button):
    return [{"id": button, "property": "n_clicks", "value": 1}]


def buttons(app, path, kind="mark"):
    return [each for each in ids(answer(app.site, path, "")[0].body) if isinstance(each, dict) and each["type"] == kind]


def mark(app, what, scope, verdict, *, note="", path=SKILL):
    state = (("marking-what", what), ("marking-scope", scope), ("marking-verdict", verdict), ("marking-note", note))
    reply = call(app, "content.children", pressed("marking-do"), state, path)
    assert reply.status_code == 200, reply.text
    return reply.text


def target(button):
    return [button[name] for name in ("project", "key", "path", "subject")]


def test_button_opens_a_dialog_that_says_what_it_is_about(app):
    button = buttons(app, SKILL)[0]
    shown = json.dumps(call(app, "marking.children", pressed(button)).json)
    for part in (button["key"][:10], button["path"], "Eigenvectors and SVD", "Not mine", "Course code", "Hide"):
        assert part in shown


@pytest.mark.parametrize("verdict", [Verdict.NOT_MINE, Verdict.HIDE])
def test_marked_proof_is_gone_at_once_and_comes_back(app, own_store, verdict):
    before = answer(app.site, SKILL, "")[0].body
    button = buttons(app, SKILL)[0]
    assert "Undo" in mark(app, target(button), "activity", str(verdict))
    assert button["key"] not in [each["key"] for each in buttons(app, SKILL)]
    (undo,) = buttons(app, "/corrections", "unmark")
    reply = call(app, "content.children", pressed(undo), path="/corrections")
    assert "Taken back" in reply.text
    assert own_store.corrections() == []
    assert text_of(answer(app.site, SKILL, "")[0].body) == text_of(before)


def test_course_code_is_shown_apart(app):
    button = buttons(app, SKILL)[0]
    mark(app, target(button), "file", "course-code", note="from a course")
    text = text_of(answer(app.site, SKILL, "")[0].body)
    assert "In course code, not counted" in text
    assert button["path"] not in {each["path"] for each in buttons(app, SKILL) if each["project"] == button["project"]}
    listed = text_of(answer(app.site, "/corrections", "")[0].body)
    assert button["path"] in listed
    assert "from a course" in listed


def test_project_lists_its_course_code(app, own_store):
    button = buttons(app, SKILL)[0]
    path, elsewhere = f"/project/{button['project']}", "/project/2"
    assert "marked as course code" not in text_of(answer(app.site, path, "")[0].body)
    mark(app, target(button), "file", "course-code", note="from a course")
    mark(app, target(button), "activity", "hide")
    text = text_of(answer(app.site, path, "")[0].body)
    assert "1 part marked as course code, not counted" in text
    assert button["path"] in text
    assert "from a course" in text
    assert "marked as course code" not in text_of(answer(app.site, elsewhere, "")[0].body)
    (undo,) = buttons(app, path, "unmark")
    call(app, "content.children", pressed(undo), path=path)
    assert "marked as course code" not in text_of(answer(app.site, path, "")[0].body)
    assert [each.verdict for each in own_store.corrections()] == [Verdict.HIDE]


def test_two_ways_back_on_one_page_have_two_names(app, own_store):
    notice = mark(app, [2, "", "", ""], "project", "hide", path="/project/2")
    (number,) = [each.id for each in own_store.corrections()]
    assert f'"ids":"{number},"' in notice.replace(" ", "")
    call(app, "content.children", pressed({"type": "unmark", "ids": f"{number},"}), path="/project/2")
    assert own_store.corrections() == []


def test_marked_project_says_so_in_its_place(app):
    (button,) = buttons(app, "/project/2")
    mark(app, target(button), "project", "hide", path="/project/2")
    shown = answer(app.site, "/project/2", "")[0]
    assert shown.found
    assert "You marked all of it as hidden" in text_of(shown.body)
    for path in ("/projects", "/technologies", "/"):
        assert "/project/2" not in links(answer(app.site, path, "")[0].body)
    assert "forecast" not in json.dumps(app.layout().to_plotly_json(), default=lambda part: part.to_plotly_json())
    call(app, "content.children", pressed(buttons(app, "/project/2", "unmark")[0]), path="/project/2")
    assert "/project/2" in links(answer(app.site, "/projects", "")[0].body)


@pytest.mark.parametrize(
    ("what", "scope", "verdict"),
    [
        ([999, "", "", ""], "project", "hide"),
        ([1, "0" * 40, "", ""], "activity", "hide"),
        ([1, "", "nowhere.py", ""], "file", "hide"),
        ([1, "", "", ""], "project", "bulk-is-mine"),
    ],
)
def test_only_what_is_there_can_be_marked(app, own_store, what, scope, verdict):
    assert "Undo" not in mark(app, what, scope, verdict)
    assert own_store.corrections() == []


def test_what_no_page_sends_changes_nothing(app, own_store):
    for what, verdict in (([1, "", "", ""], "everything"), (["x", "", "", ""], "hide"), (None, "hide")):
        state = (
            ("marking-what", what),
            ("marking-scope", "project"),
            ("marking-verdict", verdict),
            ("marking-note", ""),
        )
        call(app, "content.children", pressed("marking-do"), state)
        assert own_store.corrections() == []


def test_sample_offers_no_button_and_refuses(app, own_store):
    own_store.set_setting("sample", {"label": "Sample portfolio"})
    app.site.portfolio.forget()
    for path in (SKILL, "/technology/numpy", "/project/2"):
        assert buttons(app, path) == []
    assert "sample" in mark(app, [2, "", "", ""], "project", "hide")
    assert own_store.corrections() == []


def test_empty_list_says_how(filled_app, empty_app):
    for app in (filled_app, empty_app):
        assert "Nothing is marked" in text_of(answer(app.site, "/corrections", "")[0].body)
