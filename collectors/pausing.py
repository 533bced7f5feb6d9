"""Waiting, as a source asks for it, that ends when the person asks the run to stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectors.run import Run

LOOKED_EVERY = 0.2  # seconds


class Stopped(Exception):
    """The person asked to stop in the middle of something."""


def pause(run: Run, seconds: float) -> None:
    """Return after so many seconds; raises Stopped."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if run.stopping():
            raise Stopped
        time.sleep(min(LOOKED_EVERY, left))
