"""How often each source is read, when next, and whether anything runs that would do it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import MATCH, Input, Output, State, ctx, html
from dash.exceptions import PreventUpdate

from dashboard import phrases
from data.schedule import CHOICES, OFF, due_at, last_runs, schedule_of, usual_for
from data.tasks import Tasks, set_schedule

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.models import Account, RunRecord

DEFAULT = "default"


def choice(site: Site, account: Account, where: str) -> Component:
    """A menu of how often an account is read."""
    usual = usual_for(account.source, site.settings.schedules, _default(site, account))
    data = [{"value": DEFAULT, "label": f"{usual} (default)"}, *({"value": one, "label": one} for one in CHOICES)]
    return dmc.Select(
        id={"type": "sources-schedule", "index": account.id}, data=data, value=account.schedule or DEFAULT,
        allowDeselect=False, size="xs", className="sf-every", **{"aria-label": f"How often {where} is read"},
    )  # fmt: skip


def next_run(site: Site, account: Account, run: RunRecord | None, *, worked: bool) -> Component:
    """When the account is read next; a callback keeps it in step with the menu."""
    text = next_text(site, account, run, worked=worked)
    return html.Span(text, id={"type": "sources-next", "index": account.id}, className="sf-quiet")


def is_worked(site: Site) -> bool:
    """Whether a worker shows signs of life, so that sources are read as they fall due."""
    return bool(Tasks(site.store).workers())


def next_text(site: Site, account: Account, run: RunRecord | None, *, worked: bool) -> str:
    """When the account is due, and that nobody is there to read it where no worker runs."""
    due = due_at(account, run, schedule_of(account, site.settings.schedules, _default(site, account)))
    if due is None:
        return "when you ask"
    when = "now" if due <= datetime.now(UTC) else phrases.moment(due.astimezone(UTC))
    return when if worked else f"due {when}, but no worker runs"


def nobody_works(site: Site) -> list[Component]:
    """What to start, since no worker runs that would read sources as they fall due."""
    unless = " but what you press Collect for" if site.launch else ""
    text = [
        f"No worker runs, so nothing is read by itself{unless}. Start one beside the dashboard with ",
        html.Code(f"{site.command} worker", className="sf-nowrap"),
        ", or both with ",
        html.Code(f"{site.command} up", className="sf-nowrap"),
        "; or let cron call ",
        html.Code(f"{site.command} schedule --once", className="sf-nowrap"),
        ".",
    ]
    return [html.P(text, className="sf-note")]


def _default(site: Site, account: Account) -> str:
    known = site.sources.get(account.source)
    return known.schedule if known else OFF


def register(site: Site) -> None:
    @site.app.callback(
        Output({"type": "sources-next", "index": MATCH}, "children"),
        Input({"type": "sources-schedule", "index": MATCH}, "value"),
        State({"type": "sources-schedule", "index": MATCH}, "id"),
        prevent_initial_call=True,
    )
    def choose_schedule(chosen: str | None, which: dict[str, Any]) -> str:
        named = [account for account in site.store.accounts() if account.id == which.get("index")]
        if not ctx.triggered or not named or site.is_sample or chosen not in (DEFAULT, *CHOICES):
            raise PreventUpdate
        wanted = "" if chosen == DEFAULT else str(chosen)
        if wanted != named[0].schedule:
            set_schedule(site.store, named[0].id, wanted)
        account = next(account for account in site.store.accounts() if account.id == named[0].id)
        last = last_runs(site.store.runs(1, account.id)).get(account.id)
        return next_text(site, account, last, worked=is_worked(site))
