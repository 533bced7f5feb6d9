"""One repository's languages, technologies and skills, without a store.

The same walk, readers and rules as a collection, in memory. What only the tree at HEAD shows (a file that came
with an import too large to be read as anyone's work) is listed for everyone, undated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from collectors import history
from collectors.attribution import Wanted
from collectors.head import begin_head
from collectors.parallel import Children
from collectors.repository import Repository
from data.evidence import Shown, evidence_of
from data.explaining import Explanation, Unknown, Voice, explain, unknown_imports

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from data.models import Activity, Fact, Issue
    from data.taxonomy import Taxonomy

SECTIONS = {"languages": "language", "technologies": "technology", "skills": "skill"}
"""Sections of the JSON document and the kind of subject that each lists."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What one repository holds of some authors' work; `head` is the commit that it was read at.

    `shown` are claims by kind and id; `mentioned` is what is only hinted at (imported or listed, never used).
    `activities` and `head_facts` are what they were derived from; `unknown` are imports that no rule knows.
    """

    head: str
    shown: tuple[Shown, ...]
    mentioned: tuple[Shown, ...]
    activities: tuple[Activity, ...]
    head_facts: tuple[Fact, ...]
    unknown: tuple[Unknown, ...] = ()
    issues: tuple[Issue, ...] = ()
    everyone: bool = True

    @property
    def commits(self) -> int:
        return sum(activity.kind == "commit" for activity in self.activities)


def scan(path: Path | str, *, authors: Collection[str] | None, taxonomy: Taxonomy) -> Scan:
    """What a work tree or bare git directory holds of these authors' work (None: everyone's but bots').

    Raises NotUsable when there is no repository at `path`.
    """
    everyone = authors is None
    wanted = Wanted(everyone=True) if authors is None else Wanted.of(authors)
    issues: list[Issue] = []
    with Repository(path) as repository, Children() as children:
        walked = history.walk(repository, wanted, on_issue=issues.append, children=children)
        of_head = begin_head(repository, children=children)
        activities, head_facts = tuple(walked), tuple(of_head())
        head = repository.head or ""
    # bulk waits for the person's word, which nobody can give for everyone
    counted = [activity for activity in activities if everyone or not activity.bulk]
    found = evidence_of(counted, head_facts, taxonomy)
    if not everyone:  # what the tree shows without them is not theirs
        found = [shown for shown in found if shown.first is not None]
    return Scan(
        head=head,
        shown=tuple(shown for shown in found if not shown.weak),
        mentioned=tuple(shown for shown in found if shown.weak),
        activities=activities,
        head_facts=head_facts,
        unknown=tuple(unknown_imports(counted, taxonomy)),
        issues=tuple(issues),
        everyone=everyone,
    )


def as_json(scan: Scan) -> dict[str, Any]:
    """The document that `skillfolio scan --json` prints; dates as YYYY-MM-DD, null where there is none."""
    return {
        "head": scan.head,
        "commits": scan.commits,
        **{
            title: [_entry(shown, scan.head) for shown in scan.shown if shown.subject_kind == kind]
            for title, kind in SECTIONS.items()
        },
        "unknown": [_unknown(item) for item in scan.unknown],
        "issues": [{"code": issue.code, "message": issue.message, "count": issue.count} for issue in scan.issues],
    }


def _entry(shown: Shown, head: str) -> dict[str, Any]:
    proof = shown.proof or shown.head_proof
    return {
        "id": shown.subject,
        "uses": shown.uses,
        "active_days": shown.active_days,
        "first": shown.first.isoformat() if shown.first else None,
        "last": shown.last.isoformat() if shown.last else None,
        "present_at_head": shown.present_at_head,
        "proof": {"commit": proof.commit or head, "path": proof.path, "line": proof.line} if proof else None,
    }


def _unknown(item: Unknown) -> dict[str, Any]:
    return {
        "package": item.package,
        "distribution": item.distribution or None,
        "language": item.language,
        "uses": item.uses,
        "active_days": item.active_days,
        "first": item.first.isoformat() if item.first else None,
    }


def why(scan: Scan, taxonomy: Taxonomy, subject: str) -> Explanation:
    """Say what speaks for a skill or technology here, and what nearly does. Raises NotUsable for an unknown id."""
    counted = [activity for activity in scan.activities if scan.everyone or not activity.bulk]
    return explain(counted, scan.head_facts if scan.everyone else (), taxonomy, subject)


def why_json(explanation: Explanation, head: str) -> dict[str, Any]:
    """The document that `skillfolio scan --why ID --json` prints; voices without a day stand in the tree at HEAD."""
    return {
        "id": explanation.subject,
        "name": explanation.name,
        "counts_as_evidence": explanation.definition,
        "present": bool(explanation.speaking),
        "speaking": [_voice(voice, head) for voice in explanation.speaking],
        "near_misses": [_voice(voice, head) | {"short_of": voice.short_of} for voice in explanation.near_misses],
    }


def _voice(voice: Voice, head: str) -> dict[str, Any]:
    return {
        "shows": voice.subject_kind,
        "fact": voice.kind,
        "language": voice.language,
        "value": voice.value,
        "rule": voice.rule,
        "count": voice.count,
        "first": voice.day.isoformat() if voice.day else None,
        "commit": voice.commit or head,
        "path": voice.path,
        "line": voice.line,
    }
