"""A new user's first five minutes: from the sample to one's own overview, in the browser alone."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.loopback.github import GitHub
from tests.loopback.histories import Written, make
from tests.loopback.state import Repo, User, World

DAY, START = 86_400, 1_690_000_000
ME, OLD_ME, BOB = "ada@example.org", "ada@old-work.example", "bob@example.org"
SECRET, BOBS = "ghp_adas_secret_of_this_test", "ghp_bobs_secret"

CLEAN = "import pandas as pd\n\ndata = pd.read_csv('rides.csv')\ndata = data.fillna(0).groupby('city').agg('mean')\n"
SOLVE = (
    "import numpy as np\n\ndef solve(a, b):\n    return np.linalg.solve(a, b)\n\nu, s, v = np.linalg.svd(np.eye(3))\n"
)
NET = "import torch\nfrom torch import nn\n\nnet = nn.Sequential(nn.LSTM(8, 16), nn.Dropout(0.2))\nbest = torch.optim.Adam(net.parameters())\n"


def commits(email, name, files, number=4):
    """Commits of one person, one a fortnight; each writes every file a line longer."""
    return [
        Written(
            email,
            START + 14 * DAY * step,
            {path: text + "".join(f"print({one})\n" for one in range(step)) for path, text in files.items()},
            f"Step {step}",
            name,
        )
        for step in range(number)
    ]


def people_home(folder):
    """A home folder as people have them: clones in ~/code, one elsewhere, git's own settings."""
    bare = folder / "bare"
    bare.mkdir()
    home = folder / "home"
    made = {
        "code/rides": commits(ME, "Ada Lovelace", {"clean.py": CLEAN})
        + commits(BOB, "Bob", {"other.py": "x = 1\n"}, 2),
        "code/solver": commits(OLD_ME, "Ada Lovelace", {"solve.py": SOLVE}),
        "thesis": commits(ME, "Ada Lovelace", {"net.py": NET}),
    }
    for place, written in made.items():
        path = make(bare / f"{place.rpartition('/')[2]}.git", written)
        (home / place).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--quiet", str(path), str(home / place)], check=True, capture_output=True)
    (home / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n\tname = Ada Lovelace\n", encoding="utf-8")
    return home


def world_of(folder):
    ada, bob = User(11, "ada", "Ada Lovelace", ME, emails=(ME,)), User(12, "bob", "Bob")
    forecast = make(folder / "forecast.git", commits(ME, "Ada Lovelace", {"forecast.py": NET, "prepare.py": CLEAN}, 6))
    private = make(folder / "payroll.git", commits(ME, "Ada Lovelace", {"pay.py": SOLVE}))
    repos = [Repo(101, ada, "forecast", forecast), Repo(102, ada, "payroll", private, private=True)]
    return World([ada, bob], repos, tokens={SECRET: ada, BOBS: bob})


@dataclass
class Running:
    """`skillfolio demo` as a person starts it, in a home of its own."""

    address: str
    home: Path
    github: GitHub

    def files(self):
        return [path.read_bytes() for path in (self.home / "skillfolio").rglob("*") if path.is_file()]


PROGRAM = [sys.executable, "-P", "-m", "cli", "demo"]
PASSED_ON = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "PYTHONPATH") if name in os.environ}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """A home in which the sample is loaded already: it takes seconds, and each test wants a store of its own."""
    home = people_home(tmp_path_factory.mktemp("loaded"))
    environment = PASSED_ON | {"HOME": str(home), "SKILLFOLIO_HOME": str(home / "skillfolio")}
    subprocess.run([*PROGRAM, "--no-serve"], env=environment, check=True, capture_output=True)
    return home


@pytest.fixture
def started(loaded, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(loaded, home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with GitHub(world_of(tmp_path)) as github, (tmp_path / "log").open("wb") as log:
        environment = PASSED_ON | {"HOME": str(home), "SKILLFOLIO_HOME": str(home / "skillfolio")}
        environment["GITHUB_API_URL"] = github.url
        command = [*PROGRAM, "--no-open", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address, server)
            yield Running(address, home, github)
        finally:
            server.terminate()
            server.wait(20)
    assert SECRET.encode() not in (tmp_path / "log").read_bytes()


def wait_for(address, server):
    for _ in range(300):
        assert server.poll() is None, "it ended before it answered"
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not answer")


@pytest.fixture
def visit(browser, started):
    opened = []

    def make_one(size="desktop"):
        opened.append(Watched(browser, started.address, size))
        return opened[-1]

    yield make_one
    for one in opened:
        one.context.close()
        assert one.problems == []


def look_at(one, step):
    """Each step: readable by everyone, and no wider than the screen."""
    assert one.violations() == [], step
    assert not one.is_wider_than_screen(), step


def test_from_the_sample_to_ones_own_overview(visit, browser, started):
    one = visit()
    remarks = []
    one.page.on("console", lambda message: remarks.append(message.text) if "[DOM]" in message.text else None)
    page = one.open("/")
    expect(page.get_by_role("note", name="About this sample")).to_contain_text("Sample portfolio")
    look_at(one, "sample")
    page.get_by_role("button", name="Use my own work").click()
    expect(page.get_by_role("heading", name="Where is your work?")).to_be_visible(timeout=15_000)
    assert page.url == f"{started.address}/welcome"
    expect(page.get_by_role("note", name="About this sample")).to_have_count(0)

    # what is proposed, and what is wrong with what was typed; nothing typed is lost
    expect(page.get_by_role("checkbox", name="~/code")).to_be_checked()
    expect(page.get_by_role("checkbox", name="~/thesis")).to_be_checked()
    look_at(one, "where")
    page.get_by_label("GitHub login").fill("ada")
    page.get_by_label("Another folder").fill("~/nowhere")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert").filter(has_text="There is no folder")).to_be_visible()
    look_at(one, "refused")
    page.get_by_label("Another folder").fill("")
    page.get_by_text("Private repositories too?").click()
    token = page.get_by_label("Token (optional)")
    for wrong, told in ((BOBS, "belongs to bob, not to ada"), ("ghp_expired", "GitHub refuses this token")):
        token.fill(wrong)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert").filter(has_text=told)).to_be_visible()
        expect(page.get_by_label("GitHub login")).to_have_value("ada")
    token.fill(SECRET)
    token.press("Enter")

    expect(page.get_by_role("heading", name="Which of these are you?")).to_be_focused(timeout=15_000)
    assert remarks == []
    assert page.url == f"{started.address}/welcome"
    mine, old = page.get_by_role("checkbox", name=ME), page.get_by_role("checkbox", name=OLD_ME)
    expect(mine).to_be_checked()
    expect(old).not_to_be_checked()
    expect(page.locator("#welcome-who")).to_contain_text("8 commits in 2 projects")
    expect(page.locator("#welcome-who")).to_contain_text("the same name as yours")
    expect(page.get_by_role("checkbox", name=BOB)).to_be_hidden()
    look_at(one, "who")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Where is your work?")).to_be_focused()
    expect(page.locator("#welcome-token-kept")).to_contain_text("of ada is in memory until the dashboard stops")
    expect(token).to_have_value("")
    page.get_by_role("button", name="Continue").click()
    old.check()
    page.get_by_role("button", name="That’s me, start reading").click()

    expect(page.get_by_role("heading", name="Reading your work")).to_be_focused()
    expect(page.get_by_role("link", name="Open your overview")).to_be_visible(timeout=25_000)
    look_at(one, "reading")
    expect(page.get_by_role("heading", name="Your work is read")).to_be_visible(timeout=25_000)
    expect(page.locator("#welcome-in")).not_to_contain_text("failed")
    look_at(one, "read")
    page.get_by_role("link", name="Open your overview").click()
    one.settle()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    for skill in ("NumPy", "pandas", "PyTorch"):
        expect(page.get_by_role("link", name=skill, exact=True).first).to_be_visible()
    page.goto("/projects")
    one.settle()
    for project in ("rides", "solver", "thesis", "ada/forecast", "ada/payroll"):
        expect(page.locator("#content")).to_contain_text(project)  # the private one too: the token came along
    assert all(SECRET.encode() not in content for content in started.files())
    assert not any(SECRET in ask.path or SECRET in str(ask.query) for ask in started.github.asked)

    page.goto("/")
    one.settle()
    page.get_by_role("button", name="See the sample").click()
    expect(page.get_by_role("note", name="About this sample")).to_be_visible()
    page.get_by_role("button", name="Use my own work").click()
    one.settle()
    assert page.url == f"{started.address}/"
    expect(page.get_by_role("note", name="About this sample")).to_have_count(0)
    share(one, browser)


def share(one, browser):
    """A link for others: a browser that knows nothing shows what is public, and no private name."""
    page = one.open("/share")
    page.get_by_label("Title").fill("Engineer for hire")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Make it public").click()
    address = page.get_by_label("Address", exact=True).input_value()
    stranger = browser.new_context().new_page()
    assert stranger.goto(address).status == 200
    expect(stranger.locator("body")).to_contain_text("ada/forecast")
    expect(stranger.locator("body")).not_to_contain_text("payroll")
    stranger.context.close()


def tab_to(page, name):
    """Press Tab until what is called so has the focus, as one does who uses no mouse."""
    for _ in range(60):
        page.keyboard.press("Tab")
        named = "document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || ''"
        if page.evaluate(named).strip().startswith(name):
            return
    raise AssertionError(f"{name} is not reached by the keyboard")


def test_phone_and_keyboard_are_enough(visit, started):
    one = visit("phone")
    page = one.open("/")
    look_at(one, "sample")
    tab_to(page, "Use my own work")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Where is your work?")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("checkbox", name="~/code")).to_be_checked()
    look_at(one, "where")
    tab_to(page, "~/code")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="~/code")).not_to_be_checked()
    tab_to(page, "Another folder")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Which of these are you?")).to_be_focused(timeout=15_000)
    look_at(one, "who")
    tab_to(page, "That’s me, start reading")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Reading your work")).to_be_focused()
    expect(page.get_by_role("link", name="Open your overview")).to_be_visible(timeout=25_000)
    look_at(one, "reading")
    tab_to(page, "Open your overview")
    page.keyboard.press("Enter")
    one.settle()
    expect(page.get_by_role("link", name="PyTorch", exact=True).first).to_be_visible()
    assert not started.github.asked  # a folder is read without any network
