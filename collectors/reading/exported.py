"""Lists of what packages export: `package: name name …`, more names on indented lines, `!` before telling packages."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def listed(name: str) -> Iterator[tuple[str, bool, list[str]]]:
    """(package, whether its line marks it as telling, words) of each line of a list beside this module."""
    package = ""
    for line in files("collectors.reading").joinpath(name).read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            yield package, False, line.split()
        else:
            head, _, words = line.partition(":")
            package = head.lstrip("!")
            yield package, head.startswith("!"), words.split()
