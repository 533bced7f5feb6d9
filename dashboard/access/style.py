"""The stylesheet of the page to sign in: the colours of `theme.py` by the reader's own scheme, then the rules."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from dashboard import theme

RULES = Path(__file__).with_name("login.css")


@cache
def stylesheet() -> str:
    light, dark = (
        "".join(f"--{name}:{value};" for name, value in theme.colours(scheme, []).items() if ":" not in name)
        for scheme in (theme.LIGHT, theme.DARK)
    )
    return (
        f":root{{color-scheme:light dark;font-family:{theme.FONT};{light}}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n{RULES.read_text(encoding='utf-8')}"
    )


@cache
def version() -> str:
    """Changes when the stylesheet does; it stands in its address, so that browsers may keep it."""
    return hashlib.sha256(stylesheet().encode()).hexdigest()[:10]
