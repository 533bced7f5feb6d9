"""Which projects may be public at all: asked of the store each time, whatever a share link names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data import shown
from data.aliases import clones_apart, repositories, shown_as, stored_projects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.store import Store

HIDDEN_STATES = frozenset({"gone", "blocked"})
_OWN_HOST = "github:"  # keys of repositories on github.com are github:<number>; others name their host


def can_be_public(project: Any) -> bool:
    """Whether a share link may show a project (a row of `shown.projects`) one by one.

    Not what is private, no longer there, blocked, or "public" only inside a company's own GitHub.
    """
    elsewhere = project.key.startswith(_OWN_HOST) and "/" in project.key
    return not project.private and project.state not in HIDDEN_STATES and not elsewhere


def how_closed(stored: list[Any]) -> dict[int, int]:
    """Say of the projects that may not be public how far they are from it: 1, or 2 where a forge shows the same one.

    Takes all rows of `aliases.stored_projects`, as the next one does. The second are private clones (clones_apart).
    """
    apart, as_ = clones_apart(stored), shown_as(stored)
    closed = _closed(stored, as_)
    return {row.project_id: 1 + (row.project_id in apart) for row in stored if as_[row.project_id] in closed}


def _closed(stored: list[Any], as_: Mapping[int, int]) -> set[int]:
    """Ids under which projects are shown that may not be public: of several rows that are one, none may be private."""
    private = {as_[row.project_id] for row in stored if row.private}
    first = [row for row in stored if as_[row.project_id] == row.project_id]
    return private | {row.project_id for row in first if not can_be_public(row)}


def kept_private_by_clones(store: Store) -> tuple[str, ...]:
    """Return the names of public projects of which a clone on this machine holds work that their forge does not.

    That work counts as private.
    """
    stored = stored_projects(store)
    apart, first = clones_apart(stored), repositories(stored)
    names = {row.project_id: row.name for row in stored}
    kept = {names[first[row.project_id]] for row in shown.projects(store) if row.project_id in apart}
    return tuple(sorted(kept, key=str.casefold))


def private_names(store: Store, projects: list[Any]) -> list[str]:
    """Return every name that no text in public may tell; `projects` are the rows of `shown.projects`.

    Those of projects that cannot be public and of their clones, the ones that they had before, and those of clones that
    hold private work. What is private stays so when the person hides it.
    """
    stored = stored_projects(store)
    apart, as_ = clones_apart(stored), shown_as(stored)
    closed = _closed(stored, as_) - apart
    hidden = [row for row in stored if as_[row.project_id] in closed]
    public = {_last_part(row.name) for row in projects if can_be_public(row)}
    clones = [row.name for row in stored if row.project_id in apart and _last_part(row.name) not in public]
    return [*(row.name for row in hidden), *(name for row in hidden for name in row.vanished or ()), *clones]


def _last_part(name: str) -> str:
    return name.rpartition("/")[2].casefold()
