import json
from datetime import UTC, date, datetime

import pytest

from data.detect import detect
from data.models import Activity, FactKind, Identity, IdentityKind, IdentityState, Issue, RunState
from data.report import portfolio_report
from data.taxonomy import load_taxonomy
from tests.data.building import ME, batch, commit, fact, project

SVD = "numpy.linalg.svd"


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


@pytest.fixture
def report(store, taxonomy):
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    store.set_setting("person_name", "Ada Lovelace")
    account = store.add_account("git", "/home/me/work")
    python = fact("python", FactKind.LANGUAGE, count=40)
    store.save_batch(
        account,
        batch(
            commit("a1", fact(SVD, path="src/a.py", line=7), python),
            commit("b2", fact(SVD, path="src/b.py", line=9, count=2), python, day=3),
            Activity("review", "1", datetime(2022, 1, 1, tzinfo=UTC), facts=(fact("review", FactKind.FORGE, ""),)),
            of=project(url="https://github.com/me/one"),
            head_facts=[fact(SVD, path="src/b.py"), fact("torch.nn.LSTM", path="theirs.py")],
        ),
    )
    store.save_batch(account, batch(of=project("me/empty", "git:2")))
    run = store.start_run(account)
    store.note_issue(run, Issue("repository-empty", "me/empty has no commits.", "me/empty"))
    store.end_run(run, RunState.DONE)
    detect(store, taxonomy)
    return lambda as_of=date(2020, 6, 1): portfolio_report(store, taxonomy, as_of)


def by_id(rows):
    return {row["id"]: row for row in rows}


def test_is_plain_json(report):
    whole = report()
    assert json.loads(json.dumps(whole, allow_nan=False)) == whole
    assert (whole["person"], whole["as_of"]) == ("Ada Lovelace", "2020-06-01")


def test_skills_with_level_and_proof(report):
    svd = by_id(report()["skills"])["matrix-decomposition"]
    proof = svd.pop("proof")
    assert svd == {
        "id": "matrix-decomposition", "area": "mathematics", "uses": 3, "assisted_uses": 0, "active_days": 2,
        "projects": 1, "first": "2020-01-06", "last": "2020-01-09", "months": 0, "recency": "current", "level": 1,
        "level_name": "tried", "present_at_head": True, "self_reported": False,
    }  # fmt: skip
    assert (proof["commit"], proof["path"], proof["line"], proof["day"]) == ("b2", "src/b.py", 9, "2020-01-09")
    assert proof["url"] == "https://github.com/me/one/blob/b2/src/b.py#L9"
    assert (proof["project"], proof["value"]) == ("me/one", SVD)


def test_technologies_and_languages(report):
    whole = report()
    numpy = by_id(whole["technologies"])["numpy"]
    assert (numpy["uses"], numpy["active_days"], numpy["present_at_head"]) == (3, 2, True)
    assert numpy["proof"]["value"] == SVD
    assert [row["id"] for row in whole["languages"]] == ["python"]


def test_what_others_wrote_makes_no_claim(report):
    whole = report()
    assert "recurrent-networks" not in by_id(whole["skills"])
    assert "pytorch" not in by_id(whole["technologies"])


def test_as_of_an_earlier_day(report):
    svd = by_id(report(date(2020, 1, 8))["skills"])["matrix-decomposition"]
    assert (svd["uses"], svd["last"], svd["proof"]["commit"]) == (1, "2020-01-06", "a1")
    assert report(date(2019, 1, 1))["skills"] == []


def test_areas_in_the_taxonomys_order(report, taxonomy):
    areas = report()["areas"]
    assert [area["id"] for area in areas] == [area.id for area in taxonomy.areas]
    first = by_id(areas)["mathematics"]
    assert first["breadth"] == {"shown": 2, "of": len(taxonomy.skills_of("mathematics"))}
    assert 0 < first["coverage"] < 1


def test_projects_with_their_skills(report):
    empty, one = report()["projects"]
    assert (empty["name"], empty["skills"], empty["first"]) == ("me/empty", [], None)
    assert (one["name"], one["commits"], one["private"], one["last"]) == ("me/one", 2, False, "2022-01-01")
    assert by_id(one["skills"])["matrix-decomposition"] == {
        "id": "matrix-decomposition", "uses": 3, "active_days": 2, "first": "2020-01-06", "last": "2020-01-09",
        "present_at_head": True,
    }  # fmt: skip


def test_sources_with_last_run_and_issues(report):
    [source] = report()["sources"]
    assert (source["source"], source["handle"], source["projects"]) == ("git", "/home/me/work", 2)
    assert source["last_run"]["state"] == "done"
    assert source["last_run"]["issues"] == [
        {"code": "repository-empty", "subject": "me/empty", "message": "me/empty has no commits.", "count": 1}
    ]


def test_empty_store_has_a_report(store, taxonomy):
    whole = portfolio_report(store, taxonomy, date(2020, 1, 1))
    assert (whole["person"], whole["skills"], whole["projects"], whole["sources"]) == ("me", [], [], [])
    assert {area["coverage"] for area in whole["areas"]} == {0.0}


def test_every_claim_has_a_proof(report, taxonomy):
    whole = report()
    derived = {skill.id for skill in taxonomy.skills.values() if skill.source == "derived"}
    for kind in ("skills", "technologies", "languages"):
        assert {row["id"] for row in whole[kind] if row["proof"] is None} <= derived
