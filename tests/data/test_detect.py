"""Facts to evidence: what counts, what does not, and that order and repetition change nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from data.counted import Work, left_out
from data.detect import detect
from data.evidence import evidence_of
from data.models import (
    Activity,
    Batch,
    Correction,
    Fact,
    FactKind,
    Identity,
    IdentityKind,
    IdentityState,
    Known,
    Project,
    Role,
    Verdict,
)  # fmt: skip
from data.schema import conditions, evidence, fact_values, mappings, projects
from data.schema import left_out as left_out_table
from data.tally import Meaning, Placed, Struck, Uses, tally
from data.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
ME = "me@home.example"
NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)
SVD = Fact(FactKind.SYMBOL, "numpy.linalg.svd", "python", "src/a.py", 3, 2)
IMPORT = Fact(FactKind.IMPORT, "numpy", "python", "src/a.py", 1)
LISTED = Fact(FactKind.LISTED, "tensorflow", "python", "requirements.txt", 1)
APP = Fact(FactKind.SYMBOL, "fastapi.FastAPI", "python", "app.py", 4)
LOADED = Fact(FactKind.SYMBOL, "joblib.load", "python", "app.py", 5)


def commit(number: int, *facts: Fact, day: int = 0, **other) -> Activity:
    when = NOON + timedelta(days=day)
    return Activity("commit", f"{number:040x}", when, author=ME, fingerprint=f"f{number}", facts=facts, **other)


def by_subject(activities, head=()):
    return {(row.subject_kind, row.subject): row for row in evidence_of(activities, head, TAXONOMY)}


# Without a store


def test_scan_counts_uses_days_first_and_last():
    rows = by_subject([commit(1, SVD), commit(2, SVD, day=3)], [SVD])
    row = rows["skill", "matrix-decomposition"]
    assert (row.uses, row.active_days, row.first, row.last) == (4, 2, date(2024, 3, 4), date(2024, 3, 7))
    assert row.present_at_head
    assert not row.weak


def test_scan_proof_names_rule_place_and_commit():
    proof = by_subject([commit(1, SVD)])["skill", "matrix-decomposition"].proof
    assert (proof.path, proof.line, proof.commit, proof.value) == ("src/a.py", 3, f"{1:040x}", "numpy.linalg.svd")
    assert proof.rule == "numpy: linalg.svd*"


def test_mere_import_and_listing_are_weak():
    rows = by_subject([commit(1, IMPORT, LISTED)])
    assert rows["technology", "numpy"].weak
    assert rows["technology", "tensorflow"].weak
    assert ("skill", "tensorflow") not in rows


def test_weak_mention_is_not_told_beside_a_use():
    assert not by_subject([commit(1, IMPORT, SVD)])["technology", "numpy"].weak


def test_active_day_is_the_authors_own():
    east = datetime(2024, 3, 5, 1, tzinfo=timezone(timedelta(hours=9)))  # still the 4th in UTC
    assert by_subject([replace(commit(1, SVD), when=east)])["skill", "numpy"].first == date(2024, 3, 5)


def test_reverted_work_shows_nothing():
    assert by_subject([commit(1, SVD, reverted=True)]) == {}


def test_copy_of_a_commit_counts_once():
    copied = replace(commit(2, SVD, day=1), fingerprint="f1")
    assert by_subject([copied, commit(1, SVD)])["skill", "numpy"].uses == 2


def test_co_author_of_the_same_commit_counts_once():
    both = [replace(commit(1, SVD), role=Role.CO_AUTHOR, author="you@home.example"), commit(1, SVD)]
    assert by_subject(both)["skill", "numpy"].uses == 2


def test_assisted_uses_are_kept_apart():
    row = by_subject([commit(1, SVD, assisted=True), commit(2, SVD, day=1)])["skill", "numpy"]
    assert (row.uses, row.assisted_uses) == (4, 2)


def test_condition_alone_and_rule_alone_show_nothing():
    assert ("skill", "model-deployment") not in by_subject([commit(1, APP)], [APP])
    assert ("skill", "model-deployment") not in by_subject([commit(1, LOADED)], [LOADED])


@pytest.mark.parametrize("first", [APP, LOADED])
def test_rule_with_condition_counts_from_the_day_of_both(first):
    second = LOADED if first is APP else APP
    rows = by_subject([commit(1, first), commit(2, second, day=4)])
    assert rows["skill", "model-deployment"].first == date(2024, 3, 8)


NAMED_ONLY = Fact(FactKind.STRUCTURE, "dependency-list", "", "requirements.txt", 1)
PINNED = Fact(FactKind.STRUCTURE, "pinned-dependencies", "", "requirements.txt", 1)


def test_what_is_confirmed_counts_from_its_own_day():
    assert ("skill", "dependency-management") not in by_subject([commit(1, NAMED_ONLY)], [NAMED_ONLY])
    row = by_subject([commit(1, NAMED_ONLY), commit(2, PINNED, day=4)])["skill", "dependency-management"]
    assert (row.first, row.active_days) == (date(2024, 3, 4), 2)


# With a store


@pytest.fixture
def saved(store):
    account = store.add_account("git", "/home/me/code")
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))

    def save(*activities, key="git:one", head=(), **project):
        store.save_batch(account, Batch(Project("git", key, key, **project), activities, head))

    return save


def rows_of(store, kind="skill"):
    with store.reading() as connection:
        query = select(projects.c.key, evidence.c.subject, evidence.c.day, evidence.c.uses, evidence.c.assisted_uses)
        query = query.join(projects).where(evidence.c.subject_kind == kind)
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in connection.execute(query)}


def reasons(store):
    with store.reading() as connection:
        return sorted(connection.execute(select(left_out_table.c.reason)).scalars())


def test_evidence_is_a_row_per_project_subject_and_day(store, saved):
    saved(commit(1, SVD), commit(2, SVD), commit(3, SVD, day=1, assisted=True))
    detect(store, TAXONOMY)
    found = rows_of(store)
    assert found["git:one", "numpy", date(2024, 3, 4)] == (4, 0)
    assert found["git:one", "numpy", date(2024, 3, 5)] == (2, 2)
    assert len(found) == 2 * 3  # numpy, linear-algebra, matrix-decomposition


def test_stored_and_storeless_agree(store, saved):
    activities = [commit(1, SVD, IMPORT, LISTED), commit(2, APP, day=1), commit(3, LOADED, SVD, day=2)]
    saved(*activities)
    detect(store, TAXONOMY)
    stored: dict[str, list] = {}
    for (_, subject, day), (uses, _) in rows_of(store).items():
        stored.setdefault(subject, []).append((day, uses))
    for (kind, subject), row in by_subject(activities).items():
        if kind == "skill" and not row.weak:
            days = [day for day, _ in stored.pop(subject)]
            assert (len(days), min(days), max(days)) == (row.active_days, row.first, row.last)
    assert stored == {}


def test_weak_mapping_is_kept_but_is_no_evidence(store, saved):
    saved(commit(1, IMPORT))
    detect(store, TAXONOMY)
    with store.reading() as connection:
        claims = select(mappings.c.weak).where(mappings.c.subject_kind != "condition")
        assert set(connection.execute(claims).scalars()) == {True}
    assert rows_of(store) == {}
    assert rows_of(store, "technology") == {}


def test_nothing_new_changes_nothing(store, saved):
    saved(commit(1, SVD))
    assert detect(store, TAXONOMY).changed
    version = store.version
    assert not detect(store, TAXONOMY).changed
    assert store.version == version


def test_new_facts_and_corrections_are_noticed(store, saved):
    saved(commit(1, SVD))
    detect(store, TAXONOMY)
    saved(commit(1, SVD), commit(2, SVD, day=1))
    assert detect(store, TAXONOMY).changed
    assert len(rows_of(store)) == 6
    store.add_correction(Correction(Verdict.WRONG, subject="numpy"))
    assert detect(store, TAXONOMY).changed
    assert {subject for _, subject, _ in rows_of(store)} == {"linear-algebra", "matrix-decomposition"}


def test_forced_again_is_the_same(store, saved):
    saved(commit(1, SVD, APP, LOADED), commit(2, SVD, day=1))
    detect(store, TAXONOMY)
    before = rows_of(store)
    assert detect(store, TAXONOMY, force=True).changed
    assert rows_of(store) == before


def test_only_new_values_are_asked_for(store, saved):
    class Asked(type(TAXONOMY)):
        def match(self, kind, language, value):
            asked.append(value)
            return super().match(kind, language, value)

    asked: list[str] = []
    taxonomy = Asked(**{item.name: getattr(TAXONOMY, item.name) for item in fields(TAXONOMY)})
    saved(commit(1, SVD, LOADED))
    detect(store, taxonomy)
    assert sorted(asked) == sorted({SVD.value, LOADED.value})
    asked.clear()
    saved(commit(1, SVD, LOADED), commit(2, SVD, APP, day=1))
    detect(store, taxonomy)
    assert asked == [APP.value]
    found = rows_of(store)
    assert detect(store, taxonomy, force=True).changed
    assert rows_of(store) == found


def test_value_that_comes_late_is_mapped(store, saved):
    """Of two savers the one that took its number first may be done last."""
    for number, fact in ((50, LOADED), (1, SVD)):
        row = {"id": number, "kind": fact.kind, "language": fact.language, "value": fact.value}
        with store.writing() as connection:
            connection.execute(insert(fact_values), row)
        saved(commit(number, fact))
        detect(store, TAXONOMY)
    assert {subject for _, subject, _ in rows_of(store)} >= {"numpy", "matrix-decomposition"}


def test_taxonomy_without_an_entry_forgets_its_evidence(store, saved):
    saved(commit(1, SVD))
    detect(store, TAXONOMY)
    less = replace(TAXONOMY, clauses=(), fingerprint="other")
    detect(store, less)
    assert rows_of(store) == {}
    detect(store, TAXONOMY)
    assert rows_of(store)


def test_work_of_others_bulk_and_reverts_is_left_out(store, saved):
    saved(
        replace(commit(1, SVD), author="you@home.example"),
        commit(2, SVD, bulk=True),
        commit(3, SVD, reverted=True),
    )
    detect(store, TAXONOMY)
    assert rows_of(store) == {}
    assert reasons(store) == ["bulk", "not-mine", "reverted"]


def test_bulk_counts_once_the_person_says_so(store, saved):
    saved(commit(2, SVD, bulk=True))
    store.add_correction(Correction(Verdict.BULK_IS_MINE, activity_key=f"{2:040x}"))
    detect(store, TAXONOMY)
    assert reasons(store) == []
    assert rows_of(store)


def test_nothing_new_is_seen_in_another_process_too(store, saved):
    saved(commit(1, SVD))
    for number in range(8):
        store.save_identity(Identity(IdentityKind.EMAIL, f"me{number}@example.org", IdentityState.CONFIRMED, "person"))
    script = (
        "import sys\nfrom data.detect import detect\nfrom data.store import Store\n"
        "from data.taxonomy import load_taxonomy\n"
        "print(detect(Store.open(sys.argv[1]), load_taxonomy()).changed)"
    )
    address = store.engine.url.render_as_string(hide_password=False)
    said = [
        subprocess.run(
            [sys.executable, "-c", script, address],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert said == ["True", "False"]


def test_removed_identity_takes_its_work_away(store, saved):
    saved(commit(1, SVD))
    detect(store, TAXONOMY)
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.REMOVED, "person"))
    detect(store, TAXONOMY)
    assert rows_of(store) == {}


@pytest.mark.parametrize("verdict", [Verdict.NOT_MINE, Verdict.WRONG, Verdict.COURSE_CODE])
def test_corrections_take_away_what_they_name(store, saved, verdict):
    saved(commit(1, SVD))
    saved(commit(2, SVD, day=1), key="git:two")
    store.add_correction(Correction(verdict, project_key="git:one"))
    detect(store, TAXONOMY)
    assert {key for key, *_ in rows_of(store)} == {"git:two"}
    assert reasons(store) == [str(verdict)]


def test_correction_of_a_path_takes_what_is_below_it(store, saved):
    other = replace(SVD, value="numpy.dot", path="src_old/b.py")
    saved(commit(1, SVD, other))
    store.add_correction(Correction(Verdict.COURSE_CODE, path="src"))
    detect(store, TAXONOMY)
    assert {subject for _, subject, _ in rows_of(store)} == {"numpy", "linear-algebra"}
    assert rows_of(store)["git:one", "numpy", date(2024, 3, 4)] == (2, 0)


def test_same_commit_in_two_projects_counts_once_in_ones_own(store, saved):
    saved(commit(1, SVD), key="git:a-fork", fork=True)
    saved(commit(1, SVD), key="git:mine")
    saved(commit(1, SVD), key="git:theirs", own=False)
    detect(store, TAXONOMY)
    assert {key for key, *_ in rows_of(store)} == {"git:mine"}
    assert reasons(store) == ["duplicate", "duplicate"]


def test_condition_holds_per_project(store, saved):
    saved(commit(1, APP), commit(2, LOADED, day=3))
    saved(commit(3, APP, day=1), key="git:two")
    detect(store, TAXONOMY)
    found = [(key, day) for key, subject, day in rows_of(store) if subject == "model-deployment"]
    assert found == [("git:one", date(2024, 3, 7))]
    with store.reading() as connection:
        held = dict(tuple(row) for row in connection.execute(select(conditions.c.rule, conditions.c.day)))
    assert held["served-model"] == date(2024, 3, 7)


def test_confirmed_days_are_stored_per_project(store, saved):
    saved(commit(1, NAMED_ONLY), commit(2, PINNED, day=4))
    saved(commit(3, NAMED_ONLY, day=1), key="git:two")
    detect(store, TAXONOMY)
    found = sorted((key, day) for key, subject, day in rows_of(store) if subject == "dependency-management")
    assert found == [("git:one", date(2024, 3, 4)), ("git:one", date(2024, 3, 8))]


# The two pure halves


def work(number: int, **changes) -> Work:
    plain = {
        "id": number, "project_id": 1, "project_key": "git:a", "own": True, "fork": False, "kind": "commit",
        "key": f"{number:040x}", "when": NOON, "day": 0, "author": ME, "fingerprint": "", "assisted": False,
        "bulk": False, "reverted": False,
        "closed": 0,
    }  # fmt: skip
    return Work(**(plain | changes))


@given(st.integers(0, 2**32), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), max_size=8))
def test_order_of_projects_changes_nothing(seed, drawn):
    items = [
        work(n, project_key=f"git:{project}", fingerprint=f"f{mark}", fork=fork, key=f"k{n}")
        for n, (project, mark, fork) in enumerate(drawn)
    ]
    known = Known(emails=frozenset({ME}))
    shuffled = random.Random(seed).sample(items, len(items))
    first, second = left_out(items, known, []), left_out(shuffled, known, [])
    counted = sorted((w.project_key, w.key, w.fingerprint) for w in items if w.id not in first)
    assert counted == sorted((w.project_key, w.key, w.fingerprint) for w in items if w.id not in second)
    assert len({w.fingerprint for w in items}) == len(counted)


@pytest.mark.parametrize(
    ("author", "mine"),
    [
        (ME, True),
        ("", True),
        ("12+me@users.noreply.github.com", True),
        ("12+before@users.noreply.github.com", True),
        ("13+me@users.noreply.github.com", False),  # the login changed hands
        ("12+gone@users.noreply.github.com", False),
        ("me@users.noreply.github.com", True),
        ("github:12", True),
        ("you@home.example", False),
        ("13+you@users.noreply.github.com", False),
        ("github:13", False),
    ],
)
def test_author_is_known_by_every_identity(author, mine):
    removed = frozenset({"12+gone@users.noreply.github.com"})
    known = Known(frozenset({ME}), frozenset({"me"}), frozenset({"12"}), removed)
    assert (left_out([work(1, author=author)], known, []) == {}) is mine


def arrays(facts: list[tuple[int, int, int]]) -> Uses:
    table = np.array(facts, dtype=np.int64).reshape(-1, 3)
    return Uses(table[:, 0], table[:, 1], table[:, 2])


FACTS = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 4), st.integers(1, 9)), max_size=30)
MEANINGS = st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abc")), max_size=8, unique=True)


@given(FACTS, MEANINGS)
def test_tally_is_what_plain_counting_gives(facts, drawn):
    placed = {n: Placed(n % 2, n // 2, n == 3) for n in range(1, 5)}  # activities 5 and 6 don't count
    meanings = [Meaning(value, "skill", subject) for value, subject in drawn]
    plain: dict[tuple, list[int]] = {}
    for activity, value, count in facts:
        for other, subject in drawn:
            if other == value and activity in placed:
                place = placed[activity]
                total = plain.setdefault((place.project, "skill", subject, place.day), [0, 0])
                total[0] += count
                total[1] += count * place.assisted
    rows, held = tally(arrays(facts), placed, meanings)
    assert {row[:4]: list(row[4:]) for row in rows} == plain
    assert held == []


def test_struck_facts_leave_other_subjects():
    meanings = [Meaning(1, "skill", "a"), Meaning(1, "skill", "b")]
    placed = {1: Placed(1, 5, assisted=False)}
    rows, _ = tally(arrays([(1, 1, 3)]), placed, meanings, [Struck(frozenset({(1, 1)}), "a")])
    assert rows == [(1, "skill", "b", 5, 3, 0)]
    assert tally(arrays([(1, 1, 3)]), placed, meanings, [Struck(frozenset({(1, 1)}))])[0] == []
