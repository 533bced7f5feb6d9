"""What the person says of their own learning: courses, certificates, talks, meetups, reading.

Nothing is collected, so this is no source: an entry is an activity of a project of its own, written here and nowhere
else. Two such projects exist, a private one and a public one, so that whatever holds for private projects holds for
private entries. Their names say on every page that it is the person's word.

Facts of an entry: `reported:<kind>`; `reported:minutes` (count: how many); `reported:skill:<id>` for each skill that
the person named, which no rule reads: an entry never raises the level of a skill that is read from code.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import and_, select

from data import saving
from data.errors import NotUsable
from data.models import Activity, Fact, FactKind, Project
from data.rows import clean_text, clean_url, project_row
from data.schema import activities, fact_values, facts, projects, settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from data.store import Store
    from data.taxonomy import Taxonomy

SOURCE = "manual"
KINDS = ("course", "certificate", "talk", "meetup", "reading")
PRIVATE = Project(SOURCE, "manual:private", "Self-reported entries", private=True)
PUBLIC = Project(SOURCE, "manual:public", "Self-reported entries, public")
LONGEST_TITLE = 300  # characters
MOST_HOURS = 10_000
MOST_SKILLS = 10
EARLIEST = date(1970, 1, 1)
_SKILL = "skill:"
_REMOVED = "learning_removed"  # setting: keys of imported entries that the person removed


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing learned or taught. `key` is given when it is kept; empty: not kept yet."""

    kind: str
    title: str
    day: date
    minutes: int = 0
    url: str = ""
    skills: tuple[str, ...] = ()
    public: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries of a file are new, were there already, and were removed by the person before."""

    added: int
    known: int
    removed: int


def checked(entry: Entry, taxonomy: Taxonomy, today: date) -> Entry:
    """Return the entry in its normal form; raises NotUsable saying what to write instead."""
    title = " ".join(clean_text(entry.title).split())
    if entry.kind not in KINDS:
        raise NotUsable(f"{entry.kind!r} is no kind of entry. Known: {', '.join(KINDS)}.")
    if not title or len(title) > LONGEST_TITLE:
        raise NotUsable(f"A title has 1 to {LONGEST_TITLE} characters.")
    if not EARLIEST <= entry.day <= today:
        raise NotUsable(f"{entry.day.isoformat()} lies in the future, or too long ago. Log it once it has taken place.")
    if not 0 <= entry.minutes <= MOST_HOURS * 60:
        raise NotUsable(f"Hours are a number from 0 to {MOST_HOURS:,}.")
    unknown = [skill for skill in entry.skills if skill not in taxonomy.skills]
    if unknown:
        raise NotUsable(f"There is no skill {unknown[0]!r}. Their ids are in docs/taxonomy.md, such as pandas.")
    skills = tuple(dict.fromkeys(entry.skills))
    if len(skills) > MOST_SKILLS:
        raise NotUsable(f"Name up to {MOST_SKILLS} skills.")
    return replace(entry, title=title, url=_address(entry.url), skills=skills)


def minutes_of(hours: str) -> int:
    """Return the minutes that `1.5`, `1,5` or `1:30` hours are, 0 for nothing; raises NotUsable."""
    text = hours.strip().replace(",", ".")
    whole, colon, rest = text.partition(":")
    try:
        if colon and whole.isdecimal() and rest.isdecimal() and len(rest) == 2 and int(rest) < 60:  # noqa: PLR2004
            found = int(whole) * 60.0 + int(rest)
        else:
            found = float(text or 0) * 60
        if 0 <= found <= MOST_HOURS * 60:
            return round(found)
    except ValueError:
        pass
    raise NotUsable(f"{hours.strip()[:40]!r} are no hours; write 1.5 or 1:30, up to {MOST_HOURS:,}.")


def add_entry(store: Store, entry: Entry) -> str:
    """Keep a checked entry; returns its key. Raises NotUsable when the same is there already."""
    person_id = store.person_id()
    with store.writing() as connection:
        kept = [each for each in _read(connection, person_id) if _is_same(each, entry)]
        if kept:
            raise NotUsable(f"The {entry.kind} {entry.title!r} of {entry.day.isoformat()} is there already.")
        key = f"entry-{secrets.token_hex(8)}"
        _write(connection, person_id, [replace(entry, key=key)])
        saving.grow_version(connection)
    return key


def change_entry(store: Store, key: str, entry: Entry) -> None:
    """Put a checked entry in the place of one that is kept; raises NotUsable when there is none, or a like one."""
    person_id = store.person_id()
    with store.writing() as connection:
        kept = _read(connection, person_id)
        if key not in {each.key for each in kept}:
            raise NotUsable("This entry is not there any more.")
        if any(_is_same(each, entry) for each in kept if each.key != key):
            raise NotUsable(f"The {entry.kind} {entry.title!r} of {entry.day.isoformat()} is there already.")
        _delete(connection, person_id, [key])
        _write(connection, person_id, [replace(entry, key=key)])
        saving.grow_version(connection)


def remove_entry(store: Store, key: str) -> Entry:
    """Forget an entry and return it; importing its calendar again does not bring it back. Raises NotUsable."""
    person_id = store.person_id()
    with store.writing() as connection:
        found = next((each for each in _read(connection, person_id) if each.key == key), None)
        if found is None:
            raise NotUsable("This entry is not there any more.")
        _delete(connection, person_id, [key])
        if key.startswith("ics-"):
            _keep_removed(connection, key)
        saving.grow_version(connection)
    return found


def import_entries(store: Store, entries: Iterable[Entry]) -> Imported:
    """Keep checked entries that have keys of their own (see `key_of_uid`), each once."""
    wanted = {entry.key: entry for entry in entries}
    person_id = store.person_id()
    with store.writing() as connection:
        known = {each.key for each in _read(connection, person_id)} & wanted.keys()
        removed = (_removed(connection) & wanted.keys()) - known
        new = [entry for key, entry in wanted.items() if key not in known | removed]
        if new:
            _write(connection, person_id, new)
            saving.grow_version(connection)
    return Imported(len(new), len(known), len(removed))


def entries(store: Store) -> list[Entry]:
    """Every entry, the latest first."""
    person_id = store.person_id()
    with store.reading() as connection:
        return _read(connection, person_id)


def key_of_uid(uid: str) -> str:
    """Return the key of a calendar's event: the same for the same UID."""
    return f"ics-{hashlib.sha256(uid.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def _address(url: str) -> str:
    address = clean_url(url)
    try:
        parts = urlsplit(address)
        usable = parts.scheme in {"https", "http"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if address and (not usable or any(character.isspace() for character in address)):
        raise NotUsable(f"{address[:80]!r} is no web address; it begins with https://.")
    return address


def _is_same(one: Entry, other: Entry) -> bool:
    return (one.kind, one.title.casefold(), one.day) == (other.kind, other.title.casefold(), other.day)


def _read(connection: Connection, person_id: int) -> list[Entry]:
    a, p, f, v = activities.c, projects.c, facts.c, fact_values.c
    of_person = and_(p.person_id == person_id, p.source == SOURCE)
    query = (
        select(a.id, a.key, a.kind, a.title, a.day, a.url, p.private)
        .join_from(activities, projects)
        .where(of_person)
        .order_by(a.day.desc(), a.title, a.key)
    )
    rows = connection.execute(query).all()
    said: dict[int, list[tuple[str, int]]] = {row.id: [] for row in rows}
    of_entries = (
        select(f.activity_id, v.value, f["count"])
        .select_from(facts.join(activities).join(projects).join(fact_values))
        .where(of_person)
        .order_by(v.value)
    )
    for activity, value, count in connection.execute(of_entries):
        said[activity].append((value, count))
    return [
        Entry(
            row.kind,
            row.title,
            row.day,
            sum(count for value, count in said[row.id] if value == "minutes"),
            row.url,
            tuple(value.removeprefix(_SKILL) for value, _ in said[row.id] if value.startswith(_SKILL)),
            not row.private,
            row.key,
        )
        for row in rows
    ]


def _write(connection: Connection, person_id: int, items: Sequence[Entry]) -> None:
    for project, public in ((PRIVATE, False), (PUBLIC, True)):
        chosen = [_activity(entry) for entry in items if entry.public is public]
        if chosen:
            saving.insert_if_new(connection, projects, {**project_row(project), "person_id": person_id})
            is_it = and_(projects.c.person_id == person_id, projects.c.key == project.key)
            number = connection.execute(select(projects.c.id).where(is_it)).scalar_one()
            saving.save_activities(connection, number, chosen)


def _activity(entry: Entry) -> Activity:
    said = [Fact(FactKind.REPORTED, entry.kind)]
    if entry.minutes:
        said.append(Fact(FactKind.REPORTED, "minutes", count=entry.minutes))
    said += [Fact(FactKind.REPORTED, f"{_SKILL}{skill}") for skill in entry.skills]
    noon = datetime.combine(entry.day, time(12), UTC)
    return Activity(entry.kind, entry.key, noon, url=entry.url, title=entry.title, facts=tuple(said))


def _delete(connection: Connection, person_id: int, keys: Sequence[str]) -> None:
    query = select(projects.c.id).where(projects.c.person_id == person_id, projects.c.source == SOURCE)
    for project_id in connection.execute(query).scalars().all():
        saving.retire(connection, project_id, keys)


def _removed(connection: Connection) -> set[str]:
    found = connection.execute(select(settings.c.value).where(settings.c.name == _REMOVED)).scalar()
    return set(found or ())


def _keep_removed(connection: Connection, key: str) -> None:
    keys = sorted({*_removed(connection), key})
    if not saving.insert_if_new(connection, settings, {"name": _REMOVED, "value": keys}):
        connection.execute(settings.update().where(settings.c.name == _REMOVED).values(value=keys))
