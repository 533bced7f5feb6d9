"""Signing in and out in a real browser: no script on the page, nothing asked elsewhere, readable by everyone."""

import pytest
from playwright.sync_api import expect

from dashboard.app import create_app
from data.taxonomy import load_taxonomy
from tests.browser.conftest import SIZES, Watched, serve
from tests.dashboard import samples
from tests.dashboard.entering import PASSWORD, settings_with
from tests.loopback.oauth import CLIENT, SECRET, OAuthServer

REFUSED = "the server responded with a status of 401"  # a browser says so of every such page, and should


@pytest.fixture(scope="module")
def github():
    server = OAuthServer()
    yield server
    server.close()


@pytest.fixture
def closed(tmp_path, github):
    """The address of a dashboard with a password and GitHub set."""
    taxonomy = load_taxonomy()
    store = samples.new_store(tmp_path / "store.db")
    samples.fill(store, taxonomy)
    settings = settings_with(
        tmp_path,
        github_client_id=CLIENT,
        github_client_secret=SECRET,
        github_logins=("octocat",),
        github_api_url=github.address,
    )
    server, address = serve(create_app(settings, store, taxonomy=taxonomy, launch=lambda _: None))
    yield address
    server.shutdown()
    server.server_close()
    store.close()


@pytest.fixture
def visit(browser, closed):
    """visit(size, scheme) gives a page of its own; but for refusals nothing may have gone wrong."""
    opened = []

    def make(size="desktop", scheme="light"):
        opened.append(Watched(browser, closed, size, scheme))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
        assert [problem for problem in one.problems if REFUSED not in problem] == []


def type_password(page, password=PASSWORD):
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_page_to_sign_in_is_readable_by_everyone(visit, size, scheme):
    visitor = visit(size, scheme)
    page = visitor.page
    answer = page.goto("/growth")
    assert answer.status == 401
    expect(page.get_by_label("Password")).to_be_focused()
    assert page.evaluate("document.scripts.length") == 0
    assert not visitor.is_wider_than_screen()
    assert visitor.violations() == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(245, 247, 248)", "dark": "rgb(15, 19, 23)"}[scheme]
    type_password(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("Wrong password. 4 tries left this minute.")
    assert visitor.violations() == []


def test_signing_in_leads_to_the_page_asked_for_and_out_again(visit):
    visitor = visit("phone")
    page = visitor.page
    page.goto("/growth?from=2024-01-01")
    type_password(page)
    visitor.settle()
    expect(page.get_by_role("heading", name="Growth", exact=True)).to_be_visible()
    assert page.url.endswith("/growth?from=2024-01-01")
    assert visitor.violations() == []
    assert not visitor.is_wider_than_screen()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_keyboard_is_enough(visit):
    page = visit().page
    page.goto("/")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


def test_signing_in_with_github(visit, github):
    visitor = visit()
    page = visitor.page
    page.goto("/technologies")
    page.get_by_role("link", name="Continue with GitHub").click()
    visitor.settle()
    assert page.url == f"{visitor.address}/technologies"
    visitor.problems[:] = [one for one in visitor.problems if github.address not in one]  # there one must go


def test_page_whose_session_has_ended_leads_to_signing_in(visit):
    """Signed out in another window: the next click shows where to sign in, and leads back."""
    visitor = visit()
    page = visitor.page
    page.goto("/growth")
    type_password(page)
    visitor.settle()
    other = visitor.context.new_page()
    other.goto("/method")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("status")).to_be_visible()
    page.get_by_role("link", name="Technologies").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    type_password(page)
    expect(page.get_by_role("heading", name="Technologies", exact=True)).to_be_visible()
