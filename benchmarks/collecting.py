"""What collecting costs: requests and seconds of a first run, of one without news, of one after a single push.

    python benchmarks/collecting.py [--repositories 100]

GitHub is the one of the tests, on this machine: it checks every request against GitHub's own description, so the
seconds are its as well, and the network's are not in them. The requests are what GitHub would be asked. The same
repositories are then read as a folder of clones. Budgets: without news at most 2 requests, and 1 s per 100
repositories.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.loopback.github import GitHub
from tests.loopback.histories import Written, extend, make
from tests.loopback.living import START, Living, ada
from tests.loopback.state import Repo, User, World

MINE = "7+ada@users.noreply.github.com"
TOKEN = "ghp_adas_secret"
LINES = 5


def written(number: int) -> list[Written]:
    lines = "".join(f"print(np.linalg.norm([{number}, {line}]))\n" for line in range(LINES))
    return [Written(MINE, START + number * 86_400, {"work.py": f"import numpy as np\n{lines}"})]


def portfolio(folder: Path, count: int) -> World:
    me = ada()
    repos = []
    for number in range(1, count + 1):
        path = make(folder / f"{number}.git", written(number))
        pushed = f"2023-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:00:00Z"
        repos.append(Repo(number, me, f"work-{number}", path, pushed_at=pushed))
    return World([me, User(8, "bob")], repos, tokens={TOKEN: me})


def told(what: str, living: Living, github: GitHub | None) -> None:
    """Run once and print what it took."""
    started = time.perf_counter()
    result = living.run()
    seconds = time.perf_counter() - started
    asked = ""
    if github is not None:
        requests = sum(github.count(name) for name in ("core", "search", "graphql"))
        asked = f"{requests:4} requests, {sum('info/refs' in one.path for one in github.asked):4} fetches, "
    print(f"  {what:<22} {asked}{seconds:6.2f} s   {result.state}, {result.counts.get('activities', 0)} activities")


def measure_github(folder: Path, world: World, token: str | None) -> None:
    with GitHub(world) as github:
        name = "with a token" if token else "without a token"
        print(f"GitHub {name}, {len(world.repos)} repositories")
        living = Living(folder / name.replace(" ", "-"), github, token=token)
        told("first run", living, github)
        told("no news", living, github)
        pushed = world.repos[0]
        extend(pushed.path, [Written(MINE, START + 9_000_000, {"more.py": f"import torch\n# {name}\n"})])
        pushed.pushed_at = "2025-01-01T00:00:00Z" if token else "2024-06-01T00:00:00Z"
        told("one push", living, github)
        living.close()


def measure_folder(folder: Path, clones: Path, count: int) -> None:
    print(f"Git folder, {count} clones")
    home = folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f"[user]\n\temail = {MINE}\n")
    os.environ["HOME"] = str(home)
    living = Living(folder / "folder")
    living.account = living.store.add_account("git", str(clones))
    told("first run", living, None)
    told("no news", living, None)
    living.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=int, default=100)
    count = parser.parse_args().repositories
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="skillfolio-bench-") as place:
        folder = Path(place)
        world = portfolio(folder / "git", count)
        for token in (None, TOKEN):
            measure_github(folder, world, token)
        measure_folder(folder, folder / "git", count)


if __name__ == "__main__":
    main()
