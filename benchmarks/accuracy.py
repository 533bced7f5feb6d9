"""How well a scan agrees with repositories that people labelled by hand. Fetches nothing.

    python benchmarks/accuracy.py --repositories FOLDER --labels FOLDER [--only OWNER/NAME] [--json]

A label file is CSV below a first line `# owner/name commit`, with the columns kind (skill or technology), id,
present (1, 0 or ?), where, first_date and others. The repository is looked for below FOLDER as
`owner+name/repo`, `owner+name`, `owner/name` or `name`, a work tree or a bare git directory, and is scanned as
`skillfolio scan --everyone --json` does; a claim is what is present at HEAD. Labels of `?` are left out.
Ratios without a denominator are 0. Of several figures, micro counts every label alike; by id and by repository
are means over the ids, or repositories, that were shown or claimed at all.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from collectors import scanning
from data.taxonomy import Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KINDS = {"technology": "technologies", "skill": "skills"}
FORMS = ("{owner}+{name}/repo", "{owner}+{name}", "{owner}/{name}", "{owner}+{name}.git", "{name}", "{name}.git")


@dataclass(frozen=True)
class Labels:
    """What people found in one repository at one commit: (kind, id) → row."""

    repository: str
    commit: str
    rows: dict[tuple[str, str], dict[str, str]]


@dataclass(frozen=True)
class Judged:
    """One subject of one repository that was labelled or claimed present, and how that went."""

    repository: str
    kind: str
    id: str
    outcome: str  # tp, fp or fn
    where: str
    days_late: int | None = None  # of the claimed first date


@dataclass(frozen=True)
class Ratios:
    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, rows: Iterable[Judged]) -> Ratios:
        n = Counter(row.outcome for row in rows)
        return cls(
            _ratio(n["tp"], n["tp"] + n["fp"]),
            _ratio(n["tp"], n["tp"] + n["fn"]),
            _ratio(2 * n["tp"], 2 * n["tp"] + n["fp"] + n["fn"]),
        )

    def __str__(self) -> str:
        return f"{self.precision:.3f} {self.recall:.3f} {self.f1:.3f}"


def read_labels(path: Path) -> Labels:
    head, *body = path.read_text(encoding="utf-8").splitlines()
    _, repository, commit = head.split()
    return Labels(repository, commit, {(row["kind"], row["id"]): row for row in csv.DictReader(body)})


def find_repository(folder: Path, repository: str) -> Path | None:
    """Return where a repository lies below a folder, in any of the usual forms."""
    owner, _, name = repository.partition("/")
    found = (folder / form.format(owner=owner, name=name) for form in FORMS)
    return next((path for path in found if (path / ".git").exists() or (path / "HEAD").exists()), None)


def judge(labels: Labels, scan: dict[str, Any]) -> tuple[list[Judged], Counter[str]]:
    """Compare both sides; return what is scored, and why other claims are not."""
    claims = {
        (kind, entry["id"]): entry for kind, title in KINDS.items() for entry in scan[title] if entry["present_at_head"]
    }
    judged, aside = [], Counter[str]()
    for key, entry in claims.items():
        row = labels.rows.get(key)
        if row is None:
            aside[f"not labelled: {key[0]} {key[1]}"] += 1
        elif row["present"] == "?":
            aside[f"label is ?: {key[0]}"] += 1
        elif row["present"] == "0":
            proof = entry["proof"] or {}
            judged.append(Judged(labels.repository, *key, "fp", f"{proof.get('path')}:{proof.get('line')}"))
    for key, row in labels.rows.items():
        if row["present"] == "1" and key in claims:
            judged.append(Judged(labels.repository, *key, "tp", row["where"], _days_late(row, claims[key])))
        elif row["present"] == "1":
            judged.append(Judged(labels.repository, *key, "fn", row["where"]))
    return judged, aside


def _days_late(row: dict[str, str], claim: dict[str, Any]) -> int | None:
    if not row["first_date"] or not claim["first"]:
        return None
    return (date.fromisoformat(claim["first"]) - date.fromisoformat(row["first_date"])).days


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def mean_by(rows: Iterable[Judged], key: Callable[[Judged], object]) -> Ratios:
    groups = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    each = [Ratios.of(group) for group in groups.values()] or [Ratios(0, 0, 0)]
    return Ratios(*(fmean(getattr(ratios, name) for ratios in each) for name in ("precision", "recall", "f1")))


def sections(judged: list[Judged], taxonomy: Taxonomy) -> dict[str, list[Judged]]:
    """Return the groups that are reported: all, each kind, each area's skills."""
    found = {"overall": judged}
    found |= {kind: [row for row in judged if row.kind == kind] for kind in KINDS}
    for area in taxonomy.areas:
        skills = {skill.id for skill in taxonomy.skills_of(area.id)}
        found[f"skill: {area.id}"] = [row for row in judged if row.kind == "skill" and row.id in skills]
    return {title: rows for title, rows in found.items() if rows}


def dates(rows: Iterable[Judged]) -> dict[str, float | int]:
    """Agreement on the first date, over true positives where both sides give one."""
    late = [row.days_late for row in rows if row.days_late is not None]
    if not late:
        return {}
    return {
        "compared": len(late),
        "within_a_day": _ratio(sum(abs(days) <= 1 for days in late), len(late)),
        "median_error_days": median(map(abs, late)),
        "too_early": sum(days < -1 for days in late),
        "too_late": sum(days > 1 for days in late),
    }


def report(judged: list[Judged], aside: Counter[str], taxonomy: Taxonomy) -> dict[str, Any]:
    scores = {
        title: {
            **{outcome: sum(row.outcome == outcome for row in rows) for outcome in ("tp", "fp", "fn")},
            "micro": Ratios.of(rows),
            "by_id": mean_by(rows, lambda row: (row.kind, row.id)),
            "by_repository": mean_by(rows, lambda row: row.repository),
            "dates": dates(rows),
        }
        for title, rows in sections(judged, taxonomy).items()
    }
    wrong = [row for row in judged if row.outcome != "tp"]
    off = [row for row in judged if row.days_late is not None and abs(row.days_late) > 1]
    return {"scores": scores, "wrong": wrong, "dates_off": off, "not_scored": dict(aside)}


def show(result: dict[str, Any]) -> str:
    lines = [f"{'':26}{'tp':>5}{'fp':>5}{'fn':>5}   micro P    R    F1   by id P    R    F1    by repo P   R    F1"]
    for title, score in result["scores"].items():
        ratios = "   ".join(str(score[name]) for name in ("micro", "by_id", "by_repository"))
        lines.append(f"{title:26}{score['tp']:5}{score['fp']:5}{score['fn']:5}   {ratios}")
    lines += ["", "first dates, of true positives where both sides give one"]
    for title, score in result["scores"].items():
        cells = (f"{k} {v:.3f}" if isinstance(v, float) else f"{k} {v}" for k, v in score["dates"].items())
        lines.append(f"{title:26}{'  '.join(cells)}")
    for title, outcome in (("claimed, but labelled absent", "fp"), ("labelled present, but not claimed", "fn")):
        rows = [row for row in result["wrong"] if row.outcome == outcome]
        lines += ["", f"{title} ({len(rows)})"]
        lines += [f"  {row.repository}  {row.kind}  {row.id}  {row.where}" for row in rows]
    lines += ["", f"first date off by more than a day ({len(result['dates_off'])})"]
    lines += [f"  {row.repository}  {row.kind}  {row.id}  {row.days_late:+} days" for row in result["dates_off"]]
    unscored = sum(n for why, n in result["not_scored"].items() if why.startswith("label is"))
    lines += ["", f"claims that are not scored: {unscored} with a label of ?, and of ids that nobody labelled "]
    lines[-1] += str(sum(result["not_scored"].values()) - unscored)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=Path, required=True)
    parser.add_argument("--labels", type=Path, required=True)
    parser.add_argument("--only", action="append", default=[], metavar="OWNER/NAME")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--claims", type=Path, help="also write the claims as CSV: repo, kind, id, first_date, where")
    args = parser.parse_args()
    taxonomy = load_taxonomy()
    judged: list[Judged] = []
    aside: Counter[str] = Counter()
    claims = []
    for path in sorted(args.labels.glob("*.csv")):
        labels = read_labels(path)
        if args.only and labels.repository not in args.only:
            continue
        folder = find_repository(args.repositories, labels.repository)
        if folder is None:
            print(f"{labels.repository}: not found below {args.repositories}", file=sys.stderr)
            continue
        started = time.perf_counter()
        scan = scanning.as_json(scanning.scan(folder, authors=None, taxonomy=taxonomy))
        differs = "" if scan["head"] == labels.commit else f"  (labels are of {labels.commit[:9]})"
        seconds = time.perf_counter() - started
        print(f"{labels.repository} at {scan['head'][:9]}{differs}  {seconds:.2f} s", file=sys.stderr)
        one, other = judge(labels, scan)
        judged += one
        aside += other
        for kind, title in KINDS.items():
            claims += [
                (labels.repository, kind, entry["id"], entry["first"] or "", (entry["proof"] or {}).get("path", ""))
                for entry in scan[title]
                if entry["present_at_head"]
            ]
    if args.claims:
        with args.claims.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("repo", "kind", "id", "first_date", "where"), *claims])
    result = report(judged, aside, taxonomy)
    print(json.dumps(result, indent=1, default=asdict) if args.json else show(result))


if __name__ == "__main__":
    main()
