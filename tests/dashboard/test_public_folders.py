"""The Sources page calls a git folder public or private: asked first, and what is shared follows at once."""

import json

import pytest

from dashboard import public_folders, source_parts
from data import published
from data.public_folders import Turned, is_public
from tests.dashboard import leaking, samples
from tests.dashboard.building import make_app


class Page:
    def __init__(self, store, taxonomy, home):
        self.store, self.taxonomy = store, taxonomy
        self.site = (app := make_app(store, taxonomy, home)).site
        self.client = app.server.test_client()

    @property
    def folder(self):
        return next(account for account in self.store.accounts() if account.source == "git")

    def call(self, outputs, inputs, state, changed):
        listed = [{"id": name, "property": part} for name, part in outputs]
        body = {
            "output": ".." + "...".join(f"{name}.{part}" for name, part in outputs) + "..",
            "outputs": listed, "inputs": inputs, "state": state, "changedPropIds": [changed],
        }  # fmt: skip
        names = [spec["output"] for spec in self.client.get("/_dash-dependencies", headers=LOCAL).json]
        # one that shares its outputs with others bears a mark of its own
        body["output"] = next(
            name for name in names if _unmarked(name) == body["output"] and "folder" in _inputs(self, name)
        )
        for output, name in zip(listed, body["output"].strip(".").split("..."), strict=True):
            output["property"] = name.rpartition(".")[2]
        reply = self.client.post("/_dash-update-component", json=body, headers=LOCAL)
        return reply.json["response"] if reply.status_code == 200 else None

    def press(self, account):
        changed = json.dumps({"index": account, "type": "folder-word"}, separators=(",", ":")) + ".n_clicks"
        pressed = [{"id": {"type": "folder-word", "index": account}, "property": "n_clicks", "value": 1}]
        outputs = [("folder-confirm", "message"), ("folder-confirm", "displayed"), ("folder-asked", "data")]
        return self.call(outputs, [pressed], [], changed)

    def confirm(self, asked):
        pressed = [{"id": "folder-confirm", "property": "submit_n_clicks", "value": 1}]
        state = [{"id": "folder-asked", "property": "data", "value": asked}]
        outputs = [("sources-accounts", "children"), ("sources-said", "children")]
        return json.dumps(self.call(outputs, pressed, state, "folder-confirm.submit_n_clicks"))

    def named(self):
        link = leaking.link(self.store, self.taxonomy)
        return set(published.portfolio(self.store, self.taxonomy, link, samples.TODAY).project_names)


LOCAL = {"Host": "localhost"}


def _unmarked(name):
    return "...".join(part.partition("@")[0] for part in name.strip(".").split("...")).join(("..", ".."))


def _inputs(page, output):
    specs = page.client.get("/_dash-dependencies", headers=LOCAL).json
    return json.dumps(next(spec["inputs"] for spec in specs if spec["output"] == output))


@pytest.fixture
def page(own_store, taxonomy, tmp_path):
    return Page(own_store, taxonomy, tmp_path)


def test_a_folder_is_called_public_and_private_again(page):
    assert "payroll" not in page.named()
    asked = page.press(page.folder.id)
    assert "anyone may read" in asked["folder-confirm"]["message"]
    assert asked["folder-confirm"]["displayed"] is True
    assert not is_public(page.folder)  # nothing before it is confirmed
    told = page.confirm(asked["folder-asked"]["data"])
    assert "1 project turned public" in told
    assert "Make private" in told
    assert "payroll" in page.named()
    asked = page.press(page.folder.id)
    assert "vanish from everything you share" in asked["folder-confirm"]["message"]
    assert "1 project turned private" in page.confirm(asked["folder-asked"]["data"])
    assert "payroll" not in page.named()


def test_only_folders_are_asked_about(page):
    assert page.press(next(one.id for one in page.store.accounts() if one.source == "github")) is None
    assert "no source any more" in page.confirm({"account": 99, "public": True})
    shown = json.dumps(
        source_parts.accounts(page.site, samples.TODAY).to_plotly_json(), default=lambda one: one.to_plotly_json()
    )
    assert shown.count("folder-word") == 1


def test_a_sample_is_not_changed(page):
    page.store.set_setting("sample", {"label": "Sample", "repositories": 1})
    page.site.portfolio.forget()
    assert public_folders.FIXED in page.confirm({"account": page.folder.id, "public": True})
    assert not is_public(page.folder)


@pytest.mark.parametrize(
    ("turned", "told"),
    [
        (Turned(0, 0, ()), "0 projects turned public. "),
        (Turned(1, 1, ("/home/me",)), "1 project turned public. 1 project stays private, since /home/me holds it too. "),
        (Turned(2, 3, ("/a", "/b")), "2 projects turned public. 3 projects stay private, since /a and /b hold them too. "),
    ],
)  # fmt: skip
def test_what_it_changed_is_told(turned, told):
    assert public_folders._told(turned, public=True) == told
