"""Community, and figures split by source, in a real browser: every size and scheme, by keyboard, with filters."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_pages import SMALL_TARGETS

PATHS = ("/community", "/growth?split=source")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_pages_are_accessible(watch, size, scheme):
    one = watch(size, scheme, "community")
    for path in PATHS:
        page = one.open(path)
        for summary in page.locator("#content summary").all():
            summary.click()
        assert one.violations() == [], path
        assert not one.is_wider_than_screen(), path
        if size == "phone":
            assert page.evaluate(SMALL_TARGETS) == [], path


def test_figures_are_split_and_put_together_by_keyboard(watch):
    one = watch(which="community")
    page = one.open("/growth?from=2023-01-01")
    page.get_by_role("link", name="Split by source").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/growth?from=2023-01-01&split=source")
    expect(page.get_by_role("img", name="Active days by source: bars")).to_be_visible()
    one.settle()
    page.get_by_role("link", name="Overview", exact=True).click()
    page.wait_for_url("**/?from=2023-01-01&split=source")
    one.settle()
    expect(page.locator(".sf-legend").first).to_contain_text("Self-reported")
    page.get_by_label("From", exact=True).fill("2024-01-01")  # a filter leaves it as it is
    page.wait_for_url("**/?from=2024-01-01&split=source")
    page.get_by_role("button", name="Clear filters").click()
    page.wait_for_url("**/?split=source")
    page.get_by_role("link", name="All together").click()
    expect(page.get_by_role("img", name="Coverage by area: bars", exact=True)).to_be_visible()
    one.settle()


def test_entries_are_told_from_work_without_colour(watch):
    page = watch(which="community").open("/community")
    lane = page.get_by_role("img", name="timeline")
    expect(lane.get_by_text("Self-reported")).to_be_visible()
    assert lane.locator(".scatterlayer .point").count() == 6
    hatched = (
        watch(which="community").open("/growth?split=source").get_by_role("img", name="Active days by source: bars")
    )
    assert hatched.locator("path[style*='url(']").count() > 0


def test_filters_of_community_live_in_the_address(watch):
    one = watch(which="community")
    page = one.open("/community?from=2024-01-01&to=2024-12-31")
    expect(page.get_by_role("heading", name="ICU Mortality")).to_be_visible()
    expect(page.locator("#content")).not_to_contain_text("River Levels")
    page.get_by_label("To", exact=True).fill("2025-12-31")
    page.wait_for_url("**/community?from=2024-01-01&to=2025-12-31")
    expect(page.locator("#content")).to_contain_text("River Levels")
    one.settle()
