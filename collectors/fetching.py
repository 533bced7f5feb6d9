"""Fetches a repository's history over HTTP into a bare cache, as from a hostile server.

One branch (the remote's HEAD), no tags, no work tree, no hooks, no redirects with a credential, blobs up to a
limit; bounded in time, disk and memory; the whole process group ends when a bound is passed. The address is
built by the caller from a validated host and name, the credential travels in the environment only.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = "refs/collector/head"
NEVER_STOP = threading.Event()
STOPPED = "stopped by the person"

_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
_PASSED_ON = ("GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")

_CONFIG = """\
[core]
\trepositoryformatversion = 0
\tbare = true
\thooksPath = /dev/null
[remote "origin"]
\tfetch = +HEAD:{head}
"""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch. `blob` keeps larger files of the history out, in git's notation."""

    seconds: float = 900.0
    bytes: int = 4 << 30  # a pack file
    memory: int = 4 << 30
    blob: str = "512k"
    stalled_seconds: int = 60  # this long below 1 kB/s ends it
    packs: int = 30  # each fetch adds one, which slows reading down; beyond these they are made one


@dataclass(frozen=True, slots=True)
class Remote:
    """Where to fetch from. `token` goes to this host and port only and is shown nowhere."""

    url: str
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        loopback = parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
        if not (parts.scheme == "https" or loopback) or parts.username or parts.password or parts.query:
            raise ValueError("a repository's address is https, without credentials")

    @property
    def base(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A history in the cache. `lenient`: objects are malformed, they were taken without git's own check."""

    path: Path
    head: str
    changed: bool
    lenient: bool = False


class NotFetched(Exception):  # noqa: N818 - says what is the case, not what went wrong in us
    """No history came; `code` is stable (repository-empty, -gone, …), the message is a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_SENTENCES = {
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
    ("repository-moved", r"returned error: 30[12378]|unable to update url base from redirection"),
    ("repository-timeout", r"Operation too slow|[Oo]peration timed out|Connection timed out"),
    # index-pack that a limit ended says nothing; one that refused a pack says why
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


def fetch(remote: Remote, path: Path, *, limits: Limits | None = None, stop: threading.Event = NEVER_STOP) -> Fetched:
    """Bring the history at `path` (made when absent) up to the remote's HEAD.

    Raises NotFetched. What was fetched before stays usable whatever happens.
    """
    limits = limits or Limits()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _sole_use(path) as lock:
        _prepare(path)
        before = read_head(path)
        git = _Git(remote, path, limits, stop, lock)
        code, said = git.run(*_FETCH, f"--filter=blob:limit={limits.blob}", "--", "origin")
        lenient = code != 0 and _FSCK.search(said) is not None
        if lenient:
            git.strict = False
            code, said = git.run(*_FETCH, f"--filter=blob:limit={limits.blob}", "--", "origin")
        remove_leftovers(path)
        if code != 0:
            raise _classified(said, anonymous=not remote.token)
        head = read_head(path)
        if not head:
            raise _not_fetched("repository-broken")
        if len(list(path.glob("objects/pack/*.pack"))) > limits.packs:
            git.run("repack", "-a", "-d", "-q")
    return Fetched(path, head, head != before, lenient)


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


@dataclass(slots=True)
class _Git:
    """Git on one cache entry, with nothing of the person's configuration."""

    remote: Remote
    path: Path
    limits: Limits
    stop: threading.Event
    lock: int
    strict: bool = True

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code and the end of stderr. At a bound the whole group ends, and the text says which."""
        with tempfile.TemporaryDirectory(prefix="skillfolio-") as home, tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(
                ["git", f"--git-dir={self.path}", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=_environment(self.remote, home, self.limits, strict=self.strict),
                cwd=home,
                start_new_session=True,
                pass_fds=(self.lock,),
            )
            try:
                os.truncate(self.lock, 0)
                os.write(self.lock, f"{os.getpid()} {child.pid}".encode())
                _bound(child.pid, self.limits)
                verdict = self._wait(child)
            finally:
                _end(child)
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - 8192))
            said = errors.read().decode("utf-8", "replace")
        return child.returncode, verdict or said

    def _wait(self, child: subprocess.Popen[bytes]) -> str:
        deadline = time.monotonic() + self.limits.seconds
        pause = 0.002
        while child.poll() is None:
            if self.stop.wait(pause):
                return STOPPED
            if time.monotonic() > deadline:
                return "Operation timed out"
            pause = min(0.1, pause * 1.5)
        return ""


def _bound(pid: int, limits: Limits) -> None:
    """Bound memory and file size of a child and of its children (where the system can do it from outside)."""
    if not hasattr(resource, "prlimit"):
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limits.bytes, limits.bytes))
        resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory, limits.memory))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _not_fetched(code: str) -> NotFetched:
    return NotFetched(code, _SENTENCES[code])


def _classified(said: str, *, anonymous: bool) -> NotFetched:
    """What git's words mean. Nothing of them goes on: a server writes part of them."""
    if said == STOPPED:
        return _not_fetched("stopped")
    for code, pattern in _SIGNS:
        if re.search(pattern, said):
            hidden = anonymous and code == "repository-denied" and "403" not in said
            return _not_fetched("repository-gone" if hidden else code)
    return _not_fetched("repository-broken")


def _environment(remote: Remote, home: str, limits: Limits, *, strict: bool) -> dict[str, str]:
    settings = [
        ("http.followRedirects", "false" if remote.token else "initial"),
        ("http.lowSpeedLimit", "1000"),
        ("http.lowSpeedTime", str(limits.stalled_seconds)),
        ("http.userAgent", "skillfolio"),
        ("core.hooksPath", "/dev/null"),
        ("credential.helper", ""),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("pack.threads", "1"),
        ("fetch.unpackLimit", "1"),
        ("transfer.fsckObjects", "true" if strict else "false"),
        ("remote.origin.url", remote.url),
    ]
    if remote.token:
        basic = base64.b64encode(f"x-access-token:{remote.token}".encode()).decode()
        settings.append((f"http.{remote.base}.extraHeader", f"Authorization: Basic {basic}"))
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": urlsplit(remote.url).scheme,
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    environment |= {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    for number, (key, value) in enumerate(settings):
        environment[f"GIT_CONFIG_KEY_{number}"] = key
        environment[f"GIT_CONFIG_VALUE_{number}"] = value
    return environment
