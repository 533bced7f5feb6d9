"""Numbered migrations: `versions/NNNN_what.py`, applied in order when a store is opened.

Alembic does the work; users need no configuration file. To begin a new one after a change in
`data/schema.py`: `python -m data.migrations "what changes"`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from data.database import writing
from data.errors import NotUsable, StoreTooNew

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).parent
LOCK = 7_451_558  # any number: names the lock that PostgreSQL holds while a store is migrated


def revisions(folder: Path = FOLDER) -> list[str]:
    """Return the numbers of all migrations, oldest first."""
    return sorted(path.stem.split("_")[0] for path in (folder / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str | None:
    """Return the number of the last migration applied; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, folder: Path = FOLDER) -> None:
    """Bring a store to this version, in one transaction; raises StoreTooNew or NotUsable and then changes nothing."""
    with engine.connect() as connection:
        if _is_current(connection, folder):  # spares the import of Alembic
            return
    if engine.dialect.name == "sqlite":
        _upgrade_sqlite(engine, folder)
        return
    with writing(engine) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        _upgrade(connection, folder)


def _is_current(connection: Connection, folder: Path) -> bool:
    known = revisions(folder)
    found = revision_of(connection)
    if found is not None and found not in known:
        raise StoreTooNew(
            f"This store was written by a newer version of Skillfolio (store version {found}, this program knows up to "
            f"{known[-1]}). Nothing was changed. Update Skillfolio where you installed it: git pull, then make install."
        )
    if found is None and inspect(connection).get_table_names():
        raise NotUsable("This database holds tables of something else; it was left as it is. Name an empty one.")
    return found == known[-1]


def _upgrade_sqlite(engine: Engine, folder: Path) -> None:
    # Batch migrations replace tables; with foreign keys on, dropping the old one would delete what refers to it.
    # The pragma has no effect inside a transaction, hence a connection of its own.
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.execution_options(writing=True).begin():
                _upgrade(connection, folder)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise AssertionError(f"a migration left rows that refer to nothing: {broken[:3]}")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


def _upgrade(connection: Connection, folder: Path) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, and most openings don't need it

    if not _is_current(connection, folder):  # another process may have done it while this one waited for the lock
        command.upgrade(configuration(connection, folder), "head")


def configuration(connection: Connection, folder: Path = FOLDER) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
