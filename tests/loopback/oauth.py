"""A GitHub on this machine, as far as signing in goes: authorize, access_token, user. It checks what GitHub checks."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug import Request, Response
from werkzeug.serving import make_server
from werkzeug.utils import redirect

if TYPE_CHECKING:
    from collections.abc import Callable

CLIENT, SECRET = "Iv1.client", "client-secret"


class OAuthServer:
    """`login` is who sits at the browser; `refuses` and `breaks` make it answer otherwise."""

    def __init__(self) -> None:
        self.login: object = "Octocat"
        self.refuses = False
        self.breaks: dict[str, Callable[[], Response]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.asked: list[str] = []
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, environ, start_response):
        request = Request(environ)
        self.asked.append(request.path)
        views = {
            "/login/oauth/authorize": self.authorize,
            "/login/oauth/access_token": self.access_token,
            "/user": self.user,
            "/api/v3/user": self.user,
        }
        view = views.get(request.path, lambda _: Response("no such page", 404))
        broken = self.breaks.get(request.path)
        return (broken() if broken else view(request))(environ, start_response)

    def authorize(self, request: Request) -> Response:
        asked = request.args.to_dict()
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert not asked.get("scope")
        back = {"state": asked["state"]}
        if self.refuses:
            back |= {"error": "access_denied", "error_description": "The user has denied your application access."}
        else:
            back["code"] = secrets.token_hex(10)
            self.codes[back["code"]] = asked
        return redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    def access_token(self, request: Request) -> Response:
        given = request.form
        asked = self.codes.pop(given.get("code", ""), None)
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        right = (
            request.method == "POST"
            and asked is not None
            and (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
            and given["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if not right:
            return _json('{"error": "bad_verification_code", "error_description": "The code is incorrect or expired."}')
        token = f"gho_{secrets.token_hex(18)}"
        self.tokens.add(token)
        return _json(f'{{"access_token": "{token}", "scope": "", "token_type": "bearer"}}')

    def user(self, request: Request) -> Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return _json('{"message": "Bad credentials"}', 401)
        name = f'"{self.login}"' if isinstance(self.login, str) else "null"
        return _json(f'{{"login": {name}, "id": 583231, "type": "User"}}')


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="application/json")
