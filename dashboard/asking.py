"""What a page is asked besides the filters: words and days in the address, checked."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

from dashboard.filters import DATE_LENGTH, EARLIEST

LONGEST = 60
MOST_ARGUMENTS = 50


def word(search: str | None, name: str) -> str:
    """The last value of an argument; empty when it is absent, or longer than any that means something."""
    try:
        found = parse_qs((search or "").lstrip("?"), max_num_fields=MOST_ARGUMENTS).get(name, [""])[-1].strip()
    except ValueError:  # more arguments than any page knows
        return ""
    return found if len(found) <= LONGEST else found[:LONGEST]


def day(search: str | None, name: str, today: date, notes: list[str]) -> date | None:
    """A day up to today; anything else is left out with a note."""
    text = word(search, name)
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if len(text) == DATE_LENGTH else None
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found <= today:
        notes.append(f"“{name}” in the address is not a past date such as 2024-03-31, so it was left out.")
        return None
    return found
