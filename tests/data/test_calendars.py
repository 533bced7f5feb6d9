"""Calendar files as people export them, and as nobody should."""

from __future__ import annotations

import contextlib
import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import learning
from data.calendars import LARGEST, parse_calendar, read_calendar
from data.errors import NotUsable
from data.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
TODAY = date(2026, 3, 1)


def event(*lines, uid="1@example.org", title="PyData Berlin", start="DTSTART:20250310T180000Z"):
    head = [f"UID:{uid}"] if uid else []
    return ["BEGIN:VEVENT", *head, f"SUMMARY:{title}", start, *lines, "END:VEVENT"]


def calendar(*events):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *(line for each in events for line in each)]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def parse(*events, **more):
    return parse_calendar(calendar(*events), TAXONOMY, TODAY, **more)


def test_event_becomes_an_entry():
    [found] = parse(event("DTEND:20250310T203000Z", "URL:https://example.org/e/1", "LOCATION:Berlin")).entries
    assert (found.kind, found.title, found.day) == ("meetup", "PyData Berlin", date(2025, 3, 10))
    assert (found.minutes, found.url, found.skills, found.public) == (150, "https://example.org/e/1", (), False)
    assert found.key == learning.key_of_uid("1@example.org")


@pytest.mark.parametrize(
    ("lines", "day", "minutes"),
    [
        ({"start": "DTSTART;VALUE=DATE:20250310"}, 10, 0),
        ({"start": "DTSTART;TZID=Europe/Berlin:20250310T233000"}, 10, 0),
        ({"start": "DTSTART:20250310T000000"}, 10, 0),
        ({"more": ["DURATION:PT1H30M"]}, 10, 90),
        ({"more": ["DTEND:20250310T170000Z"]}, 10, 0),  # before its start
        ({"more": ["DTEND:20250320T170000Z"]}, 10, 0),  # longer than a day
        ({"more": ["DTEND;VALUE=DATE:20250311"]}, 10, 0),
        ({"more": ["RRULE:FREQ=SECONDLY"]}, 10, 0),  # once, never expanded
    ],
)
def test_day_and_length_as_the_calendar_says(lines, day, minutes):
    more = lines.pop("more", [])
    [found] = parse(event(*more, **lines)).entries
    assert (found.day, found.minutes) == (date(2025, 3, day), minutes)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("CATEGORIES:Work,Talks", "talk"),
        ("CATEGORIES:course", "course"),
        ("CATEGORIES:Other\r\nCATEGORIES:Certificate", "certificate"),
        ("CATEGORIES:MEETUP", "meetup"),
        ("CATEGORIES:Family", "reading"),
    ],
)
def test_category_names_the_kind(line, kind):
    [found] = parse(event(line), kind="reading").entries
    assert found.kind == kind


def test_one_entry_for_each_uid():
    again = event("RECURRENCE-ID:20250317T180000Z", start="DTSTART:20250317T180000Z")
    found = parse(
        again, event(), event(uid="2@example.org"), event(uid="", title="No id"), event(uid="", title="No id")
    )
    assert sorted((entry.title, entry.day.day) for entry in found.entries) == [
        ("No id", 10), ("PyData Berlin", 10), ("PyData Berlin", 10),
    ]  # fmt: skip


def test_what_is_no_entry_is_counted():
    found = parse(
        event(start="DTSTART:20260302T180000Z"),
        event("STATUS:CANCELLED"),
        event(title=""),
        event(start="DTSTART:yesterday"),
        event(start="X-NOTHING:1"),
        event(start="DTSTART:00010101T000000Z"),
        event(uid="3@x", title="kept"),
    )
    assert [entry.title for entry in found.entries] == ["kept"]
    assert found.left_out == {"still to come": 1, "cancelled": 1, "without a title": 1, "cannot be read": 3}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.c"])
def test_only_web_addresses_are_kept(url):
    [found] = parse(event(f"URL:{url}")).entries
    assert found.url == ""


def test_long_and_odd_titles_are_cut_to_text():
    [found] = parse(event(title="a\\nb\\, <b>c</b>\x00" + "x" * 5000)).entries
    assert found.title.startswith("a b, <b>c</b>")
    assert len(found.title) <= 300


BROKEN = {
    "empty": b"",
    "text": b"Hello",
    "web page": b"<html>BEGIN:VCALENDAR</html>",
    "not ended": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x",
    "not begun": b"END:VCALENDAR\r\nBEGIN:VCALENDAR",
    "no names": b"BEGIN:VCALENDAR\r\n:::\r\nEND:VCALENDAR\r\n",
    "bytes": b"BEGIN:VCALENDAR\r\n" + bytes(range(256)) + b"\r\nEND:VCALENDAR\r\n",
    "deep": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 20_000 + b"END:VEVENT\r\n" * 20_000 + b"END:VCALENDAR\r\n",
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_broken_files_are_refused_or_hold_nothing(name):
    entries = []
    with contextlib.suppress(NotUsable):
        entries = parse_calendar(BROKEN[name], TAXONOMY, TODAY).entries
    assert entries == []


@pytest.mark.parametrize("name", ["empty", "text", "not ended", "deep"])
def test_file_that_is_no_calendar_is_told(name):
    with pytest.raises(NotUsable, match="calendar"):
        parse_calendar(BROKEN[name], TAXONOMY, TODAY)


@given(st.data())
def test_no_damage_makes_it_fail_otherwise(data):
    whole = bytearray(calendar(event("DTEND:20250310T203000Z", "CATEGORIES:a,b", "DURATION:PT1H"), event(uid="2")))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    with contextlib.suppress(NotUsable):
        parse_calendar(bytes(whole), TAXONOMY, TODAY)


def test_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "large.ics"
    path.write_bytes(b"BEGIN:VCALENDAR\r\n" + b"X:" + b"x" * LARGEST)
    with pytest.raises(NotUsable, match="larger than 2 MB"):
        read_calendar(path, TAXONOMY, TODAY)


@pytest.mark.parametrize("path", ["nowhere.ics", "."])
def test_file_that_cannot_be_opened_is_told(tmp_path, path):
    with pytest.raises(NotUsable, match="cannot be read"):
        read_calendar(tmp_path / path, TAXONOMY, TODAY)


def test_order_of_events_does_not_matter():
    events = [event(uid=f"{n}@x", title=f"Meetup {n}") for n in range(20)]
    mixed = random.Random(5).sample(events, len(events))
    key = lambda found: sorted(found.entries, key=lambda entry: entry.key)  # noqa: E731
    assert key(parse(*mixed)) == key(parse(*events))
