"""From the text of a file to facts: pure, bounded, one module per language family.

Modules of this package that define `READERS` are the registry; `reader_for` decides by path alone.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from functools import cache, lru_cache
from pathlib import Path

from collectors.reading import paths
from collectors.reading.document import Document, Reader, Unreadable

__all__ = ["Document", "Reader", "Unreadable", "edition", "reader_for", "readers"]


@cache
def edition() -> str:
    """Equal while the readers are: what other readers have read of a history is read again."""
    digest = hashlib.sha256()
    for path in sorted(path for path in Path(__file__).parent.iterdir() if path.suffix in {".py", ".txt"}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def readers() -> dict[str, Reader]:
    """Every reader by its name; two of one name are a mistake in the modules."""
    found: dict[str, Reader] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda entry: entry.name):
        for reader in getattr(importlib.import_module(f"{__name__}.{module.name}"), "READERS", ()):
            if reader.name in found:
                raise LookupError(f"two readers are named {reader.name}")
            found[reader.name] = reader
    return found


def forget() -> None:
    """Let go of what readers keep by the texts they have read: another history holds other texts."""
    from collectors.reading import python_kept, r  # noqa: PLC0415 - what knows single readers is asked for when read

    python_kept.forget()
    r.forget()


@cache
def _tables() -> tuple[dict[str, Reader], tuple[Reader, ...], dict[str, Reader]]:
    every = tuple(readers().values())
    names = {name: reader for reader in every for name in reader.names}
    extensions = {ending: reader for reader in every for ending in reader.extensions}
    return names, every, extensions


@lru_cache(maxsize=65_536)
def reader_for(path: str) -> Reader | None:
    """The reader of a path (forward slashes), or None when it is of no interest or left out."""
    if paths.is_left_out(path):
        return None
    names, every, extensions = _tables()
    base = path.rpartition("/")[2].lower()
    if base in names:
        return names[base]
    for reader in every:
        if reader.claims(path):
            return reader
    dot = base.rfind(".")
    return extensions.get(base[dot:]) if dot > 0 else None
