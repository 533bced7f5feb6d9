from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest
from sqlalchemy import insert

from data import aliases, frames, saving
from data.columns import row_type
from data.detect import detect
from data.models import (
    Activity,
    Correction,
    FactKind,
    Identity,
    IdentityKind,
    IdentityState,
    Issue,
    RunState,
    Verdict,
)
from data.schema import evidence as evidence_table
from data.taxonomy import load_taxonomy
from tests.data.building import ME, author, batch, commit, fact, project

SVD = "numpy.linalg.svd"
MERGE = "pandas.merge"


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


@pytest.fixture
def account(store):
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    return store.add_account("git", "/home/me/work")


def days(frame):
    return frame["day"].dt.strftime("%Y-%m-%d").tolist()


def shown(frame, kind="skill"):
    rows = frame[frame["subject_kind"] == kind]
    return {(row.subject, row.project_id, row.day.date().isoformat(), row.uses) for row in rows.itertuples()}


def test_empty_store_gives_empty_frames(store, taxonomy):
    detect(store, taxonomy)
    made = [
        frames.evidence_days(store),
        frames.projects(store),
        frames.proofs(store, "skill", "python"),
        frames.head_subjects(store),
        frames.active_days(store),
        frames.left_out(store),
        frames.unmapped_imports(store),
        frames.authors(store),
        frames.sources(store),
    ]
    assert [len(frame) for frame in made] == [0] * len(made)
    assert frames.evidence_days(store).dtypes["day"] == "datetime64[s]"


class TestEvidence:
    def test_rows_by_subject_project_and_day(self, store, account, taxonomy):
        store.save_batch(
            account,
            batch(
                commit("a", fact(SVD, count=2), day=0),
                commit("b", fact(SVD), assisted=True, day=0),
                commit("c", fact(SVD), day=3),
            ),
        )
        detect(store, taxonomy)
        found = frames.evidence_days(store)
        rows = found[found["subject"] == "matrix-decomposition"]
        assert rows[["project_id", "uses", "assisted_uses"]].to_numpy().tolist() == [[1, 3, 1], [1, 1, 0]]
        assert days(rows) == ["2020-01-06", "2020-01-09"]

    def test_columns_are_lean(self, store, account, taxonomy):
        store.save_batch(account, batch(commit("a", fact(SVD))))
        detect(store, taxonomy)
        assert frames.evidence_days(store).dtypes.astype(str).to_dict() == {
            "subject_kind": "category",
            "subject": "category",
            "project_id": "int32",
            "day": "datetime64[s]",
            "uses": "int32",
            "assisted_uses": "int32",
        }

    def test_is_sorted(self, store, account, taxonomy):
        for number in (2, 1):
            acts = [commit(f"{n}", fact(SVD), fact(MERGE), day=n) for n in (5, 1, 3)]
            store.save_batch(account, batch(*acts, of=project(key=f"git:{number}")))
        detect(store, taxonomy)
        found = frames.evidence_days(store)
        key = ["subject_kind", "subject", "project_id", "day"]
        pd.testing.assert_frame_equal(found, found.sort_values(key, ignore_index=True))


class TestOneRepositoryTwice:
    GITHUB = project("me/one", "github:7", "github", url="https://github.com/me/one", vanished=("me/older",))

    @pytest.mark.parametrize(
        "url",
        ["https://github.com/me/one", "git@github.com:Me/One.git", "ssh://git@github.com/me/older.git"],
    )
    def test_clone_and_forge_are_one_project(self, store, account, taxonomy, url):
        hub = store.add_account("github", "me")
        store.save_batch(account, batch(commit("a", fact(SVD)), commit("b", fact(SVD), day=1), of=project(url=url)))
        store.save_batch(hub, batch(commit("a", fact(SVD)), commit("c", fact(SVD), day=2), of=self.GITHUB))
        detect(store, taxonomy)
        [row] = frames.projects(store).to_dict("records")
        assert (row["key"], row["commits"], row["active_days"]) == ("github:7", 3, 3)
        found = frames.evidence_days(store)
        assert set(found["project_id"]) == {row["project_id"]}
        assert len(found[found["subject"] == "matrix-decomposition"]) == 3
        assert set(frames.active_days(store)["project_id"]) == {row["project_id"]}
        proofs = frames.proofs(store, "skill", "matrix-decomposition", projects=[row["project_id"]])
        assert proofs["key"].tolist() == ["c", "b", "a"]

    def test_days_of_both_add_up(self, store, account):
        one, two = (account, store.add_account("github", "me"))
        store.save_batch(one, batch(of=project(url="https://github.com/me/one.git")))
        store.save_batch(two, batch(of=self.GITHUB))
        day = date(2020, 1, 1)
        with store.writing() as connection:
            for number in (1, 2):
                row = {"subject_kind": "skill", "subject": "sql", "day": day, "uses": number, "assisted_uses": 0}
                connection.execute(insert(evidence_table).values(project_id=number, **row))
        assert shown(frames.evidence_days(store)) == {("sql", 2, "2020-01-01", 3)}

    def test_private_if_either_is(self, store, account):
        store.save_batch(account, batch(of=project(url="https://github.com/me/one")))
        store.save_batch(store.add_account("github", "me"), batch(of=replace(self.GITHUB, private=True)))
        assert frames.projects(store)["private"].tolist() == [True]

    def test_what_only_a_private_clone_holds_is_a_project_of_its_own(self, store, account, taxonomy):
        clone = project("me/one", url="https://github.com/me/one", private=True)
        github = store.add_account("github", "me")
        store.save_batch(github, batch(commit("a", day=1), commit("b", day=2), of=replace(self.GITHUB, name="me/one")))
        store.save_batch(account, batch(commit("a", day=1), of=clone))
        detect(store, taxonomy)
        assert frames.projects(store)[["name", "private", "commits"]].to_numpy().tolist() == [["me/one", False, 2]]
        store.save_batch(account, batch(commit("a", day=1), commit("c", day=3), of=clone))
        detect(store, taxonomy)
        rows = frames.projects(store)[["name", "private", "commits"]].to_numpy().tolist()
        assert rows == [["me/one", False, 2], ["me/one (only in your clone)", True, 1]]

    def test_projects_without_address_stay_apart(self, store, account):
        store.save_batch(account, batch(of=project("a", "git:1")))
        store.save_batch(account, batch(of=project("b", "git:2")))
        assert frames.projects(store)["name"].tolist() == ["a", "b"]

    def test_new_repository_under_an_old_name_stays_apart(self):
        older = "https://github.com/me/older"
        row = row_type("project_id", "source", "url", "vanished", "private")
        stored = [
            row(1, "github", "https://github.com/me/one", ["me/older"], False),
            row(2, "github", older, [], False),
            row(3, "git", older, [], False),
        ]
        assert aliases.shown_as(stored) == {1: 1, 2: 2, 3: 2}

    @pytest.mark.parametrize(
        ("forge_private", "clone_private", "apart"),
        [(False, True, True), (True, True, False), (False, False, False), (True, False, False)],
    )
    def test_private_clone_of_what_a_forge_shows_stands_apart(self, forge_private, clone_private, apart):
        row = row_type("project_id", "source", "url", "vanished", "private")
        one = "https://github.com/me/one"
        stored = [row(1, "git", one, [], clone_private), row(2, "github", one, [], forge_private)]
        assert aliases.clones_apart(stored) == ({1} if apart else set())
        assert aliases.shown_as(stored) == {1: 1 if apart else 2, 2: 2}
        assert aliases.repositories(stored) == {1: 2, 2: 2}


class TestProjects:
    def test_columns_and_counts(self, store, account):
        store.save_batch(
            account,
            batch(
                commit("a", day=0),
                commit("b", day=0),
                commit("c", day=4),
                Activity("review", "7", datetime(2021, 1, 1, tzinfo=UTC)),
                of=project(topics=("nlp",), licence="MIT"),
            ),
        )
        store.save_batch(account, batch(of=project("Abel", "git:2")))
        found = frames.projects(store)
        assert found["name"].tolist() == ["Abel", "me/one"]
        one = found.iloc[1]
        assert (one["commits"], one["active_days"], one["topics"], one["licence"]) == (3, 3, ("nlp",), "MIT")
        assert (one["first"], one["last"]) == (pd.Timestamp("2020-01-06"), pd.Timestamp("2021-01-01"))
        assert pd.isna(found.iloc[0]["first"])


class TestProofs:
    def test_newest_first_with_link_to_the_line(self, store, account, taxonomy):
        mine = project(url="https://github.com/me/one")
        old = commit("0a", fact(SVD, path="src/a b.py", line=7))
        new = commit("0b", fact(SVD, path="nb.ipynb#cell3", line=2, count=4), day=9, assisted=True)
        store.save_batch(account, batch(old, new, of=mine))
        detect(store, taxonomy)
        found = frames.proofs(store, "skill", "matrix-decomposition")
        assert list(found.columns) == [
            "day", "project_id", "project", "project_url", "kind", "key", "path", "line", "value", "rule", "uses", "url",
            "assisted",
        ]  # fmt: skip
        first, second = found.to_dict("records")
        assert (first["key"], first["uses"], first["assisted"]) == ("0b", 4, True)
        assert first["url"] == "https://github.com/me/one/blob/0b/nb.ipynb"
        assert second["url"] == "https://github.com/me/one/blob/0a/src/a%20b.py#L7"
        assert (second["value"], second["project"], second["line"]) == (SVD, "me/one", 7)
        assert second["rule"]

    def test_pages_join_without_gap(self, store, account, taxonomy):
        for number in (1, 2):
            acts = [commit(f"{number}{n}", fact(SVD, line=n), day=n % 5) for n in range(8)]
            store.save_batch(account, batch(*acts, of=project(key=f"git:{number}")))
        detect(store, taxonomy)
        whole = frames.proofs(store, "skill", "matrix-decomposition", limit=100)
        pages = [frames.proofs(store, "skill", "matrix-decomposition", limit=3, offset=n) for n in range(0, 18, 3)]
        assert len(whole) == 16
        pd.testing.assert_frame_equal(pd.concat(pages, ignore_index=True), whole)

    @pytest.mark.parametrize(("since", "until"), [(3, None), (None, 5), (3, 5), (9, 9)])
    def test_only_asked_days(self, store, account, taxonomy, since, until):
        store.save_batch(account, batch(*(commit(f"k{n}", fact(SVD), day=n) for n in range(8))))
        detect(store, taxonomy)
        whole = frames.proofs(store, "skill", "matrix-decomposition")
        days = sorted(set(whole["day"].dt.date))
        first, last = (days[min(n, 7)] if n is not None else None for n in (since, until))
        found = frames.proofs(store, "skill", "matrix-decomposition", since=first, until=last)
        assert len(whole) == 8
        assert sorted(found["day"].dt.date) == [d for d in days if d >= (first or d) and d <= (last or d)]

    def test_only_asked_projects(self, store, account, taxonomy):
        for number in (1, 2):
            act = commit(f"k{number}", fact(SVD), day=number)
            store.save_batch(account, batch(act, of=project(key=f"git:{number}")))
        detect(store, taxonomy)
        assert frames.proofs(store, "skill", "matrix-decomposition", projects=[2])["key"].tolist() == ["k2"]
        assert len(frames.proofs(store, "skill", "matrix-decomposition", projects=[])) == 0

    def test_weak_facts_prove_nothing(self, store, account, taxonomy):
        store.save_batch(account, batch(commit("a", fact("numpy", FactKind.IMPORT))))
        detect(store, taxonomy)
        assert len(frames.proofs(store, "technology", "numpy")) == 0

    def test_left_out_and_others_prove_nothing(self, store, account, taxonomy):
        store.save_batch(
            account,
            batch(
                commit("mine", fact(SVD)),
                commit("bulk", fact(SVD), bulk=True),
                commit("back", fact(SVD), reverted=True),
                commit("theirs", fact(SVD), author="you@example.org"),
            ),
        )
        detect(store, taxonomy)
        assert frames.proofs(store, "skill", "matrix-decomposition")["key"].tolist() == ["mine"]
        left = frames.left_out(store).set_index("key")["reason"].to_dict()
        assert left == {"bulk": "bulk", "back": "reverted", "theirs": "not-mine"}

    @pytest.mark.parametrize(
        ("correction", "left"),
        [
            (Correction(Verdict.WRONG, path="lib"), {"src", "nb"}),
            (Correction(Verdict.WRONG, path="nb/x.ipynb"), {"src", "lib"}),
            (Correction(Verdict.WRONG, path="sr"), {"src", "lib", "nb"}),
            (Correction(Verdict.WRONG, activity_key="src", subject="matrix-decomposition"), {"lib", "nb"}),
            (Correction(Verdict.WRONG, subject="pandas"), {"src", "lib", "nb"}),
            (Correction(Verdict.COURSE_CODE, "git:1", path="src"), {"lib", "nb"}),
            (Correction(Verdict.COURSE_CODE, "git:2", path="src"), {"src", "lib", "nb"}),
        ],
    )
    def test_corrections_take_back(self, store, account, taxonomy, correction, left):
        paths = {"src": "src/a.py", "lib": "lib/b.py", "nb": "nb/x.ipynb#cell2"}
        acts = [commit(key, fact(SVD, path=path), day=n) for n, (key, path) in enumerate(paths.items())]
        store.save_batch(account, batch(*acts))
        store.add_correction(correction)
        detect(store, taxonomy)
        found = frames.proofs(store, "skill", "matrix-decomposition")
        assert set(found["key"]) == left
        evidence = frames.evidence_days(store)
        assert set(days(evidence[evidence["subject"] == "matrix-decomposition"])) == set(days(found))

    def test_other_activities_link_to_themselves(self, store, account, taxonomy):
        review = Activity(
            "pull-request",
            "7",
            datetime(2021, 1, 1, tzinfo=UTC),
            url="https://github.com/you/two/pull/7",
            facts=(fact("pull-request-elsewhere", FactKind.FORGE, "", path="", line=0),),
        )
        store.save_batch(account, batch(review, of=project(url="https://github.com/you/two", own=False)))
        detect(store, taxonomy)
        [row] = frames.proofs(store, "skill", "open-source").to_dict("records")
        assert (row["url"], row["path"]) == ("https://github.com/you/two/pull/7", "")

    def test_hostile_addresses_become_no_links(self, store, account, taxonomy):
        store.save_batch(account, batch(commit("a", fact(SVD), url="javascript:x()"), of=project(url="javascript:y()")))
        detect(store, taxonomy)
        [row] = frames.proofs(store, "skill", "matrix-decomposition").to_dict("records")
        assert (row["url"], row["project_url"]) == ("", "")


def test_every_evidence_has_its_proof(store, account, taxonomy):
    """Conditions, too: what waits for one counts on the day when it is met, and its proof is found there."""
    values = [clause for clause in taxonomy.clauses if "*" not in clause.pattern and "~" not in clause.pattern]
    chosen = values[:: max(1, len(values) // 600)]
    facts = [
        fact(each.patterns[-1], FactKind(each.kind), each.languages[0] if each.languages else "") for each in chosen
    ]
    acts = [commit(f"{n}", *facts[n::6], day=n) for n in range(6)]
    store.save_batch(account, batch(*acts))
    detect(store, taxonomy)
    evidence = frames.evidence_days(store)
    subjects = evidence.groupby(["subject_kind", "subject"], observed=True)["uses"].sum()
    assert len(subjects) > 40
    for (kind, subject), uses in subjects.items():
        assert frames.proofs(store, kind, subject, limit=5_000)["uses"].sum() == uses, subject


class TestHead:
    def test_best_place_for_each_subject(self, store, account, taxonomy):
        store.save_batch(
            account,
            batch(
                head_facts=[
                    fact(SVD, path="b.py", line=3, count=1),
                    fact("numpy.linalg.eig", path="a.py", line=9, count=5),
                    fact("numpy", FactKind.IMPORT),
                ]
            ),
        )
        detect(store, taxonomy)
        found = frames.head_subjects(store)
        rows = found[found["subject"] == "matrix-decomposition"]
        assert rows[["project_id", "path", "line"]].to_numpy().tolist() == [[1, "a.py", 9]]

    def test_weak_is_not_there(self, store, account, taxonomy):
        store.save_batch(account, batch(head_facts=[fact("numpy", FactKind.IMPORT), fact("torch", FactKind.LISTED)]))
        detect(store, taxonomy)
        assert len(frames.head_subjects(store)) == 0


def test_active_days_count_what_counts(store, account, taxonomy):
    store.save_batch(
        account,
        batch(commit("a"), commit("b"), commit("c", day=1), commit("d", day=2, reverted=True), commit("e", hours=14)),
    )
    detect(store, taxonomy)
    found = frames.active_days(store)
    assert days(found) == ["2020-01-06", "2020-01-07"]
    assert found["activities"].tolist() == found["commits"].tolist() == [2, 2]


def test_unmapped_imports_are_packages_nobody_knows(store, account, taxonomy):
    imports = ["mylib", "mylib.sub", "os.path", "numpy", "numpy.linalg", "dateutil"]
    acts = [commit(f"{n}", *(fact(each, FactKind.IMPORT) for each in imports[: n + 1]), day=n) for n in range(6)]
    acts.append(commit("r", fact("data.own", FactKind.IMPORT, "r"), day=9))
    store.save_batch(account, batch(*acts))
    detect(store, taxonomy)
    found = frames.unmapped_imports(store)
    assert found.to_numpy().tolist() == [
        ["python", "mylib", "", 11, 6, 1],
        ["r", "data.own", "", 1, 1, 1],
        ["python", "dateutil", "python-dateutil", 1, 1, 1],
    ]


def test_authors_add_up_over_projects(store, account):
    store.save_batch(account, batch(authors=[author(commits=3), author("you@example.org", "You", 9)]))
    other = [author(name="A. Lovelace", commits=5)]
    store.save_batch(account, batch(of=project(key="git:2"), authors=other))
    found = store.authors()
    assert found[["email", "name", "commits", "projects"]].to_numpy().tolist() == [
        ["you@example.org", "You", 9, 1],
        [ME, "A. Lovelace", 8, 2],
    ]


def test_sources_tell_their_last_run(store, account):
    hub = store.add_account("github", "me")
    store.save_batch(account, batch())
    store.end_run(store.start_run(account), RunState.DONE)
    run = store.start_run(account)
    store.note_issue(run, Issue("try-later", "Later."))
    store.end_run(run, RunState.PARTIAL)
    first, second = frames.sources(store).to_dict("records")
    assert (first["account_id"], first["projects"], first["state"], first["issues"]) == (account, 1, "partial", 1)
    assert first["done"] <= first["ended"]
    assert (second["account_id"], second["state"]) == (hub, "")
    assert pd.isna(second["started"])


def test_frames_show_one_moment(store, account):
    with store.reading() as connection:
        before = connection.execute(evidence_table.select()).all()
        with store.writing() as other:
            store_day = {"subject_kind": "skill", "subject": "sql", "day": date(2020, 1, 1), "uses": 1}
            project_id, _ = saving.save_project(other, account, project())
            other.execute(insert(evidence_table).values(project_id=project_id, **store_day))
        assert connection.execute(evidence_table.select()).all() == before
    assert len(frames.evidence_days(store)) == 1
