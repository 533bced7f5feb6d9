"""Where a repository keeps its things: found and read from files, without asking git.

Git itself is never started in a repository's own directory, so that nothing in its configuration can run.
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data.errors import NotUsable

if TYPE_CHECKING:
    from pathlib import Path

_SMALL = 1 << 20
_PACKED = 64 << 20
_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HTTPS_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht"})
_DEFAULT_PORTS = frozenset({22, 80, 443, 9418})
_LONGEST_CHAIN = 5
_SHOWN = 200  # characters of what a repository's file says


def _read(path: Path, limit: int = _SMALL) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe or device would hang us
            return b""
        with path.open("rb") as file:
            return file.read(limit)
    except (OSError, ValueError):  # a name with a NUL in it is a ValueError
        return b""


@dataclass(frozen=True, slots=True)
class GitDir:
    """A repository on disk. `common` holds objects and refs; a linked worktree shares it with others."""

    path: Path
    common: Path

    @property
    def identity(self) -> tuple[int, int]:
        """Equal for all worktrees of one repository, however they are reached."""
        status = self.common.stat()
        return status.st_dev, status.st_ino

    @property
    def objects(self) -> Path:
        return self.common / "objects"

    @property
    def shallow(self) -> frozenset[str]:
        """Commits whose parents were not fetched."""
        lines = _read(self.common / "shallow", _PACKED).split()
        return frozenset(line.decode() for line in lines if _ID.fullmatch(line))

    def config_file(self) -> Path | None:
        """The repository's configuration, when it is a plain file of a plausible size."""
        path = self.common / "config"
        try:
            status = path.stat()
        except OSError:
            return None
        return path if stat.S_ISREG(status.st_mode) and status.st_size <= _SMALL else None

    @property
    def branch(self) -> str:
        """Name of the branch that HEAD is on; "" when it is detached."""
        text = _read(self.path / "HEAD", 4096).decode("utf-8", "replace").strip()
        return text.removeprefix("ref: refs/heads/") if text.startswith("ref: refs/heads/") else ""

    def ref(self, name: str) -> str | None:
        """Commit id that a ref leads to; None when unborn."""
        for _ in range(_LONGEST_CHAIN):
            if name != "HEAD" and (not name.startswith("refs/") or ".." in name.split("/")):
                return None
            text = _read((self.path if name == "HEAD" else self.common) / name, 4096).strip()
            if not text:
                return self.packed_refs().get(name)
            if not text.startswith(b"ref:"):
                return text.decode() if _ID.fullmatch(text) else None
            name = text[4:].strip().decode("utf-8", "replace")
        return None

    def packed_refs(self) -> dict[str, str]:
        """{ref name: object id} of the packed-refs file."""
        found = {}
        for line in _read(self.common / "packed-refs", _PACKED).split(b"\n"):
            oid, _, name = line.partition(b" ")
            if name and _ID.fullmatch(oid):
                found[name.decode("utf-8", "replace").rstrip("\r")] = oid.decode()
        return found

    def tags(self, limit: int = 2_000) -> dict[str, str]:
        """{tag name: object id}, at most `limit`, in order of name."""
        found = {name[10:]: oid for name, oid in self.packed_refs().items() if name.startswith("refs/tags/")}
        folder = self.common / "refs" / "tags"
        for path in _files_below(folder, limit):
            text = _read(path, 4096).strip()
            if _ID.fullmatch(text):
                found[path.relative_to(folder).as_posix()] = text.decode()
        return dict(sorted(found.items())[:limit])

    def check_alternates(self) -> None:
        """Raise NotUsable when objects are borrowed from a place that is no folder of this machine.

        Git follows such entries by itself; a clone made with `--reference` or `--shared` has an honest one.
        """
        for line in _read(self.objects / "info" / "alternates").splitlines():
            entry = line.decode("utf-8", "replace").strip()
            if not entry or entry.startswith("#"):
                continue
            place = self.objects / entry
            if entry.startswith(('"', "//", "\\\\")) or "://" in entry or not _is_folder(place):
                raise NotUsable(
                    f"{self.path} borrows its objects from {entry[:_SHOWN]}, which is not a folder here: "
                    "run `git repack -a -d` where that folder exists, or clone again"
                )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _files_below(folder: Path, limit: int) -> list[Path]:
    found: list[Path] = []
    todo = [folder]
    while todo and len(found) < limit:
        try:
            entries = sorted(todo.pop().iterdir())
        except OSError:
            continue
        for entry in entries:
            if entry.is_symlink():
                continue
            if entry.is_dir():
                todo.append(entry)
            else:
                found.append(entry)
    return found


def locate(path: Path) -> GitDir | None:
    """The repository whose work tree or git directory `path` is, or None. Looks at this folder only."""
    try:
        return _located(path)
    except (OSError, ValueError, RuntimeError):  # not ours to enter, a name that no file has, links in a circle
        return None


def _located(path: Path) -> GitDir | None:
    git_dir = path
    inner = path / ".git"
    if inner.is_dir():
        git_dir = inner
    elif inner.is_file():  # a linked worktree or a submodule says where it is kept
        text = _read(inner, 4096).decode("utf-8", "replace")
        if not text.startswith("gitdir:"):
            return None
        git_dir = path / text[7:].strip()
    if not (git_dir / "HEAD").is_file() and not (git_dir / "HEAD").is_symlink():
        return None
    shared = _read(git_dir / "commondir", 4096).decode("utf-8", "replace").strip()
    common = git_dir / shared if shared else git_dir
    if not (common / "objects").is_dir():
        return None
    return GitDir(git_dir.resolve(), common.resolve())


def public_url(url: str) -> str:
    """The page of a remote, without credentials, query and `.git`; "" when it is no place on the web.

    `git@HOST:OWNER/NAME` and `ssh://` become https for the forges whose pages are known to be there.
    """
    url = url.strip()
    if len(url) > 2_000 or any(character.isspace() or ord(character) < 32 for character in url):  # noqa: PLR2004
        return ""
    scp = re.fullmatch(r"(?:[^@/:]+@)?([\w.-]+):(?!//)/?(.+)", url)
    if scp:
        host, path, scheme, port = scp[1].lower(), scp[2], "ssh", None
    else:
        try:
            parts = urlsplit(url)
            host, path, scheme, port = (parts.hostname or "").lower(), parts.path, parts.scheme, parts.port
        except ValueError:
            return ""
    path = path.strip("/").removesuffix(".git").rstrip("/")
    if not path or not re.fullmatch(r"[\w.-]+", host) or ".." in path.split("/"):
        return ""
    if host in {"ssh.github.com", "www.github.com"}:
        host, port = "github.com", None
    if host in _HTTPS_HOSTS and scheme in {"https", "http", "ssh", "git", "git+ssh"}:
        return f"https://{host}/{path}"
    if scheme in {"https", "http"}:
        place = host if port is None or port in _DEFAULT_PORTS else f"{host}:{port}"
        return f"{scheme}://{place}/{path}"
    return ""
