"""The Stack Overflow source: who it is, what a first run and those after it bring, posts that are not as they should be."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import select

from collectors.sources import stackoverflow as source
from collectors.stackexchange.posts import SHORT
from data import schema
from data.errors import NotUsable
from data.models import RunState
from tests.collectors.stackoverflow_living import START, Living, codes, world
from tests.loopback.stackexchange import DAY, NOW, Answer, Site, StackExchange

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
