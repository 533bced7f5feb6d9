"""Kaggle: notebooks with their source, data sets, models, competitions with ranks and submissions.

Without credentials only what Kaggle shows to everyone; tiers and medals from Meta Kaggle's files alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectors.kaggle.address import site_at, valid_user
from collectors.run import Source

if TYPE_CHECKING:
    from collections.abc import Generator

    from collectors.run import Run
    from data.models import Batch
    from data.settings import Settings

SOURCE = Source(
    title="Kaggle",
    handle="a user name",
    example="kaggle.com/NAME",
    schedule="daily",
    settings=(
        "KAGGLE_API_TOKEN",
        "KAGGLE_USERNAME",
        "KAGGLE_KEY",
        "KAGGLE_CONFIG_DIR",
        "SKILLFOLIO_KAGGLE_URL",
    ),
)


def check(handle: str, settings: Settings) -> str:
    """The user name as Kaggle writes it; also takes a profile's address. Raises NotUsable."""
    site_at(settings.kaggle_url)
    return valid_user(handle)


def collect(run: Run) -> Generator[Batch]:
    """What is new since the last run; at most two requests when nothing is."""
    from collectors.kaggle import collection  # noqa: PLC0415 - pages list the sources; only a run needs the network

    yield from collection.collect(run)
