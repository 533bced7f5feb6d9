"""Skill: its level and what the next one asks for, its active days, and the proof: every place in the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import cards, marking, phrases, proving
from dashboard.beginning import unless_empty
from dashboard.markup import html
from dashboard.shell import not_found
from dashboard.site import Ask, Page, Shown
from dashboard.skill_views import SOURCE_NAMES
from data import learning

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.taxonomy import Skill

NAMED_SHOWN = 10
ELSEWHERE = {
    "forge": "It is read from commits, merges, pull requests, reviews and releases, not from what stands in files.",
    "github": "It is read from what GitHub says beside the code; a clone tells nothing of it.",
    "kaggle": "It is read from Kaggle, not from code.",
    "stack-overflow": "It is read from Stack Overflow, not from code.",
    "self-reported": "It comes from what you add on the page Learning: your own word, and shown as such.",
    "derived": "It is derived from all other evidence: a week counts when any other skill has evidence in it.",
}
UNREAD = {"self-reported": "Nothing is entered yet: add courses, talks and meetups on the page Learning."}


def register(site: Site) -> None:
    site.add(Page("/skill/<skill>", "Skill", unless_empty(layout, "Skill"), filtered=True, kept=True))


def layout(ask: Ask) -> Shown:
    view = ask.view
    skill = view.taxonomy.skills.get(ask.variables["skill"])
    if skill is None:
        return not_found(ask.path)
    area = next(area for area in view.taxonomy.areas if area.id == skill.area)
    row = view.skill_row(skill.id)
    above = [cards.link("Overview", ask.link("/")), cards.link(area.name, ask.link(f"/area/{area.id}"))]
    body = [
        cards.page_head(skill.name, f"{skill.evidence.rstrip('.')}.", above=above),
        _tiles(ask, row),
        _level(ask, skill, row),
        _days(ask, skill),
        _proof(ask, skill),
        *marking.course_card(ask, "skill", skill.id, proving.proof_row),
        *_named(ask, skill),
    ]
    return Shown(skill.name, body)


def _tiles(ask: Ask, row: Any) -> Component:
    unit = "Active weeks" if ask.view.counts_weeks(row.skill) else "Active days"
    return cards.tiles(
        [
            cards.tile(
                row.level_name.capitalize(), "Level", f"{row.level} of 4, {ask.view.as_of_text}", "/method#levels"
            ),
            cards.tile(phrases.number(row.active_days), unit, f"in {phrases.count(row.projects, 'project')}"),
            cards.tile(phrases.day(row.first), "First use", f"last {phrases.day(row.last)}" if row.active_days else ""),
            cards.tile(
                phrases.percent(row.assisted) if row.uses else "–",
                "Assisted uses",
                f"of {phrases.count(row.uses, 'use')}" if row.uses else "",
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
        told = f" of {phrases.number(need)} needed" if have < need else f" ({phrases.number(need)} needed)"
        return html.Span([mark, html.Span(told, className="sf-quiet")])

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
    unit = "Active weeks" if ask.view.counts_weeks(skill.id) else "Active days"
    heads = ("Level", unit, "Projects", "Months from first to last", "")
    table = cards.table(
        cards.Table(f"How the level of {skill.name} is computed", heads, rows, frozenset({1, 2, 3}), stacked=True)
    )
    note = ELSEWHERE.get(skill.source, "")
    title = (
        f"Level {row.level} of {len(steps)} is reached: {row.level_name}" if row.level else "No level is reached yet"
    )
    return cards.card(
        title, f"What each level asks for: every threshold of a row must be reached. {note}", table, method="levels"
    )


def _days(ask: Ask, skill: Skill) -> Component:
    view = ask.view
    weeks = view.counts_weeks(skill.id)
    months = view.weeks_by_month() if weeks else view.months("skill", skill.id)
    if weeks:
        title, text = "Active weeks", f"Weeks (Monday to Sunday) with evidence of any skill, {view.window}"
    else:
        title = f"Active days with {skill.name}"
        what = (
            "Days of your entries, self-reported" if view.is_own_word(skill.id) else "Days on which your work shows it"
        )
        text = f"{what}, {view.window}"
    return proving.months_card(
        ask, "skill-days", title, months, explanation=text, empty=_none(ask, skill),
        unit="Active weeks" if weeks else "Active days", subject="" if weeks else f" with {skill.name}",
    )  # fmt: skip


def _none(ask: Ask, skill: Skill) -> str:
    """Why nothing shows a skill."""
    if skill.source in ask.view.unread_sources and ask.view.frames.sample:
        return "Not read yet: the sample was read from public repositories alone."
    if skill.source in ask.view.unread_sources:
        return UNREAD.get(skill.source) or f"{SOURCE_NAMES[skill.source]} is not read yet: add it on the page Sources."
    how = ELSEWHERE.get(skill.source, "It appears when a commit of yours uses it.")
    return f"No evidence of {skill.name} was seen{proving.within(ask)}. {how}"


def _proof(ask: Ask, skill: Skill) -> Component:
    if not ask.view.counts_weeks(skill.id):
        return proving.proof_card(ask, "skill", skill.id, skill.name, _none(ask, skill))
    text = (
        "It has no lines of its own: a week counts when any other skill has evidence in it, and the proof stands with "
        "those skills. See the days on "
    )
    content = [
        html.P(
            [
                text,
                cards.link("Growth", ask.link("/growth")),
                " and the skills on the ",
                cards.link("overview", ask.link("/")),
                ".",
            ]
        )
    ]
    return cards.card("Proof", content=[html.Div(content, className="sf-prose")], anchor="proof")


def _named(ask: Ask, skill: Skill) -> list[Component]:
    """Entries of one's own that name the skill, which counts for nothing, or that it rests on."""
    own_word = ask.view.is_own_word(skill.id)
    kept = learning.entries(ask.view.frames.store)
    named = [entry for entry in kept if skill.id in entry.skills or (own_word and entry.kind != "reading")]
    if not named:
        return []
    items = [
        html.Li(
            [
                html.Span(f"{phrases.day(entry.day)} · {entry.kind} · ", className="sf-nowrap"),
                cards.outside_link(entry.title, entry.url) if entry.url else entry.title,
            ]
        )
        for entry in named[:NAMED_SHOWN]
    ]
    text = (
        "Self-reported: each counts on its day, by your own word."
        if own_word
        else "Self-reported. What you say of yourself gives this skill no day and no level."
    )
    more = cards.link(f"All {phrases.count(len(named), 'entry', 'entries')}", "/learning", className="sf-how")
    content = [html.Div(html.Ul(items), className="sf-prose"), more]
    own = phrases.count(len(named), "entry of your own", "entries of your own")
    title = own if own_word else f"Named in {own}"
    return [cards.card(title, text, content, method="self-reported")]
