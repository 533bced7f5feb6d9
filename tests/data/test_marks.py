"""The person's word: what it takes away, what it leaves, and that taking it back restores everything."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data import frames, schema
from data.detect import detect
from data.errors import NotUsable
from data.marks import Target, course_proofs, has_course_code, mark, marks, reach, unmark
from data.models import Correction, Identity, IdentityKind, IdentityState, Verdict
from data.taxonomy import load_taxonomy
from tests.data.building import ME, batch, commit, fact, project

TAXONOMY = load_taxonomy()
SVD, MEAN, TTEST = (fact(name, path=path) for name, path in (
    ("numpy.linalg.svd", "lib/one.py"), ("numpy.mean", "lib/two.py"), ("scipy.stats.ttest_ind", "tests/three.py"),
))  # fmt: skip
A, B, C, D = ("a" * 40, "b" * 40, "c" * 40, "d" * 40)


def fill(store):
    """Two projects; `B` is in both under its own id, `C` of the first is `D` of the second by its fingerprint."""
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    account = store.add_account("github", "ada")
    one = [commit(A, SVD, day=1, fingerprint="a"), commit(B, SVD, MEAN, day=2, fingerprint="b")]
    one.append(commit(C, TTEST, day=3, fingerprint="c"))
    two = [commit(B, SVD, MEAN, day=2, fingerprint="b"), commit(D, TTEST, day=9, fingerprint="c")]
    store.save_batch(account, batch(*one, of=project(url="https://github.com/ada/one")))
    store.save_batch(account, batch(*two, of=project("me/two", "git:2", url="https://github.com/ada/two")))
    detect(store, TAXONOMY)
    return {row.name: row.project_id for row in frames.projects(store).itertuples()}


def rows_of(found):
    return list(found.itertuples()) if hasattr(found, "itertuples") else list(found)


def derived(store):
    with store.reading() as connection:
        tables = (schema.evidence, schema.left_out, schema.conditions)
        return {table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in tables}


def days_of(store, subject):
    rows = frames.evidence_days(store)
    return sorted({str(day.date()) for day in rows["day"][rows["subject"] == subject]})


def commits(store):
    return int(frames.active_days(store)["commits"].sum())


@pytest.mark.parametrize("verdict", [Verdict.NOT_MINE, Verdict.HIDE, Verdict.COURSE_CODE])
def test_marked_activity_counts_nowhere_and_comes_back(store, verdict):
    ids = fill(store)
    before = derived(store)
    made = mark(store, verdict, Target(ids["me/one"], key=A))
    detect(store, TAXONOMY)
    assert days_of(store, "matrix-decomposition") == ["2020-01-08"]
    assert A not in set(frames.proofs(store, "skill", "matrix-decomposition")["key"])
    assert unmark(store, made) == 1
    detect(store, TAXONOMY)
    assert derived(store) == before


def test_copies_of_what_is_marked_do_not_step_in(store):
    ids = fill(store)
    assert days_of(store, "hypothesis-testing") == ["2020-01-09"]
    mark(store, Verdict.NOT_MINE, Target(ids["me/one"], key=C))
    mark(store, Verdict.NOT_MINE, Target(ids["me/one"], key=B))
    detect(store, TAXONOMY)
    assert days_of(store, "hypothesis-testing") == []
    assert days_of(store, "statistics") == []
    assert commits(store) == 1


def test_marked_project_leaves_its_copies_elsewhere(store):
    ids = fill(store)
    mark(store, Verdict.HIDE, Target(ids["me/one"]))
    detect(store, TAXONOMY)
    assert days_of(store, "hypothesis-testing") == ["2020-01-15"]  # the copy in the other project
    assert set(frames.active_days(store)["project_id"]) == {ids["me/two"]}


def test_marked_file_takes_only_what_stands_in_it(store):
    ids = fill(store)
    mark(store, Verdict.COURSE_CODE, Target(ids["me/one"], path="lib/"))
    detect(store, TAXONOMY)
    assert days_of(store, "matrix-decomposition") == []  # the copy of `B` counts where it counted before
    assert days_of(store, "hypothesis-testing") == ["2020-01-09"]
    assert commits(store) == 3
    assert reach(store, Target(ids["me/one"], path="lib")) == 2
    assert reach(store, Target(ids["me/one"], path="li")) == 0


def test_marked_subject_leaves_the_rest_of_the_commit(store):
    ids = fill(store)
    mark(store, Verdict.HIDE, Target(ids["me/one"], key=B, subject="matrix-decomposition"))
    detect(store, TAXONOMY)
    assert days_of(store, "matrix-decomposition") == ["2020-01-07"]
    assert days_of(store, "numpy") == ["2020-01-07", "2020-01-08"]


@pytest.mark.parametrize(("key", "path"), [(A, ""), ("", "lib/one.py"), ("", "")])
def test_course_code_is_shown_apart(store, key, path):
    ids = fill(store)
    assert not has_course_code(store)
    mark(store, Verdict.COURSE_CODE, Target(ids["me/one"], key=key, path=path))
    detect(store, TAXONOMY)
    assert has_course_code(store)
    shown = rows_of(course_proofs(store, "skill", "matrix-decomposition", 10))
    assert A in {row.key for row in shown}
    assert {row.path for row in shown} == {"lib/one.py"}
    assert all(row.url.startswith("https://github.com/ada/") for row in shown)
    proofs = rows_of(frames.proofs(store, "skill", "matrix-decomposition"))
    assert not {(row.project, row.key) for row in proofs} & {(row.project, row.key) for row in shown}


@pytest.mark.parametrize("verdict", [Verdict.NOT_MINE, Verdict.HIDE])
def test_what_is_hidden_is_not_shown_as_course_code(store, verdict):
    ids = fill(store)
    mark(store, verdict, Target(ids["me/one"], path="lib/one.py"))
    detect(store, TAXONOMY)
    assert rows_of(course_proofs(store, "skill", "matrix-decomposition", 10)) == []


def test_another_word_replaces_the_first(store):
    ids = fill(store)
    target = Target(ids["me/one"], path="lib/one.py")
    mark(store, Verdict.NOT_MINE, target)
    mark(store, Verdict.COURSE_CODE, target, "of a course")
    (found,) = marks(store)
    assert (found.verdict, found.target, found.note, found.project) == (
        Verdict.COURSE_CODE, target, "of a course", "me/one",
    )  # fmt: skip


def test_mark_of_a_repository_that_two_accounts_reach_is_one(store):
    fill(store)
    clone = store.add_account("git", "/home/ada")
    store.save_batch(clone, batch(commit(A, SVD, day=1), of=project("one", "git:9", url="git@github.com:ada/one.git")))
    detect(store, TAXONOMY)
    (shown,) = [
        row.project_id for row in frames.projects(store).itertuples() if row.url.endswith("/one") or row.name == "one"
    ]
    made = mark(store, Verdict.HIDE, Target(shown))
    assert len(made) == 2
    (found,) = marks(store)
    assert set(found.ids) == set(made)
    detect(store, TAXONOMY)
    assert shown not in set(frames.active_days(store)["project_id"])
    assert unmark(store, found.ids) == 2
    assert marks(store) == []


def test_clone_that_is_added_later_is_hidden_too(store):
    ids = fill(store)
    mark(store, Verdict.HIDE, Target(ids["me/one"]))
    clone = store.add_account("git", "/home/ada")
    more = (commit(A, SVD, day=1), commit("e" * 40, SVD, day=30))
    store.save_batch(clone, batch(*more, of=project("one", "git:9", url="git@github.com:ada/one.git")))
    detect(store, TAXONOMY)
    assert frames.projects(store)["name"].tolist() == ["me/two"]
    assert set(frames.active_days(store)["project_id"]) == {ids["me/two"]}


@pytest.mark.parametrize(
    ("verdict", "target"),
    [
        (Verdict.HIDE, Target(999)),
        (Verdict.HIDE, Target(1, key="e" * 40)),
        (Verdict.HIDE, Target(1, path="elsewhere.py")),
        (Verdict.HIDE, Target(1, subject="sql")),
        (Verdict.BULK_IS_MINE, Target(1)),
    ],
)
def test_what_is_not_there_is_refused(store, verdict, target):
    fill(store)
    with pytest.raises(NotUsable):
        mark(store, verdict, target)
    assert store.corrections() == []


def test_marks_name_what_they_are_on(store):
    ids = fill(store)
    mark(store, Verdict.NOT_MINE, Target(ids["me/one"], key=C), "a friend's")
    store.add_correction(Correction(Verdict.BULK_IS_MINE, "git:2", D))
    bulk, mine = marks(store)
    assert (mine.project, mine.kind, str(mine.day), mine.note) == ("me/one", "commit", "2020-01-09", "a friend's")
    assert (bulk.verdict, bulk.project) == (Verdict.BULK_IS_MINE, "me/two")


WORDS = st.lists(
    st.tuples(
        st.sampled_from([Verdict.NOT_MINE, Verdict.HIDE, Verdict.COURSE_CODE, Verdict.WRONG, None]),
        st.sampled_from(["", "git:1", "git:2"]),
        st.sampled_from(["", "", A, B, C, D]),
        st.sampled_from(["", "", "lib", "lib/one.py"]),
        st.sampled_from(["", "", "numpy", "matrix-decomposition"]),
    ),
    max_size=6,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_only_what_is_touched_is_counted_anew_and_all_is_as_from_scratch(store, words):
    if not store.accounts():
        fill(store)
    for verdict, *places in words:
        if verdict is None:
            for each in store.corrections()[:1]:
                store.remove_correction(each.id)
        else:
            store.add_correction(Correction(verdict, *places))
        detect(store, TAXONOMY)
    quick = derived(store)
    detect(store, TAXONOMY, force=True)
    assert derived(store) == quick
