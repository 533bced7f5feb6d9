"""What public pages and exports cost on a portfolio of 300 repositories and ten years (benchmarks/generated.py).

    python benchmarks/public.py [--store FILE] [--facts 1000000]

Makes a share link of everything public, then asks for its page, badge, card and picture through HTTP's own code path:
the first time, and once warm; then makes every export and prints its time and size. Budgets: public page 30 ms once
warm; page in one file 1.5 MB, 300 KB without script.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import subprocess
import sys
import tempfile
import time
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import generated

from dashboard.app import create_app
from dashboard.exports import formats, static, tables
from data import sharing
from data.choosing import Choice, chosen_link
from data.garbage import settle
from data.settings import Settings
from data.store import Store
from data.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash import Dash

ROUNDS = 60
BUDGET_MS, BUDGET_KB, BUDGET_PLAIN_KB = 30, 1500, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=generated.FACTS)
    parser.add_argument("--store", type=Path, help="keep the store here and use it again")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)  # the web worker
    asked = parser.parse_args()
    if asked.read:
        measure(asked.store)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = asked.store or Path(folder) / "store.db"
        with generated.portfolio(path, load_taxonomy(), asked.facts):
            pass
        # a process of its own: what making the store took must not count
        subprocess.run([sys.executable, __file__, "--read", "--store", str(path)], check=True)


def measure(path: Path) -> None:
    taxonomy = load_taxonomy()
    with Store.open(path) as store:
        link, token = sharing.create(store, chosen_link(store, taxonomy, Choice("Benchmark", all_public=True)))
        try:
            app = create_app(Settings(home=path.parent, database_url=f"sqlite:///{path}"), store, taxonomy=taxonomy)
            settle()  # as the server does
            addresses(app, token)
            exports(app, link)
            everything(store, taxonomy)
        finally:
            sharing.revoke(store, link.id)


def addresses(app: Dash, token: str) -> None:
    print(f"{'address':24} {'first':>9} {'p50':>9} {'p95':>9} {'size':>10} {'gzip':>10}")
    with app.server.test_client() as client:
        for path in ("/p/{}", "/badge/{}/all.svg", "/card/{}.svg", "/p/{}/preview.png"):
            costs, body = [], b""
            for _ in range(ROUNDS + 1):
                started = time.perf_counter()
                reply = client.get(path.format(token), headers={"Host": "localhost"})
                costs.append((time.perf_counter() - started) * 1000)
                assert reply.status_code == HTTPStatus.OK, reply.text
                body = reply.data
            p50, p95 = statistics.median(costs[1:]), statistics.quantiles(costs[1:], n=20)[-1]
            over = " over budget" if p95 > BUDGET_MS else ""
            sizes = f"{len(body) / 1000:7.1f} KB {len(gzip.compress(body)) / 1000:7.1f} KB"
            print(f"{path.format('…'):24} {costs[0]:6.1f} ms {p50:6.1f} ms {p95:6.1f} ms {sizes}{over}")


def exports(app: Any, link: sharing.ShareLink) -> None:
    found = app.site.public.portfolios.of(link).portfolio
    print(f"\n{len(found.projects)} projects, {found.summary.proofs} proofs\n{'export':24} {'time':>9} {'size':>10}")
    for each in formats.FORMATS:
        if each.is_there(None):
            told(each.id, lambda each=each: each.make(found, "", None), BUDGET_KB)
        else:
            print(f"{each.id:24} cannot be made here")
    told("html --no-script", lambda: static.one_file(found, script=False).encode(), BUDGET_PLAIN_KB)


def everything(store: Store, taxonomy: Any) -> None:
    told("csv --everything", lambda: tables.as_csv(tables.Everything(store, taxonomy), tables.EVERYTHING))


def told(name: str, make: Callable[[], bytes], budget: float | None = None) -> None:
    started = time.perf_counter()
    size = len(make()) / 1000
    over = " over budget" if budget is not None and size > budget else ""
    print(f"{name:24} {(time.perf_counter() - started) * 1000:6.0f} ms {size:7.1f} KB{over}")


if __name__ == "__main__":
    main()
