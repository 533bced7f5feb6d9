"""A Kaggle on this machine: calls and the older form, pages, credentials of every sort, files on another host, faults."""

from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from tests.loopback import kaggle_bodies as bodies
from tests.loopback import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.loopback.kaggle_state import World

PREFIX = "/api/v1/"


@dataclass
class Asked:
    """A request as it came in, and what was answered."""

    verb: str
    path: str  # below /api/v1/
    told: dict[str, Any]  # body of a call, or query
    headers: dict[str, str]
    status: int = 0

    @property
    def call(self) -> str:
        return self.path.rpartition("/")[2]


@dataclass
class Answer:
    status: int = 200
    body: Any = None  # bytes go out as they are
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


def no(status: int, message: str = "") -> Answer:
    return Answer(status, {"code": status, "message": message})


def nested(status: int, message: str) -> Answer:
    return Answer(status, {"error": {"code": status, "message": message, "status": "RESOURCE_EXHAUSTED"}})


class _Handler(serving.Handler):
    server_of: Kaggle | Storage

    def respond(self) -> None:
        body = self.body()
        answer = self.server_of.handle(self.command, self.path, self.told, body)
        raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
        kind = "application/octet-stream" if isinstance(answer.body, bytes) else "application/json"
        self.send(answer.status, {"Content-Type": kind} | answer.headers, raw, cut=answer.cut)


class Kaggle(serving.Server):
    """`asked` is the log; `faults` may answer instead."""

    handler = _Handler

    def __init__(self, world: World, *, page_size: int = 100, openly: bool = False) -> None:
        super().__init__()
        self.world = world
        self.asked: list[Asked] = []
        self.faults: list[Callable[[Asked], Answer | None]] = []
        self.page_size = page_size
        self.openly = openly  # lists notebooks without credentials
        self.storage: Storage | None = None  # where files lie; None: here
        self._lock = threading.Lock()

    def forget(self) -> None:
        self.asked.clear()

    def calls(self) -> list[str]:
        return [ask.call if ask.verb == "POST" else f"GET {ask.path}" for ask in list(self.asked)]

    def handle(self, verb: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        parts = urlsplit(target)
        told = json.loads(body) if verb == "POST" and body else dict(parse_qsl(parts.query))
        ask = Asked(verb, parts.path.removeprefix(PREFIX), told, headers)
        with self._lock:
            self.asked.append(ask)
        answer = next((found for fault in self.faults if (found := fault(ask)) is not None), None)
        if answer is None:
            answer = self._answer(ask) if parts.path.startswith(PREFIX) else Answer(404, b"<html>not here</html>")
        ask.status = answer.status
        return answer

    def _viewer(self, ask: Asked) -> str | None:
        """Who asks: "" for nobody, None for credentials that are not known."""
        kind, _, value = ask.headers.get("authorization", "").partition(" ")
        if kind == "Bearer":
            return self.world.tokens.get(value)
        if kind == "Basic":
            user, _, key = base64.b64decode(value).decode().partition(":")
            return user if self.world.keys.get(user) == key else None
        return ""

    def _answer(self, ask: Asked) -> Answer:
        if ask.call == "GenerateAccessToken":
            user = self.world.refresh.get(ask.told.get("refreshToken", ""))
            if user is None:
                return no(400, "invalid grant")
            token = f"fresh-{user}"
            self.world.tokens[token] = user
            return Answer(200, {"token": token, "expiresIn": "43200s", "userName": user, "userId": 7})
        viewer = self._viewer(ask)
        if viewer is None:
            return no(401, "Unauthenticated")
        if ask.verb == "POST":
            return self._called(ask, viewer) if viewer else no(401, "Unauthenticated")
        return self._got(ask, viewer)

    def _called(self, ask: Asked, viewer: str) -> Answer:  # noqa: PLR0911, PLR0912 - one case per call
        world, told = self.world, ask.told
        match ask.call:
            case "IntrospectToken":
                user = world.tokens.get(told["token"])
                return Answer(200, {"active": True, "username": user}) if user else no(404, "no such token")
            case "ListKernels":
                assert told["sortBy"] == "DATE_RUN"
                if told["group"] == "PROFILE":
                    found = [k for k in world.kernels if k.owner == viewer]
                else:
                    found = [k for k in world.kernels if k.owner == told["user"] and not k.private]
                found = sorted(found, key=lambda k: k.run, reverse=True)
                return self._page(told, "kernels", [bodies.kernel(k) for k in found])
            case "GetKernel":
                return self._kernel(f"{told['userName']}/{told['kernelSlug']}", viewer, told.get("versionLabel"))
            case "ListDatasets":
                own = told["group"] == "DATASET_SELECTION_GROUP_MY"
                sets = [d for d in world.datasets if d.owner == (viewer if own else told["user"])]
                return self._page(told, "datasets", [bodies.dataset(d) for d in sets if own or not d.private])
            case "GetDataset":
                return self._dataset(f"{told['ownerSlug']}/{told['datasetSlug']}", viewer)
            case "ListModels":
                models = [m for m in world.models if m.owner == told["owner"]]
                return self._page(
                    told, "models", [bodies.model(m) for m in models if not m.private or m.owner == viewer]
                )
            case "ListCompetitions":
                assert told["group"] == "COMPETITION_LIST_TAB_ENTERED"
                return self._page(
                    told, "competitions", [bodies.contest(c, viewer) for c in world.contests if viewer in c.ranks]
                )
            case "ListSubmissions":
                contest = world.contest(told["competitionName"])
                if contest is None or contest.hidden:
                    return no(403, "Permission denied")
                return self._page(told, "submissions", [bodies.sent(each) for each in contest.sent])
            case "DownloadLeaderboard":
                return self._board(told["competitionName"])
            case _:
                return no(404, "no such call")

    def _got(self, ask: Asked, viewer: str) -> Answer:
        match ask.path.split("/"):
            case ["datasets", "list"]:
                sets = [d for d in self.world.datasets if d.owner == ask.told["user"] and not d.private]
                return self._numbered(ask, [bodies.older(bodies.dataset(d)) for d in sets])
            case ["datasets", "view", owner, slug]:
                return self._dataset(f"{owner}/{slug}", viewer)
            case ["kernels", "list"]:
                if not (self.openly or viewer):
                    return no(401, "Unauthenticated")
                kernels = [k for k in self.world.kernels if k.owner == ask.told["user"] and not k.private]
                return self._numbered(ask, [bodies.older(bodies.kernel(k)) for k in kernels])
            case ["kernels", "pull"]:
                return self._kernel(f"{ask.told['userName']}/{ask.told['kernelSlug']}", viewer, None)
            case _:
                return no(404, "no such path")

    def _page(self, told: dict[str, Any], name: str, items: Sequence[Any]) -> Answer:
        size = min(int(told.get("pageSize", 20)), self.page_size)
        start = int(told.get("pageToken") or 0)
        more = str(start + size) if start + size < len(items) else ""
        return Answer(200, {name: list(items[start : start + size]), "nextPageToken": more})

    def _numbered(self, ask: Asked, items: Sequence[Any]) -> Answer:
        size, page = min(int(ask.told.get("pageSize", 20)), self.page_size), int(ask.told.get("page", 1))
        return Answer(200, list(items[(page - 1) * size : page * size]))

    def _kernel(self, ref: str, viewer: str, label: str | None) -> Answer:
        kernel = self.world.kernel(ref)
        if kernel is None or kernel.draft or (kernel.private and kernel.owner != viewer):
            return no(404, "Not found")
        if kernel.forbidden:
            return no(403, "Permission 'kernels.get' was denied")
        if label is None:
            return Answer(200, bodies.pulled(kernel, kernel.source))
        source = kernel.source if label == f"v{kernel.version}" else kernel.earlier.get(int(label.removeprefix("v")))
        return Answer(200, bodies.pulled(kernel, source)) if source is not None else no(404, "Not found")

    def _dataset(self, ref: str, viewer: str) -> Answer:
        mine = ref.partition("/")[0] == viewer
        found = next((each for each in self.world.datasets if each.ref == ref and (mine or not each.private)), None)
        return Answer(200, bodies.dataset(found, whole=True)) if found else no(404, "Not found")

    def _board(self, slug: str) -> Answer:
        contest = self.world.contest(slug)
        if contest is None:
            return no(404, "Not found")
        if contest.hidden or contest.board is None:
            return no(403, "You must accept this competition's rules")
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{slug}-publicleaderboard.csv", "\ufeff" + contest.board)
        if self.storage is None:
            return Answer(200, packed.getvalue(), {"Content-Type": "application/zip"})
        self.storage.files[f"/{slug}.zip"] = packed.getvalue()
        return Answer(302, b"", {"Location": f"{self.storage.url}/{slug}.zip"})


class Storage(serving.Server):
    """Another host, as files are kept on; `asked` holds the headers of what was sent to it."""

    handler = _Handler

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.asked: list[dict[str, str]] = []

    def handle(self, verb: str, target: str, headers: dict[str, str], _: bytes) -> Answer:
        self.asked.append({"verb": verb, **headers})
        found = self.files.get(target)
        return Answer(200, found) if found is not None else Answer(404, b"")

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"
