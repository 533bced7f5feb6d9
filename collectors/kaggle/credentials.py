"""Which credential there is, in the order in which Kaggle's own program looks, and how it is sent.

A token (environment, then file) comes before the older key (environment, then file), before what a login in
Kaggle's program left, before none. Files are read, never written.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from requests.auth import AuthBase

from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import PreparedRequest

    from collectors.kaggle.address import Site
    from data.settings import Settings

TOKEN, KEY, LOGIN, NONE = "token", "key", "login", "none"
TOKEN_MARK = "KGAT_"  # noqa: S105 - how every token begins
LARGEST = 1 << 16
OTHERS = 0o077
_TITLES = {TOKEN: "the API token", KEY: "the user name and key", LOGIN: "the login of Kaggle's program"}


@dataclass(frozen=True, slots=True)
class Credentials:
    """What to prove oneself with. `where` says which variable or file it came from; secrets stay out of the repr."""

    kind: str = NONE
    where: str = ""
    user: str = ""  # told by keys and logins; a token has to be asked for
    secret: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)  # of a login
    expires: datetime | None = None
    exposed: bool = False  # other people of this machine can read the file

    @property
    def title(self) -> str:
        return f"{_TITLES[self.kind]} from {self.where}" if self.kind in _TITLES else "no credentials"

    def stale(self, now: datetime) -> bool:
        """Whether a login has to be renewed before it can be used."""
        return self.kind == LOGIN and (not self.secret or self.expires is None or self.expires <= now)

    def renewed(self, token: str, user: str) -> Credentials:
        return replace(self, secret=token, user=user or self.user, expires=datetime.max.replace(tzinfo=UTC))


class Auth(AuthBase):
    """Signs requests to the configured host, and no others.

    An object and no header: a header gives way to a matching entry of ~/.netrc. With no credentials it
    keeps that entry away too.
    """

    def __init__(self, credentials: Credentials, site: Site) -> None:
        self._credentials = credentials
        self._site = site

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        known = self._credentials
        request.headers.pop("Authorization", None)
        if not known.secret or not self._site.owns(request.url or ""):
            return request
        if known.kind == KEY:
            pair = base64.b64encode(f"{known.user}:{known.secret}".encode()).decode()
            request.headers["Authorization"] = f"Basic {pair}"
        else:
            request.headers["Authorization"] = f"Bearer {known.secret}"
        return request


def find(settings: Settings, home: Path | None = None) -> Credentials:
    """The first that there is; raises NotUsable for one that cannot be read."""
    home = _home() if home is None else home
    ways: tuple[Callable[[], Credentials | None], ...] = (
        lambda: _token_of_environment(settings),
        lambda: _token_file(home),
        lambda: _key_of_environment(settings),
        lambda: _key_file(settings, home),
        lambda: _login(home),
    )
    for way in ways:
        found = way()
        if found is not None:
            return found
    return Credentials()


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:  # nobody of this number is known to the system
        return None


def _token_of_environment(settings: Settings) -> Credentials | None:
    text = settings.kaggle_api_token
    if not text:
        return None
    if text.startswith(TOKEN_MARK) or not ("/" in text or text.startswith("~") or Path(text).is_file()):
        return Credentials(TOKEN, "KAGGLE_API_TOKEN", secret=_word(text, "KAGGLE_API_TOKEN"))
    path = Path(text).expanduser()
    content = _content(path)
    if content is None:
        raise NotUsable(
            f"KAGGLE_API_TOKEN names the file {path}, which is not there; write the token or a file's path."
        )
    return Credentials(TOKEN, f"{path}", secret=_word(content, f"{path}"), exposed=_exposed(path))


def _token_file(home: Path | None) -> Credentials | None:
    for name in ("access_token", "access_token.txt"):
        path = home / ".kaggle" / name if home else None
        content = _content(path) if path else None
        if path and content and content.strip():
            return Credentials(TOKEN, f"{path}", secret=_word(content, f"{path}"), exposed=_exposed(path))
    return None


def _key_of_environment(settings: Settings) -> Credentials | None:
    if not (settings.kaggle_username and settings.kaggle_key):
        return None
    return _key(settings.kaggle_username, settings.kaggle_key, "KAGGLE_USERNAME and KAGGLE_KEY")


def _key_file(settings: Settings, home: Path | None) -> Credentials | None:
    path = _config_folder(settings, home) / "kaggle.json"
    told = _json(path)
    if told is None:
        return None
    user, key = told.get("username"), told.get("key")
    if not (isinstance(user, str) and isinstance(key, str) and user and key):
        raise NotUsable(f"{path} holds no username and key; download it anew from your Kaggle settings, or remove it.")
    return replace(_key(user, _word(key, f"{path}"), f"{path}"), exposed=_exposed(path))


def _key(user: str, key: str, where: str) -> Credentials:
    """A token that stands where a key belongs is refused as a key, so it is sent as what it is."""
    if key.startswith(TOKEN_MARK):
        return Credentials(TOKEN, where, user, key)
    return Credentials(KEY, where, user, key)


def _config_folder(settings: Settings, home: Path | None) -> Path:
    if settings.kaggle_config_dir is not None:
        return settings.kaggle_config_dir
    if home is not None and (home / ".kaggle").is_dir():
        return home / ".kaggle"
    given = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(given) if given else (home or Path("/nonexistent")) / ".config") / "kaggle"


def _login(home: Path | None) -> Credentials | None:
    path = home / ".kaggle" / "credentials.json" if home else None
    told = _json(path) if path else None
    if told is None or path is None:
        return None
    texts = {name: told.get(name) for name in ("refresh_token", "access_token", "username", "access_token_expiration")}
    said = {name: value if isinstance(value, str) else "" for name, value in texts.items()}
    if not (said["refresh_token"] or said["access_token"]):
        return None
    return Credentials(
        LOGIN,
        f"{path}",
        said["username"],
        _word(said["access_token"], f"{path}"),
        _word(said["refresh_token"], f"{path}"),
        _moment(said["access_token_expiration"]),
        exposed=_exposed(path),
    )


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _word(text: str, where: str) -> str:
    word = text.strip()
    if not word.isascii() or not word.isprintable() or " " in word:
        raise NotUsable(f"{where} holds no Kaggle token or key: one word of plain letters and digits. Copy it again.")
    return word


def _content(path: Path) -> str | None:
    """The text of a small file; None when there is none."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8-sig", "replace")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise NotUsable(f"{path} cannot be read ({error.strerror}); look who owns it.") from None


def _json(path: Path) -> dict[str, Any] | None:
    content = _content(path)
    if content is None:
        return None
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise NotUsable(f"{path} is no JSON object; download it anew from your Kaggle settings, or remove it.")
    return told


def _exposed(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
