"""Lists of what a person has on Kaggle, page by page, and what was known of each when it was last seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from data.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from collectors.kaggle.client import Client
    from collectors.run import Run

PAGE = 100
MOST_PAGES = 40
CAP = 1000  # lists of notebooks end near here, whatever there is
FEWEST_OF_A_NAME = 3


@dataclass(slots=True)
class Look:
    """What one run asks as, and how far it goes. `whole`: every page; else only as far as there is news."""

    run: Run
    client: Client
    user: str
    own: bool  # the credentials are the person's own
    whole: bool
    news: bool = False  # something was new or changed

    @property
    def private(self) -> bool:
        """Whether private work is read: the person opted in, and it is theirs."""
        return self.own and bool(self.run.options.get("private"))

    def is_theirs(self, ref: str) -> bool:
        """Whether the person owns it: lists may hold what others share with them."""
        return ref.partition("/")[0].casefold() == self.user.casefold()

    def lists_nothing(self, known: Mapping[str, str], present: Mapping[str, str], what: str) -> bool:
        """Whether several things went at once: so it is when an account gets another name."""
        if present or len(known) < FEWEST_OF_A_NAME:
            return False
        self.run.issue(
            "list-empty",
            f"Kaggle lists none of the {len(known)} {what} any more; what was read stays. If you have another name "
            "now, add it and remove this one.",
            self.user,
        )
        return True


@dataclass(slots=True)
class Page:
    items: list[dict[str, Any]]
    last: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """How one sort of thing is asked for in either form; fields are those of the call."""

    method: str
    items: str
    fields: dict[str, Any] = field(default_factory=dict)
    path: str = ""  # of the older form; "" where it has none
    query: dict[str, Any] = field(default_factory=dict)


def pages(client: Client, listed: Listed) -> Iterator[Page]:
    """Pages until the last one; a page that repeats or is empty ends them too. Raises what the client raises."""
    if client.signed_in or not listed.path:
        yield from _by_token(client, listed)
    else:
        yield from _by_number(client, listed)


def _by_token(client: Client, listed: Listed) -> Iterator[Page]:
    token, seen = "", {""}
    for _ in range(MOST_PAGES):
        told = client.call(listed.method, {**listed.fields, "pageSize": PAGE, "pageToken": token})
        items = _items(told.get(listed.items))
        after = told.get("nextPageToken")
        token = after if isinstance(after, str) else ""
        last = not items or token in seen
        yield Page(items, last)
        if last:
            return
        seen.add(token)


def _by_number(client: Client, listed: Listed) -> Iterator[Page]:
    """A bare list tells no end: the page after the last one is empty."""
    before: list[dict[str, Any]] = []
    for number in range(1, MOST_PAGES + 1):
        told = client.get(listed.path, {**listed.query, "page": number, "pageSize": PAGE})
        items = _items(told.get(listed.items) if isinstance(told, dict) else told)
        last = not items or items == before
        yield Page([] if items == before else items, last)
        if last:
            return
        before = items


def _items(value: object) -> list[dict[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnexpectedReply("Kaggle answered with something else than the list that was asked for.")
    return [item for item in value if isinstance(item, dict)]


def parsed(run: Run, parse: Callable[[dict[str, Any]], Any], item: dict[str, Any], what: str) -> Any:
    """The item as a value of ours; None, with an issue, when it cannot be."""
    try:
        return parse(item)
    except UnexpectedReply as problem:
        run.issue("unexpected-item", f"{problem} It was left out.", what)
        return None
