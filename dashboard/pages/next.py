"""What next: how much of a role is reached, what is missing, and the smallest steps towards it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from dashboard import asking, cards, figures, gap_figures, phrases, tables
from dashboard.beginning import commands, unless_empty
from dashboard.markup import html
from dashboard.roles import Shelf, choice, wrong_files
from dashboard.site import Ask, Page, Shown
from dashboard.skill_views import SOURCE_NAMES
from data.gap import STALE, Asked, coverage_of_role, next_steps, role_areas, role_gap, smallest_step, step_words

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from dashboard.views import View
    from data.gap import AreaGap, NextStep
    from data.roles import Role

TITLE = "What next"
PACKAGES_SHOWN = 8


class Gap(NamedTuple):
    """A role against all of one's work."""

    role: Role
    view: View
    skills: list[Asked]
    areas: list[AreaGap]
    steps: list[NextStep]  # those whose source is read
    unread: list[NextStep]  # the others

    @property
    def reached(self) -> int:
        return sum(row.reached for row in self.skills)

    @property
    def stale(self) -> list[Asked]:
        """The longest ago first."""
        return sorted((row for row in self.skills if row.recency in STALE), key=lambda row: row.last or date.min)


def register(site: Site) -> None:
    shelf = Shelf(site)
    shown = unless_empty(lambda ask: layout(site, shelf, ask), TITLE)
    # role files of one's own change without the store
    site.add(Page("/next", TITLE, shown, place=10, kept=site.settings.roles is None))


def layout(site: Site, shelf: Shelf, ask: Ask) -> Shown:
    """All of one's work as of today, whatever the filters."""
    roles, problem = shelf.roles()
    notes: list[str] = []
    asked = asking.word(ask.search, "role")
    if asked and asked not in roles:
        notes.append("The role named in the address is not known here; the first one is shown.")
    role = roles.get(asked) or next(iter(roles.values()), None)
    view, _ = site.portfolio.view("")
    if role is None:
        empty = cards.Empty("No role asks for any skill of this taxonomy. Name a folder with role files:",
                            ("SKILLFOLIO_ROLES=~/roles",))  # fmt: skip
        return Shown(TITLE, [cards.page_head(TITLE), *wrong_files(problem), cards.card("No role", empty=empty)])
    gap = gap_of(view, role)
    view.rest()
    body = [
        cards.page_head(TITLE, role.summary),
        *cards.notes(notes),
        *wrong_files(problem),
        choice(roles, role.id, lambda each: f"/next?{urlencode({'role': each})}", "Roles"),
        _tiles(gap),
        html.Div(
            [
                _areas(gap),
                html.Div([_smallest(gap)], className="sf-stack sf-side"),
                _steps(gap),
                _stale(gap),
                _whole(gap),
                _unmapped(site, ask),
            ],
            className="sf-columns",
        ),
    ]
    return Shown(TITLE, body)


def gap_of(view: View, role: Role) -> Gap:
    skills = role_gap({row.skill: row for row in view.skill_rows}, role, view.taxonomy)
    steps = next_steps(skills, view.taxonomy, view.as_of)
    unread = [row for row in steps if row.source in view.unread_sources]
    read = [row for row in steps if row.source not in view.unread_sources]
    return Gap(role, view, skills, role_areas(skills, view.taxonomy), read, unread)


def _tiles(gap: Gap) -> Component:
    musts = [row.reached for row in gap.skills if row.must]
    share = coverage_of_role(gap.skills)
    return cards.tiles(
        [
            cards.tile(phrases.percent(share), "Role reached", gap.view.as_of_text, "/method#roles"),
            cards.tile(f"{gap.reached} of {len(gap.skills)}", "Skills at the level wanted", gap.role.name),
            cards.tile(f"{sum(musts)} of {len(musts)}", "Must-haves reached", "asked for in any case"),
            cards.tile(phrases.number(len(gap.stale)), "Going stale", "fading or dormant", "/method#recency"),
        ]
    )


def _areas(gap: Gap) -> Component:
    title = f"{gap.reached} of {phrases.count(len(gap.skills), 'skill')} reach what the role asks for"
    rows = [
        [
            cards.link(row.name, f"/area/{row.area}"),
            phrases.percent(row.coverage),
            f"{row.reached} of {row.of}",
        ]
        for row in gap.areas
    ]
    table = cards.Table("The role by area", ("Area", "Reached", "Skills reached"), rows, frozenset({1, 2}))
    return cards.card(
        title,
        "By area: the level of each skill out of the level wanted, those that weigh more counting more.",
        cards.graph(
            "next-areas", gap_figures.role_bars(gap.areas), "The role by area: bars", figures.ROW * len(gap.areas)
        ),
        table_instead=table,
        method="roles",
        css="sf-wide",
    )


def _smallest(gap: Gap) -> Component:
    row = smallest_step(gap.steps)
    if row is None:
        return cards.card("No step is left", empty=cards.Empty(_all_reached(gap)))
    skill = gap.view.taxonomy.skills[row.skill]
    text = html.P([*sentence(gap.view, row), "."], className="sf-step")
    why = html.P([html.Span("What counts: ", className="sf-quiet"), skill.evidence])
    return cards.card(f"The smallest step raises the role by {_gain(row.gain)}", content=[text, why], method="roles")


def _all_reached(gap: Gap) -> str:
    if len(gap.unread):
        return "All that is read reaches the levels wanted; the rest is on sites that are not connected yet."
    return f"Every skill reaches the level that {gap.role.name} asks for. Choose another role above."


def sentence(view: View, row: NextStep) -> list[Any]:
    """A step with its skill as a link: "2 more active days with Hypothesis testing reach Practised"."""
    before, after = step_words(row, view.taxonomy)
    return [before, cards.link(row.name, f"/skill/{row.skill}"), after]


def _gain(gain: float) -> str:
    """By how much the role rises, in points: from 94 % to 96 % are 2."""
    return f"{max(gain * 100, 0.1):.1f} points"


def _steps(gap: Gap) -> Component:
    rows = [
        [
            html.Div([html.Span(sentence(gap.view, row), className="sf-sentence"), *_must(row)], className="sf-chips"),
            cards.level(row.level, row.level_name),
            row.wanted_name,
            phrases.number(row.all_days),
            _gain(row.gain),
        ]
        for row in gap.steps
    ]
    heads = ("Next step", "Now", "Wanted", "Active days to get there", "Raises the role by")
    table = cards.Table("Next steps", heads, rows, frozenset({3, 4}), stacked=True)
    title = f"{phrases.count(len(rows), 'step')} towards {gap.role.name}, the greatest gain first"
    return cards.card(
        title if rows else "Next steps",
        "Each is the fewest days that fulfil every threshold of the next level, from what there is today. A point is "
        "a hundredth of the role.",
        [cards.table(table), *_unread(gap)],
        empty=None if rows else cards.Empty(_all_reached(gap)),
        after=None if rows else html.Div(_unread(gap)),
        method="roles",
        css="sf-full",
    )


def _must(row: Asked | NextStep) -> list[Component]:
    return [cards.chip("must-have")] if row.must else []


def _unread(gap: Gap) -> list[Component]:
    """Skills that the role asks for and whose source nobody connected."""
    parts: list[Component] = []
    for source in sorted({row.source for row in gap.unread}):
        names = [row.name for row in gap.unread if row.source == source]
        verb = "comes" if len(names) == 1 else "come"
        text = f"{phrases.listing(names)} {verb} from {SOURCE_NAMES[source]}, which is not read yet. "
        add = [] if gap.view.frames.sample else [cards.link("Add it on Sources", "/sources")]
        parts.append(html.P([text, *add], className="sf-quiet"))
    return parts


def _stale(gap: Gap) -> Component:
    items = [
        html.Li(
            [
                cards.link(row.name, f"/skill/{row.skill}"),
                html.Span([tables.recency(row.recency), f" last {phrases.day(row.last)}"]),
            ]
        )
        for row in gap.stale
    ]
    months = gap.view.taxonomy.levels.current_months
    title = f"{phrases.count(len(items), 'skill')} of the role going stale" if items else "Nothing goes stale"
    return cards.card(
        title,
        "Levels stay; one active day makes a skill current again.",
        html.Ul(items, className="sf-list sf-two"),
        empty=None if items else cards.Empty(f"Every skill of the role that you have was used within {months} months."),
        method="recency",
        css="sf-full",
    )


def _whole(gap: Gap) -> Component:
    rows = [
        [
            cards.link(row.name, f"/skill/{row.skill}"),
            cards.level(row.level, gap.view.level_words[row.skill]),
            row.wanted_name,
            html.Div(
                [cards.chip("reached", "good") if row.reached else cards.chip("not yet"), *_must(row)],
                className="sf-chips",
            ),
            row.reason,
        ]
        for row in gap.skills
    ]
    heads = ("Skill", "Now", "Wanted", "", "Why")
    table = cards.table(cards.Table(f"Skills of {gap.role.name}", heads, rows, frozenset(), stacked=True))
    folded = html.Summary(f"Show {phrases.count(len(rows), 'skill')}, and why each is asked for")
    musts = sum(row.must for row in gap.skills)
    return cards.card(
        f"{gap.role.name}: {phrases.count(len(rows), 'skill')}, {musts} of them must-haves",
        "Our own reading of the role. Role files of your own add to ours, or replace them.",
        html.Details([folded, table], className="sf-details"),
        method="roles",
        css="sf-full",
    )


def _unmapped(site: Site, ask: Ask) -> Component:
    found = ask.view.frames.unmapped
    items = [
        html.Li([html.Code(row.package), html.Span(f"{row.language}, {phrases.count(row.active_days, 'active day')}")])
        for row in found[:PACKAGES_SHOWN]
    ]
    some = f" Those used on most days are listed; all {phrases.number(len(found))} are on Technologies."
    more = [cards.link("Say what a package shows", "/technologies#unmapped", className="sf-button")]
    told = commands(site.command, "map PACKAGE SKILL") if ask.view.frames.sample else ()
    empty = cards.Empty("Every package that you import is known here.", told)
    return cards.card(
        f"{phrases.count(len(found), 'package')} in your code shows nothing yet"
        if len(found) == 1
        else f"{phrases.count(len(found), 'package')} in your code show nothing yet",
        f"No rule knows {'it' if len(found) == 1 else 'them'}. Mapping one to a skill takes effect at once, on all of "
        f"its history.{some if len(found) > PACKAGES_SHOWN else ''}",
        [html.Ul(items, className="sf-list sf-two"), *more],
        empty=None if items else empty,
        css="sf-full",
    )
