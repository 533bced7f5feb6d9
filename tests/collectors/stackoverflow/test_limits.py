"""The Stack Overflow source: pages of any size, quotas, trouble, keys, and runs that are stopped or killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from data.models import RunState
from tests.collectors.stackoverflow_living import KEY, START, Living, codes, world
from tests.loopback.stackexchange import DAY, Answer, StackExchange, error

# ---- pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_of_any_size_give_the_same(tmp_path, size):
    site = world(answers=7)
    for item in site.answers[2:5]:  # more of one second than a page holds
        item["last_activity_date"] = START + 5 * DAY
    with StackExchange(site) as exchange:
        exchange.biggest_page = size
        living = Living(tmp_path / "home", exchange)
        result = living.run()
        kinds = living.kinds()
        living.store.close()
    assert (result.state, kinds) == (RunState.DONE, {"answer": 7, "badge": 2, "question": 2})


def test_no_page_needs_a_key(tmp_path):
    site = world(answers=60)
    for n in range(60):
        site.badge(100 + n, f"Badge {n}", START + n)
    with StackExchange(site) as exchange:
        exchange.biggest_page = 2
        living = Living(tmp_path / "home", exchange)
        result = living.run()
        kinds = living.kinds()
        living.store.close()
    assert result.state is RunState.DONE
    assert kinds["answer"] == 60
    assert kinds["badge"] == 62


def test_tags_come_with_the_questions_where_filters_are_refused(living, exchange):
    exchange.faults.append(lambda ask: error(400, "include") if ask.path == "/filters/create" else None)
    result = living.run()
    assert result.state is RunState.DONE
    assert "1009;1019;1029;1039;999" not in exchange.asked[3].path  # numbers in order, not as texts
    assert living.activities()["1020"][2] == 'How to do "1020"?'
    assert "tag:pandas×1" in living.activities()["1020"][3]


def test_forgotten_filter_is_replaced(living, exchange):
    living.run()
    exchange.filters.clear()
    assert living.run().state is RunState.DONE
    assert living.run().state is RunState.DONE
    assert living.kinds()["answer"] == 5


# ---- limits --------------------------------------------------------------------------------------------


def test_budget_is_shown(living):
    shown = []
    living.run(on_progress=lambda now: shown.append(dict(now.budget)))
    assert shown[-1] == {"Stack Overflow": 294}


def test_used_up_quota_ends_calmly_and_goes_on_later(tmp_path):
    with StackExchange(world(answers=40), quota=22) as exchange:
        exchange.biggest_page = 2
        living = Living(tmp_path / "home", exchange)
        first = living.run()
        kept = living.kinds()
        exchange.quota = exchange.left = 300
        second = living.run()
        kinds = living.kinds()
        living.store.close()
    assert first.state is RunState.PARTIAL
    assert "requests of the day are used up" in first.message
    assert "STACKEXCHANGE_KEY" in first.message
    assert 0 < kept["answer"] < 40
    assert exchange.left < 300
    assert (second.state, kinds) == (RunState.DONE, {"answer": 40, "badge": 2, "question": 2})


def test_throttle_says_when_to_come_back(living, exchange):
    exchange.faults.append(
        lambda ask: (
            error(502, "too many requests from this IP, more requests available in 3600 seconds")
            if ask.method == "questions"
            else None
        )
    )
    result = living.run()
    assert result.state is RunState.PARTIAL
    assert "try again after" in result.message
    assert living.kinds() == {"answer": 5}
    exchange.faults.clear()
    assert living.run().state is RunState.DONE
    assert living.kinds() == {"answer": 5, "badge": 2, "question": 2}


def test_backoff_is_waited_for(living, exchange):
    exchange.biggest_page = 3
    exchange.backoffs["answers"] = 1
    begun = time.monotonic()
    steps = []
    result = living.run(on_progress=lambda now: steps.append(now.step))
    assert result.state is RunState.DONE
    assert time.monotonic() - begun > 1


def test_long_backoff_holds_for_the_next_run_too(living, exchange):
    exchange.biggest_page = 3
    exchange.backoffs["answers"] = 500
    assert living.run().state is RunState.PARTIAL
    again = living.run()
    assert again.state is RunState.PARTIAL
    assert "asks for a pause" in again.message
    assert "answers" not in exchange.methods()


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (Answer(403, b"<html>banned</html>"), RunState.PARTIAL, "refuses requests"),
        (Answer(429, b""), RunState.PARTIAL, "refuses requests"),
        (Answer(502, b"<html>bad gateway</html>"), RunState.PARTIAL, "has trouble"),
        (error(503, "down"), RunState.PARTIAL, "has trouble"),
        (error(500, "boom"), RunState.PARTIAL, "has trouble"),
        (error(405, "key required"), RunState.FAILED, "set STACKEXCHANGE_KEY"),
        (error(404, "no method found"), RunState.FAILED, "error 404"),
        (Answer(200, b"<html>please log in</html>"), RunState.FAILED, "login page"),
        (Answer(302, b"", headers={"Location": "https://example.org/"}), RunState.FAILED, "status 302"),
        (Answer(200, {"items": "none", "has_more": False}), RunState.FAILED, "something else than the list"),
        (Answer(200, {"items": [1], "has_more": False}), RunState.FAILED, "something else than the list"),
        (Answer(200, {"items": [{"user_id": 9}], "has_more": False}), RunState.FAILED, "another user"),
        (Answer(200, b"[" * 100_000), RunState.FAILED, "login page"),
        (Answer(200, b"0" * (17 << 20)), RunState.FAILED, "larger than any"),
        (
            Answer(200, b"not packed", packed=False, headers={"Content-Encoding": "gzip"}),
            RunState.PARTIAL,
            "not answer",
        ),
        (Answer(200, {"items": []}, cut=True), RunState.PARTIAL, "not answer"),
    ],
)
def test_every_failure_ends_the_run_in_words(tmp_path, exchange, answer, state, words):
    living = Living(tmp_path / "home", exchange, options={"fresh": 0, "timeout": 1})
    exchange.faults.append(lambda ask: answer if ask.method == "users" else None)
    result = living.run()
    living.store.close()
    assert result.state is state
    assert words in result.message


def test_trouble_that_passes_is_not_noticed(living, exchange):
    left = [Answer(502, b"bad gateway"), error(503)]
    exchange.faults.append(lambda ask: left.pop() if left and ask.method == "answers" else None)
    assert living.run().state is RunState.DONE


# ---- the key -------------------------------------------------------------------------------------------


def test_key_is_sent_with_each_request(tmp_path, exchange):
    living = Living(tmp_path / "home", exchange, key=KEY)
    assert living.run().state is RunState.DONE
    assert {ask.query.get("key") for ask in exchange.asked} == {KEY}
    assert KEY.encode() not in (living.folder / "skillfolio.db").read_bytes()
    living.store.close()


def test_refused_key_is_told_without_it(tmp_path, exchange):
    living = Living(tmp_path / "home", exchange, key="a-wrong-key")
    result = living.run()
    living.store.close()
    assert result.state is RunState.FAILED
    assert "STACKEXCHANGE_KEY" in result.message
    assert "a-wrong-key" not in result.message


# ---- stopped and killed ----------------------------------------------------------------------------------


def test_stopped_run_goes_on_from_there(living, site):
    living.exchange.biggest_page = 2
    stopped = []

    def stop(_: Any) -> None:
        if "answers" in living.exchange.methods() and not stopped:
            stopped.append(True)
            living.store.stop_run(living.store.runs(1)[0].id)

    living.exchange.faults.append(lambda ask: time.sleep(0.35) if ask.method == "answers" else None)
    result = living.run(on_progress=stop)
    assert result.state is RunState.CANCELLED
    living.exchange.faults.clear()
    assert living.run().state is RunState.DONE
    assert living.kinds() == {"answer": 5, "badge": 2, "question": 2}


CHILD = """
import sys
from collectors import runner
from data.settings import load_settings
from data.store import Store
settings = load_settings()
store = Store.open(settings.database_url)
runner.run_account(store, int(sys.argv[1]), settings)
"""


@pytest.mark.parametrize("at", ["users", "answers", "questions", "timeline"])
def test_killed_anywhere_resumes(tmp_path, exchange, at):
    exchange.biggest_page = 2
    living = Living(tmp_path / "home", exchange)
    child: list[subprocess.Popen[bytes]] = []

    def kill(ask: Any) -> Answer | None:
        if ask.method == at and child and int(ask.query.get("min", 1)):
            child.pop().send_signal(signal.SIGKILL)
            time.sleep(0.2)
        return None

    exchange.faults.append(kill)
    environment = {
        "SKILLFOLIO_HOME": str(living.folder),
        "SKILLFOLIO_STACKEXCHANGE_URL": exchange.url,
        "PATH": "",
    }
    started = subprocess.Popen([sys.executable, "-c", CHILD, str(living.account)], env=environment)
    child.append(started)
    assert started.wait(30) == -signal.SIGKILL
    exchange.faults.clear()
    result = living.run()
    kinds = living.kinds()
    living.store.close()
    assert (result.state, codes(result)) == (RunState.DONE, ["interrupted"] if "interrupted" in codes(result) else [])
    assert kinds == {"answer": 5, "badge": 2, "question": 2}
