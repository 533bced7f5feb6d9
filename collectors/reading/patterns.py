"""Patterns that repeat a group possessively, on every Python that we run on."""

from __future__ import annotations

import re
import sys
from typing import AnyStr

_MENDED = (3, 11, 5)


def compiled(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Compile a pattern; before Python 3.11.5 with plain greedy groups in place of possessive ones.

    There such a group forgets where its last round began when that round fails (python/cpython#106052), and the
    rest of the pattern is tried in the wrong place. Our groups can match in one way only, so that a greedy one finds
    the same; it takes more memory on long text.
    """
    if sys.version_info >= _MENDED:
        return re.compile(pattern, flags)
    if isinstance(pattern, bytes):
        return re.compile(pattern.replace(b")*+", b")*").replace(b")++", b")+"), flags)
    return re.compile(pattern.replace(")*+", ")*").replace(")++", ")+"), flags)
