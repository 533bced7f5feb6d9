"""Signing in with GitHub: OAuth with state and PKCE, no scope; the token is asked once whose it is, and dropped."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from authlib.integrations.base_client.errors import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import OAuth
from flask import session
from requests import RequestException

from data.errors import NotUsable, UnexpectedReply

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug import Response

    from dashboard.access.rules import GitHubApp

log = logging.getLogger(__name__)
SECONDS = 10
OK = 200
STALE = "This sign-in was begun in another window, or too long ago. Begin again."
DENIED = "You did not let GitHub say who you are. Begin again, or sign in otherwise."
SILENT = "GitHub did not say who you are. Try again in a minute; the server's log holds the reason."


class GitHub:
    """One OAuth app, at github.com or at the GitHub Enterprise that the settings name."""

    def __init__(self, server: Flask, app: GitHubApp) -> None:
        self._app = app
        self._client = OAuth(server).register(
            "github",
            client_id=app.client_id,
            client_secret=app.client_secret,
            authorize_url=f"{app.web_url}/login/oauth/authorize",
            access_token_url=f"{app.web_url}/login/oauth/access_token",
            api_base_url=app.api_url.rstrip("/") + "/",
            client_kwargs={
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_post",
                "default_timeout": SECONDS,
            },
        )

    def leave(self, back: str) -> Response:
        """Send the browser to GitHub; `back` is where it returns to."""
        for name in [name for name in session if name.startswith("_state_")]:
            session.pop(name)  # begun and left: each would make the cookie longer
        return self._client.authorize_redirect(back)

    def arrive(self) -> str:
        """The login (lower case) of who comes back.

        Raises NotUsable when they did not agree or the sign-in is not one we began, UnexpectedReply when GitHub
        does not answer as documented. Messages are for people and hold nothing that came from outside.
        """
        try:
            token = self._client.authorize_access_token(allow_redirects=False)
            reply = self._client.get("user", token=token, allow_redirects=False)
            found = reply.json() if reply.status_code == OK else None
        except MismatchingStateError:
            raise NotUsable(STALE) from None
        except OAuthError as error:
            if error.error == "access_denied":
                raise NotUsable(DENIED) from None
            log.warning("GitHub refused to sign in: %r", error.error)
            raise UnexpectedReply(SILENT) from None
        except (RequestException, ValueError) as error:
            log.warning("GitHub did not answer: %s", type(error).__name__)
            raise UnexpectedReply(SILENT) from None
        login = found.get("login") if isinstance(found, dict) else None
        if not isinstance(login, str):
            log.warning("GitHub did not say who signs in (status %s)", reply.status_code)
            raise UnexpectedReply(SILENT)
        return login.lower()
