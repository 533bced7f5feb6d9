"""Calling a git folder public, or private again: a word beside it, a button, and a question before it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboard import cards, phrases
from dashboard.pressing import button_id
from dashboard.site import FIXED
from data.detect import detect
from data.errors import SkillfolioError
from data.public_folders import SOURCE, is_public, say_public

if TYPE_CHECKING:
    from collections.abc import Callable

    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.models import Account
    from data.public_folders import Turned

PUBLIC = (
    "Call every repository in {folder} public? Their names, paths of files and what you used in them can then stand in "
    "what you share, once you choose them there. Commits that you never pushed count too. Do it only where anyone may "
    "read the code."
)
PRIVATE = (
    "Call every repository in {folder} private again? They vanish from everything you share, at once; files that you "
    "exported stay as they are."
)


def word(account: Account) -> list[Component]:
    """Beside a folder: who may see what is in it. Other sources tell it of each work."""
    if account.source != SOURCE:
        return []
    return [cards.chip("public", "warn") if is_public(account) else cards.chip("private", "")]


def button(account: Account) -> list[Component]:
    if account.source != SOURCE:
        return []
    text = "Make private" if is_public(account) else "Make public"
    return [
        dmc.Button(
            text, id={"type": "folder-word", "index": account.id}, n_clicks=0, size="compact-sm", variant="default",
            **{"aria-label": f"{text}: {account.handle}"},
        )
    ]  # fmt: skip


def confirmation() -> list[Component]:
    return [dcc.ConfirmDialog(id="folder-confirm", message=""), dcc.Store(id="folder-asked")]


def register(site: Site, accounts: Callable[[], Component]) -> None:
    """`accounts` makes the table of sources again."""

    @site.app.callback(
        Output("folder-confirm", "message"),
        Output("folder-confirm", "displayed"),
        Output("folder-asked", "data"),
        Input({"type": "folder-word", "index": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def ask_before(_: list[int | None]) -> tuple[str, bool, dict[str, Any]]:
        account = _folder(site, button_id()["index"])
        if account is None:
            raise PreventUpdate
        public = not is_public(account)
        text = (PUBLIC if public else PRIVATE).format(folder=account.handle)
        return text, True, {"account": account.id, "public": public}

    @site.app.callback(
        Output("sources-accounts", "children", allow_duplicate=True),
        Output("sources-said", "children", allow_duplicate=True),
        Input("folder-confirm", "submit_n_clicks"),
        State("folder-asked", "data"),
        prevent_initial_call=True,
    )
    def say(pressed: int | None, asked: dict[str, Any] | None) -> tuple[Any, Any]:
        if not pressed or not asked:
            raise PreventUpdate
        said = _said(site, asked)
        site.portfolio.forget()
        return accounts(), said


def _folder(site: Site, number: Any) -> Account | None:
    return next((one for one in site.store.accounts() if (one.id, one.source) == (number, SOURCE)), None)


def _said(site: Site, asked: dict[str, Any]) -> Component:
    account, public = _folder(site, asked.get("account")), asked.get("public") is True
    if site.is_sample or account is None:
        text = FIXED if site.is_sample else "This folder is no source any more."
        return html.P(text, className="sf-notice")
    try:
        turned = say_public(site.store, account.id, public=public)
        detect(site.store, site.taxonomy)
    except SkillfolioError as error:
        return html.P(str(error), className="sf-notice")
    return html.P([_told(turned, public=public), *_next(turned, public=public)], className="sf-said sf-sample")


def _told(turned: Turned, *, public: bool) -> str:
    now = f"{phrases.count(turned.projects, 'project')} turned {'public' if public else 'private'}."
    if not turned.kept:
        return f"{now} "
    verb, them = ("stays", "it") if turned.kept == 1 else ("stay", "them")
    where = phrases.listing(list(turned.others), 3)
    hold = "holds" if len(turned.others) == 1 else "hold"
    return f"{now} {phrases.count(turned.kept, 'project')} {verb} private, since {where} {hold} {them} too. "


def _next(turned: Turned, *, public: bool) -> list[Any]:
    if public and turned.projects:
        them = "it" if turned.projects == 1 else "them"
        return [f"Nobody sees {them} before you choose {them} on ", cards.link("Share", "/share"), "."]
    return [] if public else ["Everything you share follows at once."]
