"""Every page at both sizes in both schemes: accessible, nothing wrong in the console, no request elsewhere."""

import re

import pytest
from playwright.sync_api import expect

PATHS = (
    "/", "/growth", "/next", "/compare", "/compare?role=data-engineer", "/corrections", "/area/mathematics",
    "/skill/numpy", "/technologies", "/technology/numpy", "/projects", "/project/2", "/community",
    "/share", "/sources",    "/method", "/nowhere",
)  # fmt: skip
NO_ROOM = "wider than the screen"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_are_accessible(watch, size, scheme):
    one = watch(size, scheme)
    for path in PATHS:
        one.open(path)
        assert one.violations() == [], path
        assert not one.is_wider_than_screen(), (path, NO_ROOM)
        if path == "/nowhere":
            one.problems[:] = [text for text in one.problems if "404" not in text]
    assert one.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme


MEETING = """() => {
    const boxes = [...document.querySelectorAll(".js-plotly-plot .annotation-text")]
        .map((label) => [label.textContent, label.getBoundingClientRect()]);
    const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes.flatMap(([said, box], at) => boxes.slice(at + 1)
        .filter(([, other]) => meet(box, other)).map(([also]) => `${said} / ${also}`));
}"""


def test_narrowest_phones_need_no_scrolling_sideways(watch):
    one = watch("phone")
    one.page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/next", "/compare", "/compare?role=data-engineer", "/share"):
        page = one.open(path)
        assert not one.is_wider_than_screen(), (path, NO_ROOM)
        if path != "/share":
            page.locator("""[id*='"type":"plot"']""").first.scroll_into_view_if_needed()
            expect(page.locator(".js-plotly-plot .annotation-text").first).to_be_visible()
            assert page.evaluate(MEETING) == [], path


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_without_data_are_accessible(watch, size):
    one = watch(size, which="empty")
    for path in ("/", "/growth", "/skill/numpy", "/sources"):
        page = one.open(path)
        expect(page.locator("#content")).to_contain_text("skillfolio add")
        assert one.violations() == [], path
        assert not one.is_wider_than_screen(), (path, NO_ROOM)


def test_opened_tables_and_menu_are_accessible(watch):
    one = watch("phone")
    page = one.open("/growth")
    for summary in page.locator("summary").all():
        summary.click()
    button = page.get_by_role("button", name="Menu")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(page.get_by_role("link", name="Technologies")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert one.violations() == []
    page.get_by_role("link", name="Technologies").click()
    one.settle()
    expect(page.locator("h1")).to_have_text("Technologies")
    expect(page.get_by_role("link", name="Sources")).not_to_be_in_viewport()


SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary, input')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('p, .sf-unseen, .sf-skip'))
  .map((one) => [one.outerHTML.slice(0, 160), one.getBoundingClientRect().height])
  .filter(([, height]) => height > 1 && height < 24)"""


@pytest.mark.parametrize("path", PATHS[:-1])
def test_phones_have_room_for_a_finger(watch, path):
    page = watch("phone").open(path)
    assert page.evaluate(SMALL_TARGETS) == []


SIDEWAYS = """() => [...document.querySelectorAll('.sf-scroll')]
  .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.getAttribute('aria-label'))"""


@pytest.mark.parametrize("path", ["/area/mathematics", "/technologies", "/project/2", "/skill/numpy"])
def test_tables_of_a_phone_need_no_scrolling_sideways(watch, path):
    page = watch("phone").open(path)
    assert page.locator(".sf-table:visible").count() > 0
    assert page.evaluate(SIDEWAYS) == []


def test_matrix_is_whole_on_a_desk_and_a_list_on_a_phone(watch):
    for size, matrix in (("desktop", True), ("phone", False)):
        page = watch(size).open("/projects")
        drawn = page.get_by_role("img", name="Skills by project: matrix")
        listed = page.get_by_role("region", name="Skills by project", exact=True)
        expect(drawn).to_be_visible(visible=matrix)
        expect(listed).to_be_visible(visible=not matrix)
    desk = watch().open("/projects")
    cut = desk.evaluate("""() => {
      const card = document.querySelector('.sf-either').getBoundingClientRect();
      return [...document.querySelectorAll('.sf-either .xtick text, .sf-either .ytick text')]
        .map((one) => [one.textContent, one.getBoundingClientRect()])
        .filter(([, box]) => box.left < card.left || box.right > card.right || box.top < card.top)
        .map(([text]) => text);
    }""")
    assert cut == []


def test_months_of_a_chart_are_whole(watch):
    page = watch().open("/technology/git")
    ticks = page.locator("#content .xtick text").all_text_contents()
    assert ticks
    assert all(re.fullmatch(r"\w{3} \d{4}|\d{4}", text) for text in ticks), ticks


def test_bulk_commit_is_counted_and_left_out(watch):
    one = watch()
    page = one.open("/project/2")
    page.get_by_role("button", name="Count it").click()
    expect(page.locator("#notice")).to_contain_text("counts as your own work")
    expect(page.locator("#content")).to_contain_text("XGBoost")
    assert one.violations() == []
    page.get_by_role("button", name="Leave it out").click()
    expect(page.locator("#notice")).to_contain_text("is left out")
    expect(page.locator("#content")).not_to_contain_text("XGBoost")


def test_switching_the_scheme_asks_the_server_nothing(watch):
    one = watch()
    page = one.open("/")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    bar = page.locator(".js-plotly-plot .bars .point path").last
    before = bar.evaluate("node => getComputedStyle(node).fill")
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(bar).not_to_have_css("fill", before)
    assert asked == []
    assert one.violations() == []
    page.reload()
    one.settle()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_keyboard_reaches_the_page_and_its_links(watch):
    one = watch()
    page = one.open("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('#content') !== null")
    assert focused
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.get_by_role("link", name="NumPy", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("NumPy")
    expect(page).to_have_title("NumPy · Skillfolio")


def test_filters_and_address_hold_the_same(watch):
    one = watch()
    page = one.open("/")
    whole = page.locator(".sf-tile-value").first.inner_text()
    page.get_by_label("From", exact=True).fill("2024-01-01")
    page.wait_for_url("**/?from=2024-01-01")
    expect(page.locator(".sf-tile-value").first).not_to_have_text(whole)
    page.get_by_role("switch", name="Current only").click()
    page.wait_for_url("**/?from=2024-01-01&current=1")
    growth = page.get_by_role("link", name="Growth", exact=True)
    expect(growth).to_have_attribute("href", "/growth?from=2024-01-01&current=1")
    growth.click()
    page.wait_for_url("**/growth?from=2024-01-01&current=1")
    one.settle()
    expect(page.get_by_label("From", exact=True)).to_have_value("2024-01-01")
    page.reload()
    one.settle()
    expect(page.get_by_label("From", exact=True)).to_have_value("2024-01-01")
    expect(page.get_by_role("switch", name="Current only")).to_be_checked()
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_url(re.compile(r"/growth$"))
    expect(page.get_by_label("From", exact=True)).to_have_value("")
    one.settle()
    page.go_back()
    expect(page.get_by_label("From", exact=True)).to_have_value("2024-01-01")


def test_projects_are_chosen_by_name(watch):
    one = watch()
    page = one.open("/growth")
    page.locator("#filters .mantine-MultiSelect-input").click()
    page.get_by_role("option", name="churn").click()
    page.wait_for_url("**/growth?projects=*")
    expect(page.locator(".sf-summary")).to_contain_text("From 1 project ")
    assert one.violations() == []


def test_bad_filters_are_told(watch):
    one = watch()
    page = one.open("/?from=2024-99-99")
    expect(page.locator(".sf-note")).to_contain_text("not a date")


def test_proof_pages_and_back(watch):
    one = watch()
    page = one.open("/skill/python")
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_url("**/skill/python?page=2")
    expect(page.locator(".sf-pager")).to_contain_text("Page 2")
    page.go_back()
    expect(page.locator(".sf-pager")).to_contain_text("Page 1")


def test_back_leads_back_before_a_page_has_come(watch):
    one = watch()
    page = one.open("/")
    held = []
    page.route("**/_dash-update-component*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    for name in ("Growth", "Growth", "Projects"):  # one of them pressed twice, since nothing seems to happen
        page.get_by_role("link", name=name, exact=True).first.click()
    assert page.url.endswith("/projects")
    page.go_back()
    page.wait_for_url("**/growth")
    page.go_back()
    page.wait_for_url(re.compile(r"//[^/]+/$"))
    page.go_forward()
    page.wait_for_url("**/growth")
    while held:  # the first asked for comes last
        held.pop().continue_()
    page.unroute("**/_dash-update-component*")
    expect(page.locator("h1")).to_have_text("Growth")
    expect(page).to_have_title("Growth · Skillfolio")
    page.wait_for_timeout(300)
    expect(page.locator("h1")).to_have_text("Growth")


def test_number_opens_its_formula(watch):
    one = watch()
    page = one.open("/area/mathematics")
    page.get_by_role("link", name="How this is computed").first.click()
    expect(page.locator("h1")).to_have_text("Method")
    expect(page.locator("#coverage")).to_be_in_viewport()


def test_collecting_shows_its_progress(watch):
    one = watch()
    page = one.open("/sources")
    page.get_by_role("button", name="Collect GitHub ada").click()
    expect(page.locator("#sources-said")).to_contain_text("Collecting has begun")
    expect(page.locator("#sources-live")).to_contain_text("Collecting now")
    expect(page.locator("#sources-live")).to_contain_text("reading project", timeout=10_000)
    assert one.violations() == []
    expect(page.locator("#sources-live")).to_be_empty(timeout=15_000)
    expect(page.locator("#sources-history tbody tr").first).to_contain_text("4 repositories")
    expect(page.locator("#sources-said")).to_contain_text("Collecting has ended")
    assert one.violations() == []
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_200)
    assert asked == []


def test_waiting_is_shown(watch):
    one = watch()
    held = []
    one.page.route("**/_dash-update-component*", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    one.page.goto("/growth")
    expect(one.page.get_by_text("Loading the page")).to_be_attached()
    expect(one.page.locator(".sf-waiting")).to_be_visible()
    assert one.violations() == []
    while held:
        held.pop().continue_()
    one.page.unroute("**/_dash-update-component*")
    one.settle()
    expect(one.page.locator(".sf-waiting")).not_to_be_attached()


def test_a_date_can_be_typed(watch):
    one = watch()
    page = one.open("/")
    page.get_by_label("From", exact=True).focus()
    page.keyboard.type("01022024")
    page.wait_for_url("**/?from=2024-01-02")
    expect(page.locator(".sf-note")).not_to_be_attached()


def test_unknown_import_is_mapped_by_keyboard(watch):
    one = watch("phone")
    page = one.open("/technologies")
    page.get_by_role("textbox", name="Package").focus()
    page.keyboard.type("oddlib")
    expect(page.get_by_role("option", name="oddlib")).to_be_visible()
    assert one.violations() == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Package")).to_have_value("oddlib · python")
    page.keyboard.press("Tab")
    page.keyboard.type("Geospatial")
    expect(page.get_by_role("option")).to_have_text(["Geospatial and climate"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Shows the skill")).to_have_value("Geospatial and climate")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#mapping-said")).to_contain_text("shows Geospatial")
    assert one.violations() == []
    assert not one.is_wider_than_screen()
