"""Small repositories with real git: commits with authors, dates and time zones, written in one stream."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ANN = ("Ann", "ann@example.org")
BEN = ("Ben", "ben@example.org")

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": os.devnull,
    "LC_ALL": "C.UTF-8",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_ALLOW_PROTOCOL": "file",
}


def git(folder: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    return subprocess.run(
        ["git", *arguments], cwd=folder, env=ENVIRONMENT, input=stdin, capture_output=True, check=True
    ).stdout


@dataclass(frozen=True)
class Link:
    """A symbolic link as a file's content."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository's commit as a file's content."""

    commit: str


def _quoted(path: str | bytes) -> bytes:
    raw = os.fsencode(path)
    return b'"' + raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"'


class History:
    """A repository in the making. Each `commit` builds on the one before unless `parents` says otherwise."""

    def __init__(self, folder: Path, *, bare: bool = False, object_format: str = "sha1") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        shape = ["--bare"] if bare else []
        git(folder, "init", "-q", "--template=", "-b", "main", f"--object-format={object_format}", *shape)
        self._stream = bytearray()
        self._marks = 0
        self._head = 0
        self._bare = bare
        self._ids: dict[int, str] = {}

    @property
    def git_dir(self) -> Path:
        return self.folder if self._bare else self.folder / ".git"

    def commit(
        self,
        files: dict[str | bytes, str | bytes | Link | Submodule | None],
        *,
        author: tuple[str, str] = ANN,
        when: str = "2021-06-01T12:00:00+00:00",
        committer: tuple[str, str] | None = None,
        committed: str | None = None,
        message: str | bytes = "a change",
        parents: list[int] | None = None,
    ) -> int:
        """Change files (None deletes); returns a number that `id` turns into the commit's id once written."""
        self._marks += 1
        mark = self._marks
        add = self._stream.extend
        add(b"commit refs/heads/main\nmark :%d\n" % mark)
        add(b"author %s\n" % _person(author, when))
        add(b"committer %s\n" % _person(committer or author, committed or when))
        text = message.encode() if isinstance(message, str) else message
        add(b"data %d\n%s\n" % (len(text), text))
        came_from = ([self._head] if self._head else []) if parents is None else parents
        for position, parent in enumerate(came_from):
            add(b"%s :%d\n" % (b"merge" if position else b"from", parent))
        if not came_from and self._head:
            self._stream[:] = self._stream.replace(
                b"commit refs/heads/main\nmark :%d\n" % mark,
                b"reset refs/heads/main\n\ncommit refs/heads/main\nmark :%d\n" % mark,
            )
        for path, content in files.items():
            add(_change(path, content))
        add(b"\n")
        self._head = mark
        return mark

    def tag(
        self, name: str, target: int, *, tagger: tuple[str, str] = ANN, when: str = "2021-06-02T12:00:00+00:00"
    ) -> None:
        self._stream += b"tag %s\nfrom :%d\ntagger %s\ndata 1\nx\n" % (name.encode(), target, _person(tagger, when))

    def write(self) -> Path:
        """Put all that was committed so far into the repository."""
        marks = self.git_dir / "marks.tmp"
        arguments = [f"--export-marks={marks}"]
        if marks.exists():
            arguments.append(f"--import-marks={marks}")
        git(self.folder, "fast-import", "--quiet", "--force", *arguments, stdin=bytes(self._stream))
        self._stream.clear()
        for line in marks.read_text().splitlines():
            mark, oid = line.split()
            self._ids[int(mark[1:])] = oid
        return self.folder

    def id(self, mark: int) -> str:
        return self._ids[mark]


def _person(person: tuple[str, str], when: str) -> bytes:
    moment = datetime.fromisoformat(when)
    offset = moment.utcoffset()
    assert offset is not None
    minutes = int(offset.total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    zone = f"{sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    return f"{person[0]} <{person[1]}> {int(moment.timestamp())} {zone}".encode()


def _change(path: str | bytes, content: str | bytes | Link | Submodule | None) -> bytes:
    place = _quoted(path)
    if content is None:
        return b"D %s\n" % place
    if isinstance(content, Submodule):
        return b"M 160000 %s %s\n" % (content.commit.encode(), place)
    mode = b"100644"
    if isinstance(content, Link):
        mode, content = b"120000", content.target
    data = content.encode() if isinstance(content, str) else content
    return b"M %s inline %s\ndata %d\n%s\n" % (mode, place, len(data), data)


def notebook(*cells: str, outputs: str = "") -> str:
    """A notebook of Python code cells."""
    return json.dumps(
        {
            "cells": [
                {"cell_type": "code", "source": cell.splitlines(keepends=True), "outputs": [outputs], "metadata": {}}
                for cell in cells
            ],
            "metadata": {"kernelspec": {"language": "python", "name": "python3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
