"""Bare repositories for tests, made in one process each."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass
class Written:
    """A commit to make: who, when (seconds since the epoch), and the files as they are then."""

    email: str
    when: int
    files: dict[str, str | bytes] = field(default_factory=dict)
    message: str = "A change"
    name: str = "Some One"


ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "HOME": "/nonexistent",
}


def make(path: Path, commits: Sequence[Written], *, branch: str = "main") -> Path:
    """A bare repository with these commits on one branch; on an existing one they follow, or start anew."""
    if not path.exists():
        _git("init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", str(path))
    return extend(path, commits, branch=branch, fresh=True)


def extend(path: Path, commits: Sequence[Written], *, branch: str = "main", fresh: bool = False) -> Path:
    stream = b""
    for number, commit in enumerate(commits):
        message = commit.message.encode()
        stream += f"commit refs/heads/{branch}\nmark :{number + 1}\n".encode()
        for role in ("author", "committer"):
            stream += f"{role} {commit.name} <{commit.email}> {commit.when} +0200\n".encode()
        stream += b"data %d\n%s\n" % (len(message), message)
        if number == 0 and not fresh:
            stream += f"from refs/heads/{branch}^0\n".encode()
        if number == 0 and fresh:
            stream += b"deleteall\n"
        for name, text in commit.files.items():
            raw = text.encode() if isinstance(text, str) else text
            stream += b"M 100644 inline %s\ndata %d\n%s\n" % (name.encode(), len(raw), raw)
    if fresh:
        stream = f"reset refs/heads/{branch}\n\n".encode() + stream
    _git(f"--git-dir={path}", "fast-import", "--quiet", "--force", stdin=stream)
    return path


def head_of(path: Path) -> str:
    return _git(f"--git-dir={path}", "rev-parse", "HEAD").strip()


def _git(*arguments: str, stdin: bytes = b"") -> str:
    done = subprocess.run(["git", *arguments], input=stdin, env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return done.stdout.decode("utf-8", "replace")
