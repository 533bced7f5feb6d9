"""What a large portfolio costs: 300 repositories, ten years, about a million facts (benchmarks/generated.py).

    python benchmarks/portfolio.py [--store FILE] [--facts 1000000]

Prints the time of a save, of an opening, of every frame and metric that pages show, and the memory of a process
that only reads. Budgets: page data 50 ms, coverage over ten years 40 ms, a web worker 150 MB.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import generated

from data import frames, metrics, report
from data.models import Activity, Batch, Fact, FactKind, Project
from data.store import Store
from data.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.taxonomy import Taxonomy

AS_OF = date(2026, 1, 1)
MONTHS = [date(2016 + n // 12, n % 12 + 1, 1) for n in range(120)]
RUNS = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=generated.FACTS)
    parser.add_argument("--store", type=Path, help="keep the store here and use it again")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)  # the reading process
    asked = parser.parse_args()
    if asked.read:
        read(asked.store)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = asked.store or Path(folder) / "store.db"
        started = time.perf_counter()
        with generated.portfolio(path, load_taxonomy(), asked.facts) as store:
            rows = ", ".join(f"{number:,} {name}" for name, number in store.counts().items() if number)
        print(f"store ready in {time.perf_counter() - started:.0f} s: {rows}; {path.stat().st_size / 1e6:.0f} MB\n")
        save(Path(folder) / "saved.db")
        # a process of its own: what making the store took must not count
        subprocess.run([sys.executable, __file__, "--read", "--store", str(path)], check=True)


def save(path: Path) -> None:
    commits = [
        Activity(
            "commit",
            f"{n:040x}",
            generated.FIRST + timedelta(hours=n),
            author=generated.ME,
            facts=tuple(
                Fact(FactKind.SYMBOL, f"numpy.name{(n * 7 + m * 13) % 9000}", "python", f"src/m{m % 5}.py", m + 1)
                for m in range(50)
            ),
        )
        for n in range(2_000)
    ]
    batch = Batch(Project("git", "git:1", "me/one"), commits)
    with Store.open(path) as store:
        account = store.add_account("git", "/home/me/work")
        tell("save 100,000 facts", timed(lambda: store.save_batch(account, batch), 1), 3_000)
        tell("save them again", timed(lambda: store.save_batch(account, batch), 1))


def read(path: Path) -> None:
    taxonomy = load_taxonomy()
    tell("open the store", timed(lambda: Store.open(path).close(), RUNS), 100)
    with Store.open(path) as store:
        tell("version", timed(lambda: store.version, RUNS))
        print("\nloaded once for each version of the store")
        for name in ("evidence_days", "projects", "active_days", "head_subjects", "unmapped_imports", "sources"):
            tell(f"frames.{name}", timed(lambda name=name: getattr(frames, name)(store), 2))
        evidence = frames.evidence_days(store)
        size = evidence.memory_usage(deep=True).sum() / 1e6
        print(f"\npage data, from {len(evidence):,} rows of evidence ({size:.1f} MB)")
        measure_metrics(store, evidence, taxonomy)
        measure_proofs(store, evidence)
        tell("\nwhole report", timed(lambda: report.portfolio_report(store, taxonomy, AS_OF), 1))
    print(f"\nmemory of this process  {most_memory():6.0f} MB at most")


def measure_metrics(store: Store, evidence: Any, taxonomy: Taxonomy) -> None:
    days = frames.active_days(store)
    levels = metrics.skill_levels(evidence, taxonomy, AS_OF)
    some = evidence[evidence["project_id"] < generated.REPOSITORIES // 2]
    calls: dict[str, Callable[[], Any]] = {
        "skill_levels": lambda: metrics.skill_levels(evidence, taxonomy, AS_OF),
        "skill_levels, half of the projects": lambda: metrics.skill_levels(some, taxonomy, AS_OF),
        "area_coverage": lambda: metrics.area_coverage(levels, taxonomy),
        "coverage_over_time, 120 months": lambda: metrics.coverage_over_time(evidence, taxonomy, MONTHS),
        "what_changed": lambda: metrics.what_changed(evidence, taxonomy, MONTHS[-6], MONTHS[-1]),
        "technology_use": lambda: metrics.technology_use(evidence, AS_OF),
        "first_uses": lambda: metrics.first_uses(evidence),
        "project_skill_matrix": lambda: metrics.project_skill_matrix(evidence),
        "activity_calendar, 10 years": lambda: metrics.activity_calendar(days, MONTHS[0], AS_OF),
        "weekly_activity": lambda: metrics.weekly_activity(days),
    }
    for name, call in calls.items():
        tell(f"metrics.{name}", timed(call, RUNS), 40 if "120" in name else 50)


def measure_proofs(store: Store, evidence: Any) -> None:
    shown = evidence[evidence["subject_kind"] == "skill"].groupby("subject", observed=True).size().sort_values()
    for place, words in ((-1, "most shown"), (len(shown) // 2, "middling"), (0, "least shown")):
        skill = str(shown.index[place])
        seconds = timed(lambda skill=skill: frames.proofs(store, "skill", skill, limit=50), RUNS)
        tell(f"frames.proofs, {words} skill ({skill})", seconds, 50)


def most_memory() -> float:
    """Return the most memory that this process had, in MB; what getrusage says includes the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(call: Callable[[], Any], runs: int) -> float:
    """Return the median time of a call, in seconds."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[len(taken) // 2]


def tell(name: str, seconds: float, budget: float | None = None) -> None:
    verdict = "" if budget is None else f"   {'ok' if seconds * 1000 <= budget else 'TOO SLOW'}, budget {budget:,.0f}"
    print(f"{name:58} {seconds * 1000:9.1f} ms{verdict}")


if __name__ == "__main__":
    main()
