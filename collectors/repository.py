"""Bounded, streaming access to one git repository through the git executable.

Git runs on an empty shadow git directory of ours whose objects are those of the repository. So nothing of
the repository's own configuration takes part (ssh command, fsmonitor, textconv, filters, hooks, includes,
lazy fetch of a partial clone), and an object that is not there is just missing.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from collectors.gitdir import GitDir, locate, public_url
from collectors.gitprocess import GitProcess, environment
from data.errors import NotUsable
from data.models import Author

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

MOST_ROWS = 50_000
"""Changed files kept of one commit; the others are only counted."""
MOST_TREE = 200_000
"""Files kept of one tree."""
MOST_RESTARTS = 200
"""Broken objects that a stream goes on after."""

_FORMAT = (
    "%H%x00%ae%x00%an%x00%aE%x00%aN%x00%ad%x00%ce%x00%cd%x00%P%x00%s%x00"
    "%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x01)%x00%b"
)
_FIELDS = 12
_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)
_PERSON = re.compile(r"^\s*(.*?)\s*<([^<>\s]+)>\s*$")
_DATE = re.compile(r"(-?\d{1,15}) ([+-])(\d\d)(\d\d)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FURTHEST_OFFSET = 14 * 60
_LAST_SECOND = 253_402_200_000  # a day before the end of year 9999


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit says of itself. `email` and `name` are as written, `mapped_email` went through `.mailmap`."""

    id: str
    email: str
    name: str
    mapped_email: str
    mapped_name: str
    authored: datetime
    committer_email: str
    committed: datetime
    parents: tuple[str, ...]
    subject: str
    co_authors: tuple[tuple[str, str], ...]  # (name, e-mail) of Co-authored-by trailers
    reverts: str  # id (or its beginning) of the commit that this one says to revert
    notes: tuple[str, ...]  # lines of the message that may name a tool: trailers and "Generated with"

    @property
    def is_merge(self) -> bool:
        return len(self.parents) > 1


class Change(NamedTuple):
    """A regular file that differs from the parent's; "" for the side where there is none."""

    path: str
    old: str
    new: str


class Changes(NamedTuple):
    """The changed files of a commit; `rows` is None when its trees cannot be read, `more` were not kept."""

    commit: str
    rows: list[Change] | None
    more: int


class TreeFile(NamedTuple):
    path: str
    blob: str


class Tag(NamedTuple):
    """An annotated tag: who set it and when."""

    id: str
    name: str
    target: str
    email: str
    when: datetime


class Repository:
    """One repository, read only. Use it in a `with` block. Raises NotUsable when there is none at `path`.

    `ref` says which history is meant: HEAD, or a whole ref name such as `refs/collector/head`.
    The shadow is a temporary folder, `within` another one where something else will clear it away.
    """

    def __init__(self, path: Path | str, *, ref: str = "HEAD", within: Path | None = None) -> None:
        found = locate(Path(path))
        if found is None:
            raise NotUsable(f"{path} holds no git repository")
        self.place: GitDir = found
        found.check_alternates()
        self._objects_folder = _identity(found.objects)
        self._shadow = Path(tempfile.mkdtemp(prefix="skillfolio-", dir=within))
        try:
            self._env = environment(self._shadow, {})
            self._config = self._read_config()
            self._prepare_shadow()
        except BaseException:
            self.close()
            raise
        self.head: str | None = found.ref(ref)
        self.shallow: frozenset[str] = found.shallow
        self._roots: list[str] | None = None
        self._authors: dict[str, Author] = {}
        self.complete = True
        """False once a listing of the history ended early, on a broken or missing commit."""

    @property
    def scratch(self) -> Path:
        """A private folder that goes away with this object."""
        return self._shadow

    def check_presence(self) -> None:
        """Raise NotUsable when its objects went away since it was opened: what was read since may lack anything."""
        if self._objects_folder != _identity(self.place.objects):
            raise NotUsable(f"{self.place.path} went away while it was read")

    def close(self) -> None:
        shutil.rmtree(self._shadow, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _read_config(self) -> dict[str, str]:
        path = self.place.config_file()
        if path is None:
            return {}
        listing = ("config", "--file", str(path), "--no-includes", "--null", "--list")
        with GitProcess(listing, cwd=self._shadow, env=self._env, time_limit=30) as git:
            pairs = (field.decode("utf-8", "replace").partition("\n") for field in git.fields())
            return {key: value for key, _, value in pairs}

    def _prepare_shadow(self) -> None:
        extensions = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
        if self._config.get("extensions.refstorage", "files").lower() != "files":
            raise NotUsable(f"{self.place.path} keeps its refs as reftable, which is not read yet")
        if self._config.get("extensions.objectformat", "sha1").lower() == "sha256":
            extensions = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n"
        for folder in ("objects", "refs"):
            (self._shadow / folder).mkdir()
        (self._shadow / "HEAD").write_text("ref: refs/heads/none\n")
        (self._shadow / "config").write_text(extensions)
        if shallow := self.place.shallow:
            (self._shadow / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(shallow)))
        self._env["GIT_DIR"] = str(self._shadow)
        self._env["GIT_OBJECT_DIRECTORY"] = str(self.place.objects)

    def _git(self, *arguments: str, lines: Iterable[bytes] | None = None) -> GitProcess:
        return GitProcess(arguments, cwd=self._shadow, env=self._env, lines=lines)

    # ---- history ----------------------------------------------------------------------------------

    def commits(self) -> Iterator[Commit]:
        """Every commit of the history, newest first, merges included; ends early when a commit is broken."""
        if self.head is None:
            self._roots = []
            return
        roots: list[str] = []
        authors: dict[str, Author] = {}
        mailmap = ("-c", f"mailmap.blob={self.head}:.mailmap")
        listing = (*mailmap, "log", "-z", "--encoding=UTF-8", "--date=raw", f"--format={_FORMAT}", "--stdin")
        with self._git(*listing, lines=[self.head.encode()]) as git:
            fields = git.fields()
            for record in zip(*[fields] * _FIELDS, strict=False):
                commit = _commit(record)
                if not commit.parents:
                    roots.append(commit.id)
                if not commit.is_merge:
                    _count_author(authors, commit)
                yield commit
            self.complete = git.wait() == 0
        self._roots, self._authors = roots, authors

    def _walked(self) -> None:
        if self._roots is None:
            for _ in self.commits():
                pass

    def authors(self) -> list[Author]:
        """Every author address as written, most commits first, with the name it was last used with."""
        self._walked()
        return sorted(self._authors.values(), key=lambda author: (-author.commits, author.email))

    @property
    def key(self) -> str:
        """`git:` and a hash of the first commits: equal for all clones of one history."""
        self._walked()
        return "git:" + hashlib.sha256("\n".join(sorted(self._roots or ())).encode()).hexdigest()[:40]

    @cached_property
    def remote_url(self) -> str:
        """Page of the remote named origin (or the only one), without credentials; "" when it has none."""
        remotes = {key: value for key, value in self._config.items() if re.fullmatch(r"remote\..+\.url", key)}
        url = remotes.get("remote.origin.url") or (next(iter(remotes.values())) if len(remotes) == 1 else "")
        return public_url(url)

    def commit_url(self, commit: str) -> str:
        """Page of a commit at the forge; "" when the remote is not on the web."""
        if not self.remote_url:
            return ""
        host = self.remote_url.split("/")[2]
        middle = {"gitlab.com": "/-/commit/", "bitbucket.org": "/commits/"}.get(host, "/commit/")
        return self.remote_url + middle + commit

    def changes(self, commits: Iterable[str]) -> Iterator[Changes]:
        """The regular files that each (non-merge) commit changed, in the order given; a root adds them all.

        Renames are left to the caller, symbolic links, submodules and changes of mode are none.
        """
        order = list(commits)
        at, restarts = 0, 0
        while at < len(order):
            listing = ("diff-tree", "--stdin", "--always", "-r", "-z", "--root", "--raw", "--no-renames", "--no-abbrev")
            with self._git(*listing, lines=(commit.encode() for commit in order[at:])) as git:
                for changes in _parsed_changes(git.fields()):
                    if changes.commit != order[at]:
                        break
                    yield changes
                    at += 1
                well = at == len(order) and git.wait() == 0
            if not well and at < len(order):
                restarts += 1
                broken = order[at : at + 1] if restarts < MOST_RESTARTS else order[at:]
                yield from (Changes(commit, None, 0) for commit in broken)
                at += len(broken)

    # ---- objects ----------------------------------------------------------------------------------

    def blobs(self, ids: Iterable[str], limit: Callable[[str], int]) -> Iterator[tuple[str, bytes | None]]:
        """The contents of blobs in the order given; None when missing, broken or larger than `limit(id)` bytes."""
        return self._objects(list(ids), b"blob", limit)

    def _objects(self, ids: list[str], kind: bytes, limit: Callable[[str], int]) -> Iterator[tuple[str, bytes | None]]:
        at, restarts = 0, 0
        while at < len(ids):
            if restarts >= MOST_RESTARTS:
                yield from ((oid, None) for oid in ids[at:])
                return
            with self._git("cat-file", "--batch", "--buffer", lines=(oid.encode() for oid in ids[at:])) as git:
                while at < len(ids):
                    oid = ids[at]
                    at += 1
                    header = git.out.readline(4096).split()
                    whole, data = _read_object(git, header, kind, limit(oid))
                    yield oid, data
                    if not whole:  # git died on this object: go on after it
                        break
            restarts += 1

    def tree(self, commit: str) -> Iterator[TreeFile]:
        """The regular files of a commit's tree, at most MOST_TREE."""
        with self._git("ls-tree", "-r", "-z", "--full-tree", commit) as git:
            for count, field in enumerate(git.fields()):
                meta, _, path = field.partition(b"\t")
                if count >= MOST_TREE:
                    self.complete = False
                    return
                if meta.startswith(b"10"):
                    yield TreeFile(path.decode("utf-8", "replace"), meta.split()[2].decode())

    def tags(self) -> Iterator[Tag]:
        """Annotated tags, in order of name."""
        names = self.place.tags()
        for (name, oid), (_, data) in zip(
            names.items(), self._objects(list(names.values()), b"tag", lambda _: 1 << 16), strict=True
        ):
            tag = _tag(oid, name, data) if data else None
            if tag is not None:
                yield tag


def _identity(folder: Path) -> tuple[int, int]:
    try:
        status = folder.stat()
    except OSError:
        return 0, 0
    return status.st_dev, status.st_ino


def _read_object(git: GitProcess, header: list[bytes], kind: bytes, limit: int) -> tuple[bool, bytes | None]:
    """(whether git lives on, the content when it was wanted and whole)."""
    if len(header) == 2 and header[1] == b"missing":  # noqa: PLR2004
        return True, None
    if len(header) != 3 or not header[2].isdigit():  # noqa: PLR2004
        return False, None
    size = int(header[2])
    if header[1] == kind and size <= limit:
        data = git.out.read(size)
        whole = len(git.out.read(1)) == 1  # the line end behind it; a slice would copy all before it
        return whole, data if whole else None
    rest = size + 1
    while rest > 0:
        got = len(git.out.read(min(rest, 1 << 20)))
        if not got:
            return False, None
        rest -= got
    return True, None


def _parsed_changes(fields: Iterator[bytes]) -> Iterator[Changes]:
    commit, rows, more = "", list[Change](), 0
    for field in fields:
        if field[:1] != b":":
            if commit:
                yield Changes(commit, rows, more)
            commit, rows, more = field.strip().decode("ascii", "replace"), [], 0
            continue
        path = next(fields, None)
        if path is None:
            return
        old_mode, new_mode, old, new, _ = field.decode("ascii", "replace").split(" ", 4)
        # only regular files have modes 100644 and 100755; zeros stand for "none"
        before = old if old_mode[1:3] == "10" and old.strip("0") else ""
        after = new if new_mode[:2] == "10" and new.strip("0") else ""
        if before == after:
            continue
        if len(rows) < MOST_ROWS:
            rows.append(Change(path.decode("utf-8", "replace"), before, after))
        else:
            more += 1
    if commit:
        yield Changes(commit, rows, more)


def _when(text: bytes) -> datetime:
    """An aware time in its own offset from git's raw form; the epoch when it is none."""
    found = _DATE.fullmatch(text.decode("ascii", "replace"))
    if found is None:
        return _EPOCH
    seconds = int(found[1])
    minutes = int(found[3]) * 60 + int(found[4])
    if minutes > _FURTHEST_OFFSET:
        minutes = 0
    if not -_LAST_SECOND // 4 < seconds < _LAST_SECOND:
        return _EPOCH
    zone = timezone(timedelta(minutes=-minutes if found[2] == "-" else minutes))
    return datetime.fromtimestamp(seconds, zone)


def _note_lines(body: str) -> tuple[str, ...]:
    if not body:
        return ()
    return tuple(
        line.strip()[:300]
        for line in body.splitlines()[-60:]
        if ": " in line or "enerated " in line  # trailers, and "Generated with …" in any case of its G
    )


def _commit(record: tuple[bytes, ...]) -> Commit:
    (oid, email, name, mapped_email, mapped_name, authored, committer, committed, parents, subject, trailers, body) = (
        record
    )
    text = body.decode("utf-8", "replace")
    reverted = _REVERTS.search(text) if body and b"This reverts commit" in body else None
    people: tuple[tuple[str, str], ...] = ()
    if trailers:
        found = (_PERSON.match(line) for line in trailers.decode("utf-8", "replace").split("\x01"))
        people = tuple((match[1], match[2]) for match in found if match)
    return Commit(
        id=oid.decode("ascii", "replace"),
        email=email.decode("utf-8", "replace"),
        name=name.decode("utf-8", "replace"),
        mapped_email=mapped_email.decode("utf-8", "replace"),
        mapped_name=mapped_name.decode("utf-8", "replace"),
        authored=_when(authored),
        committer_email=committer.decode("utf-8", "replace"),
        committed=_when(committed),
        parents=tuple(parents.decode("ascii", "replace").split()),
        subject=subject.decode("utf-8", "replace"),
        co_authors=people,
        reverts=reverted[1] if reverted else "",
        notes=_note_lines(text),
    )


def _count_author(authors: dict[str, Author], commit: Commit) -> None:
    email = commit.email.casefold()
    known = authors.get(email)
    if known is None:  # the newest commit comes first: its name stays
        authors[email] = Author(email, commit.name, 1, commit.authored, commit.authored)
        return
    first, last = min(known.first, commit.authored), max(known.last, commit.authored)
    authors[email] = Author(email, known.name, known.commits + 1, first, last)


_TAGGER = re.compile(rb"^tagger (?:[^<>\n]*)<([^<>\n]*)> (-?\d{1,15} [+-]\d{4})$", re.MULTILINE)
_TARGET = re.compile(rb"^object ([0-9a-f]{40,64})\ntype commit\n")


def _tag(oid: str, name: str, data: bytes) -> Tag | None:
    head = data.partition(b"\n\n")[0]
    tagger, target = _TAGGER.search(head), _TARGET.match(head)
    if tagger is None or target is None:
        return None
    return Tag(oid, name, target[1].decode(), tagger[1].decode("utf-8", "replace").casefold(), _when(tagger[2]))
