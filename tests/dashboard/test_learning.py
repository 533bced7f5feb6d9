"""Entries of one's own: added, refused, changed and removed through the addresses that the browser calls."""

import base64
import json
from datetime import date

import pytest

from dashboard.app import answer
from dashboard.pages import learning as pages
from data import calendars, learning
from data.learning import Entry
from tests.dashboard.building import make_app
from tests.dashboard.reading import ids, links, text_of

COURSE = Entry("course", "Deep learning", date(2024, 3, 1), 90, "https://example.org/c", ("pandas",))
GIVEN = {
    "kind": "course", "title": "Trees", "day": "2024-05-01", "hours": "1.5", "url": "", "skills": ["pandas"], "public": False,
}  # fmt: skip


@pytest.fixture
def app(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "1 minute"),
        (25, "25 minutes"),
        (30, "30 minutes"),
        (60, "1 hour"),
        (85, "1 hour 25 minutes"),
        (90, "1.5 hours"),
        (150, "2.5 hours"),
        (61, "1 hour 1 minute"),
        (2400, "40 hours"),
    ],
)
def test_time_is_told_as_one_says_it(minutes, said):
    assert pages.lasted(minutes) == said


def call(app, begins, inputs, state, changed):
    asked = changed.rpartition(".")[0]
    callback = next(
        name
        for name, each in app.callback_map.items()
        if begins(name) and (asked.startswith("{") or asked in {one["id"] for one in each["inputs"]})
    )
    parts = callback.strip(".").split("...") if callback.startswith("..") else [callback]
    outputs = [{"id": name, "property": part} for name, _, part in (each.rpartition(".") for each in parts)]
    body = {
        "output": callback,
        "outputs": outputs if callback.startswith("..") else outputs[0],
        "inputs": inputs,
        "state": state,
        "changedPropIds": [changed],
    }
    reply = app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"})
    assert reply.status_code in {200, 204}, reply.text
    return reply.json["response"] if reply.status_code == 200 else {}


def save(app, editing="", **more):
    given = GIVEN | more
    state = [
        {"id": f"learning-{name}", "property": "checked" if name == "public" else "value", "value": value}
        for name, value in given.items()
    ]
    state.append({"id": "learning-editing", "property": "data", "value": editing})
    inputs = [{"id": "learning-save", "property": "n_clicks", "value": 1}]
    return call(app, lambda name: "learning-title.value" in name, inputs, state, "learning-save.n_clicks")


def load(app, text, kind="meetup", name="talks.ics", **more):
    """What the browser sends of a file that was chosen."""
    raw = text if isinstance(text, bytes) else text.encode()
    chosen = {"name": name, "data": base64.b64encode(raw).decode(), "at": 1} | more
    told = call(
        app,
        lambda name: name.startswith("..learning-said.children@") and "learning-list" in name,
        [{"id": "learning-file", "property": "data", "value": chosen}],
        [{"id": "learning-import-kind", "property": "value", "value": kind}],
        "learning-file.data",
    )
    return json.dumps(told)


def remove(app, key):
    button = {"key": key, "type": "learning-remove"}
    changed = json.dumps(button, separators=(",", ":"), sort_keys=True) + ".n_clicks"
    asked = call(
        app,
        lambda name: "learning-confirm.message" in name,
        [[{"id": button, "property": "n_clicks", "value": 1}]],
        [],
        changed,
    )
    return asked, call(
        app,
        lambda name: name.startswith("..learning-said.children@"),
        [{"id": "learning-confirm", "property": "submit_n_clicks", "value": 1}],
        [{"id": "learning-removing", "property": "data", "value": asked["learning-removing"]["data"]}],
        "learning-confirm.submit_n_clicks",
    )


def page(app, search="", path="/learning"):
    shown, _, _ = answer(app.site, path, search)
    return shown


def test_page_without_entries_says_what_to_do(app):
    text = text_of(page(app).body)
    assert "log import meetups.ics" in text
    assert "learning-save" in ids(page(app).body)


def test_entry_is_added_and_every_page_follows(app, own_store):
    told = json.dumps(save(app))
    assert "was added, self-reported" in told
    [entry] = learning.entries(own_store)
    assert (entry.title, entry.minutes, entry.skills, entry.public) == ("Trees", 90, ("pandas",), False)
    listed = text_of(page(app).body)
    assert all(words in listed for words in ("Trees", "self-reported", "you alone", "1.5 hours"))
    assert "Took a course (self-reported)" in text_of(page(app, path="/skill/meetups-courses").body)
    assert "1 entry of your own" in text_of(page(app, path="/skill/meetups-courses").body)
    assert "self-reported" in text_of(page(app, path="/area/learning-community").body)
    assert "Self-reported entries" in text_of(page(app, path="/projects").body)


def test_named_skill_lists_the_entry_and_its_level_stays(app):
    def levels():
        shown = app.site.portfolio.view("")[0]
        return {skill: shown.skill_row(skill).level for skill in ("pandas", "pytorch")}

    before = levels()
    save(app, skills=["pandas", "pytorch"])
    assert levels() == before
    assert "Named in 1 entry of your own" in text_of(page(app, path="/skill/pandas").body)
    assert "Named in" not in text_of(page(app, path="/skill/numpy").body)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "A title has"),
        ({"day": ""}, "Choose the date"),
        ({"day": "2999-01-01"}, "in the future"),
        ({"hours": "long"}, "are no hours"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"skills": ["nonsense"]}, "no skill"),
        ({"kind": "party"}, "no kind"),
        ({"title": None, "skills": None, "public": None}, "A title has"),
    ],
)
def test_wrong_entries_are_told_and_nothing_typed_is_lost(app, own_store, wrong, words):
    told = save(app, **wrong)
    assert words in json.dumps(told)
    assert set(told) == {"learning-said"}
    assert learning.entries(own_store) == []


def test_hostile_text_stays_text(app):
    save(app, title="<img src=x onerror=alert(1)>")
    assert "<img src=x onerror=alert(1)>" in text_of(page(app).body)
    assert not any("javascript:" in href for href in links(page(app).body))


def test_entry_is_changed_through_its_address(app, own_store):
    key = learning.add_entry(own_store, COURSE)
    app.site.portfolio.forget()
    assert f"/learning?edit={key}" in links(page(app).body)
    form = page(app, f"?edit={key}").body
    assert "Change an entry" in text_of(form)
    told = save(app, editing=key, title="Deeper learning", public=True)
    assert told["url"]["search"] == "?saved=1"
    assert [(entry.key, entry.title, entry.public) for entry in learning.entries(own_store)] == [
        (key, "Deeper learning", True)
    ]
    assert "Saved." in text_of(page(app, "?saved=1").body)


def test_entry_that_is_gone_is_told(app):
    assert "not there any more" in text_of(page(app, "?edit=entry-0").body)
    assert "not there any more" in json.dumps(save(app, editing="entry-0"))


def test_removing_asks_first(app, own_store):
    key = learning.add_entry(own_store, COURSE)
    asked, told = remove(app, key)
    assert "Remove the course “Deep learning” of 1 Mar 2024?" in asked["learning-confirm"]["message"]
    assert "was removed" in json.dumps(told)
    assert learning.entries(own_store) == []


def test_post_from_another_site_is_refused(app, own_store):
    reply = app.server.test_client().post(
        "/_dash-update-component", json={}, headers={"Host": "localhost", "Origin": "https://evil.example"}
    )
    assert reply.status_code == 403
    assert learning.entries(own_store) == []


def test_sample_is_only_looked_at(app, own_store):
    own_store.set_setting("sample", {"label": "A sample", "repositories": 3})
    app.site.portfolio.forget()
    assert "learning-save" not in ids(page(app).body)
    assert "nothing in it can be changed" in json.dumps(save(app))
    assert learning.entries(own_store) == []


def test_reading_of_ones_own_entries_is_no_unread_source(app):
    assert "self-reported" in app.site.portfolio.view("")[0].unread_sources
    save(app)
    assert "self-reported" not in app.site.portfolio.view("")[0].unread_sources


def test_method_says_what_ones_own_word_counts_for(app):
    assert "No entry raises a skill that is read from code" in text_of(page(app, path="/method").body)


def test_many_entries_are_paged(app, own_store):
    entries = [Entry("talk", f"Talk {number:03d}", date(2024, 1, 1), key=f"ics-{number}") for number in range(120)]
    learning.import_entries(own_store, entries)
    app.site.portfolio.forget()
    first, last = page(app).body, page(app, "?page=9").body
    assert "/learning?page=2" in links(first)
    assert "Page 3 of 3" in text_of(last)
    assert "120 entries" in text_of(first)
    assert text_of(first).count("self-reported") < 60


# ---- calendars ----------------------------------------------------------------------------------------

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a//b//EN
BEGIN:VEVENT
UID:1@example.org
DTSTART:20240203T180000Z
DTEND:20240203T193000Z
SUMMARY:PyData evening
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
DTSTART:29990101T180000Z
SUMMARY:Later
END:VEVENT
END:VCALENDAR
"""


def test_calendar_is_imported_once(app, own_store):
    told = load(app, CALENDAR, kind="talk")
    assert "1 event was added, self-reported and private; 1 still to come" in told
    [entry] = learning.entries(own_store)
    assert (entry.kind, entry.title, entry.minutes, entry.public) == ("talk", "PyData evening", 90, False)
    assert "PyData evening" in text_of(page(app).body)
    assert "0 events were added, self-reported and private; 1 there already" in load(app, CALENDAR)
    assert "PyData evening" in text_of(page(app, path="/community").body)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": "no calendar"}, "talks.ics holds no calendar"),
        ({"text": b"\xff\x00" * 40}, "holds no calendar"),
        ({"text": CALENDAR, "large": True}, "larger than 2 MB"),
        ({"text": b"x" * (calendars.LARGEST + 1)}, "larger than 2 MB"),
        ({"text": CALENDAR, "data": "?"}, "did not come whole"),
        ({"text": CALENDAR, "data": None}, "holds no calendar"),
        ({"text": CALENDAR, "kind": "party"}, "no kind of entry"),
        ({"text": "", "name": "<script>"}, "<script> holds no calendar"),
    ],
)
def test_calendar_that_cannot_be_read_is_told(app, own_store, given, words):
    assert words in load(app, **given)
    assert learning.entries(own_store) == []


def test_sample_imports_nothing(app, own_store):
    own_store.set_setting("sample", {"label": "A sample", "repositories": 3})
    app.site.portfolio.forget()
    assert "nothing in it can be changed" in load(app, CALENDAR)
    assert "learning-file" not in ids(page(app).body)
