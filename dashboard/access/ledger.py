"""What must be remembered about signing in, shared by all web processes of a machine: tries, and ended sessions.

It is a small SQLite file of its own beside the store: whoever tries passwords in a row neither writes to the store
nor waits for a collector's transaction. Several machines keep a ledger each, so there the limits hold for each.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LEDGER_FILE = "access.db"
PRIVATE = 0o600
SCHEMA = """
create table if not exists tries (kind text not null, who text not null, at real not null);
create index if not exists tries_at on tries (kind, at);
create table if not exists ended (session text primary key, until real not null);
"""


@dataclass(frozen=True)
class Window:
    """How many tries are allowed within some seconds: by one address, and by all together."""

    name: str  # "minute"
    seconds: int
    each: int
    all: int


@dataclass(frozen=True)
class Verdict:
    """Whether a try is allowed; if not, `wait` says how many seconds it takes, else `left` how many are left."""

    left: int
    window: str
    wait: float = 0.0

    @property
    def allowed(self) -> bool:
        return self.wait <= 0


def judge(tries: Sequence[tuple[str, float]], who: str, windows: Sequence[Window], now: float) -> Verdict:
    """Judge one more try by `who` after `tries` (who, when; oldest first). Pure."""
    waits, left = [0.0], []
    for window in windows:
        recent = [(name, at) for name, at in tries if at > now - window.seconds]
        own = [at for name, at in recent if name == who]
        for times, limit in ((own, window.each), ([at for _, at in recent], window.all)):
            if len(times) >= limit:
                waits.append(times[-limit] + window.seconds - now)
            left.append((limit - len(times) - 1, window.seconds, window.name))
    fewest, _, name = min(left)
    return Verdict(max(fewest, 0), name, max(waits))


def bucket(address: str | None) -> str:
    """Whose tries are counted together: an IPv4 address, or the /64 that one IPv6 customer gets."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


class Ledger:
    """The file. Raises NotUsable when it cannot be kept."""

    def __init__(self, home: Path) -> None:
        self.path = home / LEDGER_FILE
        try:
            self._make()
        except (OSError, sqlite3.Error) as error:
            raise NotUsable(f"Tries to sign in cannot be counted in {self.path} ({error}).") from None

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE))
        with self._connected() as connection:
            connection.executescript(SCHEMA)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        if not self.path.exists():  # somebody tidied up while we run
            self._make()
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection:
            connection.execute("begin immediate")
            yield connection
            connection.execute("commit")

    def take(self, kind: str, who: str, windows: Sequence[Window]) -> Verdict:
        """Count a try before it is carried out, so that many at once cannot pass together; a refused one is not kept.

        So the file holds at most as many tries of a kind as its widest window allows.
        """
        now = time.time()
        oldest = now - max(window.seconds for window in windows)
        with self._writing() as connection:
            connection.execute("delete from tries where kind = ? and (at <= ? or at > ?)", (kind, oldest, now + 1))
            tries = connection.execute("select who, at from tries where kind = ? order by at", (kind,)).fetchall()
            verdict = judge(tries, who, windows, now)
            if verdict.allowed:
                connection.execute("insert into tries values (?, ?, ?)", (kind, who, now))
        return verdict

    def forgive(self, kind: str, who: str) -> None:
        """Forget somebody's tries: the last one was right."""
        with self._writing() as connection:
            connection.execute("delete from tries where kind = ? and who = ?", (kind, who))

    def end(self, session: str, until: float) -> None:
        """Remember that a session was signed out; from `until` on its cookie is too old anyway."""
        with self._writing() as connection:
            connection.execute("delete from ended where until < ?", (time.time(),))
            connection.execute("insert or ignore into ended values (?, ?)", (session, until))

    def has_ended(self, session: str) -> bool:
        with self._connected() as connection:
            return connection.execute("select 1 from ended where session = ?", (session,)).fetchone() is not None
