"""What pages cost on a portfolio of 300 repositories and ten years (benchmarks/generated.py).

    python benchmarks/pages.py [--store FILE] [--facts 1000000] [--browser]

Asks for every page as a browser does (one callback over HTTP's own code path, JSON included), with filters that
were not asked for before, and with 8 readers at once; prints the time of each and its size. With --browser also the
first chart in a cold Chromium and the bytes it took. Budgets: p95 50 ms a callback, 200 KB a page, first chart 2.0 s
and 1.3 MB. The memory of the real server is measured by benchmarks/readers.py.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import generated

from dashboard.app import create_app
from data.garbage import settle
from data.settings import Settings
from data.store import Store
from data.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dash import Dash

PATHS = (
    "/", "/growth", "/next", "/compare", "/corrections", "/area/mathematics", "/area/programming", "/skill/python",
    "/skill/linear-algebra", "/technologies", "/projects", "/project/1", "/community", "/?split=source",
    "/growth?split=source", "/sources", "/method",
)  # fmt: skip
OUTPUTS = (
    ("content", "children"),
    ("menu-bar", "children"),
    ("filters", "hidden"),
    ("arrival", "data"),
    ("notice", "children"),
)
ROUNDS = 12
BUDGET_MS, BUDGET_KB, BUDGET_CHART, BUDGET_BYTES, BUDGET_MEMORY = 50, 200, 2.0, 1.3e6, 150


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=generated.FACTS)
    parser.add_argument("--store", type=Path, help="keep the store here and use it again")
    parser.add_argument("--browser", action="store_true", help="also measure the first chart in Chromium")
    parser.add_argument("--read", action="store_true", help=argparse.SUPPRESS)  # the web worker
    asked = parser.parse_args()
    if asked.read:
        measure(asked.store, browser=asked.browser)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = asked.store or Path(folder) / "store.db"
        with generated.portfolio(path, load_taxonomy(), asked.facts):
            pass
        # a process of its own: what making the store took must not count
        more = ["--browser"] if asked.browser else []
        subprocess.run([sys.executable, __file__, "--read", "--store", str(path), *more], check=True)


def measure(path: Path, *, browser: bool) -> None:
    settings = Settings(home=path.parent, database_url=f"sqlite:///{path}")
    with Store.open(path) as store:
        started = time.perf_counter()
        app = create_app(settings, store, taxonomy=load_taxonomy())
        settle()  # as the server does
        print(f"start, frames loaded                {time.perf_counter() - started:6.2f} s")
        pages(app)
        together(app)
        if browser:
            first_chart(app)


class Cost(NamedTuple):
    """Of one answer: milliseconds on the clock, of them on this thread's processor; kilobytes."""

    clock: float
    processor: float
    size: float


def pages(app: Dash) -> None:
    print(f"\n{'page':24} {'first':>8} {'p50':>8} {'p95':>8} {'cpu p95':>8} {'seen':>8} {'size':>10}")
    every: list[Cost] = []
    for place, path in enumerate(PATHS):
        first = ask(app, path, "")
        # each of these is a view that nobody asked for before
        date = "then" if path == "/compare" else "from"
        costs = [ask(app, path, f"?{date}=20{16 + n % 9}-0{1 + n % 9}-{10 + place}") for n in range(ROUNDS)]
        again = ask(app, path, "")
        every += costs
        p95, cpu = worst(cost.clock for cost in costs), worst(cost.processor for cost in costs)
        over = " over budget" if p95 > BUDGET_MS or first.size > BUDGET_KB else ""
        times = (first.clock, statistics.median(cost.clock for cost in costs), p95, cpu, again.clock)
        print(f"{path:24}" + "".join(f" {time:5.0f} ms" for time in times) + f" {first.size:7.0f} KB{over}")
    tell("p95 of all callbacks", worst(cost.clock for cost in every), "ms", BUDGET_MS)
    tell("the same, processor only", worst(cost.processor for cost in every), "ms", BUDGET_MS)


def worst(times: Iterable[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def together(app: Dash) -> None:
    """Eight readers, each on pages of their own."""
    with ThreadPoolExecutor(8) as readers:
        started = time.perf_counter()
        costs = list(readers.map(lambda number: ask(app, PATHS[number % len(PATHS)], ""), range(160)))
        rate = len(costs) / (time.perf_counter() - started)
    print(f"8 readers at once                   {rate:6.0f} pages/s, p95 {worst(cost.clock for cost in costs):.0f} ms")


def body_of(path: str, search: str) -> dict[str, Any]:
    """What a browser asks for a page with."""
    return {
        "output": ".." + "...".join(f"{name}.{part}" for name, part in OUTPUTS) + "..",
        "outputs": [{"id": name, "property": part} for name, part in OUTPUTS],
        "inputs": [
            {"id": "url", "property": "pathname", "value": path},
            {"id": "url", "property": "search", "value": search},
        ],
        "changedPropIds": ["url.pathname"],
    }


def ask(app: Dash, path: str, search: str) -> Cost:
    path, _, asked = path.partition("?")
    search = f"{search}&{asked}" if search and asked else f"?{asked}" if asked else search
    with app.server.test_client() as client:
        clock, processor = time.perf_counter(), time.thread_time()
        reply = client.post("/_dash-update-component", json=body_of(path, search), headers={"Host": "localhost"})
        clock, processor = time.perf_counter() - clock, time.thread_time() - processor
    assert reply.status_code == HTTPStatus.OK, reply.text
    assert json.loads(reply.data)["response"]["content"]["children"]
    return Cost(clock * 1000, processor * 1000, len(reply.data) / 1000)


def first_chart(app: Dash) -> None:
    """Seconds until the first chart is drawn, and bytes over the wire, with an empty cache; median of five."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where a browser is asked for
    from werkzeug.serving import make_server  # noqa: PLC0415

    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    runs = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium" if Path("/usr/bin/chromium").exists() else None, args=["--no-sandbox"]
        )
        for _ in range(6):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            wire = context.new_cdp_session(page)
            sizes: list[float] = []
            wire.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
            wire.send("Network.enable")
            started = time.perf_counter()
            page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="commit")
            page.wait_for_selector(".js-plotly-plot .bars .point", state="attached")
            runs.append((time.perf_counter() - started, sum(sizes)))
            context.close()
        browser.close()
    server.shutdown()
    seconds, transferred = zip(*runs[1:], strict=True)  # the first one warms the server's compressed files
    tell("first chart, cold browser", statistics.median(seconds), "s", BUDGET_CHART)
    tell("transferred", statistics.median(transferred) / 1e6, "MB", BUDGET_BYTES / 1e6)


def tell(what: str, value: float, unit: str, budget: float) -> None:
    print(f"{what:35} {value:6.2f} {unit} (budget {budget:g}){' over budget' if value > budget else ''}")


if __name__ == "__main__":
    main()
