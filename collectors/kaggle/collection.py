"""A run of the Kaggle source: who asks, what is due, and each list in turn.

The first run, and one a week, looks at every page of everything. In between a run without news sends two requests:
one for the notebooks that ran last, one for the list that was not asked for the longest. News makes it look at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from collectors import reading
from collectors.kaggle import competitions, leaderboards, meta, publications, works
from collectors.kaggle.address import is_slug, site_at
from collectors.kaggle.client import Client, Limited, Outage, Refused
from collectors.kaggle.credentials import TOKEN, find
from collectors.kaggle.listing import Look
from collectors.kaggle.notebooks import Notebooks
from collectors.pausing import Stopped, pause
from data.errors import NotUsable, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.kaggle.credentials import Credentials
    from collectors.run import Run
    from data.errors import TryLater
    from data.models import Batch

WHOLE_AFTER = timedelta(days=7)
REQUESTS = 2  # of a run without news
INTROSPECT = "security.OAuthService/IntrospectToken"
RENEW = "users.AccountService/GenerateAccessToken"
ASKED = "asked"
KEPT_FOR = timedelta(hours=12)


def collect(run: Run) -> Iterator[Batch]:
    """Batches of what is new since the last run."""
    site = site_at(run.settings.kaggle_url)
    credentials = find(run.settings)
    client = Client(
        site,
        credentials,
        timeout=max(1.0, float(run.options.get("timeout", 30))),
        pause=partial(pause, run),
    )
    try:
        yield from _Collection(run, client).everything()
    except Stopped:
        return
    finally:
        run.counts["requests"] += client.sent
        client.close()


Unit = tuple[str, "Callable[[], Iterator[Batch]]"]


@dataclass(slots=True)
class _Collection:
    run: Run
    client: Client
    later: TryLater | None = None
    asked: dict[str, Any] = field(default_factory=dict)

    def everything(self) -> Iterator[Batch]:
        run = self.run
        self.asked = run.bookmark(ASKED) or {}
        yield from meta.collect(run)
        run.progress(step="asking Kaggle")
        look = self._look()
        notebooks = Notebooks(look, run.cache / "sources")
        units = self._units(look, notebooks)
        due = self._due(units, look)
        yield from self._ask(look, due)
        if look.news:
            yield from self._ask(look, [unit for unit in units if unit not in due])
        if self.client.signed_in and not look.own:
            yield from self._limited(leaderboards.collect(look, self._boards(notebooks)))
        if self.later is not None:
            raise self.later
        if look.whole and not any(run.counts[name] for name in ("notebooks", "datasets", "models", "competitions")):
            run.issue(
                "nothing-found",
                "Kaggle shows nothing of this user. Check the name; private work is read with your own credentials, "
                "when you ask for it.",
                look.user,
            )
        if look.whole and not run.stopping():
            run.remember({ASKED: {**self.asked, "whole": _now(), "as": self._as(look)}})
        run.progress(step="done")

    # ---- who asks -------------------------------------------------------------------------------

    def _look(self) -> Look:
        run, credentials = self.run, self.client.credentials
        if credentials.exposed:
            run.issue(
                "credentials-exposed",
                f"Others on this machine can read {credentials.where}; make it yours alone with chmod 600.",
            )
        who = self._who() if self.client.signed_in else ""
        own = bool(who) and who.casefold() == run.handle.casefold()
        look = Look(run, self.client, run.handle, own=own, whole=True)
        since = self.asked.get("whole")
        ago = datetime.now(UTC) - datetime.fromisoformat(since) if since else WHOLE_AFTER
        recent = timedelta() <= ago < WHOLE_AFTER  # before it: the clock was set back
        look.whole = not (recent and self.asked.get("as") == self._as(look))
        if run.options.get("private") and not own:
            run.issue("private-not-yours", "Private work can be read with the person's own credentials only.")
        return look

    def _as(self, look: Look) -> str:
        """Another one when other things can be seen than the last time, or other readers see more in them."""
        named = [self.run.options.get("notebooks"), self.run.options.get("competitions")]
        return works.hash_of(repr((reading.edition(), self.client.credentials.kind, look.own, look.private, named)))

    def _who(self) -> str:
        """The user name behind the credentials; a token has to be asked for it, once."""
        credentials = self.client.credentials
        if credentials.stale(datetime.now(UTC)):
            credentials = self.client.credentials = self._renewed(credentials)
        if credentials.user and credentials.kind != TOKEN:
            return credentials.user
        name = f"who:{works.hash_of(credentials.secret)}"
        known = self.run.bookmark(name)
        if known is None:
            known = {"user": self._introspected(credentials)}
            self.run.remember({name: known})
        return str(known["user"])

    def _introspected(self, credentials: Credentials) -> str:
        try:
            told = self.client.call(INTROSPECT, {"token": credentials.secret})
        except Refused:
            told = {"active": False}
        user = told.get("username") or told.get("userName")
        if told.get("active") is False or not isinstance(user, str):
            raise NotUsable(
                f"Kaggle does not know {credentials.title}: it may have ended or been revoked. Make a new API token in "
                "your Kaggle settings, or remove this one."
            )
        return user

    def _renewed(self, credentials: Credentials) -> Credentials:
        """A login's access ends after hours; the new one is kept for this run alone."""
        body = {
            "refreshToken": credentials.refresh,
            "apiVersion": "API_VERSION_V1",
            "expirationDuration": f"{int(KEPT_FOR.total_seconds())}s",
        }
        self.client.credentials = replace(credentials, secret="")  # what has ended proves nothing
        try:
            told = self.client.call(RENEW, body) if credentials.refresh else {}
        except Refused:
            told = {}
        token, user = told.get("token"), told.get("userName")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise NotUsable(
                f"Kaggle ended {credentials.title}; log in with Kaggle's program again, or set KAGGLE_API_TOKEN."
            )
        return credentials.renewed(token, user if isinstance(user, str) else "")

    # ---- what is asked --------------------------------------------------------------------------

    def _units(self, look: Look, notebooks: Notebooks) -> list[Unit]:
        units: list[Unit] = []
        if self.client.signed_in or self._lists_openly(look):
            units.append(("notebooks", notebooks.collect))
        elif named := self._named():
            units.append(("named", lambda: notebooks.named(named)))
        if look.private:
            units.append(("public notebooks", notebooks.visibility))
        if look.own:
            units.append(("competitions", lambda: competitions.entered(look)))
        units.append(("datasets", lambda: publications.datasets(look)))
        if self.client.signed_in:
            units.append(("models", lambda: publications.models(look)))
        return units

    def _named(self) -> list[str]:
        """Where notebooks are not listed: those that the person named, and those that Meta Kaggle's files do."""
        refs = [str(ref) for ref in self.run.options.get("notebooks", ())]
        return list(dict.fromkeys([*refs, *(self.run.bookmark(meta.REFS) or ())]))

    def _lists_openly(self, look: Look) -> bool:
        """Whether Kaggle lists notebooks without credentials: asked in whole looks, since nothing says that it does."""
        opened = self.run.bookmark("open")
        if look.whole or opened is None:
            try:
                self.client.get("/kernels/list", {"user": look.user, "page": 1, "pageSize": 1})
                opened = True
            except Refused:
                opened = False
            self.run.remember({"open": opened})
        if not opened:
            self.run.issue(
                "credentials-needed",
                "Without credentials Kaggle shows data sets and named notebooks only. Make an API token in your Kaggle "
                "settings and set KAGGLE_API_TOKEN.",
            )
        return bool(opened)

    def _due(self, units: list[Unit], look: Look) -> list[Unit]:
        """Everything in a whole look; else the notebooks, and what was not asked for the longest."""
        if look.whole:
            return units
        left = max(1, REQUESTS - self.client.sent)
        first = [unit for unit in units if unit[0] == "notebooks"][: left - 1]
        rest = sorted((unit for unit in units if unit not in first), key=lambda unit: str(self.asked.get(unit[0], "")))
        return [*first, *rest[: left - len(first)]]

    def _ask(self, look: Look, units: list[Unit]) -> Iterator[Batch]:
        for name, collect_unit in units:
            if self.run.stopping():
                return
            self.run.progress(step=name)
            before = self.later
            yield from self._limited(self._answered(name, collect_unit, look))
            if self.later is before and not self.run.stopping():
                self.asked[name] = _now()
                self.run.remember({ASKED: self.asked})

    def _answered(self, name: str, unit: Callable[[], Iterator[Batch]], look: Look) -> Iterator[Batch]:
        try:
            yield from unit()
        except Refused as refusal:
            if refusal.missing and name == "notebooks":
                raise NotUsable(
                    f"Kaggle has no user {look.user}. The name is the last part of your profile's address, "
                    "kaggle.com/NAME; it may have changed."
                ) from None
            self.run.issue(
                "list-refused",
                f"Kaggle does not list the {name} for these credentials (status {refusal.status}).",
                name,
            )
        except UnexpectedReply as problem:
            if name == "notebooks":
                raise
            self.run.issue("list-unreadable", f"{problem} The {name} were left out.", name)

    def _limited(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Limits are each call's own: one that is reached ends its list, and the run only at the end.

        So it is with one list that does not answer; when a second one does not, it is Kaggle.
        """
        try:
            yield from batches
        except Limited as limit:
            self.later = self.later or limit
        except Outage as outage:
            if isinstance(self.later, Outage):
                raise
            self.later = outage

    def _boards(self, notebooks: Notebooks) -> list[str]:
        """Competitions in which the person may stand: named, or read by their notebooks."""
        run = self.run
        known: list[str] = run.bookmark("boards") or []
        named = [str(slug) for slug in run.options.get("competitions", ())]
        found = sorted({*known, *named, *notebooks.competitions})
        if found != known:
            run.remember({"boards": found})
        return [slug for slug in found if is_slug(slug)]


def _now() -> str:
    return datetime.now(UTC).isoformat()
