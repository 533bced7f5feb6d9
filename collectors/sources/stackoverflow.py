"""Stack Overflow: a user's answers, questions and badges, with their dates, tags and scores.

Works without a key, on what everybody can see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.run import Source
from collectors.stackexchange.address import user_number

if TYPE_CHECKING:
    from collections.abc import Generator

    from collectors.run import Run
    from data.models import Batch
    from data.settings import Settings

SOURCE = Source(
    title="Stack Overflow",
    handle="a user number or profile address",
    example="1234567",
    schedule="daily",
    settings=("STACKEXCHANGE_KEY", "SKILLFOLIO_STACKEXCHANGE_URL"),
    expect={"posts": 1},
)


def check(handle: str, settings: Settings) -> str:  # noqa: ARG001 - the same for every source
    """The user's number; also takes the address of a profile. Raises NotUsable."""
    return user_number(handle)


def collect(run: Run) -> Generator[Batch]:
    """What is new since the last run; one request when nothing is."""
    from collectors.stackexchange import collection  # noqa: PLC0415 - pages list the sources; only a run needs it

    yield from collection.collect(run)
