"""Whose an e-mail address is: one rule for collecting and for showing. Needs no store, so it loads fast."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.models import Known

# GitHub's two forms, https://docs.github.com/en/account-and-profile/reference/email-addresses-reference
_NOREPLY = re.compile(r"^(?:(?P<id>\d+)\+)?(?P<login>[a-z0-9][a-z0-9_-]*(?:\[bot\])?)@users\.noreply\.github\.com$")


def holds(known: Known, email: str) -> bool:
    """Whether an address (case-folded) is the person's: as given, or as GitHub hides it.

    `ID+LOGIN@users.noreply.github.com` is told by its id when one is known: logins change hands.
    """
    if email in known.removed:
        return False
    if email in known.emails:
        return True
    parts = noreply_parts(email)
    if parts is None:
        return False
    number, login = parts
    if number and known.github_ids:
        return number in known.github_ids
    return login in known.github_logins


def noreply_parts(email: str) -> tuple[str, str] | None:
    """Return (numeric id or "", login) of one of GitHub's noreply addresses; None for any other address."""
    match = _NOREPLY.match(email.casefold())
    return (match["id"] or "", match["login"]) if match else None
