"""What a taxonomy is made of: areas, skills, technologies, rules, levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from data.taxonomy.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.taxonomy.matching import Clause, Match

SkillSource = Literal["code", "forge", "github", "kaggle", "stack-overflow", "self-reported", "derived"]


@dataclass(frozen=True, slots=True)
class Area:
    """One of the parts that a portfolio is divided into.

    `best` and `always` say how coverage is counted where nobody needs every skill: the `best` strongest
    skills and all of `always`. None: every skill counts.
    """

    id: str
    name: str
    summary: str
    order: int
    best: int | None = None
    always: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skill:
    """What a person can do. `reason` is the article's phrase, `evidence` says what speaks for it."""

    id: str
    name: str
    area: str
    reason: str
    evidence: str
    source: SkillSource = "code"


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[technology]]` or `[[rule]]` of an area file; the fields are those of the file."""

    id: str
    area: str
    file: str
    line: int
    languages: tuple[str, ...] = ("python",)
    imports: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    symbols: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    confirmed_by: tuple[str, ...] = ()
    sample: str = ""
    sample_path: str = ""
    near_miss: str = ""
    near_miss_path: str = ""


@dataclass(frozen=True, slots=True)
class Technology(Entry):
    """A tool, library, service or language, and the skills that its use shows."""

    name: str = ""
    docs: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Entry):
    """What shows a skill without being any one technology's."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A word for how much evidence: at least `days` active days in `projects` projects over `months` months."""

    number: int  # 0 to 4
    name: str
    days: int = 0
    projects: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Levels:
    """Thresholds, lowest level first, and when evidence stops being current."""

    steps: tuple[Level, ...]
    own: Mapping[str, tuple[Level, ...]]  # skill → its own steps
    current_months: int
    fading_months: int

    def of(self, skill: str) -> tuple[Level, ...]:
        """Return the steps of a skill, lowest first: its own, or everybody's."""
        return self.own.get(skill, self.steps)


@dataclass(frozen=True)
class Taxonomy:
    """Everything that turns facts into evidence. Equal `fingerprint` means equal mappings."""

    areas: tuple[Area, ...]  # in their own order
    skills: Mapping[str, Skill]
    technologies: Mapping[str, Technology]
    rules: Mapping[str, Rule]
    levels: Levels
    clauses: tuple[Clause, ...]
    fingerprint: str

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self.clauses)

    def match(self, kind: str, language: str, value: str) -> list[Match]:
        """Return what a fact value shows, one match per subject, the strongest and most specific."""
        return self.matcher.match(kind, language, value)

    def skills_of(self, area: str) -> list[Skill]:
        """Return the skills of an area, in the order of its file."""
        return [skill for skill in self.skills.values() if skill.area == area]
