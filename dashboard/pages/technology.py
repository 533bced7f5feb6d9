"""Technology: how much and until when it was used, which skills it can show, its documentation, and the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import cards, marking, phrases, proving, tables
from dashboard.beginning import unless_empty
from dashboard.markup import html
from dashboard.shell import not_found
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.taxonomy import Technology


def register(site: Site) -> None:
    site.add(
        Page("/technology/<technology>", "Technology", unless_empty(layout, "Technology"), filtered=True, kept=True)
    )


def layout(ask: Ask) -> Shown:
    entry = ask.view.taxonomy.technologies.get(ask.variables["technology"])
    if entry is None:
        return not_found(ask.path)
    docs = cards.outside_link("Documentation", entry.docs) if entry.docs else None
    none = f"No use of {entry.name} was seen in your work{proving.within(ask)}."
    body = [
        cards.page_head(entry.name, above=[cards.link("Technologies", ask.link("/technologies"))], beside=docs),
        _tiles(ask, entry),
        proving.months_card(
            ask,
            "technology-days",
            f"Active days with {entry.name}",
            ask.view.months("technology", entry.id),
            explanation=f"Days on which you wrote something that uses it, {ask.view.window}",
            empty=none,
            subject=f" with {entry.name}",
        ),
        _skills(ask, entry),
        proving.proof_card(ask, "technology", entry.id, entry.name, none),
        *marking.course_card(ask, "technology", entry.id, proving.proof_row),
    ]
    return Shown(entry.name, body)


def _tiles(ask: Ask, entry: Technology) -> Component:
    row: Any = ask.view.use_of(entry.id)
    last = [f"last {phrases.day(row.last)} · ", tables.recency(row.recency)] if row.active_days else ""
    assisted = phrases.percent(row.assisted_uses / row.uses) if row.uses else "–"
    uses = f"of {phrases.count(row.uses, 'use')}" if row.uses else ""
    return cards.tiles(
        [
            cards.tile(phrases.number(row.active_days), "Active days", f"in {phrases.count(row.projects, 'project')}"),
            cards.tile(phrases.day(row.first), "First use", last),
            cards.tile(assisted, "Assisted uses", uses, "/method#assisted"),
        ]
    )


def _skills(ask: Ask, entry: Technology) -> Component:
    view = ask.view
    can_show = view.skills_of(entry)
    rows = [row for area in view.taxonomy.areas for row in view.levels_of[area.id] if row.skill in can_show]
    items = [
        html.Li([cards.link(row.name, ask.link(f"/skill/{row.skill}")), cards.level(row.level, row.level_name)])
        for row in rows
    ]
    empty = None if items else cards.Empty("It shows no skill by itself; its use is kept and dated all the same.")
    shown = sum(row.level > 0 for row in rows)
    skills = phrases.count(len(rows), "skill")
    some = "All" if shown == len(rows) else f"{phrases.number(shown)} of the" if shown else "None of the"
    title = f"{some} {skills} that it can show {'is' if shown == 1 else 'are'} shown"
    one = f"The one skill that it can show is {'' if shown else 'not '}shown"
    return cards.card(
        (one if len(rows) == 1 else title) if rows else "It shows no skill by itself",
        "Some show on any use, others only on certain calls; the level is of all your evidence of the skill.",
        html.Ul(items, className="sf-list sf-two"),
        empty=empty,
        method="evidence",
    )
