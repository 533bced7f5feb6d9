"""Versions of a notebook that other readers have read, read again by those of now. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from collectors import reading
from collectors.kaggle import code, works

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from collectors.kaggle.parse import Notebook
    from data.models import Activity, Fact


@dataclass(slots=True)
class Again:
    """What the readers of now find. `head`: what stands in the last version, None when it is not known."""

    activities: list[Activity] = field(default_factory=list)
    head: list[Fact] | None = None
    lost: int = 0  # versions that stay as they were read, since they or the ones before are not to be had
    problem: str = ""
    marks: dict[str, Any] = field(default_factory=dict)  # for the bookmark


def is_due(state: Mapping[str, Any]) -> bool:
    """Whether a notebook of this state (its bookmark) was read, and by readers that are not those of now."""
    return bool(state.get("key")) and state.get("readers") != reading.edition()


def keys_read(state: Mapping[str, Any], stored: Collection[str]) -> list[str]:
    """Keys of the versions that were read, oldest first; "" for what is not known of a state without them.

    `stored` may hold others besides, which Meta Kaggle's files told.
    """
    if "read" in state:
        return list(state["read"])
    if not state.get("hash") or not stored:
        return []
    return list(stored) if len(stored) == 1 else ["", works.version_key(state.get("version", 0))]


def read_again(versions: Sequence[Notebook | None], user: str, *, fork: bool) -> Again:
    """`versions` are those that were read, oldest first, None for what is not to be had any more."""
    again = Again()
    for place, found in enumerate(versions):
        before = versions[place - 1] if place else None
        if found is None or found.run is None or (place and (before is None or before.source is None)):
            again.lost += 1
            continue
        facts, problem = code.read(found, before.source if before else None)
        if problem:  # what was read of it stays
            again.problem = again.problem or problem
            continue
        brought = [] if fork and not place else facts  # the first version of a copy is somebody else's
        again.activities.append(works.notebook_version(found, user, found.run, brought, private=bool(found.private)))
    last = versions[-1] if versions else None
    if last is not None and last.source:
        head, problem = code.read(last, None)
        again.head, again.problem = None if problem else head, again.problem or problem
    return again
