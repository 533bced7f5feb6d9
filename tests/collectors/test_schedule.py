"""When sources are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from collectors.schedule import due_accounts
from data.models import Account, Progress, RunRecord, RunState
from data.schedule import due_at, schedule_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def account(number: int, source: str = "git") -> Account:
    return Account(number, source, "/code", {}, NOW)


def run(number: int, ago: timedelta, state: RunState = RunState.DONE) -> RunRecord:
    return RunRecord(1, number, "git", "/code", state, NOW - ago, None, None, Progress(), {}, 0)


@pytest.mark.parametrize(
    ("runs", "due"),
    [
        pytest.param([], True, id="never ran"),
        pytest.param([run(1, timedelta(hours=25))], True, id="a day ago"),
        pytest.param([run(1, timedelta(hours=23))], False, id="not yet a day ago"),
        pytest.param([run(1, timedelta(hours=50)), run(1, timedelta(hours=2))], False, id="the last run counts"),
        pytest.param([run(1, timedelta(hours=2), RunState.PARTIAL)], True, id="a run cut short is tried again soon"),
        pytest.param([run(1, timedelta(minutes=50), RunState.FAILED)], False, id="but not at once"),
        pytest.param([run(2, timedelta(hours=1))], True, id="another account's run says nothing"),
        pytest.param([run(1, timedelta(minutes=-5))], False, id="another machine's clock is a little ahead"),
        pytest.param([run(1, timedelta(days=-30))], True, id="the clock was set back"),
    ],
)
def test_due(runs, due):
    assert [a.id for a in due_accounts([account(1)], runs, NOW)] == ([1] if due else [])


def test_longest_waiting_first():
    runs = [run(1, timedelta(hours=30)), run(2, timedelta(hours=40))]
    assert [a.id for a in due_accounts([account(1), account(2), account(3)], runs, NOW)] == [3, 2, 1]


def test_unknown_source_is_left_alone():
    assert due_accounts([account(1, source="elsewhere")], [], NOW) == []


@pytest.mark.parametrize(
    ("own", "settings", "every"),
    [
        ("", (), "daily"),
        ("", ("weekly",), "weekly"),
        ("", ("weekly", "git=hourly"), "hourly"),
        ("", ("git=off",), "off"),
        ("", ("github=off",), "daily"),
        ("weekly", ("git=off", "hourly"), "weekly"),
    ],
)
def test_choice_of_the_account_goes_before_that_of_the_settings(own, settings, every):
    assert schedule_of(replace(account(1), schedule=own), settings, "daily") == every


@pytest.mark.parametrize(
    ("schedule", "state", "hours"),
    [
        ("hourly", RunState.DONE, 1),
        ("weekly", RunState.DONE, 168),
        ("weekly", RunState.FAILED, 1),
        ("daily", RunState.CANCELLED, 24),
    ],
)
def test_next_run(schedule, state, hours):
    assert due_at(account(1), run(1, timedelta(0), state), schedule) == NOW + timedelta(hours=hours)


def test_off_is_never_due():
    assert due_at(account(1), None, "off") is None
    assert due_accounts([account(1)], [], NOW, ("off",)) == []
