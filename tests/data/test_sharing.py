from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import sharing
from data.errors import NotUsable
from data.schema import share_visits
from data.sharing import ShareLink, Visits
from data.store import Store
from tests.data.building import rows

TODAY = date(2026, 3, 1)
LINK = ShareLink(
    "Engineer",
    areas=("mathematics", "programming"),
    projects=("github:1", "git:2"),
    sources=("github", "git"),
    note="for Acme",
    introduction="Hello *there*",
    ends=TODAY + timedelta(days=30),
)


def test_a_token_opens_its_link(store):
    made, token = sharing.create(store, LINK)
    assert made == replace(LINK, id=made.id, made=made.made)
    assert sharing.resolve(store, token, TODAY) == made
    assert sharing.links(store) == [made]


def test_tokens_are_long_and_never_stored(store):
    tokens = {sharing.create(store, LINK)[1] for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)  # 256 bits
    stored = repr(rows(store))
    assert not any(token in stored for token in tokens)
    assert all(sha256(token.encode()).hexdigest() in stored for token in tokens)


@pytest.mark.parametrize(
    ("what", "close"),
    [
        ("revoked", lambda store, link: sharing.revoke(store, link.id)),
        ("ended", lambda store, link: sharing.change(store, replace(link, ends=TODAY - timedelta(days=1)))),
        ("renewed", lambda store, link: sharing.renew(store, link.id)),
    ],
)
def test_a_closed_link_opens_nothing(store, what, close):
    link, token = sharing.create(store, replace(LINK, name="ada"))
    other, other_token = sharing.create(store, LINK)
    close(store, link)
    assert sharing.resolve(store, token, TODAY) is None, what
    assert (sharing.resolve_name(store, "ada", TODAY) is None) == (what != "renewed")
    assert sharing.resolve(store, other_token, TODAY) == other


def test_a_link_works_on_its_last_day(store):
    link, token = sharing.create(store, replace(LINK, ends=TODAY, name="ada"))
    assert sharing.resolve(store, token, TODAY) == link
    assert sharing.resolve_name(store, "ada", TODAY) == link
    assert sharing.resolve(store, token, TODAY + timedelta(days=1)) is None
    assert sharing.resolve_name(store, "ada", TODAY + timedelta(days=1)) is None


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    with Store.open(tmp_path_factory.mktemp("one") / "store.db") as store:
        yield store, sharing.create(store, LINK)[1]


@given(data=st.data())
def test_a_changed_token_opens_nothing(one, data):
    store, token = one
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(exclude_characters=token[place]))
    assert sharing.resolve(store, token[:place] + letter + token[place + 1 :], TODAY) is None


@given(text=st.text(max_size=120))
def test_any_text_opens_nothing(one, text):
    store, _ = one
    assert sharing.resolve(store, text, TODAY) is None
    assert sharing.resolve_name(store, text, TODAY) is None


def test_a_renewed_link_has_a_new_token(store):
    link, token = sharing.create(store, LINK)
    new = sharing.renew(store, link.id)
    assert new != token
    assert sharing.resolve(store, new, TODAY) == link


def test_a_change_shows_at_once_at_the_same_address(store):
    link, token = sharing.create(store, LINK)
    version = store.version
    changed = sharing.change(store, replace(link, title="Other", projects=(), private_totals=True, named=False))
    assert sharing.resolve(store, token, TODAY) == changed
    assert (changed.title, changed.projects, changed.named) == ("Other", (), False)
    assert store.version > version


def test_what_is_revoked_stays_so(store):
    link, _ = sharing.create(store, replace(LINK, name="ada"))
    sharing.revoke(store, link.id)
    assert [each.state(TODAY) for each in sharing.links(store)] == ["revoked"]
    for again in (sharing.revoke, sharing.renew):
        with pytest.raises(NotUsable):
            again(store, link.id)
    with pytest.raises(NotUsable, match="revoked"):
        sharing.change(store, link)
    assert sharing.create(store, replace(LINK, name="ada"))[0].name == "ada"  # the name is free again


def test_a_name_belongs_to_one_link(store):
    first, _ = sharing.create(store, replace(LINK, name="Ada "))
    assert first.name == "ada"
    second, _ = sharing.create(store, LINK)
    for take in (
        lambda: sharing.create(store, replace(LINK, name="ada")),
        lambda: sharing.change(store, replace(second, name="ADA")),
    ):
        with pytest.raises(NotUsable, match="/u/ada is taken"):
            take()
    assert sharing.change(store, replace(first, title="Same name")).name == "ada"


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "121 characters; 120 fit"),
        ({"introduction": "x" * 4001}, "introduction"),
        ({"name": "ab"}, "3 to 40"),
        ({"name": "-ada"}, "3 to 40"),
        ({"name": "ada/../x"}, "3 to 40"),
        ({"name": "ädä"}, "3 to 40"),
        ({"areas": ()}, "one area"),
        ({"projects": ()}, "one project"),
    ],
)
def test_what_cannot_be_shared_is_told(store, change, advice):
    with pytest.raises(NotUsable, match=advice):
        sharing.create(store, replace(LINK, **change))
    assert sharing.links(store) == []


def test_visits_are_counted_by_day(store):
    link, _ = sharing.create(store, LINK)
    old = TODAY - timedelta(days=40)
    version = store.version
    sharing.count_visits(store, {(link.id, TODAY): 2, (link.id, old): 5, (999, TODAY): 7})
    sharing.count_visits(store, {(link.id, TODAY): 1})
    assert sharing.visits(store, TODAY) == {link.id: Visits(total=8, recent=3, last=TODAY)}
    assert sharing.visits_by_day(store, link.id) == [(old, 5), (TODAY, 3)]
    assert store.version == version  # no page has to be made anew for it
    assert [column.name for column in share_visits.columns] == ["link_id", "day", "visits"]  # nothing else is kept
