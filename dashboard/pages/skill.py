"""Skill: its level and what the next one asks for, its active days, and the proof: every place in the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard import cards, figures, filters, phrases
from dashboard.beginning import unless_empty
from dashboard.cards import Empty
from dashboard.shell import not_found
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.taxonomy import Skill

PROOFS_A_PAGE = 25
ELSEWHERE = {
    "forge": "It is read from what the forge says, such as commits, reviews and releases, not from file contents.",
    "kaggle": "It is read from Kaggle, not from code.",
    "stack-overflow": "It is read from Stack Overflow, not from code.",
    "self-reported": "It comes from what you add yourself, and is shown as such.",
    "derived": "It is derived from all other evidence.",
}


def register(site: Site) -> None:
    site.add(Page("/skill/<skill>", "Skill", unless_empty(layout, "Skill"), filtered=True))


def layout(ask: Ask) -> Shown:
    view = ask.view
    skill = view.taxonomy.skills.get(ask.variables["skill"])
    if skill is None:
        return not_found(ask.path)
    area = next(area for area in view.taxonomy.areas if area.id == skill.area)
    row = next(view.levels[view.levels["skill"] == skill.id].itertuples())
    above = [cards.link("Overview", ask.link("/")), cards.link(area.name, ask.link(f"/area/{area.id}"))]
    body = [
        cards.page_head(skill.name, f"{skill.evidence.rstrip('.')}.", above=above),
        _tiles(ask, row),
        _level(ask, skill, row),
        _days(ask, skill),
        _proof(ask, skill),
    ]
    return Shown(skill.name, body)


def _tiles(ask: Ask, row: Any) -> Component:
    return cards.tiles(
        [
            cards.tile(
                row.level_name.capitalize(), "Level", f"{row.level} of 4, {ask.view.as_of_text}", "/method#levels"
            ),
            cards.tile(phrases.number(row.active_days), "Active days", f"in {phrases.count(row.projects, 'project')}"),
            cards.tile(phrases.day(row.first), "First use", f"last {phrases.day(row.last)}" if row.active_days else ""),
            cards.tile(
                phrases.percent(row.assisted),
                "Assisted uses",
                f"of {phrases.count(row.uses, 'use')}",
                "/method#assisted",
            ),
        ]
    )


def _level(ask: Ask, skill: Skill, row: Any) -> Component:
    """The formula with its inputs: each level's thresholds beside what there is."""
    steps = [step for step in ask.view.taxonomy.levels.of(skill.id) if step.number]

    def cell(have: int, need: int) -> Any:
        if not need:
            return "–"
        mark = html.Strong(phrases.number(have), className="sf-good" if have >= need else "")
        return html.Span([mark, html.Span(f" of {phrases.number(need)} needed", className="sf-quiet")])

    rows = [
        [
            cards.level(step.number, step.name),
            cell(row.active_days, step.days),
            cell(row.projects, step.projects),
            cell(row.months, step.months),
            cards.chip("reached", "good") if row.level >= step.number else cards.chip("not yet"),
        ]
        for step in steps
    ]
    heads = ("Level", "Active days", "Projects", "Months from first to last", "")
    table = cards.table(
        cards.Table(f"How the level of {skill.name} is computed", heads, rows, frozenset({1, 2, 3}), stacked=True)
    )
    note = ELSEWHERE.get(skill.source, "")
    return cards.card(
        "What each level asks for", f"Every threshold of a row must be reached. {note}", table, method="levels"
    )


def _days(ask: Ask, skill: Skill) -> Component:
    view = ask.view
    months = view.months("skill", skill.id)
    title = f"Active days with {skill.name}"
    table = cards.Table(
        title,
        ("Month", "Active days", "of them assisted only"),
        [
            [phrases.month(row.month), phrases.number(row.own + row.assisted), phrases.number(row.assisted)]
            for row in months.itertuples()
        ],
        frozenset({1, 2}),
    )
    empty = None if len(months) else Empty(f"Nothing that shows {skill.name} was seen within these filters.")
    return cards.card(
        title,
        f"Days on which you wrote something that shows it, {view.window}; grey: days with assisted work only.",
        cards.graph("skill-days", figures.active_days_by_month(months), f"{title}: bars", 200),
        empty=empty,
        table_instead=table,
        method="growth",
    )


def _proof(ask: Ask, skill: Skill) -> Component:
    page = filters.argument(ask.search, "page")
    found = ask.view.proofs("skill", skill.id, PROOFS_A_PAGE + 1, (page - 1) * PROOFS_A_PAGE)
    rows = [proof_row(ask, row) for row in found.head(PROOFS_A_PAGE).itertuples()]
    empty = None
    if not rows and page > 1:
        empty = Empty("There are no more rows; go back to the first page.")
    elif not rows:
        how = ELSEWHERE.get(skill.source, "It appears when a commit of yours uses it.")
        empty = Empty(f"No evidence of {skill.name} within these filters. {how}")
    heads = ("Date", "Project", "What was seen", "Where")
    table = cards.table(cards.Table(f"Proof of {skill.name}", heads, rows, stacked=True))
    pager = cards.more_pages(page, len(found) > PROOFS_A_PAGE, lambda to: ask.link(ask.path, page=to), "the proof")
    return cards.card(
        "Proof",
        "Every place in your work that shows it, latest first.",
        [table],
        empty=empty,
        anchor="proof",
        after=pager,
    )


def proof_row(ask: Ask, row: Any) -> list[Any]:
    """One row of `frames.proofs` as cells."""
    place = f"{row.path}:{row.line}" if row.path and row.line else row.path
    commit = str(row.key)[:10] if row.kind == "commit" else f"{row.kind} {row.key}"
    shown = html.Span([html.Code(place), html.Br()] if place else [], className="sf-where")
    opened = cards.outside_link(commit, str(row.url)) if row.url else html.Code(commit)
    marks = [cards.chip("assisted")] if row.assisted else []
    technology = ask.view.taxonomy.technologies.get(str(row.rule).partition(":")[0])
    by = html.Div(technology.name, className="sf-quiet") if technology else ""
    times = html.Span(f" ×{row.uses}", className="sf-quiet") if row.uses > 1 else ""
    return [
        html.Span(phrases.day(row.day), className="sf-nowrap"),
        cards.link(row.project, ask.link(f"/project/{row.project_id}")),
        html.Div([html.Code(row.value), times, by], className="sf-where"),
        html.Div([shown, html.Span([opened, *marks], className="sf-chips")]),
    ]
