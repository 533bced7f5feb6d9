"""One version of the store as pages need it: evidence as ledgers, the rest as frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from data import frames as stored
from data.bulk import bulk_commits

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd

    from data.ledger import Ledger
    from data.store import Store


@dataclass  # not frozen: what few pages ask for is read when they do, and kept
class Frames:
    """See `load`. Columns as in data/frames.py."""

    version: int
    evidence: dict[str, Ledger]  # by kind of subject
    projects: pd.DataFrame
    active_days: pd.DataFrame
    sample: dict[str, Any] | None
    sources: frozenset[str]  # of the accounts that are connected
    read: datetime | None  # when a run ended last
    store: Store

    @property
    def empty(self) -> bool:
        return self.active_days.empty and not any(map(len, self.evidence.values()))

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

    @cached_property
    def project_ids(self) -> dict[tuple[str, str], int]:
        """By name and address, as proof names them."""
        columns = (self.projects[name] for name in ("name", "url", "project_id"))
        return {(name, url): project for name, url, project in zip(*columns, strict=True)}

    @cached_property
    def known_projects(self) -> frozenset[int]:
        return frozenset(self.projects["project_id"].tolist())


def load(store: Store, version: int) -> Frames:
    """Read everything that most pages rest on."""
    return Frames(
        version=version,
        evidence=stored.ledgers(store),
        projects=stored.projects(store),
        active_days=stored.active_days(store),
        sample=store.setting("sample"),
        sources=frozenset(account.source for account in store.accounts()),
        read=max((run.ended for run in store.runs(50) if run.ended), default=None),
        store=store,
    )
