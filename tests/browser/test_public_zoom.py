"""A closer look at the growth on a public page: by button, by pulling, by touch and by keyboard; back again; on paper."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from dashboard import phrases
from dashboard.public import axis
from data import sharing
from data.taxonomy import load_taxonomy
from tests.browser.conftest import SIZES, serve
from tests.browser.test_public import SHIFTS, visit  # noqa: F401 - a fixture
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.leaking import link

EPOCH = date(1970, 1, 1)
PLACES = "() => [...document.querySelectorAll('.card, figure')].map((one) => [one.offsetTop, one.offsetHeight])"
LABELS = "figure:nth-of-type(1) .axis text"
TOLD = re.compile(r"^\w{3} \d{4}: \d+\u202f%$")
RANGES = [
    (date(2016, 8, 10), date(2026, 11, 22)),
    (date(2025, 11, 22), date(2026, 11, 22)),
    (date(2024, 1, 1), date(2024, 4, 1)),
    (date(2024, 1, 31), date(2024, 3, 1)),
    (date(2026, 3, 2), date(2026, 3, 30)),
    (date(1985, 1, 1), date(2026, 1, 1)),
    (date(2023, 12, 31), date(2026, 1, 1)),
]


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """As of a day that stays."""
    taxonomy, home = load_taxonomy(), tmp_path_factory.mktemp("zoom")
    with samples.new_store(home / "store.db") as store:
        samples.fill(store, taxonomy)
        store.set_setting("sample", {"label": "Ada", "repositories": ["churn"], "as_of": samples.TODAY.isoformat()})
        token = sharing.create(store, link(store, taxonomy))[1]
        server, address = serve(make_app(store, taxonomy, home))
        yield address, f"/p/{token}"
        server.shutdown()
        server.server_close()


def card(page):
    return page.locator("section[aria-labelledby=growth]")


def told(page):
    return page.locator("[data-range]").inner_text()


def line(page, number=0):
    return card(page).locator(".line").nth(number).get_attribute("d")


def place(page, share, number=0):
    box = card(page).locator("figure > svg").nth(number).bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def pull(page, begin, end):
    page.mouse.move(*place(page, begin))
    page.mouse.down()
    page.mouse.move(*place(page, end), steps=4)
    page.mouse.up()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_buttons_show_the_last_months_and_everything_again(visit, size):  # noqa: F811
    one = visit(size)
    page, whole, first = one.page, told(one.page), line(one.page)
    before = page.evaluate(PLACES)
    page.get_by_role("button", name="12 months").click()
    expect(page.get_by_role("button", name="12 months")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="All")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-range]")).to_have_text("Mar 2025 – Mar 2026")
    assert page.locator(LABELS).all_text_contents() == ["Apr", "Jul", "Oct", "2026"]
    assert line(page) != first
    expect(card(page).locator("figure > svg").first).to_have_attribute(
        "aria-label", re.compile("^Mathematics: coverage from .* in Mar 2025 to .* in Mar 2026$")
    )
    assert page.evaluate(PLACES) == before  # nothing moves
    assert one.violations() == []
    page.get_by_role("button", name="All").click()
    assert told(page) == whole
    assert page.evaluate(SHIFTS) < 0.01


def test_a_pull_shows_what_was_pulled_over(visit):  # noqa: F811
    page = visit("desktop").page
    whole = told(page)
    pull(page, 0.25, 0.75)
    assert told(page) == "Jan 2023 – Feb 2025"
    assert page.locator(LABELS).all_text_contents() == ["Jul", "2024", "Jul", "2025"]
    assert len({line(page, number) for number in range(3)}) == 3  # each its own, all of the same time
    pull(page, 0.75, 0.25)  # as well the other way round, and once more
    assert re.fullmatch(r"\w+ 2023 – \w+ 2024", told(page))
    page.mouse.dblclick(*place(page, 0.5))
    assert told(page) == whole
    pull(page, 0.5, 0.55)
    assert told(page) != whole
    page.keyboard.press("Escape")
    assert told(page) == whole


def test_it_stays_within_what_there_is(visit):  # noqa: F811
    page = visit("desktop").page
    pull(page, 0.5, 0.55)
    first, last = (words.split() for words in told(page).split(" – "))
    months = (int(last[1]) - int(first[1])) * 12 + phrases.MONTHS.index(last[0]) - phrases.MONTHS.index(first[0])
    assert months == 3  # of fewer there is nothing to see
    for _ in range(30):
        if page.get_by_role("button", name="Later").is_enabled():
            page.get_by_role("button", name="Later").click()
    assert told(page).endswith("Mar 2026")
    page.get_by_role("button", name="Earlier").click()
    assert not told(page).endswith("Mar 2026")


def test_it_works_by_keyboard_and_is_read_out(visit):  # noqa: F811
    page = visit("desktop").page
    page.get_by_role("button", name="All").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".zoom [role=status]")).to_have_text("Shown: Mar 2025 – Mar 2026")
    page.get_by_role("button", name="Earlier").press("Enter")
    expect(page.locator(".zoom [role=status]")).to_have_text("Shown: Aug 2024 – Aug 2025")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Earlier")).to_be_disabled()


def test_a_finger_reads_a_value_and_pulls(visit):  # noqa: F811
    page = visit("phone").page
    card(page).scroll_into_view_if_needed()
    session = page.context.new_cdp_session(page)

    def touch(kind, share=None):
        points = [] if share is None else [dict(zip("xy", place(page, share), strict=True))]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 0.5)
    touch("touchEnd")
    expect(card(page).locator("output").first).to_have_text(TOLD)  # and stays when the finger is gone
    whole = told(page)
    touch("touchStart", 0.3)
    for share in (0.4, 0.5, 0.6, 0.7):
        touch("touchMove", share)
    touch("touchEnd")
    assert told(page) != whole
    assert page.evaluate("scrollX") == 0
    for button in page.locator(".zoom button").all():
        assert button.bounding_box()["height"] >= 32


def test_one_pointer_asks_every_line(visit):  # noqa: F811
    page = visit("desktop").page
    page.mouse.move(*place(page, 0.5))
    said = card(page).locator("output").all_inner_texts()
    assert len({text.partition(":")[0] for text in said}) == 1
    assert all(TOLD.match(text) for text in said)
    page.mouse.move(5, 5)
    assert set(card(page).locator("output").all_inner_texts()) == {""}


def test_a_week_tells_its_days(visit):  # noqa: F811
    page = visit("desktop").page
    page.locator(".years svg").first.hover(position={"x": 1, "y": 5})
    expect(page.locator(".below output")).to_have_text(re.compile(r"^Week of 1 Jan 2025: \d days?$"))


def test_what_the_page_says_the_script_says(visit):  # noqa: F811
    """Dates of the axis and percents are made here and there."""
    page = visit("desktop").page
    for first, last in RANGES:
        made = page.evaluate("(range) => ticks(range)", [(first - EPOCH).days, (last - EPOCH).days])
        wanted = axis.ticks(first, last)
        assert [label for _, label in made] == [label for _, label in wanted]
        assert [share for share, _ in made] == pytest.approx([share for share, _ in wanted])
    shares = [number / of for of in (20, 24, 28, 32, 36, 40) for number in range(of + 1)] + [0.001, 0.999]
    assert page.evaluate("(all) => all.map(percent)", shares) == [phrases.percent(share) for share in shares]
    days = [EPOCH + timedelta(days=number) for number in range(15000, 20000, 37)]
    asked = [(day - EPOCH).days for day in days]
    assert page.evaluate("(all) => all.map(month)", asked) == [phrases.month(day) for day in days]


def test_labels_keep_their_shape(visit):  # noqa: F811
    for size in ("phone", "desktop"):
        page = visit(size).page
        page.get_by_role("button", name="12 months").click()
        scales = page.locator(".axis text").evaluate_all(
            "(all) => all.map((text) => [text.getScreenCTM().a, text.getScreenCTM().d])"
        )
        assert scales
        assert all(scale == [1, 1] for scale in scales)


def test_paper_shows_everything(visit):  # noqa: F811
    page = visit("desktop").page
    whole = told(page)
    page.get_by_role("button", name="12 months").click()
    page.pdf()
    assert told(page) == whole


def test_without_script_nothing_is_there_that_does_nothing(browser, public):
    context = browser.new_context(java_script_enabled=False, base_url=public[0], viewport=SIZES["phone"])
    page = context.new_page()
    page.goto(public[1])
    assert not page.get_by_role("button").count()
    assert page.locator(".zoom").evaluate("(one) => one.getBoundingClientRect().height") == 0
    assert page.locator(LABELS).all_text_contents() == ["2024", "2026"]
    context.close()
