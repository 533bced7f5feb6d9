"""Python's collector of garbage, kept from looking at what is none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_settled = Event()


def settle() -> None:
    """What there is now stays, and is looked over no more, which would stop an answer for some 10 ms each time."""
    gc.collect()
    gc.freeze()
    _settled.set()


@contextmanager
def without_garbage() -> Iterator[None]:
    """For work that makes many small objects and next to no cycles: none are looked for until it is done.

    What it leaves behind counts as old then, as if looks had passed over it (not in a process that has settled).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not _settled.is_set():
                gc.freeze()
                gc.unfreeze()  # into the oldest generation
            gc.enable()
