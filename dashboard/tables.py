"""Frames as tables and lists: what several pages show of skills, areas, technologies and projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import cards, phrases
from dashboard.cards import Table
from dashboard.markup import html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dash.development.base_component import Component

    from dashboard.site import Ask
    from dashboard.skill_views import SkillRow
    from dashboard.views import ProjectRow, TechnologyRow

COMPETITIONS = "https://www.kaggle.com/competitions/"
RECENCY_TONES = {"current": "good", "fading": "warn", "dormant": ""}


def recency(word: str) -> Any:
    return cards.chip(word, RECENCY_TONES.get(word, "")) if word in RECENCY_TONES else "–"


def coverage(ask: Ask) -> Table:
    rows = [
        [
            cards.link(row.name, ask.link(f"/area/{row.area}")),
            phrases.percent(row.coverage),
            f"{row.shown} of {phrases.count(row.of, 'skill')}",
        ]
        for row in ask.view.coverage
    ]
    return Table("Coverage by area", ("Area", "Coverage", "Breadth"), rows, frozenset({1, 2}))


def skills_by_area(ask: Ask) -> Component:
    """Every skill with its level, under its area: the whole portfolio at a glance."""
    view, query = ask.view, ask.view.filters.query
    parts = []
    for area in view.coverage:
        skills = [
            html.Li(
                [
                    html.Span([cards.link(row.name, f"/skill/{row.skill}{query}"), *own_word(ask, row)]),
                    cards.level(row.level, row.level_name),
                ],
                **({} if row.level else {"className": "sf-absent"}),
            )
            for row in view.listed_of(area.area)
        ]
        head = html.Div(
            [
                html.H3(cards.link(area.name, ask.link(f"/area/{area.area}"))),
                html.Span(f"{phrases.percent(area.coverage)} · {area.shown} of {area.of}"),
            ],
            className="sf-area-head",
        )
        parts.append(
            html.Div([head, cards.bar(area.coverage, f"area:{area.area}"), html.Ul(skills, className="sf-skills")])
        )
    return html.Div(parts, className="sf-areas")


def skills(ask: Ask, levels: Iterable[SkillRow], caption: str) -> Table:
    """Rows of `View.skill_rows`."""
    rows = [
        [
            html.Span([cards.link(row.name, ask.link(f"/skill/{row.skill}")), *own_word(ask, row)]),
            cards.level(row.level, row.level_name),
            active(ask, row),
            phrases.number(row.projects),
            phrases.day(row.first),
            phrases.day(row.last),
            recency(row.recency),
        ]
        for row in levels
    ]
    heads = ("Skill", "Level", "Active days", "Projects", "First", "Last", "Recency")
    return Table(caption, heads, rows, frozenset({2, 3}), frozenset({4, 5}), lines=True, lead=1, minor=frozenset({4}))


def own_word(ask: Ask, row: SkillRow) -> list[Any]:
    """A mark beside a skill whose evidence is the person's own word."""
    return [" ", cards.chip("self-reported")] if row.level and ask.view.is_own_word(row.skill) else []


def active(ask: Ask, row: Any) -> str:
    """Active days of a row of `View.skill_rows`, or weeks where it counts these."""
    weeks = ask.view.counts_weeks(row.skill)
    return phrases.count(row.active_days, "week") if weeks else phrases.number(row.active_days)


def technologies(
    ask: Ask, technologies: Iterable[TechnologyRow], caption: str, *, of_one_project: bool = False
) -> Table:
    """Rows of `View.technologies`; `of_one_project` leaves out in how many each is."""
    rows = [
        [
            cards.link(row.name, ask.link(f"/technology/{row.technology}")),
            phrases.number(row.active_days),
            *([] if of_one_project else [phrases.number(row.projects)]),
            phrases.day(row.first),
            phrases.day(row.last),
            recency(row.recency),
        ]
        for row in technologies
    ]
    heads = ("Technology", "Active days", *(() if of_one_project else ("Projects",)), "First", "Last", "Recency")
    first, last, end = range(len(heads) - 3, len(heads))
    return Table(
        caption, heads, rows, frozenset(range(1, first)), frozenset({first, last}), lines=True, lead=end,
        minor=frozenset({first}),
    )  # fmt: skip


def projects(ask: Ask, projects: Iterable[ProjectRow]) -> Table:
    """Rows of `View.projects`."""
    rows = [
        [
            html.Span(
                [cards.link(row.name, ask.link(f"/project/{row.project_id}")), *marks(row)], className="sf-chips"
            ),
            phrases.number(row.active_days),
            phrases.number(row.skills),
            phrases.day(row.first),
            phrases.day(row.last),
        ]
        for row in projects
    ]
    heads = ("Project", "Active days", "Skills", "First", "Last")
    return Table("Projects", heads, rows, frozenset({1, 2}), frozenset({3, 4}), stacked=True)


def marks(project: Any) -> list[Component]:
    """Short words on a project: private, fork, archived, gone."""
    words = [word for word in ("private", "fork", "archived") if getattr(project, word)]
    words += [] if project.own else ["competition" if project.url.startswith(COMPETITIONS) else "somebody else’s"]
    words += [project.state] if project.state != "ok" else []
    return [cards.chip(word) for word in words]
