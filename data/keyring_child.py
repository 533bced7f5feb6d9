"""Asks the system's key ring, in a process of its own: `python -P -m data.keyring_child get|set|forget ACCOUNT`.

A key ring may open a window, wait for ever or print, and loads libraries; none of that may happen to a server. What
is to be kept comes on standard input, what is kept goes to standard output. Exit codes: 0 done, 3 there is no key
ring that keeps secrets, 4 nothing is kept, 5 it refused.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

SERVICE = "skillfolio"
LEAST_PRIORITY = 1  # below: none at all, "disabled", and files in plain text
NO_KEYRING, NOTHING, REFUSED = 3, 4, 5


def main(do: str, account: str, told: TextIO) -> int:
    import keyring  # noqa: PLC0415 - what it loads may print, and does so elsewhere by now
    from keyring.errors import KeyringError, PasswordDeleteError  # noqa: PLC0415

    try:
        if keyring.get_keyring().priority < LEAST_PRIORITY:
            return NO_KEYRING
        if do == "set":
            keyring.set_password(SERVICE, account, sys.stdin.read())
        elif do == "forget":
            keyring.delete_password(SERVICE, account)
        else:
            kept = keyring.get_password(SERVICE, account)
            if not kept:
                return NOTHING
            told.write(kept)
    except PasswordDeleteError:
        return NOTHING
    except KeyringError:
        return REFUSED
    return 0


if __name__ == "__main__":
    with redirect_stdout(sys.stderr):
        code = main(sys.argv[1], sys.argv[2], sys.__stdout__ or sys.stdout)
    sys.exit(code)
