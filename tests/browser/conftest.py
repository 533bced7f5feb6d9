"""One server and one browser for all tests; every page's console, requests and accessibility are watched."""

import shutil
import threading
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from data.models import Progress, RunState
from data.taxonomy import load_taxonomy
from tests.dashboard import community_samples, samples
from tests.dashboard.building import make_app

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN = """() => [...document.querySelectorAll('.sf-plot')]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().top < innerHeight)
  .every((one) => one.querySelector('.main-svg'))"""
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


class Collecting:
    """Stands in for the other process: writes the rows that a run writes."""

    def __init__(self, store):
        self.store = store

    def __call__(self, account_id):
        threading.Thread(target=self.run, args=(account_id or self.store.accounts()[0].id,), daemon=True).start()

    def run(self, account_id):
        time.sleep(0.5)
        run = self.store.start_run(account_id)
        for done in range(1, 5):
            self.store.update_run(run, Progress(f"reading project {done}", done, 4, {"core": 60 - done}))
            time.sleep(0.7)
        self.store.end_run(run, RunState.DONE, {"repositories": 4})


def serve(app):
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(scope="session")
def addresses(tmp_path_factory):
    """Addresses of a dashboard with a portfolio ("full"), with all sources ("community") and without ("empty")."""
    taxonomy, servers, found, stores = load_taxonomy(), [], {}, []
    for name in ("full", "community", "empty"):
        home = tmp_path_factory.mktemp(name)
        store = samples.new_store(home / "store.db")
        if name == "full":
            samples.fill(store, taxonomy)
        if name == "community":
            community_samples.fill(store, home, taxonomy)
        server, found[name] = serve(make_app(store, taxonomy, home, launch=Collecting(store)))
        servers.append(server)
        stores.append(store)
    yield found
    for server in servers:
        server.shutdown()
        server.server_close()
    for store in stores:
        store.close()


@pytest.fixture(scope="session")
def browser():
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


class Watched:
    """A browser page that keeps what should not have happened."""

    def __init__(self, browser, address, size="desktop", scheme="light"):
        self.address, self.problems = address, []
        self.context = browser.new_context(
            viewport=SIZES[size], color_scheme=scheme, base_url=address, reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._see)

    def _hear(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _see(self, request):
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.problems.append(f"asked elsewhere: {request.url}")

    def open(self, path):
        self.page.goto(path)
        self.settle()
        return self.page

    def settle(self):
        """Wait for the page's heading and for every graph on the screen to be drawn."""
        self.page.wait_for_selector("#content h1", timeout=15_000)
        self.page.wait_for_function(DRAWN, timeout=15_000)
        return self.page

    def violations(self):
        self.page.evaluate(AXE + ";0")
        found = self.page.evaluate(f"axe.run(document, {RULES})")["violations"]
        return [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found]

    def is_wider_than_screen(self):
        return self.page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.fixture
def watch(browser, addresses):
    """watch(size, scheme, which) gives a page of its own; at the end nothing may have gone wrong."""
    opened = []

    def make(size="desktop", scheme="light", which="full"):
        opened.append(Watched(browser, addresses[which], size, scheme))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
        assert one.problems == []
