"""Who may see a work: private ones only when asked for, and always as Kaggle says last."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from data import schema
from data.detect import detect
from data.frames import evidence_days
from data.taxonomy import load_taxonomy
from tests.collectors.kaggle_living import Living, whole_again
from tests.loopback.kaggle_state import DataSet, Kernel, Model
from tests.loopback.living import codes


def seen_by(living, key):
    project = living.store.project(key)
    return "everyone" if (project.state, project.private) == ("ok", False) else "the person"


KINDS = (("kernels", "kaggle:notebook/11"), ("datasets", "kaggle:dataset/21"), ("models", "kaggle:model/31"))


@pytest.mark.parametrize("own", [False, True], ids=["public work", "private work too"])
@pytest.mark.parametrize(("what", "key"), KINDS, ids=lambda value: value.rpartition(":")[2])
def test_who_sees_a_work_follows_the_latest_answer(living, kaggle, what, key, own):
    """Both ways, and though nothing else of it changes."""
    living.ask_for(private=own)
    living.run()
    work = getattr(kaggle.world, what)[0]
    for private in (True, False, True, False):
        work.private = private
        whole_again(living)
        result = living.run()
        assert seen_by(living, key) == ("the person" if private else "everyone")
        assert [code.rpartition("-")[2] for code, _ in codes(result)] == (["gone"] if private and not own else [])
        before = living.activities()
        whole_again(living)
        assert living.run().issues == ()
        assert living.activities() == before


def test_who_sees_a_notebook_is_asked_for_in_turn(living, kaggle):
    """One's own list does not tell; so it is known a few runs later, with two requests each."""
    living.ask_for(private=True)
    living.run()
    kaggle.world.kernels[0].private = True
    for _ in range(4):
        living.run()
        assert len(kaggle.asked) == 2
    assert seen_by(living, "kaggle:notebook/11") == "the person"


@pytest.mark.parametrize("how", ["hidden", "deleted"])
def test_named_notebook_that_went_is_for_the_person_alone(anonymous, kaggle, how):
    anonymous.ask_for(notebooks=["ada/heart"])
    anonymous.run()
    work = kaggle.world.kernels[0]
    assert seen_by(anonymous, "kaggle:notebook/11") == "everyone"
    if how == "hidden":
        work.private = True
    else:
        kaggle.world.kernels.remove(work)
    anonymous.run()
    assert seen_by(anonymous, "kaggle:notebook/11") == "the person"
    work.private = False
    kaggle.world.kernels[:1] = [work, *(one for one in kaggle.world.kernels[:1] if one is not work)]
    anonymous.run()
    assert seen_by(anonymous, "kaggle:notebook/11") == "everyone"


def with_private(kaggle):
    kaggle.world.kernels.append(Kernel(14, "ada/secret-plan", "import secret_sauce\n", private=True))
    kaggle.world.datasets.append(DataSet(23, "ada/secret-rain", private=True))
    kaggle.world.models.append(Model(33, "ada/secret-net", private=True))


SECRET = {"kaggle:notebook/14", "kaggle:dataset/23", "kaggle:model/33"}


def test_private_work_is_left_alone(living, kaggle):
    with_private(kaggle)
    living.run()
    assert not SECRET & {project.key for project in living.store.projects()}
    assert "PROFILE" not in {ask.told.get("group") for ask in kaggle.asked}
    living.run()
    assert len(kaggle.asked) == 2


def test_private_work_is_read_when_asked_for_and_marked(living, kaggle):
    with_private(kaggle)
    living.ask_for(private=True)
    living.run()
    private = {project.key for project in living.store.projects() if project.private}
    assert private == SECRET
    assert "import:secret_sauce×1" in living.facts("kaggle:notebook/14")
    assert "community:kaggle-private-notebook×1" in living.facts("kaggle:notebook/14")
    detect(living.store, load_taxonomy())
    shown = evidence_days(living.store)
    ids = {row["key"]: row["id"] for row in _projects(living.store)}
    assert not {ids[key] for key in SECRET} & set(shown[shown.subject == "kaggle-sharing"]["project_id"])
    living.run()
    assert len(kaggle.asked) == 2


def _projects(store):
    with store.reading() as connection:
        return connection.execute(select(schema.projects.c.id, schema.projects.c.key)).mappings().all()


def test_privacy_that_is_not_told_is_found_out(living, kaggle):
    """A notebook that only one's own list holds is private, whatever its metadata leave out."""
    with_private(kaggle)
    living.ask_for(private=True)

    def untold(ask):
        if ask.call != "GetKernel":
            return None
        answer = kaggle._answer(ask)
        answer.body["metadata"].pop("isPrivate", None)
        return answer

    kaggle.faults.append(untold)
    living.run()
    private = {p.key for p in living.store.projects() if p.private and p.key.startswith("kaggle:notebook")}
    assert private == {"kaggle:notebook/14"}


def test_somebody_elses_private_work_cannot_be_asked_for(tmp_path, kaggle):
    with_private(kaggle)
    living = Living(tmp_path / "home", kaggle, token="KGAT_bob", options={"private": True})
    result = living.run()
    assert ("private-not-yours", "") in codes(result)
    assert not SECRET & {project.key for project in living.store.projects()}
    living.close()
