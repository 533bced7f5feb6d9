"""The person's own mappings: one area file beside the store, which lies on top of every taxonomy.

It is theirs to edit by hand, too: what is written here changes one entry and leaves the rest as it stands.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.alone import alone_in
from data.distributions import imports_of
from data.errors import NotUsable, TaxonomyError
from data.explaining import about
from data.taxonomy.loading import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.settings import Settings
    from data.taxonomy.entries import Taxonomy

OWN_FILE = "taxonomy.toml"
LANGUAGES = (
    *("python", "r", "scala", "java", "kotlin", "julia", "javascript", "typescript", "go", "rust", "c", "cpp"),
    *("cuda", "lua", "terraform"),
)
_HEAD = """\
# Your own entries, on top of Skillfolio's taxonomy and in its format. `skillfolio map` writes here.
id = {area}
"""
_PACKAGE = re.compile(r"[A-Za-z0-9_@][\w@./:+-]{0,99}", re.ASCII)
_HEADER = re.compile(r"^\[\[", re.MULTILINE)
_REMARKS = re.compile(r"(?:^#[^\n]*\n|^[ \t]*\n)*\Z", re.MULTILINE)  # above the next entry


def own_file(home: Path) -> Path:
    return home / OWN_FILE


def load_chosen(settings: Settings) -> Taxonomy:
    """Load the taxonomy that the settings choose, with the person's own entries on top. Raises TaxonomyError."""
    return load_taxonomy(settings.taxonomy, extend=[*_extensions(settings), *_existing(own_file(settings.home))])


def map_package(settings: Settings, package: str, skills: Sequence[str], language: str = "python") -> Taxonomy:
    """Let uses of a package show these skills, in place of what it was mapped to; return the taxonomy as it is then.

    A package may be named as it is installed (`imports_meant`). Raises NotUsable when the package, language or skill
    cannot be, TaxonomyError when the file is broken already.
    """
    taxonomy = load_chosen(settings)
    for module in imports_meant(package, language):
        taxonomy = _map_import(settings, taxonomy, module, skills, language)
    return taxonomy


def imports_meant(package: str, language: str = "python") -> tuple[str, ...]:
    """Return what a name stands for in code: itself, or what the Python distribution of that name lets one import."""
    found = imports_of(package) if language == "python" else ()
    return (package,) if package in found or not found else found


def _map_import(settings: Settings, taxonomy: Taxonomy, package: str, skills: Sequence[str], language: str) -> Taxonomy:
    _check(settings, taxonomy, package, skills, language)
    path = own_file(settings.home)
    with alone_in(settings.home):
        before = _text(path)
        text = _without(before, package, language)
        if "id" not in tomllib.loads(text):
            text = _HEAD.format(area=json.dumps(taxonomy.skills[skills[0]].area)) + text
        taken = set(taxonomy.technologies) - {_id(row) for row in _rows(before, package, language)}
        return _replace(settings, text.rstrip() + "\n\n" + _entry(package, skills, language, taken))


def remove_package(settings: Settings, package: str, language: str = "python") -> Taxonomy:
    """Forget what a package was mapped to.

    Raises NotUsable when it was not mapped by the person, TaxonomyError when the file is broken already.
    """
    load_chosen(settings)  # what is broken is told, and left to the person
    path = own_file(settings.home)
    with alone_in(settings.home):
        text = left = _text(path)
        for module in imports_meant(package, language):
            left = _without(left, module, language)
        if left == text:
            raise NotUsable(f"{package} ({language}) is not mapped in {path}.")
        return _replace(settings, left)


def mapped(settings: Settings) -> list[tuple[str, str, tuple[str, ...]]]:
    """List (package, language, skills) of each entry for one package, as the file has them; it has to be whole."""
    rows = tomllib.loads(_text(own_file(settings.home))).get("technology", [])
    plain = [row for row in rows if len(row.get("imports", ())) == 1]
    return [
        (row["imports"][0], language, tuple(row.get("skills", ()))) for row in plain for language in _languages(row)
    ]


def _check(settings: Settings, taxonomy: Taxonomy, package: str, skills: Sequence[str], language: str) -> None:
    if not _PACKAGE.fullmatch(package):
        raise NotUsable(f"{package!r} is no name of a package: write it as it is imported, such as odd_library.")
    if language not in LANGUAGES:
        raise NotUsable(f"{language!r} is no language whose imports are read: {', '.join(LANGUAGES)}.")
    own = {package for package, of, _ in mapped(settings) if of == language}
    known = [m.subject for m in taxonomy.match("import", language, package) if m.subject_kind == "technology"]
    if known and package not in own:
        raise NotUsable(
            f"{package} is known already, as {taxonomy.technologies[known[0]].name}. "
            f"To let it show more, write a [[rule]] into {own_file(settings.home)}."
        )
    if not skills:
        raise NotUsable("Name the skill that uses of the package show.")
    for skill in skills:
        if skill not in taxonomy.skills:
            about(taxonomy, skill)
            raise NotUsable(f"{skill} is a technology; a package is mapped to a skill, such as pandas or statistics.")


def _entry(package: str, skills: Sequence[str], language: str, taken: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", package.lower()).strip("-") or "package"
    name = words if words[0].isalpha() else f"own-{words}"
    free = next(one for one in (name, f"own-{name}", f"own-{name}-{language}") if one not in taken)
    return (
        f"[[technology]]\nid = {json.dumps(free)}\nname = {json.dumps(package)}\n"
        f"languages = {json.dumps([language])}\nimports = {json.dumps([package])}\n"
        f"skills = {json.dumps(list(skills))}\n"
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _without(text: str, package: str, language: str) -> str:
    """Take the entry of a package out of the text; raises NotUsable where only the person can."""
    table = tomllib.loads(text)
    rows = table.get("technology", [])
    gone = [n for n, row in enumerate(rows) if _is_of(row, package, language)]
    if not gone:
        return text
    left = text
    for start, end in reversed(list(pairwise([*(match.start() for match in _HEADER.finditer(text)), len(text)]))):
        if _read_alone(text[start:end]) in [rows[n] for n in gone]:
            left = left[:start] + _REMARKS.findall(text[start:end])[0] + left[end:]
    wanted = {**table, "technology": [row for n, row in enumerate(rows) if n not in gone]}
    if not wanted["technology"]:
        del wanted["technology"]
    if tomllib.loads(left) != wanted:
        raise NotUsable(f"The entry of {package} in {OWN_FILE} is written in a way of its own: change it by hand.")
    return left


def _read_alone(block: str) -> dict[str, Any] | None:
    try:
        rows = tomllib.loads(block).get("technology", [])
    except tomllib.TOMLDecodeError:
        return None
    return rows[0] if len(rows) == 1 else None


def _rows(text: str, package: str, language: str) -> list[dict[str, Any]]:
    return [row for row in tomllib.loads(text).get("technology", []) if _is_of(row, package, language)]


def _is_of(row: dict[str, Any], package: str, language: str) -> bool:
    return row.get("imports") == [package] and _languages(row) == [language]


def _languages(row: dict[str, Any]) -> list[str]:
    return list(row.get("languages", ["python"]))


def _id(row: dict[str, Any]) -> str:
    return str(row.get("id", ""))


def _replace(settings: Settings, text: str) -> Taxonomy:
    """Put the text in the file's place once it has been read as a taxonomy, whole or not at all."""
    path = own_file(settings.home).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".taxonomy-", suffix=".toml", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        taxonomy = load_taxonomy(settings.taxonomy, extend=[*_extensions(settings), Path(name)])
        Path(name).replace(path)
    except TaxonomyError as error:
        raise TaxonomyError(str(error).replace(name, str(path))) from None
    finally:
        Path(name).unlink(missing_ok=True)
    return taxonomy


def _extensions(settings: Settings) -> list[Path]:
    return [settings.taxonomy_extend] if settings.taxonomy_extend else []


def _existing(path: Path) -> list[Path]:
    return [path] if path.exists() else []
