"""Compare: two dates side by side, or what is there beside what a role asks for. Both are in the address."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import ClientsideFunction, Input, Output, State, dcc

from dashboard import asking, cards, findings, gap_figures, phrases
from dashboard.beginning import unless_empty
from dashboard.gap_figures import PAIR_ROW, Pair
from dashboard.markup import html
from dashboard.roles import Shelf, wrong_files
from dashboard.site import Ask, Page, Shown
from data.comparing import compare_levels
from data.gap import coverage_of_role, role_areas, role_gap
from data.metrics import level_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dash.development.base_component import Component

    from dashboard.site import Site
    from dashboard.views import View
    from data.comparing import Between
    from data.gap import AreaGap, Asked
    from data.roles import Role

TITLE = "Compare"
AGO = ((90, "3 months ago"), (365, "A year ago"), (730, "2 years ago"), (1826, "5 years ago"))
YEAR = 365
GAINED_SHOWN = 10


def register(site: Site) -> None:
    shelf = Shelf(site)
    shown = unless_empty(lambda ask: layout(site, shelf, ask), TITLE)
    site.add(Page("/compare", TITLE, shown, place=11, kept=site.settings.roles is None))
    site.app.clientside_callback(
        ClientsideFunction("skillfolio_compare", "dates"),
        Output("url", "search", allow_duplicate=True),
        Input("compare-then", "value", allow_optional=True),
        Input("compare-now", "value"),
        State("compare-shown", "data"),
        State("url", "search"),
        prevent_initial_call=True,
    )


def layout(site: Site, shelf: Shelf, ask: Ask) -> Shown:
    """All of one's work, whatever the filters."""
    roles, problem = shelf.roles()
    notes: list[str] = []
    today = site.portfolio.view("")[0].as_of
    now = asking.day(ask.search, "now", today, notes) or today
    asked = asking.word(ask.search, "role")
    if asked and asked not in roles:
        notes.append("The role named in the address is not known here, so two dates are compared.")
    after = _at(site, now, today)
    role = roles.get(asked)
    if role is not None:
        then, parts = None, _beside_role(after, role)
    else:
        then = _then(ask, now, notes)
        parts = _two_dates(_at(site, then, today), after, then, now)
    after.rest()
    bounds = site.portfolio.view("")[0].bounds
    head = [
        cards.page_head(TITLE, "Your work at two dates, or beside what a role asks for. The address keeps the choice."),
        *cards.notes(notes),
        *wrong_files(problem),
        html.Div(
            [_picks(roles, role, (then, now, today), bounds[0] if bounds else today), _dates(then, now, today)],
            className="sf-choosing",
        ),
    ]
    return Shown(TITLE, [*head, *parts])


def _then(ask: Ask, now: date, notes: list[str]) -> date:
    found = asking.day(ask.search, "then", now, notes) or now - timedelta(days=YEAR)
    if found < now:
        return found
    notes.append("The first date is not before the second one; a year before it is shown.")
    return now - timedelta(days=YEAR)


def _at(site: Site, when: date, today: date) -> View:
    return site.portfolio.view("" if when == today else f"?to={when.isoformat()}")[0]


def _picks(
    roles: Mapping[str, Role], chosen: Role | None, dates: tuple[date | None, date, date], begin: date
) -> Component:
    """Links to spans that one's work has, and to roles."""
    then, now, today = dates
    at = {"now": now.isoformat()} if now != today else {}
    entries = []
    for days, text in AGO:
        when = now - timedelta(days=days)
        if when >= begin or days <= YEAR:
            entries.append((text, {"then": when.isoformat(), **at}, then == when))
    entries += [(role.name, {"role": role.id, **at}, role is chosen) for role in roles.values()]
    items = [
        html.Li(
            cards.link(text, f"/compare?{urlencode(query)}", className=f"sf-pick{' sf-picked' if here else ''}"),
            **({"aria-current": "true"} if here else {}),
        )
        for text, query, here in entries
    ]
    return html.Nav(html.Ul(items, className="sf-picks"), **{"aria-label": "Compare with"})


def _dates(then: date | None, now: date, today: date) -> Component:
    def field(name: str, label: str, value: date) -> Component:
        limits = {"type": "date", "max": today.isoformat()}
        return dmc.TextInput(
            id=f"compare-{name}", label=label, value=value.isoformat(), size="sm", attributes={"input": limits}
        )

    first = [field("then", "Then", then)] if then else []
    shown = {"then": then.isoformat() if then else None, "now": now.isoformat()}
    return html.Div(
        [*first, field("now", "Now" if then else "As of", now), dcc.Store(id="compare-shown", data=shown)],
        className="sf-form",
        role="group",
        **{"aria-label": "Dates"},
    )


# Two dates


def _two_dates(before: View, after: View, then: date, now: date) -> list[Component]:
    found = compare_levels(*({row.skill: row for row in view.skill_rows} for view in (before, after)))
    parts = [
        _tiles(before, after, found),
        html.Div(
            [_coverage(before, after, then, now), html.Div([_gained(after, found, then, now)], className="sf-side"),
             _stale(after, found, now), _skills(before, after, then, now)],
            className="sf-columns",
        ),
    ]  # fmt: skip
    before.rest()
    return parts


def _tiles(before: View, after: View, found: Sequence[Between]) -> Component:
    def pair(one: int, two: int) -> str:
        return f"{phrases.number(one)} → {phrases.number(two)}"

    dormant = sum(row.gone_dormant for row in found)
    return cards.tiles(
        [
            cards.tile(pair(len(before.shown), len(after.shown)), "Skills shown"),
            cards.tile(pair(before.active_day_count, after.active_day_count), "Active days"),
            cards.tile(pair(before.project_count, after.project_count), "Projects"),
            cards.tile(phrases.number(dormant), "Gone dormant", "levels stay", "/method#recency"),
        ]
    )


def _coverage(before: View, after: View, then: date, now: date) -> Component:
    areas = [
        Pair(
            now_.area,
            now_.name,
            was.coverage,
            now_.coverage,
            f"{phrases.percent(was.coverage)} → {phrases.percent(now_.coverage)}",
        )
        for was, now_ in zip(before.coverage, after.coverage, strict=True)
    ]
    rows = [
        [
            cards.link(row.name, f"/area/{row.area}"),
            phrases.percent(row.before),
            phrases.percent(row.after),
            _points(row.after - row.before),
        ]
        for row in areas
    ]
    first, second = phrases.day(then), phrases.day(now)
    table = cards.Table("Coverage at both dates", ("Area", first, second, "Change"), rows, frozenset({1, 2, 3}))
    title = _grown(areas)
    return cards.card(
        title,
        f"Coverage by area: the ring is {first}, the dot {second}. It uses the evidence up to each date.",
        cards.graph(
            "compare-areas",
            gap_figures.pairs(areas, first, second),
            "Coverage by area at both dates: dots",
            PAIR_ROW * len(areas),
        ),
        table_instead=table,
        method="coverage",
        css="sf-wide",
    )


def _grown(areas: Sequence[Pair]) -> str:
    grown = [row for row in areas if row.after > row.before]
    if not grown:
        return "Coverage is the same at both dates"
    most = max(grown, key=lambda row: row.after - row.before)
    lead = f"Coverage grew in {len(grown)} of {phrases.count(len(areas), 'area')}"
    alike = sum(_points(row.after - row.before) == _points(most.after - most.before) for row in grown)
    return findings.fitting(f"{lead}, most in {most.name}", lead) if alike == 1 else lead


def _points(change: float) -> str:
    points = round(change * 100)
    return (
        f"+{points} points" if points > 1 else f"+{points} point" if points == 1 else "–" if not change else "<1 point"
    )


def _gained(view: View, found: Sequence[Between], then: date, now: date) -> Component:
    risen = sorted((row for row in found if row.rise), key=lambda row: (-row.rise, -row.new_days))
    items = [html.Li([_link(view, row.skill), html.Span(_rise(view, row))]) for row in risen]
    new = [row for row in risen if row.first_use]
    span = f"between {phrases.day(then)} and {phrases.day(now)}"
    others = html.Ul(items[GAINED_SHOWN:], className="sf-list")
    rest = [html.Details([html.Summary(f"Show {len(items) - GAINED_SHOWN} more"), others], className="sf-details")]
    rest = rest if len(items) > GAINED_SHOWN else []
    return cards.card(
        findings.changes(len(new), len(risen) - len(new), ""),
        f"First seen or risen {span}.",
        [html.Ul(items[:GAINED_SHOWN], className="sf-list"), *rest],
        empty=None if items else cards.Empty(f"No skill is new and no level rose {span}."),
        method="levels",
    )  # fmt: skip


def _link(view: View, skill: str) -> Component:
    return cards.link(view.taxonomy.skills[skill].name, f"/skill/{skill}")


def _rise(view: View, row: Between) -> str:
    names = [level_name(view.taxonomy, row.skill, level) for level in (row.before, row.after)]
    if row.first_use:
        return f"new: {names[1]}"
    unit = "week" if view.counts_weeks(row.skill) else "day"
    return f"{names[0]} → {names[1]}, {phrases.count(row.new_days, f'more {unit}')}"


def _stale(view: View, found: Sequence[Between], now: date) -> Component:
    gone = sorted((row for row in found if row.gone_dormant), key=lambda row: row.last or now)
    back = sorted((row for row in found if row.come_back), key=lambda row: row.last or now, reverse=True)
    lists = [
        html.Div([html.H3(title), html.Ul(_recent(view, rows), className="sf-list sf-two")])
        for title, rows in ((f"Gone dormant: {len(gone)}", gone), (f"Used again: {len(back)}", back))
        if len(rows)
    ]
    title = f"{phrases.count(len(gone), 'skill')} went dormant" if gone else "No skill went dormant"
    return cards.card(
        f"{title}, {phrases.count(len(back), 'skill')} came back" if back else title,
        "A dormant skill keeps its level; one active day makes it current again.",
        html.Div(lists, className="sf-stack"),
        empty=None
        if lists
        else cards.Empty(f"Everything that was in use then was still in use by {phrases.day(now)}."),
        method="recency",
        css="sf-full",
    )


def _recent(view: View, rows: Sequence[Between]) -> list[Component]:
    return [html.Li([_link(view, row.skill), html.Span(f"last {phrases.day(row.last)}")]) for row in rows]


def _skills(before: View, after: View, then: date, now: date) -> Component:
    rows, higher = [], 0
    for row in after.shown:
        was = before.skill_row(row.skill)
        more = row.active_days - was.active_days
        higher += row.level > was.level
        rows.append(
            [
                _link(after, row.skill),
                cards.level(was.level, was.level_name),
                cards.level(row.level, row.level_name),
                phrases.number(more) if more else "–",
            ]
        )
    heads = ("Skill", phrases.day(then), phrases.day(now), "Active days between")
    table = cards.table(cards.Table("Every skill at both dates", heads, rows, frozenset({3}), stacked=True))
    are = "are" if higher > 1 else "is"
    title = f"{higher or 'None'} of {phrases.count(len(rows), 'skill')} {are} higher than on {phrases.day(then)}"
    return cards.card(
        title if rows else "Every skill at both dates",
        content=html.Details(
            [html.Summary(f"Show {phrases.count(len(rows), 'skill')}"), table], className="sf-details"
        ),
        empty=None if rows else cards.Empty("No skill was shown by then."),
        css="sf-full",
    )


# A role


def _beside_role(view: View, role: Role) -> list[Component]:
    gap = role_gap({row.skill: row for row in view.skill_rows}, role, view.taxonomy)
    areas = role_areas(gap, view.taxonomy)
    return [
        _role_tiles(view, role, gap),
        html.Div([_role_areas(view, role, areas), _role_skills(view, role, gap)], className="sf-columns"),
    ]


def _role_tiles(view: View, role: Role, gap: Sequence[Asked]) -> Component:
    above = sum(row.level > row.wanted for row in gap)
    reached = sum(row.reached for row in gap)
    return cards.tiles(
        [
            cards.tile(phrases.percent(coverage_of_role(gap)), "Role reached", view.as_of_text, "/method#roles"),
            cards.tile(f"{reached} of {len(gap)}", "Skills at the level wanted", role.name),
            cards.tile(phrases.number(above), "Above what is asked"),
            cards.tile(phrases.number(len(gap) - reached), "Below it", "see What next", f"/next?role={role.id}"),
        ]
    )


def _role_areas(view: View, role: Role, areas: Sequence[AreaGap]) -> Component:
    short = sum(row.there < row.wanted for row in areas)
    pairs = [
        Pair(
            row.area, row.name, row.wanted, row.there,
            f"{phrases.percent(row.there)} · asked {phrases.percent(row.wanted)}",
        )
        for row in areas
    ]  # fmt: skip
    title = (
        findings.fitting(
            f"{role.name} asks for more in {short} of {phrases.count(len(areas), 'area')}, on average",
            f"More is asked for in {short} of {phrases.count(len(areas), 'area')}, on average",
        )
        if short
        else findings.fitting(f"On average at or above {role.name} in every area", "At or above it in every area")
    )
    rows = [
        [
            cards.link(row.name, f"/area/{row.area}"),
            phrases.percent(row.there),
            phrases.percent(row.wanted),
            f"{row.of - row.reached} of {row.of}",
        ]
        for row in areas
    ]
    heads = ("Area", "You", role.name, "Skills below")
    return cards.card(
        title,
        f"The dot is you, {view.as_of_text}, the ring what the role asks for: the mean level of the role’s skills in "
        "an area, out of the highest.",
        cards.graph(
            "compare-role", gap_figures.pairs(pairs, role.name, "You"), "You and the role by area: dots",
            PAIR_ROW * len(areas),
        ),
        table_instead=cards.Table("You and the role", heads, rows, frozenset({1, 2, 3})),
        method="roles",
        css="sf-full",
    )  # fmt: skip


def _role_skills(view: View, role: Role, gap: Sequence[Asked]) -> Component:
    ordered = sorted(gap, key=lambda row: (row.level - row.wanted, -row.weight))
    rows = [
        [
            _link(view, row.skill),
            cards.level(row.level, view.level_words[row.skill]),
            cards.level(row.wanted, row.wanted_name),
            _difference(row.level - row.wanted),
        ]
        for row in ordered
    ]
    table = cards.table(
        cards.Table(f"You and {role.name}", ("Skill", "You", "Asked for", "Difference"), rows, stacked=True)
    )
    below = sum(row.level < row.wanted for row in gap)
    are = "is" if below == 1 else "are"
    return cards.card(
        f"{below or 'None'} of {phrases.count(len(rows), 'skill')} {are} below the level asked for",
        "Every skill of the role. Those furthest below come first.",
        [table, cards.link("See the smallest steps", f"/next?role={role.id}", className="sf-button")],
        css="sf-full",
    )


def _difference(levels: int) -> str:
    return f"{phrases.count(abs(levels), 'level')} {'below' if levels < 0 else 'above'}" if levels else "–"
