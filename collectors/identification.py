"""Who the person says they are in git's own configuration."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from collectors.gitprocess import GitProcess, environment, git_executable
from data.models import Identity, IdentityKind, IdentityState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from collectors.gitdir import GitDir
    from collectors.run import Run

SAID_BY = "git-config"
LONGEST = 320  # RFC 3696
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_PASSED_ON = ("PATH", "HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL")


def own_emails() -> list[str]:
    """Addresses of the person's global git configuration, without what it includes; reading runs nothing of it."""
    command = [git_executable(), "config", "--global", "--no-includes", "--null", "--get-all", "user.email"]
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        said = subprocess.run(command, env=kept, cwd="/", capture_output=True, timeout=10, check=False).stdout
    except subprocess.TimeoutExpired:
        return []
    return _addresses(said.decode("utf-8", "replace").split("\0"))


def emails_of(place: GitDir) -> list[str]:
    """Addresses that a repository's own configuration sets for its commits."""
    path = place.config_file()
    if path is None:
        return []
    listing = ("config", "--file", str(path), "--no-includes", "--null", "--get-all", "user.email")
    with tempfile.TemporaryDirectory(prefix="skillfolio-") as home:
        env = environment(Path(home), {})
        with GitProcess(listing, cwd=Path(home), env=env, time_limit=10) as git:
            return _addresses(field.decode("utf-8", "replace") for field in git.fields())


def propose(run: Run, emails: Iterable[str]) -> None:
    """Propose addresses as the person's; what they decided themselves stands."""
    for email in emails:
        run.propose(Identity(IdentityKind.EMAIL, email, IdentityState.PROPOSED, SAID_BY))


def _addresses(values: Iterable[str]) -> list[str]:
    emails = (value.strip().casefold() for value in values)
    return [email for email in emails if _ADDRESS.fullmatch(email) and len(email) <= LONGEST]
