"""Addresses on this very machine: the only ones to which http without TLS is accepted."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_loopback(url: str) -> bool:
    """Whether it is plain http to this machine, without user and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "http" and parts.hostname in LOOPBACK and not (parts.username or parts.password)
