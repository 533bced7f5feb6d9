"""A GitHub on this machine: REST pages with ETags and limits, queries, git over smart HTTP, and faults to order."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.loopback import answering, bodies, checking, serving

if TYPE_CHECKING:
    from tests.loopback.state import Repo, User, World

EMPTY_ADVERTISEMENT = b"001e# service=git-upload-pack\n0000000eversion 2\n0015agent=git/2.39.5\n0013ls-refs=unborn\n0027fetch=shallow wait-for-done filter\n0012server-option\n0017object-format=sha1\n0000"


@dataclass
class Asked:
    """A request as it came in, and what was answered."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    status: int = 0
    counted: bool = False

    @property
    def resource(self) -> str:
        if ".git/" in self.path:
            return "git"
        return "graphql" if self.path == "/graphql" else "search" if self.path.startswith("/search/") else "core"


@dataclass
class Answer:
    status: int = 200
    body: Any = None  # bytes go out as they are
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # announce more than is sent


Fault = Callable[[Asked], Answer | None]


class _Handler(serving.Handler):
    server_of: GitHub

    def respond(self) -> None:
        parts = urlsplit(self.path)
        body = self.body()
        ask = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), self.told, body)
        self.server_of.note(ask)
        if ask.resource == "git":
            self._git(ask, parts.query)
        else:
            self._api(ask)

    def _api(self, ask: Asked) -> None:
        github = self.server_of
        answer = github.answer(ask)
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        etag = 'W/"' + hashlib.sha256(raw + ask.headers.get("authorization", "").encode()).hexdigest()[:32] + '"'
        same = answer.status == 200 and ask.method == "GET" and ask.headers.get("if-none-match") == etag
        ask.status = 304 if same else answer.status
        ask.counted = not (same and ask.headers.get("authorization"))
        if ask.counted:
            github.used[ask.resource] += 1
        told = {
            "Content-Type": "application/json; charset=utf-8",
            "ETag": etag,
            "x-ratelimit-limit": str(github.limits[ask.resource]),
            "x-ratelimit-remaining": str(max(0, github.limits[ask.resource] - github.used[ask.resource])),
            "x-ratelimit-reset": str(int(github.reset)),
            "x-ratelimit-resource": ask.resource,
            **answer.headers,
        }
        if same:
            raw = b""
        self.send(ask.status, told, raw, cut=answer.cut)

    # ---- git ------------------------------------------------------------------------------------

    def _git(self, ask: Asked, query: str) -> None:
        github = self.server_of
        name, _, inner = ask.path.strip("/").partition(".git/")
        for fault in list(github.faults):
            found = fault(ask)
            if found is not None:
                ask.status = found.status
                self.send(found.status, found.headers, found.body or b"")
                return
        repo = github.world.repo(name)
        viewer = github.world.tokens.get(_password(ask.headers.get("authorization", "")))
        if repo is None and name in github.world.moved:
            there = github.world.by_id(github.world.moved[name])
            ask.status = 301
            to = f"{github.url}/{there.full_name if there else 'nowhere/none'}.git/{inner}?{query}"
            self.send(301, {"Location": to}, b"")
        elif repo is None or (repo.private and (viewer is None or viewer is not repo.owner)):
            ask.status = 404 if viewer else 401
            challenge = {} if viewer else {"WWW-Authenticate": 'Basic realm="GitHub"'}
            self.send(ask.status, challenge, b"Repository not found.\n")
        elif repo.blocked:
            ask.status = 451
            self.send(451, {}, b"Repository unavailable due to DMCA takedown.\n")
        elif repo.path is None:
            ask.status = 200
            self._send_empty(inner)
        else:
            ask.status = 200
            self._backend(ask, repo, inner, query)

    def _send_empty(self, inner: str) -> None:
        if inner.startswith("info/refs"):
            kind = "application/x-git-upload-pack-advertisement"
            self.send(200, {"Content-Type": kind, "Cache-Control": "no-cache"}, EMPTY_ADVERTISEMENT)
        else:
            self.send(200, {"Content-Type": "application/x-git-upload-pack-result"}, b"0000")

    def _backend(self, ask: Asked, repo: Repo, inner: str, query: str) -> None:
        assert repo.path is not None
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(repo.path.parent),
            "PATH_INFO": f"/{repo.path.name}/{inner}",
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": ask.method,
            "QUERY_STRING": query,
            "CONTENT_TYPE": ask.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(ask.body)),
            "REMOTE_ADDR": "127.0.0.1",
            "GIT_PROTOCOL": ask.headers.get("git-protocol", ""),
            "HTTP_CONTENT_ENCODING": ask.headers.get("content-encoding", ""),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_CONFIG_KEY_1": "safe.directory",
            "GIT_CONFIG_VALUE_1": "*",
        }
        done = subprocess.run(
            ["git", "http-backend"], input=ask.body, env=environment, capture_output=True, check=False
        )
        head, _, raw = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        self.send(int(headers.pop("Status", "200").split()[0]), headers, raw)


class GitHub(serving.Server):
    """`asked` is the log; `faults` may answer instead."""

    handler = _Handler

    def __init__(self, world: World, *, limits: dict[str, int] | None = None, page_size: int = 100) -> None:
        super().__init__()
        self.world = world
        self.asked: list[Asked] = []
        self.problems: list[str] = []  # against GitHub's own description
        self.faults: list[Fault] = []
        self.limits = {"core": 60, "search": 10, "graphql": 5000} | (limits or {})
        self.reset = time.time() + 3600
        self.used: Counter[str] = Counter()
        self.page_size = page_size
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Begin a new log."""
        with self._lock:
            self.asked.clear()
            self.used.clear()

    def count(self, resource: str, *, counted: bool = False) -> int:
        return sum(1 for ask in list(self.asked) if ask.resource == resource and (ask.counted or not counted))

    def note(self, ask: Asked) -> None:
        with self._lock:
            self.asked.append(ask)

    # ---- answers --------------------------------------------------------------------------------

    def answer(self, ask: Asked) -> Answer:
        for fault in list(self.faults):
            found = fault(ask)
            if found is not None:
                return found
        token = ask.headers.get("authorization", "").removeprefix("Bearer ")
        viewer = self.world.tokens.get(token)
        if token and viewer is None:
            return Answer(401, {"message": "Bad credentials"})
        if self._left(ask.resource) <= 0:
            return Answer(403, {"message": "API rate limit exceeded for 127.0.0.1."}, {"x-ratelimit-remaining": "0"})
        if ask.resource == "graphql":
            return self._queried(ask, viewer)
        if ask.method != "GET":
            return Answer(404, {"message": "Not Found"})
        self._check(
            checking.problems_of_request(ask.path, ask.query) if not ask.path.startswith("/repositories/") else []
        )
        answer = self._rest(ask, viewer)
        if answer.status == 200 and not ask.path.startswith("/repositories/"):
            self._check(checking.problems_of_body(ask.path, answer.body))
        return answer

    def _left(self, resource: str) -> int:
        return self.limits[resource] - self.used[resource]

    def _check(self, problems: list[str]) -> None:
        with self._lock:
            self.problems += problems

    def _queried(self, ask: Asked, viewer: User | None) -> Answer:
        if viewer is None:
            return Answer(401, {"message": "This endpoint requires you to be authenticated."})
        told = json.loads(ask.body)
        problems = answering.problems_of(told["query"], told["variables"])
        self._check(problems)
        if problems:
            return Answer(200, {"errors": [{"message": problem} for problem in problems]})
        return Answer(200, answering.answer(self.world, self.url, viewer, told["query"], told["variables"]))

    def _rest(self, ask: Asked, viewer: User | None) -> Answer:  # noqa: PLR0911 - one line per path
        parts = ask.path.strip("/").split("/")
        match parts:
            case ["user"]:
                return (
                    Answer(200, bodies.whole_user(viewer, self.url, own=True))
                    if viewer
                    else Answer(401, {"message": "x"})
                )
            case ["user", "emails"]:
                mails = viewer.emails if viewer else ()
                told = [{"email": mail, "primary": False, "verified": True, "visibility": None} for mail in mails]
                return Answer(200, told)
            case ["user", "repos"]:
                return self._page(ask, [r for r in self.world.visible(viewer) if r.owner is viewer])
            case ["user", number]:
                found = next((user for user in self.world.users if str(user.id) == number), None)
                return self._user(found)
            case ["users", login]:
                return self._user(self.world.user(login))
            case ["users", login, "repos"]:
                owner = self.world.user(login)
                if owner is None:
                    return Answer(404, {"message": "Not Found"})
                return self._page(ask, [r for r in self.world.repos if r.owner is owner and not r.private])
            case ["repos", owner, name]:
                return self._repo(f"{owner}/{name}", viewer)
            case ["repositories", number]:
                repo = self.world.by_id(int(number))
                return Answer(200, bodies.whole_repo(repo, self.url)) if repo else Answer(404, {"message": "Not Found"})
            case ["search", *what]:
                return self._searched(ask, viewer, what)
            case _:
                return Answer(404, {"message": "Not Found"})

    def _searched(self, ask: Asked, viewer: User | None, what: list[str]) -> Answer:
        match what:
            case ["commits"]:
                login = ask.query["q"].removeprefix("author:").casefold()
                linked = [entry for entry in self.world.linked if entry[0].login.casefold() == login]
                items = [bodies.found_commit(*entry, self.url) for entry in linked]
                return Answer(200, {"total_count": len(items), "incomplete_results": False, "items": items})
            case ["issues"]:
                return self._search_issues(ask)
            case ["repositories"]:
                wanted = {word.removeprefix("repo:").casefold() for word in ask.query["q"].split()}
                found = [r for r in self.world.visible(viewer) if r.full_name.casefold() in wanted]
                items = [bodies.found_repo(repo, self.url) for repo in found]
                return Answer(200, {"total_count": len(items), "incomplete_results": False, "items": items})
            case _:
                return Answer(404, {"message": "Not Found"})

    def _user(self, found: User | None) -> Answer:
        return (
            Answer(200, bodies.whole_user(found, self.url, own=False))
            if found
            else Answer(404, {"message": "Not Found"})
        )

    def _repo(self, name: str, viewer: User | None) -> Answer:
        if name in self.world.moved and self.world.repo(name) is None:
            there = f"{self.url}/repositories/{self.world.moved[name]}"
            return Answer(301, {"message": "Moved Permanently", "url": there}, {"Location": there})
        repo = self.world.repo(name)
        if repo is None or repo not in self.world.visible(viewer):
            return Answer(404, {"message": "Not Found"})
        if repo.blocked:
            block = {"reason": "dmca", "created_at": "2023-01-01T00:00:00Z", "html_url": "https://example.org"}
            return Answer(451, {"message": "Repository access blocked", "block": block})
        return Answer(200, bodies.whole_repo(repo, self.url))

    def _page(self, ask: Asked, repos: list[Repo]) -> Answer:
        key = {"pushed": lambda r: r.pushed_at or "", "created": lambda r: r.created_at}[
            ask.query.get("sort", "created")
        ]
        ordered = sorted(repos, key=key, reverse=ask.query.get("direction") == "desc")
        size, number = min(int(ask.query.get("per_page", 30)), self.page_size), int(ask.query.get("page", 1))
        items = [bodies.repo(repo, self.url) for repo in ordered[(number - 1) * size : number * size]]
        headers = {}
        if number * size < len(ordered):
            following = urlencode({**ask.query, "page": number + 1})
            headers["Link"] = f'<{self.url}{ask.path}?{following}>; rel="next", <{self.url}{ask.path}>; rel="first"'
        return Answer(200, items, headers)

    def _search_issues(self, ask: Asked) -> Answer:
        words = dict(word.split(":", 1) for word in ask.query["q"].split())
        since, before = words.get("updated", ">=").removeprefix(">="), words.get("created", "<=~").removeprefix("<=")
        found = []
        for thread in self.world.threads:
            if thread.repo.private or thread.updated_at < since or thread.created_at > before:
                continue
            reviewers = {user.login.casefold() for user, _ in thread.reviews}
            author = thread.author.login.casefold()
            if "author" in words and author != words["author"].casefold():
                continue
            if "-author" in words and author == words["-author"].casefold():
                continue
            if "reviewed-by" in words and words["reviewed-by"].casefold() not in reviewers:
                continue
            found.append(thread)
        found.sort(key=lambda thread: thread.created_at, reverse=True)
        size, number = int(ask.query.get("per_page", 30)), int(ask.query.get("page", 1))
        items = [bodies.found_thread(thread, self.url) for thread in found[:1000][(number - 1) * size : number * size]]
        headers = {}
        if number * size < min(len(found), 1000):
            following = urlencode({**ask.query, "page": number + 1})
            headers["Link"] = f'<{self.url}{ask.path}?{following}>; rel="next"'
        told = {"total_count": len(found), "incomplete_results": False, "search_type": "lexical", "items": items}
        return Answer(200, told, headers)


def _password(header: str) -> str:
    with contextlib.suppress(ValueError):
        return base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")[2]
    return ""
