"""Projects: each with its days and skills, and which skill was used where."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard import cards, figures, filters, findings, phrases, tables
from dashboard.beginning import none_in_view, unless_empty
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site

ROWS_A_PAGE = 50
MOST_USED = 5


def register(site: Site) -> None:
    site.add(Page("/projects", "Projects", unless_empty(layout, "Projects"), place=3, filtered=True, kept=True))


def layout(ask: Ask) -> Shown:
    return Shown("Projects", [cards.page_head("Projects", ask.view.sentence), _matrix(ask), _list(ask)])


def _matrix(ask: Ask) -> Component:
    view = ask.view
    matrix = view.matrix
    name = "Skills by project"
    shows = [
        findings.Used(skill, sum(days[place] > 0 for days in matrix.days)) for place, skill in enumerate(matrix.skills)
    ]
    many = len(matrix.projects)
    of = f"the {many} projects with most active days" if len(view.projects) > many else "each project"
    heads = ("Project", "Most used skills")
    rows = [
        [project, _most_used(matrix.skills, days)] for project, days in zip(matrix.projects, matrix.days, strict=True)
    ]
    height, width = figures.matrix_size(matrix)
    table = cards.Table(name, heads, rows, stacked=True)
    drawn = html.Div(
        [
            html.P(
                "The stronger the colour, the more (steps at 1, 5, 15 and 40 days). "
                "Where projects do not fit beside each other, it scrolls sideways.",
                className="sf-quiet",
            ),
            cards.graph("projects-matrix", figures.project_matrix(matrix), f"{name}: matrix", height, width),
        ],
        className="sf-roomy",
    )
    return cards.card(
        findings.in_most_projects(shows, many),
        f"{name}: active days with each skill in {of}, {view.window}.",
        [drawn, html.Div(cards.table(table), className="sf-handy")],
        empty=none_in_view(ask),
        table_instead=replace(table, caption=f"{name}, as a table"),
        method="evidence",
        css="sf-either",
    )


def _most_used(skills: list[str], days: list[int]) -> str:
    most = sorted(zip(days, skills, strict=True), key=lambda pair: -pair[0])[:MOST_USED]
    return ", ".join(f"{skill} ({phrases.count(number, 'day')})" for number, skill in most if number)


def _list(ask: Ask) -> Component:
    projects = ask.view.projects
    page, pages = filters.last_page(filters.argument(ask.search, "page"), len(projects), ROWS_A_PAGE)
    shown = projects[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    pager = cards.more_pages(page, page < pages, lambda to: ask.link("/projects", page=to), "projects", pages)
    return cards.card(
        findings.projects([findings.Used(row.name, row.active_days) for row in projects]),
        f"Those with work of yours, latest first, {ask.view.window}.",
        cards.table(tables.projects(ask, shown)),
        empty=none_in_view(ask),
        after=pager,
    )
