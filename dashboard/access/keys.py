"""The key that signs sessions: from the settings, or made once and kept beside the store."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from data.errors import NotUsable

if TYPE_CHECKING:
    from pathlib import Path

    from data.settings import Settings

KEY_FILE = "secret.key"
LEAST = 32  # characters
PRIVATE = 0o600


def signing_key(settings: Settings) -> str:
    """The key; several processes that start at once get the same.

    Raises NotUsable when there is none and none can be kept.
    """
    if settings.secret_key:
        return settings.secret_key
    path = settings.home / KEY_FILE
    try:
        if not path.exists():
            _keep(path, secrets.token_urlsafe(48))
        path.chmod(PRIVATE)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotUsable(
            f"The key for sessions cannot be kept in {path} ({error}). Let that folder be written, or set "
            "SKILLFOLIO_SECRET_KEY."
        ) from None
    if len(key) < LEAST:
        raise NotUsable(f"{path} holds no key. Remove it; a new one is made, and everyone signs in again.")
    return key


def _keep(path: Path, key: str) -> None:
    """Write the key whole and under its name at once: whoever comes second reads the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a disk without hard links
        if not path.exists():
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
