"""Git as the fetching of histories runs it: nothing of the person's configuration, bounded, ended as a group."""

from __future__ import annotations

import base64
import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

NEVER_STOP = threading.Event()
STOPPED = "stopped by the person"
TIMED_OUT = "Operation timed out"
MOST_OUTPUT = 64 << 20  # of what git lists
_PASSED_ON = ("GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch. `blob` keeps larger files of the history out, in git's notation."""

    seconds: float = 900.0
    bytes: int = 4 << 30  # a pack file
    memory: int = 4 << 30
    blob: str = "512k"
    stalled_seconds: int = 60  # this long below 1 kB/s ends it
    packs: int = 30  # each fetch adds one, which slows reading down; beyond these they are made one

    def at_home(self) -> Limits:
        """For looking at what was fetched, where nothing is slow or large but a hostile tree."""
        return replace(self, seconds=min(self.seconds, 120.0), bytes=256 << 20, memory=2 << 30)


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


@dataclass(slots=True)
class Git:
    """Git on one cache entry, with nothing of the person's configuration."""

    remote: Remote
    path: Path
    limits: Limits
    stop: threading.Event
    lock: int
    strict: bool = True

    def run(self, *arguments: str, given: bytes = b"", online: bool = True) -> tuple[int, str, bytes]:
        """Exit code, the end of stderr, and the output. At a bound the whole group ends, and the text says which."""
        environment_of, limits = (_environment, self.limits) if online else (_offline, self.limits.at_home())
        with contextlib.ExitStack() as stack:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="skillfolio-"))
            errors, told, fed = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
            fed.write(given)
            fed.seek(0)
            child = subprocess.Popen(
                ["git", f"--git-dir={self.path}", *arguments],
                stdin=fed,
                stdout=told,
                stderr=errors,
                env=environment_of(self.remote, home, limits, strict=self.strict),
                cwd=home,
                start_new_session=True,
                pass_fds=(self.lock,),
            )
            try:
                os.truncate(self.lock, 0)
                os.write(self.lock, f"{os.getpid()} {child.pid}".encode())
                _bound(child.pid, limits)
                verdict = self._wait(child, limits.seconds)
            finally:
                _end(child)
            errors.seek(max(0, errors.seek(0, os.SEEK_END) - 8192))
            said = errors.read().decode("utf-8", "replace")
            told.seek(0)
            return child.returncode, verdict or said, told.read(MOST_OUTPUT)

    def _wait(self, child: subprocess.Popen[bytes], seconds: float) -> str:
        deadline = time.monotonic() + seconds
        pause = 0.002
        while child.poll() is None:
            if self.stop.wait(pause):
                return STOPPED
            if time.monotonic() > deadline:
                return TIMED_OUT
            pause = min(0.02, pause * 1.5)
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


def _offline(remote: Remote, home: str, limits: Limits, *, strict: bool) -> dict[str, str]:
    """For looking at what is there: an object that is not is just missing."""
    found = _environment(Remote(remote.url), home, limits, strict=strict)
    return found | {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "GIT_OPTIONAL_LOCKS": "0"}
