"""A PostgreSQL server for the tests: its own cluster in a temporary folder, reached through a socket there."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
USERS = ("postgres", "nobody")  # PostgreSQL refuses to run as root
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
WHERE = "make test installs it where it may, else: apt-get install postgresql"


class NotHere(Exception):
    """There is no PostgreSQL on this machine; the message says what to do."""


def programs() -> Path:
    """The folder of initdb and postgres, of the newest version."""
    found = [
        path for place in PLACES for path in Path("/").glob(place.lstrip("/")) if (path / "initdb").exists()
    ]  # fmt: skip
    if found:
        return max(found, key=lambda path: [int(part) for part in path.parts if part.isdigit()] or [0])
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NotHere(f"PostgreSQL is not installed; {WHERE}")
    return Path(on_path).resolve().parent


def _user() -> str | None:
    """Whom to run it as; None for ourselves."""
    if os.getuid() != 0:
        return None
    for name in USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NotHere("PostgreSQL does not run as root, and there is no user postgres.")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Start a server of our own; yields the address of its first database. Raises NotHere."""
    folder, user = Path(tempfile.mkdtemp(prefix="sf-pg-", dir="/tmp")), _user()  # a socket's path is short
    try:
        programs_here = programs()
        if user:
            shutil.chown(folder, user)
        as_user = {"user": user, "cwd": folder, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        initdb = [
            programs_here / "initdb",
            "-D",
            folder / "data",
            "-U",
            "test",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run([*initdb, "--locale=C"], check=True, stderr=subprocess.PIPE, **as_user)
        options = [part for option in (*QUICK, f"unix_socket_directories={folder}") for part in ("-c", option)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs_here / "postgres", "-D", folder / "data", *options], stderr=log, **as_user
            )
        try:
            _wait(server, folder)
            yield f"postgresql://test@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)  # "fast": sessions that are left are ended
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user="test", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.05)
        else:
            return
