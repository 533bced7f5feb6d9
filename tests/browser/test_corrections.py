"""A proof marked and taken back, by keyboard and by finger; dates of Compare chosen in their fields."""

import pytest
from playwright.sync_api import expect

SKILL = "/skill/matrix-decomposition"


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_proof_is_marked_and_taken_back(watch, size, scheme):
    one = watch(size, scheme)
    page = one.open(SKILL)
    button = page.get_by_role("button", name="Correct: Commit").first
    name = button.get_attribute("aria-label")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert one.violations() == []
    dialog.get_by_label("Course code").check()
    dialog.get_by_role("button", name="Mark", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("Marked as course code")
    expect(page.locator("#notice")).to_be_in_viewport()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="In course code, not counted")).to_be_visible()
    assert one.violations() == []
    assert not one.is_wider_than_screen()
    page = one.open("/corrections")
    expect(page.get_by_role("heading", name="1 correction of yours")).to_be_visible()
    assert one.violations() == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="No corrections yet")).to_be_visible()
    page = one.open(SKILL)
    expect(page.get_by_role("button", name=name).first).to_be_visible()


def test_dialog_closes_by_escape_and_changes_nothing(watch):
    page = watch().open("/project/2")
    page.get_by_role("button", name="Correct").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Correct").click()  # and opens again
    expect(page.get_by_role("dialog")).to_be_visible()


def test_dates_go_into_the_address(watch):
    page = watch().open("/compare")
    page.get_by_label("Then").fill("2022-06-30")
    expect(page).to_have_url("/compare?then=2022-06-30")
    expect(page.locator("#content")).to_contain_text("30 Jun 2022")
    page.get_by_label("Now").fill("2023-06-30")
    expect(page).to_have_url("/compare?then=2022-06-30&now=2023-06-30")
    expect(page.locator("#content")).to_contain_text("30 Jun 2023")
    page.get_by_role("link", name="Data engineer", exact=True).click()
    expect(page).to_have_url("/compare?role=data-engineer&now=2023-06-30")
    page.go_back()
    expect(page.get_by_label("Then")).to_have_value("2022-06-30")
