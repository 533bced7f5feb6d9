"""How long reading a history takes, beside `git log -p` on the same repository in the same round.

    python benchmarks/history.py REPO… [--rounds 3] [--processes 2]

Work trees or bare git directories. The floor is what git alone needs to show every added line, thrown away.
Wall time decides; CPU time of this program and its children stands beside it for a machine that is shared.
The last lines sum the repositories up as a portfolio: read at first, and again with nothing new.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from collectors import history, reading
from collectors.attribution import Wanted
from collectors.gitdir import locate
from collectors.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable

FLOOR = ("log", "--no-merges", "-p", "-U0", "--no-renames", "--no-ext-diff", "--no-textconv", "HEAD")


class Measured(NamedTuple):
    wall: float
    cpu: float


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measured(work: Callable[[], object]) -> Measured:
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Measured(time.perf_counter() - wall, _cpu() - cpu)


def floor(folder: Path) -> bool:
    """Run git's own patch output into nothing; False when a missing blob ends it early."""
    found = locate(folder)
    assert found is not None
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_NO_LAZY_FETCH": "1"}
    result = subprocess.run(
        ["git", f"--git-dir={found.path}", *FLOOR],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        check=False,
    )
    return result.returncode == 0


def walked(folder: Path, processes: int = 1) -> tuple[int, int, set[str]]:
    """(commits, facts, ids) of everybody's history."""
    with Repository(folder) as repository:
        commits, facts, known = 0, 0, set()
        for activity in history.walk(repository, Wanted(everyone=True), processes=processes):
            commits += activity.kind == "commit"
            facts += len(activity.facts)
            known.add(activity.key)
    return commits, facts, known


def again(folder: Path, known: set[str]) -> None:
    with Repository(folder) as repository:
        assert not list(history.walk(repository, Wanted(everyone=True), since=known))


def head(folder: Path) -> None:
    with Repository(folder) as repository:
        history.read_head(repository)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("repositories", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--processes", type=int, default=1, help="also with this many children")
    chosen = options.parse_args()
    reading.readers()
    print(f"{'repository':38} {'commits':>7} {'facts':>7} {'floor s':>8} {'walk s':>7} {'ratio':>6} {'cpu':>6}"
          f" {'many':>6} {'head s':>7} {'again s':>8}")  # fmt: skip
    total, total_commits, total_again = 0.0, 0, 0.0
    for folder in chosen.repositories:
        name = folder.parent.name if folder.name in {".git", "repo"} else folder.name
        rounds = []
        for _ in range(chosen.rounds):
            whole = floor(folder)
            base = measured(lambda folder=folder: floor(folder))
            seen: list[tuple[int, int, set[str]]] = []
            one = measured(lambda folder=folder, seen=seen: seen.append(walked(folder)))
            many = measured(lambda folder=folder: walked(folder, chosen.processes)) if chosen.processes > 1 else None
            commits, facts, known = seen[0]
            rounds.append((base, one, many, measured(lambda folder=folder: head(folder)),
                           measured(lambda folder=folder, known=known: again(folder, known))))  # fmt: skip
        base_wall = statistics.median(entry[0].wall for entry in rounds)
        wall = statistics.median(entry[1].wall for entry in rounds)
        ratio = statistics.median(entry[1].wall / entry[0].wall for entry in rounds)
        cpu = statistics.median(entry[1].cpu / entry[0].cpu for entry in rounds)
        both = [entry[2].wall / entry[0].wall for entry in rounds if entry[2]]
        head_wall = statistics.median(entry[3].wall for entry in rounds)
        again_wall = statistics.median(entry[4].wall for entry in rounds)
        total, total_commits, total_again = total + wall, total_commits + commits, total_again + again_wall
        mark = "" if whole else "*"
        print(f"{name[:38]:38} {commits:7,} {facts:7,} {base_wall:8.3f} {wall:7.3f} {ratio:5.1f}×{mark} {cpu:5.1f}×"
              f" {statistics.median(both) if both else 0:5.1f}× {head_wall:7.3f} {again_wall:8.3f}")  # fmt: skip
        sys.stdout.flush()
    print(f"portfolio: {len(chosen.repositories)} repositories, {total_commits:,} commits, {total:.2f} s;"
          f" again {total_again:.2f} s")  # fmt: skip
    usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"memory: {usage[0] / 1024:.0f} MB here, {usage[1] / 1024:.0f} MB in the largest child")
    print("* git's patch output ended early at a missing blob: its time is too short to compare with")


if __name__ == "__main__":
    main()
