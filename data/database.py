"""The engine under the store: SQLite tuned for one writer and many readers, or PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

BUSY_SECONDS = 60
OWNER_ONLY_FILE = 0o600
OWNER_ONLY_FOLDER = 0o700


def store_url(address: str | Path) -> URL:
    """Turn a path or an address in any common writing into SQLAlchemy's; raises NotUsable."""
    text = str(address)
    if isinstance(address, Path) or "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    scheme, rest = text.split("://", 1)
    if scheme in {"postgres", "postgresql"}:
        text = f"postgresql+psycopg://{rest}"
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise NotUsable("DATABASE_URL is not an address of a database. Write postgresql://user@host/name.") from error
    if url.get_backend_name() not in {"sqlite", "postgresql"}:
        raise NotUsable(f"A store lives in SQLite or PostgreSQL, not in {url.get_backend_name()}.")
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise NotUsable("A store in memory would be lost at once. Name a file.")
    return url


def open_engine(url: URL, *, create: bool) -> Engine:
    """Connect; makes the file of a new SQLite store, readable by its owner only. Raises NotUsable."""
    if url.get_backend_name() == "sqlite":
        _prepare_file(Path(str(url.database)), create=create)
    try:
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite")
    except (ImportError, NoSuchModuleError) as error:
        raise NotUsable("PostgreSQL needs its driver: pip install 'skillfolio[postgresql]'.") from error
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees the store as it was at its first statement, never half a save."""
    with engine.connect() as connection:
        options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        with connection.execution_options(**options).begin():
            yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that writes: whole or not at all."""
    with engine.connect() as connection, connection.execution_options(writing=True).begin():
        yield connection


def _prepare_file(path: Path, *, create: bool) -> None:
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
