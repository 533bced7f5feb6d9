"""Entries by hand: checked, kept, changed, removed, imported once; and what they show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import frames, learning, metrics
from data.detect import detect
from data.errors import NotUsable
from data.learning import Entry
from data.report import portfolio_report
from data.taxonomy import load_taxonomy
from tests.data.building import batch, commit, fact, rows

TAXONOMY = load_taxonomy()
TODAY = date(2026, 3, 1)
COURSE = Entry("course", "Deep learning", date(2025, 3, 1), 90, "https://example.org/c", ("pandas", "pytorch"))


# ---- what may be kept ----------------------------------------------------------------------------------


def test_entry_is_put_in_its_normal_form():
    found = learning.checked(replace(COURSE, title="  Deep\n learning ", skills=("pandas", "pandas")), TAXONOMY, TODAY)
    assert (found.title, found.skills) == ("Deep learning", ("pandas",))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "party"}, "no kind of entry"),
        ({"title": " \n "}, "A title"),
        ({"title": "x" * 301}, "A title"),
        ({"day": TODAY + timedelta(days=1)}, "in the future"),
        ({"day": date(1969, 1, 1)}, "too long ago"),
        ({"minutes": -1}, "Hours"),
        ({"url": "javascript:alert(1)"}, "no web address"),
        ({"url": "https://"}, "no web address"),
        ({"url": "https://[x"}, "no web address"),
        ({"url": "https://a b"}, "no web address"),
        ({"skills": ("pandas", "nonsense")}, "no skill 'nonsense'"),
        ({"skills": tuple(TAXONOMY.skills)}, "up to 10 skills"),
    ],
)
def test_wrong_entries_are_refused_in_words(wrong, words):
    with pytest.raises(NotUsable, match=words):
        learning.checked(replace(COURSE, **wrong), TAXONOMY, TODAY)


def test_password_in_an_address_is_not_kept():
    assert (
        learning.checked(replace(COURSE, url="https://me:secret@example.org/"), TAXONOMY, TODAY).url
        == "https://example.org/"
    )


@pytest.mark.parametrize(("text", "minutes"), [("", 0), ("1.5", 90), ("1,5", 90), ("1:30", 90), (" 2 ", 120), ("0", 0)])
def test_hours_are_read(text, minutes):
    assert learning.minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["x", "-1", "1:60", "1:5", "nan", "inf", "1e9", "1:30:00"])
def test_no_hours_are_refused(text):
    with pytest.raises(NotUsable, match="are no hours"):
        learning.minutes_of(text)


# ---- kept, changed, removed ------------------------------------------------------------------------------


def test_entry_is_kept_as_it_is(store):
    key = learning.add_entry(store, COURSE)
    assert learning.entries(store) == [replace(COURSE, key=key)]


TITLES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(title=TITLES, kind=st.sampled_from(learning.KINDS), day=st.dates(date(1970, 1, 1), TODAY), public=st.booleans())
def test_what_is_checked_reads_back_equal(title, kind, day, public):
    try:
        entry = learning.checked(Entry(kind, title, day, public=public), TAXONOMY, TODAY)
    except NotUsable:
        assert not title.replace("\0", "x").strip()
        return
    assert learning.checked(entry, TAXONOMY, TODAY) == entry


def test_same_entry_is_not_kept_twice(store):
    learning.add_entry(store, COURSE)
    with pytest.raises(NotUsable, match="is there already"):
        learning.add_entry(store, replace(COURSE, title="deep LEARNING", minutes=5))
    learning.add_entry(store, replace(COURSE, day=date(2025, 3, 2)))
    learning.add_entry(store, replace(COURSE, kind="talk"))
    assert len(learning.entries(store)) == 3


def test_change_moves_between_private_and_public(store):
    key = learning.add_entry(store, COURSE)
    other = replace(COURSE, kind="talk", title="On trees", public=True, url="", skills=(), minutes=0)
    learning.change_entry(store, key, other)
    assert learning.entries(store) == [replace(other, key=key)]
    assert [project.private for project in store.projects()] == [True, False]
    learning.change_entry(store, key, COURSE)
    assert learning.entries(store) == [replace(COURSE, key=key)]


def test_change_to_a_like_one_is_refused(store):
    learning.add_entry(store, COURSE)
    key = learning.add_entry(store, replace(COURSE, kind="talk"))
    with pytest.raises(NotUsable, match="is there already"):
        learning.change_entry(store, key, COURSE)
    learning.change_entry(store, key, replace(COURSE, kind="talk", minutes=10))


@pytest.mark.parametrize("act", [lambda s, k: learning.change_entry(s, k, COURSE), learning.remove_entry])
def test_what_is_gone_is_told(store, act):
    with pytest.raises(NotUsable, match="not there any more"):
        act(store, "entry-0")


def test_removed_entry_leaves_nothing(store):
    key = learning.add_entry(store, COURSE)
    detect(store, TAXONOMY)
    assert learning.remove_entry(store, key).title == COURSE.title
    detect(store, TAXONOMY)
    assert learning.entries(store) == []
    assert frames.evidence_days(store).empty


def test_removing_an_account_leaves_entries(store):
    account = store.add_account("git", "/home/me")
    store.save_batch(account, batch(commit("a", fact("numpy.dot"))))
    learning.add_entry(store, COURSE)
    store.remove_account(account)
    assert [entry.title for entry in learning.entries(store)] == [COURSE.title]


# ---- imported ---------------------------------------------------------------------------------------------


def test_import_keeps_each_once(store):
    events = [replace(COURSE, key=learning.key_of_uid(f"{n}@x"), title=f"Meetup {n}") for n in range(3)]
    assert learning.import_entries(store, events) == learning.Imported(3, 0, 0)
    before = rows(store)
    assert learning.import_entries(store, events) == learning.Imported(0, 3, 0)
    assert rows(store) == before


def test_import_leaves_what_the_person_changed_or_removed(store):
    events = [replace(COURSE, key=learning.key_of_uid(f"{n}@x"), title=f"Meetup {n}") for n in range(3)]
    learning.import_entries(store, events)
    learning.change_entry(store, events[0].key, replace(events[0], title="My own words", public=True))
    learning.remove_entry(store, events[1].key)
    assert learning.import_entries(store, events) == learning.Imported(0, 2, 1)
    assert {entry.title for entry in learning.entries(store)} == {"My own words", "Meetup 2"}


# ---- what they show ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "shows"), [(kind, kind != "reading") for kind in learning.KINDS])
def test_kinds_show_the_skill_of_ones_own_word(store, kind, shows):
    learning.add_entry(store, replace(COURSE, kind=kind))
    detect(store, TAXONOMY)
    found = frames.evidence_days(store)
    assert set(found["subject"]) == ({"meetups-courses"} if shows else set())


def test_named_skills_get_no_level(store):
    """However many entries name a skill: what is read from code is not raised by words."""
    for n in range(60):
        learning.add_entry(store, replace(COURSE, day=date(2024, 1, 1) + timedelta(days=9 * n)))
    detect(store, TAXONOMY)
    levels = metrics.skill_levels(frames.evidence_days(store), TAXONOMY, TODAY).set_index("skill")
    assert levels.loc["meetups-courses", "level"] == 4
    raised = set(levels.index[levels["level"] > 0]) - {"meetups-courses", "learning-cadence"}
    assert raised == set()


def test_report_says_whose_word_it_is(store):
    learning.add_entry(store, COURSE)
    detect(store, TAXONOMY)
    report = portfolio_report(store, TAXONOMY, TODAY)
    [skill] = [each for each in report["skills"] if each["id"] == "meetups-courses"]
    assert skill["self_reported"] is True
    assert all(each["self_reported"] == (each["id"] == "meetups-courses") for each in report["skills"])
    [project] = report["projects"]
    assert (project["name"], project["self_reported"], project["private"]) == ("Self-reported entries", True, True)
    assert report["self_reported"] == [
        {
            "kind": "course", "title": "Deep learning", "day": "2025-03-01", "hours": 1.5, "url": "https://example.org/c",
            "skills": ["pandas", "pytorch"], "public": False,
        }
    ]  # fmt: skip


def test_report_as_of_a_day_holds_no_later_entry(store):
    learning.add_entry(store, COURSE)
    detect(store, TAXONOMY)
    assert portfolio_report(store, TAXONOMY, date(2025, 2, 28))["self_reported"] == []
