"""Area files → Taxonomy. Everything wrong in any file is told at once, each with file and line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakValueDictionary

from data.errors import TaxonomyError
from data.taxonomy.checking import KINDS, LISTS, TABLES, TEXTS, Lines, unsorted_id, wrong_entry, wrong_keys
from data.taxonomy.compiling import compile_entries
from data.taxonomy.entries import Area, Entry, Level, Levels, Rule, Skill, Taxonomy, Technology

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.taxonomy.matching import Clause

HERE = Path(__file__).parent


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and all that was wrong with it."""

    areas: dict[str, Area] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)  # by kind and id
    problems: list[str] = field(default_factory=list)

    def wrong(self, file: str, line: int, what: str) -> None:
        self.problems.append(f"{file}:{line}: {what}")


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    table: dict[str, Any]
    lines: Lines
    extends: bool

    @property
    def area(self) -> str:
        return str(self.table.get("id", ""))


class _Text(NamedTuple):
    """A file as it stands: what it says, or why it cannot be read."""

    name: str
    says: bytes
    trouble: str = ""

    @classmethod
    def of(cls, path: Path, name: str) -> _Text:
        try:
            return cls(name, path.read_bytes())
        except OSError as error:
            return cls(name, b"", str(error))


class _Texts(NamedTuple):
    """All that a taxonomy is made of."""

    base: str
    areas: tuple[_Text, ...]
    on_top: tuple[_Text, ...]
    levels: _Text
    own_levels: bool


_in_use: WeakValueDictionary[bytes, Taxonomy] = WeakValueDictionary()  # by the digest of their texts


def load_taxonomy(folder: Path | None = None, *, extend: Path | Sequence[Path] | None = None) -> Taxonomy:
    """Load a taxonomy: the one that comes with Skillfolio, or that of `folder` in its place.

    A folder holds `areas/*.toml` and may hold `levels.toml` (else ours counts). `extend`, a folder of area
    files or one such file, lies on top: its entries are added, and replace those of equal kind and id. Of several,
    the last lies highest. Entries on top need neither docs nor samples, and stand in any order.
    Files that say what those of a taxonomy still in use said give that one again.
    Raises TaxonomyError naming every problem as `file:line: what`.
    """
    base = folder or HERE
    theirs = (base / "levels.toml").exists()
    tops = [extend] if isinstance(extend, Path) else list(extend or ())
    texts = _Texts(
        str(base),
        tuple(_Text.of(path, f"areas/{path.name}") for path in sorted((base / "areas").glob("*.toml"))),
        tuple(_Text.of(path, str(path)) for one in tops for path in _area_files(one)),
        _Text.of((base if theirs else HERE) / "levels.toml", "levels.toml"),
        own_levels=theirs,
    )
    digest = hashlib.sha256(repr(texts).encode()).digest()
    found = _in_use.get(digest)
    if found is None:
        found = _in_use[digest] = _taxonomy(texts)
    return found


def _taxonomy(texts: _Texts) -> Taxonomy:
    reading = _Reading()
    for text in texts.areas:
        _read_area(reading, text, extends=False)
    if not reading.areas and not reading.problems:
        reading.wrong(f"{texts.base}/areas", 0, "no area files here")
    for text in texts.on_top:
        _read_area(reading, text, extends=True)
    levels = _read_levels(reading, texts.levels, strict=texts.own_levels)
    _check_references(reading, complete=not texts.on_top)
    if reading.problems or levels is None:
        raise TaxonomyError("\n".join(reading.problems))
    return _assemble(reading, levels)


def _area_files(extend: Path) -> list[Path]:
    return sorted(extend.glob("*.toml")) if extend.is_dir() else [extend]


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
        fingerprint=_fingerprint(clauses),
    )


def _fingerprint(clauses: tuple[Clause, ...]) -> str:
    digest = hashlib.sha256()
    for clause in clauses:
        shown = [(m.subject_kind, m.subject, m.weak, m.rule, m.needs) for m in clause.matches]
        digest.update(repr((clause.kind, clause.languages, clause.pattern, shown)).encode())
    return digest.hexdigest()[:32]


def _read_toml(reading: _Reading, file: _Text) -> tuple[dict[str, Any], str] | None:
    if file.trouble:
        reading.wrong(file.name, 0, f"cannot be read: {file.trouble}")
        return None
    try:
        text = file.says.decode().replace("\r\n", "\n")
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        reading.wrong(file.name, int(at[1]) if at else 0, f"not TOML: {error}")
    except UnicodeDecodeError as error:
        reading.wrong(file.name, 0, f"cannot be read: {error}")
    return None


def _read_area(reading: _Reading, text: _Text, *, extends: bool) -> None:
    parsed = _read_toml(reading, text)
    if parsed is None:
        return
    name = text.name
    file = _File(name, parsed[0], Lines(parsed[1]), extends)
    added_to = reading.areas.get(file.area) if extends and "name" not in file.table else None
    there = {"name": added_to.name, "summary": added_to.summary, "order": added_to.order} if added_to else {}
    problems = list(wrong_keys("area", there | file.table))
    for what in problems:
        reading.wrong(name, 1, what)
    if problems:
        return
    if added_to is None:
        reading.areas[file.area] = _area(file.table)
    for kind in KINDS:
        _read_tables(reading, file, kind)


def _read_tables(reading: _Reading, file: _File, kind: str) -> None:
    rows = file.table.get(kind, [])
    for number, row in enumerate(rows):
        line = file.lines.of(kind, number)
        problems = list(wrong_keys(kind, row, own=file.extends))
        for what in problems:
            reading.wrong(file.name, line, what)
        if not problems:
            for what in (
                _add_skill(reading, file, row) if kind == "skill" else _add_entry(reading, file, kind, row, line)
            ):
                reading.wrong(file.name, line, f"{kind} {row['id']}{what}")
    found = unsorted_id([str(row.get("id", "")) for row in rows]) if kind != "skill" and not file.extends else None
    if found:
        number, before = found
        what = f"{kind} {rows[number]['id']} belongs before {before}: entries are sorted"
        reading.wrong(file.name, file.lines.of(kind, number), what)


def _area(table: Mapping[str, Any]) -> Area:
    plain = {key: table[key] for key in ("id", "name", "summary", "order", "best") if key in table}
    return Area(**plain, always=tuple(table.get("always", ())))


def _add_skill(reading: _Reading, file: _File, row: Mapping[str, Any]) -> Iterator[str]:
    if row["id"] in reading.skills and not file.extends:
        yield f" is there already, in {reading.skills[row['id']].area}"
    reading.skills[row["id"]] = Skill(**{**row, "area": file.area})


def _add_entry(reading: _Reading, file: _File, kind: str, row: Mapping[str, Any], line: int) -> Iterator[str]:
    known = reading.entries.get((kind, row["id"]))
    if known is not None and not file.extends:
        yield f" is there already: {known.file}:{known.line}"
    values: dict[str, Any] = {key: row[key] for key in TEXTS if key in row}
    values |= {key: tuple(row[key]) for key in LISTS if key in row}
    values |= {key: _skills_by_pattern(row[key]) for key in TABLES if key in row}
    cls = Technology if kind == "technology" else Rule
    entry: Entry = cls(area=file.area, file=file.name, line=line, **values)
    reading.entries[kind, entry.id] = entry
    for what in wrong_entry(entry, own=file.extends):
        yield f": {what}"


def _skills_by_pattern(table: Mapping[str, str | list[str]]) -> dict[str, tuple[str, ...]]:
    return {pattern: (shown,) if isinstance(shown, str) else tuple(shown) for pattern, shown in table.items()}


def _check_references(reading: _Reading, *, complete: bool) -> None:
    shown: set[str] = set()
    for entry in reading.entries.values():
        tables = (*entry.symbols.values(), *entry.arguments.values())
        named = {skill for skills in (entry.skills, *tables) for skill in skills}
        for skill_id in sorted({skill.removesuffix("?") for skill in named} - reading.skills.keys()):
            reading.wrong(entry.file, entry.line, f"{entry.id}: no skill is called {skill_id!r}")
        shown |= {skill for skill in named if not skill.endswith("?")}
    for skill in reading.skills.values():
        if complete and skill.source == "code" and skill.id not in shown:
            reading.wrong(f"areas/{skill.area}.toml", 1, f"skill {skill.id} is shown by no entry")
    for area in reading.areas.values():
        for skill_id in set(area.always) - reading.skills.keys():
            reading.wrong(f"areas/{area.id}.toml", 1, f"always names {skill_id!r}, which is no skill")


def _read_levels(reading: _Reading, text: _Text, *, strict: bool) -> Levels | None:
    parsed = _read_toml(reading, text)
    if parsed is None:
        return None
    table, _ = parsed
    try:
        names = {int(row["number"]): str(row["name"]) for row in table["level"]}
        own = {skill: _steps(row["level"], names) for row in table.get("own", []) for skill in row["skills"]}
        recency = table["recency"]
        months = int(recency["current_months"]), int(recency["fading_months"])
        levels = Levels(_steps(table["level"], names), own, *months)
    except (KeyError, TypeError, ValueError) as error:
        reading.wrong(text.name, 0, f"not as it must be: {error!r}")
        return None
    for skill in sorted(own.keys() - reading.skills.keys()) if strict else ():
        reading.wrong(text.name, 0, f"own thresholds for {skill!r}, which is no skill")
    return levels


def _steps(rows: list[dict[str, Any]], names: Mapping[int, str]) -> tuple[Level, ...]:
    steps = [Level(**{"name": names[row["number"]], **row}) for row in rows]
    return tuple(sorted(steps, key=lambda level: level.number))
