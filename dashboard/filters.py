"""The filters of the pages: dates, projects, current only. They live in the URL, so a view can be sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

EARLIEST = date(1990, 1, 1)
MOST_PROJECTS = 50
DATE_LENGTH = 10


@dataclass(frozen=True)
class Filters:
    """What is shown: evidence from `since` to `until` (both included), of these projects, of what is current."""

    since: date | None = None
    until: date | None = None
    projects: tuple[int, ...] = ()
    current: bool = False

    @property
    def query(self) -> str:
        """The filters as an URL's query with its "?", or nothing when none is set."""
        pairs = {
            "from": self.since.isoformat() if self.since else "",
            "to": self.until.isoformat() if self.until else "",
            "projects": ",".join(map(str, self.projects)),
            "current": "1" if self.current else "",
        }
        text = urlencode({name: value for name, value in pairs.items() if value}, safe=",")
        return f"?{text}" if text else ""

    def link(self, path: str, **extra: str | int) -> str:
        """A link to another page that keeps the filters."""
        more = urlencode({name: value for name, value in extra.items() if value})
        if not more:
            return path + self.query
        return f"{path}{self.query}&{more}" if self.query else f"{path}?{more}"


def _date(text: str, name: str, notes: list[str], today: date) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if len(text) == DATE_LENGTH else None
    except ValueError:
        found = None
    if found is None or not EARLIEST <= found <= today.replace(year=today.year + 1, day=1):
        notes.append(f"“{name}” in the address is not a date such as 2024-03-31, so it was left out.")
        return None
    return found


def _projects(text: str, known: AbstractSet[int], notes: list[str]) -> tuple[int, ...]:
    asked = [part for part in text.split(",") if part][:MOST_PROJECTS]
    found = {int(part) for part in asked if part.isascii() and part.isdigit() and len(part) < DATE_LENGTH}
    if len(found & known) < len(set(asked)):
        notes.append("A project named in the address is not in this portfolio, so it was left out.")
    return tuple(sorted(found & known))


def _arguments(search: str | None) -> dict[str, str]:
    try:
        return {
            name: values[-1].strip() for name, values in parse_qs((search or "").lstrip("?"), max_num_fields=50).items()
        }
    except ValueError:  # more arguments than any page knows
        return {}


def parse(search: str | None, known_projects: AbstractSet[int], today: date) -> tuple[Filters, list[str]]:
    """Read filters from an URL's query; unknown arguments are ignored, bad values are left out with a note."""
    asked = _arguments(search)
    notes: list[str] = []
    filters = Filters(
        since=_date(asked.get("from", ""), "from", notes, today),
        until=_date(asked.get("to", ""), "to", notes, today),
        projects=_projects(asked.get("projects", ""), known_projects, notes),
        current=asked.get("current", "") == "1",
    )
    if asked.get("current", "1") not in {"0", "1"}:
        notes.append("“current” in the address is neither 0 nor 1, so it was left out.")
    if filters.since and filters.until and filters.since > filters.until:
        notes.append("The first date is after the last one, so both were left out.")
        filters = replace(filters, since=None, until=None)
    return filters, notes


def last_page(page: int, rows: int, size: int) -> tuple[int, int]:
    """The page to show and how many there are: beyond the last one, the last."""
    pages = max(-(-rows // size), 1)
    return min(page, pages), pages


def argument(search: str | None, name: str, default: int = 1, most: int = 100_000) -> int:
    """A positive whole number from the query, such as the page of a table; the default for anything else."""
    text = _arguments(search).get(name, "")
    whole = text.isascii() and text.isdigit() and len(text) < DATE_LENGTH
    return min(int(text), most) if whole and int(text) else default
