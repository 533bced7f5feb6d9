"""What a commit really adds: lines that are nowhere among those it takes away.

No diff algorithm: per file the common beginning and end are cut off, and what is left is compared as one bag
of lines over the whole commit, white space apart. So a line that moved within a file or between files, or was
indented anew, is not new. Equal lines are interchangeable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHITE = b" \t\r\f\v"

Owner = TypeVar("Owner")


def common_ends(old: list[bytes], new: list[bytes]) -> tuple[int, int]:
    """Lengths of the common beginning and of the common end that follows it."""
    low, high = 0, min(len(old), len(new))
    while low < high:  # binary search over slices: comparing them is one call each
        middle = (low + high + 1) >> 1
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    head = low
    low, high = 0, min(len(old), len(new)) - head
    while low < high:
        middle = (low + high + 1) >> 1
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return head, low


def keys_of(lines: list[bytes]) -> list[bytes]:
    """Lines without their white space, as they are compared."""
    return b"\n".join(lines).translate(None, _WHITE).split(b"\n") if lines else []


@dataclass(slots=True)
class _Candidates(Generic[Owner]):
    owner: Owner
    start: int
    keys: list[bytes]


class Bag(Generic[Owner]):
    """The lines that one commit takes away and brings, over all its files."""

    def __init__(self) -> None:
        self._gone: dict[bytes, int] = {}
        self._came: list[_Candidates[Owner]] = []

    def take(self, keys: Iterable[bytes]) -> None:
        """Lines (as keys) that vanish."""
        gone = self._gone
        for key in keys:
            if key:
                gone[key] = gone.get(key, 0) + 1

    def change(self, owner: Owner, old: list[bytes] | None, new: list[bytes] | None) -> None:
        """One file from its old lines to its new ones; None where there is none. `owner` is told in `added`."""
        if new is None:
            self.take(keys_of(old or []))
            return
        head, tail = common_ends(old, new) if old else (0, 0)
        if old:
            self.take(keys_of(old[head : len(old) - tail]))
        keys = keys_of(new[head : len(new) - tail])
        if keys:
            self._came.append(_Candidates(owner, head, keys))

    def added(self) -> list[tuple[Owner, list[int], list[bytes]]]:
        """Per file with new lines: its owner, their indexes and their keys. Call it once."""
        gone, found = self._gone, []
        for candidates in self._came:
            indexes, keys = [], []
            for index, key in enumerate(candidates.keys, candidates.start):
                if not key:
                    continue
                left = gone.get(key)
                if left:
                    gone[key] = left - 1
                else:
                    indexes.append(index)
                    keys.append(key)
            if indexes:
                found.append((candidates.owner, indexes, keys))
        return found

    def removed(self) -> list[bytes]:
        """Keys of the lines that really vanished, as often as they did; after `added`."""
        return [key for key, count in self._gone.items() for _ in range(count)]
