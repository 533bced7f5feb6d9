"""What a person asks for when they add Kaggle: checked, and joined with what was asked for before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collectors.kaggle.address import valid_competition, valid_ref
from collectors.kaggle.metafiles import find
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def chosen(
    before: Mapping[str, Any],
    user: str,
    *,
    meta: Path | None = None,
    private: bool | None = None,
    notebooks: Iterable[str] = (),
    competitions: Iterable[str] = (),
) -> dict[str, Any]:
    """The account's options: `meta` (a folder), `private`, `notebooks`, `competitions`. Raises NotUsable."""
    told = dict(before)
    refs = [valid_ref(text) for text in notebooks]
    for ref in refs:
        if ref.partition("/")[0].casefold() != user.casefold():
            raise NotUsable(f"{ref} is somebody else's notebook; name those of {user}.")
    if meta is not None:
        told["meta"] = str(_meta_folder(meta))
    if private is not None:
        told["private"] = private
    for name, more in (
        ("notebooks", refs),
        ("competitions", list(map(valid_competition, competitions))),
    ):
        joined = [*dict.fromkeys([*told.get(name, ()), *more])]
        if joined:
            told[name] = joined
    return told


def _meta_folder(folder: Path) -> Path:
    path = folder.expanduser().absolute()
    if not path.is_dir():
        raise NotUsable(f"There is no folder {path}; name the one that holds Meta Kaggle's files.")
    if find(path, "Users") is None:
        raise NotUsable(
            f"{path} holds no Users.csv; download the files of kaggle.com/datasets/kaggle/meta-kaggle into it."
        )
    return path
