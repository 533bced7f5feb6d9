"""Notebooks and scripts: listed each time, their source read only after a new run, or once more by other readers.

A bookmark `notebook:<id>` tells of each what was seen last: ref, run, votes, version, hash of the source, whether
it is private, why it could not be read, the keys of the versions that were read, and by which readers.
`index:notebooks` maps refs to ids as of the last whole list, `index:named` those of the notebooks that were named.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from collectors import reading
from collectors.kaggle import code, listing, parse, rereading, works
from collectors.kaggle.client import Outage, Refused
from collectors.kaggle.kept import Kept
from collectors.kaggle.rereading import Again
from data.errors import UnexpectedReply
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from collectors.kaggle.listing import Look
    from collectors.kaggle.parse import Notebook
    from data.models import Fact, Project

LIST = "kernels.KernelsApiService/ListKernels"
PULL = "kernels.KernelsApiService/GetKernel"
INDEX = "index:notebooks"
IDS = "index:named"
FORKS = "meta:forks"
MOST_OUTAGES = 3  # in a row; then it is Kaggle, not the notebook
_MESSAGES = {
    "notebook-draft": "The notebook was never saved as a version, or is gone; there is nothing to read yet.",
    "notebook-forbidden": "Kaggle does not let these credentials read the notebook.",
    "notebook-unanswered": "Kaggle did not answer for this notebook; the next run asks again.",
    "notebook-empty": "Kaggle gave no source for the notebook.",
    "notebook-language": "The notebook is in a language that is not read yet; that it exists counts.",
    "broken-notebook": "The notebook's file is broken; that it exists counts.",
    "too-large": "The notebook is too large to be read; that it exists counts.",
    "reader-failed": "The notebook could not be read; that it exists counts.",
    "reader-died": "Reading the notebook took too much memory or time; that it exists counts.",
    "notebook-version-lost": "The version before is not to be had, so it is not known what this one brought; "
    "that it exists counts.",
    "notebook-older-readers": "Earlier versions are not kept here any more, so they count as Skillfolio read them "
    "before its update.",
}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was found of one notebook: its lasting id, what there is to save, whether it is news."""

    id: str
    batch: Batch | None = None
    news: bool = False


@dataclass(slots=True)
class Notebooks:
    """One look at a person's notebooks."""

    look: Look
    cache: Path
    competitions: set[str] = field(default_factory=set)  # what the notebooks that were read take part in
    _outages: int = 0
    _public: set[str] | None = None
    _kept: Kept = field(init=False)

    def __post_init__(self) -> None:
        self._kept = Kept(self.cache)

    def collect(self) -> Iterator[Batch]:
        """Batches of what is new; at the end of a whole list, of what is gone too."""
        run = self.look.run
        known: dict[str, str] = run.bookmark(INDEX) or {}
        present: dict[str, str] = {}
        complete = False
        for page in listing.pages(self.look.client, self._listed(everyone=not self.look.private)):
            news = False
            for item in page.items:
                if run.stopping():
                    return
                found = listing.parsed(run, parse.notebook, item, "notebook")
                if found is None or (found.private and not self.look.private) or not self.look.is_theirs(found.ref):
                    continue
                seen = self._seen(found, known)
                present[found.ref] = seen.id
                run.progress(step=found.ref, done=len(present), total=max(len(known), len(present)))
                if seen.batch is not None:
                    yield seen.batch
                news |= seen.news
            self.look.news |= news
            complete = page.last
            if page.last or not (news or self.look.whole):
                break
        run.counts["notebooks"] += max(len(present), len(known))
        if complete and len(present) < listing.CAP:
            yield from self._vanished(known, present)
            run.remember({INDEX: present})
        else:
            run.remember({INDEX: known | present})

    def named(self, refs: list[str]) -> Iterator[Batch]:
        """Notebooks that the person named: all in a whole look, else the one that was not asked for the longest."""
        run = self.look.run
        asked: dict[str, int] = run.bookmark("named") or {}
        ids: dict[str, str] = run.bookmark(IDS) or {}
        turn = max(asked.values(), default=0) + 1
        waiting = sorted(refs, key=lambda ref: asked.get(ref, 0))
        new = [ref for ref in waiting if ref not in asked]
        for ref in waiting if self.look.whole else (new or waiting[:1]):
            if run.stopping():
                return
            seen = self._seen(parse.Notebook(ref), ids)
            self.look.news |= seen.news
            if seen.batch is not None:
                yield seen.batch
            asked[ref] = turn
            ids[ref] = seen.id
            run.remember({"named": {name: at for name, at in asked.items() if name in refs}, IDS: ids})
        run.counts["notebooks"] += len(refs)

    def _listed(self, *, everyone: bool) -> listing.Listed:
        """Everyone's view holds what is public; one's own profile what is private besides."""
        who = {"group": "EVERYONE", "user": self.look.user} if everyone else {"group": "PROFILE"}
        return listing.Listed(
            LIST, "kernels", {**who, "sortBy": "DATE_RUN"}, "/kernels/list",
            {"user": self.look.user, "sortBy": "dateRun"},
        )  # fmt: skip

    @staticmethod
    def _id(found: Notebook, known: dict[str, str]) -> str:
        return str(found.id) if found.id else known.get(found.ref, found.ref.lower())

    # ---- one notebook ---------------------------------------------------------------------------

    def _seen(self, listed: Notebook, known: dict[str, str]) -> _Seen:
        run = self.look.run
        id_ = self._id(listed, known)
        state = run.bookmark(_name(id_)) or {}
        same = bool(state) and bool(listed.mark) and state.get("run") == listed.mark
        if same and not (state.get("refused") and self.look.whole) and not self._lacks_text(state, id_):
            return self._updated(listed, state, id_)
        try:
            pulled = self._pull(listed.ref)
            self._outages = 0
        except Refused as refusal:
            return self._unread(listed, state, id_, "notebook-draft" if refusal.missing else "notebook-forbidden")
        except Outage:
            self._outages += 1
            if self._outages >= MOST_OUTAGES:
                raise
            run.issue("notebook-unanswered", _MESSAGES["notebook-unanswered"], listed.ref)
            return _Seen(id_)
        except UnexpectedReply as problem:
            run.issue("unexpected-item", f"{problem} It was left out.", listed.ref)
            run.remember({_name(id_): {**state, "ref": listed.ref, "run": listed.mark, "refused": "unexpected-item"}})
            return _Seen(id_)
        found = replace(
            pulled,
            id=pulled.id or listed.id,
            title=pulled.title or listed.title,
            run=pulled.run or listed.run,
            votes=max(pulled.votes, listed.votes),
            tags=pulled.tags or listed.tags,
        )
        id_ = str(found.id or id_)
        state = run.bookmark(_name(id_)) or state
        if not listed.mark and state.get("run") == found.mark:  # it was named, not listed
            return self._updated(found, state, id_)
        return self._read(found, listed, state, id_)

    def _lacks_text(self, state: dict[str, Any], id_: str) -> bool:
        """Whether it is to be read again and the last version's text has to be asked for."""
        if state.get("refused") or not rereading.is_due(state):
            return False
        read = rereading.keys_read(state, self.look.run.known_keys(state["key"], "notebook"))
        return bool(read) and self._kept.version(id_, read[-1]) is None

    def _updated(self, listed: Notebook, state: dict[str, Any], id_: str) -> _Seen:
        """No new run: the listing alone may bring votes, another name, and who may see it.

        What other readers have read is read again.
        """
        project = self.look.run.known(str(state.get("key", "")))
        if project is None:
            return _Seen(id_)
        private = bool(listed.private)
        if private and not self.look.private:
            return self._closed(listed, state, id_)
        if listed.private is None and self.look.private:
            private = project.private  # one's own list does not tell: see `visibility`
        again = self._again(listed, project, state, id_)
        told = {**state, **again.marks, "votes": listed.votes, "ref": listed.ref, "private": private, "gone": False}
        if told == {"gone": False, **state} and project.private == private:
            return _Seen(id_)
        self._renamed(listed, state)
        fresh = works.notebook_project(listed, private=private)
        project = replace(
            project, name=fresh.name, url=fresh.url, stars=listed.votes, private=private, state="ok",
            description=fresh.description or project.description,
        )  # fmt: skip
        batch = Batch(project, again.activities, head_facts=again.head, bookmarks={_name(id_): told})
        return _Seen(id_, batch, news=True)

    def _again(self, latest: Notebook, project: Project, state: dict[str, Any], id_: str) -> Again:
        """What other readers read of it, read by ours as far as it is kept; `latest` may be the last version itself."""
        if not rereading.is_due(state):
            return Again()
        run = self.look.run
        read = rereading.keys_read(state, run.known_keys(project.key, "notebook"))
        versions = [self._kept.version(id_, key) for key in read]
        is_last = latest.run is not None and read[-1:] == [works.run_key(latest, latest.run)]
        if is_last and latest.source is not None and works.hash_of(latest.source) == state.get("hash"):
            versions[-1] = last = replace(latest, private=project.private)
            self._kept.keep(id_, read[-1], last)
        again = rereading.read_again(versions, self.look.user, fork=project.fork)
        if again.problem:
            run.issue(again.problem, _MESSAGES.get(again.problem, _MESSAGES["reader-failed"]), latest.ref)
        if again.lost:
            run.issue("notebook-older-readers", _MESSAGES["notebook-older-readers"], latest.ref, again.lost)
        again.marks = {"readers": reading.edition(), "read": read}
        return again

    def _unread(self, listed: Notebook, state: dict[str, Any], id_: str, why: str) -> _Seen:
        """Told, and asked for again after its next run: a draft may become a version."""
        run = self.look.run
        run.issue(why, _MESSAGES[why], listed.ref)
        state = {**state, "ref": listed.ref, "run": listed.mark, "refused": why}
        run.remember({_name(id_): state})
        return _Seen(id_) if listed.mark else self._closed(listed, state, id_)  # what is listed is there

    def _closed(self, found: Notebook, state: dict[str, Any], id_: str) -> _Seen:
        """What was read of a notebook that not everyone may see any more is for the person alone."""
        project = self.look.run.known(str(state.get("key", "")))
        if project is None or project.private:
            return _Seen(id_)
        return _Seen(id_, self._gone(project, found.ref, state, id_), news=True)

    def _read(self, found: Notebook, listed: Notebook, state: dict[str, Any], id_: str) -> _Seen:
        run = self.look.run
        private = self._is_private(found, listed)
        if private and not self.look.private:
            state = {**state, "ref": found.ref, "run": listed.mark or found.mark}
            run.remember({_name(id_): state})
            return self._closed(found, state, id_)
        self._renamed(found, state)
        key = state.get("key") or works.notebook_key(found)
        known = run.known(key)
        fork = known.fork if known else found.id in set(run.bookmark(FORKS) or ())
        project = replace(works.notebook_project(found, private=private, fork=fork), key=key)
        hashed, stored = works.hash_of(found.source or ""), run.known_keys(key, "notebook") if known else set()
        again, read = self._again(found, project, state, id_), rereading.keys_read(state, stored)
        told = {
            "key": key, "ref": found.ref, "run": listed.mark or found.mark, "votes": found.votes,
            "version": found.version, "hash": hashed, "private": private, "kind": found.kind,
            "readers": reading.edition(), "read": read,
        }  # fmt: skip
        self.competitions |= set(found.competitions)
        batch = Batch(project, again.activities, head_facts=again.head, bookmarks={_name(id_): told})
        if found.run is None:
            run.issue("notebook-draft", _MESSAGES["notebook-draft"], found.ref)
            return _Seen(id_, batch, news=True)
        facts, head = ([], None) if state.get("hash") == hashed else self._facts(found, state, id_, fork=fork)
        version = works.notebook_version(found, self.look.user, found.run, facts, private=private)
        if version.key in stored and state.get("hash") == hashed:
            return _Seen(id_, batch, news=True)  # another run of one version
        self._kept.keep(id_, version.key, replace(found, private=private))
        told["read"] = [*(each for each in read if each != version.key), version.key]
        run.counts["versions"] += 1
        head = again.head if head is None else head
        return _Seen(id_, replace(batch, activities=[*again.activities, version], head_facts=head), news=True)

    def _is_private(self, found: Notebook, listed: Notebook) -> bool:
        """What Kaggle does not call public, and what stands in one's own list alone, is private."""
        said = found.private if found.private is not None else listed.private
        if said is not None or not self.look.private:
            return bool(said)
        return found.ref not in self._shown_to_everyone()

    def _shown_to_everyone(self) -> set[str]:
        if self._public is None:
            items = (i for p in listing.pages(self.look.client, self._listed(everyone=True)) for i in p.items)
            public = (listing.parsed(self.look.run, parse.notebook, item, "notebook") for item in items)
            self._public = {each.ref for each in public if each is not None}
        return self._public

    def visibility(self) -> Iterator[Batch]:
        """Notebooks that were made public or private since, though nothing else of them changed."""
        run, public = self.look.run, self._shown_to_everyone()
        for ref, id_ in (run.bookmark(INDEX) or {}).items():
            state = run.bookmark(_name(id_)) or {}
            project = run.known(str(state.get("key", "")))
            private = ref not in public
            if project is None or project.private == private or state.get("gone"):
                continue
            if private and len(public) >= listing.CAP:
                continue  # it may stand beyond the end of the list
            yield Batch(replace(project, private=private), bookmarks={_name(id_): {**state, "private": private}})

    def _facts(
        self, found: Notebook, state: dict[str, Any], id_: str, *, fork: bool
    ) -> tuple[list[Fact], list[Fact] | None]:
        """What this version brought, and what stands in it now, whoever wrote it (None: not known)."""
        run = self.look.run
        if not found.source:
            run.issue("notebook-empty", _MESSAGES["notebook-empty"], found.ref)
            return [], None
        head, problem = code.read(found, None)
        if problem:
            run.issue(problem, _MESSAGES.get(problem, _MESSAGES["reader-failed"]), found.ref)
            return [], None
        if not state.get("hash"):
            return ([] if fork else head), head  # the first version of a copy is somebody else's
        before = self._before(found, state, id_)
        if before is None:
            run.issue("notebook-version-lost", _MESSAGES["notebook-version-lost"], found.ref)
            return [], head
        return code.read(found, before)[0], head

    def _before(self, found: Notebook, state: dict[str, Any], id_: str) -> str | None:
        """The source that was read last: kept here, else asked for by its version."""
        read = state.get("read") or [""]
        kept = self._kept.version(id_, read[-1])
        if kept is not None and works.hash_of(kept.source or "") == state["hash"]:
            return kept.source
        version = state.get("version")
        if not version or not self.look.client.signed_in:
            return None
        try:
            source = self._pull(found.ref, version=f"v{version}").source
        except (Refused, Outage, UnexpectedReply):
            return None
        return source if source is not None and works.hash_of(source) == state["hash"] else None

    def _pull(self, ref: str, *, version: str | None = None) -> Notebook:
        owner, _, slug = ref.partition("/")
        client = self.look.client
        if client.signed_in:
            return parse.pulled(client.call(PULL, {"userName": owner, "kernelSlug": slug, "versionLabel": version}))
        told = client.get("/kernels/pull", {"userName": owner, "kernelSlug": slug})
        return parse.pulled(parse.mapping(told))

    def _renamed(self, found: Notebook, state: dict[str, Any]) -> None:
        before = state.get("ref")
        if before and before != found.ref:
            self.look.run.issue(
                "notebook-renamed", f"The notebook is called {found.ref} now; it was {before}.", found.ref
            )

    # ---- what is gone, what is kept --------------------------------------------------------------

    def _vanished(self, known: dict[str, str], present: dict[str, str]) -> Iterator[Batch]:
        if self.look.lists_nothing(known, present, "notebooks"):
            present.update(known)
            return
        ids = set(present.values())
        for ref, id_ in known.items():
            state = self.look.run.bookmark(_name(id_)) or {}
            project = self.look.run.known(str(state.get("key", "")))
            if id_ in ids or ref in present or project is None or state.get("gone"):
                continue
            if project.private and not self.look.private:
                continue  # it was read when private work was asked for, and is not listed without
            yield self._gone(project, ref, state, id_)

    def _gone(self, project: Project, ref: str, state: dict[str, Any], id_: str) -> Batch:
        self.look.run.issue(
            "notebook-gone",
            "The notebook was deleted or made private; what was read stays, and is shown to you alone.",
            ref,
        )
        self._kept.forget(id_)
        gone = replace(project, state="gone", private=True)
        return Batch(gone, bookmarks={_name(id_): {**state, "gone": True, "run": ""}})


def _name(id_: str) -> str:
    return f"notebook:{id_}"
