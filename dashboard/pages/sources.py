"""Sources: where work is read from, who the person is, collecting now, and what earlier runs noticed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard import bulk, cards, phrases, public_folders, scheduling, sides, source_parts
from dashboard.access.rules import rules_of
from dashboard.beginning import commands
from dashboard.pressing import button_id
from dashboard.site import FIXED, Ask, Page, Shown
from dashboard.welcome_parts import NO_FOLDERS
from data import shown
from data.detect import detect
from data.errors import SkillfolioError
from data.models import Identity, IdentityKind, IdentityState, RunState

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site

UNDER_WAY = {RunState.RUNNING, RunState.STOPPING}
NO_BUTTON = "Collecting from this page is off, because the dashboard was started alone. Run: "


def register(site: Site) -> None:
    site.add(Page("/sources", "Sources", lambda ask: layout(site, ask), place=50, charts=False))
    _add_actions(site)
    _add_removal(site)
    scheduling.register(site)
    public_folders.register(site, lambda: source_parts.accounts(site, site.portfolio.today(site.portfolio.frames())))


def layout(site: Site, ask: Ask) -> Shown:
    summary = (
        "Skillfolio reads what you wrote where you wrote it. The store keeps what was seen and no code; what was "
        "fetched lies in a folder of yours. What you decide here holds for every later run."
    )
    sample = bool(ask.view.frames.sample)
    head = cards.page_head("Sources", summary, beside=None if sample else _collect_all(site))
    body = [
        head,
        html.Div(id="sources-said", role="status"),
        html.Div(source_parts.live(site, None), id="sources-live"),
        html.Div(source_parts.accounts(site, ask.view.today), id="sources-accounts"),
        _of_sample(site) if sample else _add_form(site),
        html.Div(source_parts.identities(site), id="sources-identities", className="sf-stack"),
        *bulk.card(site, ask.view.frames.bulk),
        html.Div(source_parts.history(site), id="sources-history"),
        dcc.Interval(id="sources-tick", interval=1000, disabled=not _busy(site, None)),
        dcc.Store(id="sources-launched"),
        dcc.Store(id="sources-removing"),
        dcc.ConfirmDialog(id="sources-confirm", message=""),
        *public_folders.confirmation(),
    ]
    return Shown("Sources", body)


def _of_sample(site: Site) -> Component:
    """A sample keeps to itself: one's own work goes into a store of its own."""
    if site.side is not None:
        text = "Nothing is collected into the sample. Your own work goes into a portfolio of its own."
        return cards.card("Add a source", text, sides.button("Use my own work", sides.OWN, "sf-primary"))
    told = commands(site.command, "add git ~/code", "add github YOUR-LOGIN", "up")
    empty = cards.Empty("Nothing is collected into the sample. Your own work goes into a portfolio of its own:", told)
    return cards.card("Add a source", empty=empty)


def _collect_all(site: Site) -> Component | None:
    if site.launch is None:
        return html.Span([NO_BUTTON, html.Code(f"{site.command} collect")], className="sf-quiet")
    return dmc.Button("Collect everything now", id={"type": "sources-collect", "index": 0}, n_clicks=0, size="sm")


def _add_form(site: Site) -> Component:
    if not site.sources:
        empty = cards.Empty(
            "Sources are added on the command line:", commands(site.command, "add github LOGIN", "add git ~/code")
        )
        return cards.card("Add a source", empty=empty)
    choices = [{"value": name, "label": choice.title} for name, choice in site.sources.items()]
    hints = "; ".join(
        f"{choice.title}: {choice.label.lower()}, such as {choice.hint}" for choice in site.sources.values()
    )
    form = html.Div(
        [
            dmc.Select(
                id="sources-which", label="Source", data=choices, value=choices[0]["value"], allowDeselect=False
            ),
            dmc.TextInput(id="sources-handle", label="Login, folder or address", value="", className="sf-grow"),
            dmc.Button("Add", id="sources-add", n_clicks=0, variant="default"),
        ],
        className="sf-form",
    )  # fmt: skip
    by_hand = html.P(
        ["Courses, certificates, talks, meetups and reading are entered on ", cards.link("Learning", "/learning"), "."],
        className="sf-quiet",
    )
    if site.first_look is not None:
        by_hand.children += [
            " Several places at once, and a GitHub token: ",
            cards.link("step by step", "/welcome"),
            ".",
        ]
    return cards.card("Add a source", hints, form, after=by_hand)


def _busy(site: Site, launched: str | None) -> bool:
    if any(run.state in UNDER_WAY and not source_parts.silent(run) for run in site.store.runs(20)):
        return True
    return bool(launched) and source_parts.awaited(site, datetime.fromisoformat(str(launched)))


def _add_actions(site: Site) -> None:
    @site.app.callback(
        Output("sources-live", "children"),
        Output("sources-accounts", "children"),
        Output("sources-identities", "children"),
        Output("sources-history", "children"),
        Output("sources-said", "children"),
        Output("sources-tick", "disabled"),
        Output("sources-launched", "data"),
        Input("sources-tick", "n_intervals"),
        Input("sources-add", "n_clicks", allow_optional=True),
        Input({"type": "sources-collect", "index": ALL}, "n_clicks"),
        Input({"type": "sources-stop", "index": ALL}, "n_clicks"),
        Input({"type": "sources-identity", "do": ALL, "value": ALL}, "n_clicks"),
        State("sources-which", "value", allow_optional=True),
        State("sources-handle", "value", allow_optional=True),
        State("sources-launched", "data"),
        prevent_initial_call=True,
    )
    def update_sources(*given: Any) -> tuple[Any, ...]:
        which, handle, launched = given[-3:]
        if not ctx.triggered or not ctx.triggered[0]["value"]:
            raise PreventUpdate
        asked = ctx.triggered_id
        act = _refuse if site.is_sample and asked != "sources-tick" else _act
        said, launched = act(site, asked, str(which or ""), str(handle or ""), launched)
        site.portfolio.forget()
        today = site.portfolio.today(site.portfolio.frames())
        launched = launched or source_parts.under_way_since(site)
        busy = _busy(site, launched)
        waiting = datetime.fromisoformat(launched) if launched else None
        quiet = asked == "sources-tick" and busy
        if asked == "sources-tick" and not busy:
            said = _say(["Collecting has ended. ", cards.link("See what it shows", "/"), "."])
        return (
            source_parts.live(site, waiting if busy else None),
            no_update if quiet else source_parts.accounts(site, today),  # an open menu would close
            no_update if quiet else source_parts.identities(site),
            source_parts.history(site),
            no_update if quiet else said,
            not busy,
            launched if busy else None,
        )


def _refuse(_: Site, __: Any, ___: str, ____: str, launched: str | None) -> tuple[Any, str | None]:
    return html.P(FIXED, className="sf-notice"), launched


def _act(site: Site, asked: Any, which: str, handle: str, launched: str | None) -> tuple[Any, str | None]:
    """Do what was pressed; returns what to say and when a collection was started, if one was."""
    if asked == "sources-tick":
        return None, launched
    try:
        if asked == "sources-add":
            return _add(site, which, handle), launched
        if asked["type"] == "sources-identity":
            return _decide(site, str(asked["do"]), str(asked["value"])), launched
        if asked["type"] == "sources-stop":
            site.store.stop_run(int(asked["index"]))
            return _say("The run stops after the project in hand. What it has read stays."), launched
        return _start(site, int(asked["index"]))
    except SkillfolioError as error:
        return html.P(str(error), className="sf-notice"), launched


def _say(text: Any) -> Component:
    return html.P(text, className="sf-said sf-sample")


def _add(site: Site, which: str, handle: str) -> Component:
    choice = site.sources.get(which)
    if choice is None or not handle.strip():
        return html.P("Choose a source and name a login, folder or address.", className="sf-notice")
    if which == "git" and rules_of(site.settings).sign_in:
        return html.P(NO_FOLDERS, className="sf-notice")
    normal = choice.check(handle.strip())
    site.store.add_account(which, normal)
    return _say(f"{choice.title} {normal} was added. Collect to read it.")


def _decide(site: Site, do: str, value: str) -> Component:
    """Keep the person's word on an address: only those found in histories or named before can be decided on."""
    kinds = {identity.value: identity.kind for identity in site.store.identities()}
    found = {row.email for row in shown.authors(site.store)}
    if value not in kinds and value not in found:
        return html.P("This address is not in any history that was read.", className="sf-notice")
    state = IdentityState.CONFIRMED if do == "confirm" else IdentityState.REMOVED
    site.store.save_identity(Identity(kinds.get(value, IdentityKind.EMAIL), value, state, "person"))
    detect(site.store, site.taxonomy)
    if state is IdentityState.REMOVED:
        return _say(f"{value} no longer counts as yours, and what was read of it no longer shows.")
    return _say(f"{value} counts as yours. Collect again to read what it wrote.")


def _start(site: Site, account_id: int) -> tuple[Any, str | None]:
    if site.launch is None:
        return html.P([NO_BUTTON, html.Code(f"{site.command} collect")], className="sf-notice"), None
    known = {account.id for account in site.store.accounts()}
    if not known or (account_id and account_id not in known):
        return html.P("Add a source first; there is nothing to collect yet.", className="sf-notice"), None
    now = datetime.now(UTC)
    site.launch(account_id or None)
    return _say("Collecting has begun. You can leave this page; it goes on by itself."), now.isoformat()


def _add_removal(site: Site) -> None:
    """Removing forgets what was read, so it asks first."""

    @site.app.callback(
        Output("sources-confirm", "message"),
        Output("sources-confirm", "displayed"),
        Output("sources-removing", "data"),
        Input({"type": "sources-remove", "index": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def ask_before_removing(_: list[int | None]) -> tuple[str, bool, int]:
        account_id = int(button_id()["index"])
        named = [account for account in site.store.accounts() if account.id == account_id]
        if not named:
            raise PreventUpdate
        text = (
            f"Remove {source_parts.title(site, named[0].source)} {named[0].handle}, with everything read only from it? "
            "Adding it again reads it again."
        )
        return text, True, account_id

    @site.app.callback(
        Output("sources-accounts", "children", allow_duplicate=True),
        Output("sources-said", "children", allow_duplicate=True),
        Input("sources-confirm", "submit_n_clicks"),
        State("sources-removing", "data"),
        prevent_initial_call=True,
    )
    def remove(pressed: int | None, account_id: int | None) -> tuple[Any, Any]:
        if not pressed or account_id is None or site.is_sample:
            raise PreventUpdate
        site.store.remove_account(int(account_id))
        detect(site.store, site.taxonomy)  # a copy of what went may count now
        site.portfolio.forget()
        today = site.portfolio.today(site.portfolio.frames())
        said = f"Removed. {phrases.count(len(site.store.accounts()), 'source')} left."
        return source_parts.accounts(site, today), _say(said)
