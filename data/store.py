"""The store: everything that was collected, in one SQLite file or a PostgreSQL database.

One writer and many readers at once, in threads and processes; each method is one transaction. Readers see the
store as it was when they began, never half a save.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import and_, delete, exists, func, or_, select, update

from data import correcting, database, identities, migrations, public_folders, runs, saving, schema
from data.models import Account
from data.rows import project_of
from data.schema import (
    accounts,
    activities,
    bookmarks,
    evidence,
    fact_values,
    facts,
    head_facts,
    persons,
    project_accounts,
    projects,
    settings,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pandas as pd
    from sqlalchemy import Connection, Engine

    from data.models import Batch, Correction, Identity, Issue, Known, Progress, Project, RunRecord, RunState

ME = "me"
_VERSION = "version"


class Store:
    """See the module; make one with `Store.open`. It may be shared by threads, not by a forked child."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, address: str | Path, *, create: bool = True) -> Self:
        """Open the store at a path or address and bring it to this version.

        Raises NotUsable (nothing there, no store, no driver, no answer) and StoreTooNew.
        """
        engine = database.open_engine(database.store_url(address), create=create)
        try:
            with database.told(engine):
                if engine.dialect.name == "sqlite":
                    database.use_write_ahead_log(engine)
                migrations.upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a transaction that sees one moment of the store."""
        return database.reading(self.engine)

    def writing(self, *, alone: bool = False) -> AbstractContextManager[Connection]:
        """Open a transaction that writes; end it with `saving.grow_version` when pages must see the change.

        `alone`: nobody else writes meanwhile.
        """
        return database.writing(self.engine, alone=alone)

    @property
    def shown_url(self) -> str:
        """The store's address without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    def counts(self) -> dict[str, int]:
        """Return the number of rows of each table that holds what was collected or derived."""
        with self.reading() as connection:
            return {
                table.name: int(connection.execute(select(func.count()).select_from(table)).scalar_one())
                for table in (accounts, projects, activities, facts, fact_values, evidence, schema.runs, schema.issues)
            }

    @property
    def version(self) -> int:
        """Grows with every change that pages must see."""
        with self.reading() as connection:
            query = select(settings.c.value).where(settings.c.name == _VERSION)
            return int(connection.execute(query).scalar_one())

    def setting(self, name: str, default: Any = None) -> Any:
        with self.reading() as connection:
            found = connection.execute(select(settings.c.value).where(settings.c.name == name)).first()
        return default if found is None else found[0]

    def set_setting(self, name: str, value: Any) -> None:
        if name == _VERSION:
            raise ValueError("the version grows by itself")
        with self.writing() as connection:
            if saving.insert_if_new(connection, settings, {"name": name, "value": value}):
                saving.grow_version(connection)
                return
            stored = connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar_one()
            if stored != value:
                connection.execute(update(settings).where(settings.c.name == name).values(value=value))
                saving.grow_version(connection)

    # Person, accounts

    def person_id(self, name: str = ME) -> int:
        """Return the person's id, making the person at first."""
        query = select(persons.c.id).where(persons.c.name == name)
        with self.reading() as connection:
            found = connection.execute(query).scalar()
        if found is not None:
            return int(found)
        with self.writing() as connection:
            saving.insert_if_new(connection, persons, {"name": name})
            return int(connection.execute(query).scalar_one())

    def add_account(self, source: str, handle: str, options: Mapping[str, Any] | None = None) -> int:
        """Add a source for the person, or replace the options of the one that is there; returns its id."""
        person_id = self.person_id()
        row = {"person_id": person_id, "source": source, "handle": handle, "options": dict(options or {})}
        is_it = and_(accounts.c.person_id == person_id, accounts.c.source == source, accounts.c.handle == handle)
        with self.writing() as connection:
            if saving.insert_if_new(connection, accounts, {**row, "added": runs.now()}):
                saving.grow_version(connection)
            elif options is not None:
                connection.execute(update(accounts).where(is_it).values(options=dict(options)))
            return int(connection.execute(select(accounts.c.id).where(is_it)).scalar_one())

    def accounts(self) -> list[Account]:
        query = select(accounts).where(accounts.c.person_id == self.person_id()).order_by(accounts.c.id)
        with self.reading() as connection:
            return [
                Account(row["id"], row["source"], row["handle"], row["options"], row["added"], row["schedule"])
                for row in connection.execute(query).mappings()
            ]

    def remove_account(self, account_id: int) -> None:
        """Forget an account, the projects that no other account leads to, and every value only they held.

        What the person entered by hand came from no account and stays.
        """
        person_id = self.person_id()
        led_to = exists().where(project_accounts.c.project_id == projects.c.id)
        used = or_(
            exists().where(facts.c.value_id == fact_values.c.id),
            exists().where(head_facts.c.value_id == fact_values.c.id),
        )
        with self.writing(alone=True) as connection:
            public_folders.leave(connection, account_id)
            connection.execute(delete(accounts).where(accounts.c.id == account_id))
            by_hand = projects.c.source == "manual"
            connection.execute(delete(projects).where(projects.c.person_id == person_id, ~led_to, ~by_hand))
            connection.execute(delete(fact_values).where(~used))
            saving.grow_version(connection)

    # Identities

    def save_identity(self, identity: Identity) -> None:
        """Keep an identity; what the person said is never overridden by a program."""
        person_id = self.person_id()
        with self.writing() as connection:
            if identities.save_identity(connection, person_id, identity):
                saving.grow_version(connection)

    def identities(self) -> list[Identity]:
        person_id = self.person_id()
        with self.reading() as connection:
            return identities.read_identities(connection, person_id)

    def wanted(self) -> Known:
        """Return what says that an author is the person: proposed and confirmed identities."""
        return identities.known_by(self.identities())

    def authors(self) -> pd.DataFrame:
        """Return `frames.authors`: everyone found in the histories, with how much they did."""
        from data.frames import authors  # noqa: PLC0415 - the store opens without pandas, which is slow to import

        return authors(self)

    # What collectors save and ask

    def save_batch(self, account_id: int, batch: Batch) -> bool:
        """Save a batch whole or not at all; twice is once. Returns whether pages must see a change."""
        with self.writing() as connection:
            changed = saving.save_batch(connection, account_id, batch)
            if changed:
                saving.grow_version(connection)
        return changed

    def bookmark(self, account_id: int, name: str, default: Any = None) -> Any:
        is_it = and_(bookmarks.c.account_id == account_id, bookmarks.c.name == name)
        with self.reading() as connection:
            found = connection.execute(select(bookmarks.c.value).where(is_it)).first()
        return default if found is None else found[0]

    def save_bookmarks(self, account_id: int, values: Mapping[str, Any]) -> None:
        """Set bookmarks apart from any batch; `None` removes one."""
        with self.writing() as connection:
            saving.save_bookmarks(connection, account_id, values)

    def project(self, key: str) -> Project | None:
        is_it = and_(projects.c.person_id == self.person_id(), projects.c.key == key)
        with self.reading() as connection:
            row = connection.execute(select(projects).where(is_it)).mappings().first()
        return None if row is None else project_of(row)

    def projects(self, account_id: int | None = None) -> list[Project]:
        """Return all projects, or those that an account leads to, by key."""
        query = select(projects).where(projects.c.person_id == self.person_id()).order_by(projects.c.key)
        if account_id is not None:
            query = query.join(project_accounts).where(project_accounts.c.account_id == account_id)
        with self.reading() as connection:
            return [project_of(row) for row in connection.execute(query).mappings()]

    def known_commits(self, project_key: str) -> set[str]:
        """Return the ids of the commits that are stored for a project."""
        return self.known_keys(project_key, "commit")

    def known_keys(self, project_key: str, kind: str) -> set[str]:
        """Return the keys of a project's stored activities of one kind."""
        query = (
            select(activities.c.key)
            .join(projects, projects.c.id == activities.c.project_id)
            .where(projects.c.person_id == self.person_id(), projects.c.key == project_key)
            .where(activities.c.kind == kind)
        )
        with self.reading() as connection:
            return set(connection.execute(query).scalars())

    # Runs

    def start_run(self, account_id: int) -> int:
        """Begin a run; raises TryLater while another one of the account shows signs of life."""
        with self.writing() as connection:
            return runs.start_run(connection, account_id, runs.now())

    def update_run(self, run_id: int, progress: Progress) -> bool:
        """Write how far the run is; returns whether it should go on."""
        with self.writing() as connection:
            return runs.update_run(connection, run_id, progress, runs.now())

    def stop_run(self, run_id: int) -> None:
        with self.writing() as connection:
            runs.stop_run(connection, run_id)

    def note_issue(self, run_id: int, issue: Issue) -> None:
        with self.writing() as connection:
            runs.note_issue(connection, run_id, issue)

    def end_run(self, run_id: int, state: RunState, counts: Mapping[str, int] | None = None) -> None:
        with self.writing() as connection:
            runs.end_run(connection, run_id, state, counts or {}, runs.now())

    def runs(self, limit: int = 50, account_id: int | None = None) -> list[RunRecord]:
        """Return the latest runs, newest first."""
        with self.reading() as connection:
            return runs.read_runs(connection, limit, account_id)

    def issues(self, run_id: int) -> list[Issue]:
        with self.reading() as connection:
            return runs.read_issues(connection, run_id)

    # Corrections

    def add_correction(self, correction: Correction) -> int:
        """Keep the person's word; it takes effect at the next detection. Returns its id."""
        person_id = self.person_id()
        with self.writing() as connection:
            return correcting.add(connection, person_id, correction, runs.now())

    def remove_correction(self, correction_id: int) -> None:
        with self.writing() as connection:
            correcting.remove(connection, correction_id)

    def corrections(self) -> list[Correction]:
        person_id = self.person_id()
        with self.reading() as connection:
            return correcting.read(connection, person_id)
