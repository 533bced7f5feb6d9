"""What Python's heap holds and nobody needs, on its way back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_back() -> None:
    """Return what is free; a few milliseconds, so only after much was taken: a start, a public page made anew."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)
