from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from data.errors import TryLater
from data.models import (
    Activity,
    Batch,
    Correction,
    Fact,
    FactKind,
    Identity,
    IdentityKind,
    IdentityState,
    Issue,
    Progress,
    RunState,
    Verdict,
)
from data.schema import activities, fact_values, facts, head_facts, runs
from tests.data.building import ME, START, author, batch, commit, fact, project, rows


@pytest.fixture
def account(store):
    return store.add_account("git", "/home/me/work")


FULL = batch(
    commit("a1", fact("numpy.dot", line=3), fact("numpy.dot", path="b.py", count=2), fact("pandas.merge")),
    commit("b2", fact("numpy.dot"), day=2, title="Second", fingerprint="f2", assisted=True, bulk=True, reverted=True),
    head_facts=[fact("numpy.dot"), fact("Dockerfile", FactKind.FILE, "")],
    authors=[author(), author("you@example.org", "You")],
    bookmarks={"pushed": "2020-01-01", "pages": {"next": 3}},
)


class TestSaving:
    def test_batch_reads_back(self, store, account):
        assert store.save_batch(account, FULL)
        assert store.project("git:1") == FULL.project
        assert store.known_commits("git:1") == {"a1", "b2"}
        assert store.bookmark(account, "pages") == {"next": 3}
        with store.reading() as connection:
            found = connection.execute(select(activities).order_by(activities.c.key)).mappings().all()
        assert [row["title"] for row in found] == ["", "Second"]
        assert found[1]["when"] == START + timedelta(days=2)
        assert (found[1]["assisted"], found[1]["bulk"], found[1]["reverted"]) == (True, True, True)

    def test_equal_facts_are_one_row_with_the_first_place(self, store, account):
        store.save_batch(account, FULL)
        query = select(facts.c.path, facts.c.line, facts.c.count).select_from(facts).join(fact_values).join(activities)
        with store.reading() as connection:
            where = (fact_values.c.value == "numpy.dot") & (activities.c.key == "a1")
            assert connection.execute(query.where(where)).all() == [("a.py", 3, 3)]

    def test_twice_is_once(self, store, account):
        store.save_batch(account, FULL)
        before, version = rows(store), store.version
        assert not store.save_batch(account, FULL)
        assert rows(store) == before
        assert store.version == version

    def test_changed_activity_replaces_its_facts(self, store, account):
        store.save_batch(account, FULL)
        assert store.save_batch(account, batch(commit("a1", fact("scipy.fft"), title="Changed")))
        query = select(fact_values.c.value).select_from(facts).join(fact_values).join(activities)
        query = query.where(activities.c.key == "a1")
        with store.reading() as connection:
            assert connection.execute(query).scalars().all() == ["scipy.fft"]
            assert connection.execute(select(activities.c.title).where(activities.c.key == "a1")).scalar() == "Changed"
        assert store.known_commits("git:1") == {"a1", "b2"}

    def test_day_is_the_authors_own(self, store, account):
        late = datetime(2020, 3, 1, 23, 30, tzinfo=UTC)
        east = late.astimezone(ZoneInfo("Asia/Tokyo"))
        store.save_batch(account, batch(Activity("commit", "a", late), Activity("commit", "b", east)))
        with store.reading() as connection:
            found = connection.execute(select(activities.c.day, activities.c.offset).order_by(activities.c.key)).all()
        assert found == [(date(2020, 3, 1), 0), (date(2020, 3, 2), 540)]

    def test_gone_activities_leave_with_their_facts(self, store, account):
        store.save_batch(account, FULL)
        assert store.save_batch(account, batch(gone={"a1", "unknown"}))
        assert store.known_commits("git:1") == {"b2"}
        with store.reading() as connection:
            assert len(connection.execute(select(facts)).all()) == 1

    def test_gone_and_handed_in_stays(self, store, account):
        store.save_batch(account, batch(commit("a"), gone={"a"}))
        assert store.known_commits("git:1") == {"a"}

    def test_none_leaves_and_empty_removes(self, store, account):
        store.save_batch(account, FULL)
        store.save_batch(account, batch())
        with store.reading() as connection:
            assert len(connection.execute(select(head_facts)).all()) == 2
        assert len(store.authors()) == 2
        assert store.save_batch(account, batch(head_facts=[], authors=[]))
        with store.reading() as connection:
            assert connection.execute(select(head_facts)).all() == []
        assert len(store.authors()) == 0

    def test_time_without_offset_saves_nothing(self, store, account):
        before = rows(store)
        naive = Activity("commit", "n", datetime(2020, 1, 1))  # noqa: DTZ001
        with pytest.raises(ValueError, match="no offset"):
            store.save_batch(account, batch(commit("a"), naive))
        assert rows(store) == before

    @pytest.mark.parametrize(("source", "stays"), [("github", True), ("git", False), ("kaggle", False)])
    def test_private_stays_private_where_it_must(self, store, account, source, stays):
        for private in (True, False):
            store.save_batch(account, batch(of=project(source=source, private=private)))
        assert store.project("git:1").private is stays
        store.save_batch(account, batch(of=project(source=source, private=True)))
        assert store.project("git:1").private

    def test_private_stays_private_where_another_account_leads_to_it(self, store, account):
        store.save_batch(account, batch(of=project(private=True)))
        other = store.add_account("git", "/elsewhere")
        for _ in range(2):
            store.save_batch(other, batch(of=project(private=False)))
            assert store.project("git:1").private

    def test_rename_keeps_the_old_name(self, store, account):
        for name in ("old/a", "new/a", "newest/a"):
            store.save_batch(account, batch(of=project(name)))
        assert store.project("git:1").name == "newest/a"
        assert store.project("git:1").vanished == ("old/a", "new/a")
        store.save_batch(account, batch(of=project("old/a")))
        assert store.project("git:1").vanished == ("new/a", "newest/a")

    def test_empty_head_leaves_the_stored_one(self, store, account):
        store.save_batch(account, batch(of=project(head="abc")))
        store.save_batch(account, batch(of=project(stars=3)))
        assert store.project("git:1") == project(head="abc", stars=3)

    def test_same_key_in_two_projects_is_two_activities(self, store, account):
        store.save_batch(account, batch(commit("a", fact("x.y"))))
        store.save_batch(account, batch(commit("a", fact("x.y")), of=project(key="git:2")))
        with store.reading() as connection:
            assert len(connection.execute(select(facts)).all()) == 2
            assert len(connection.execute(select(fact_values)).all()) == 1

    @pytest.mark.parametrize(
        ("url", "kept"),
        [
            ("https://me:token@github.com/me/one", "https://github.com/me/one"),
            ("https://ghp_token@github.com/me/one.git", "https://github.com/me/one.git"),
            ("https://github.com/me/one?at=a@b", "https://github.com/me/one?at=a@b"),
        ],
    )
    def test_addresses_lose_their_passwords(self, store, account, url, kept):
        store.save_batch(account, batch(of=project(url=url)))
        assert store.project("git:1").url == kept

    def test_hostile_text_is_stored_harmless(self, store, account):
        nasty = "nul\0 lone\ud800 " + "x" * 100_000
        act = commit("k" * 999, fact(nasty, path=nasty, language="p" * 99, line=2**40, count=2**40), title=nasty)
        hostile = batch(
            act,
            of=project(nasty, url=nasty, topics=(nasty,), licence=nasty, description=nasty, stars=2**40),
            authors=[author(nasty, nasty)],
            head_facts=[fact(nasty)],
        )
        assert store.save_batch(account, hostile)
        assert not store.save_batch(account, hostile)
        with store.reading() as connection:
            value = connection.execute(select(fact_values.c.value)).scalars().first()
        assert value.startswith("nul\N{REPLACEMENT CHARACTER} lone? xxx")
        assert len(value.encode()) < 2_700

    def test_many_activities_at_once(self, store, account):
        many = [commit(f"c{n}", fact(f"m.f{n % 700}"), fact("m.all"), day=n) for n in range(1_300)]
        store.save_batch(account, batch(*many))
        assert not store.save_batch(account, batch(*many))
        store.save_batch(account, batch(gone={f"c{n}" for n in range(1_299)}))
        assert store.known_commits("git:1") == {"c1299"}


TEXT = st.text(max_size=12)
FACTS = st.builds(
    Fact,
    st.sampled_from(FactKind),
    TEXT,
    st.sampled_from(["", "python", "r"]),
    TEXT,
    st.integers(0, 99),
    st.integers(1, 9),
)
ACTIVITIES = st.builds(
    Activity,
    st.sampled_from(["commit", "review"]),
    st.sampled_from(["a", "b", "c"]),
    st.datetimes(datetime(2005, 1, 1), datetime(2030, 1, 1), timezones=st.timezones()),  # noqa: DTZ001
    author=st.sampled_from(["", ME, "You@Example.org"]),
    title=TEXT,
    facts=st.lists(FACTS, max_size=4).map(tuple),
)
BATCHES = st.builds(
    Batch,
    st.sampled_from([project(), project("me/two", "git:2", private=True)]),
    st.lists(ACTIVITIES, max_size=4),
    head_facts=st.none() | st.lists(FACTS, max_size=3),
    bookmarks=st.dictionaries(st.sampled_from("pq"), st.none() | st.integers() | TEXT, max_size=2),
    gone=st.sets(st.sampled_from("abcd"), max_size=2),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(BATCHES, min_size=1, max_size=3))
def test_saving_again_changes_no_row(store, batches):
    account = store.add_account("git", "/home/me/work")
    for each in batches:
        store.save_batch(account, each)
        before, version = rows(store), store.version
        assert not store.save_batch(account, each)
        assert rows(store) == before
        assert store.version == version


class TestAccounts:
    def test_adding_twice_is_once(self, store):
        first = store.add_account("github", "ada", {"forks": True})
        assert store.add_account("github", "ada") == first
        assert [(a.source, a.handle, a.options) for a in store.accounts()] == [("github", "ada", {"forks": True})]
        store.add_account("github", "ada", {"forks": False})
        assert store.accounts()[0].options == {"forks": False}

    def test_removing_forgets_what_only_it_led_to(self, store):
        one, two = store.add_account("git", "/one"), store.add_account("git", "/two")
        store.save_batch(one, batch(commit("a", fact("only.one"), fact("both.know"))))
        store.save_batch(one, batch(commit("b", fact("both.know")), of=project(key="git:2")))
        store.save_batch(two, batch(of=project(key="git:2")))
        run = store.start_run(one)
        store.note_issue(run, Issue("broken", "It broke."))
        store.remove_account(one)
        assert [p.key for p in store.projects()] == ["git:2"]
        assert store.projects(two) == store.projects()
        with store.reading() as connection:
            assert connection.execute(select(fact_values.c.value)).scalars().all() == ["both.know"]
        assert store.runs() == []

    def test_removing_tells_pages(self, store, account):
        version = store.version
        store.remove_account(account)
        assert store.version > version


class TestRuns:
    def test_run_from_start_to_end(self, store, account):
        run = store.start_run(account)
        assert store.update_run(run, Progress("reading", 2, 9, {"core": 58}))
        store.note_issue(run, Issue("gone", "me/x is gone.", "me/x"))
        store.note_issue(run, Issue("gone", "me/x is gone still.", "me/x", count=2))
        store.end_run(run, RunState.PARTIAL, {"repositories": 2})
        [record] = store.runs()
        assert (record.state, record.counts, record.issues) == (RunState.PARTIAL, {"repositories": 2}, 1)
        assert record.progress == Progress("reading", 2, 9, {"core": 58})
        assert record.started <= record.ended
        assert store.issues(run) == [Issue("gone", "me/x is gone still.", "me/x", 3)]

    def test_second_run_waits_for_the_first(self, store, account):
        store.start_run(account)
        with pytest.raises(TryLater, match="already"):
            store.start_run(account)
        store.start_run(store.add_account("github", "ada"))

    def test_silent_run_is_closed_by_the_next(self, store, account):
        dead = store.start_run(account)
        with store.writing() as connection:
            connection.execute(update(runs).values(seen=datetime.now(UTC) - timedelta(hours=1)))
        alive = store.start_run(account)
        assert [(r.id, r.state) for r in store.runs()] == [(alive, RunState.RUNNING), (dead, RunState.FAILED)]
        assert store.issues(dead)[0].code == "interrupted"

    def test_stopping_is_told_at_the_next_word(self, store, account):
        run = store.start_run(account)
        store.stop_run(run)
        assert not store.update_run(run, Progress())
        store.end_run(run, RunState.CANCELLED)
        assert store.runs()[0].state == RunState.CANCELLED

    def test_ended_run_is_not_stopped(self, store, account):
        run = store.start_run(account)
        store.end_run(run, RunState.DONE)
        store.stop_run(run)
        assert store.runs()[0].state == RunState.DONE


class TestVersion:
    def test_grows_with_what_pages_show(self, store, account):
        changes = [
            lambda: store.save_batch(account, FULL),
            lambda: store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person")),
            lambda: store.set_setting("person_name", "Ada"),
            lambda: store.end_run(store.start_run(account), RunState.DONE),
        ]
        for change in changes:
            version = store.version
            change()
            assert store.version > version

    def test_stays_with_what_they_do_not(self, store, account):
        run, version = store.start_run(account), store.version
        store.update_run(run, Progress("reading", 1, 2))
        store.save_bookmarks(account, {"a": 1})
        store.save_identity(Identity(IdentityKind.EMAIL, "x@y.z", IdentityState.SUGGESTED, "history"))
        version += 1  # a new suggestion is shown
        store.save_identity(Identity(IdentityKind.EMAIL, "x@y.z", IdentityState.SUGGESTED, "history"))
        assert store.version == version

    def test_is_no_setting_to_set(self, store):
        with pytest.raises(ValueError, match="by itself"):
            store.set_setting("version", 3)


def test_settings_keep_json(store):
    assert store.setting("x", 5) == 5
    store.set_setting("x", {"a": [1, None]})
    assert store.setting("x") == {"a": [1, None]}


def test_bookmarks_are_set_and_removed(store, account):
    store.save_bookmarks(account, {"a": 1, "b": 2})
    store.save_batch(account, batch(bookmarks={"a": None, "b": 3}))
    assert (store.bookmark(account, "a", "gone"), store.bookmark(account, "b")) == ("gone", 3)


def test_corrections_are_kept_and_removed(store):
    made = Correction(Verdict.NOT_MINE, "git:1", path="vendor/", note="copied")
    number = store.add_correction(made)
    assert store.corrections() == [replace(made, id=number)]
    store.remove_correction(number)
    assert store.corrections() == []


def test_counts_name_tables(store, account):
    store.save_batch(account, FULL)
    assert store.counts()["activities"] == 2
    assert store.counts()["facts"] == 3
