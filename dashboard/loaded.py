"""One version of the store as pages need it: evidence as ledgers, the rest as rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dashboard.community_views import Community, load_community
from dashboard.source_views import Origins
from data import shown
from data.aliases import shown_ids
from data.bulk import bulk_commits
from data.ledger import distinct, narrow
from data.unmapped import read_unmapped

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.store import Store
    from data.unmapped import Unmapped


@dataclass(frozen=True, eq=False)
class Activity:
    """frames.active_days as arrays: one row a project and day, by these."""

    day: NDArray[Any]  # since 1970-01-01
    project: NDArray[Any]
    commits: NDArray[Any]

    def __len__(self) -> int:
        return len(self.day)

    @classmethod
    def of(cls, numbers: NDArray[Any]) -> Activity:
        """From what `shown.activity` gives."""
        return cls(*(narrow(numbers[:, place]) for place in (1, 0, 3)))

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
    """See `load`. Rows have the fields that data/frames.py says."""

    version: int
    evidence: dict[str, Ledger]  # by kind of subject
    project_rows: dict[int, Any]  # by id; in the order of names
    activity: Activity
    sample: dict[str, Any] | None
    sources: frozenset[str]  # of the accounts that are connected
    read: datetime | None  # when a run ended last
    store: Store

    @property
    def empty(self) -> bool:
        return not len(self.activity) and not any(map(len, self.evidence.values()))

    @cached_property
    def unmapped(self) -> list[Unmapped]:
        return read_unmapped(self.store)

    @cached_property
    def at_head(self) -> dict[tuple[int, str], frozenset[str]]:
        """See shown.head_subjects."""
        return shown.head_subjects(self.store)

    @cached_property
    def bulk(self) -> list[Any]:
        """See data.bulk.bulk_commits."""
        return bulk_commits(self.store)

    @cached_property
    def author_count(self) -> int:
        """Everyone found in the histories."""
        return shown.count_authors(self.store)

    @cached_property
    def origins(self) -> Origins:
        return Origins(self.project_rows.values())

    @cached_property
    def community(self) -> Community:
        """What was done among others; see dashboard/community_views.py."""
        return load_community(self.store)

    def warm(self) -> None:
        """Read now what only some pages ask for, so that none of them waits for it."""
        assert self.unmapped is not None
        assert self.at_head is not None
        assert self.bulk is not None
        assert self.community is not None

    @cached_property
    def shown_ids(self) -> dict[int, int]:
        """Of rows of one repository that two accounts reach: the id that each is shown with."""
        return shown_ids(self.store)

    @cached_property
    def technology_days(self) -> dict[str, int]:
        """Active days of each technology, summed over projects: which are the main ones."""
        found = self.evidence["technology"]
        numbers = np.bincount(found.subject, minlength=len(found.subjects))
        return dict(zip(found.subjects, numbers.tolist(), strict=True))

    @cached_property
    def read_sources(self) -> frozenset[str]:
        """Where projects are from."""
        return frozenset(row.source for row in self.project_rows.values())


def load(store: Store, version: int) -> Frames:
    """Read everything that most pages rest on."""
    return Frames(
        version=version,
        evidence=shown.ledgers(store),
        project_rows={row.project_id: row for row in shown.projects(store)},
        activity=Activity.of(shown.activity(store)),
        sample=store.setting("sample"),
        sources=frozenset(account.source for account in store.accounts()),
        read=max((run.ended for run in store.runs(50) if run.ended), default=None),
        store=store,
    )
