"""The gate to the public: what a link lets through, and what never passes."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data import learning, marks, publishable, published
from data.detect import detect
from data.models import Activity, Correction, FactKind, Identity, IdentityKind, IdentityState, Verdict
from data.sharing import ShareLink
from data.shown import projects
from data.taxonomy import load_taxonomy
from tests.data.building import ME, batch, commit, fact, project

AS_OF = date(2020, 12, 31)
SVD, MERGE = "numpy.linalg.svd", "pandas.merge"
OPEN = project("me/open", "github:1", "github", url="https://github.com/me/open", description="Open work")
OTHER = project("you/other", "github:2", "github", url="https://github.com/you/other", own=False)
CLOSED = project("me/closed", "github:3", "github", url="https://github.com/me/closed", private=True)


@pytest.fixture(scope="module")
def taxonomy():
    return load_taxonomy()


@pytest.fixture
def account(store):
    store.save_identity(Identity(IdentityKind.EMAIL, ME, IdentityState.CONFIRMED, "person"))
    return store.add_account("github", "me")


@pytest.fixture
def filled(store, account, taxonomy):
    store.save_batch(account, batch(*(commit(f"a{n}", fact(SVD), day=n) for n in range(6)), of=OPEN))
    pull = Activity(
        "pull-request",
        "7",
        datetime(2020, 3, 1, tzinfo=UTC),
        url="https://github.com/you/other/pull/7",
        title="Mend it",
    )
    store.save_batch(account, batch(*(commit(f"b{n}", fact(MERGE), day=40 + n) for n in range(3)), pull, of=OTHER))
    store.save_batch(
        account, batch(*(commit(f"c{n}", fact(SVD), fact(MERGE), day=90 + n) for n in range(4)), of=CLOSED)
    )
    detect(store, taxonomy)
    return store


def link(taxonomy, **more):
    every = {"areas": tuple(area.id for area in taxonomy.areas), "projects": ("github:1", "github:2", "github:3")}
    return ShareLink("Engineer", **{**every, "sources": ("github", "git"), **more})


def skill(found, id_):
    return next(skill for area in found.areas for skill in area.skills if skill.id == id_)


def shown(store, taxonomy, **more):
    return published.portfolio(store, taxonomy, link(taxonomy, **more), AS_OF)


def test_public_work_is_shown_with_its_proof(filled, taxonomy):
    found = shown(filled, taxonomy)
    assert found.project_names == ("me/open", "you/other")
    svd = skill(found, "matrix-decomposition")
    assert (svd.active_days, svd.projects, svd.level_name) == (6, 1, "practised")
    assert svd.proofs[0].url == "https://github.com/me/open/blob/a5/a.py#L1"
    assert [proof.day for proof in svd.proofs] == sorted((proof.day for proof in svd.proofs), reverse=True)
    assert found.summary.projects == 2
    assert found.summary.private_projects == 0
    assert found.areas[0].growth[-1] == (AS_OF, found.areas[0].coverage)
    [source] = found.sources
    assert source.counts == (("pull-request", 1),)
    assert source.entries[0].url == "https://github.com/you/other/pull/7"


def test_only_what_was_chosen_is_shown(filled, taxonomy):
    found = shown(filled, taxonomy, projects=("github:1",))
    assert found.project_names == ("me/open",)
    assert skill(found, "pandas").active_days == 0
    assert found.sources == ()
    assert {one.id for one in found.technologies} & {"pandas"} == set()
    assert shown(filled, taxonomy, sources=("git",)).projects == ()
    some = shown(filled, taxonomy, areas=("mathematics",))
    assert [area.id for area in some.areas] == ["mathematics"]
    assert [project.name for project in some.projects] == ["me/open"]  # the other shows nothing of mathematics
    assert {one.area for one in some.technologies} <= {"mathematics"}
    assert some.summary.active_days == 6


def test_private_work_counts_in_totals_only_where_allowed(filled, taxonomy):
    found = shown(filled, taxonomy, private_totals=True)
    svd = skill(found, "matrix-decomposition")
    assert (svd.active_days, svd.projects) == (10, 2)
    assert found.summary.private_projects == 1
    assert found.project_names == ("me/open", "you/other")
    assert all("closed" not in proof.url for proof in svd.proofs)
    alone = shown(filled, taxonomy, projects=(), private_totals=True)
    assert alone.projects == ()
    assert alone.technologies == ()
    assert skill(alone, "matrix-decomposition").private_only
    assert skill(alone, "matrix-decomposition").proofs == ()
    assert alone.summary.private_projects == 1


@pytest.mark.parametrize(
    "turned",
    [
        {"private": True},
        {"state": "gone"},
        {"state": "blocked"},
    ],
)
def test_what_turned_private_is_gone(filled, taxonomy, account, turned):
    before = published.visibility(filled, link(taxonomy))
    filled.save_batch(account, batch(of=replace(OPEN, **turned)))
    found = shown(filled, taxonomy)
    assert found.project_names == ("you/other",)
    assert skill(found, "matrix-decomposition").active_days == 0
    assert "me/open" not in repr(found)
    assert published.visibility(filled, link(taxonomy)) != before


def test_a_private_copy_takes_nothing_from_what_others_see(filled, taxonomy, account):
    """However much its project is one's own, and whichever was there first."""
    before = shown(filled, taxonomy)
    copies = [commit(f"b{n}", fact(MERGE), day=40 + n) for n in range(3)]
    for number, more in {4: {"private": True}, 5: {"state": "gone"}}.items():
        name = f"me/copy{number}"
        copy = project(name, f"github:{number}", "github", url=f"https://github.com/{name}", **more)
        filled.save_batch(account, batch(*copies, of=copy))
    detect(filled, taxonomy)
    assert shown(filled, taxonomy) == before
    assert skill(before, "pandas").active_days == 3
    filled.save_batch(account, batch(of=replace(OTHER, private=True)))
    detect(filled, taxonomy)
    assert (
        skill(shown(filled, taxonomy, private_totals=True), "pandas").active_days == 7
    )  # what counted in public counts in a copy


def test_what_only_a_clone_holds_stays_private(filled, taxonomy):
    before = skill(shown(filled, taxonomy), "matrix-decomposition")
    clone = project("open", "git:9", "git", url="git@github.com:me/open.git", private=True)
    filled.save_batch(filled.add_account("git", "/home/me/code"), batch(commit("z", fact(SVD), day=200), of=clone))
    detect(filled, taxonomy)
    found = shown(filled, taxonomy)
    assert found.project_names == ("me/open", "you/other")
    assert skill(found, "matrix-decomposition") == before


def test_what_a_clone_keeps_private_is_told(filled, taxonomy):
    assert publishable.kept_private_by_clones(filled) == ()
    folder = filled.add_account("git", "/home/me/code")
    clone = project("open", "git:9", "git", url="git@github.com:me/open.git", private=True)
    alone = project("alone", "git:10", "git", url="https://github.com/me/alone", private=True)
    for one, key in ((clone, "z"), (alone, "y")):
        filled.save_batch(folder, batch(commit(key, fact(SVD), day=200), of=one))
    detect(filled, taxonomy)
    assert publishable.kept_private_by_clones(filled) == ("me/open",)
    filled.remove_account(folder)
    detect(filled, taxonomy)
    assert publishable.kept_private_by_clones(filled) == ()
    assert "me/open" in shown(filled, taxonomy).project_names


def test_earlier_names_are_not_told(filled, taxonomy, account):
    filled.save_batch(account, batch(of=replace(OPEN, name="me/new", url="https://github.com/me/new")))
    clone = project("open", "git:9", "git", url="https://github.com/me/open", private=False)
    filled.save_batch(filled.add_account("git", "/home/me/code"), batch(commit("z", fact(SVD), day=200), of=clone))
    detect(filled, taxonomy)
    found = shown(filled, taxonomy)
    assert found.project_names == ("me/new", "you/other")
    assert skill(found, "matrix-decomposition").proofs[0].url == "https://github.com/me/new/blob/z/a.py#L1"
    assert "me/open" not in repr(found)


@pytest.mark.parametrize("hidden", [False, True])
def test_names_of_private_projects_are_not_told_by_others(filled, taxonomy, account, hidden):
    """Not by the name of their clone either; and what the person hid is no less private."""
    told = "Taken from me/closed, formerly codename"
    filled.save_batch(account, batch(of=replace(OPEN, description=told)))
    clone = project("codename", "git:9", "git", url="https://github.com/me/closed", private=True)
    filled.save_batch(filled.add_account("git", "/home/me/code"), batch(of=clone))
    assert {"me/closed", "codename"} <= set(publishable.private_names(filled, projects(filled)))
    if hidden:
        marks.mark(filled, Verdict.HIDE, marks.Target(marks.project_named(filled, "me/closed")))
    detect(filled, taxonomy)
    for description in (told, "Much like codename", "See me/closed"):
        filled.save_batch(account, batch(of=replace(OPEN, description=description)))
        found = shown(filled, taxonomy, private_totals=True)
        assert next(one for one in found.projects if one.name == "me/open").description == "", description


@pytest.mark.parametrize("url", ["https://a.example/me%2Fclosed", "https://a.example/%63losed"])
def test_an_address_names_no_private_project_however_it_is_written(filled, taxonomy, account, url):
    pull = Activity("pull-request", "8", datetime(2020, 3, 2, tzinfo=UTC), url=url, title="Go on")
    filled.save_batch(account, batch(pull, of=OTHER))
    titles = [entry.title for source in shown(filled, taxonomy).sources for entry in source.entries]
    assert titles == ["Mend it"]


@pytest.mark.parametrize("name", ["you/new", "they/other"])
def test_entries_of_a_renamed_project_lead_to_its_present_name(filled, taxonomy, account, name):
    """And no text tells the earlier one."""
    filled.save_batch(account, batch(of=replace(OTHER, name=name, url=f"https://github.com/{name}")))
    filled.save_batch(account, batch(of=replace(OPEN, description="Split from you/other")))
    forge = fact("pull-request-elsewhere", FactKind.FORGE, "")
    merged = Activity(
        "pull-request", "7", datetime(2020, 3, 1, tzinfo=UTC), title="Mend it",
        url="https://github.com/you/other/pull/7", facts=(forge,),
    )  # fmt: skip
    filled.save_batch(account, batch(merged, of=replace(OTHER, name=name, url=f"https://github.com/{name}")))
    detect(filled, taxonomy)
    found = shown(filled, taxonomy)
    proofs = [proof.url for area in found.areas for one in area.skills for proof in one.proofs]
    assert f"https://github.com/{name}/pull/7" in proofs
    assert [entry.url for source in found.sources for entry in source.entries] == [f"https://github.com/{name}/pull/7"]
    assert "you/other" not in repr(found)


def test_entries_stay_where_a_private_name_begins_that_of_their_project(filled, taxonomy, account):
    """A private me/closed says nothing of what is public at me/closed-docs."""
    docs = project("me/closed-docs", "github:8", "github", url="https://github.com/me/closed-docs")
    pull = Activity("pull-request", "3", datetime(2020, 3, 3, tzinfo=UTC), url=f"{docs.url}/pull/3", title="Write")
    filled.save_batch(account, batch(pull, of=docs))
    found = shown(filled, taxonomy, projects=("github:2", "github:8"))
    assert {entry.title for source in found.sources for entry in source.entries} == {"Write", "Mend it"}


def test_a_name_that_another_project_bears_now_may_be_told(filled, taxonomy, account):
    filled.save_batch(account, batch(of=replace(OTHER, name="you/new", url="https://github.com/you/new")))
    heir = project("you/other", "github:8", "github", url="https://github.com/you/other")
    told = replace(OPEN, description="Split from you/other")
    filled.save_batch(account, batch(of=heir))
    filled.save_batch(account, batch(of=told))
    assert (
        next(one for one in shown(filled, taxonomy).projects if one.name == "me/open").description == told.description
    )


def test_entries_are_of_projects_that_show_the_chosen_areas(filled, taxonomy):
    """So the list of names that a preview shows holds whatever an entry leads to."""
    area = taxonomy.skills["matrix-decomposition"].area
    found = shown(filled, taxonomy, areas=(area,))
    assert found.project_names == ("me/open",)
    assert "you/other" not in repr(found)
    assert [entry.title for source in shown(filled, taxonomy).sources for entry in source.entries] == ["Mend it"]


def test_of_versions_of_one_notebook_the_latest_is_listed(filled, taxonomy):
    url = "https://www.kaggle.com/code/me/eda"
    made = [
        Activity("notebook", f"v{n}", datetime(2020, n, 1, tzinfo=UTC), url=url, title="EDA", facts=(fact(SVD),))
        for n in range(1, 4)
    ]
    kaggle = project("me/eda", "kaggle:notebook/1", "kaggle", url=url)
    filled.save_batch(filled.add_account("kaggle", "me"), batch(*made, of=kaggle))
    detect(filled, taxonomy)
    found = shown(filled, taxonomy, sources=("github", "kaggle"), projects=("github:2", "kaggle:notebook/1"))
    [listed] = next(source for source in found.sources if source.id == "kaggle").entries
    assert (listed.title, listed.day) == ("EDA", date(2020, 3, 1))


def test_names_that_entries_lead_to_are_listed(filled, taxonomy, account):
    """Also where nothing else of the project is shown."""
    only = project("they/third", "github:7", "github", url="https://github.com/they/third", own=False)
    pull = Activity(
        "review", "9", datetime(2020, 4, 1, tzinfo=UTC), url="https://github.com/they/third/pull/9", title="Looked"
    )
    filled.save_batch(account, batch(pull, of=only))
    found = shown(filled, taxonomy, projects=("github:1", "github:7"))
    assert ("they/third" in repr(found)) == ("they/third" in found.project_names)


def test_the_mark_of_visibility_follows_the_person(filled, taxonomy):
    marked = [published.visibility(filled, link(taxonomy))]
    ids = marks.mark(filled, Verdict.HIDE, marks.Target(marks.project_named(filled, "me/open")))
    marked.append(published.visibility(filled, link(taxonomy)))
    marks.unmark(filled, ids)
    entry = learning.Entry("course", "Of the firm", date(2020, 5, 1), public=True)
    key = learning.add_entry(filled, entry)
    marked.append(published.visibility(filled, link(taxonomy)))
    learning.change_entry(filled, key, replace(entry, public=False))
    marked.append(published.visibility(filled, link(taxonomy)))
    filled.set_setting(published.PERSON_NAME, "Ada")
    marked.append(published.visibility(filled, link(taxonomy)))
    assert len(set(marked)) == len(marked)


def test_public_inside_a_company_is_not_public(filled, taxonomy, account):
    inner = project("team/tool", "github:git.corp.example/5", "github", url="https://git.corp.example/team/tool")
    filled.save_batch(account, batch(commit("i", fact(SVD), day=50), of=inner))
    detect(filled, taxonomy)
    found = shown(filled, taxonomy, projects=(inner.key,), private_totals=True)
    assert found.project_names == ()
    assert "corp" not in repr(found)


def test_without_names_nothing_leads_to_a_project(filled, taxonomy):
    found = shown(filled, taxonomy, named=False)
    assert [project.name for project in found.projects] == ["Project 1", "Project 2"]
    assert skill(found, "matrix-decomposition").active_days == 6
    text = repr(found)
    assert not any(word in text for word in ("me/open", "you/other", "github.com", "Open work", "Mend it", "a.py"))
    assert found.project_names == ()


def test_what_was_taken_back_is_no_proof(filled, taxonomy):
    filled.add_correction(Correction(Verdict.NOT_MINE, "github:1", "a5"))
    detect(filled, taxonomy)
    svd = skill(shown(filled, taxonomy), "matrix-decomposition")
    assert svd.active_days == 5
    assert all("/a5/" not in proof.url for proof in svd.proofs)


def test_later_work_does_not_count_yet(filled, taxonomy):
    found = published.portfolio(filled, taxonomy, link(taxonomy), date(2020, 1, 7))
    svd = skill(found, "matrix-decomposition")
    assert (svd.active_days, svd.last) == (2, date(2020, 1, 7))
    assert max(proof.day for proof in svd.proofs) == date(2020, 1, 7)
    assert found.days[-1] == date(2020, 1, 7)


def test_projects_tell_what_sets_them_apart(filled, taxonomy):
    first = shown(filled, taxonomy).projects[0]
    ids = [each.id for each in first.skills]
    assert ids.index("matrix-decomposition") < ids.index("version-control") if "version-control" in ids else True
    assert first.skills[0].active_days == 6


def test_an_empty_store_has_an_empty_portfolio(store, taxonomy):
    found = shown(store, taxonomy)
    assert found.summary.active_days == 0
    assert found.projects == found.technologies == found.days == ()
    assert [area.coverage for area in found.areas] == [0.0] * len(taxonomy.areas)


def test_dependencies_and_weak_facts_prove_nothing(store, account, taxonomy):
    listed = fact("scikit-learn", FactKind.LISTED, path="requirements.txt")
    store.save_batch(account, batch(commit("a", listed), of=OPEN))
    detect(store, taxonomy)
    assert skill(shown(store, taxonomy), "scikit-learn").level == 0
