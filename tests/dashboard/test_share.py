"""The Share page: previewed first, then public; through the address that the browser calls."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dashboard import phrases
from dashboard.app import answer, create_app
from dashboard.exports import downloads
from dashboard.markup import as_json
from dashboard.public.routes import today
from data import sharing
from data.detect import detect
from data.models import Batch
from data.public_folders import say_public
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.leaking import link
from tests.dashboard.reading import links, text_of, walk

FORM = {
    "person": "Ada Lovelace",
    "title": "ML engineer",
    "introduction": "Hello",
    "areas": ["mathematics", "programming"],
    "projects": ["key:0", "key:2"],  # the second one is private
    "sources": ["github", "git"],
    "named": True,
    "private": False,
    "findable": False,
    "name": "",
    "ends": "",
    "note": "for Acme",
}


@pytest.fixture
def app(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path)


def call(app, begins, trigger, state, clicks=1):
    """Call the callback whose first input is `trigger` and whose outputs begin so; returns what it sets."""
    entry = next(
        each
        for each in app._callback_list
        if begins in each["output"] and each["inputs"][0]["id"].startswith(trigger[0])
    )
    names = [part.rpartition(".") for part in entry["output"].strip(".").split("...")]
    given = {"id": trigger[1], "property": entry["inputs"][0]["property"], "value": clicks}
    body = {
        "output": entry["output"],
        "outputs": [{"id": name, "property": part} for name, _, part in names],
        "inputs": [[given] if isinstance(trigger[1], dict) else given],
        "state": [{**part, "value": state.get(part["id"])} for part in entry["state"]],
        "changedPropIds": [f"{_written(trigger[1])}.{given['property']}"],
    }
    reply = app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"})
    return reply.json["response"] if reply.status_code == 200 else {}


def _written(key):
    return json.dumps(key, sort_keys=True, separators=(",", ":")) if isinstance(key, dict) else key


def preview(app, editing=0, **fields):
    state = {f"share-{name}": value for name, value in {**FORM, **fields}.items()} | {"share-editing": editing}
    return call(app, "share-preview.children", ("share-preview-do", "share-preview-do"), state)


def publish(app, key):
    return call(app, "share-preview.children", ("share-publish", "share-publish"), {"share-draft": key})


def test_nothing_is_public_before_it_is_said(app, own_store):
    shown = preview(app)
    assert sharing.links(own_store) == []
    told = json.dumps(shown["share-preview"])
    assert "1 name of projects will be public:" in told
    assert "churn" in told
    assert "payroll" not in told
    page = app.server.test_client().get(f"/share/preview/{shown['share-draft']['data']}", headers={"Host": "localhost"})
    assert "Ada Lovelace" in page.text
    assert "churn" in page.text
    assert own_store.setting("person_name") is None


def test_what_was_previewed_becomes_public(app, own_store):
    key = preview(app)["share-draft"]["data"]
    preview(app, title="Another", projects=[], private=True)  # a later look at something else
    made = json.dumps(publish(app, key))
    [found] = sharing.links(own_store)
    assert (found.title, found.projects, found.note) == ("ML engineer", ("key:0",), "for Acme")
    assert own_store.setting("person_name") == "Ada Lovelace"
    token = re.search(r"http://localhost/p/([\w-]{43})", made)[1]
    assert sharing.resolve(own_store, token, today()) == found
    assert "data:image/png;base64" in made
    visitor = app.server.test_client().get(f"/p/{token}").text
    looked = app.server.test_client().get(f"/share/preview/{key}", headers={"Host": "localhost"})
    assert looked.status_code == 404  # it is public now
    assert "Ada Lovelace" in visitor
    assert "Acme" not in visitor
    assert token not in text_of(answer(app.site, "/share", "")[0].body)


def test_a_preview_is_published_once(app, own_store):
    key = preview(app)["share-draft"]["data"]
    publish(app, key)
    assert "too old" in json.dumps(publish(app, key))
    assert len(sharing.links(own_store)) == 1


def test_another_process_publishes_what_this_one_previewed(app, own_store, taxonomy, tmp_path):
    other = make_app(own_store, taxonomy, tmp_path)
    key = preview(app)["share-draft"]["data"]
    looked = other.server.test_client().get(f"/share/preview/{key}", headers={"Host": "localhost"})
    assert "Ada Lovelace" in looked.text
    assert "/p/" in json.dumps(publish(other, key))
    assert [link.title for link in sharing.links(own_store)] == ["ML engineer"]


def test_what_is_refused_changes_nothing_and_may_be_tried_again(app, own_store, taxonomy):
    first, _ = sharing.create(own_store, replace(link(own_store, taxonomy), name="ada-lovelace"))
    key = preview(app, name="ada-lovelace", person="Somebody Else")["share-draft"]["data"]
    assert "is taken by another link" in json.dumps(publish(app, key))
    assert own_store.setting("person_name") is None  # it stands on every link
    sharing.revoke(own_store, first.id)
    assert "/p/" in json.dumps(publish(app, key))
    assert own_store.setting("person_name") == "Somebody Else"


def test_visits_are_told_by_day(app, own_store, taxonomy):
    made, _ = sharing.create(own_store, link(own_store, taxonomy))
    assert "Visits by day" not in text_of(answer(app.site, "/share", "")[0].body)
    days = [today() - timedelta(days=number) for number in range(40)]
    sharing.count_visits(own_store, {(made.id, day): 2 + (day == today()) for day in days})
    told = text_of(answer(app.site, "/share", "")[0].body)
    assert f"Visits by day {phrases.day(days[0])} 3 visits {phrases.day(days[1])} 2 visits" in told
    assert phrases.day(days[29]) in told
    assert phrases.day(days[30]) not in told


def test_what_a_clone_keeps_private_is_said(own_store, taxonomy, tmp_path):
    [churn] = [each for each in own_store.projects() if each.key == "key:0"]
    clone = replace(churn, source="git", key="git:1", private=True)
    own_store.save_batch(
        own_store.add_account("git", "/home/ada/code"), Batch(clone, [replace(samples.merge(churn.name), key="here")])
    )
    told = as_json(answer(make_app(own_store, taxonomy, tmp_path).site, "/share", "")[0].body).decode()
    assert f"Of {churn.name} your folders hold work that is not on the web; that stays private." in told


def test_a_preview_tells_what_else_changes(app, own_store, taxonomy):
    own_store.set_setting("person_name", "Ada Lovelace")
    made, _ = sharing.create(own_store, link(own_store, taxonomy))
    sharing.create(own_store, link(own_store, taxonomy))
    for editing, person, told, untold in (
        (0, "Ada Lovelace", "Nothing of it is public yet.", "other link"),
        (0, "Ada L.", "2 other links will say “Ada L.” too", "what they saw before"),
        (made.id, "", "1 other link will lose your name too", "Nothing of it is public yet"),
        (made.id, "Ada Lovelace", "Visitors see what they saw before, until you save it.", "other link"),
    ):
        shown = json.dumps(preview(app, editing=editing, person=person)["share-preview"], ensure_ascii=False)
        assert told in shown
        assert untold not in shown


def test_a_new_address_leaves_the_readable_one(app, own_store, taxonomy):
    made, _ = sharing.create(own_store, replace(link(own_store, taxonomy), name="ada"))
    asked = call(app, "share-confirm.message", ("{", {"do": "renew", "link": made.id, "type": "share-do"}), {})
    assert "/u/ada stays open." in asked["share-confirm"]["message"]


def test_a_link_is_changed_at_its_address(app, own_store, taxonomy):
    made, token = sharing.create(own_store, replace(link(own_store, taxonomy), private_totals=False))
    form = call(app, "share-form.children", ("{", {"do": "change", "link": made.id, "type": "share-do"}), {})
    assert form["share-editing"]["data"] == made.id
    key = preview(app, editing=made.id, title="Changed")["share-draft"]["data"]
    assert "stays the same" in json.dumps(publish(app, key))
    assert sharing.resolve(own_store, token, today()).title == "Changed"


@pytest.mark.parametrize("do", ["revoke", "renew"])
def test_closing_asks_first(app, own_store, taxonomy, do):
    made, token = sharing.create(own_store, link(own_store, taxonomy))
    asked = call(app, "share-form.children", ("{", {"do": do, "link": made.id, "type": "share-do"}), {})
    assert asked["share-confirm"]["displayed"] is True
    assert sharing.resolve(own_store, token, today()) == made
    said = call(
        app, "share-created.children", ("share-confirm", "share-confirm"), {"share-asked": asked["share-asked"]["data"]}
    )
    assert sharing.resolve(own_store, token, today()) is None
    assert ("Revoked" in json.dumps(said)) == (do == "revoke")
    assert ("/p/" in json.dumps(said["share-created"])) == (do == "renew")


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"title": ""}, "Give the link a title"),
        ({"areas": []}, "at least one area"),
        ({"projects": ["key:2"]}, "at least one project"),  # a private one is none
        ({"projects": None, "sources": None}, "at least one project"),
        ({"name": "a b"}, "3 to 40"),
        ({"ends": "soon"}, "year, month and day"),
        ({"ends": (today() - timedelta(days=1)).isoformat()}, "passed already"),
    ],
)
def test_half_a_form_is_told(app, own_store, fields, advice):
    assert advice in json.dumps(preview(app, **fields)["share-told"])
    assert sharing.links(own_store) == []


def test_a_sample_is_previewed_and_not_shared(own_store, taxonomy, tmp_path):
    own_store.set_setting("sample", {"label": "Sample", "repositories": []})
    app = make_app(own_store, taxonomy, tmp_path)
    key = preview(app)["share-draft"]["data"]
    assert "sample" in json.dumps(publish(app, key))
    assert sharing.links(own_store) == []


def test_the_page_lists_links_with_their_visits(app, own_store, taxonomy):
    made, _ = sharing.create(own_store, replace(link(own_store, taxonomy), note="for Acme", name="ada"))
    sharing.count_visits(own_store, {(made.id, today()): 3})
    old, _ = sharing.create(own_store, replace(link(own_store, taxonomy), title="Closed one"))
    sharing.revoke(own_store, old.id)
    text = text_of(answer(app.site, "/share", "")[0].body)
    for said in ("3 visits, 3 in 30 days, the last today", "for Acme", "/u/ada", "1 revoked link", "Closed one"):
        assert said in text, said


def test_private_projects_cannot_be_chosen(app):
    parts = list(walk(answer(app.site, "/share", "")[0].body))
    [group] = [part for part in parts if getattr(part, "id", None) == "share-projects"]
    assert "1 private or removed project cannot: it is never named" in text_of(group.description)
    assert [part.label for part in walk(group) if hasattr(part, "label")][1:] == [
        "churn",
        "forecast <b>bold</b>",
        "upstream",
    ]
    assert group.value == ["key:0", "key:1", "key:3"]


def test_who_has_folders_alone_is_told_how_they_become_public(own_store, taxonomy, tmp_path):
    app = make_app(own_store, taxonomy, tmp_path)

    def offered():
        parts = list(walk(answer(app.site, "/share", "")[0].body))
        [group] = [part for part in parts if getattr(part, "id", None) == "share-projects"]
        return group, links(group.description)

    group, ways = offered()
    assert "Only these can be shown" in text_of(group.description)
    assert ways == ["/sources"]
    for account in own_store.accounts():
        if account.source != "git":
            own_store.remove_account(account.id)
    app.site.portfolio.forget()
    group, ways = offered()
    assert "None can be shown by itself yet. 1 private" in text_of(group.description)
    assert ways == ["/sources"]
    assert group.children.hidden
    [git] = own_store.accounts()
    say_public(own_store, git.id, public=True)
    detect(own_store, taxonomy)
    app.site.portfolio.forget()
    assert offered()[1] == []


def test_files_of_a_link_are_for_its_owner(own_store, taxonomy, tmp_path):
    chosen, token = sharing.create(own_store, replace(link(own_store, taxonomy), areas=("mathematics",)))
    client = make_app(own_store, taxonomy, tmp_path).server.test_client()
    for each in downloads.FORMATS:
        if each.id == "pdf" or not each.is_there(None):  # tried where browsers are
            continue
        answer = client.get(f"/share/export/{chosen.id}/{each.id}")
        assert (answer.status_code, answer.mimetype) == (200, each.type), each.id
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{each.file}"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert token.encode() not in answer.data
    far = client.get(f"/share/export/{chosen.id}/csv", environ_base={"REMOTE_ADDR": "203.0.113.9"})
    assert far.status_code in {401, 403}
    table = client.get(f"/share/export/{chosen.id}/csv").text
    assert "Mathematics" in table
    assert "Programming" not in table
    assert client.get(f"/share/export/{chosen.id}/nothing").status_code == 404
    sharing.revoke(own_store, chosen.id)
    assert client.get(f"/share/export/{chosen.id}/csv").status_code == 404


def test_only_what_can_be_made_is_offered(own_store, taxonomy, tmp_path):
    sharing.create(own_store, link(own_store, taxonomy))
    app = make_app(own_store, taxonomy, tmp_path)
    hrefs = links(answer(app.site, "/share", "")[0].body)
    there = {each.id for each in downloads.FORMATS if each.is_there(None)}
    assert {href.rpartition("/")[2] for href in hrefs if href.startswith(downloads.PATH)} == there
    said = text_of(answer(app.site, "/share", "")[0].body)
    for each in downloads.FORMATS:
        assert not each.needs or (each.needs in said) == (each.id not in there)


def test_a_badge_that_stays_up_to_date_is_offered_where_others_reach_it(own_store, taxonomy, tmp_path):
    sharing.create(own_store, replace(link(own_store, taxonomy), name="ada"))
    settings = replace(samples.settings(tmp_path), public_url="https://skills.example.org")
    app = create_app(settings, own_store, taxonomy=taxonomy)
    said = text_of(answer(app.site, "/share", "")[0].body)
    address = re.search(r"\[!\[[^]]*\]\(https://skills\.example\.org(/badge/ada/all\.svg)\)\]", said)[1]
    assert app.server.test_client().get(address).status_code == 200
    assert "badge/ada" not in text_of(answer(make_app(own_store, taxonomy, tmp_path).site, "/share", "")[0].body)
