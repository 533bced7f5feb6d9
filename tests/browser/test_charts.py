"""Charts: drawn when they come near, with room kept for them; what is below the screen is there on paper."""

import pytest
from playwright.sync_api import expect

SHIFTS = """window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((one) => { if (!one.hadRecentInput) window.shifted += one.value; }))
  .observe({ type: 'layout-shift', buffered: true });"""
LAST = "growth-first"


def place(page, key):
    return page.locator(f'[id=\'{{"index":"{key}","type":"plot"}}\']')


def test_chart_is_drawn_when_it_comes_near(watch):
    one = watch("phone")
    page = one.open("/growth")
    last = place(page, LAST)
    height = last.evaluate("node => node.offsetHeight")
    assert height > 100
    expect(last).to_be_empty()
    last.scroll_into_view_if_needed()
    expect(last.locator(".main-svg").first).to_be_visible()
    assert last.evaluate("node => node.offsetHeight") == height
    assert last.evaluate("node => node.querySelector('.js-plotly-plot').offsetHeight") == height
    expect(page.locator(".modebar")).to_have_count(0)


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("path", ["/", "/growth", "/projects", "/skill/numpy"])
def test_nothing_moves_while_a_page_comes(watch, path, size):
    one = watch(size)
    one.page.add_init_script(SHIFTS)
    page = one.open(path)
    page.wait_for_timeout(300)
    assert page.evaluate("shifted") < 0.001


def test_paper_holds_charts_that_the_screen_did_not(watch):
    one = watch("phone")
    page = one.open("/growth")
    expect(place(page, LAST)).to_be_empty()
    page.pdf()
    expect(place(page, LAST).locator(".main-svg").first).to_be_attached()


def test_scheme_is_switched_before_and_after_drawing(watch):
    one = watch("phone")
    page = one.open("/growth")
    first = page.locator(".js-plotly-plot").first
    colour = "node => getComputedStyle(node.querySelector('.xtick text')).fill"
    light = first.evaluate(colour)
    page.evaluate("window.kept = document.querySelector('.js-plotly-plot')")
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function(f"light => ({colour})(window.kept) !== light", arg=light)
    assert page.evaluate("window.kept.isConnected")
    last = place(page, LAST)
    last.scroll_into_view_if_needed()
    expect(last.locator(".xtick text").first).to_be_attached()
    assert last.evaluate(colour) == first.evaluate(colour) != light


def test_chart_follows_filters_whether_drawn_or_not(watch):
    one = watch("phone")
    page = one.open("/growth")
    page.get_by_label("From", exact=True).fill("2024-01-01")
    page.wait_for_url("**/growth?from=2024-01-01")
    expect(page.locator(".sf-summary")).to_contain_text("Jan 2024")
    one.settle()
    expect(page.locator(".js-plotly-plot .scatterlayer .trace").first).to_be_attached()
    last = place(page, LAST)
    last.scroll_into_view_if_needed()
    expect(last.locator(".xtick text").last).to_contain_text("20")
    years = {text[-4:] for text in last.locator(".xtick text").all_text_contents()}
    assert min(years) >= "2023"


def test_bundle_is_asked_for_once(watch):
    one = watch()
    asked = []
    one.page.on("request", lambda request: asked.append(request.url) if "plotly" in request.url else None)
    page = one.open("/growth")
    for path in ("Technologies", "Overview", "Growth"):
        page.get_by_role("link", name=path, exact=True).first.click()
        expect(page.locator("h1")).to_have_text(path)
        one.settle()
    assert len(set(asked)) == 1


def test_chart_that_a_narrow_screen_leaves_out_comes_with_room(watch):
    one = watch("phone")
    page = one.open("/projects")
    matrix = place(page, "projects-matrix")
    expect(matrix).to_be_empty()
    page.set_viewport_size({"width": 1200, "height": 800})
    expect(matrix.locator(".main-svg").first).to_be_visible()
