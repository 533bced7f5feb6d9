"""Target roles: which skills a role asks for, at which level, how much each weighs, and why.

A role is one TOML file: ours are in `data/taxonomy/roles/`, a person's own in the folder that SKILLFOLIO_ROLES names.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import NotUsable, TaxonomyError
from data.taxonomy.checking import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from data.taxonomy import Taxonomy

HERE = Path(__file__).parent / "taxonomy" / "roles"
MOST_WEIGHT = 3
_KEYS = {
    "role": {"id": str, "name": str, "summary": str, "order": int, "need": list},
    "need": {"skill": str, "level": str, "must": bool, "weight": int, "reason": str},
}
_REQUIRED = {"role": ("id", "name", "summary", "need"), "need": ("skill", "level", "reason")}
_SAID = {str: "a text", int: "a whole number", bool: "true or false", list: "[[need]] tables"}
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Need:
    """A skill that a role asks for: the level wanted (1 to 4), how much it weighs, and why, in a sentence."""

    skill: str
    level: int
    must: bool = False
    weight: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody does for a living, as skills with levels, in the order of its file."""

    id: str
    name: str
    summary: str
    needs: tuple[Need, ...]
    order: int = 100


def load_roles(taxonomy: Taxonomy, own: Path | None = None, *, folder: Path = HERE) -> dict[str, Role]:
    """Load the roles that come along and those of the folder `own`, by id, in their order.

    Roles of `own` are added and replace those of equal id. Of roles that come along, skills that a taxonomy of one's
    own does not have are left out; a role without any left is no role. Raises TaxonomyError naming every problem as
    `file:line: what`.
    """
    problems: list[str] = []
    found: dict[str, Role] = {}
    for place, strict in ((folder, False), *([(own, True)] if own else [])):
        here: dict[str, str] = {}
        for path in sorted(place.glob("*.toml")):
            role = _read(path, taxonomy, problems, strict=strict)
            if role is None:
                continue
            if role.id in here:
                problems.append(f"{path.name}:1: role {role.id} is there already, in {here[role.id]}")
            here[role.id] = path.name
            if role.needs:
                found[role.id] = role
    if problems:
        raise TaxonomyError("\n".join(problems))
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def role_of(roles: Mapping[str, Role], asked: str | None) -> Role:
    """Return the role that was asked for, or the first; raises NotUsable naming those that there are."""
    if asked is None and roles:
        return next(iter(roles.values()))
    if asked is None or asked not in roles:
        known = ", ".join(roles) or "none: name a folder of role files in SKILLFOLIO_ROLES"
        raise NotUsable(f"There is no role {asked!r}. Known: {known}.")
    return roles[asked]


def _read(path: Path, taxonomy: Taxonomy, problems: list[str], *, strict: bool) -> Role | None:
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        problems.append(f"{path.name}:{at[1] if at else len(text.splitlines())}: not TOML: {error}")
        return None
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}:0: cannot be read: {error}")
        return None
    lines = Lines(text)
    wrong = [f"{path.name}:1: role: {what}" for what in _wrong_role(table)]
    rows = table.get("need", [])
    for number, row in enumerate(rows if isinstance(rows, list) else []):
        at_line = f"{path.name}:{lines.of('need', number)}"
        earlier = [each.get("skill") for each in rows[:number] if isinstance(each, dict)]
        wrong += [f"{at_line}: need: {what}" for what in _wrong_need(row, taxonomy, earlier, strict=strict)]
    problems += wrong
    return None if wrong else _role(table, taxonomy)


def _role(table: Mapping[str, Any], taxonomy: Taxonomy) -> Role:
    needs = tuple(
        Need(**{**row, "level": _levels(taxonomy, row["skill"])[row["level"]]})
        for row in table["need"]
        if row["skill"] in taxonomy.skills
    )
    plain = {key: value for key, value in table.items() if key != "need"}
    return Role(**plain, needs=needs)


def _wrong_role(table: Mapping[str, Any]) -> Iterator[str]:
    yield from _wrong_keys("role", table)
    if isinstance(table.get("id"), str) and not _ID.fullmatch(table["id"]):
        yield "an id is lower-case words joined by hyphens"
    if table.get("need") == []:
        yield "it asks for no skill: write a [[need]]"


def _wrong_need(row: object, taxonomy: Taxonomy, earlier: list[Any], *, strict: bool) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "must be a [[need]] table"
        return
    problems = list(_wrong_keys("need", row))
    yield from problems
    if problems:
        return
    skill = row["skill"]
    if skill in earlier:
        yield f"{skill} is asked for twice"
    if not 1 <= row.get("weight", 1) <= MOST_WEIGHT:
        yield f"weight is 1, 2 or {MOST_WEIGHT}"
    if skill in taxonomy.skills:
        known = _levels(taxonomy, skill)
        if row["level"] not in known:
            yield f"no level is called {row['level']!r}; {skill} has {', '.join(known)}"
    elif strict:
        near = get_close_matches(skill, taxonomy.skills, 3)
        yield f"no skill is called {skill!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _wrong_keys(kind: str, row: Mapping[str, Any]) -> Iterator[str]:
    known = _KEYS[kind]
    for key in sorted(row.keys() - known.keys()):
        yield f"unknown key {key!r}; known are {', '.join(known)}"
    for key in _REQUIRED[kind]:
        if row.get(key, "") == "":
            yield f"{key} is missing"
    for key, value in row.items():
        if key in known and type(value) is not known[key]:
            yield f"{key} must be {_SAID[known[key]]}"


def _levels(taxonomy: Taxonomy, skill: str) -> dict[str, int]:
    return {step.name: step.number for step in taxonomy.levels.of(skill) if step.number}
