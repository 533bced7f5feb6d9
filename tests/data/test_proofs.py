"""Proof counted, and proof through one technology: always the same rows as when all of it is read."""

from datetime import timedelta

import pytest

from data.aliases import shown_ids
from data.detect import detect
from data.models import Correction, FactKind, Identity, IdentityKind, IdentityState, Verdict
from data.proofs import count_proofs, read_proofs, technologies_behind
from data.proofs_at_once import read_latest
from data.shown import KINDS, ledgers
from data.taxonomy import load_taxonomy
from tests.data.building import ME, START, batch, commit, fact, project

ALL = 5_000
SVD, INNER = "numpy.linalg.svd", "scipy.linalg.svd"


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


@pytest.fixture
def account(store):
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    return store.add_account("git", "/home/me")


def by_technology(rows):
    return {row.rule.partition(":")[0] for row in rows}


def test_the_count_is_that_of_the_rows(store, account, taxonomy):
    """Of whatever a taxonomy recognises, conditions too: these count on the day on which they are met."""
    values = [clause for clause in taxonomy.clauses if "*" not in clause.pattern and "~" not in clause.pattern]
    chosen = values[:: max(1, len(values) // 250)]
    facts = [
        fact(each.patterns[-1], FactKind(each.kind), each.languages[0] if each.languages else "") for each in chosen
    ]
    acts = [commit(f"{n}", *facts[n::5], day=n) for n in range(5)]
    store.save_batch(account, batch(*acts, commit("out", *facts[:50], day=9, bulk=True)))
    detect(store, taxonomy)
    subjects = [(kind, subject) for kind in KINDS for subject in ledgers(store)[kind].shown()]
    assert len(subjects) > 40
    since = START.date() + timedelta(days=2)
    for kind, subject in subjects:
        for asked in ({}, {"since": since}, {"until": since, "projects_shown": [1]}):
            rows = read_proofs(store, kind, subject, limit=ALL, **asked)
            assert count_proofs(store, kind, subject, **asked) == len(rows), (subject, asked)


def test_all_at_once_is_what_each_one_gives(store, account, taxonomy):
    """Whatever holds when: several projects, conditions met later, days with more proofs than are asked for."""
    values = [clause for clause in taxonomy.clauses if "*" not in clause.pattern and "~" not in clause.pattern]
    chosen = values[:: max(1, len(values) // 400)]
    facts = [
        fact(each.patterns[-1], FactKind(each.kind), each.languages[0] if each.languages else "") for each in chosen
    ]
    for number in range(3):
        acts = [commit(f"{number}{n}", *facts[n + number :: 5], day=n // 2) for n in range(9)]
        store.save_batch(account, batch(*acts, of=project(key=f"git:{number}", url=f"https://github.com/me/{number}")))
    app, loaded = fact("fastapi.FastAPI"), fact("joblib.load")  # a served model is one of both, from their last day on
    acts = [commit("app", app, day=1), commit("model", loaded, day=2), commit("more", app, loaded, day=3)]
    store.save_batch(account, batch(*acts, of=project(key="git:app")))
    hub = project("me/2", "github:2", "github", url="https://github.com/me/2")
    store.save_batch(store.add_account("github", "me"), batch(commit("h", *facts[::3], day=3), of=hub))
    store.add_correction(Correction(Verdict.WRONG, activity_key="12", subject="pandas"))
    detect(store, taxonomy)
    shown, open_ones, until = shown_ids(store), [1, 4, 5], START.date() + timedelta(days=3)
    assert shown == {3: 5}
    subjects = [*ledgers(store)["skill"].shown(), "unheard-of"]
    asked = {"projects_shown": open_ones, "until": until, "shown": shown}
    for limit in (2, ALL):
        found = read_latest(store, "skill", subjects, limit=limit, **asked)
        each = {subject: read_proofs(store, "skill", subject, limit=limit, **asked) for subject in subjects}
        assert found == {subject: rows for subject, rows in each.items() if rows}
        assert len(found) > 30
    assert [row.key for row in found["model-deployment"] if row.project_id == 4] == ["more", "app"]


class TestTechnology:
    def fill(self, store, account, taxonomy):
        for number in (1, 2):
            acts = [commit(f"{number}{n}", fact((SVD, INNER)[n % 3 == 0], line=n), day=n) for n in range(9)]
            store.save_batch(account, batch(*acts, of=project(key=f"git:{number}")))
        detect(store, taxonomy)

    def test_leaves_what_it_shows(self, store, account, taxonomy):
        self.fill(store, account, taxonomy)
        skill = ("skill", "matrix-decomposition")
        whole = read_proofs(store, *skill, limit=ALL)
        assert by_technology(whole) == technologies_behind(store, *skill) == {"numpy", "scipy"}
        for technology in ("numpy", "scipy"):
            rows = read_proofs(store, *skill, limit=ALL, technology=technology)
            assert rows == [row for row in whole if by_technology([row]) == {technology}]
            assert count_proofs(store, *skill, technology=technology) == len(rows) > 4
            pages = [read_proofs(store, *skill, limit=2, offset=n, technology=technology) for n in range(0, 20, 2)]
            assert [row for page in pages for row in page] == rows

    @pytest.mark.parametrize("technology", ["nump", "numpy:", "%", "num_y", "pandas"])
    def test_must_be_its_whole_name(self, store, account, taxonomy, technology):
        self.fill(store, account, taxonomy)
        assert read_proofs(store, "skill", "matrix-decomposition", limit=ALL, technology=technology) == []
        assert count_proofs(store, "skill", "matrix-decomposition", technology=technology) == 0


@pytest.mark.parametrize(
    "correction",
    [
        Correction(Verdict.WRONG, path="lib"),
        Correction(Verdict.WRONG, activity_key="src", subject="matrix-decomposition"),
        Correction(Verdict.WRONG, subject="linear-algebra"),
        Correction(Verdict.COURSE_CODE, "git:1", path="src"),
    ],
)
def test_what_was_taken_back_is_not_counted(store, account, taxonomy, correction):
    acts = [commit(key, fact(SVD, path=f"{key}/a.py"), day=n) for n, key in enumerate(("src", "lib", "nb"))]
    store.save_batch(account, batch(*acts))
    store.add_correction(correction)
    detect(store, taxonomy)
    for subject in ("matrix-decomposition", "linear-algebra"):
        rows = read_proofs(store, "skill", subject, limit=ALL)
        assert count_proofs(store, "skill", subject) == len(rows)


def test_two_rows_of_one_repository_are_one_project(store, account, taxonomy):
    """As arrays for pages just as in frames: days of both are joined, each once."""
    url = "https://github.com/me/one"
    store.save_batch(account, batch(*(commit(f"a{n}", fact(SVD), day=n) for n in range(4)), of=project(url=url)))
    hub = store.add_account("github", "me")
    acts = [commit(f"b{n}", fact(SVD), day=n) for n in range(2, 7)]
    store.save_batch(hub, batch(*acts, of=project("me/one", "github:7", "github", url=url)))
    detect(store, taxonomy)
    found = ledgers(store)["skill"].of_subject("matrix-decomposition")
    assert set(found.project.tolist()) == {2}
    assert found.day.tolist() == sorted(set(found.day.tolist()))
    assert (len(found), found.uses.tolist()) == (7, [1, 1, 2, 2, 1, 1, 1])
    assert {row.project_id for row in read_proofs(store, "skill", "matrix-decomposition", limit=ALL)} == {2}
    assert count_proofs(store, "skill", "matrix-decomposition", projects_shown=[2]) == 9
