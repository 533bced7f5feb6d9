"""A person's store beside the loopback GitHub: run after run, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from collectors import runner, working
from data import schema
from data.settings import Settings
from data.store import Store
from data.tasks import Tasks
from tests.loopback.histories import Written, make
from tests.loopback.state import Repo, User, World

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.parallel import Children
    from collectors.runner import RunResult
    from tests.loopback.github import GitHub

DAY = 86_400
START = 1_600_000_000


@dataclass
class Living:
    """One account of one source in a store of its own."""

    folder: Path
    github: GitHub | None = None
    token: str | None = None
    login: str = "ada"
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = Store.open(self.database)
        if self.github is not None:
            self.account = self.store.add_account("github", self.login, self.options)

    @property
    def database(self) -> Path:
        return self.folder / "skillfolio.db"

    @property
    def settings(self) -> Settings:
        plain = Settings(home=self.folder, database_url=f"sqlite:///{self.database}", github_token=self.token)
        return plain if self.github is None else replace(plain, github_api_url=self.github.url)

    def run(self, **more: Any) -> RunResult:
        if self.github is not None:
            self.github.forget()
        return runner.run_account(self.store, self.account, self.settings, **more)

    def share(self, worker: str = "one", children: Children | None = None) -> RunResult:
        """The same run as a worker does it: task by task, in whatever order they come."""
        if self.github is not None:
            self.github.forget()
        tasks = Tasks(self.store)
        tasks.beat(worker)
        waiting = [tasks.begin(self.account)]
        while waiting or (waiting := tasks.waiting()):
            waiting += working.work(self.store, self.settings, waiting.pop().id, worker, children=children)
        record = self.store.runs(1)[0]
        issues = tuple(self.store.issues(record.id))
        message = issues[-1].message if issues else ""
        return runner.RunResult(record.id, record.state, record.counts, issues, message)

    def project(self, number: int) -> Any:
        return self.store.project(f"github:{number}")

    def kinds(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in self.activities():
            found[row[1]] = found.get(row[1], 0) + 1
        return found

    def age(self) -> None:
        """Leave the store as older readers would: nothing seen in commits, and their mark on all that was read."""
        activities, bookmarks, facts = schema.activities, schema.bookmarks, schema.facts
        with self.store.writing() as connection:
            commits = select(activities.c.id).where(activities.c.kind == "commit")
            connection.execute(delete(facts).where(facts.c.activity_id.in_(commits)))
            for name, value in connection.execute(select(bookmarks.c.name, bookmarks.c.value)).all():
                if isinstance(value, dict) and "state" in value:
                    aged = {**value, "state": {**value["state"], "readers": "older", "wanted": "older"}}
                    connection.execute(update(bookmarks).where(bookmarks.c.name == name).values(value=aged))

    def activities(self) -> list[tuple[Any, ...]]:
        """Every activity with its facts, in an order of its own."""
        activities, projects, facts, values = schema.activities, schema.projects, schema.facts, schema.fact_values
        with self.store.reading() as connection:
            rows = connection.execute(
                select(projects.c.key.label("project"), activities).join(
                    projects, projects.c.id == activities.c.project_id
                )
            ).all()
            said: dict[int, list[str]] = {}
            query = select(facts.c.activity_id, facts.c.count, values.c.kind, values.c.value)
            for fact in connection.execute(query.join(values, values.c.id == facts.c.value_id)):
                said.setdefault(fact.activity_id, []).append(f"{fact.kind}:{fact.value}×{fact.count}")
        return sorted(
            (row.project, row.kind, row.key, str(row.day), row.author, row.url, tuple(sorted(said.get(row.id, []))))
            for row in rows
        )

    def close(self) -> None:
        self.store.close()


def codes(result: RunResult) -> list[tuple[str, str]]:
    return sorted((issue.code, issue.subject) for issue in result.issues)


def ada() -> User:
    return User(7, "ada", name="Ada Example", emails=("ada@example.org",))


def history(path: Path, email: str, *, commits: int = 2, first: int = START) -> Path:
    """Commits a day apart, each with one use more of a library."""
    lines = "import numpy as np\n"
    written = []
    for number in range(commits):
        lines += f"print(np.linalg.norm([{number}]))\n"
        written.append(Written(email, first + number * DAY, {"work.py": lines, "README.md": "# Work\n"}))
    return make(path, written)


def world(folder: Path, *, repos: int = 2) -> World:
    """Ada with some repositories, a token for her, and Bob."""
    me, bob = ada(), User(8, "bob")
    own = [
        Repo(
            number,
            me,
            f"work-{number}",
            history(
                folder / f"{number}.git",
                "7+ada@users.noreply.github.com",
                commits=number,
                first=START + number * 10 * DAY,
            ),
            pushed_at=f"2023-01-{number:02}T00:00:00Z",
        )
        for number in range(1, repos + 1)
    ]
    return World([me, bob], own, tokens={"ghp_adas_secret": me})
