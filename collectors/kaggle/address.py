"""Where a Kaggle is, and which names it can have: checked before any of them gets into an address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from collectors.loopback import is_loopback
from data.errors import NotUsable

DEFAULT = "https://api.kaggle.com"
WEB = "https://www.kaggle.com"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_PROFILE = re.compile(r"(?:https?://)?(?:www\.)?kaggle\.com/(?:u/)?([^/?#]+)(?:/[a-z]*)?/?", re.IGNORECASE)
_NOT_PEOPLE = frozenset(
    {"code", "competitions", "c", "datasets", "models", "discussions", "learn", "docs", "organizations"}
)


@dataclass(frozen=True, slots=True)
class Site:
    """One Kaggle. `rpc` is the base of its calls, `rest` of its older interface; no trailing slash."""

    rpc: str
    rest: str

    @property
    def loopback(self) -> bool:
        return is_loopback(self.rpc)

    def owns(self, url: str) -> bool:
        """Whether a credential may go to `url`: the configured host (and port), nothing else."""
        there = _place(url)
        return bool(there[1]) and there in {_place(self.rpc), _place(self.rest)}


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return ("", "") if "@" in parts.netloc else (parts.scheme, parts.netloc.lower())


def site_at(url: str) -> Site:
    """The Kaggle at `url` (SKILLFOLIO_KAGGLE_URL); a path in it is that of its calls. Raises NotUsable."""
    base = (url.strip() or DEFAULT).rstrip("/")
    try:
        parts = urlsplit(base)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or not (parts.scheme == "https" or is_loopback(base)) or "@" in parts.netloc or parts.query:
        raise NotUsable(
            f"SKILLFOLIO_KAGGLE_URL should be {DEFAULT} or https://HOST, without user, password or query "
            "(http:// only for this very machine)."
        )
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin == DEFAULT:
        return Site(f"{origin}/v1", f"{WEB}/api/v1")
    return Site(f"{origin}{parts.path or '/api/v1'}", f"{origin}/api/v1")


def valid_user(text: str) -> str:
    """A user name as it was given, or taken out of a profile's address; raises NotUsable."""
    text = text.strip()
    profile = _PROFILE.fullmatch(text)
    name = profile[1] if profile else text.removeprefix("@")
    if not _NAME.fullmatch(name) or (profile and name.lower() in _NOT_PEOPLE):
        raise NotUsable(
            f"{text[:120]!r} is no Kaggle user name: it is the last part of your profile's address, kaggle.com/NAME."
        )
    return name


def is_slug(text: object) -> bool:
    """Whether `text` is the last part of an address as Kaggle writes them."""
    return isinstance(text, str) and _NAME.fullmatch(text) is not None


def is_ref(text: object) -> bool:
    """Whether `text` is OWNER/SLUG as Kaggle writes it."""
    owner, slash, slug = text.partition("/") if isinstance(text, str) else ("", "", "")
    return bool(slash) and is_slug(owner) and is_slug(slug)


def valid_ref(text: str) -> str:
    """OWNER/SLUG of a notebook, also out of its address; raises NotUsable."""
    ref = re.sub(r"^(?:https?://)?(?:www\.)?kaggle\.com/(?:code/)?", "", text.strip(), flags=re.IGNORECASE).strip("/")
    if not is_ref(ref):
        raise NotUsable(
            f"{text[:120]!r} names no notebook; write OWNER/NAME as in its address, kaggle.com/code/OWNER/NAME."
        )
    return ref


def valid_competition(text: str) -> str:
    """The name of a competition, also out of its address; raises NotUsable."""
    pattern = r"^(?:https?://)?(?:www\.)?kaggle\.com/(?:competitions|c)/([^/?#]+).*$"
    slug = re.sub(pattern, r"\1", text.strip(), flags=re.IGNORECASE)
    if not is_slug(slug):
        raise NotUsable(f"{text[:120]!r} names no competition; write the last part of kaggle.com/competitions/NAME.")
    return slug
