"""One version of the store as pages need it: evidence as ledgers, the rest as frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from data import frames as stored
from data.bulk import bulk_commits
from data.ledger import distinct, narrow

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.store import Store


@dataclass(frozen=True, eq=False)
class Activity:
    """frames.active_days as arrays: one row a project and day, by day."""

    day: NDArray[Any]  # since 1970-01-01
    project: NDArray[Any]
    commits: NDArray[Any]

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Activity:
        days = frame["day"].to_numpy().astype("datetime64[D]").astype("int64")
        return cls(*map(narrow, (days, frame["project_id"].to_numpy(), frame["commits"].to_numpy())))

    def where(self, kept: NDArray[np.bool_]) -> Activity:
        return self if kept.all() else Activity(self.day[kept], self.project[kept], self.commits[kept])

    @cached_property
    def days(self) -> NDArray[np.int64]:
        return distinct(self.day)

    @cached_property
    def projects(self) -> NDArray[np.int64]:
        return distinct(self.project)


@dataclass  # not frozen: what few pages ask for is read when they do, and kept
class Frames:
    """See `load`. Columns as in data/frames.py."""

    version: int
    evidence: dict[str, Ledger]  # by kind of subject
    projects: pd.DataFrame
    activity: Activity
    sample: dict[str, Any] | None
    sources: frozenset[str]  # of the accounts that are connected
    read: datetime | None  # when a run ended last
    store: Store

    @property
    def empty(self) -> bool:
        return not len(self.activity) and not any(map(len, self.evidence.values()))

    @cached_property
    def unmapped(self) -> pd.DataFrame:
        return stored.unmapped_imports(self.store)

    @cached_property
    def at_head(self) -> pd.DataFrame:
        return stored.head_subjects(self.store)

    @cached_property
    def bulk(self) -> pd.DataFrame:
        """See data.bulk.bulk_commits."""
        return bulk_commits(self.store)

    @cached_property
    def author_count(self) -> int:
        """Everyone found in the histories."""
        return len(self.store.authors())

    def warm(self) -> None:
        """Read now what only some pages ask for, so that none of them waits for it."""
        assert self.unmapped is not None
        assert self.at_head is not None
        assert self.bulk is not None

    @cached_property
    def project_ids(self) -> dict[tuple[str, str], int]:
        """By name and address, as proof names them."""
        columns = (self.projects[name] for name in ("name", "url", "project_id"))
        return {(name, url): project for name, url, project in zip(*columns, strict=True)}

    @cached_property
    def project_rows(self) -> dict[int, Any]:
        """Rows of `projects` by id."""
        rows: Any = self.projects.itertuples(index=False, name="Project")
        return {row.project_id: row for row in rows}

    @cached_property
    def read_sources(self) -> frozenset[str]:
        """Where projects are from."""
        return frozenset(self.projects["source"])


def load(store: Store, version: int) -> Frames:
    """Read everything that most pages rest on."""
    return Frames(
        version=version,
        evidence=stored.ledgers(store),
        projects=stored.projects(store),
        activity=Activity.of(stored.active_days(store)),
        sample=store.setting("sample"),
        sources=frozenset(account.source for account in store.accounts()),
        read=max((run.ended for run in store.runs(50) if run.ended), default=None),
        store=store,
    )
