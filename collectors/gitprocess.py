"""One git child process: hardened environment, bounded memory and time, streamed in and out.

Git's defences as measured for hostile repositories: nothing of the user's or the repository's
configuration, no terminal, no transport, no lazy fetch, no replace refs, its own process group.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING, Self

from data.errors import SettingMissing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

MEMORY_LIMIT = 2_000_000_000
"""Address space of a git child, bytes: packs are mapped into it."""
OWN_MEMORY_LIMIT = 400_000_000
"""Of it what the child fills itself, bytes: a tree of 10^8 paths packed into 10 objects asks for 6 GB and more."""
TIME_LIMIT = 1_800.0
"""Seconds one git child may run, its reader's time included."""
BLOCK = 1 << 20
LONGEST_FIELD = 1 << 16
"""A longer NUL-separated field (a hostile message or path) is cut."""

_OPTIONS = (
    "core.commitGraph=false",
    "core.bigFileThreshold=8m",
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.preloadIndex=false",
    "gc.auto=0",
    "log.showSignature=false",
    "maintenance.auto=false",
    "protocol.allow=never",
)


def git_executable() -> str:
    """The git on the PATH; raises SettingMissing."""
    found = shutil.which("git")
    if found is None:
        raise SettingMissing("git is not installed (or not on the PATH): install it, then try again")
    return found


def environment(home: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """What a git child sees of the world: nothing of the caller's but PATH."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        **extra,
    }


class GitProcess:
    """A running `git` with `lines` on its standard input; leaving the block ends its whole process group."""

    def __init__(
        self,
        arguments: Iterable[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        lines: Iterable[bytes] | None = None,
        time_limit: float = TIME_LIMIT,
    ) -> None:
        command = [git_executable(), *(part for option in _OPTIONS for part in ("-c", option)), *arguments]
        self._child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL if lines is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 17,
            process_group=0,
        )
        _bound_memory(self._child.pid)
        _widen(self.out)
        self.timed_out = False
        self._timer = threading.Timer(time_limit, self._overdue)
        self._timer.daemon = True
        self._timer.start()
        if lines is not None:
            threading.Thread(target=self._feed, args=(lines,), daemon=True).start()

    @property
    def out(self) -> IO[bytes]:
        assert self._child.stdout is not None
        return self._child.stdout

    def _feed(self, lines: Iterable[bytes]) -> None:
        stdin = self._child.stdin
        assert stdin is not None
        # git may end before it has read all: a broken pipe is for the reader of its output to notice
        with contextlib.suppress(OSError, ValueError):
            stdin.write(b"".join(line + b"\n" for line in lines))
        with contextlib.suppress(OSError, ValueError):
            stdin.close()

    def _overdue(self) -> None:
        self.timed_out = True
        self._kill()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)

    def fields(self) -> Iterator[bytes]:
        """NUL-separated fields of the output, each cut at LONGEST_FIELD."""
        rest = b""
        while block := self.out.read(BLOCK):
            parts = (rest + block).split(b"\0")
            rest = parts.pop()[: LONGEST_FIELD + 1]
            for part in parts:
                yield part if len(part) <= LONGEST_FIELD else part[:LONGEST_FIELD]
        if rest:
            yield rest[:LONGEST_FIELD]

    def wait(self) -> int:
        """Return code; 0 only when git itself says that all went well."""
        return self._child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._child.poll() is None:
            self._kill()
        self.out.close()
        self._child.wait()


def _widen(pipe: IO[bytes]) -> None:
    """Let git run ahead while what it gave is read: a pipe holds 64 kB by itself."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, BLOCK)


def _bound_memory(pid: int) -> None:
    # set from outside: a preexec function would force a slow fork of this whole program and is unsafe with threads
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Unix only

        with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
            resource.prlimit(pid, resource.RLIMIT_DATA, (OWN_MEMORY_LIMIT, OWN_MEMORY_LIMIT))
