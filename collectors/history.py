"""One pass over a repository's history: per commit of the person, the facts on the lines it added.

The walk knows nothing of languages beyond "which reader takes this path". It works in units of commits, so
that memory stays bounded; any split into units, over any number of processes, gives the same activities.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from collectors import reading
from collectors.delta import Bag
from collectors.firstparty import OwnModules
from collectors.parallel import Job
from collectors.planning import Planned, Surroundings, planned
from collectors.reading import paths
from collectors.tally import Tally, read_facts
from collectors.versions import Versions
from data.garbage import without_garbage
from data.models import Activity, Fact, FactKind, Issue, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from collectors.attribution import Wanted
    from collectors.parallel import Children
    from collectors.reading import Document
    from collectors.repository import Change, Changes, Repository

UNIT = 400
"""Commits read at once."""
MOST_FILES = 1_500
"""A commit that touches more files of interest is an import of something: it is listed, without facts."""
BULK_FILES = 300
"""A commit that adds more files of interest waits for the person's word."""
MOST_FACTS = 20_000
"""Distinct facts kept of one commit."""
_KEPT_ROWS = 60_000
_FILES_EACH = 2  # changed by a commit, or more: children are started before that is counted

_CONVENTIONAL = re.compile(
    r"(?:feat|fix|docs|style|refactor|perf|test|tests|build|ci|chore|revert)(?:\([^()\n]{1,60}\))?!?: \S", re.IGNORECASE
)
_TITLE = 200
_Handed = tuple[Planned, "tuple[Changes, ...] | None"]  # a commit for a child to read


def walk(
    repository: Repository,
    wanted: Wanted,
    *,
    since: Collection[str] = (),
    on_unit: Callable[[int, int], None] | None = None,
    on_issue: Callable[[Issue], None] | None = None,
    unit: int = UNIT,
    children: Children | None = None,
    now: datetime | None = None,
) -> Iterator[Activity]:
    """Activities (commits, merges, tags) of the wanted persons, oldest first.

    Commits named in `since` are not read again, unless a new commit reverts them (or no longer does): then they
    come with their new flag. `on_unit(done, total)` is called as commits are done; `on_issue` once per sort of
    trouble. `children` read what is worth starting or asking them, in units of like size; they begin at once,
    whenever the activities are asked for.
    """
    surroundings = Surroundings(OwnModules(()), ())
    reading.forget()
    with without_garbage():
        plan = planned(repository, wanted, frozenset(since), now or datetime.now(UTC), surroundings)
        if children is not None and children.are_worth(len(plan) * _FILES_EACH):
            children.start()
        kept = _survey(repository, plan, surroundings)
    if children is not None and kept is not None:
        files = sum(len(changes.rows or ()) for changes in kept.values())
        children = children if plan and children.are_worth(files) else None
    if children is None:
        read = _read_here(repository, plan, kept, surroundings, unit)
    else:
        job = Job(_in_child, lambda entry: [without_facts(repository, entry[0])], lambda entry: entry[0].commit.id)
        handed = [[(entry, _changes_of(entry, kept)) for entry in part] for part in _units(plan, kept, children, unit)]
        read = children.read(repository, handed, surroundings, job)

    def told() -> Iterator[Activity]:
        done = 0
        for activities in read:
            yield from activities
            done += len(activities)
            if on_unit is not None:
                on_unit(done, len(plan))
        yield from _tags(repository, wanted, frozenset(since))
        if on_issue is not None:
            for issue in surroundings.issues():
                on_issue(issue)

    return told()


# ---- what they changed ------------------------------------------------------------------------------


def _read_ids(planned: Sequence[Planned]) -> list[str]:
    """Commits whose changes are needed, each once."""
    found: dict[str, None] = {}
    for entry in planned:
        if not entry.commit.is_merge and not entry.boundary:
            if entry.restores:
                found[entry.restores] = None
            found[entry.commit.id] = None
    return list(found)


def _survey(repository: Repository, plan: Sequence[Planned], surroundings: Surroundings) -> dict[str, Changes] | None:
    """Learn the tree's own module names and environments; the changes too, when they are few enough to keep."""
    seen: dict[str, None] = {}
    kept: dict[str, Changes] | None = {}
    rows = 0
    if repository.head is not None and plan:
        seen.update((file.path, None) for file in repository.tree(repository.head))
    for changes in repository.changes(_read_ids(plan)):
        for change in changes.rows or ():
            seen[change.path] = None
        rows += len(changes.rows or ())
        if kept is not None:
            kept[changes.commit] = changes
            if rows > _KEPT_ROWS:
                kept = None
    surroundings.own = OwnModules(seen)
    surroundings.environments = paths.environments(seen)
    return kept


def _read_here(
    repository: Repository,
    plan: Sequence[Planned],
    kept: Mapping[str, Changes] | None,
    surroundings: Surroundings,
    unit: int,
) -> Iterator[list[Activity]]:
    for at in range(0, len(plan), unit):
        yield read_unit(repository, plan[at : at + unit], kept, surroundings)


def _changes_of(entry: Planned, kept: Mapping[str, Changes] | None) -> tuple[Changes, ...] | None:
    """The changes that reading a commit takes, when they were kept."""
    return None if kept is None else tuple(kept[commit] for commit in _read_ids([entry]) if commit in kept)


def _units(
    plan: Sequence[Planned], kept: Mapping[str, Changes] | None, children: Children, most: int
) -> list[Sequence[Planned]]:
    """Commits that follow one another, in units of like work: as many for each process."""
    work = [1 + len(kept[entry.commit.id].rows or ()) if kept and entry.commit.id in kept else 1 for entry in plan]
    share = sum(work) / (children.processes * -(-len(plan) // (most * children.processes)))
    units: list[Sequence[Planned]] = []
    begin, done = 0, 0
    for at, cost in enumerate(work, 1):
        done += cost
        if at - begin == most or done >= share * (len(units) + 1) or at == len(plan):
            units.append(plan[begin:at])
            begin = at
    return units


def _in_child(repository: Repository, unit: Sequence[_Handed], surroundings: Surroundings) -> list[Activity]:
    kept = {one.commit: one for _, changes in unit for one in changes or ()}
    known = all(changes is not None for _, changes in unit)
    return read_unit(repository, [entry for entry, _ in unit], kept if known else None, surroundings)


def read_unit(
    repository: Repository,
    planned: Sequence[Planned],
    kept: Mapping[str, Changes] | None,
    surroundings: Surroundings,
) -> list[Activity]:
    """The activities of a few hundred commits."""
    needed = _read_ids(planned)
    if kept is None:
        kept = {changes.commit: changes for changes in repository.changes(needed)}
    rows = {commit: _rows_of(kept[commit], surroundings) for commit in needed if commit in kept}
    versions = Versions(repository, _uses(planned, rows), surroundings.own, surroundings.problem)
    with without_garbage(), closing(versions):
        return [_activity(repository, entry, rows, versions, surroundings) for entry in planned]


@dataclass(slots=True)
class _Rows:
    """The changes of interest of a commit; None when they are not to be read, with the reason."""

    changes: list[Change]
    bulk: bool = False
    refused: str = ""


def _rows_of(changes: Changes, surroundings: Surroundings) -> _Rows:
    if changes.rows is None:
        return _Rows([], refused="unreadable-tree")
    rows = [change for change in changes.rows if surroundings.is_wanted(change.path)]
    if len(rows) > MOST_FILES or changes.more:
        return _Rows([], bulk=True, refused="many-files")
    return _Rows(rows, bulk=sum(not change.old for change in rows) > BULK_FILES)


def _pairs(entry: Planned, rows: Mapping[str, _Rows]) -> tuple[list[Change], list[Change]]:
    """(what the commit it reverts changed, what it changed itself)."""
    nothing = _Rows([])
    itself = rows.get(entry.commit.id, nothing).changes
    if all(not change.new for change in itself):  # nothing can be new
        return [], []
    return rows.get(entry.restores, nothing).changes, itself


def _uses(planned: Sequence[Planned], rows: Mapping[str, _Rows]) -> Iterator[tuple[str, str]]:
    for entry in planned:
        for changes in _pairs(entry, rows):
            for change in changes:
                for oid in (change.old, change.new):
                    if oid:
                        yield oid, change.path


# ---- one commit -------------------------------------------------------------------------------------


def without_facts(repository: Repository, entry: Planned) -> Activity:
    """That a commit was made, and by whom."""
    commit, credit = entry.commit, entry.credit
    return Activity(
        kind="merge" if commit.is_merge else "commit",
        key=commit.id,
        when=entry.when,
        author=credit.email,
        role=credit.role,
        url=repository.commit_url(commit.id),
        title=commit.subject[:_TITLE],
        assisted=credit.assisted,
        reverted=entry.reverted,
    )


def _activity(
    repository: Repository,
    entry: Planned,
    rows: Mapping[str, _Rows],
    versions: Versions,
    surroundings: Surroundings,
) -> Activity:
    commit = entry.commit
    activity = without_facts(repository, entry)
    if commit.is_merge:
        return replace(activity, facts=(Fact(FactKind.FORGE, "merge"),))
    itself = rows.get(commit.id)
    if itself is not None and itself.refused:
        surroundings.problem(itself.refused, commit.id)
    facts, fingerprint = _facts(entry, *_pairs(entry, rows), versions, surroundings)
    forge = [Fact(FactKind.FORGE, "commit")]
    if _CONVENTIONAL.match(commit.subject):
        forge.append(Fact(FactKind.FORGE, "conventional-commit"))
    return replace(
        activity,
        fingerprint=fingerprint,
        bulk=itself is not None and itself.bulk,
        facts=(*forge, *facts),
    )


def _restored(changes: Iterable[Change], versions: Versions) -> list[bytes]:
    """Keys of the lines that a commit took away."""
    bag: Bag[None] = Bag()
    for change in changes:
        old = versions.get(change.old, change.path) if change.old else None
        new = versions.get(change.new, change.path, old) if change.new else None
        if old is not None:
            bag.change(None, old.lines, new.lines if new else None)
    bag.added()
    return bag.removed()


def _facts(
    entry: Planned,
    reverted: Iterable[Change],
    changes: Iterable[Change],
    versions: Versions,
    surroundings: Surroundings,
) -> tuple[list[Fact], str]:
    """(facts on the added lines, fingerprint)."""
    bag: Bag[tuple[Document, str]] = Bag()
    bag.take(_restored(reverted, versions))
    for change in changes:
        old = versions.get(change.old, change.path) if change.old else None
        new = versions.get(change.new, change.path, old) if change.new else None
        if change.old and old is None:
            continue  # what was there before cannot be read: claim nothing
        if old is not None or new is not None:
            owner = (new or old, change.path)
            bag.change(owner, old.lines if old else None, new.lines if new else None)  # type: ignore[arg-type]
    tally = Tally(MOST_FACTS)
    brought: list[bytes] = []
    for (document, path), indexes, keys in bag.added():
        brought += keys
        tally.add(read_facts(document, path, indexes, surroundings))
    if tally.full:
        surroundings.problem("many-facts", entry.commit.id)
    return tally.facts(), _fingerprint(entry, brought, bag.removed())


def _fingerprint(entry: Planned, brought: list[bytes], removed: list[bytes]) -> str:
    """Equal for a rebased or copied commit: who, when, and what lines it brought and took away."""
    commit = entry.commit
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{commit.email.casefold()}\0{commit.authored.timestamp():.0f}\0".encode())
    if brought or removed:
        for keys in (brought, removed):
            digest.update(b"\n".join(sorted(keys)) + b"\0")
    else:
        digest.update(commit.subject.encode("utf-8", "replace"))
    return digest.hexdigest()


def _tags(repository: Repository, wanted: Wanted, since: frozenset[str]) -> Iterator[Activity]:
    for tag in repository.tags():
        if tag.id not in since and (wanted.everyone or wanted.holds(tag.email)):
            yield Activity(
                kind="tag",
                key=tag.id,
                when=tag.when,
                author=tag.email,
                role=Role.AUTHOR,
                title=tag.name[:_TITLE],
                facts=(Fact(FactKind.FORGE, "tag"),),
            )
