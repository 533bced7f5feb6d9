"""GitHub: own repositories with their history, work in those of others, reviews, issues, releases.

Works without a token, on what is public and with few requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collectors.github.address import forge_at, valid_login
from collectors.run import Source

if TYPE_CHECKING:
    from collections.abc import Generator

    from collectors.run import Part, Run
    from data.models import Batch
    from data.settings import Settings

SOURCE = Source(
    title="GitHub",
    handle="a login",
    example="octocat",
    schedule="daily",
    settings=("GITHUB_TOKEN", "GITHUB_API_URL"),
    expect={"repositories": 1},
)
STEPS = 3


def check(handle: str, settings: Settings) -> str:
    """The login as GitHub writes it; also takes a profile's address. Raises NotUsable."""
    forge_at(settings.github_api_url)
    return valid_login(handle)


def collect(run: Run) -> Generator[Batch]:
    """What is new since the last run; anonymous at most two requests when nothing is."""
    from collectors.github import collection  # noqa: PLC0415 - pages list the sources; only a run needs the network

    yield from collection.collect(run)


def plan(run: Run, step: int) -> Generator[Batch | Part]:
    """Own repositories with news; then what was done elsewhere; then the bookmarks of both lists."""
    from collectors.github import collection  # noqa: PLC0415 - as above

    yield from collection.plan(run, step)


def read_part(run: Run, data: dict[str, Any]) -> Generator[Batch]:
    """One repository."""
    from collectors.github import collection  # noqa: PLC0415 - as above

    yield from collection.read_part(run, data)
