"""Python's collector of garbage, kept from looking at what is none."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def without_garbage() -> Iterator[None]:
    """For work that makes many small objects and next to no cycles: none are looked for until it is done.

    What it leaves behind counts as old then, as if looks had passed over it.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not gc.get_freeze_count():  # another's freeze is not ours to end
                gc.freeze()
                gc.unfreeze()  # into the oldest generation
            gc.enable()
