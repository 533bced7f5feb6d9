"""Notebooks that the size limit of a fetch left out, asked for by their ids.

A notebook with its plots easily passes the limit that keeps data files away, and it is what the person wrote. Only
versions that the person's commits brought or replaced are fetched, newest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectors.fetchprocess import Git

MOST = 4_000  # versions in one fetch
HEAD = "refs/collector/head"
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--filter=blob:none")


def fetch_notebooks(git: Git, authors: Sequence[str]) -> int:
    """Fetch what is missing of the notebooks of `authors` (parts of their addresses); how many versions came.

    Nothing is asked of the server when nothing is missing. What the server does not give stays missing.
    """
    wanted = _notebooks(git, authors) if authors else []
    if not wanted:
        return 0
    missing = _missing(git)
    asked = [oid for oid in wanted if oid in missing][:MOST]
    if not asked:
        return 0
    given = "".join(f"{oid}\n" for oid in asked).encode()
    code, _, _ = git.run(*_FETCH, "--stdin", "--", "origin", given=given)
    return len(asked) if code == 0 else 0


def _notebooks(git: Git, authors: Sequence[str]) -> list[str]:
    """Ids of notebook versions in commits of `authors`, newest first; trees are enough to know them."""
    people = [f"--author={author}" for author in authors]
    listing = ("log", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-merges", "--full-history", "--format=")
    search = ("--fixed-strings", "--regexp-ignore-case", *people)
    code, _, told = git.run(*listing, *search, HEAD, "--", "*.ipynb", online=False)
    if code != 0:
        return []
    found: dict[str, None] = {}
    for field in told.split(b"\0"):
        _, colon, meta = field.partition(b":")
        parts = meta.split(b" ")
        if colon and len(parts) == 5:  # noqa: PLR2004 - two modes, two ids, a status
            found |= {oid.decode("ascii", "replace"): None for oid in (parts[3], parts[2]) if oid.strip(b"0")}
    return list(found)


def _missing(git: Git) -> set[str]:
    listing = ("rev-list", "--objects", "--missing=print", "--no-object-names", HEAD)
    _, _, told = git.run(*listing, online=False)
    return {line[1:].decode("ascii", "replace") for line in told.split(b"\n") if line.startswith(b"?")}
