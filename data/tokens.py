"""The person's GitHub token where no GITHUB_TOKEN is set: in the system's key ring, or in this process's memory.

It is never written to a file, the store, an address, an argument or a log. A small file beside the store says only
that the key ring holds one and whose it is, so that nobody without one ever waits for a key ring.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data.errors import NotUsable
from data.settings import SETTINGS

if TYPE_CHECKING:
    from data.settings import Settings

NAME = "GITHUB_TOKEN"
NOTE = "github-token.json"
SECONDS_TO_GET, SECONDS_TO_SET = 15, 60  # a locked key ring asks the person first
LONGEST = 1000


class Where(StrEnum):
    """Where a token is."""

    ENVIRONMENT = "environment"
    KEYRING = "keyring"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class Kept:
    """That there is a token, and whose; nothing of the token itself. `login` is empty when it is not known."""

    where: Where
    login: str = ""


def checked(text: str) -> str:
    """A token as typed; raises NotUsable when it cannot be one."""
    read = next(setting.read for setting in SETTINGS if setting.name == NAME)
    try:
        token = str(read(text.strip()))
    except ValueError:
        token = ""
    if not token or len(token) > LONGEST:
        raise NotUsable("A token is one word of plain letters and digits; copy it again.")
    return token


class GitHubToken:
    """The token of one store and one GitHub. What is in memory ends with the process."""

    def __init__(self, settings: Settings, *, patience: float | None = None) -> None:
        self._settings = settings
        self._patience = patience  # seconds that a key ring is waited for, whatever is asked
        self._note = settings.home / NOTE
        self._account = f"{urlsplit(settings.github_api_url).netloc} {settings.home}"
        self._held = ""
        self._login = ""

    @property
    def kept(self) -> Kept | None:
        """Where the token is, without asking a key ring."""
        if self._settings.github_token:
            return Kept(Where.ENVIRONMENT)
        if self._held:
            return Kept(Where.MEMORY, self._login)
        note = self._read_note()
        return Kept(Where.KEYRING, note.get("login", "")) if note.get("account") == self._account else None

    @property
    def held(self) -> str:
        """The token that only this process knows; another one needs it in its environment."""
        return self._held

    @property
    def stamp(self) -> int:
        """When the key ring was given a token; 0 when it holds none."""
        try:
            return self._note.stat().st_mtime_ns
        except OSError:
            return 0

    def find(self) -> str | None:
        """GITHUB_TOKEN, else the token in memory, else the key ring's. None: there is none, or it is locked."""
        kept = self.kept
        if kept is None:
            return None
        if kept.where is Where.KEYRING:
            code, told = self._ask("get", seconds=SECONDS_TO_GET)
            return told if code == 0 and told else None
        return self._settings.github_token or self._held

    def keep(self, token: str, login: str) -> Kept:
        """Keep a token, in the key ring where there is one; says where it is now."""
        token = checked(token)
        code, _ = self._ask("set", token, seconds=SECONDS_TO_SET)
        if code == 0:
            self._held = self._login = ""
            self._write_note({"account": self._account, "login": login})
            return Kept(Where.KEYRING, login)
        self._held, self._login = token, login
        return Kept(Where.MEMORY, login)

    def forget(self) -> bool:
        """Forget what `keep` kept; False when there was nothing. GITHUB_TOKEN is the environment's and stays."""
        there = bool(self._held) or bool(self._read_note())
        self._held = self._login = ""
        if self._read_note():
            code, _ = self._ask("forget", seconds=SECONDS_TO_SET)
            if code not in (0, 4):  # 4: it was gone already
                raise NotUsable("The key ring did not let go of the token: unlock it and try again.")
            self._note.unlink(missing_ok=True)
        return there

    def _ask(self, do: str, given: str = "", *, seconds: int) -> tuple[int, str]:
        command = [sys.executable, "-P", "-m", "data.keyring_child", do, self._account]
        limit = self._patience or seconds
        try:
            done = subprocess.run(command, input=given, text=True, capture_output=True, timeout=limit, check=False)
        except (subprocess.TimeoutExpired, OSError):
            return -1, ""
        return done.returncode, done.stdout

    def _read_note(self) -> dict[str, str]:
        with suppress(OSError, ValueError):
            found = json.loads(self._note.read_text(encoding="utf-8"))
            if isinstance(found, dict):
                return {str(name): str(value) for name, value in found.items()}
        return {}

    def _write_note(self, note: dict[str, str]) -> None:
        self._note.parent.mkdir(parents=True, exist_ok=True)
        self._note.write_text(json.dumps(note) + "\n", encoding="utf-8")


class Renewed:
    """The settings with the token as it is now: one that is kept while a worker runs is found by its next task."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._token = settings, GitHubToken(settings)
        self._stamp, self._now = self._token.stamp, with_token(settings)

    def __call__(self) -> Settings:
        if self._token.stamp != self._stamp:
            self._stamp, self._now = self._token.stamp, with_token(self._settings)
        return self._now


def with_token(settings: Settings) -> Settings:
    """The settings with the token of the key ring where GITHUB_TOKEN is not set; for what asks GitHub, nothing else."""
    if settings.github_token:
        return settings
    token = GitHubToken(settings).find()
    return replace(settings, github_token=token) if token else settings
