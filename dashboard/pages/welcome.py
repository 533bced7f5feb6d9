"""Welcome: the first five minutes. Where is your work, which of these are you, reading, and on to the overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dash import ClientsideFunction, Input, Output, State, dcc, no_update
from dash.exceptions import PreventUpdate

from dashboard import cards, sides, source_parts, welcome_parts
from dashboard.access.rules import rules_of
from dashboard.beginning import ADD, commands
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown
from data.errors import NotUsable, SkillfolioError, TryLater
from data.models import Identity, IdentityKind, IdentityState
from data.tokens import checked

if TYPE_CHECKING:
    from dashboard.site import FirstLook, Site
    from data.discovered import FoundPeople

WHERE, WHO, READING = "where", "who", "reading"
MOST_PEOPLE = 200  # said to be the person's at once
LONGEST_ADDRESS = 320
NONE_NAMED = "Name at least one place: a GitHub login, a folder, or one of the others."
NONE_CHOSEN = "Choose at least one address: only what carries one of yours counts as your work."
FIELDS = {
    "login": "welcome-login",
    "folders": "welcome-folders-chosen",
    "folder": "welcome-folder",
    "kaggle": "welcome-kaggle",
    "stackoverflow": "welcome-stackoverflow",
}
SOURCES = {"login": "github", "kaggle": "kaggle", "stackoverflow": "stackoverflow"}


def register(site: Site) -> None:
    site.add(Page("/welcome", "Welcome", lambda ask: layout(site, ask), charts=False))
    if site.first_look is not None:
        _add_folders(site, site.first_look)
        _add_looking(site, site.first_look)
        _add_forgetting(site, site.first_look)
        _add_start(site)
        _add_progress(site)
        _add_steps(site)


def layout(site: Site, ask: Ask) -> Shown:
    if site.is_sample or site.first_look is None:
        return Shown("Welcome", [cards.page_head("Welcome"), _elsewhere(site, ask)])
    launched = source_parts.under_way_since(site)
    step = READING if launched else WHERE
    body = [
        html.Div(id="welcome-said", role="alert"),
        html.Div(
            welcome_parts.where(site, site.first_look, local=is_local(site)), id="welcome-where", hidden=step != WHERE
        ),
        html.Div(welcome_parts.who(), id="welcome-who", hidden=True),
        html.Div(welcome_parts.reading(site, launched), id="welcome-reading", hidden=step != READING),
        dcc.Store(id="welcome-step", data=step),
        dcc.Store(id="welcome-came", data=1),
        dcc.Store(id="welcome-likely", data=[]),
        dcc.Store(id="welcome-launched", data=launched),
        dcc.Store(id="welcome-shown", data=""),
        dcc.Interval(id="welcome-tick", interval=1000, disabled=not launched),
    ]
    return Shown("Welcome", [html.Div(body, className="sf-welcome sf-stack")])


def _elsewhere(site: Site, ask: Ask) -> Any:
    if site.side is not None:
        text = "This is the sample. Your own work goes into a portfolio of its own."
        return cards.card("Begin here", text, sides.button("Use my own work", sides.OWN, "sf-primary"))
    reason = "Name the places where your work is, then open your own dashboard:"
    last = ("up",) if site.is_sample else ()
    told = commands(ask.command, *(ADD[:2] if site.is_sample else ADD), *last)
    return cards.card("Begin here", empty=cards.Empty(reason, told))


def is_local(site: Site) -> bool:
    """Whether only this machine is answered, so that its folders may be named. With a sign-in, others are meant too."""
    return not rules_of(site.settings).sign_in


@dataclass(frozen=True)
class Places:
    """What was filled in, checked: (source, handle) of each, in order."""

    accounts: tuple[tuple[str, str], ...]

    @property
    def login(self) -> str:
        return next((handle for source, handle in self.accounts if source == "github"), "")

    @property
    def folders(self) -> list[Path]:
        return [Path(handle) for source, handle in self.accounts if source == "git"]


def places_of(site: Site, filled: dict[str, Any]) -> Places:
    """Check each field as its source does; raises NotUsable with the first that cannot be used."""
    named = [("git", str(folder)) for folder in filled["folders"] or ()]
    named += [("git", str(filled["folder"] or "").strip())]
    if any(handle for _, handle in named) and not is_local(site):
        raise NotUsable(welcome_parts.NO_FOLDERS)
    asked = [("github", str(filled["login"] or "").strip()), *named]
    asked += [(SOURCES[name], str(filled[name] or "").strip()) for name in ("kaggle", "stackoverflow")]
    found = [(source, site.sources[source].check(handle)) for source, handle in asked if handle]
    if not found:
        raise NotUsable(NONE_NAMED)
    return Places(tuple(dict.fromkeys(found)))


def _add_folders(site: Site, look: FirstLook) -> None:
    @site.app.callback(Output("welcome-folders", "children"), Input("welcome-came", "data"))
    def propose_folders(_: Any) -> Any:
        if not is_local(site):
            raise PreventUpdate
        return welcome_parts.folders(look.folders())


def _add_looking(site: Site, look: FirstLook) -> None:
    @site.app.callback(
        Output("welcome-said", "children"),
        Output("welcome-people", "children"),
        Output("welcome-people", "value"),
        Output("welcome-found-note", "children"),
        Output("welcome-likely", "data"),
        Output("welcome-token", "value"),
        Output("welcome-token-kept", "children"),
        Output("welcome-step", "data"),
        Input("welcome-look", "n_clicks"),
        Input("welcome-login", "n_submit"),
        Input("welcome-folder", "n_submit"),
        Input("welcome-token", "n_submit"),
        State("welcome-token", "value"),
        *(State(field, "value") for field in FIELDS.values()),
        running=[
            (Output("welcome-look", "loading"), True, False),
            (Output("welcome-looking", "hidden"), False, True),
        ],
        prevent_initial_call=True,
    )
    def look_around(*given: Any) -> tuple[Any, ...]:
        if not any(given[:4]):
            raise PreventUpdate
        typed, filled = str(given[4] or "").strip(), dict(zip(FIELDS, given[5:], strict=True))
        kept = (no_update, no_update)
        try:
            places = places_of(site, filled)
            if typed:
                kept = "", _keep_token(look, typed, places.login)
            people = look.people(places.folders, places.login)
        except SkillfolioError as error:
            return welcome_parts.notice(error), *[no_update] * 4, *kept, no_update
        likely = [author.email for author in people.authors if author.likely]
        return (
            None,
            welcome_parts.people(people),
            likely,
            welcome_parts.found_note(people),
            {"emails": likely, "needed": _is_needed(people)},
            *kept,
            WHO,
        )


def _is_needed(people: FoundPeople) -> bool:
    """Whether nothing would count as the person's unless they choose an address."""
    return bool(people.authors) and not people.login


def _keep_token(look: FirstLook, typed: str, login: str) -> Any:
    if not login:
        raise NotUsable("Name the GitHub login that the token belongs to.")
    token = checked(typed)
    try:
        owner = look.owner_of(token, login)
    except TryLater as error:
        raise NotUsable(f"{error}, so the token cannot be checked now. Try again, or leave it out for now.") from error
    look.token.keep(token, owner)
    return welcome_parts.token_kept(look)


def _add_forgetting(site: Site, look: FirstLook) -> None:
    @site.app.callback(
        Output("welcome-token-kept", "children", allow_duplicate=True),
        Output("welcome-said", "children", allow_duplicate=True),
        Input("welcome-forget", "n_clicks", allow_optional=True),
        prevent_initial_call=True,
    )
    def forget_token(pressed: int | None) -> tuple[Any, Any]:
        if not pressed:
            raise PreventUpdate
        try:
            look.token.forget()
        except SkillfolioError as error:
            return no_update, welcome_parts.notice(error)
        return welcome_parts.token_kept(look), None


def _add_start(site: Site) -> None:
    @site.app.callback(
        Output("welcome-said", "children", allow_duplicate=True),
        Output("welcome-launched", "data"),
        Output("welcome-tick", "disabled"),
        Output("welcome-step", "data", allow_duplicate=True),
        Input("welcome-start", "n_clicks"),
        State("welcome-people", "value"),
        State("welcome-likely", "data"),
        *(State(field, "value") for field in FIELDS.values()),
        running=[(Output("welcome-start", "loading"), True, False)],
        prevent_initial_call=True,
    )
    def start_reading(pressed: int | None, chosen: list[str] | None, found: Any, *given: Any) -> tuple[Any, ...]:
        if not pressed:
            raise PreventUpdate
        found = found if isinstance(found, dict) else {}
        chosen = [email for email in chosen or () if "@" in email and len(email) <= LONGEST_ADDRESS][:MOST_PEOPLE]
        try:
            places = places_of(site, dict(zip(FIELDS, given, strict=True)))
            if not chosen and found.get("needed"):
                raise NotUsable(NONE_CHOSEN)
            _keep(site, places, chosen, found.get("emails") or ())
            now = datetime.now(UTC)
            if site.launch is not None:
                site.launch(None)
        except SkillfolioError as error:
            return welcome_parts.notice(error), no_update, no_update, no_update
        return None, now.isoformat(), False, READING


def _keep(site: Site, places: Places, chosen: list[str], likely: list[str]) -> None:
    """Add the sources and keep the person's word: what was proposed and not chosen is not theirs."""
    for email, state in (
        *((email, IdentityState.CONFIRMED) for email in chosen),
        *((email, IdentityState.REMOVED) for email in likely if email not in chosen),
    ):
        site.store.save_identity(Identity(IdentityKind.EMAIL, str(email).casefold(), state, "person"))
    for source, handle in places.accounts:
        site.store.add_account(source, handle)
    site.portfolio.forget()


def _add_progress(site: Site) -> None:
    @site.app.callback(
        Output("welcome-live", "children"),
        Output("welcome-head-3", "children"),
        Output("welcome-in", "children"),
        Output("welcome-shown", "data"),
        Output("welcome-tick", "disabled", allow_duplicate=True),
        Input("welcome-tick", "n_intervals"),
        State("welcome-launched", "data"),
        State("welcome-shown", "data"),
        prevent_initial_call=True,
    )
    def follow(_: int | None, launched: str | None, shown: str | None) -> tuple[Any, ...]:
        if not launched:
            raise PreventUpdate
        site.portfolio.forget()
        since = datetime.fromisoformat(str(launched))
        busy = source_parts.is_busy(site) or source_parts.awaited(site, since)
        key, found = welcome_parts.what_is_in(site, since, busy=busy)
        return (
            welcome_parts.live(site, since, busy=busy),
            no_update if busy else welcome_parts.read_head(site),
            no_update if key == shown else found,  # a button that has the focus would lose it
            key,
            not busy,
        )


def _add_steps(site: Site) -> None:
    site.app.clientside_callback(
        ClientsideFunction("skillfolio_welcome", "move"),
        Output("welcome-where", "hidden"),
        Output("welcome-who", "hidden"),
        Output("welcome-reading", "hidden"),
        Input("welcome-step", "data"),
        prevent_initial_call=True,
    )
    site.app.clientside_callback(
        ClientsideFunction("skillfolio_welcome", "back"),
        Output("welcome-step", "data", allow_duplicate=True),
        Input("welcome-back", "n_clicks"),
        prevent_initial_call=True,
    )
