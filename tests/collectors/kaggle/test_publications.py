"""Data sets and models: versions, and what is gone."""

from __future__ import annotations

from tests.collectors.kaggle_living import whole_again
from tests.loopback.kaggle import no
from tests.loopback.living import codes


def test_changed_data_set_tells_its_new_version(living, kaggle):
    living.run()
    rain = kaggle.world.datasets[0]
    rain.versions += ((3, "2024-06-09T10:00:00Z"),)
    rain.updated, rain.votes = "2024-06-09T10:00:00Z", 50
    whole_again(living)
    living.run()
    assert living.days("kaggle:dataset/21", "dataset")["v3"] == "2024-06-09"
    assert living.store.project("kaggle:dataset/21").stars == 50


def test_gone_data_set_and_model_stay_for_the_person_alone(living, kaggle):
    living.run()
    kaggle.world.datasets.clear()
    kaggle.world.models[0].private = True
    whole_again(living)
    assert codes(living.run()) == [("dataset-gone", "ada/rain"), ("model-gone", "ada/net")]
    assert {p.state for p in living.store.projects() if p.private} == {"gone"}
    assert living.run().issues == ()


def test_data_set_without_versions_counts_once(living, kaggle):
    kaggle.faults.append(lambda ask: no(403, "no") if ask.call == "GetDataset" else None)
    assert codes(living.run()) == [("dataset-versions-unknown", "ada/rain")]
    assert living.days("kaggle:dataset/21", "dataset") == {"v2": "2024-03-02"}
