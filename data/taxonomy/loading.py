"""Area files → Taxonomy. Everything wrong in any file is told at once, each with file and line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from data.errors import TaxonomyError
from data.models import FactKind
from data.taxonomy.compiling import compile_entries, split_fact
from data.taxonomy.entries import Area, Entry, Level, Levels, Rule, Skill, SkillSource, Taxonomy, Technology

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HERE = Path(__file__).parent
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_HEADER = re.compile(r"\[\[?\s*([\w.-]+)\s*\]\]?")
_SOURCES = frozenset(get_args(SkillSource))
_LISTS = (
    "languages", "imports", "skills", "files", "listed", "images", "actions", "tags", "data", "facts", "needs",
)  # fmt: skip
_TABLES = ("symbols", "arguments")
_TEXTS = ("id", "sample", "sample_path", "near_miss", "near_miss_path")
_KEYS: dict[str, frozenset[str]] = {
    "area": frozenset({"id", "name", "summary", "order", "best", "always", "skill", "technology", "rule"}),
    "skill": frozenset({"id", "name", "reason", "evidence", "source"}),
    "technology": frozenset({*_LISTS, *_TABLES, *_TEXTS, "name", "docs"}) - {"needs"},
    "rule": frozenset({*_LISTS, *_TABLES, *_TEXTS, "reason"}) - {"listed"},
}
_REQUIRED = {
    "area": ("id", "name", "summary", "order"),
    "skill": ("id", "name", "reason", "evidence"),
    "technology": ("id", "name", "docs", "sample", "near_miss"),
    "rule": ("id", "reason", "sample", "near_miss"),
}
_ARGUMENT = re.compile(r".+\((?:\w+|\*)=.*\)")


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and all that was wrong with it."""

    areas: dict[str, Area] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    entries: dict[tuple[type[Entry], str], Entry] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def wrong(self, file: str, line: int, what: str) -> None:
        self.problems.append(f"{file}:{line}: {what}")


def load_taxonomy(folder: Path | None = None, *, extend: Path | None = None) -> Taxonomy:
    """Load a taxonomy: the one that comes with Skillfolio, or that of `folder` in its place.

    A folder holds `areas/*.toml` and may hold `levels.toml` (else ours counts). `extend`, a folder of area
    files or one such file, lies on top: its entries are added, and replace those of equal kind and id.
    Raises TaxonomyError naming every problem as `file:line: what`.
    """
    base = folder or HERE
    reading = _Reading()
    for path in sorted((base / "areas").glob("*.toml")):
        _read_file(reading, path, f"areas/{path.name}", extends=False)
    if not reading.areas and not reading.problems:
        reading.wrong(str(base / "areas"), 0, "no area files here")
    for path in sorted(extend.glob("*.toml")) if extend and extend.is_dir() else [extend] if extend else []:
        _read_file(reading, path, path.name, extends=True)
    theirs = (base / "levels.toml").exists()
    levels = _read_levels(reading, (base if theirs else HERE) / "levels.toml", strict=theirs)
    _check_references(reading, complete=extend is None)
    if reading.problems or levels is None:
        raise TaxonomyError("\n".join(reading.problems))
    return _assemble(reading, levels)


def _assemble(reading: _Reading, levels: Levels) -> Taxonomy:
    entries = list(reading.entries.values())
    clauses = compile_entries(entries)
    return Taxonomy(
        areas=tuple(sorted(reading.areas.values(), key=lambda area: (area.order, area.id))),
        skills=reading.skills,
        technologies={entry.id: entry for entry in entries if isinstance(entry, Technology)},
        rules={entry.id: entry for entry in entries if isinstance(entry, Rule)},
        levels=levels,
        clauses=clauses,
        fingerprint=hashlib.sha256(repr(clauses).encode()).hexdigest()[:32],
    )


def _read_toml(reading: _Reading, path: Path, name: str) -> tuple[dict[str, Any], str] | None:
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        reading.wrong(name, int(at[1]) if at else 0, f"not TOML: {error}")
    except (OSError, UnicodeDecodeError) as error:
        reading.wrong(name, 0, f"cannot be read: {error}")
    return None


def _read_file(reading: _Reading, path: Path, name: str, *, extends: bool) -> None:
    parsed = _read_toml(reading, path, name)
    if parsed is None:
        return
    table, text = parsed
    lines = _Lines(text)
    area = str(table.get("id", ""))
    if not (extends and area in reading.areas and "name" not in table):
        if not _check_keys(reading, name, 1, "area", table):
            return
        reading.areas[area] = _area(table)
    for kind in ("skill", "technology", "rule"):
        rows = table.get(kind, [])
        if not isinstance(rows, list):
            reading.wrong(name, 1, f"write [[{kind}]], not [{kind}]")
            continue
        for number, row in enumerate(rows):
            line = lines.of(kind, number)
            if not _check_keys(reading, name, line, kind, row):
                continue
            if kind == "skill":
                _add_skill(reading, name, line, row, area, extends=extends)
            else:
                _add_entry(reading, name, lines, number, kind, row, area, extends=extends)
        if kind != "skill":
            _check_sorted(reading, name, lines, kind, [str(row.get("id", "")) for row in rows])


def _area(table: Mapping[str, Any]) -> Area:
    return Area(
        id=str(table.get("id", "")),
        name=str(table.get("name", "")),
        summary=str(table.get("summary", "")),
        order=int(table.get("order", 0)),
        best=table.get("best"),
        always=tuple(table.get("always", ())),
    )


def _check_keys(reading: _Reading, name: str, line: int, kind: str, row: Mapping[str, Any]) -> bool:
    before = len(reading.problems)
    who = f"{kind} {row.get('id', '')!r}".replace("'", '"')
    for key in sorted(row.keys() - _KEYS[kind]):
        reading.wrong(name, line, f"{who}: unknown key {key!r}; known are {', '.join(sorted(_KEYS[kind]))}")
    for key in _REQUIRED[kind]:
        if key not in row or row[key] == "":
            reading.wrong(name, line, f"{who}: {key} is missing")
    if "id" in row and not _ID.fullmatch(str(row["id"])):
        reading.wrong(name, line, f"{who}: an id is lower-case words joined by hyphens")
    for key, value in row.items():
        wanted = _wanted(kind, key)
        if wanted and not wanted[0](value):
            reading.wrong(name, line, f"{who}: {key} must be {wanted[1]}")
    return len(reading.problems) == before


def _wanted(kind: str, key: str) -> tuple[Any, str] | None:
    if key in {"skill", "technology", "rule"}:
        return None
    if key in {"order", "best"}:
        return (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number")
    if kind == "technology" and key in _TABLES or kind == "rule" and key in _TABLES:
        return (_is_skill_table, "a table of pattern = skill or list of skills")
    if key in _LISTS or key == "always":
        return (_is_texts, "a list of texts")
    return (lambda value: isinstance(value, str), "a text")


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_skill_table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) or _is_texts(item) for item in value.values())


def _add_skill(reading: _Reading, name: str, line: int, row: Mapping[str, Any], area: str, *, extends: bool) -> None:
    source = row.get("source", "code")
    if source not in _SOURCES:
        reading.wrong(name, line, f"skill {row['id']}: source must be one of {', '.join(sorted(_SOURCES))}")
        return
    if row["id"] in reading.skills and not extends:
        reading.wrong(name, line, f"skill {row['id']} is there already, in {reading.skills[row['id']].area}")
    skill = {item.name: row[item.name] for item in fields(Skill) if item.name in row}
    reading.skills[row["id"]] = Skill(**{**skill, "area": area})


def _add_entry(
    reading: _Reading, name: str, lines: _Lines, number: int, kind: str, row: Mapping[str, Any], area: str,
    *, extends: bool,
) -> None:  # fmt: skip
    line = lines.of(kind, number)
    cls: type[Technology | Rule] = Technology if kind == "technology" else Rule
    known = reading.entries.get((cls, row["id"]))
    if known is not None and not extends:
        reading.wrong(name, line, f"{kind} {row['id']} is there already: {known.file}:{known.line}")
    values: dict[str, Any] = {key: tuple(row[key]) for key in _LISTS if key in row}
    for key in _TABLES:
        values[key] = {
            pattern: (shown,) if isinstance(shown, str) else tuple(shown) for pattern, shown in row.get(key, {}).items()
        }
    texts = {key: row[key] for key in (*_TEXTS, "name", "docs", "reason") if key in row}
    entry = cls(area=area, file=name, line=line, **texts, **values)
    reading.entries[cls, entry.id] = entry
    for what in _problems(entry):
        reading.wrong(name, line, f"{kind} {entry.id}: {what}")


def _problems(entry: Entry) -> Iterator[str]:
    patterns = ("imports", "symbols", "arguments", "files", "listed", "images", "actions", "tags", "data", "facts")
    if not any(getattr(entry, key) for key in patterns):
        yield f"nothing to look for: give one of {', '.join(patterns)}"
    for text in (*entry.facts, *entry.needs):
        kind, _, pattern = split_fact(text)
        if kind not in set(FactKind) or not pattern:
            yield f"{text!r} is not `kind:pattern` or `kind/language:pattern` with a kind of {', '.join(FactKind)}"
    for pattern in entry.arguments:
        if not _ARGUMENT.fullmatch(pattern):
            yield f"argument {pattern!r} is not `callable(keyword=)` or `callable(keyword=text)`"
    for pattern in entry.symbols:
        if "(" in pattern.replace("()", ""):
            yield f"symbol {pattern!r} has brackets that are not `()`"
    if isinstance(entry, Rule) and not entry.skills and not entry.symbols and not entry.arguments:
        yield "shows no skill"
    if isinstance(entry, Technology) and not entry.docs.startswith("https://"):
        yield "docs must be an https address"


def _check_sorted(reading: _Reading, name: str, lines: _Lines, kind: str, ids: list[str]) -> None:
    for number, (one, two) in enumerate(zip(ids, ids[1:], strict=False)):
        if one > two:
            reading.wrong(name, lines.of(kind, number + 1), f"{kind} {two} belongs before {one}: entries are sorted")
            return


def _check_references(reading: _Reading, *, complete: bool) -> None:
    shown: set[str] = set()
    for entry in reading.entries.values():
        tables = (*entry.symbols.values(), *entry.arguments.values())
        named = {skill for skills in (entry.skills, *tables) for skill in skills}
        for skill in sorted(named):
            if skill.removesuffix("?") not in reading.skills:
                reading.wrong(entry.file, entry.line, f"{entry.id}: no skill is called {skill.removesuffix('?')!r}")
        shown |= {skill for skill in named if not skill.endswith("?")}
    for skill in reading.skills.values():
        if complete and skill.source == "code" and skill.id not in shown:
            reading.wrong(f"areas/{skill.area}.toml", 1, f"skill {skill.id} is shown by no entry")
    for area in reading.areas.values():
        for skill_id in area.always:
            if skill_id not in reading.skills:
                reading.wrong(f"areas/{area.id}.toml", 1, f"always names {skill_id!r}, which is no skill")


def _read_levels(reading: _Reading, path: Path, *, strict: bool) -> Levels | None:
    parsed = _read_toml(reading, path, path.name)
    if parsed is None:
        return None
    table, _ = parsed
    try:
        names = {int(row["number"]): str(row["name"]) for row in table["level"]}
        steps = _steps(table["level"], names)
        own = {skill: _steps(row["level"], names) for row in table.get("own", []) for skill in row["skills"]}
        levels = Levels(steps, own, int(table["recency"]["current_months"]), int(table["recency"]["fading_months"]))
    except (KeyError, TypeError, ValueError) as error:
        reading.wrong(path.name, 0, f"not as it must be: {error!r}")
        return None
    for skill in sorted(own.keys() - reading.skills.keys()) if strict else ():
        reading.wrong(path.name, 0, f"own thresholds for {skill!r}, which is no skill")
    return levels


def _steps(rows: list[dict[str, Any]], names: Mapping[int, str]) -> tuple[Level, ...]:
    steps = [Level(**{"name": names[row["number"]], **row}) for row in rows]
    return tuple(sorted(steps, key=lambda level: level.number))


class _Lines:
    """Where the tables of a TOML text begin."""

    def __init__(self, text: str) -> None:
        self._starts: dict[str, list[int]] = {}
        inside = ""
        for number, line in enumerate(text.splitlines(), 1):
            header = _HEADER.match(line) if not inside else None
            if header:
                self._starts.setdefault(header[1], []).append(number)
            for quotes in re.findall(r'"""|\'\'\'', line):
                inside = "" if inside == quotes else inside or quotes

    def of(self, kind: str, number: int) -> int:
        """Return the line of the numberth `[[kind]]`, from 0."""
        starts = self._starts.get(kind, [])
        return starts[number] if number < len(starts) else 0
