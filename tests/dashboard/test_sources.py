"""What the Sources page does: add, decide, collect, stop, remove. Through the address that the browser calls."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from dashboard import source_parts
from data.detect import detect
from data.models import Activity, Batch, Fact, FactKind, IdentityState, Issue, Progress, Project, RunState
from data.proofs import count_proofs
from data.schema import runs
from data.tasks import Outcome, Tasks, set_schedule
from tests.dashboard import samples
from tests.dashboard.building import make_app
from tests.dashboard.reading import text_of

OUTPUTS = [
    ("sources-live", "children"), ("sources-accounts", "children"), ("sources-identities", "children"),
    ("sources-history", "children"), ("sources-said", "children"), ("sources-tick", "disabled"), ("sources-launched", "data"),
]  # fmt: skip


class Page:
    """The page of one store, with what was launched."""

    def __init__(self, store, taxonomy, tmp_path, launch=True):
        self.launched = []
        self.store = store
        self.app = make_app(store, taxonomy, tmp_path, launch=self.launched.append if launch else None)
        self.client = self.app.server.test_client()

    def press(self, changed, which="github", handle="", launched=None, clicks=1):
        pressed = {"sources-tick.n_intervals": None, "sources-add.n_clicks": None, changed: clicks}
        name, _, part = changed.rpartition(".")
        pattern = [{"id": json.loads(name), "property": part, "value": clicks}] if name.startswith("{") else []
        kinds = {
            kind: [one for one in pattern if one["id"]["type"] == kind]
            for kind in ("sources-collect", "sources-stop", "sources-identity")
        }
        body = {
            "output": ".." + "...".join(f"{name}.{part}" for name, part in OUTPUTS) + "..",
            "outputs": [{"id": name, "property": part} for name, part in OUTPUTS],
            "inputs": [
                {"id": "sources-tick", "property": "n_intervals", "value": pressed["sources-tick.n_intervals"]},
                {"id": "sources-add", "property": "n_clicks", "value": pressed["sources-add.n_clicks"]},
                *kinds.values(),
            ],
            "state": [
                {"id": "sources-which", "property": "value", "value": which},
                {"id": "sources-handle", "property": "value", "value": handle},
                {"id": "sources-launched", "property": "data", "value": launched},
            ],
            "changedPropIds": [changed],
        }
        reply = self.client.post("/_dash-update-component", json=body, headers={"Host": "localhost"})
        assert reply.status_code in {200, 204}, reply.text
        return reply.json["response"] if reply.status_code == 200 else None


def button(kind, **more):
    return json.dumps({"type": kind, **more}, separators=(",", ":"), sort_keys=True) + ".n_clicks"


@pytest.fixture
def page(own_store, taxonomy, tmp_path):
    return Page(own_store, taxonomy, tmp_path)


def states(store):
    return {identity.value: identity.state for identity in store.identities()}


def test_source_is_added_in_its_normal_form(page):
    said = page.press("sources-add.n_clicks", handle=" Grace ")
    assert ("github", "grace") in {(account.source, account.handle) for account in page.store.accounts()}
    assert "GitHub grace was added" in json.dumps(said["sources-said"])


@pytest.mark.parametrize(
    ("which", "handle", "told"),
    [("github", "two words", "is not a login"), ("github", "  ", "name a login"), ("ftp", "x", "Choose a source")],
)
def test_unusable_source_is_told_and_not_added(page, which, handle, told):
    before = page.store.accounts()
    assert told in json.dumps(page.press("sources-add.n_clicks", which=which, handle=handle)["sources-said"])
    assert page.store.accounts() == before


def test_address_is_confirmed_and_removed(page):
    page.press(button("sources-identity", do="confirm", value=samples.OLD_ME))
    assert states(page.store)[samples.OLD_ME] == IdentityState.CONFIRMED
    page.press(button("sources-identity", do="remove", value=samples.OLD_ME))
    assert states(page.store)[samples.OLD_ME] == IdentityState.REMOVED


def test_removing_an_address_takes_its_work_out_at_once(page):
    assert page.app.site.portfolio.view("")[0].active_day_count > 0
    page.press(button("sources-identity", do="remove", value=samples.ME))
    assert page.app.site.portfolio.view("")[0].active_day_count == 0
    page.press(button("sources-identity", do="confirm", value=samples.ME))
    assert page.app.site.portfolio.view("")[0].active_day_count > 0


def test_unknown_address_is_not_kept(page):
    page.press(button("sources-identity", do="confirm", value="stranger@example.org"))
    assert "stranger@example.org" not in states(page.store)


def test_collecting_is_started_and_waited_for(page):
    account = page.store.accounts()[0].id
    reply = page.press(button("sources-collect", index=account))
    assert page.launched == [account]
    assert reply["sources-tick"]["disabled"] is False
    assert "Starting" in json.dumps(reply["sources-live"])
    page.press(button("sources-collect", index=0))
    assert page.launched == [account, None]


def test_unknown_account_is_not_collected(page):
    page.press(button("sources-collect", index=999))
    assert page.launched == []


def test_progress_is_followed_to_the_end(page):
    account = page.store.accounts()[0].id
    launched = page.press(button("sources-collect", index=account))["sources-launched"]["data"]
    run = page.store.start_run(account)
    page.store.update_run(run, Progress("reading churn", 3, 12, {"core": 57}))
    during = page.press("sources-tick.n_intervals", launched=launched)
    shown = json.dumps(during["sources-live"])
    for part in ("reading churn", "3 of 12 repositories", "57 core requests left", '"aria-valuenow": 25'):
        assert part in shown
    assert during["sources-tick"]["disabled"] is False
    page.store.end_run(run, RunState.DONE, {"repositories": 12})
    between = page.press("sources-tick.n_intervals", launched=launched)
    assert between["sources-tick"]["disabled"] is False
    assert "more" in json.dumps(between["sources-live"])
    long_ago = (datetime.fromisoformat(launched) - timedelta(minutes=9)).isoformat()
    with page.store.writing() as connection:  # as it is some seconds later
        connection.execute(update(runs).where(runs.c.id == run).values(ended=datetime.fromisoformat(long_ago)))
    after = page.press("sources-tick.n_intervals", launched=launched)
    assert after["sources-tick"]["disabled"] is True
    assert after["sources-live"]["children"] == []
    assert "12 repositories" in json.dumps(after["sources-history"])


def test_run_begun_elsewhere_is_followed_too(page):
    run = page.store.start_run(page.store.accounts()[0].id)
    launched = page.press("sources-tick.n_intervals")["sources-launched"]["data"]
    assert launched
    page.store.end_run(run, RunState.DONE)
    assert page.press("sources-tick.n_intervals", launched=launched)["sources-tick"]["disabled"] is False


def test_run_is_stopped(page):
    run = page.store.start_run(page.store.accounts()[0].id)
    page.press(button("sources-stop", index=run))
    assert page.store.runs(1)[0].state == RunState.STOPPING


def test_new_buttons_do_nothing_by_appearing(page):
    assert page.press(button("sources-collect", index=1), clicks=0) is None
    assert page.launched == []


def test_without_a_launcher_the_command_is_shown(own_store, taxonomy, tmp_path):
    page = Page(own_store, taxonomy, tmp_path, launch=False)
    reply = page.press(button("sources-collect", index=0))
    assert "skillfolio collect" in json.dumps(reply["sources-said"])


def test_account_is_removed_after_asking(page):
    account = page.store.accounts()[0].id
    asked = {
        "output": "..sources-confirm.message...sources-confirm.displayed...sources-removing.data..",
        "outputs": [
            {"id": "sources-confirm", "property": "message"},
            {"id": "sources-confirm", "property": "displayed"},
            {"id": "sources-removing", "property": "data"},
        ],
        "inputs": [[{"id": {"type": "sources-remove", "index": account}, "property": "n_clicks", "value": 1}]],
        "changedPropIds": [button("sources-remove", index=account)],
    }
    reply = page.client.post("/_dash-update-component", json=asked, headers={"Host": "localhost"}).json["response"]
    assert "Remove GitHub ada" in reply["sources-confirm"]["message"]
    assert reply["sources-removing"]["data"] == account
    assert len(page.store.accounts()) == 2


def remove(page, account):
    callback = next(
        name
        for name, each in page.app.callback_map.items()
        if "sources-confirm" in {one["id"] for one in each["inputs"]}
    )
    body = {
        "output": callback,
        "outputs": [
            dict(zip(("id", "property"), each.rsplit(".", 1), strict=True)) for each in callback.strip(".").split("...")
        ],
        "inputs": [{"id": "sources-confirm", "property": "submit_n_clicks", "value": 1}],
        "state": [{"id": "sources-removing", "property": "data", "value": account}],
        "changedPropIds": ["sources-confirm.submit_n_clicks"],
    }
    return page.client.post("/_dash-update-component", json=body, headers={"Host": "localhost"}).text


def test_what_two_sources_hold_counts_on_when_one_is_removed(page):
    use = Fact(FactKind.SYMBOL, "polars.read_csv", "python", "a.py", 1)
    work = [Activity("commit", "a" * 40, datetime(2024, 5, 1, tzinfo=UTC), author=samples.ME, facts=(use,))]
    accounts = [page.store.add_account("git", f"/{name}") for name in ("one", "two")]
    for number, account in enumerate(accounts):
        page.store.save_batch(account, Batch(Project("git", f"git:{number}", f"copy {number}"), work))
    detect(page.store, page.app.site.taxonomy)
    for account in accounts:
        assert count_proofs(page.store, "technology", "polars") == 1
        assert "Removed." in remove(page, account)
    assert count_proofs(page.store, "technology", "polars") == 0


@pytest.mark.parametrize(
    "pressed",
    [
        button("sources-identity", do="remove", value=samples.ME),
        button("sources-collect", index=0),
        "sources-add.n_clicks",
    ],
)
def test_sample_is_changed_by_nothing(page, pressed):
    page.store.set_setting("sample", {"label": "Sample portfolio"})
    page.app.site.portfolio.forget()
    before = states(page.store), page.store.accounts()
    assert "nothing in it can be changed" in json.dumps(page.press(pressed, handle="grace"))
    assert (states(page.store), page.store.accounts()) == before
    assert page.launched == []


def choose(page, account, value):
    which = json.dumps({"index": account, "type": "sources-schedule"}, separators=(",", ":"))
    output = '{"index":["MATCH"],"type":"sources-next"}.children'
    identity = {"index": account, "type": "sources-schedule"}
    body = {
        "output": output,
        "outputs": {"id": {"index": account, "type": "sources-next"}, "property": "children"},
        "inputs": [{"id": identity, "property": "value", "value": value}],
        "state": [{"id": identity, "property": "id", "value": identity}],
        "changedPropIds": [f"{which}.value"],
    }
    return page.client.post("/_dash-update-component", json=body, headers={"Host": "localhost"})


def test_how_often_is_chosen_for_each_account(page):
    one = page.store.accounts()[0]
    assert "when you ask" in choose(page, one.id, "off").text
    assert [account.schedule for account in page.store.accounts()[:2]] == ["off", ""]
    assert "when you ask" not in choose(page, one.id, "default").text
    assert page.store.accounts()[0].schedule == ""


@pytest.mark.parametrize("value", ["often", None, "", ["off"]])
def test_schedule_that_is_none_is_not_kept(page, value):
    account = page.store.accounts()[0]
    assert choose(page, account.id, value).status_code == 204
    assert page.store.accounts()[0].schedule == ""


def test_unknown_account_has_no_schedule(page):
    assert choose(page, 999, "off").status_code == 204


def test_missing_worker_is_told(page):
    told = json.dumps(source_parts.accounts(page.app.site, date(2026, 1, 1)).to_plotly_json(), default=str)
    assert "No worker runs" in told
    Tasks(page.store).beat("here:1")
    told = json.dumps(source_parts.accounts(page.app.site, date(2026, 1, 1)).to_plotly_json(), default=str)
    assert "No worker runs" not in told


def test_a_next_run_is_told_only_where_a_worker_will_begin_it(page):
    account = page.store.accounts()[0]
    set_schedule(page.store, account.id, "weekly")
    told = "but no worker runs"
    assert told in text_of(source_parts.accounts(page.app.site, date(2026, 1, 1)))
    assert told in str(choose(page, account.id, "daily").json)
    assert told not in str(choose(page, account.id, "off").json)  # it is read when asked for
    Tasks(page.store).beat("here:1")
    assert told not in text_of(source_parts.accounts(page.app.site, date(2026, 1, 1)))
    assert told not in str(choose(page, account.id, "daily").json)


def test_shared_run_is_followed_and_stopped(page):
    tasks = Tasks(page.store)
    tasks.beat("here:1")
    waiting = tasks.begin(page.store.accounts()[0].id)
    step = tasks.take(waiting.id, "here:1")
    parts = tasks.finish(step, Outcome(parts=[("a", {}), ("b", {}), ("c", {})]))
    tasks.finish(tasks.take(parts[0].id, "here:1"), Outcome())
    tasks.show(step.run_id, "ada/churn", {"core": 42})
    page.store.note_issue(step.run_id, Issue("repository-empty", "It is empty.", "ada/none"))
    shown = json.dumps(page.press("sources-tick.n_intervals"), ensure_ascii=False)
    for part in ("ada/churn", "1 of 3 repositories", "42 core requests left", "1 issue"):
        assert part in shown
    tasks.leave("here:1")
    assert "waits for a worker" in json.dumps(page.press("sources-tick.n_intervals"))
    page.press(button("sources-stop", index=step.run_id))
    assert page.store.runs(1)[0].state == RunState.CANCELLED
