"""The engine under the store: SQLite tuned for one writer and many readers, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from data.errors import NotUsable, TryLater
from data.installing import PIP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

BUSY_SECONDS = 60
WRITING_LOCK = 7_451_559  # any number: names the lock that PostgreSQL holds while a store is written
OWNER_ONLY_FILE = 0o600
OWNER_ONLY_FOLDER = 0o700

_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGED = " It was left as it is: put a copy back, or move it away and collect anew."
_CLOSED = " Look who owns the file and its folder."
_SERVER = " Look whether the server runs, and at DATABASE_URL."
_ADVICE = {  # what comes from outside, by SQLite's code
    **dict.fromkeys(_HELD, ""),
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_FULL: " Make room; what was saved before is whole.",
    sqlite3.SQLITE_IOERR: " Look at the disk; what was saved before is whole.",
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
}


def store_url(address: str | Path) -> URL:
    """Turn a path or an address in any common writing into SQLAlchemy's; raises NotUsable."""
    written = str(address)
    if isinstance(address, Path) or "://" not in written:
        return URL.create("sqlite", database=str(Path(written).expanduser().absolute()))
    scheme, rest = written.split("://", 1)
    if scheme in {"postgres", "postgresql"}:
        written = f"postgresql+psycopg://{rest}"
    try:
        url = make_url(written)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        raise NotUsable("This is no address of a database: write postgresql://USER@HOST/NAME.") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise NotUsable(f"A store lives in SQLite or PostgreSQL, not in {url.get_backend_name()}.")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise NotUsable("A store in memory would be lost at once. Name a file.")
    return url


def open_engine(url: URL, *, create: bool) -> Engine:
    """Connect; makes the file of a new SQLite store, readable by its owner only. Raises NotUsable."""
    if url.get_backend_name() == "sqlite":
        _prepare_file(Path(str(url.database)), create=create)
    server = url.get_backend_name() != "sqlite"
    says = {"client_encoding": "utf8"} if server else {}  # a database made without an encoding would answer in bytes
    try:
        # the connection used last is used next: each keeps some megabytes of what it read
        engine = create_engine(url, pool_pre_ping=server, pool_use_lifo=True, connect_args=says)
    except (ImportError, NoSuchModuleError) as error:
        raise NotUsable(f"PostgreSQL needs its driver: {PIP} 'psycopg[binary]>=3.2'") from error
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    return engine


@contextmanager
def told(engine: Engine) -> Iterator[None]:
    """Turn what the disk, the server or another program did into a sentence; what only we can cause stays as it is.

    Raises TryLater while the store is held by others, else NotUsable.
    """
    try:
        yield
    except (DatabaseError, sqlite3.DatabaseError) as error:  # the second while a connection is made
        cause = getattr(error, "orig", error)
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code not in _ADVICE and (isinstance(cause, sqlite3.Error) or not isinstance(error, OperationalError)):
            raise
        store = engine.url.database if engine.dialect.name == "sqlite" else engine.url.render_as_string()
        if code in _HELD:
            raise TryLater(f"The store {store} is held by another program") from error
        reason = str(cause).strip().partition("\n")[0].rstrip(".")
        advice = _ADVICE.get(code, "") if engine.dialect.name == "sqlite" else _SERVER
        raise NotUsable(f"The store {store} does not work: {reason}.{advice}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees the store as it was at its first statement, never half a save."""
    with told(engine), engine.connect() as connection:
        options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with connection.execution_options(**options).begin():
            yield connection


@contextmanager
def writing(engine: Engine, *, alone: bool = False) -> Iterator[Connection]:
    """Open a transaction that writes: whole or not at all.

    `alone`: no other one writes meanwhile, as is always so in SQLite. PostgreSQL lets others write at the same time.
    """
    with told(engine), engine.connect() as connection, connection.execution_options(writing=True).begin():
        if engine.dialect.name != "sqlite":
            lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
            connection.execute(text(f"SELECT {lock}(:number)"), {"number": WRITING_LOCK})
        yield connection


def _prepare_file(path: Path, *, create: bool) -> None:
    try:
        _make_file(path, create=create)
    except OSError as error:
        raise NotUsable(
            f"There cannot be a store at {path}: {error.strerror}. Set SKILLFOLIO_HOME to a folder of yours."
        ) from error


def _make_file(path: Path, *, create: bool) -> None:
    if not path.exists():
        if not create:
            raise NotUsable(f"There is no store at {path}.")
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=OWNER_ONLY_FOLDER)
            path.parent.chmod(OWNER_ONLY_FOLDER)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, OWNER_ONLY_FILE))
    if path.is_dir():
        raise NotUsable(f"{path} is a folder; a store is a file.")
    if path.stat().st_uid == os.getuid() and path.stat().st_mode & 0o077:
        path.chmod(OWNER_ONLY_FILE)


def _tune_sqlite(engine: Engine) -> None:
    # Python's driver begins transactions late and commits them around DDL; SQLAlchemy's documented cure is
    # to take that away from it and to say BEGIN ourselves. Writers take their lock at once: a transaction
    # that reads first and then wants to write fails when another one wrote in between.
    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "foreign_keys = ON", "synchronous = NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def use_write_ahead_log(engine: Engine) -> None:
    """Switch a SQLite file to its write-ahead log, once and for all; it stays so in the file. Raises NotUsable."""
    deadline = time.monotonic() + BUSY_SECONDS
    try:
        while not _uses_write_ahead_log(engine):
            if time.monotonic() > deadline:
                raise NotUsable(f"{engine.url.database} is held by another program; try again later.")
            time.sleep(0.05)  # another process makes the same store: SQLite doesn't wait for this by itself
    except sqlite3.DatabaseError as error:
        if "not a database" not in str(error):
            raise
        raise NotUsable(f"{engine.url.database} is not a store of Skillfolio; it was left as it is.") from error


def _uses_write_ahead_log(engine: Engine) -> bool:
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return True
        return bool(cursor.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        return False
    finally:
        raw.close()
