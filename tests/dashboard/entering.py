"""Small servers behind the gate, for tests of access."""

from dataclasses import replace

from argon2 import PasswordHasher
from flask import Flask, request
from flask.testing import FlaskClient

from dashboard import gate
from dashboard.access.public import public
from tests.dashboard import samples

PASSWORD = "correct horse"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
HOST = "skills.example"
OWN = {"Origin": f"http://{HOST}"}
PAGE = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate"}


def settings_with(home, **more):
    return replace(samples.settings(home), **{"password": HASH, **more})


def small_server(home, **more):
    """One page for the owner, one for everyone, and one of each that changes something."""
    server = Flask(__name__)
    policy = gate.guard(server, settings_with(home, **more))
    policy.text = "default-src 'owner'"

    @server.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @server.route("/<path:path>", methods=["GET", "POST"])
    def owner(path):
        return f"mine: {path}"

    @server.route("/open", methods=["GET", "POST"])
    @public
    def everyone():
        return f"everyone's, {request.scheme}"

    return server


class Visitor(FlaskClient):
    """A browser elsewhere, with cookies; it asks for the server by its name."""

    base = f"http://{HOST}"

    def open(self, *arguments, **named):
        if arguments and isinstance(arguments[0], str):
            named.setdefault("base_url", self.base)
        return super().open(*arguments, **named)


def client_of(server, peer="203.0.113.7", base=None):
    client = Visitor(server, server.response_class, use_cookies=True)
    client.environ_base = {"REMOTE_ADDR": peer, "HTTP_USER_AGENT": "tests"}
    client.base = base or Visitor.base
    return client


def sign_in(client, password=PASSWORD, **form):
    return client.post("/login", data={"password": password, **form}, headers={"Origin": client.base})
