"""Learning in a real browser: entries by keyboard, on desks and phones, in both schemes."""

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize(
    ("size", "scheme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")]
)
def test_learning_is_accessible(watch, size, scheme):
    one = watch(size, scheme)
    page = one.open("/learning")
    assert one.violations() == []
    assert not one.is_wider_than_screen()
    page.get_by_label("Skills it was about").first.click()
    expect(page.get_by_role("option").first).to_be_visible()
    assert one.violations() == []  # the whole list, which scrolls
    page.keyboard.type("Missing")
    expect(page.get_by_role("option")).to_have_text(["Missing values"])
    assert one.violations() == []


MOMENT = 250  # ms; what was typed is taken over some 20 ms later, sooner than a hand comes to the next key


def test_entry_is_added_changed_and_removed_by_keyboard(watch):
    one = watch(which="empty")
    page = one.open("/learning")
    page.get_by_label("Title").focus()
    page.keyboard.type("Trees & <b>forests</b>")
    page.get_by_label("Hours").focus()
    page.keyboard.type("1:30")
    page.get_by_label("Web address").focus()
    page.keyboard.type("nowhere")
    add = page.get_by_role("button", name="Add", exact=True)
    page.wait_for_timeout(MOMENT)
    add.focus()
    page.keyboard.press("Enter")
    page.get_by_text("is no web address").wait_for()
    assert page.get_by_label("Title").input_value() == "Trees & <b>forests</b>"  # nothing typed is lost
    page.get_by_label("Web address").fill("")
    page.wait_for_timeout(MOMENT)
    add.focus()
    page.keyboard.press("Enter")
    page.get_by_text("was added, self-reported").wait_for()
    assert page.get_by_label("Title").input_value() == ""
    assert one.violations() == []

    page.get_by_role("link", name="Edit Trees").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Change an entry").wait_for()
    page.get_by_label("Title").fill("Forests")
    page.wait_for_timeout(MOMENT)
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("Saved.").wait_for()
    page.get_by_role("heading", name="Add an entry").wait_for()
    expect(page.locator("#learning-list tbody tr")).to_contain_text(["Forests"])

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove Forests").press("Enter")
    page.get_by_text("was removed").wait_for()
    page.get_by_text("No entry yet").wait_for()


def test_calendar_is_chosen_by_keyboard(watch, tmp_path):
    file = tmp_path / "evenings.ics"
    event = "BEGIN:VEVENT\nUID:7\nDTSTART:20240203T180000Z\nSUMMARY:An evening\nEND:VEVENT"
    file.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}\nEND:VCALENDAR\n")
    one = watch(which="empty")
    page = one.open("/learning")
    page.get_by_role("button", name="Choose a file").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    expect(page.locator("#learning-said")).to_contain_text("1 event was added, self-reported and private")
    expect(page.locator("#learning-list")).to_contain_text("An evening")
    assert one.violations() == []
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Remove An evening").press("Enter")
    page.get_by_text("was removed").wait_for()
