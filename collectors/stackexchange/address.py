"""Whose account is meant: a user's number, or the address of their profile."""

from __future__ import annotations

from urllib.parse import urlsplit

from data.errors import NotUsable

SITE = "stackoverflow"
HOSTS = frozenset({"stackoverflow.com", "www.stackoverflow.com"})
MOST_DIGITS = 10
NUMBER = "Give the number in your profile's address: stackoverflow.com/users/NUMBER/your-name."


def user_number(handle: str) -> str:
    """Return the user's number from `1234567` or from a profile's address; raises NotUsable."""
    text = handle.strip()
    if "/" in text:
        text = _number_in(text)
    digits = text.lstrip("0")
    if not text.isascii() or not text.isdecimal() or not digits or len(digits) > MOST_DIGITS:
        raise NotUsable(f"{handle.strip()[:80]!r} is no Stack Overflow user. {NUMBER}")
    return digits


def _number_in(address: str) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = (parts.hostname or "").lower()
    except ValueError:
        raise NotUsable(f"{address[:80]!r} is no address. {NUMBER}") from None
    if host not in HOSTS:
        raise NotUsable(f"{host or address[:80]!r} is not Stack Overflow, the one site that is read. {NUMBER}")
    match parts.path.strip("/").split("/"):
        case ["users" | "u", number, *_]:
            return number
    raise NotUsable(f"{address[:80]!r} is no profile. {NUMBER}")


def profile_url(number: str) -> str:
    return f"https://stackoverflow.com/users/{number}"
