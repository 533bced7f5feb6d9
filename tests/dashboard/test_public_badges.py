"""Badges and cards: well-formed, accessible, nothing overflows; and the addresses that answer with them."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.public import badges, drawing, measuring
from data import published, sharing
from tests.dashboard.building import make_app
from tests.dashboard.leaking import link

NS = {"s": "http://www.w3.org/2000/svg"}
AS_OF = date(2026, 3, 1)
LONG = "Principal engineer of very many things " * 3
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@pytest.fixture(scope="module")
def found(filled_store, taxonomy):
    shown = published.portfolio(filled_store, taxonomy, link(filled_store, taxonomy), AS_OF)
    return replace(shown, person="Ada Lovelace")


@pytest.fixture
def client(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path).server.test_client()


@pytest.fixture
def shared(own_store, taxonomy):
    return sharing.create(own_store, replace(link(own_store, taxonomy), name="ada"))


def texts(svg):
    return ET.fromstring(svg).findall("s:text", NS)


def overflows(svg):
    """Texts that leave their drawing; their width is held by the drawing itself, whatever font is there."""
    root = ET.fromstring(svg)
    wide, high = float(root.get("width")), float(root.get("height"))
    return [
        text.text
        for text in texts(svg)
        if not (
            float(text.get("x")) > 0 and float(text.get("x")) + float(text.get("textLength")) < wide
            and 0 < float(text.get("y")) < high
        )
    ]  # fmt: skip


@pytest.mark.parametrize("scheme", drawing.SCHEMES)
@pytest.mark.parametrize("draw", [badges.badge, badges.card])
def test_drawings_say_what_they_show(found, draw, scheme):
    for area in (None, *found.areas):
        svg = draw(found, area, scheme)
        root = ET.fromstring(svg)
        assert root.get("role") == "img"
        assert root.find("s:title", NS).text
        assert "As of 1 Mar 2026" in root.find("s:desc", NS).text or "as of 1 Mar 2026" in root.find("s:desc", NS).text
        assert overflows(svg) == []
        assert ("<style>" in svg) is (scheme == "auto")
        assert not re.search(r"<script|<image|<foreignObject|href|url\(|@import", svg)


def test_a_badge_says_how_many(found):
    assert [text.text for text in texts(badges.badge(found, found.areas[0]))] == ["Mathematics", "3 of 8 skills"]
    whole = [text.text for text in texts(badges.badge(found, None))]
    assert whole == ["Machine-learning skills", f"{found.summary.skills_shown} of {found.summary.skills_of} shown"]


def test_a_card_of_an_area_shows_its_levels(found):
    said = [text.text for text in texts(badges.card(found, found.areas[0]))]
    assert said[:2] == ["Mathematics", "Ada Lovelace"]
    assert said[said.index("Linear algebra") + 1] == "applied"


@settings(max_examples=30)
@given(person=TEXTS, title=TEXTS, name=TEXTS)
def test_no_text_breaks_or_leaves_a_drawing(found, person, title, name):
    area = replace(found.areas[0], name=name)
    told = replace(found, person=person, title=title, areas=(area, *found.areas[1:]))
    for svg in (badges.badge(told, area), badges.card(told, area), badges.card(told, None)):
        assert overflows(svg) == []


def test_markup_is_text(found):
    svg = badges.card(replace(found, person='<script>alert("1")</script>&\x00\ud800'), None)
    assert '<script>alert("1")</script>&' in "".join(text.text for text in texts(svg)[:1])
    assert "<script" not in svg


def test_long_texts_are_cut(found):
    svg = badges.card(replace(found, person=LONG * 4, title=LONG * 4), None)
    assert [text.text for text in texts(svg)][1].endswith("…")
    assert overflows(svg) == []


@pytest.mark.parametrize(("text", "most"), [("", 1), ("one two three four", 2), ("x" * 300, 1), ("日本語 " * 60, 3)])
def test_lines_fit(text, most):
    lines = measuring.wrapped(text, 13, 100, most)
    assert 1 <= len(lines) <= most
    assert all(measuring.width(line, 13) <= 100 for line in lines)


def test_widths_grow_with_the_text():
    assert measuring.width("mm", 10) == pytest.approx(2 * measuring.width("m", 10))
    assert measuring.width("m", 20) == pytest.approx(2 * measuring.width("m", 10))
    assert measuring.width("日", 10) == 10
    assert measuring.width("m", 10, bold=True) > measuring.width("m", 10)


@pytest.mark.parametrize(
    "path", ["badge/{}/all.svg", "badge/{}/mathematics.svg", "card/{}.svg", "card/{}/programming.svg"]
)
@pytest.mark.parametrize("by", ["token", "name"])
def test_addresses_answer_anyone(client, shared, path, by):
    answer = client.get(
        "/" + path.format(shared[1] if by == "token" else "ada"), environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "Set-Cookie" not in answer.headers
    again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_schemes_are_asked_for(client, shared):
    light, dark, own = (client.get(f"/badge/ada/all.svg?scheme={scheme}").text for scheme in ("light", "dark", "<x>"))
    assert len({light, dark, own}) == 3
    assert "<style>" in own
    assert "<style>" not in light + dark


@pytest.mark.parametrize(
    "path", ["badge/{}/cooking.svg", "card/{}/cooking.svg", "badge/{}/../x.svg", "badge/{}/all.png"]
)
def test_what_is_not_shown_is_not_there(client, shared, path):
    assert client.get("/" + path.format(shared[1])).status_code == 404


def test_a_closed_link_has_no_badge(client, own_store, shared):
    found, token = shared
    assert client.get(f"/badge/{token}/all.svg").status_code == 200
    sharing.change(own_store, replace(found, areas=("programming",)))
    assert client.get(f"/badge/{token}/mathematics.svg").status_code == 404
    sharing.revoke(own_store, found.id)
    for path in (f"/badge/{token}/all.svg", "/badge/ada/all.svg", f"/card/{token}.svg"):
        assert client.get(path).status_code == 404
