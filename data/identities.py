"""Which authors are the person: what is kept, what counts, and what only looks alike.

States: see `models.IdentityState`. What the person said stands: no program overrides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, insert, select, update

from data.addresses import noreply_parts
from data.models import Identity, IdentityKind, IdentityState, Known
from data.rows import clean_text
from data.schema import identities

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from data.models import Author

PERSON = "person"
COUNTS = (IdentityState.PROPOSED, IdentityState.CONFIRMED)
_COMMON_NAMES = frozenset({"", "root", "user", "admin", "ubuntu", "unknown", "your name", "name", "github", "dev"})


def save_identity(connection: Connection, person_id: int, identity: Identity) -> bool:
    """Keep an identity; returns whether anything changed. A program never overrides the person's word."""
    value = clean_text(identity.value.strip().casefold(), 320)
    same = and_(
        identities.c.person_id == person_id,
        identities.c.kind == str(identity.kind),
        identities.c.value == value,
    )
    row = {"state": str(identity.state), "said_by": identity.said_by}
    stored = connection.execute(select(identities).where(same).with_for_update()).mappings().first()
    if stored is None:
        key = {"person_id": person_id, "kind": str(identity.kind), "value": value}
        connection.execute(insert(identities).values({**key, **row}))
        return True
    if stored["said_by"] == PERSON and identity.said_by != PERSON:
        return False
    if identity.state == IdentityState.SUGGESTED and stored["state"] != IdentityState.SUGGESTED:
        return False
    if {name: stored[name] for name in row} == row:
        return False
    connection.execute(update(identities).where(same).values(row))
    return True


def read_identities(connection: Connection, person_id: int) -> list[Identity]:
    of_person = select(identities).where(identities.c.person_id == person_id)
    return [
        Identity(IdentityKind(row["kind"]), row["value"], IdentityState(row["state"]), row["said_by"])
        for row in connection.execute(of_person.order_by(identities.c.kind, identities.c.value)).mappings()
    ]


def known_by(items: Iterable[Identity]) -> Known:
    """Return what says that an author is the person; suggestions, names and removed ones don't count."""
    items = list(items)
    counting = [item for item in items if item.state in COUNTS]
    sites = [item.value.removeprefix("github:") for item in counting if item.kind == IdentityKind.ID]
    logins = [item.value.removeprefix("github:") for item in counting if item.kind == IdentityKind.LOGIN]
    emails = [item.value for item in counting if item.kind == IdentityKind.EMAIL]
    removed = [item.value for item in items if item.kind == IdentityKind.EMAIL and item.state == IdentityState.REMOVED]
    return Known(frozenset(emails), frozenset(logins), frozenset(sites), frozenset(removed))


def suggest_identities(found: Iterable[Author], stored: Iterable[Identity]) -> list[Identity]:
    """Return authors of the histories that look like the person, for them to decide; never decides itself.

    Looks alike: one of GitHub's noreply addresses with a login or id of theirs; a noreply address whose login is
    the part before the @ of an address of theirs; the name that stands beside an address of theirs, or that they
    gave (of two words at least: `root` is nobody). Addresses that are stored in any state are left out.
    """
    stored = list(stored)
    found = list(found)
    known = known_by(stored)
    decided = {item.value for item in stored if item.kind == IdentityKind.EMAIL}
    logins = known.github_logins | {local_part(email) for email in known.emails}
    names = {plain_name(author.name) for author in found if author.email.casefold() in known.emails}
    names |= {plain_name(item.value) for item in stored if item.kind == IdentityKind.NAME and item.state in COUNTS}
    names = {name for name in names if " " in name and name not in _COMMON_NAMES}
    alike = {
        author.email.casefold()
        for author in found
        if plain_name(author.name) in names or _noreply_of(author.email, logins, known.github_ids)
    }
    return [
        Identity(IdentityKind.EMAIL, email, IdentityState.SUGGESTED, "history")
        for email in sorted(alike - decided - {""})
    ]


def _noreply_of(email: str, logins: frozenset[str] | set[str], ids: frozenset[str]) -> bool:
    parts = noreply_parts(email)
    return parts is not None and (parts[0] in ids or parts[1] in logins)


def local_part(email: str) -> str:
    parts = noreply_parts(email)
    return parts[1] if parts else email.rpartition("@")[0].partition("+")[0]


def plain_name(name: str) -> str:
    return " ".join(name.casefold().split())
