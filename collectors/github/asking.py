"""Two short questions to GitHub while a person waits: whose a token is, and which addresses belong to a login."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors.github.address import forge_at, valid_login
from collectors.github.client import Client
from collectors.github.identity import identify
from collectors.github.parse import text
from collectors.run import Run
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectors.attribution import Wanted
    from data.models import Identity, Issue, Progress, Project
    from data.settings import Settings

TIMEOUT, LONGEST = 8, 12.0  # seconds: somebody is waiting
LONGEST_PAUSE = 1.0


def owner_of(settings: Settings, token: str, login: str = "") -> str:
    """The login that a token belongs to, by one request.

    Raises NotUsable when it is refused or is not `login`'s, TryLater when GitHub does not answer.
    """
    with _asking(settings, token) as client:
        try:
            reply = client.get("/user")
        except NotUsable:
            raise NotUsable(
                "GitHub refuses this token: it was not copied whole, has expired or was revoked. Make a new one at "
                f"{client.forge.web}/settings/tokens."
            ) from None
        if not reply.ok:
            raise NotUsable(f"GitHub does not say whose token this is (status {reply.status}). Make a new one.")
        owner = valid_login(text(reply.dict().get("login")))
    if login and owner.casefold() != login.casefold():
        raise NotUsable(
            f"This token belongs to {owner}, not to {login}. Make one while signed in as {login}, or leave it out."
        )
    return owner


def identities_of(settings: Settings, login: str, token: str = "") -> list[Identity]:
    """What GitHub tells of a login: its addresses, its number; at most four requests.

    Raises NotUsable when there is no such person, TryLater when GitHub does not answer or has had enough of us.
    """
    memory = _Nothing()
    with _asking(settings, token) as client:
        identify(Run(handle=login, options={}, settings=settings, cache=Path(), memory=memory), client)
    return memory.proposed


@contextmanager
def _asking(settings: Settings, token: str) -> Iterator[Client]:
    client = Client(
        forge_at(settings.github_api_url),
        token,
        timeout=TIMEOUT,
        longest=LONGEST,
        pause=lambda s: time.sleep(min(s, LONGEST_PAUSE)),
    )
    try:
        yield client
    finally:
        client.close()


class _Nothing:
    """The memory of a run that keeps nothing but what was proposed (see `collectors.run.Memory`)."""

    def __init__(self) -> None:
        self.proposed: list[Identity] = []

    def propose(self, identity: Identity) -> None:
        self.proposed.append(identity)

    def bookmark(self, name: str, default: Any = None) -> Any:  # noqa: ARG002
        return default

    def set_bookmarks(self, values: Mapping[str, Any]) -> None:
        pass

    def project(self, key: str) -> Project | None:  # noqa: ARG002
        return None

    def known_commits(self, project_key: str) -> set[str]:  # noqa: ARG002
        return set()

    def known_keys(self, project_key: str, kind: str) -> set[str]:  # noqa: ARG002
        return set()

    def wanted(self) -> Wanted:
        raise NotImplementedError  # nothing is read here

    def note(self, issue: Issue) -> None:
        pass

    def show(self, progress: Progress) -> None:
        pass
