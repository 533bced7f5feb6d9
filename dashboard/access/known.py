"""Browsers that have signed in before. Their tries are counted apart, so that others cannot use up the owner's."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from dashboard.access.sessions import PASSWORD

if TYPE_CHECKING:
    from werkzeug import Response

COOKIE = "skillfolio-known"
LASTS = 365 * 86_400  # seconds
KNOWN = f"{PASSWORD}, known browser"


class Known:
    """A signed random name in a cookie; it opens nothing."""

    def __init__(self, key: str) -> None:
        signer = {"digest_method": hashlib.sha256}
        self._signer = URLSafeTimedSerializer(key, salt="skillfolio-known-browser", signer_kwargs=signer)

    def tries_as(self, address: str) -> tuple[str, str]:
        """Under which kind and whose name a try is counted: a known browser's own, or the address's."""
        try:
            name = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=LASTS)
        except BadSignature:
            return PASSWORD, address
        return KNOWN, str(name)

    def remember(self, response: Response) -> None:
        response.set_cookie(
            COOKIE,
            str(self._signer.dumps(secrets.token_urlsafe(12))),
            max_age=LASTS,
            path="/login",
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
