"""Begin a new migration from what changed in `data/schema.py`: python -m data.migrations "what changes"."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from data.database import open_engine, store_url, use_write_ahead_log
from data.migrations import configuration, revisions, upgrade


def main(what: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(store_url(Path(folder) / "store.sqlite"), create=True)
        use_write_ahead_log(engine)
        upgrade(engine)
        number = f"{int(revisions()[-1]) + 1:04d}"
        with engine.connect() as connection:
            command.revision(configuration(connection), what, rev_id=number, autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
