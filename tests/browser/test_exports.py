"""Exported files in a real browser: opened from disk, printed, shown as images; and the buttons that hand them out."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from dashboard.exports import formats, printing, static
from data import published
from data.taxonomy import load_taxonomy
from tests.browser.conftest import SIZES, Watched
from tests.dashboard import leaking, samples

OVERFLOWING = """() => [...document.querySelectorAll('text')].filter((one) => {
  const box = one.getBoundingClientRect(), edge = document.documentElement.getBoundingClientRect();
  return box.left < edge.left || box.right > edge.right || box.top < edge.top || box.bottom > edge.bottom;
}).map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """A portfolio from a store full of private words."""
    taxonomy = load_taxonomy()
    with samples.new_store(tmp_path_factory.mktemp("exports") / "store.db") as store:
        leaking.fill(store, taxonomy)
        shown = published.portfolio(store, taxonomy, leaking.link(store, taxonomy), samples.TODAY)
    return replace(shown, person="Ada Lovelace")


@pytest.fixture
def from_disk(browser, tmp_path):
    """Opens a file of these; nothing but it may be asked for, and nothing may be refused."""
    opened = []

    def make(files, name, size="desktop", scheme="light"):
        for each, body in files.items():
            (tmp_path / each).write_bytes(body)
        one = Watched(browser, "file://", size, scheme)
        opened.append(one)
        one.page.goto((tmp_path / name).as_uri())
        return one

    yield make
    for one in opened:
        one.context.close()
        assert one.problems == []


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light")])
def test_the_site_opens_from_disk(found, from_disk, size, scheme):
    asked = []
    one = from_disk(static.folder(found, address="https://ada.example/"), "index.html", size, scheme)
    one.page.on("request", lambda request: asked.append(request.url))
    one.page.reload()
    assert len(asked) == 1  # the page itself: not even its picture
    expect(one.page.locator("h1")).to_have_text("Ada Lovelace")
    assert one.page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") == "14px"  # styled
    assert one.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(245, 247, 248)" if scheme == "light" else "rgb(15, 19, 23)"
    )
    assert one.violations() == []
    assert not one.is_wider_than_screen()


def test_figures_of_the_file_answer_the_pointer(found, from_disk):
    one = from_disk({"one.html": static.one_file(found).encode()}, "one.html")
    one.page.locator("figure svg").first.hover()
    expect(one.page.locator("figure output").first).to_have_text(re.compile(r"^\w{3} \d{4}: \d+\u202f%$"))


def test_without_script_it_looks_the_same(found, from_disk):
    heights = []
    for script in (True, False):
        one = from_disk({"x.html": static.one_file(found, script=script).encode()}, "x.html")
        heights.append(one.page.evaluate("document.body.scrollHeight"))
    assert heights[0] == heights[1] > SIZES["desktop"]["height"]


def test_lost_visitors_are_told(found, from_disk):
    one = from_disk(static.folder(found), "404.html")
    expect(one.page.get_by_role("heading")).to_have_text("Nothing is shown at this address")
    assert one.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_drawings_hold_their_texts(found, from_disk, scheme):
    files = formats.every_drawing(found)
    for name in ("badge-deep-learning.svg", "card-all.svg"):
        one = from_disk(files, name, "desktop", scheme)
        assert one.page.evaluate(OVERFLOWING) == []
        ground = one.page.evaluate("getComputedStyle(document.querySelector('rect')).fill")
        assert ground == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(23, 28, 34)")


def test_the_pdf_is_two_pages_with_nothing_private(found, browser):
    program = printing.find_browser() or browser.browser_type.executable_path
    made = printing.pdf(found, program, address="https://ada.example/")
    assert len(re.findall(rb"/Type\s*/Page[^s]", made)) == 2
    assert b"https://github.com/ada/churn" in made  # links can be followed
    assert leaking.leaks("pdf", made) == []
    assert len(made) < 1_000_000


def test_buttons_hand_out_what_a_link_shows(watch):
    one = watch("phone")
    page = one.open("/share")
    page.get_by_label("Title").fill("Taken away")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Make it public").click()
    page.get_by_label("Address", exact=True).wait_for()
    item = page.locator(".sf-links > li", has_text="Taken away")
    item.get_by_text("Download").click()
    assert one.violations() == []
    assert not one.is_wider_than_screen()
    with page.expect_download() as waiting:
        item.get_by_role("link", name="JSON Resume: Taken away").click()
    assert waiting.value.suggested_filename == "resume.json"
    assert '"label": "Taken away"' in waiting.value.path().read_text()
