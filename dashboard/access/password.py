"""The owner's password: its argon2 hash, and whether what was typed is it."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from data.errors import NotUsable

LONGEST = 1000  # characters; what is longer was not typed by a person


def hash_of(password: str) -> str:
    """An argon2id hash with the library's parameters (RFC 9106, low memory)."""
    return PasswordHasher().hash(password)


class Password:
    """What the setting holds: a hash, or the password itself, which is hashed at once.

    Raises NotUsable when it looks like a hash and is none.
    """

    def __init__(self, setting: str) -> None:
        self._hasher = PasswordHasher()
        self._hash = setting if setting.startswith("$argon2") else self._hasher.hash(setting)
        self._one_at_a_time = threading.Lock()  # one comparison takes 64 MB
        try:
            self._hasher.verify(self._hash, "")
        except VerifyMismatchError:
            pass  # as it must be
        except (InvalidHashError, VerificationError):
            raise NotUsable("SKILLFOLIO_PASSWORD is no argon2 hash. Make one: skillfolio password") from None

    def matches(self, typed: str) -> bool:
        """Compare in a time that does not tell how much of it was right."""
        try:
            with self._one_at_a_time:
                return self._hasher.verify(self._hash, typed[:LONGEST].encode("utf-8", "replace"))
        except VerificationError:
            return False
