"""Fetches a repository's history over HTTP into a bare cache, as from a hostile server.

One branch (the remote's HEAD), no tags, no work tree, no hooks, no redirects with a credential, blobs up to a
limit; bounded in time, disk and memory; the whole process group ends when a bound is passed. The address is
built by the caller from a validated host and name, the credential travels in the environment only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from collectors import completing
from collectors.fetchprocess import NEVER_STOP, STOPPED, Git, Limits, Remote

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence
    from pathlib import Path

HEAD = "refs/collector/head"

_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")

_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tbare = true
\thooksPath = /dev/null
[remote "origin"]
\tfetch = +HEAD:{head}
"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A history in the cache. `lenient`: objects are malformed, they were taken without git's own check."""

    path: Path
    head: str
    changed: bool
    lenient: bool = False


class NotFetched(Exception):
    """No history came; `code` is stable (repository-empty, -gone, …), the message is a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


SENTENCES = {
    "repository-empty": "The repository has no commits yet.",
    "repository-gone": "The repository is not there any more, or not visible to us.",
    "repository-blocked": "The forge blocks this repository for legal reasons.",
    "repository-denied": "The forge refused access to the history; a token with read access to its contents helps.",
    "repository-moved": "The repository answered from another address; the next run asks for its new name.",
    "repository-timeout": "The history did not arrive in time; the next run tries again.",
    "repository-too-large": "The history is larger than the limit and was left out.",
    "repository-broken": "The history cannot be read: git refused what the server sent.",
    "forge-unreachable": "The forge did not answer for this repository; the next run tries again.",
    "stopped": "The run was stopped.",
}

# in order; all of git's own words under LC_ALL=C, matched on the last kilobytes of its stderr
_SIGNS = (  # (code, pattern)
    ("repository-empty", r"couldn't find remote ref HEAD|remote HEAD refers to nonexistent ref"),
    ("repository-blocked", r"returned error: 451|DMCA takedown|[Aa]ccess to this repository has been disabled"),
    ("repository-denied", r"Authentication failed|could not read Username|returned error: (401|403)|[Aa]ccess denied"),
    ("repository-gone", r"repository '.*' not found|returned error: (404|410)|Repository not found"),
    ("repository-broken", r"possible repository corruption|not our ref|bad object"),
    ("repository-moved", r"returned error: 30[12378]|unable to update url base from redirection"),
    ("repository-timeout", r"Operation too slow|[Oo]peration timed out|Connection timed out"),
    # an index-pack that a limit ended says nothing itself; one that refuses a pack says why
    (
        "repository-too-large",
        r"File too large|[Oo]ut of memory|mmap failed|\Afatal: fetch-pack: invalid index-pack output\s*\Z",
    ),
    (
        "forge-unreachable",
        (
            r"returned error: (429|5\d\d)|Could not resolve host|Failed to connect|Connection (refused|reset)"
            "|Empty reply|GnuTLS|SSL|early EOF|the remote end hung up|RPC failed|transfer closed"
        ),
    ),
)
_FSCK = re.compile(r"fsck error|error in object|error: object [0-9a-f]{40,64}: |fsckObjects|malformed")


def fetch(
    remote: Remote,
    path: Path,
    *,
    limits: Limits | None = None,
    stop: threading.Event = NEVER_STOP,
    authors: Sequence[str] = (),
    again: bool = True,
) -> Fetched:
    """Bring the history at `path` (made when absent) up to the remote's HEAD, with the notebooks of `authors`.

    With `again` False only what is missing of their notebooks is asked for. Raises NotFetched. What was fetched
    before stays usable whatever happens.
    """
    limits = limits or Limits()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _sole_use(path) as lock:
        _prepare(path)
        before = read_head(path)
        git = Git(remote, path, limits, stop, lock)
        lenient = False
        if again or not before:
            lenient = _update(git)
        head = read_head(path)
        if not head:
            raise _not_fetched("repository-broken")
        completing.fetch_notebooks(git, authors)
        remove_leftovers(path)
        if len(list(path.glob("objects/pack/*.pack"))) > limits.packs:
            git.run("repack", "-a", "-d", "-q")
    return Fetched(path, head, head != before, lenient)


def _update(git: Git) -> bool:
    """One fetch; whether it went well only without git's own check of the objects. Raises NotFetched."""
    command = (*_FETCH, f"--filter=blob:limit={git.limits.blob}", "--", "origin")
    code, said, _ = git.run(*command)
    lenient = code != 0 and _FSCK.search(said) is not None
    if lenient:
        git.strict = False
        code, said, _ = git.run(*command)
    remove_leftovers(git.path)
    if code != 0:
        raise _classified(said, anonymous=not git.remote.token)
    return lenient


def read_head(path: Path) -> str:
    """The commit id up to which the cache reaches, or "" when nothing was fetched yet."""
    with contextlib.suppress(OSError):
        return (path / HEAD).read_text("ascii").strip()
    with contextlib.suppress(OSError):
        for line in (path / "packed-refs").read_text("ascii").splitlines():
            if line.endswith(f" {HEAD}"):
                return line.partition(" ")[0]
    return ""


def remove(path: Path) -> None:
    """Forget a cached history."""
    shutil.rmtree(path, ignore_errors=True)


def remove_leftovers(path: Path) -> None:
    """Delete what killed fetches left: half packs and lock files. Only while no fetch runs on the cache."""
    for pattern in (
        "objects/pack/tmp_*",
        "objects/pack/.tmp-*",
        "objects/tmp_objdir*",
        "*.lock",
        "refs/collector/*.lock",
    ):
        for left in path.glob(pattern):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _prepare(path: Path) -> None:
    """An empty bare repository, written by hand: one process less, and nothing of a template."""
    remove_leftovers(path)
    if (path / "config").exists() and (path / "objects").is_dir():
        return
    remove(path)
    for folder in ("objects/info", "objects/pack", "refs/heads"):
        (path / folder).mkdir(parents=True, exist_ok=True)
    (path / "config").write_text(_CONFIG.format(head=HEAD))
    (path / "HEAD").write_text(f"ref: {HEAD}\n")  # last: git calls it a repository only now


@contextlib.contextmanager
def _sole_use(path: Path) -> Iterator[int]:
    """Hold the cache entry. Its lock is inherited by git: one that outlived a killed run is ended first."""
    with path.with_name(f"{path.name}.lock").open("a+") as handle:
        deadline = time.monotonic() + 10.0
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            _end_orphan(handle)
            if time.monotonic() > deadline:
                raise _not_fetched("forge-unreachable")
            time.sleep(0.05)
        yield handle.fileno()


def _end_orphan(handle: IO[str]) -> None:
    """End the git whose process died before it; the held lock says that it still runs."""
    handle.seek(0)
    owner, _, group = handle.read(64).partition(" ")
    if not (owner.isdigit() and group.strip().isdigit()):
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(int(owner), 0)
        return  # its owner lives: wait for it
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(int(group), signal.SIGKILL)


def _not_fetched(code: str) -> NotFetched:
    return NotFetched(code, SENTENCES[code])


def _classified(said: str, *, anonymous: bool) -> NotFetched:
    """What git's words mean. Nothing of them goes on: a server writes part of them."""
    if said == STOPPED:
        return _not_fetched("stopped")
    for code, pattern in _SIGNS:
        if re.search(pattern, said):
            hidden = anonymous and code == "repository-denied" and "403" not in said
            return _not_fetched("repository-gone" if hidden else code)
    return _not_fetched("repository-broken")
