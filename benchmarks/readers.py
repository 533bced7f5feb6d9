"""What eight readers at once cost the real server: `skillfolio serve` on the portfolio of benchmarks/generated.py.

    python benchmarks/readers.py [--store FILE] [--facts 1000000]

Starts the command as a person would, asks for pages over HTTP from eight threads, with views that nobody asked for
before and with ones that were; once a second each, as quick readers would, and without a pause. Then for what is
shared: a public page of everything public, first and again, badge, card and picture, the Share page with a preview,
and every file that its buttons make (but the PDF, which a browser makes). Prints times, the processor's time of an
answer, and the memory of the process that answers (RSS; PSS counts shared pages in part). Budgets: p95 50 ms a
callback with eight readers at once, 30 ms a public page once warm, 150 MB all along. Needs Linux for the memory.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import generated
from pages import BUDGET_MEMORY, BUDGET_MS, PATHS, body_of

from dashboard.exports import formats
from data import drafts, sharing
from data.choosing import Choice, chosen_link
from data.store import Store
from data.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator

READERS = 8
VISITS = 60
BUDGET_PUBLIC = 30  # ms
TICK = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=generated.FACTS)
    parser.add_argument("--store", type=Path, help="keep the store here and use it again")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = asked.store or Path(folder) / "store.db"
        taxonomy = load_taxonomy()
        with generated.portfolio(path, taxonomy, asked.facts) as store:
            link, token = sharing.create(store, chosen_link(store, taxonomy, Choice("Benchmark", all_public=True)))
            preview = drafts.keep(store, drafts.Draft(link, "Benchmark"))
        with served(path, Path(folder)) as (port, worker):
            print(f"{'started':34} {memory(worker)}")
            for place in PATHS:
                ask(http.client.HTTPConnection("127.0.0.1", port), place, "")
            print(f"{'every page once':34} {memory(worker)}")
            together(port, worker, "new views, one a second", 12, pause=1.0, fresh=0)
            together(port, worker, "new views, no pause", 22, fresh=1)
            together(port, worker, "pages seen before, no pause", 22)
            together(port, worker, "new views, no pause", 60, fresh=2)
            visit(port, worker, token)
            share(port, worker, link.id, preview)
        with Store.open(path) as store:
            sharing.revoke(store, link.id)


@contextmanager
def served(path: Path, home: Path) -> Iterator[tuple[int, int]]:
    """The port and the process that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"SKILLFOLIO_HOME": str(home), "DATABASE_URL": f"sqlite:///{path.absolute()}"}
    command = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--no-open"]
    server = subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            time.sleep(0.1)
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("GET", "/healthz")
                connection.getresponse().read()
                break
            except OSError:
                continue
        yield port, int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()[0])
    finally:
        server.terminate()
        server.wait()


def together(port: int, worker: int, what: str, each: int, *, pause: float = 0.0, fresh: int | None = None) -> None:
    """Eight readers; `fresh` numbers the views that they make up, so that none comes twice."""
    times: list[float] = []

    def read(reader: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        time.sleep(pause * reader / READERS)  # nobody reads in step with the others
        for n in range(reader * each, reader * each + each):
            time.sleep(pause)
            search = f"?from=20{16 + n % 9}-{1 + n // 9 % 12:02d}-{1 + (n + reader + 9 * (fresh or 0)) % 28:02d}"
            times.append(ask(connection, PATHS[n % len(PATHS)], "" if fresh is None else search))

    began, clock = processor(worker), time.perf_counter()
    readers = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    spent, rate = processor(worker) - began, len(times) / (time.perf_counter() - clock)
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    over = " over budget" if pause and p95 > BUDGET_MS else ""
    cost = f"{rate:4.0f}/s, {spent / len(times) * 1000:5.1f} ms of processor each"
    print(f"{what:34} p50 {p50:5.0f} ms, p95 {p95:5.0f} ms{over}, {cost}; {memory(worker)}")


def visit(port: int, worker: int, token: str) -> None:
    """What a visitor sees, and what other sites show of it."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    first = get(connection, f"/p/{token}")
    times = [get(connection, f"/p/{token}") for _ in range(VISITS)]
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    over = " over budget" if p95 > BUDGET_PUBLIC else ""
    told = f"first {first:5.0f} ms, then p50 {p50:5.1f} ms, p95 {p95:5.1f} ms{over}"
    print(f"{'public page':34} {told}; {memory(worker)}")
    for path in ("/p/{}/preview.png", "/badge/{}/all.svg", "/card/{}.svg"):
        get(connection, path.format(token))
    print(f"{'picture, badge and card':34} {memory(worker)}")


def share(port: int, worker: int, link: int, preview: str) -> None:
    """What the owner does on the Share page."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    ask(connection, "/share", "")
    took = get(connection, f"/share/preview/{preview}")
    print(f"{'Share, with a preview':34} preview {took:5.0f} ms; {memory(worker)}")
    for each in formats.FORMATS:
        if each.id != "pdf" and each.is_there(None):
            took = get(connection, f"/share/export/{link}/{each.id}")
            print(f"{f'export {each.id}':34} {took:5.0f} ms; {memory(worker)}")


def get(connection: http.client.HTTPConnection, path: str) -> float:
    """Milliseconds until a page or file is whole."""
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "br, gzip"})
    reply = connection.getresponse()
    reply.read()
    assert reply.status == http.client.OK, path
    return (time.perf_counter() - began) * 1000


def ask(connection: http.client.HTTPConnection, path: str, search: str) -> float:
    """Milliseconds until an answer is whole."""
    headers = {"Content-Type": "application/json", "Accept-Encoding": "br, gzip"}
    began = time.perf_counter()
    connection.request("POST", "/_dash-update-component", json.dumps(body_of(path, search)), headers)
    reply = connection.getresponse()
    reply.read()
    assert reply.status == http.client.OK
    return (time.perf_counter() - began) * 1000


def memory(process: int) -> str:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    found = {name: int(value.split()[0]) / 1024 for name, value in (line.split(":") for line in lines)}
    over = " over budget" if found["Rss"] > BUDGET_MEMORY else ""
    return f"RSS {found['Rss']:.0f} MB{over} (PSS {found['Pss']:.0f})"


def processor(process: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


if __name__ == "__main__":
    main()
