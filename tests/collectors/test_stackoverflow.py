"""The Stack Overflow source through its whole life, against the loopback Stack Exchange."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from collectors import runner
from collectors.sources import stackoverflow as source
from collectors.stackexchange.posts import SHORT
from data import schema
from data.errors import NotUsable
from data.models import RunState
from data.settings import Settings
from data.store import Store
from tests.loopback.stackexchange import DAY, NOW, Answer, Site, StackExchange, error

if TYPE_CHECKING:
    from pathlib import Path

    from collectors.runner import RunResult

START = NOW - 900 * DAY
KEY = "a-registered-key"


def world(answers: int = 5, questions: int = 2) -> Site:
    site = Site()
    for n in range(answers):
        site.answer(1000 + 10 * n, START + n * DAY, score=n - 1, is_accepted=n == 2)
    for n in range(questions):
        site.question(5000 + 10 * n, START + n * DAY + 60)
    site.badge(11, "Popular &quot;Question&quot;", START + 10 * DAY, "silver")
    site.badge(12, "pandas", START + 20 * DAY, "bronze", "tag_based")
    site.events.append({"timeline_type": "commented", "creation_date": START, "comment_id": 5})
    return site


@dataclass
class Living:
    """One account in a store of its own, run after run."""

    folder: Path
    exchange: StackExchange
    key: str | None = None
    options: dict[str, Any] = field(default_factory=lambda: {"fresh": 0, "timeout": 2})

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = Store.open(self.folder / "skillfolio.db")
        self.account = self.store.add_account("stackoverflow", str(self.exchange.site.number), self.options)

    @property
    def settings(self) -> Settings:
        address = f"sqlite:///{self.folder / 'skillfolio.db'}"
        return Settings(self.folder, address, stackexchange_key=self.key, stackexchange_url=self.exchange.url)

    def run(self, **more: Any) -> RunResult:
        self.exchange.asked.clear()
        return runner.run_account(self.store, self.account, self.settings, **more)

    def project(self) -> Any:
        return self.store.project(f"stackoverflow:{self.exchange.site.number}")

    def activities(self) -> dict[str, tuple[Any, ...]]:
        """By key: kind, day, title, facts."""
        a, f, v = schema.activities.c, schema.facts.c, schema.fact_values.c
        with self.store.reading() as connection:
            rows = connection.execute(select(a.id, a.kind, a.key, a.day, a.title)).all()
            facts: dict[int, set[str]] = {row.id: set() for row in rows}
            joined = select(f.activity_id, v.kind, v.value, f["count"]).join(v.id.table, v.id == f.value_id)
            for activity, kind, value, count in connection.execute(joined):
                facts[activity].add(f"{kind}:{value}×{count}")
        return {row.key: (row.kind, row.day.isoformat(), row.title, facts[row.id]) for row in rows}

    def kinds(self) -> dict[str, int]:
        kinds = [row[0] for row in self.activities().values()]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    def rows(self) -> list[Any]:
        with self.store.reading() as connection:
            tables = (schema.projects, schema.activities, schema.facts, schema.head_facts)
            return [sorted(map(repr, connection.execute(select(table)).all())) for table in tables]

    def month_later(self) -> None:
        for name in ("answers", "questions"):
            mark = self.store.bookmark(self.account, name)
            self.store.save_bookmarks(self.account, {name: {**mark, "whole": time.time() - 31 * DAY}})


@pytest.fixture
def site():
    return world()


@pytest.fixture
def exchange(site):
    with StackExchange(site, keys=(KEY,)) as running:
        yield running


@pytest.fixture
def living(tmp_path, exchange):
    made = Living(tmp_path / "home", exchange)
    yield made
    made.store.close()


def codes(result: RunResult) -> list[str]:
    return sorted(issue.code for issue in result.issues)


# ---- who -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "handle",
    [
        "1234567",
        " 01234567 ",
        "https://stackoverflow.com/users/1234567/ada-example",
        "http://www.stackoverflow.com/users/1234567?tab=profile",
        "stackoverflow.com/users/1234567/",
        "https://stackoverflow.com/u/1234567",
    ],
)
def test_handle_is_a_number_or_a_profile(handle):
    assert source.check(handle, None) == "1234567"


@pytest.mark.parametrize(
    "handle",
    [
        "", "ada", "-1", "0", "12345678901", "１２", "12 34", "https://stackoverflow.com/questions/1234567",
        "https://stackoverflow.com/users/", "https://stackoverflow.com/users/ada", "https://stats.stackexchange.com/users/5",
        "https://es.stackoverflow.com/users/5", "https://stackoverflow.com.evil.example/users/5", "http://[/users/5",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_to_give(handle):
    with pytest.raises(NotUsable, match=r"stackoverflow\.com/users/NUMBER"):
        source.check(handle, None)


def test_unknown_user_is_told(living, site):
    site.there = False
    result = living.run()
    assert result.state is RunState.FAILED
    assert "has no user 1234567" in result.message
    assert living.store.projects() == []


# ---- first run -----------------------------------------------------------------------------------------


def test_first_run_reads_posts_and_badges(living):
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, [])
    assert living.kinds() == {"answer": 5, "badge": 2, "question": 2}
    assert result.counts["posts"] == 7
    # filter, user, answers, questions, badges, timeline
    assert living.exchange.methods() == ["create", "users", "answers", "questions", "badges", "timeline"]
    project = living.project()
    assert (project.name, project.url) == ("Stack Overflow", "https://stackoverflow.com/users/1234567")
    assert not project.private


def test_posts_carry_score_tags_and_acceptance(living):
    living.run()
    found = living.activities()
    assert found["1020"][0] == "answer"
    assert found["1020"][2] == 'How to do "1020"?'
    assert found["1020"][3] == {
        "community:answer×1", "community:accepted-answer×1", "community:score×1", "tag:pandas×1", "tag:python×1",
    }  # fmt: skip
    assert found["5000"][3] == {"community:question×1", "community:score×1", "tag:numpy×1"}
    days = sorted(row[1] for row in found.values() if row[0] == "answer")
    assert days[0] == time.strftime("%Y-%m-%d", time.gmtime(START))


def test_post_below_zero_is_kept_and_shows_no_skill(living):
    living.run()
    assert living.activities()["1000"][3] >= {"community:answer-below-zero×1", "community:score×-1"}


def test_badges_have_their_days_and_ranks(living):
    living.run()
    found = {row[2]: row for row in living.activities().values() if row[0] == "badge"}
    assert found['Popular "Question"'][3] == {"community:badge×1", "community:badge-silver×1"}
    assert found["pandas"][3] >= {"community:tag-badge×1", "tag:pandas×1"}


def test_reputation_stands_at_the_project(living):
    living.run()
    v, h = schema.fact_values.c, schema.head_facts.c
    with living.store.reading() as connection:
        joined = select(v.value, h["count"]).join(schema.head_facts, h.value_id == v.id)
        told = {row[0]: row[1] for row in connection.execute(joined)}
    assert told == {"reputation": 5210, "badges-gold": 0, "badges-silver": 1, "badges-bronze": 1}


def test_user_without_posts_is_told(tmp_path):
    with StackExchange(Site()) as exchange:
        living = Living(tmp_path / "home", exchange)
        result = living.run()
        living.store.close()
    assert (result.state, codes(result)) == (RunState.DONE, ["too-few"])


# ---- second run ----------------------------------------------------------------------------------------


def test_second_run_without_news_asks_once(living):
    living.run()
    before = living.rows()
    result = living.run()
    assert living.exchange.methods() == ["users"]
    assert (result.state, codes(result)) == (RunState.DONE, [])
    assert living.rows() == before


def test_run_right_after_another_asks_nothing(tmp_path, exchange):
    """The same request twice in a minute counts as abuse."""
    living = Living(tmp_path / "home", exchange, options={"timeout": 2})
    living.run()
    result = living.run()
    assert living.exchange.methods() == []
    assert (result.state, codes(result)) == (RunState.DONE, [])
    living.store.close()


def test_news_are_read_and_nothing_else_changes(living, site):
    living.run()
    before = living.activities()
    site.answer(9000, NOW - DAY, score=7)
    site.reputation += 10
    living.run()
    assert living.exchange.methods() == ["users", "answers", "questions"]
    assert living.activities().keys() - before.keys() == {"9000"}
    assert {key: row for key, row in living.activities().items() if key != "9000"} == before


def test_long_lists_are_read_from_where_they_were(tmp_path):
    site = world(answers=SHORT + 1)
    with StackExchange(site) as exchange:
        living = Living(tmp_path / "home", exchange)
        living.run()
        assert exchange.methods().count("answers") == 4
        site.answers[1] |= {"score": 50}  # a vote does not touch the date
        site.answers[0] |= {"score": 9, "last_activity_date": NOW - 60}
        site.reputation += 400
        living.run()
        asked = next(ask for ask in exchange.asked if ask.method == "answers")
        scores = {key: row[3] for key, row in living.activities().items()}
        living.month_later()
        living.run()
        later = living.activities()
        living.store.close()
    assert int(asked.query["min"]) == START + SHORT * DAY
    assert "community:score×9" in scores["1000"]
    assert "community:score×0" in scores["1010"]
    assert "community:score×50" in later["1010"][3]


def test_deleted_posts_go_with_a_whole_list(living, site):
    living.run()
    del site.answers[3]
    site.reputation -= 5
    living.run()
    assert living.kinds() == {"answer": 4, "badge": 2, "question": 2}
    assert "1030" not in living.activities()


def test_list_that_shows_too_little_deletes_nothing(living, site, exchange):
    living.run()
    site.reputation += 5
    exchange.faults.append(
        lambda ask: (
            Answer(body={"items": [], "has_more": False, "quota_max": 300, "quota_remaining": 200})
            if ask.method == "answers"
            else None
        )
    )
    living.run()
    assert living.kinds()["answer"] == 5


def test_new_badges_are_read_alone(living, site):
    living.run()
    site.badge(13, "Fanatic", NOW - 60, "gold")
    living.run()
    assert "timeline" in living.exchange.methods()
    assert living.kinds()["badge"] == 3


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


# ---- posts that are not as they should be ----------------------------------------------------------------


def test_answer_without_the_number_of_its_question_is_read(living, site):
    site.answer(2050, NOW - DAY, question_id=[1])
    assert living.run().state is RunState.DONE
    assert "2050" in living.activities()


def test_odd_posts_become_issues_and_the_rest_is_read(living, site):
    site.answer(2000, NOW - DAY, owner={"user_type": "does_not_exist", "display_name": "user1"})
    site.answer(2010, NOW - DAY, owner={"user_id": 5})
    site.answer(2020, NOW - DAY, creation_date=0)
    site.answer(2030, NOW - DAY, score="many")
    site.answer(2040, NOW - DAY, tags=("a" * 500, "C++", "C++"), title=None)
    site.question(6000, NOW - DAY, migrated_to={"other_site": {"site_url": "https://stats.stackexchange.com"}})
    site.events.append({"timeline_type": "badge", "creation_date": NOW})
    result = living.run()
    assert result.state is RunState.DONE
    assert codes(result) == [
        "post-moved", "post-without-owner", "post-without-owner", "unexpected-item", "unexpected-item", "unexpected-item",
    ]  # fmt: skip
    assert living.kinds() == {"answer": 6, "badge": 2, "question": 3}
    assert living.activities()["2040"][3] == {"community:answer×1", "community:score×3", "tag:c++×1"}


def test_deleted_account_keeps_what_was_read_for_the_person_alone(living, site):
    living.run()
    site.there = False
    result = living.run()
    assert (result.state, codes(result)) == (RunState.DONE, ["account-gone"])
    assert (living.project().state, living.project().private) == ("gone", True)
    assert living.kinds()["answer"] == 5


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
