"""How long reading a history takes, beside `git log -p` on the same repository in the same round.

    python benchmarks/history.py REPO… [--rounds 3] [--processes 2] [--pydriller]

Work trees or bare git directories. The floor is what git alone needs to show every added line, thrown away.
Each reading happens in a program of its own that has read nothing yet; starting it is not counted. Wall time
decides; CPU time stands beside it for a machine that is shared. `ast` is what Python's own parser needs for the
statements that were parsed, each once: no reading of symbols can be faster. With --pydriller (`pip install
pydriller`) that library lists the imports on added lines, nothing more. At last all of them are read as a portfolio,
one after another by one program: at first, with children that stay and begin with the next repository before the
one at hand is done, and again with nothing new.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from collectors import history, reading
from collectors.attribution import Wanted
from collectors.gitdir import locate
from collectors.head import read_head
from collectors.parallel import Children
from collectors.reading import python_kept
from collectors.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from data.models import Activity

FLOOR = ("log", "--no-merges", "-p", "-U0", "--no-renames", "--no-ext-diff", "--no-textconv", "HEAD")
Result = TypeVar("Result")
IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)")


class Measured(NamedTuple):
    wall: float
    cpu: float


class Walked(NamedTuple):
    commits: int
    facts: int
    known: frozenset[str]
    parser: float  # seconds that parsing alone takes
    memory: int  # kilobytes at most, here and in the largest child


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measured(work: Callable[[], Result]) -> tuple[Measured, Result]:
    wall, cpu = time.perf_counter(), _cpu()
    result = work()
    return Measured(time.perf_counter() - wall, _cpu() - cpu), result


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


def walked(folders: Sequence[Path], processes: int = 1) -> tuple[Measured, Walked]:
    """Everybody's history, read in this program for the first time; children begin with the next one meanwhile."""
    reading.readers()

    def walk() -> tuple[int, int, frozenset[str]]:
        commits, facts, known = 0, 0, set()
        with Children(processes) as children, ExitStack() as opened:
            held: Iterator[Activity] = iter(())
            for folder in (*folders, None):
                begun = held
                if folder is not None:
                    repository = opened.enter_context(Repository(folder))
                    held = history.walk(repository, Wanted(everyone=True), children=children)
                for activity in begun:
                    commits += activity.kind == "commit"
                    facts += len(activity.facts)
                    known.add(activity.key)
        return commits, facts, frozenset(known)

    took, (commits, facts, known) = measured(walk)
    texts = python_kept.texts_read()
    with python_kept.quiet():
        parser, _ = measured(lambda: sum(python_kept.parsed(text) is not None for text in texts))
    usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return took, Walked(commits, facts, known, parser.wall, max(usage))


def again(folders: Sequence[Path], known: frozenset[str]) -> Measured:
    def look() -> None:
        for folder in folders:
            with Repository(folder) as repository:
                assert not list(history.walk(repository, Wanted(everyone=True), since=known))

    return measured(look)[0]


def head(folder: Path) -> Measured:
    def look() -> None:
        with Repository(folder) as repository:
            read_head(repository)

    return measured(look)[0]


def listed_by_pydriller(folder: Path) -> Measured:
    """The top-level names of imports on the added lines of Python files, by PyDriller's parsed diffs."""
    from pydriller import Repository as Driven  # noqa: PLC0415 - asked for only here

    def look() -> set[str]:
        return {
            match[1]
            for commit in Driven(
                str(folder), only_no_merge=True, only_modifications_with_file_types=[".py"]
            ).traverse_commits()
            for file in commit.modified_files
            if file.filename.endswith(".py")
            for _, line in file.diff_parsed["added"]
            if (match := IMPORT.match(line)) is not None
        }

    return measured(look)[0]


def apart(work: Callable[[], Result]) -> Result:
    """Do it in a new program."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work).result()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("repositories", nargs="+", type=Path)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--processes", type=int, default=1, help="also with this many children")
    options.add_argument("--pydriller", action="store_true", help="also by PyDriller, which must be installed")
    chosen = options.parse_args()
    print(f"{'repository':34} {'commits':>7} {'facts':>7} {'floor s':>8} {'walk s':>7} {'ratio':>6} {'cpu':>6}"
          f" {'many':>6} {'ast':>6} {'driller':>8} {'head s':>7} {'again s':>8}")  # fmt: skip
    for folder in chosen.repositories:
        name = folder.parent.name if folder.name in {".git", "repo"} else folder.name
        rounds = [one_round(folder, chosen.processes, driven=chosen.pydriller) for _ in range(chosen.rounds)]
        middle = {key: statistics.median(entry[key] for entry in rounds) for key in rounds[0]}
        print(f"{name[:34]:34} {middle['commits']:7,.0f} {middle['facts']:7,.0f} {middle['floor']:8.3f}"
              f" {middle['one']:7.3f} {middle['ratio']:5.1f}×{'' if middle['whole'] else '*'} {middle['cpu']:5.1f}×"
              f" {middle['many ratio']:5.1f}× {middle['ast']:5.1f}× {middle['driller']:7.1f}×"
              f" {middle['head']:7.3f} {middle['again']:8.3f}")  # fmt: skip
        sys.stdout.flush()
    whole = [as_portfolio(chosen.repositories, chosen.processes) for _ in range(chosen.rounds)]
    middle = {key: statistics.median(entry[key] for entry in whole) for key in whole[0]}
    print(f"portfolio: {len(chosen.repositories)} repositories, {middle['commits']:,.0f} commits,"
          f" {middle['one']:.2f} s; with {chosen.processes} processes {middle['many']:.2f} s;"
          f" again {middle['again']:.2f} s;"
          f" memory {middle['memory'] / 1024:.0f} MB at most")  # fmt: skip
    print("ratios are to the floor of the same round; `driller` is PyDriller's time in times of the walk's")
    print("* git's patch output ended early at a missing blob: its time is too short to compare with")


def one_round(folder: Path, processes: int, *, driven: bool) -> dict[str, float]:
    base, whole = measured(partial(floor, folder))
    one, result = apart(partial(walked, [folder]))
    many = apart(partial(walked, [folder], processes))[0] if processes > 1 else one
    driller = apart(partial(listed_by_pydriller, folder)).wall if driven else 0.0
    return {
        "commits": result.commits, "facts": result.facts, "whole": whole,
        "floor": base.wall, "one": one.wall, "many": many.wall,
        "ratio": one.wall / base.wall, "cpu": one.cpu / base.cpu, "many ratio": many.wall / base.wall,
        "ast": result.parser / base.wall, "driller": driller / one.wall,
        "head": apart(partial(head, folder)).wall, "again": apart(partial(again, [folder], result.known)).wall,
    }  # fmt: skip


def as_portfolio(folders: Sequence[Path], processes: int) -> dict[str, float]:
    one, result = apart(partial(walked, folders))
    many, shared = apart(partial(walked, folders, processes)) if processes > 1 else (one, result)
    return {
        "commits": result.commits, "one": one.wall, "many": many.wall, "memory": max(result.memory, shared.memory),
        "again": apart(partial(again, folders, result.known)).wall,
    }  # fmt: skip


if __name__ == "__main__":
    main()
