"""Exported files on the disk: each is written whole or not at all, and what others made is left alone.

A file is replaced only while it is exactly what was exported there last; `exported.json` beside the store remembers
that. So an export may run every day, and a file that somebody edited since is never lost.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from data.alone import alone_in
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMORY = "exported.json"
REMEMBERED = 2000  # files; the oldest are forgotten first
OPEN_MODE, CLOSED_MODE = 0o644, 0o600


def write(home: Path, files: Mapping[Path, bytes], *, force: bool = False, private: bool = False) -> list[Path]:
    """Write files, all or none where one of them may not be replaced. Returns their paths.

    `private` lets only their owner read them. Raises NotUsable saying what is in the way.
    """
    told = {path.expanduser().absolute(): body for path, body in files.items()}
    with alone_in(home):
        known = _remembered(home)
        if not force:
            _refuse_foreign(told, known)
        for path, body in told.items():
            _write_whole(path, body, CLOSED_MODE if private else OPEN_MODE)
            known.pop(str(path), None)
            known[str(path)] = _mark(body)
        kept = dict(list(known.items())[-REMEMBERED:])
        _write_whole(home / MEMORY, json.dumps(kept, indent=0).encode(), CLOSED_MODE)
    return list(told)


def _refuse_foreign(files: Mapping[Path, bytes], known: Mapping[str, str]) -> None:
    for path, body in files.items():
        try:
            there = path.read_bytes()
        except FileNotFoundError:
            continue
        except (IsADirectoryError, NotADirectoryError):
            raise NotUsable(f"{path} cannot be written: a folder is in its place, or a file in its folder's.") from None
        except OSError as error:
            raise NotUsable(f"{path} cannot be read: {error.strerror}.") from None
        if there != body and known.get(str(path)) != _mark(there):
            raise NotUsable(
                f"{path} is there already and is not what was exported here last. Nothing was written. "
                "Choose another place, or replace it with --force."
            )


def _write_whole(path: Path, body: bytes, mode: int) -> None:
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
        raise NotUsable(f"{path} cannot be written: {error.strerror}.") from None


def _remembered(home: Path) -> dict[str, str]:
    try:
        found = json.loads((home / MEMORY).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(mark) for path, mark in found.items()} if isinstance(found, dict) else {}


def _mark(body: bytes) -> str:
    return sha256(body).hexdigest()
