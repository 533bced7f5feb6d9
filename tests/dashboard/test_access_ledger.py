import sqlite3
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.ledger import LEDGER_FILE, Ledger, Window, bucket, judge
from data.errors import NotUsable

MINUTE = Window("minute", 60, each=3, all=5)
HOUR = Window("hour", 3600, each=4, all=100)


@pytest.mark.parametrize(
    ("tries", "left", "window", "wait"),
    [
        ([], 2, "minute", 0),
        ([("a", 90)], 1, "minute", 0),
        ([("a", 90), ("a", 95)], 0, "minute", 0),
        ([("a", 90), ("a", 95), ("a", 99)], 0, "minute", 50),
        ([("a", 39), ("a", 40), ("a", 99)], 0, "hour", 0),  # two of them are a minute old, the hour counts them
        ([("a", 39), ("a", 40), ("a", 41), ("a", 99)], 0, "hour", 3539),
        ([("b", 90), ("b", 91), ("b", 92)], 1, "minute", 0),  # of all, only two are left
        ([("b", 90), ("b", 91), ("b", 92), ("c", 93), ("c", 94)], 0, "minute", 50),  # nobody may
        ([("b", 10), ("b", 11), ("b", 12), ("c", 13), ("c", 14)], 2, "minute", 0),
    ],
)
def test_tries_are_judged(tries, left, window, wait):
    verdict = judge(tries, "a", (MINUTE, HOUR), now=100)
    assert verdict.wait == wait
    assert verdict.allowed == (wait == 0)
    if verdict.allowed:
        assert (verdict.left, verdict.window) == (left, window)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5000)), max_size=30), st.sampled_from("abc"))
def test_waiting_as_long_as_told_is_enough(tries, who):
    tries = sorted(tries, key=lambda one: one[1])
    first = judge(tries, who, (MINUTE, HOUR), now=5000)
    assert judge(tries, who, (MINUTE, HOUR), now=5000 + first.wait + 0.001).allowed


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 5000)), max_size=30))
def test_another_try_never_helps(tries):
    tries = sorted(tries, key=lambda one: one[1])
    before = judge(tries, "a", (MINUTE,), now=5000)
    after = judge([*tries, ("a", 5000.0)], "a", (MINUTE,), now=5000)
    assert after.left <= before.left
    assert after.wait >= before.wait


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("nonsense", "unknown"),
        (None, "unknown"),
    ],
)
def test_one_customer_is_one_bucket(address, name):
    assert bucket(address) == name


def test_what_is_refused_is_not_kept(tmp_path):
    ledger = Ledger(tmp_path)
    allowed = [ledger.take("x", f"10.0.0.{n}", (MINUTE,)).allowed for n in range(50)]
    assert allowed == [True] * MINUTE.all + [False] * (50 - MINUTE.all)
    with sqlite3.connect(ledger.path) as connection:
        (rows,) = connection.execute("select count(*) from tries").fetchone()
    connection.close()
    assert rows == MINUTE.all


def test_kinds_are_counted_apart_and_forgiven(tmp_path):
    ledger = Ledger(tmp_path)
    for _ in range(MINUTE.each):
        assert ledger.take("x", "a", (MINUTE,)).allowed
    assert not ledger.take("x", "a", (MINUTE,)).allowed
    assert ledger.take("y", "a", (MINUTE,)).allowed
    ledger.forgive("x", "a")
    assert ledger.take("x", "a", (MINUTE,)).left == MINUTE.each - 1


def test_processes_count_together(tmp_path):
    """Each has a ledger of its own over one file, as two web workers have; many tries at once do not pass together."""
    allowed = []

    def try_often():
        own = Ledger(tmp_path)
        allowed.extend(own.take("x", "a", (MINUTE,)).allowed for _ in range(5))

    threads = [threading.Thread(target=try_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * (20 - MINUTE.each) + [True] * MINUTE.each


def test_old_tries_and_those_of_the_future_are_dropped(tmp_path):
    ledger = Ledger(tmp_path)
    with sqlite3.connect(ledger.path) as connection:
        connection.executemany("insert into tries values ('x', 'a', ?)", [(1.0,), (1e12,), (2e12,), (3e12,)])
    connection.close()
    assert ledger.take("x", "a", (MINUTE,)).left == MINUTE.each - 1


def test_ended_sessions_are_remembered_while_their_cookie_lasts(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.end("old", until=1.0)
    ledger.end("new", until=1e12)
    ledger.end("new", until=1e12)
    assert ledger.has_ended("new")
    assert not ledger.has_ended("old")
    assert not ledger.has_ended("other")


def test_file_is_the_owners_alone(tmp_path):
    Ledger(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new" / LEDGER_FILE).stat().st_mode) == 0o600


def test_file_that_was_removed_is_begun_anew(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.path.unlink()
    assert not ledger.has_ended("x")
    ledger.path.unlink()
    assert ledger.take("x", "a", (MINUTE,)).allowed


def test_home_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(NotUsable, match="cannot be counted"):
        Ledger(tmp_path / "home")
