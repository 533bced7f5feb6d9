"""A run of the GitHub source: who this is, the list of repositories, their histories, then what was done elsewhere.

Histories come last pushed first. The bookmark of a list moves when everything on it is saved.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from collectors import fetching
from collectors.github import activities, identity, listing
from collectors.github.address import forge_at, is_full_name
from collectors.github.client import Client
from collectors.github.fetched import Histories, Target
from collectors.github.parse import Repo
from collectors.histories import wanted_hash
from collectors.pausing import Stopped, pause
from collectors.run import Part
from data.errors import TryLater
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from collectors.github.found import Found
    from collectors.github.identity import Person
    from collectors.github.listing import Listing
    from collectors.run import Run

MOST_CHECKS = 20  # vanished repositories that are asked for one by one in a run


def collect(run: Run) -> Generator[Batch]:
    """Batches of what is new since the last run."""
    with _asking(run) as client, suppress(Stopped):
        yield from _Collection(run, client, identity.identify(run, client)).everything()


def plan(run: Run, step: int) -> Generator[Batch | Part]:
    """The same for workers: what `everything` does between the histories, which become parts."""
    with _asking(run) as client, suppress(Stopped):
        collection = _Collection(run, client, identity.identify(run, client))
        yield from (collection.plan_own, collection.plan_elsewhere, collection.settle)[step]()


def read_part(run: Run, data: dict[str, Any]) -> Generator[Batch]:
    """The history of one repository, as `plan` put it into a part."""
    target = msgspec.convert(data["target"], Target)
    person = msgspec.convert(data["person"], identity.Person)
    histories = Histories.of(run, forge_at(run.settings.github_api_url), person)
    yield from histories.collect([target])
    run.tell(unsettled=histories.unsettled, changed=msgspec.to_builtins(histories.changed))


@contextmanager
def _asking(run: Run) -> Generator[Client]:
    forge = forge_at(run.settings.github_api_url)
    client = Client(
        forge,
        run.settings.github_token or "",
        timeout=max(1, int(run.options.get("timeout", 20))),
        pause=partial(pause, run),
        tell=lambda left: run.progress(budget=left),
    )
    try:
        yield client
    finally:
        run.counts["requests"] += client.sent
        client.close()


@dataclass(slots=True)
class _Collection:
    run: Run
    client: Client
    person: Person

    def everything(self) -> Iterator[Batch]:
        run = self.run
        own = self._listed()
        wanted = wanted_hash(run.wanted)
        histories = self._histories()
        yield from histories.collect(Target(repo, own=True) for repo in own.repos)
        if own.later is not None:
            raise own.later
        if own.whole:
            yield from self._vanished(own)
        yield from self._releases(histories.changed)
        found = self._found(own, news=bool(histories.changed))
        yield from histories.collect(self._elsewhere(found))
        if run.stopping() or histories.unsettled:
            return
        run.remember({activities.BOOKMARK: found.bookmark} | self._bookmark(own, wanted))
        run.progress(step="done")

    def plan_own(self) -> Iterator[Part]:
        own = self._listed()
        yield from self._parts(Target(repo, own=True) for repo in own.repos)
        kept = {item.name: getattr(own, item.name) for item in fields(own) if item.name != "later"}
        self.run.carried = {"own": msgspec.to_builtins(kept), "wanted": wanted_hash(self.run.wanted)}
        if own.later is not None:
            self.run.carried["later"] = [str(own.later), own.later.seconds]

    def plan_elsewhere(self) -> Iterator[Batch | Part]:
        run, own = self.run, msgspec.convert(self.run.carried["own"], listing.Listing)
        changed = msgspec.convert([repo for told in run.told for repo in told.get("changed", ())], list[Repo])
        unsettled = run.unread + sum(told.get("unsettled", 0) for told in run.told)
        if "later" in run.carried:
            message, seconds = run.carried["later"]
            raise TryLater(message, seconds)
        if own.whole:
            yield from self._vanished(own)
        yield from self._releases(changed)
        found = self._found(own, news=bool(changed))
        yield from self._parts(self._elsewhere(found))
        bookmarks = {activities.BOOKMARK: found.bookmark} | self._bookmark(own, run.carried["wanted"])
        run.carried = {"bookmarks": bookmarks, "unsettled": unsettled}

    def settle(self) -> Iterator[Batch]:
        run = self.run
        unsettled = run.carried["unsettled"] + run.unread + sum(told.get("unsettled", 0) for told in run.told)
        if not unsettled:
            run.remember(run.carried["bookmarks"])
        yield from ()

    def _parts(self, targets: Iterable[Target]) -> Iterator[Part]:
        histories, person = self._histories(), msgspec.to_builtins(self.person)
        for target in targets:
            if histories.has_news(target):
                name = target.repo.full_name
                yield Part(target.repo.key, {"name": name, "target": msgspec.to_builtins(target), "person": person})

    def _histories(self) -> Histories:
        return Histories.of(self.run, self.client.forge, self.person)

    def _listed(self) -> Listing:
        self.run.progress(step="listing repositories")
        own = self._list(wanted_hash(self.run.wanted))
        self.run.counts["repositories"] += max(len(own.repos), len(own.known))
        return own

    def _found(self, own: Listing, *, news: bool) -> Found:
        listed = {repo.full_name.casefold(): repo for repo in own.repos}
        return activities.fetch(self.run, self.client, self.person, listed, news=news)

    def _bookmark(self, own: Listing, wanted: str) -> dict[str, Any]:
        """What the next listing needs to know, unless it would be the same."""
        return {} if own.unchanged else {listing.bookmark_name(self.person, self.client.token): own.bookmark(wanted)}

    def _list(self, wanted: str) -> Listing:
        own = listing.fetch_own(self.run, self.client, self.person, wanted)
        nothing_left = own.whole and bool(own.known) and not own.repos
        if own.gone or nothing_left or any(not self._is_own(repo) for repo in own.repos):
            # the login is another's now, or nobody's: the number knows the new one
            self.person = identity.identify(self.run, self.client, again=True)
            own = listing.fetch_own(self.run, self.client, self.person, wanted)
        return replace(own, repos=[repo for repo in own.repos if self._is_own(repo)])

    def _is_own(self, repo: Repo) -> bool:
        login = repo.full_name.partition("/")[0]
        return repo.owner_id in {0, self.person.id} and login.casefold() == self.person.login.casefold()

    def _vanished(self, own: Listing) -> Iterator[Batch]:
        """Repositories that were listed before: deleted, made private, given away or blocked."""
        present = {str(repo.id) for repo in own.repos}
        missing = [(key, name) for key, name in own.known.items() if key not in present and is_full_name(name)]
        site = f"{self.client.forge.site}/" if self.client.forge.site else ""
        for key, name in missing[:MOST_CHECKS]:
            known = self.run.known(f"github:{site}{key}")
            reply = self.client.get(f"/repos/{name}")
            if known is None:
                continue
            there = listing.parsed(self.run, reply.data, self.client.forge.site) if reply.ok else None
            if there is not None and str(there.id) == key:
                yield Batch(replace(known, name=there.full_name, private=there.private, own=False))
                continue
            code = "blocked" if reply.blocked or reply.status == 451 else "gone"  # noqa: PLR2004
            self.run.issue(
                f"repository-{code}",
                "The repository is blocked for legal reasons."
                if code == "blocked"
                else "The repository was deleted or made private; what was read stays, and is shown to you alone.",
                name,
            )
            fetching.remove(self.run.cache / self.client.forge.place / f"{key}.git")
            yield Batch(replace(known, state=code, private=True), bookmarks={f"repo:github:{site}{key}": None})
        own.kept = dict(missing[MOST_CHECKS:])

    def _releases(self, changed: list[Repo]) -> Iterator[Batch]:
        if not self.client.token or not changed:
            return
        self.run.progress(step="releases")
        for repo, found in activities.fetch_releases(self.client, self.person, changed):
            known = self.run.known(repo.key)
            if found and known is not None:
                yield Batch(known, found)

    def _elsewhere(self, found: Found) -> Iterator[Target]:
        for entry in found.by_repo.values():
            own = entry.repo.owner_id == self.person.id
            yield Target(
                entry.repo,
                own=own,
                history=entry.committed and not own,
                activities=tuple(entry.activities),
            )
