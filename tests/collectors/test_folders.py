from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from collectors.folders import find_clones

if TYPE_CHECKING:
    from pathlib import Path


def bare(folder: Path) -> Path:
    for inner in ("objects", "refs"):
        (folder / inner).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def found(root: Path) -> list[str]:
    return [str(folder.relative_to(root)) for folder, _ in find_clones(root)]


def test_finds_what_is_a_repository(tmp_path):
    bare(tmp_path / "b.git")
    bare(tmp_path / "work" / ".git")
    bare(tmp_path / "work" / "vendored-clone" / ".git")
    bare(tmp_path / ".dotfiles" / ".git")
    (tmp_path / "not" / "objects").mkdir(parents=True)
    assert found(tmp_path) == [".dotfiles", "b.git", "work", "work/vendored-clone"]


def test_root_itself_may_be_one(tmp_path):
    bare(tmp_path / ".git")
    assert found(tmp_path) == ["."]


def test_leaves_out_what_tools_installed(tmp_path):
    for name in ("node_modules/pkg", ".cache/pre-commit/hook", ".venv/src/thing", "venv/src/thing", ".cargo/git/db"):
        bare(tmp_path / name / ".git")
    assert found(tmp_path) == []


def test_worktrees_and_submodules_come_once(tmp_path):
    main = bare(tmp_path / "z-main" / ".git")
    side = main / "worktrees" / "side"
    side.mkdir(parents=True)
    (side / "HEAD").write_text("ref: refs/heads/side\n")
    (side / "commondir").write_text("../..\n")
    bare(main / "modules" / "lib")
    lib = main / "modules" / "lib"
    for name, target in (("a-side", side), ("z-main/lib", lib), ("z-main/lib-again", lib)):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / ".git").write_text(f"gitdir: {target}\n")
    assert found(tmp_path) == ["z-main", "z-main/lib"]


def test_worktree_stands_for_a_repository_outside(tmp_path):
    main = bare(tmp_path / "outside" / ".git")
    for name in ("one", "two"):
        side = main / "worktrees" / name
        side.mkdir(parents=True)
        (side / "HEAD").write_text("ref: refs/heads/x\n")
        (side / "commondir").write_text("../..\n")
        (tmp_path / "inside" / name).mkdir(parents=True)
        (tmp_path / "inside" / name / ".git").write_text(f"gitdir: {side}\n")
    assert found(tmp_path / "inside") == ["one"]


def test_symbolic_links_are_not_followed(tmp_path):
    bare(tmp_path / "code" / "real" / ".git")
    (tmp_path / "code" / "loop").symlink_to(tmp_path / "code")
    (tmp_path / "code" / "again").symlink_to(tmp_path / "code" / "real")
    assert found(tmp_path / "code") == ["real"]


def test_unreadable_and_odd_folders_are_passed_by(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / ".git").write_text("gitdir: /nowhere/at/all\n")
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / ".git").write_bytes(b"\x00\xff" * 10)
    bare(tmp_path / "work" / ".git")
    assert found(tmp_path) == ["work"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (".git", b"gitdir: " + b"a" * 4_000),
        (".git", b"gitdir: a\0b"),
        (".git/commondir", b"a" * 4_000),
        (".git/commondir", b"a\0b"),
    ],
)
def test_names_that_no_file_can_have_are_passed_by(tmp_path, file, text):
    if "/" in file:
        bare(tmp_path / "odd" / ".git")
    (tmp_path / "odd").mkdir(exist_ok=True)
    (tmp_path / "odd" / file).write_bytes(text)
    bare(tmp_path / "work" / ".git")
    assert found(tmp_path) == ["work"]
