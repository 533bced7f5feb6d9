"""Where a GitHub is, and which names it can have: checked before any of them gets into an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from collectors.loopback import is_loopback
from data.errors import NotUsable

DEFAULT_API = "https://api.github.com"
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}")
_PROFILE = re.compile(r"(?:https?://)?(?:www\.)?github\.com/([^/?#]+)/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Forge:
    """One GitHub. `api` is the base of its REST interface, `web` that of its pages and of git; no trailing slash."""

    api: str
    web: str

    @property
    def loopback(self) -> bool:
        return is_loopback(self.api)

    @property
    def site(self) -> str:
        """Empty for github.com (and on this machine), else the host: numbers are those of one GitHub."""
        return "" if self.loopback or self.web == "https://github.com" else urlsplit(self.web).netloc

    @property
    def noreply(self) -> str:
        """The domain of addresses that hide people's own."""
        return f"users.noreply.{self.site or 'github.com'}"

    @property
    def place(self) -> str:
        """A folder name for what was fetched from here."""
        return re.sub(r"[^a-z0-9.-]", "_", urlsplit(self.web).netloc)

    def clone_url(self, full_name: str, told: str = "") -> str:
        """The address to fetch a repository from.

        Built from the validated name. Only a GitHub on this very machine may tell another one on this machine.
        """
        if self.loopback and is_loopback(told):
            return told
        return f"{self.web}/{valid_full_name(full_name)}.git"

    def owns(self, url: str) -> bool:
        """Whether a credential may go to `url`: the configured host (and port), nothing else."""
        there = urlsplit(url)
        if self.loopback and is_loopback(url) and there.port == urlsplit(self.api).port:
            return True
        return any((there.scheme, there.netloc) == urlsplit(base)[:2] for base in (self.api, self.web))


def forge_at(api_url: str) -> Forge:
    """The GitHub whose interface is at `api_url` (GITHUB_API_URL); raises NotUsable."""
    url = (api_url.strip() or DEFAULT_API).rstrip("/")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _not_an_address(url) from None
    host = (parts.hostname or "").lower()
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise _not_an_address(url)
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    if is_loopback(url):
        return Forge(f"http://{place}{parts.path}", f"http://{place}")
    if parts.scheme != "https":
        raise NotUsable(f"GITHUB_API_URL must begin with https:// (it is {url}).")
    if host == "api.github.com" or (host.startswith("api.") and host.endswith(".ghe.com")):
        if parts.path:
            raise _not_an_address(url)
        return Forge(f"https://{place}", f"https://{place.removeprefix('api.')}")
    if host.removeprefix("www.") == "github.com" or parts.path != "/api/v3":
        raise _not_an_address(url)
    return Forge(f"https://{place}/api/v3", f"https://{place}")


def _not_an_address(url: str) -> NotUsable:
    shown = url if "@" not in url else "an address with a password"
    return NotUsable(
        f"GITHUB_API_URL is {shown}; it should be {DEFAULT_API}, https://HOST/api/v3 (GitHub Enterprise Server) "
        "or https://api.NAME.ghe.com."
    )


def valid_login(text: str) -> str:
    """A login as it was given, or taken out of a profile's address; raises NotUsable."""
    text = text.strip()
    profile = _PROFILE.fullmatch(text)
    login = profile[1] if profile else text.removeprefix("@")
    if not _LOGIN.fullmatch(login):
        raise NotUsable(
            f"{text[:120]!r} is no GitHub login: letters, digits and hyphens only, as in the profile's address."
        )
    return login


def is_full_name(text: object) -> bool:
    """Whether `text` is OWNER/NAME as GitHub writes it."""
    if not isinstance(text, str):
        return False
    owner, slash, name = text.partition("/")
    return bool(slash and _LOGIN.fullmatch(owner) and _REPOSITORY.fullmatch(name)) and name not in {".", ".."}


def valid_full_name(text: str) -> str:
    if not is_full_name(text):
        raise ValueError("not the name of a repository")
    return text
