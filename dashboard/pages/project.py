"""Project: what one repository shows of the person's work, and what its tree holds today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import bulk, cards, findings, marking, phrases, proving, tables
from dashboard.beginning import unless_empty
from dashboard.markup import html
from dashboard.project_words import words_of
from dashboard.shell import not_found
from dashboard.site import Ask, Page, Shown
from data.marks import Target

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.project_words import Words
    from dashboard.site import Site
    from dashboard.skill_views import SkillRow
    from dashboard.views import View


TECHNOLOGIES_SHOWN = 40


def register(site: Site) -> None:
    show = unless_empty(lambda ask: layout(site, ask), "Project")
    site.add(Page("/project/<project>", "Project", show, kept=True))


def layout(site: Site, ask: Ask) -> Shown:
    """All dates of one project, whatever the filters."""
    view, _ = site.portfolio.view(f"?projects={ask.variables['project']}")
    waiting = [row for row in view.frames.bulk if row.project_id in view.filters.projects]
    if not view.filters.projects or (not view.projects and not waiting):
        marked = marking.marked_project(site, ask)
        return Shown("Project", marked) if marked else not_found(ask.path)
    row = view.projects[0] if view.projects else view.frames.project_rows[view.filters.projects[0]]
    words = words_of(view.frames, row)
    where = [cards.outside_link(words.opened, row.url)] if words.opened and str(row.url).startswith("http") else []
    correct = marking.button(ask, Target(row.project_id), row.name)
    beside = html.Div([*tables.marks(row), *where, *correct, marking.place()], className="sf-chips")
    own = Ask(view, ask.search, ask.path, ask.variables, ask.command)
    body = [
        cards.page_head(row.name, row.description or "", above=[cards.link("Projects", "/projects")], beside=beside),
        _tiles(own, row, words),
        *bulk.card(site, waiting),
        _days(own, row),
        html.Div([_skills(own, words), _technologies(own, words)], className="sf-stack"),
        *marking.course_marks(site, view.filters.projects[0]),
    ]
    return Shown(row.name, body)


def _its_own(view: View) -> list[SkillRow]:
    """The skills that its work shows, at any level, as the list of projects counts them: none derived from all work."""
    return [row for row in view.skill_rows if row.active_days and not view.counts_weeks(row.skill)]


def _tiles(ask: Ask, row: Any, words: Words) -> Component:
    view = ask.view
    method = "/method#attribution" if words.repository else ""
    assisted = [cards.tile(view.assisted_text, "Assisted uses", "by an AI assistant", "/method#assisted")]
    return cards.tiles(
        [
            cards.tile(phrases.number(row.active_days), "Active days", phrases.span(row.first, row.last)),
            cards.tile(phrases.number(words.number), words.counted, words.note, method),
            cards.tile(
                phrases.number(len(_its_own(view))),
                "Skills shown",
                phrases.count(len(view.technologies), "technology", "technologies"),
            ),
            *(assisted if words.repository else []),
        ]
    )


def _days(ask: Ask, row: Any) -> Component:
    return proving.months_card(
        ask,
        "project-days",
        f"Active days in {row.name}",
        ask.view.months(),
        explanation="Days with evidence of a skill, technology or language",
        empty="No evidence of yours was found in this project.",
        subject=" in this project",
    )


def _skills(ask: Ask, words: Words) -> Component:
    view = ask.view
    shown = sorted(_its_own(view), key=lambda row: (-row.active_days, -row.uses))
    at_head = view.at_head("skill")
    rows = [
        [
            cards.link(row.name, f"/skill/{row.skill}?projects={view.filters.projects[0]}"),
            tables.active(ask, row),
            phrases.day(row.first),
            phrases.day(row.last),
            *([_in_code(row.skill in at_head, view.taxonomy.skills[row.skill].source)] if words.repository else []),
        ]
        for row in shown
    ]
    heads = ("Skill", "Active days", "First", "Last", *(("In the code today",) if words.repository else ()))
    last = "; the last column says whether the code still holds it, whoever wrote it" if words.repository else ""
    used = [findings.Used(row.name, row.active_days) for row in shown]
    return cards.card(
        findings.skills_here(used, len(shown)),
        f"From {words.rests_on}{last}.",
        cards.table(cards.Table("Skills shown here", heads, rows, frozenset({1}), frozenset({2, 3}), lines=True)),
        empty=None if rows else cards.Empty(f"No skill is shown by {words.rests_on}."),
        method="evidence",
    )


def _in_code(here: bool, source: str) -> str:
    """What the tree cannot show (commits, reviews) is neither in the code nor gone from it."""
    if source != "code":
        return "–"
    return "yes" if here else "no longer"


def _technologies(ask: Ask, words: Words) -> Component:
    rows = ask.view.technologies
    shown = rows[:TECHNOLOGIES_SHOWN]
    all_of_them = f"/technologies?projects={ask.view.filters.projects[0]}"
    more = [cards.link(f"All {phrases.number(len(rows))} technologies", all_of_them)] if len(rows) > len(shown) else []
    used = [findings.Used(row.name, row.active_days) for row in rows]
    return cards.card(
        findings.technologies(used) if used else "No technology is used here",
        content=[cards.table(tables.technologies(ask, shown, "Technologies used here", of_one_project=True)), *more],
        empty=None if len(rows) else cards.Empty(f"No known technology is shown by {words.rests_on}."),
    )
