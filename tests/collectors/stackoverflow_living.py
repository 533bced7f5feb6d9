"""A person's store beside the loopback Stack Exchange: run after run, and what is in it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from collectors import runner
from data import schema
from data.settings import Settings
from data.store import Store
from tests.loopback.stackexchange import DAY, NOW, Site, StackExchange

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.runner import RunResult

START = NOW - 900 * DAY
KEY = "a-registered-key"


def world(answers: int = 5, questions: int = 2) -> Site:
    site = Site()
    for n in range(answers):
        site.answer(1000 + 10 * n, START + n * DAY, score=n - 1, is_accepted=n == 2)
    for n in range(questions):
        site.question(5000 + 10 * n, START + n * DAY + 60)
    site.badge(11, "Popular &quot;Question&quot;", START + 10 * DAY, "silver")
    site.badge(12, "pandas", START + 20 * DAY, "bronze", "tag_based")
    site.events.append({"timeline_type": "commented", "creation_date": START, "comment_id": 5})
    return site


@dataclass
class Living:
    """One account in a store of its own, run after run."""

    folder: Path
    exchange: StackExchange
    key: str | None = None
    options: dict[str, Any] = field(default_factory=lambda: {"fresh": 0, "timeout": 2})

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = Store.open(self.folder / "skillfolio.db")
        self.account = self.store.add_account("stackoverflow", str(self.exchange.site.number), self.options)

    @property
    def settings(self) -> Settings:
        address = f"sqlite:///{self.folder / 'skillfolio.db'}"
        return Settings(self.folder, address, stackexchange_key=self.key, stackexchange_url=self.exchange.url)

    def run(self, **more: Any) -> RunResult:
        self.exchange.asked.clear()
        return runner.run_account(self.store, self.account, self.settings, **more)

    def project(self) -> Any:
        return self.store.project(f"stackoverflow:{self.exchange.site.number}")

    def activities(self) -> dict[str, tuple[Any, ...]]:
        """By key: kind, day, title, facts."""
        a, f, v = schema.activities.c, schema.facts.c, schema.fact_values.c
        with self.store.reading() as connection:
            rows = connection.execute(select(a.id, a.kind, a.key, a.day, a.title)).all()
            facts: dict[int, set[str]] = {row.id: set() for row in rows}
            joined = select(f.activity_id, v.kind, v.value, f["count"]).join(v.id.table, v.id == f.value_id)
            for activity, kind, value, count in connection.execute(joined):
                facts[activity].add(f"{kind}:{value}×{count}")
        return {row.key: (row.kind, row.day.isoformat(), row.title, facts[row.id]) for row in rows}

    def kinds(self) -> dict[str, int]:
        kinds = [row[0] for row in self.activities().values()]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def rows(self) -> list[Any]:
        with self.store.reading() as connection:
            tables = (schema.projects, schema.activities, schema.facts, schema.head_facts)
            return [sorted(map(repr, connection.execute(select(table)).all())) for table in tables]

    def month_later(self) -> None:
        for name in ("answers", "questions"):
            mark = self.store.bookmark(self.account, name)
            self.store.save_bookmarks(self.account, {name: {**mark, "whole": time.time() - 31 * DAY}})


def codes(result: RunResult) -> list[str]:
    return sorted(issue.code for issue in result.issues)
