"""What collecting costs: requests and seconds of a first run, of one without news, of one after a single push.

    python benchmarks/collecting.py [--repositories 100]

GitHub is the one of the tests, on this machine: it checks every request against GitHub's own description, so the
seconds are its as well, and the network's are not in them. The requests are what GitHub would be asked. The same
repositories are then read as a folder of clones, and as many notebooks and answers from the Kaggle and the Stack
Exchange of the tests. Budgets: without news at most 2 requests, and 1 s per 100 repositories.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collectors import runner
from data.settings import Settings
from data.store import Store
from tests.collectors import kaggle_living
from tests.loopback import kaggle_state
from tests.loopback.github import GitHub
from tests.loopback.histories import Written, extend, make
from tests.loopback.kaggle import Kaggle
from tests.loopback.living import START, Living, ada
from tests.loopback.stackexchange import DAY, NOW, Site, StackExchange
from tests.loopback.state import Repo, User, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from collectors.runner import RunResult

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


def measure_kaggle(folder: Path, count: int) -> None:
    print(f"Kaggle, {count} notebooks")
    kernels = [kaggle_state.Kernel(number, f"ada/work-{number}") for number in range(1, count + 1)]
    with Kaggle(replace(kaggle_living.world(), kernels=kernels)) as kaggle:
        living = kaggle_living.Living(folder / "kaggle", kaggle)
        for what in ("first run", "no news", "no news"):
            timed(what, living.run, lambda: len(kaggle.asked))
        living.close()


def measure_stack_overflow(folder: Path, count: int) -> None:
    print(f"Stack Overflow, {count} answers")
    site = Site()
    for number in range(count):
        site.answer(1000 + 10 * number, NOW - (900 - number % 800) * DAY)
    with StackExchange(site) as exchange:
        address = f"sqlite:///{folder / 'posts.db'}"
        store = Store.open(address)
        account = store.add_account("stackoverflow", str(site.number), {"fresh": 0})
        settings = Settings(folder, address, stackexchange_url=exchange.url)
        for what in ("first run", "no news"):
            exchange.asked.clear()
            timed(what, lambda: runner.run_account(store, account, settings), lambda: len(exchange.asked))
        store.close()


def timed(what: str, run: Callable[[], RunResult], asked: Callable[[], int]) -> None:
    started = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - started
    print(f"  {what:<22} {asked():4} requests, {seconds:6.2f} s   {result.state}")


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
        measure_kaggle(folder, count)
        measure_stack_overflow(folder, count)


if __name__ == "__main__":
    main()
