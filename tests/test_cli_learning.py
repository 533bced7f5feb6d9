"""`skillfolio log` as a person uses it, and the other commands beside entries by hand."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

import cli
from data.settings import load_settings
from data.store import Store

TODAY = datetime.now().astimezone().date()
COMING = (TODAY + timedelta(days=2)).isoformat()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "SKILLFOLIO_", "DATABASE_", "STACKEXCHANGE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path / "store"))


def run(*arguments, code=0):
    """Call the program; returns what it printed (both streams)."""
    result = CliRunner().invoke(cli.main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_entry_is_added_listed_and_removed():
    said = run("log", "course", "Deep learning", "--date", "2025-03-01", "--hours", "1:30", "--skill", "pandas")
    assert "Added, self-reported and private: course Deep learning, 2025-03-01" in said
    run("log", "talk", "On trees", "--public", "--url", "https://example.org/t")
    listed = run("log", "list")
    assert [line.split()[1] for line in listed.splitlines()[1:]] == [TODAY.isoformat(), "2025-03-01"]
    row = next(line for line in listed.splitlines() if "Deep" in line)
    assert row.split()[1:] == ["2025-03-01", "course", "Deep", "learning", "1.5", "pandas", "private"]
    assert "Removed: course Deep learning" in run("log", "remove", row.split()[0])
    assert "Deep" not in run("log", "list")


def test_report_marks_ones_own_word():
    run("log", "course", "Deep learning", "--date", "2025-03-01", "--skill", "pandas")
    told = json.loads(run("report", "--json"))
    marked = {skill["id"]: skill["self_reported"] for skill in told["skills"]}
    assert marked == {"meetups-courses": True}
    assert told["self_reported"][0]["title"] == "Deep learning"
    shown = run("report")
    assert "(self-reported)" in shown
    assert "Self-reported entries" in shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("course", " "), "A title has"),
        (("course", "x", "--date", COMING), "in the future"),
        (("course", "x", "--hours", "long"), "are no hours"),
        (("course", "x", "--url", "ftp://x"), "no web address"),
        (("course", "x", "--skill", "nonsense"), "no skill 'nonsense'"),
        (("remove", "nothing"), "0 entries begin with"),
        (("import", "nowhere.ics"), "cannot be read"),
        (("import", __file__), "holds no calendar"),
        (("import", "x.ics", "--as", "party"), "no kind of entry"),
    ],
)
def test_wrong_calls_say_what_to_do(arguments, words):
    assert words in run("log", *arguments, code=1)
    assert "No entries yet" in run("log", "list")


def test_wrong_date_is_a_wrong_call():
    assert "does not match" in run("log", "course", "x", "--date", "1.3.2025", code=2)


def test_calendar_is_imported_once(tmp_path):
    path = tmp_path / "meetups.ics"
    events = [
        f"BEGIN:VEVENT\nUID:{n}@x\nSUMMARY:Meetup {n}\nDTSTART:202{n}0310T180000Z\nDTEND:202{n}0310T200000Z\nEND:VEVENT"
        for n in range(5)
    ]
    coming = f"BEGIN:VEVENT\nUID:9@x\nSUMMARY:Soon\nDTSTART:{COMING.replace('-', '')}T100000Z\nEND:VEVENT"
    path.write_text("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *events, coming, "END:VCALENDAR"]))
    assert "5 added, self-reported and private, 0 there already, 1 still to come" in run("log", "import", path)
    assert "0 added" in run("log", "import", path)
    first = run("log", "list").splitlines()[1].split()[0]
    run("log", "remove", first)
    assert "0 added, self-reported and private, 4 there already, 1 left out because you removed" in run(
        "log", "import", path
    )


def test_entries_alone_are_nothing_to_collect():
    run("log", "course", "Deep learning")
    assert "Nothing to collect yet" in run("collect", code=1)
    assert "activities" in run("doctor")
    run("schedule", "--once")


def test_stackoverflow_is_added_by_its_number():
    assert "Added Stack Overflow: 1234567" in run("add", "stackoverflow", "https://stackoverflow.com/users/1234567/ada")
    assert "stackoverflow.com/users/NUMBER" in run("add", "stackoverflow", "ada", code=1)
    with Store.open(load_settings().database_url) as store:
        assert [(account.source, account.handle) for account in store.accounts()] == [("stackoverflow", "1234567")]


def test_doctor_shows_the_key_only_as_set(monkeypatch):
    monkeypatch.setenv("STACKEXCHANGE_KEY", "averysecretkey")
    said = run("doctor")
    assert "STACKEXCHANGE_KEY" in said
    assert "averysecretkey" not in said


def test_wrong_address_of_the_api_is_told(monkeypatch):
    monkeypatch.setenv("SKILLFOLIO_STACKEXCHANGE_URL", "http://example.org/2.3")
    assert "SKILLFOLIO_STACKEXCHANGE_URL: it must begin with https://" in run("doctor", code=1)
