"""The portfolio, one repository and what speaks for a skill, as tables of text for a terminal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from data.taxonomy import Taxonomy

MOST_TECHNOLOGIES, MOST_UNKNOWN, MOST_FACTS = 30, 15, 40
MOST_ENTRIES = 15
SHORT_ID = 9
_OF_A_REPOSITORY = ("id", "name", "uses", "days", "first", "last", "at HEAD", "best proof")


@dataclass(frozen=True, slots=True)
class Printed:
    """A table: a line above it, the heads of its columns, and rows of text."""

    title: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def report_tables(report: dict[str, Any], taxonomy: Taxonomy) -> Iterator[Printed]:
    """Tables of `report.portfolio_report`, the most active first; none for what is empty."""
    areas = [
        (a["name"], f"{a['coverage']:.0%}", f"{a['breadth']['shown']} of {a['breadth']['of']}") for a in report["areas"]
    ]
    skills = [
        (f"{_name(taxonomy, s['id'])}{_said(s)}", s["level_name"], str(s["active_days"]), *_span(s), s["recency"])
        for s in _most_active(report["skills"])
    ]
    if skills:
        yield Printed("Areas", ("area", "coverage", "skills"), areas)
        yield Printed("Skills", ("skill", "level", "days", "first", "last", "recency"), skills)
    technologies = _most_active(report["technologies"])
    if technologies:
        used = [
            (_name(taxonomy, t["id"]), str(t["active_days"]), *_span(t), t["recency"])
            for t in technologies[:MOST_TECHNOLOGIES]
        ]
        yield Printed(
            _title("Technologies", technologies, MOST_TECHNOLOGIES),
            ("technology", "days", "first", "last", "recency"),
            used,
        )
    projects = _most_active(report["projects"])
    if projects:
        rows = [
            (p["name"], "private" if p["private"] else "", str(p["active_days"]), str(len(p["skills"])), *_span(p))
            for p in projects
        ]
        yield Printed("Projects", ("project", "", "days", "skills", "first", "last"), rows)
    entries = report["self_reported"]
    if entries:
        said = [(e["day"], e["kind"], e["title"], "" if e["public"] else "private") for e in entries[:MOST_ENTRIES]]
        title = _title("Self-reported", entries, MOST_ENTRIES)
        yield Printed(title, ("date", "what", "title", ""), said)
    if report["sources"]:
        yield Printed(
            "Sources",
            ("source", "", "projects", "last run", "issues"),
            [_source(each) for each in report["sources"]],
        )


def scan_tables(scan: dict[str, Any], taxonomy: Taxonomy) -> Iterator[Printed]:
    """Tables of `scanning.as_json`, the most active first."""
    for title in ("languages", "technologies", "skills"):
        rows = [
            (
                row["id"],
                _name(taxonomy, row["id"]) if title == "skills" else taxonomy_name(taxonomy, row["id"]),
                f"{row['uses']:,}",
                str(row["active_days"]),
                *_span(row),
                "yes" if row["present_at_head"] else "no",
                _place(row["proof"]),
            )
            for row in sorted(scan[title], key=lambda row: (-row["active_days"], -row["uses"], row["id"]))
        ]
        if rows:
            yield Printed(title.capitalize(), _OF_A_REPOSITORY, rows)
    unknown = scan["unknown"]
    if unknown:
        listed = [
            (_brought(u), u["language"], f"{u['uses']:,}", str(u["active_days"]), u["first"] or "")
            for u in unknown[:MOST_UNKNOWN]
        ]
        title = _title("Imported, and known to no rule", unknown, MOST_UNKNOWN)
        yield Printed(title, ("package", "language", "uses", "days", "first"), listed)


def _brought(unknown: dict[str, Any]) -> str:
    return f"{unknown['package']} (from {unknown['distribution']})" if unknown["distribution"] else unknown["package"]


def why_tables(why: dict[str, Any]) -> Iterator[Printed]:
    """Tables of `scanning.why_json`: what speaks for a skill or technology, and what falls short of it."""
    for key, says, last, reason in (
        ("speaking", "speak for it", "rule", "rule"),
        ("near_misses", "fall short", "short_of", "why not"),
    ):
        facts = why[key]
        if not facts and key == "near_misses":
            continue
        rows = [
            (f"{f['fact']} {f['value']}", f"{f['count']:,}", f["first"] or "", _place(f), f[last])
            for f in facts[:MOST_FACTS]
        ]
        title = f"{why['name']}: {len(facts) or 'no'} kinds of facts {says}"
        more = f", the first {MOST_FACTS} here" if len(facts) > MOST_FACTS else ""
        yield Printed(title + more, ("fact", "uses", "first", "first place", reason), rows)


def taxonomy_name(taxonomy: Taxonomy, subject: str) -> str:
    """The name of a technology, or the id of what the taxonomy does not know."""
    known = taxonomy.technologies.get(subject)
    return known.name if known else subject


def _said(row: dict[str, Any]) -> str:
    return " (self-reported)" if row["self_reported"] else ""


def _name(taxonomy: Taxonomy, subject: str) -> str:
    known = taxonomy.skills.get(subject)
    return known.name if known else taxonomy_name(taxonomy, subject)


def _most_active(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted((row for row in rows if row["active_days"]), key=lambda row: -row["active_days"])


def _span(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["first"] or ""), str(row["last"] or "")


def _place(proof: dict[str, Any] | None) -> str:
    if not proof:
        return ""
    commit = (proof["commit"] or "")[:SHORT_ID]
    return f"{commit} {proof['path']}:{proof['line']}" if proof["path"] else commit


def _source(source: dict[str, Any]) -> tuple[str, ...]:
    run = source["last_run"]
    when = f"{run['started'][:16].replace('T', ' ')} UTC, {run['state']}" if run else "not yet"
    return source["source"], source["handle"], str(source["projects"]), when, str(len(run["issues"])) if run else ""


def _title(title: str, rows: list[Any], most: int) -> str:
    return f"{title} ({len(rows)}, the first {most} here)" if len(rows) > most else f"{title} ({len(rows)})"
