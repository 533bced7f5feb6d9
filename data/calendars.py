"""Calendar files (iCalendar, RFC 5545) → entries of one's own; each event once, by its UID.

A file may be broken or made to do harm: its size and number of events are bounded, nothing in it is expanded or
fetched, and what cannot be read is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from data.errors import NotUsable
from data.learning import KINDS, LONGEST_TITLE, Entry, checked, key_of_uid

if TYPE_CHECKING:
    from pathlib import Path

    from data.taxonomy import Taxonomy

LARGEST = 2 << 20  # bytes: some 4,000 events
MOST_EVENTS = 5_000
LONGEST_EVENT = timedelta(days=1)  # hours of a longer one are no hours of learning
BROKEN = "a calendar program did not write this file, or only a part of it is here; export the calendar again"
# what its parser raises on hostile text besides ValueError
_PARSER = (ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """Entries that can be kept, and how many events were left out, by reason."""

    entries: list[Entry] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read_calendar(
    path: Path, taxonomy: Taxonomy, today: date, *, kind: str = "meetup", public: bool = False
) -> CalendarRead:
    """Read a calendar file; raises NotUsable when it is none, too large, or cannot be opened."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NotUsable(f"{path} cannot be read ({error.strerror}).") from None
    if len(data) > LARGEST:
        raise NotUsable(f"{path} is larger than {LARGEST >> 20} MB. Export a smaller calendar, such as one of meetups.")
    return parse_calendar(data, taxonomy, today, kind=kind, public=public, name=str(path))


def parse_calendar(
    data: bytes, taxonomy: Taxonomy, today: date, *, kind: str = "meetup", public: bool = False, name: str = "The file"
) -> CalendarRead:
    """Events up to today as entries of a kind; one whose categories name a kind is of that one. Raises NotUsable."""
    from icalendar import Calendar  # noqa: PLC0415 - 3 MB that few need

    text = data.strip().upper()
    if b"BEGIN:VCALENDAR" not in text or not text.endswith(b"END:VCALENDAR"):
        raise NotUsable(f"{name} holds no calendar: {BROKEN}.")
    try:
        events = [event for calendar in Calendar.from_ical(data, multiple=True) for event in calendar.walk("VEVENT")]
    except _PARSER:
        raise NotUsable(f"{name} cannot be read as a calendar: {BROKEN}.") from None
    if len(events) > MOST_EVENTS:
        raise NotUsable(f"{name} holds more than {MOST_EVENTS:,} events. Export a smaller calendar.")
    read = CalendarRead()
    found: dict[str, Entry] = {}
    for event in events:
        try:
            entry = _entry(event, kind, public=public)
            reason = _reason(event, entry, today)
            entry = entry if reason else checked(entry, taxonomy, today)
        except (*_PARSER, NotUsable):
            reason = "cannot be read"
        if reason:
            read.left_out[reason] += 1
        elif entry.key not in found or entry.day < found[entry.key].day:
            found[entry.key] = entry
    read.entries.extend(found.values())
    return read


def _entry(event: Any, kind: str, *, public: bool) -> Entry:
    start = event.decoded("DTSTART")
    title = " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_TITLE]
    url = str(event.get("URL", "")).strip()
    uid = str(event.get("UID", "")).strip() or f"{title}\n{start.isoformat()}"
    return Entry(
        _kind(event, kind),
        title,
        start.date() if isinstance(start, datetime) else start,
        _minutes(event, start),
        url if url.startswith(("https://", "http://")) and not any(c.isspace() for c in url) else "",
        public=public,
        key=key_of_uid(uid),
    )


def _kind(event: Any, otherwise: str) -> str:
    named = event.get("CATEGORIES", [])
    groups = named if isinstance(named, list) else [named]
    words = {str(word).strip().lower().removesuffix("s") for group in groups for word in getattr(group, "cats", ())}
    return next((kind for kind in KINDS if kind in words), otherwise)


def _minutes(event: Any, start: date) -> int:
    """How long it was, where the calendar tells it to the minute."""
    if "DTEND" in event:
        end = event.decoded("DTEND")
        both = isinstance(start, datetime) and isinstance(end, datetime)
        length = end - start if both else None
    else:
        length = event.decoded("DURATION") if "DURATION" in event else None
    if isinstance(length, timedelta) and timedelta() < length < LONGEST_EVENT:
        return round(length.total_seconds() / 60)
    return 0


def _reason(event: Any, entry: Entry, today: date) -> str:
    """Why an event is no entry; empty when it is one."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled"
    if not entry.title:
        return "without a title"
    return "still to come" if entry.day > today else ""
