"""Share links: revocable addresses that open a part of the portfolio, read-only. The owner chooses which part.

A link's token is 256 random bits. Only its SHA-256 is kept, so the address can be shown once and nobody who reads
the store learns it. What an address shows is made by `published.py` from what the link allows.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select, update

from data.errors import NotUsable
from data.rows import clean_text
from data.saving import grow_version, insert_if_new
from data.schema import share_links, share_visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import RowMapping

    from data.store import Store

TOKEN_BYTES = 32
LONGEST_TOKEN = 100  # characters; anything longer is not ours and is not even hashed
TITLE, NOTE, INTRODUCTION = 120, 500, 4000  # characters
LONGEST_NAME = 40
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])")
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ShareLink:
    """What one address shows, in the owner's words and choice; empty `areas`, `projects`, `sources` show none.

    `projects` are keys of projects that may be shown one by one; `named` says whether with their names and proofs.
    `private_totals` lets private projects count, in sums only. `note` is for the owner alone. `ends` is the last
    day on which the address works. With `name` the same page answers at /u/<name> as well.
    """

    title: str
    areas: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    note: str = ""
    named: bool = True
    private_totals: bool = False
    introduction: str = ""  # plain text or Markdown
    ends: date | None = None
    findable: bool = False  # by search engines
    name: str = ""
    id: int = 0
    made: datetime | None = None
    revoked: datetime | None = None

    def state(self, today: date) -> str:
        """Return active, ended or revoked."""
        if self.revoked is not None:
            return "revoked"
        return "ended" if self.ends is not None and self.ends < today else "active"


@dataclass(frozen=True, slots=True)
class Visits:
    """How often an address was opened: in all, in the last 30 days, and when last."""

    total: int = 0
    recent: int = 0
    last: date | None = None


def create(store: Store, link: ShareLink) -> tuple[ShareLink, str]:
    """Keep a new link; returns it with its token, which cannot be read again. Raises NotUsable."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = {**_row(link), "person_id": store.person_id(), "token_hash": _hash(token), "made": datetime.now(UTC)}
    with store.writing() as connection:
        _refuse_taken_name(connection, link)
        key = connection.execute(insert(share_links).values(row)).inserted_primary_key
        assert key is not None
        grow_version(connection)
    return _one(store, int(key[0])), token


def change(store: Store, link: ShareLink) -> ShareLink:
    """Let a link, known by its id, show something else from now on. Raises NotUsable."""
    row = _row(link)
    is_it = _is_open(store, link.id)
    with store.writing() as connection:
        _refuse_taken_name(connection, link)
        if not connection.execute(update(share_links).where(is_it).values(row)).rowcount:
            raise NotUsable("This link was revoked, or is not yours. Create a new one.")
        grow_version(connection)
    return _one(store, link.id)


def renew(store: Store, link_id: int) -> str:
    """Give a link a new token and so a new address; the old one opens nothing any more. Raises NotUsable."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    renewed = update(share_links).where(_is_open(store, link_id)).values(token_hash=_hash(token))
    with store.writing() as connection:
        if not connection.execute(renewed).rowcount:
            raise NotUsable("This link was revoked, or is not yours. Create a new one.")
        grow_version(connection)
    return token


def revoke(store: Store, link_id: int) -> None:
    """Close a link for ever, at once; its readable name is free again. Raises NotUsable."""
    closed = update(share_links).where(_is_open(store, link_id)).values(revoked=datetime.now(UTC), name=None)
    with store.writing() as connection:
        if not connection.execute(closed).rowcount:
            raise NotUsable("There is no open link of this number.")
        grow_version(connection)


def links(store: Store) -> list[ShareLink]:
    """Return all links of the person, the newest first, revoked ones included."""
    query = select(share_links).where(share_links.c.person_id == store.person_id()).order_by(share_links.c.id.desc())
    with store.reading() as connection:
        return [_link(row) for row in connection.execute(query).mappings()]


def resolve(store: Store, token: str, today: date) -> ShareLink | None:
    """Return the link that a token opens today; None alike for unknown, ended and revoked ones.

    The token is held against every link in constant time each, so the time taken tells nothing of any.
    """
    if not token or len(token) > LONGEST_TOKEN:
        return None
    given = _hash(token)
    found = None
    with store.reading() as connection:
        for row in connection.execute(select(share_links)).mappings():
            if hmac.compare_digest(row["token_hash"], given):
                found = row
    return _open(found, today)


def resolve_name(store: Store, name: str, today: date) -> ShareLink | None:
    """Return the link that a readable name opens today, or None."""
    if not NAME.fullmatch(name):
        return None
    with store.reading() as connection:
        found = connection.execute(select(share_links).where(share_links.c.name == name)).mappings().first()
    return _open(found, today)


def count_visits(store: Store, counts: Mapping[tuple[int, date], int]) -> None:
    """Add visits, by link and day; nothing else of a visit is kept. Pages of the owner follow at their next look."""
    v = share_visits
    with store.writing() as connection:
        for (link_id, day), number in counts.items():
            if connection.execute(select(share_links.c.id).where(share_links.c.id == link_id)).first() is None:
                continue
            if not insert_if_new(connection, v, {"link_id": link_id, "day": day, "visits": number}):
                is_it = and_(v.c.link_id == link_id, v.c.day == day)
                connection.execute(update(v).where(is_it).values(visits=v.c.visits + number))


def visits(store: Store, today: date) -> dict[int, Visits]:
    """Return the visits of each link that had any."""
    v = share_visits.c
    recent = func.sum(v.visits).filter(v.day > today - RECENT)
    query = select(v.link_id, func.sum(v.visits), recent, func.max(v.day)).group_by(v.link_id)
    with store.reading() as connection:
        return {
            link_id: Visits(int(total), int(late or 0), last)
            for link_id, total, late, last in connection.execute(query)
        }


def visits_by_day(store: Store, link_id: int) -> list[tuple[date, int]]:
    """Return the days on which a link was opened, oldest first, with how often."""
    v = share_visits.c
    with store.reading() as connection:
        return [
            (day, int(number))
            for day, number in connection.execute(select(v.day, v.visits).where(v.link_id == link_id).order_by(v.day))
        ]


def checked(link: ShareLink) -> ShareLink:
    """Return the link with its texts trimmed; raises NotUsable saying what to write instead."""
    title = " ".join(clean_text(link.title).split())
    name = link.name.strip().lower()
    if not title:
        raise NotUsable("Give the link a title: it is what visitors read first, under your name.")
    for what, text, most in (
        ("title", title, TITLE),
        ("note", link.note, NOTE),
        ("introduction", link.introduction, INTRODUCTION),
    ):
        if len(text) > most:
            raise NotUsable(f"The {what} has {len(text):,} characters; {most:,} fit.")
    if name and not NAME.fullmatch(name):
        raise NotUsable("A readable address is 3 to 40 small letters, digits and hyphens, such as ada-lovelace.")
    if not link.areas:
        raise NotUsable("Choose at least one area to show.")
    if not link.projects and not link.private_totals:
        raise NotUsable("Choose at least one project, or let private projects count in totals.")
    return replace(
        link,
        title=title,
        name=name,
        note=clean_text(link.note).strip(),
        introduction=clean_text(link.introduction).strip(),
    )


def _row(link: ShareLink) -> dict[str, Any]:
    link = checked(link)
    lists = {name: _plain(getattr(link, name)) for name in ("areas", "projects", "sources")}
    names = ("title", "note", "named", "private_totals", "introduction", "ends", "findable")
    return {**{name: getattr(link, name) for name in names}, **lists, "name": link.name or None}


def _plain(words: Iterable[str]) -> list[str]:
    return [clean_text(str(word), 200) for word in dict.fromkeys(words)]


def _refuse_taken_name(connection: Any, link: ShareLink) -> None:
    name = link.name.strip().lower()
    taken = select(share_links.c.id).where(share_links.c.name == name, share_links.c.id != link.id)
    if name and connection.execute(taken).first() is not None:
        raise NotUsable(f"The address /u/{name} is taken by another link. Choose another name, or revoke that link.")


def _is_open(store: Store, link_id: int) -> Any:
    s = share_links.c
    return and_(s.id == link_id, s.person_id == store.person_id(), s.revoked.is_(None))


def _one(store: Store, link_id: int) -> ShareLink:
    return next(link for link in links(store) if link.id == link_id)


def _open(row: RowMapping | None, today: date) -> ShareLink | None:
    link = _link(row) if row is not None else None
    return link if link is not None and link.state(today) == "active" else None


def _link(row: RowMapping) -> ShareLink:
    lists: dict[str, Any] = {name: tuple(row[name]) for name in ("areas", "projects", "sources")}
    names = ("title", "note", "named", "private_totals", "introduction", "ends", "findable", "id", "made", "revoked")
    return ShareLink(**{name: row[name] for name in names}, **lists, name=row["name"] or "")


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
