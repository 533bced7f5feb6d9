"""Which texts that code hands to a call are kept: words that choose among options, nothing that may be private."""

from __future__ import annotations

import re

LONGEST_OPTION = 40
_OPTION = re.compile(r"(?!(?:[^0-9\n]{0,39}[0-9]){5})[A-Za-z][\w.+/:-]{0,39}")  # one word with at most four digits
# Keywords whose text is a person, a place or a secret, or a caption: never an option that says something of a skill.
_PRIVATE = re.compile(
    r"pass|pwd|secret|token|key|auth|cred|user|login|mail|host|server|url|uri|dsn|account|address|phone|owner|maintainer|"
    r"session|cookie|cert|salt|(?:\A|_)(?:name|id|label|title|text|path|dir|folder|file)\Z",
    re.IGNORECASE,
)


def is_option(keyword: str, text: str) -> bool:
    """Whether the text is such a word, by itself and by the keyword it stands for."""
    return _OPTION.fullmatch(text) is not None and _PRIVATE.search(keyword) is None
