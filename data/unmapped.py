"""Packages that were imported and that no rule knows: counted as arrays, since such imports are many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sqlalchemy import exists, func, not_, select

from data import schema
from data.aliases import shown_ids
from data.columns import read_numbers
from data.packages import brought_by, package_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.store import Store

SPAN = 1_000_000  # more than any day or project counts to, so that a pair is one number


class Unmapped(NamedTuple):
    """A package of the person's imports that no rule knows."""

    language: str
    package: str
    distribution: str  # what brings it, where that is called otherwise
    uses: int
    active_days: int
    projects: int


def read_unmapped(store: Store) -> list[Unmapped]:
    """See frames.unmapped_imports."""
    v, f, a = schema.fact_values.c, schema.facts.c, schema.activities.c
    is_mapped = exists().where(schema.mappings.c.value_id == v.id)
    values = select(v.id, v.language, v.value, is_mapped).where(v.kind == "import")
    mine = select(schema.projects.c.id).where(schema.projects.c.person_id == store.person_id())
    uses = (
        select(f.value_id, a.project_id, a.day, func.sum(f["count"]))
        .join_from(schema.facts, schema.fact_values)
        .join(schema.activities, a.id == f.activity_id)
        .where(v.kind == "import", not_(is_mapped), a.project_id.in_(mine))
        .where(not_(exists().where(schema.left_out.c.activity_id == a.id)))
        .group_by(f.value_id, a.project_id, a.day)
    )
    with store.reading() as connection:
        packages = _unknown(tuple(row) for row in connection.execute(values))
        numbers = read_numbers(connection, uses)
    keys = sorted(set(packages.values()))
    places = {key: place for place, key in enumerate(keys)}
    known = np.full(max(int(numbers[:, 0].max(initial=0)), *packages, 0) + 1, -1, dtype=np.int64)
    known[list(packages)] = [places[key] for key in packages.values()]
    package = known[numbers[:, 0]]
    numbers, package = numbers[package >= 0], package[package >= 0]
    project = numbers[:, 1].astype(np.int64)
    for other, shown in shown_ids(store).items():
        project[project == other] = shown
    return _rows(keys, package, project, numbers)


def _rows(
    keys: list[tuple[str, str]], package: NDArray[Any], project: NDArray[Any], numbers: NDArray[Any]
) -> list[Unmapped]:
    size = len(keys)
    uses = np.bincount(package, weights=numbers[:, 3], minlength=size).astype(np.int64)
    counts = (uses, _distinct(package, numbers[:, 2], size), _distinct(package, project, size))
    rows = [
        Unmapped(language, name, brought_by(language, name), *counted)
        for (language, name), *counted in zip(keys, *(each.tolist() for each in counts), strict=True)
        if counted[1]
    ]
    return sorted(rows, key=lambda row: (-row.active_days, -row.uses, row.package))


def _unknown(values: Any) -> dict[int, tuple[str, str]]:
    """Language and package of each value whose package no rule knows: none of its imports is mapped."""
    found: dict[int, tuple[str, str]] = {}
    known = set()
    for value_id, language, value, mapped in values:
        key = (str(language), package_of(language, value))
        if mapped:
            known.add(key)
        elif key[1]:
            found[value_id] = key
    return {value_id: key for value_id, key in found.items() if key not in known}


def _distinct(package: NDArray[Any], other: NDArray[Any], size: int) -> NDArray[np.int64]:
    """How many different others each package has."""
    pairs = np.unique(package * SPAN + (other - other.min(initial=0)))
    return np.bincount(pairs // SPAN, minlength=size)
