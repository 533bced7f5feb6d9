"""What others see, in a clean browser: accessible, still, readable without script, whole on two printed pages."""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from dashboard.exports import static
from data import sharing
from data.taxonomy import load_taxonomy
from tests.browser.conftest import SIZES, Watched, serve
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.leaking import link

SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 300);
})"""
SMALL = """() => [...document.querySelectorAll('a, summary')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('p, .skip'))
  .map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 24)"""


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """A server with a link of everything public; gives its address, the path of the page, and what the link shows."""
    taxonomy, home = load_taxonomy(), tmp_path_factory.mktemp("public")
    with samples.new_store(home / "store.db") as store:
        samples.fill(store, taxonomy)
        store.set_setting("person_name", "Ada Lovelace")
        chosen = replace(
            link(store, taxonomy),
            title="Machine-learning engineer",
            private_totals=True,
            introduction="I forecast *demand*.",
        )
        made, token = sharing.create(store, chosen)
        app = make_app(store, taxonomy, home)
        server, address = serve(app)
        yield address, f"/p/{token}", app.site.public.portfolios.of(made).portfolio
        server.shutdown()
        server.server_close()


@pytest.fixture
def visit(browser, public):
    opened = []

    def make(size="phone", scheme="light", path=None):
        one = Watched(browser, public[0], size, scheme)
        opened.append(one)
        one.page.goto(path or public[1])
        return one

    yield make
    for one in opened:
        one.context.close()
        assert one.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_page_is_accessible_and_still(visit, size, scheme):
    one = visit(size, scheme)
    expect(one.page.locator("h1")).to_have_text("Ada Lovelace")
    assert one.violations() == []
    for summary in one.page.locator("summary").all():
        if summary.is_visible():
            summary.click()
    assert one.violations() == []
    assert not one.is_wider_than_screen()
    one.page.reload()
    assert one.page.evaluate(SHIFTS) < 0.01
    if size == "phone":
        assert one.page.evaluate(SMALL) == []


def test_the_first_screen_of_a_phone_tells_who_what_and_how_sure(visit):
    page = visit().page
    for said in ("Ada Lovelace", "Machine-learning engineer", "links to the code that proves it"):
        expect(page.get_by_text(said, exact=True)).to_be_in_viewport()
    for row in page.locator(".glance li").all():
        expect(row).to_be_in_viewport(ratio=1)


def test_a_skill_opens_its_proof_by_keyboard(visit):
    page = visit("desktop").page
    page.locator(".area summary", has_text="NumPy").focus()
    page.keyboard.press("Enter")
    proof = page.locator(".proofs a:visible").first
    expect(proof).to_be_visible()
    assert re.match(r"https://github\.com/ada/churn/blob/[0-9a-f]{40}/src/", proof.get_attribute("href"))


def test_a_line_of_growth_tells_its_values(visit):
    page = visit("desktop").page
    line = page.locator("figure svg").first
    line.hover()
    expect(page.locator("figure output").first).to_have_text(re.compile(r"^\w{3} \d{4}: \d+\u202f%$"))


def test_everything_is_there_without_script(browser, public):
    context = browser.new_context(java_script_enabled=False, base_url=public[0], viewport=SIZES["phone"])
    page = context.new_page()
    page.goto(public[1])
    for said in ("Ada Lovelace", "How this was computed", "churn", "active days"):
        assert said in page.inner_text("body"), said
    assert page.locator("figure svg").count() > 0
    context.close()


@pytest.mark.parametrize("look", [("phone", "light"), ("desktop", "dark")])
def test_the_file_from_disk_looks_the_same(visit, public, browser, tmp_path, look):
    """Dot by dot, and so does the site."""
    address = f"{public[0]}{public[1]}"
    (tmp_path / "one.html").write_text(static.one_file(public[2], address=address))
    (tmp_path / "index.html").write_bytes(static.folder(public[2], address=address)["index.html"])
    served = picture_of(visit(*look).page)
    for name in ("one.html", "index.html"):
        one = Watched(browser, "file://", *look)
        one.page.goto((tmp_path / name).as_uri())
        shown = picture_of(one.page)
        one.context.close()
        assert one.problems == []
        assert shown.size == served.size
        assert ImageChops.difference(shown, served).getbbox() is None


def picture_of(page):
    page.wait_for_selector(".zoom.ready")
    return Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")


def test_nothing_private_reaches_the_browser(visit):
    one = visit("desktop")
    assert "payroll" not in one.page.content()
    assert "ada@example.org" not in one.page.content()


def test_an_unknown_address_says_what_to_do(visit):
    one = visit(path=f"/p/{'x' * 43}")
    expect(one.page.get_by_role("heading")).to_have_text("Nothing is shown at this address")
    assert one.violations() == []
    one.problems[:] = [text for text in one.problems if "404" not in text]


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_sharing_from_the_form_to_a_clean_browser(watch, browser, size):
    """One person makes a link; another one opens it on a phone and sees what was chosen, nothing else."""
    one = watch(size)
    page = one.open("/share")
    assert one.violations() == []
    page.get_by_label("Title").fill("Engineer for hire")
    page.get_by_role("checkbox", name="upstream").uncheck()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("2 names of projects will be public:")).to_be_visible()
    expect(page.locator("#share-names")).not_to_contain_text("upstream")
    assert one.violations() == []
    page.get_by_role("button", name="Make it public").press("Enter")
    address = page.get_by_label("Address", exact=True).input_value()
    assert one.violations() == []
    assert not one.is_wider_than_screen()
    visitor = browser.new_context(viewport=SIZES["phone"]).new_page()
    visitor.goto(address)
    expect(visitor.locator("h1")).to_have_text("Engineer for hire")
    assert "churn" in visitor.content()
    assert "upstream" not in visitor.content()
    visitor.context.close()


def test_a_link_is_revoked_after_a_question(watch, browser):
    one = watch()
    page = one.open("/share")
    page.get_by_label("Title").fill("Closed soon")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Make it public").click()
    address = page.get_by_label("Address", exact=True).input_value()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke: Closed soon").click()
    expect(page.locator("#share-said")).to_contain_text("Revoked")
    visitor = browser.new_context().new_page()
    assert visitor.goto(address).status == 404
    visitor.context.close()
