"""Notebooks and scripts: listed each time, their source read only after a new run.

A bookmark `notebook:<id>` tells of each what was seen last: ref, run, votes, version, hash of the source, whether
it is private, and why it could not be read. `index:notebooks` maps refs to ids as of the last whole list, `index:named`
those of the notebooks that were named.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from collectors.kaggle import code, listing, parse, works
from collectors.kaggle.client import Outage, Refused
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
    _fresh: Path | None = None  # a source to be kept once its batch is saved

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
                yield from self._saved(seen)
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
            yield from self._saved(seen)
            asked[ref] = turn
            ids[ref] = seen.id
            run.remember({"named": {name: at for name, at in asked.items() if name in refs}, IDS: ids})
        run.counts["notebooks"] += len(refs)

    def _saved(self, seen: _Seen) -> Iterator[Batch]:
        if seen.batch is not None:
            yield seen.batch
        if self._fresh is not None:
            self._fresh.replace(self._fresh.with_suffix(".txt"))
            self._fresh = None

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
        if same and not (state.get("refused") and self.look.whole):
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

    def _updated(self, listed: Notebook, state: dict[str, Any], id_: str) -> _Seen:
        """No new run: the listing alone may bring votes, another name, and who may see it."""
        project = self.look.run.known(str(state.get("key", "")))
        if project is None:
            return _Seen(id_)
        private = bool(listed.private)
        if private and not self.look.private:
            return self._closed(listed, state, id_)
        if listed.private is None and self.look.private:
            private = project.private  # one's own list does not tell: see `visibility`
        told = {**state, "votes": listed.votes, "ref": listed.ref, "private": private, "gone": False}
        if told == {"gone": False, **state} and project.private == private:
            return _Seen(id_)
        self._renamed(listed, state)
        fresh = works.notebook_project(listed, private=private)
        project = replace(
            project, name=fresh.name, url=fresh.url, stars=listed.votes, private=private, state="ok",
            description=fresh.description or project.description,
        )  # fmt: skip
        return _Seen(id_, Batch(project, bookmarks={_name(id_): told}), news=True)

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
        hashed = works.hash_of(found.source or "")
        told = {
            "key": key, "ref": found.ref, "run": listed.mark or found.mark, "votes": found.votes,
            "version": found.version, "hash": hashed, "private": private, "kind": found.kind,
        }  # fmt: skip
        self.competitions |= set(found.competitions)
        if found.run is None:
            run.issue("notebook-draft", _MESSAGES["notebook-draft"], found.ref)
            return _Seen(id_, Batch(project, bookmarks={_name(id_): told}), news=True)
        facts, head = ([], None) if state.get("hash") == hashed else self._facts(found, state, id_, fork=fork)
        version = works.notebook_version(found, self.look.user, found.run, facts, private=private)
        if version.key in run.known_keys(key, "notebook") and state.get("hash") == hashed:
            return _Seen(id_, Batch(project, bookmarks={_name(id_): told}), news=True)  # another run of one version
        self._keep(id_, found.source)
        run.counts["versions"] += 1
        return _Seen(id_, Batch(project, [version], head_facts=head, bookmarks={_name(id_): told}), news=True)

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
        kept = self._kept(id_)
        if kept is not None and works.hash_of(kept) == state["hash"]:
            return kept
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
        self._file(id_).unlink(missing_ok=True)
        gone = replace(project, state="gone", private=True)
        return Batch(gone, bookmarks={_name(id_): {**state, "gone": True, "run": ""}})

    def _kept(self, id_: str) -> str | None:
        try:
            return self._file(id_).read_bytes().decode()
        except (OSError, ValueError):
            return None

    def _keep(self, id_: str, source: str | None) -> None:
        """Beside what is kept: a kill before the batch is saved must not take the old one away."""
        if source is None:
            return
        self.cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._fresh = self._file(id_).with_suffix(".new")
        self._fresh.write_bytes(source.encode("utf-8", "replace"))
        self._fresh.chmod(0o600)

    def _file(self, id_: str) -> Path:
        return self.cache / f"{works.hash_of(id_)}.txt"


def _name(id_: str) -> str:
    return f"notebook:{id_}"
