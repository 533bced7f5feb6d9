"""Mapping an unknown import on the Technologies page, through the address that the browser calls."""

import json
import os

import pytest

from dashboard.app import answer
from data.detect import detect
from data.taxonomy import own
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.reading import text_of

OUTPUTS = [
    ("mapping-said", "children"), ("mapping-table", "children"), ("mapping-package", "data"), ("mapping-package", "value"),
]  # fmt: skip


@pytest.fixture
def app(own_store, taxonomy, tmp_path):
    return make_app(own_store, taxonomy, tmp_path)


def press(app, package, skill, **headers):
    body = {
        "output": ".." + "...".join(f"{name}.{part}" for name, part in OUTPUTS) + "..",
        "outputs": [{"id": name, "property": part} for name, part in OUTPUTS],
        "inputs": [{"id": "mapping-do", "property": "n_clicks", "value": 1}],
        "state": [
            {"id": "mapping-package", "property": "value", "value": package},
            {"id": "mapping-skill", "property": "value", "value": skill},
        ],
        "changedPropIds": ["mapping-do.n_clicks"],
    }
    return app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"} | headers)


def skills(app):
    return set(app.site.portfolio.frames().evidence["skill"].shown())


def test_a_mapping_takes_effect_at_once(app, tmp_path):
    assert "geospatial" not in skills(app)
    said = press(app, "oddlib · python", "geospatial").json["response"]
    assert "wherever you use it" in json.dumps(said["mapping-said"])
    assert "oddlib" not in json.dumps(said["mapping-table"])
    assert said["mapping-package"] == {"data": [], "value": None}
    assert "geospatial" in skills(app)
    assert own.own_file(samples.settings(tmp_path).home).exists()
    assert "oddlib" in text_of(answer(app.site, "/technologies", "")[0].body)  # as a technology


@pytest.mark.parametrize(
    ("package", "skill"),
    [(None, "vision"), ("oddlib · python", None), ("numpy · python", "vision"), ("oddlib · python", "no-skill")],
)
def test_half_a_choice_changes_nothing(app, tmp_path, package, skill):
    said = press(app, package, skill).json["response"]
    assert "Choose a package" in json.dumps(said["mapping-said"])
    assert not own.own_file(samples.settings(tmp_path).home).exists()


def test_another_site_maps_nothing(app, tmp_path):
    reply = press(app, "oddlib · python", "vision", Origin="https://elsewhere.example")
    assert reply.status_code == 403
    assert not own.own_file(samples.settings(tmp_path).home).exists()


def test_a_broken_file_is_told(app, tmp_path):
    own.own_file(samples.settings(tmp_path).home).write_text("[[", encoding="utf-8")
    assert "taxonomy.toml" in json.dumps(press(app, "oddlib · python", "vision").json["response"]["mapping-said"])


def test_a_mapping_made_elsewhere_is_followed(app, own_store, tmp_path):
    app.site.portfolio.frames()
    path = own.own_file(samples.settings(tmp_path).home)
    taxonomy = own.map_package(samples.settings(tmp_path), "oddlib", ["geospatial"])
    os.utime(path, (1, 1))
    detect(own_store, taxonomy)
    app.site.portfolio.forget()
    assert "geospatial" in skills(app)
    assert "oddlib" in app.site.taxonomy.technologies


def has_form(app):
    return "mapping-do" in json.dumps(answer(app.site, "/technologies", "")[0].body, default=repr)


def test_a_sample_has_no_form(app, own_store):
    assert has_form(app)
    own_store.set_setting("sample", {"label": "A sample", "repositories": []})
    app.site.portfolio.forget()
    assert not has_form(app)
