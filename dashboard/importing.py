"""Importing a calendar file on the Learning page: its events become entries, each once."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc, html
from dash.exceptions import PreventUpdate

from dashboard import cards, phrases
from data import calendars, learning
from data.detect import detect
from data.errors import NotUsable, SkillfolioError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.calendars import CalendarRead
    from data.learning import Imported

LONGEST_NAME = 80


def calendar_card(words: Mapping[str, str]) -> Component:
    """The form; `words` are the kinds of entries as they are shown."""
    fields = [
        dmc.Select(
            id="learning-import-kind", label="Events are", value="meetup", allowDeselect=False,
            data=[{"value": kind, "label": words[kind]} for kind in learning.KINDS],
        ),
        dmc.Button("Choose a file (.ics)", id="learning-choose", variant="default", n_clicks=0),
        dcc.Store(id="learning-file"),
    ]  # fmt: skip
    text = (
        "Its events up to today become entries, self-reported and private; each once, however often you import it. An "
        f"event whose category names a kind is of that one. Up to {calendars.LARGEST >> 20} MB."
    )
    return cards.card("Import a calendar", text, html.Div(fields, className="sf-form"), method="self-reported")


def add_import(site: Site, listed: Callable[[], Component], fixed: str) -> None:
    """Keep the events of a chosen file; `listed` makes the list of entries again, `fixed` is said in a sample."""

    @site.app.callback(
        Output("learning-said", "children", allow_duplicate=True),
        Output("learning-list", "children", allow_duplicate=True),
        Input("learning-file", "data"),
        State("learning-import-kind", "value"),
        prevent_initial_call=True,
    )
    def import_calendar(chosen: Any, kind: str | None) -> tuple[Any, Any]:
        if not isinstance(chosen, dict):
            raise PreventUpdate
        if site.is_sample:
            return html.P(fixed, className="sf-notice"), listed()
        try:
            read = _read(site, chosen, str(kind or ""))
            done = learning.import_entries(site.store, read.entries)
        except SkillfolioError as error:
            return html.P(str(error), className="sf-notice"), listed()
        if done.added:
            detect(site.store, site.taxonomy)
            site.portfolio.forget()
        return html.P(said(done, read), className="sf-said sf-sample"), listed()

    # the browser opens its own dialog; what was chosen comes as {"name", "data" (base64), "large"}
    site.app.clientside_callback(
        ClientsideFunction("learning", "choose"),
        Output("learning-choose", "title"),
        Input("learning-choose", "n_clicks"),
        prevent_initial_call=True,
    )


def _read(site: Site, chosen: dict[str, Any], kind: str) -> CalendarRead:
    name = str(chosen.get("name") or "")[:LONGEST_NAME] or "The file"
    if kind not in learning.KINDS:
        raise NotUsable(f"{kind!r} is no kind of entry. Known: {', '.join(learning.KINDS)}.")
    try:
        data = base64.b64decode(str(chosen.get("data") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise NotUsable(f"{name} did not come whole. Choose it again.") from None
    if chosen.get("large") or len(data) > calendars.LARGEST:
        raise NotUsable(f"{name} is larger than {calendars.LARGEST >> 20} MB. Export a smaller calendar.")
    today = site.portfolio.today(site.portfolio.frames())
    return calendars.parse_calendar(data, site.taxonomy, today, kind=kind, name=name)


def said(done: Imported, read: CalendarRead) -> str:
    """What came of a file."""
    parts = [
        f"{phrases.count(done.added, 'event was', 'events were')} added, self-reported and private",
        *([f"{phrases.number(done.known)} there already"] if done.known else []),
        *([f"{phrases.number(done.removed)} left out because you removed them"] if done.removed else []),
        *(f"{phrases.number(number)} {reason}" for reason, number in sorted(read.left_out.items())),
    ]
    return f"{'; '.join(parts)}."
