"""The versions of notebooks that were read, kept on disk: what the next one brings is told by the one before.

And when other readers come with an update, they read them again without asking Kaggle. A file may be missing: whoever
clears a cache loses no more than that.
"""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from collectors.kaggle import works
from collectors.kaggle.parse import Notebook

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kept:
    """Below `folder` a folder for each notebook, in it a file for each version."""

    folder: Path

    def keep(self, id_: str, key: str, found: Notebook) -> None:
        """Keep a version under the key of its activity; before that is saved, since only what is saved is asked for."""
        place = self._of(id_)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = place / f"{works.hash_of(key)}.new"
        fresh.touch(mode=0o600)
        told = json.dumps(msgspec.to_builtins(found))  # hostile texts may hold half a character, which JSON can write
        fresh.write_bytes(gzip.compress(told.encode()))
        fresh.replace(self._file(id_, key))

    def version(self, id_: str, key: str) -> Notebook | None:
        try:
            return msgspec.convert(json.loads(gzip.decompress(self._file(id_, key).read_bytes())), Notebook)
        except (OSError, EOFError, ValueError, zlib.error, msgspec.ValidationError):
            return None

    def forget(self, id_: str) -> None:
        shutil.rmtree(self._of(id_), ignore_errors=True)

    def _of(self, id_: str) -> Path:
        return self.folder / works.hash_of(id_)

    def _file(self, id_: str, key: str) -> Path:
        return self._of(id_) / f"{works.hash_of(key)}.json.gz"
