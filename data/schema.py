"""The tables of the store (SQLAlchemy Core). Only types and SQL that SQLite and PostgreSQL both know.

Times are UTC and aware; `day` is the author's own calendar day. What the program derives (mappings,
evidence, left_out) can be dropped and rebuilt from facts and taxonomy at any time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect


EPOCH = date(1970, 1, 1).toordinal()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept as UTC: SQLite forgets offsets, PostgreSQL answers in the session's zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without an offset: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Day(TypeDecorator[date]):
    """A calendar day, kept as the number of days since 1970-01-01: frames read it without a date object a row."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else value.toordinal() - EPOCH

    def process_result_value(self, value: int | None, dialect: Dialect) -> date | None:  # noqa: ARG002 - SQLAlchemy's signature
        return None if value is None else date.fromordinal(value + EPOCH)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=nullable)


persons = Table("persons", metadata, _key(), Column("name", String(200), nullable=False, unique=True))

identities = Table(
    "identities",
    metadata,
    _key(),
    _ref("person_id", "persons"),
    Column("kind", String(20), nullable=False),
    Column("value", String(320), nullable=False),
    Column("state", String(20), nullable=False),
    Column("said_by", String(40), nullable=False),
    UniqueConstraint("person_id", "kind", "value"),
)

accounts = Table(  # a source, for a person: a login, a folder
    "accounts",
    metadata,
    _key(),
    _ref("person_id", "persons"),
    Column("source", String(40), nullable=False),
    Column("handle", Text, nullable=False),
    Column("options", JSON, nullable=False, default=dict),
    Column("added", UtcDateTime, nullable=False),
    Column("schedule", String(20), nullable=False, default="", server_default=""),  # the person's; empty: the source's
    UniqueConstraint("person_id", "source", "handle"),
)

projects = Table(
    "projects",
    metadata,
    _key(),
    _ref("person_id", "persons"),
    Column("source", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text, nullable=False, default=""),
    Column("private", Boolean, nullable=False, default=False),
    Column("fork", Boolean, nullable=False, default=False),
    Column("own", Boolean, nullable=False, default=True),
    Column("archived", Boolean, nullable=False, default=False),
    Column("description", Text, nullable=False, default=""),
    Column("topics", JSON, nullable=False, default=list),
    Column("licence", String(100), nullable=False, default=""),
    Column("stars", Integer, nullable=False, default=0),
    Column("readme", Boolean, nullable=False, default=False),
    Column("homepage", Text, nullable=False, default=""),
    Column("default_branch", Text, nullable=False, default=""),
    Column("head", String(64), nullable=False, default=""),
    Column("state", String(20), nullable=False, default="ok"),
    Column("vanished", JSON, nullable=False, default=list),
    UniqueConstraint("person_id", "key"),
)

project_accounts = Table(  # which accounts lead to a project: it stays while one of them does
    "project_accounts",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)

authors = Table(  # every identity found in a project's history
    "authors",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("email", String(320), primary_key=True),
    Column("name", Text, nullable=False),
    Column("commits", Integer, nullable=False),
    Column("first", UtcDateTime, nullable=False),
    Column("last", UtcDateTime, nullable=False),
)

activities = Table(
    "activities",
    metadata,
    _key(),
    _ref("project_id", "projects"),
    Column("kind", String(40), nullable=False),
    Column("key", String(200), nullable=False),
    Column("when", UtcDateTime, nullable=False),
    Column("offset", Integer, nullable=False),  # minutes east of UTC, the author's own
    Column("day", Day, nullable=False),
    Column("author", String(320), nullable=False, default=""),
    Column("role", String(20), nullable=False),
    Column("url", Text, nullable=False, default=""),
    Column("title", Text, nullable=False, default=""),
    Column("fingerprint", String(64), nullable=False, default=""),
    Column("assisted", Boolean, nullable=False, default=False),
    Column("bulk", Boolean, nullable=False, default=False),
    Column("reverted", Boolean, nullable=False, default=False),
    UniqueConstraint("project_id", "kind", "key"),
    Index(None, "fingerprint"),
    Index(None, "project_id", "day"),
)

# "values" is a keyword in both engines
fact_values = Table(
    "fact_values",
    metadata,
    _key(),
    Column("kind", String(20), nullable=False),
    Column("language", String(20), nullable=False, default=""),
    Column("value", Text, nullable=False),
    UniqueConstraint("kind", "language", "value"),
)

facts = Table(
    "facts",
    metadata,
    Column("activity_id", ForeignKey("activities.id", ondelete="CASCADE"), primary_key=True),
    Column("value_id", ForeignKey("fact_values.id"), primary_key=True),
    Column("path", Text, nullable=False, default=""),  # where it was seen first in the activity
    Column("line", Integer, nullable=False, default=0),
    Column("count", Integer, nullable=False, default=1),
    Index(None, "value_id", "count"),  # how often a value was used, without a look at the facts themselves
    sqlite_with_rowid=False,
)

head_facts = Table(  # what the tree at HEAD says, whoever wrote it
    "head_facts",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("value_id", ForeignKey("fact_values.id"), primary_key=True),
    Column("path", Text, nullable=False, default=""),
    Column("line", Integer, nullable=False, default=0),
    Column("count", Integer, nullable=False, default=1),
    sqlite_with_rowid=False,
)

mappings = Table(  # derived: which value shows what, by which rule
    "mappings",
    metadata,
    Column("value_id", ForeignKey("fact_values.id", ondelete="CASCADE"), primary_key=True),
    Column("subject_kind", String(20), primary_key=True),  # skill, technology, language
    Column("subject", String(60), primary_key=True),
    Column("needs", String(60), primary_key=True, default=""),  # counts only where `conditions` has this rule
    Column("weak", Boolean, nullable=False, default=False),
    Column("rule", String(200), nullable=False),
    Index(None, "subject_kind", "subject"),
    sqlite_with_rowid=False,
)

conditions = Table(  # derived: since which day a project shows what a rule asks for besides
    "conditions",
    metadata,
    Column("rule", String(60), primary_key=True),
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Day, nullable=False),
)

evidence = Table(  # derived: one row per project, subject and active day
    "evidence",
    metadata,
    Column("project_id", ForeignKey("projects.id", ondelete="CASCADE"), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("day", Day, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("assisted_uses", Integer, nullable=False, default=0),
    PrimaryKeyConstraint("subject_kind", "subject", "project_id", "day"),  # read subject by subject
    Index(None, "subject_kind", "subject", "day"),
    Index(None, "project_id"),
    sqlite_with_rowid=False,
)

left_out = Table(  # derived: activities that add nothing, and why
    "left_out",
    metadata,
    Column("activity_id", ForeignKey("activities.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reason", String(40), nullable=False),  # duplicate, reverted, bulk, not-mine, award, course-code, wrong
)

runs = Table(
    "runs",
    metadata,
    _key(),
    _ref("account_id", "accounts"),
    Column("state", String(20), nullable=False),  # models.RunState
    Column("started", UtcDateTime, nullable=False),
    Column("ended", UtcDateTime),
    Column("seen", UtcDateTime),  # last sign of life
    Column("step", Text, nullable=False, default=""),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("budget", JSON, nullable=False, default=dict),
    Column("counts", JSON, nullable=False, default=dict),
    Column("queued", Boolean, nullable=False, default=False, server_default=false()),  # workers do its tasks
    Index(None, "account_id", "started"),
)

workers = Table(  # processes that do tasks; one that was not seen for a while is dead
    "workers",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("started", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False),
)

tasks = Table(  # what is to be done in a queued run; gone when the run has ended
    "tasks",
    metadata,
    _key(),
    _ref("run_id", "runs"),
    Column("kind", String(20), nullable=False),  # tasks.TaskKind
    Column("step", Integer, nullable=False),
    Column("key", String(300), nullable=False),
    Column("data", JSON, nullable=False, default=dict),
    Column("state", String(20), nullable=False),  # tasks.TaskState
    Column("worker", String(120), nullable=False, default=""),
    Column("tries", Integer, nullable=False, default=0),
    Column("not_before", UtcDateTime),
    Column("told", JSON, nullable=False, default=dict),  # what it leaves for the step that follows
    UniqueConstraint("run_id", "kind", "key"),
    Index(None, "state", "worker"),
)

issues = Table(
    "issues",
    metadata,
    _key(),
    _ref("run_id", "runs"),
    Column("code", String(60), nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("message", Text, nullable=False),
    Column("count", Integer, nullable=False, default=1),
    UniqueConstraint("run_id", "code", "subject"),
)

bookmarks = Table(
    "bookmarks",
    metadata,
    Column("account_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(300), primary_key=True),
    Column("value", JSON, nullable=False),
    sqlite_with_rowid=False,
)

corrections = Table(
    "corrections",
    metadata,
    _key(),
    _ref("person_id", "persons"),
    Column("verdict", String(40), nullable=False),  # models.Verdict
    Column("project_key", String(200), nullable=False, default=""),
    Column("activity_key", String(200), nullable=False, default=""),
    Column("path", Text, nullable=False, default=""),  # a path prefix
    Column("subject", String(60), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("made", UtcDateTime, nullable=False),
)

share_links = Table(  # addresses that open a part of the portfolio; see sharing.ShareLink
    "share_links",
    metadata,
    _key(),
    _ref("person_id", "persons"),
    Column("title", String(200), nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("areas", JSON, nullable=False),
    Column("projects", JSON, nullable=False),  # keys
    Column("sources", JSON, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("private_totals", Boolean, nullable=False),
    Column("introduction", Text, nullable=False, default=""),
    Column("ends", Day),
    Column("findable", Boolean, nullable=False),
    Column("name", String(40), unique=True),  # of a readable address
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("made", UtcDateTime, nullable=False),
    Column("revoked", UtcDateTime),
)

share_visits = Table(
    "share_visits",
    metadata,
    Column("link_id", ForeignKey("share_links.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Day, primary_key=True),
    Column("visits", Integer, nullable=False),
    sqlite_with_rowid=False,
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("value", JSON, nullable=False),
)
