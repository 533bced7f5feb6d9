"""Learning: courses, certificates, talks, meetups and reading, by the person's own word and marked as such."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from dashboard import asking, cards, filters, importing, phrases
from dashboard.beginning import commands
from dashboard.pressing import button_id
from dashboard.site import FIXED, Ask, Page, Shown
from data import learning
from data.detect import detect
from data.errors import NotUsable, SkillfolioError

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.learning import Entry

TITLE = "Learning"
PATH = "/learning"
ROWS_A_PAGE = 50
WORDS = {
    "course": "Course",
    "certificate": "Certificate",
    "talk": "Talk",
    "meetup": "Meetup",
    "reading": "Reading",
}
HOUR, HALF_HOUR = 60, 30  # minutes
FIELDS = ("kind", "title", "day", "hours", "url", "skills", "public")


def register(site: Site) -> None:
    site.add(Page(PATH, TITLE, lambda ask: layout(site, ask), place=45, charts=False))
    _add_saving(site)
    _add_removal(site)
    importing.add_import(site, lambda: _listed(site, learning.entries(site.store)), FIXED)


def layout(site: Site, ask: Ask) -> Shown:
    """The form, filled with an entry when the address names one, and every entry."""
    summary = (
        "What no repository shows: courses, certificates, talks, meetups and reading. It is your own word, marked as "
        "self-reported wherever it is shown, and it stays private unless you say otherwise."
    )
    kept = learning.entries(site.store)
    wanted = asking.word(ask.search, "edit")
    edited = next((entry for entry in kept if wanted and entry.key == wanted), None)
    said: Any = None
    if wanted and edited is None:
        said = html.P("The entry named in the address is not there any more.", className="sf-notice")
    elif asking.word(ask.search, "saved"):
        said = _say("Saved. Every page follows at once.")
    body = [
        cards.page_head(TITLE, summary),
        html.Div(said, id="learning-said", role="status"),
        _of_sample(site) if site.is_sample else _form(site, edited, ask.view.today),
        *([] if site.is_sample else [importing.calendar_card(WORDS)]),
        html.Div(_listed(site, kept, filters.argument(ask.search, "page")), id="learning-list"),
        dcc.Store(id="learning-editing", data=edited.key if edited else ""),
        dcc.Store(id="learning-removing"),
        dcc.ConfirmDialog(id="learning-confirm", message=""),
    ]
    return Shown(TITLE, body)


def _of_sample(site: Site) -> Component:
    told = commands(site.command, 'log course "TITLE" --date 2026-01-31', "log import meetups.ics")
    return cards.card(
        "Add an entry", empty=cards.Empty("Entries go into your own portfolio, not into the sample:", told)
    )


def _form(site: Site, edited: Entry | None, today: date) -> Component:
    entry = edited or learning.Entry("course", "", today)
    fields = [
        dmc.Select(
            id="learning-kind", label="What", value=entry.kind, allowDeselect=False,
            data=[{"value": kind, "label": WORDS[kind]} for kind in learning.KINDS],
        ),
        dmc.TextInput(
            id="learning-title", label="Title", value=entry.title, className="sf-grow", required=True,
            attributes={"input": {"maxLength": learning.LONGEST_TITLE}},
        ),
        dmc.TextInput(
            id="learning-day", label="Date", value=entry.day.isoformat(),
            attributes={"input": {"type": "date", "max": today.isoformat()}},
        ),
        dmc.TextInput(
            id="learning-hours", label="Hours", value=_hours(entry.minutes), placeholder="1.5", className="sf-short",
            attributes={"input": {"inputMode": "decimal"}},
        ),
        dmc.TextInput(
            id="learning-url", label="Web address", value=entry.url, placeholder="https://", className="sf-grow",
            attributes={"input": {"type": "url"}},
        ),
        html.Div(
            dmc.MultiSelect(
                id="learning-skills", label="Skills it was about", value=list(entry.skills), data=_skills(site),
                searchable=True, maxValues=learning.MOST_SKILLS, nothingFoundMessage="No skill of that name",
                clearable=True, clearButtonProps={"aria-label": "Clear skills"}, withScrollArea=False,
                attributes=cards.SCROLLED,
            ),
            className="sf-grow",
        ),
        html.Div(
            [
                dmc.Button("Save" if edited else "Add", id="learning-save", n_clicks=0),
                *([cards.link("Cancel", PATH, className="sf-button")] if edited else []),
                dmc.Switch(id="learning-public", label="Public", checked=entry.public),
            ],
            className="sf-learning-end",
        ),
    ]  # fmt: skip
    text = (
        "It counts for the skill Meetups, talks and courses; reading is only shown. Skills that you name are shown "
        "with the entry and get no level from it: that follows from your work."
    )
    title = "Change an entry" if edited else "Add an entry"
    return cards.card(title, text, html.Div(fields, className="sf-form sf-learning"), method="self-reported")


def _skills(site: Site) -> list[dict[str, Any]]:
    return [
        {"group": area.name, "items": [{"value": skill.id, "label": skill.name} for skill in skills]}
        for area in site.taxonomy.areas
        if (skills := [skill for skill in site.taxonomy.skills_of(area.id) if skill.source == "code"])
    ]


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.4g}" if minutes else ""


def lasted(minutes: int) -> str:
    """How long something took: "25 minutes", "1 hour", "2.5 hours", "1 hour 25 minutes"."""
    hours, rest = divmod(minutes, HOUR)
    if not rest:
        return phrases.count(hours, "hour")
    if hours and rest == HALF_HOUR:
        return f"{phrases.number(hours)}.5 hours"
    return " ".join(phrases.count(number, unit) for number, unit in ((hours, "hour"), (rest, "minute")) if number)


def _listed(site: Site, kept: list[Entry], asked: int = 1) -> Component:
    page, pages = filters.last_page(asked, len(kept), ROWS_A_PAGE)
    rows = [_row(site, entry) for entry in kept[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]]
    heads = ("Date", "What", "Title", "Shown to", *(() if site.is_sample else ("Actions",)))
    table = cards.table(cards.Table("Your entries, the latest first", heads, rows, stacked=True))
    none = cards.Empty(
        "No entry yet. Add one above, or import the meetups in your calendar, there or in a terminal:",
        commands(site.command, "log import meetups.ics"),
    )
    none = cards.Empty("The sample holds no entries.") if site.is_sample else none
    minutes = sum(entry.minutes for entry in kept)
    hours = f", {phrases.count(round(minutes / 60), 'hour')}" if minutes else ""
    title = f"{phrases.count(len(kept), 'entry', 'entries')}{hours}, all self-reported"
    pager = cards.more_pages(page, page < pages, lambda to: f"{PATH}?page={to}", "your entries", pages)
    text = "Your entries, the latest first."
    return cards.card(title if rows else "Your entries", text, table, empty=None if rows else none, after=pager)


def _row(site: Site, entry: Entry) -> list[Any]:
    title = cards.outside_link(entry.title, entry.url) if entry.url else html.Span(entry.title)
    known = [site.taxonomy.skills[skill] for skill in entry.skills if skill in site.taxonomy.skills]
    details = [lasted(entry.minutes)] if entry.minutes else []
    links = [part for skill in known for part in (" · ", cards.link(skill.name, f"/skill/{skill.id}"))]
    more = [*details, *(links if details else links[1:])]
    actions = html.Div(
        [
            cards.link(["Edit", html.Span(f" {entry.title}", className="sf-unseen")], f"{PATH}?edit={entry.key}",
                       className="sf-button sf-small"),
            dmc.Button(
                "Remove", id={"type": "learning-remove", "key": entry.key}, n_clicks=0, size="compact-sm",
                variant="default", **{"aria-label": f"Remove {entry.title}"},
            ),
        ],
        className="sf-actions",
    )  # fmt: skip
    return [
        html.Span(phrases.day(entry.day), className="sf-nowrap"),
        html.Div([WORDS[entry.kind], " ", cards.chip("self-reported")], className="sf-chips"),
        html.Div([title, html.Div(more, className="sf-quiet")] if more else [title], className="sf-where"),
        "everyone" if entry.public else "you alone",
        *([] if site.is_sample else [actions]),
    ]


def _say(text: Any) -> Component:
    return html.P(text, className="sf-said sf-sample")


def _add_saving(site: Site) -> None:
    @site.app.callback(
        Output("learning-said", "children"),
        Output("learning-list", "children"),
        Output("learning-title", "value"),
        Output("learning-hours", "value"),
        Output("learning-url", "value"),
        Output("learning-skills", "value"),
        Output("url", "search", allow_duplicate=True),
        Input("learning-save", "n_clicks"),
        *(State(f"learning-{name}", "checked" if name == "public" else "value") for name in FIELDS),
        State("learning-editing", "data"),
        prevent_initial_call=True,
    )
    def save(pressed: int | None, *given: Any) -> tuple[Any, ...]:
        if not pressed:
            raise PreventUpdate
        stay = (no_update,) * 6
        if site.is_sample:
            return html.P(FIXED, className="sf-notice"), *stay
        try:
            entry = _entry(site, dict(zip(FIELDS, given, strict=False)))
            key = str(given[-1] or "")
            if key:
                learning.change_entry(site.store, key, entry)
            else:
                learning.add_entry(site.store, entry)
        except SkillfolioError as error:  # what was typed stays
            return html.P(str(error), className="sf-notice"), *stay
        _follow(site)
        if key:
            return *(no_update,) * 6, "?saved=1"
        said = _say(f"{WORDS[entry.kind]} “{entry.title}” was added, self-reported. Every page follows at once.")
        return said, _listed(site, learning.entries(site.store)), "", "", "", [], no_update


def _entry(site: Site, given: dict[str, Any]) -> Entry:
    text = {name: str(given[name] or "") for name in ("kind", "title", "day", "hours", "url")}
    today = site.portfolio.today(site.portfolio.frames())
    try:
        day = date.fromisoformat(text["day"])
    except ValueError:
        raise NotUsable("Choose the date on which it took place.") from None
    named = given["skills"] if isinstance(given["skills"], list) else []
    entry = learning.Entry(
        text["kind"],
        text["title"],
        day,
        learning.minutes_of(text["hours"]),
        text["url"],
        tuple(str(skill) for skill in named),
        given["public"] is True,
    )
    return learning.checked(entry, site.taxonomy, today)


def _follow(site: Site) -> None:
    detect(site.store, site.taxonomy)
    site.portfolio.forget()


def _add_removal(site: Site) -> None:
    """What was typed by hand cannot be collected again, so removing asks first."""

    @site.app.callback(
        Output("learning-confirm", "message"),
        Output("learning-confirm", "displayed"),
        Output("learning-removing", "data"),
        Input({"type": "learning-remove", "key": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def ask_before_removing(_: list[int | None]) -> tuple[str, bool, str]:
        key = str(button_id()["key"])
        named = [entry for entry in learning.entries(site.store) if entry.key == key]
        if not named:
            raise PreventUpdate
        text = f"Remove the {named[0].kind} “{named[0].title}” of {phrases.day(named[0].day)}? It is kept nowhere else."
        return text, True, key

    @site.app.callback(
        Output("learning-said", "children", allow_duplicate=True),
        Output("learning-list", "children", allow_duplicate=True),
        Input("learning-confirm", "submit_n_clicks"),
        State("learning-removing", "data"),
        prevent_initial_call=True,
    )
    def remove(pressed: int | None, key: str | None) -> tuple[Any, Any]:
        if not pressed or not key or site.is_sample:
            raise PreventUpdate
        try:
            removed = learning.remove_entry(site.store, str(key))
        except SkillfolioError as error:
            return html.P(str(error), className="sf-notice"), _listed(site, learning.entries(site.store))
        _follow(site)
        said = _say(f"{WORDS[removed.kind]} “{removed.title}” was removed.")
        return said, _listed(site, learning.entries(site.store))
