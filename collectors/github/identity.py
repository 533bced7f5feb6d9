"""Who the person is at GitHub: a number that stays, a login that may change, addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from collectors.github import parse
from collectors.github.address import valid_login
from data.errors import NotUsable, TryLater, UnexpectedReply
from data.models import Identity, IdentityKind, IdentityState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.github.client import Client, Reply
    from collectors.run import Run

SAID_BY = "github"
BOOKMARK = "person"
AGAIN = timedelta(days=7)  # a login that is gone shows at once in the listing; the rest can wait


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `owner`: the token is theirs, so that it may see what is private."""

    id: int
    login: str
    owner: bool = False

    def is_author(self, user: object) -> bool:
        return isinstance(user, dict) and user.get("id") == self.id


def token_hash(token: str) -> str:
    """Says which token something was seen with, and nothing of the token."""
    return hashlib.sha256(f"skillfolio:{token}".encode()).hexdigest()[:16] if token else "anonymous"


def identify(run: Run, client: Client, *, again: bool = False) -> Person:
    """The person behind the account's login; asks GitHub at first, with another token, and once a week.

    Raises NotUsable when there is no such login. Their addresses are proposed on the way.
    """
    stored = run.bookmark(BOOKMARK) or {}
    if stored and stored["forge"] != client.forge.api:
        stored = {}
    now = datetime.now(UTC)
    fresh = stored and now - datetime.fromisoformat(stored["checked"]) < AGAIN
    if fresh and not again and stored["token"] == token_hash(client.token) and stored["handle"] == run.handle:
        return Person(stored["id"], stored["login"], stored["owner"])
    run.progress(step="asking who this is")
    person, item = _ask(run, client, stored)
    _propose(run, client, person, item)
    run.remember(
        {
            BOOKMARK: {
                "id": person.id,
                "login": person.login,
                "owner": person.owner,
                "handle": run.handle,
                "forge": client.forge.api,
                "token": token_hash(client.token),
                "checked": now.isoformat(),
            }
        }
    )
    return person


def _ask(run: Run, client: Client, stored: Mapping[str, Any]) -> tuple[Person, Mapping[str, Any]]:
    if client.token:
        reply = client.get("/user")
        if reply.ok:
            item = reply.dict()
            person = _person(item, owner=True)
            if person.login.casefold() == run.handle.casefold() or person.id == stored.get("id"):
                return person, item
    reply = client.get(f"/users/{valid_login(run.handle)}")
    if stored and stored["handle"] == run.handle and not (reply.ok and reply.dict().get("id") == stored["id"]):
        reply = _by_id(run, client, stored)
    if not reply.ok:
        raise NotUsable(f"GitHub knows no login {run.handle}; check how it is written in the profile's address.")
    item = reply.dict()
    if item.get("type") == "Organization":
        raise NotUsable(f"{run.handle} is an organisation; add the login of a person.")
    return _person(item, owner=False), item


def _by_id(run: Run, client: Client, stored: Mapping[str, Any]) -> Reply:
    reply = client.get(f"/user/{int(stored['id'])}")
    if reply.ok:
        login = reply.dict().get("login")
        run.issue("login-renamed", f"The login {stored['login']} is now {login}; the work is found by its number.", "")
    return reply


def _person(item: Mapping[str, Any], *, owner: bool) -> Person:
    return Person(parse.number(item.get("id")), valid_login(parse.text(item.get("login"))), owner)


def _verified(client: Client) -> list[str]:
    """The addresses that the token's owner has verified, when the token may see them."""
    reply = client.get("/user/emails", {"per_page": 100})
    entries = [entry for entry in (reply.list() if reply.ok else ()) if entry.get("verified") is True]
    return [parse.text(entry.get("email"), 320).casefold() for entry in entries]


def _linked(client: Client, person: Person) -> set[str]:
    """Addresses of public commits that GitHub itself links to the account: the newest and the oldest hundred."""
    found: set[str] = set()
    question = {"q": f"author:{person.login}", "sort": "author-date", "per_page": 100}
    try:
        for order in ("desc", "asc"):
            reply = client.get("/search/commits", question | {"order": order})
            items = reply.dict().get("items") if reply.ok else None
            for item in items if isinstance(items, list) else ():
                if isinstance(item, dict) and person.is_author(item.get("author")):
                    found.add(parse.text(item["commit"]["author"]["email"], 320).casefold())
            if not reply.next:
                break
    except (TryLater, UnexpectedReply, KeyError, TypeError):
        return found  # a convenience: without it the person names their addresses themselves
    return found


def _propose(run: Run, client: Client, person: Person, item: Mapping[str, Any]) -> None:
    login = person.login.casefold()
    noreply = client.forge.noreply
    sure = [
        (IdentityKind.EMAIL, f"{person.id}+{login}@{noreply}"),
        (IdentityKind.EMAIL, f"{login}@{noreply}"),
    ]
    if not client.forge.site:  # ids and logins are told apart from those of other GitHubs by nothing else
        sure += [(IdentityKind.ID, f"github:{person.id}"), (IdentityKind.LOGIN, f"github:{login}")]
    verified = _verified(client) if person.owner else []
    sure += [(IdentityKind.EMAIL, email) for email in verified]
    guessed = {parse.text(item.get("email"), 320).casefold(), *(() if verified else _linked(client, person))}
    maybe = [(IdentityKind.EMAIL, email) for email in sorted(guessed) if not email.endswith(f"@{noreply}")]
    for state, found in ((IdentityState.CONFIRMED, sure), (IdentityState.PROPOSED, maybe)):
        for kind, value in found:
            if kind is not IdentityKind.EMAIL or "@" in value:
                run.propose(Identity(kind, value, state, SAID_BY))
    if name := parse.text(item.get("name"), 200):
        run.propose(Identity(IdentityKind.NAME, name.casefold(), IdentityState.SUGGESTED, SAID_BY))
