"""Text from repositories and sites on its way to the public: cleaned, and without what looks private."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

GONE = "…"
LEAST_NAME = 4  # characters; shorter names of projects are common words
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_UNSEEN = "Cf"  # marks of direction, joiners, soft hyphens: they take no room and would cut a word in two
_TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|hf_\w{20,}|npm_\w{20,}|dckr_pat_[\w-]{16,}|"
    r"pypi-[\w-]{16,}|sk-[\w-]{20,}|sk_(?:live|test)_\w{16,}|(?:AKIA|ASIA)\w{12,}|AIza[\w-]{30,}|ya29\.[\w-]{20,}|"
    r"xox[a-z]-[\w-]{10,}|eyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?)|[\w+.-]+://[^\s/@:]*:[^\s/@]+@"
)
_HOME = re.compile(
    r"(?<![\w.-])(?:/home/|/root/|(?:/mnt)?(?:/[A-Za-z])?/Users/|/var/folders/|[A-Za-z]:[\\/]Users[\\/])[^\s\"']*"
)


def said(text: str, limit: int = 160) -> str:
    """Return a text in one line, without e-mail addresses, tokens and paths of somebody's machine."""
    if not text.isascii():
        text = "".join(letter for letter in text if unicodedata.category(letter) != _UNSEEN)
    for pattern in (_TOKEN, _ADDRESS, _HOME):
        text = pattern.sub(GONE, text)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}{GONE}"


def is_clean(url: str) -> bool:
    """Whether an address holds nothing that `said` would leave out, however it is written."""
    return not any(pattern.search(text) for pattern in (_ADDRESS, _TOKEN, _HOME) for text in (url, unquote(url)))


def naming(names: Iterable[str], whole: Iterable[str] = ()) -> re.Pattern[str] | None:
    """Return a pattern that finds any of these names of projects as whole words, or their last parts.

    Those in `whole` are found with their owner only.
    """
    words = {part for name in names for part in (name, name.rpartition("/")[2]) if len(part) >= LEAST_NAME}
    words |= {name for name in whole if "/" in name}
    if not words:
        return None
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
