"""Drafts of share links: what was previewed, and becomes public exactly as it was previewed, or not at all.

They are kept in the store: where several processes answer, another one than that of the preview is asked to publish.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from data.schema import settings
from data.sharing import ShareLink

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.store import Store

KEPT = 32  # drafts; the oldest are forgotten first
_NAME = "share_draft:"  # settings of this name and a key
_TUPLES = ("areas", "projects", "sources")


@dataclass(frozen=True, slots=True)
class Draft:
    """A link that is not public yet, and how the person wants to be called."""

    link: ShareLink
    person: str


def keep(store: Store, draft: Draft, key: str = "") -> str:
    """Keep a draft; returns the key by which it is found. No page shows drafts, so the version stays."""
    key = key or secrets.token_urlsafe(16)
    link = asdict(draft.link) | {"ends": draft.link.ends.isoformat() if draft.link.ends else None}
    link = {name: value for name, value in link.items() if name not in {"made", "revoked"}}
    value = {"at": datetime.now(UTC).isoformat(), "person": draft.person, "link": link}
    with store.writing() as connection:
        connection.execute(insert(settings).values(name=_NAME + key, value=value))
        _forget_old(connection)
    return key


def get(store: Store, key: str) -> Draft | None:
    with store.reading() as connection:
        found = connection.execute(select(settings.c.value).where(settings.c.name == _NAME + key)).scalar()
    return _draft(found) if found else None


def take(store: Store, key: str) -> Draft | None:
    """Return a draft and forget it, so that of two who ask at once only one gets it."""
    with store.writing() as connection:
        found = connection.execute(select(settings.c.value).where(settings.c.name == _NAME + key)).scalar()
        taken = connection.execute(delete(settings).where(settings.c.name == _NAME + key)).rowcount
    return _draft(found) if found and taken else None


def _draft(value: dict[str, Any]) -> Draft:
    link = {**value["link"], **{name: tuple(value["link"][name]) for name in _TUPLES}}
    link["ends"] = date.fromisoformat(link["ends"]) if link["ends"] else None
    return Draft(ShareLink(**link), value["person"])


def _forget_old(connection: Connection) -> None:
    kept = select(settings.c.name, settings.c.value).where(settings.c.name.startswith(_NAME, autoescape=True))
    by_age = sorted(connection.execute(kept), key=lambda row: str(row.value["at"]), reverse=True)
    connection.execute(delete(settings).where(settings.c.name.in_([row.name for row in by_age[KEPT:]])))
