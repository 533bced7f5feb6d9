"""Method: how each number is computed, in the reader's words, with the thresholds that are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import cards, phrases
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.taxonomy import Level, Taxonomy


def register(site: Site) -> None:
    site.add(Page("/method", "Method", layout, place=51, charts=False, kept=True))


def layout(ask: Ask) -> Shown:
    taxonomy = ask.view.taxonomy
    summary = (
        "How every number here is made, from a line in a commit to the coverage of an area. Nothing is graded, and "
        "nobody is ranked."
    )
    numbers = (_levels, _coverage, _recency, _assisted, _growth, _roles)
    sections = (_evidence, _attribution, _elsewhere, _kaggle, _own_word, _not_said, *numbers, _corrections)
    parts = html.Div([section(taxonomy) for section in sections], className="sf-columns sf-even")
    body = [cards.page_head("Method", summary), parts]
    return Shown("Method", body)


def _section(title: str, anchor: str, *content: Any) -> Component:
    return cards.card(title, content=[html.Div(list(content), className="sf-prose")], anchor=anchor)


def _points(*texts: str) -> Component:
    return html.Ul([html.Li(text) for text in texts])


def _evidence(taxonomy: Taxonomy) -> Component:
    return _section(
        "From work to evidence",
        "evidence",
        html.P(
            "Skillfolio reads the lines that you added in each commit and notes what they use: a language, a library’s "
            "function, a statement of SQL, a file that speaks by its name such as a Dockerfile. Such a note is a fact. "
            f"A list of rules says which facts show which of {phrases.number(len(taxonomy.skills))} skills in "
            f"{len(taxonomy.areas)} areas; a fact that shows one is evidence, and each piece keeps its date, project, "
            "commit, file and line."
        ),
        _points(
            "A use counts on the day the line was written, by the author’s own calendar.",
            "Names are followed through imports: np.linalg.svd is NumPy’s, whatever it was called on import.",
            "A bare import, or a library that is only listed as a dependency, is shown as weak and makes no skill.",
            "Comments, text in strings, generated and copied-in files, moved and re-indented lines count for nothing.",
        ),
    )


def _attribution(_: Taxonomy) -> Component:
    return _section(
        "What counts as yours",
        "attribution",
        html.P(
            "A commit is yours when its author’s address is exactly one that you confirmed on the Sources page. "
            "A commit that names you as co-author is credited and marked so. Names alone never count."
        ),
        _points(
            "A merge shows version control and is an active day, but adds no code: its lines count where they were "
            "written.",
            "Copies of a commit in another repository and work that you took back yourself add nothing.",
            "A commit that adds more source files than a person writes at once (more than 300) waits for your word: "
            "its project’s page and Sources list it, with a button to count it or to leave it out.",
            "In a fork, only your own commits are read.",
        ),
        cards.link("See which addresses count as you", "/sources"),
    )


def _elsewhere(_: Taxonomy) -> Component:
    return _section(
        "Answers on Stack Overflow",
        "stack-overflow",
        html.P(
            "A question or an answer shows the skill Stack Overflow on the day it was written. A post whose score is "
            "below zero is kept and shown, and shows no skill."
        ),
        _points(
            "Tags tell what a question was about. They are shown with the technology they mean, and make neither a "
            "technology nor a skill.",
            "A badge has its date; that day is no active day, since others decided on it.",
        ),
    )


def _kaggle(_: Taxonomy) -> Component:
    return _section(
        "Competitions and notebooks on Kaggle",
        "kaggle",
        html.P(
            "Ahead of = the teams behind yours ÷ all teams, from the rank that Kaggle gives. A competition without a "
            "rank is listed and not drawn. Public notebooks, data sets and submissions count on their own days; the "
            "code of a notebook is read like any other."
        ),
        _points(
            "A medal is shown only where Kaggle awarded it and Meta Kaggle’s files say so. None is worked out from a "
            "rank.",
            "A competition’s day is that of your first submission; the chart stands at its deadline.",
        ),
    )


def _own_word(_: Taxonomy) -> Component:
    return _section(
        "What you say yourself",
        "self-reported",
        html.P(
            "Courses, certificates, talks and meetups that you enter count for one skill, Meetups, talks and courses, "
            "on their day. Nobody checks them, so they are marked as self-reported wherever they are shown: on pages, "
            "in proof, in every report."
        ),
        _points(
            "Skills that an entry names get nothing from it. No entry raises a skill that is read from code.",
            "Reading is shown and counts for no skill.",
            "An entry’s day is an active day. It makes no week of Continuous learning: that rests on work alone.",
            "Entries are private unless you make one public.",
        ),
        cards.link("See and add entries", "/learning"),
    )


def _level_rows(steps: tuple[Level, ...], unit: str = "day") -> list[list[Any]]:
    def least(value: int, one: str) -> str:
        return phrases.count(value, one) if value else "–"

    return [
        [
            cards.level(step.number, step.name),
            least(step.days, unit),
            least(step.projects, "project"),
            least(step.months, "month"),
        ]
        for step in steps
    ]


def _levels(taxonomy: Taxonomy) -> Component:
    def heads(unit: str = "day") -> tuple[str, ...]:
        return ("Level", f"Active {unit}s, at least", "Projects, at least", "Months from first to last, at least")

    common = cards.table(cards.Table("Levels of a skill", heads(), _level_rows(taxonomy.levels.steps)))
    groups: dict[tuple[tuple[Level, ...], str], list[str]] = {}
    for skill, steps in taxonomy.levels.own.items():
        if skill in taxonomy.skills:
            unit = "week" if taxonomy.skills[skill].source == "derived" else "day"
            groups.setdefault((tuple(steps), unit), []).append(taxonomy.skills[skill].name)
    own = [
        html.Details(
            [
                html.Summary(f"Other thresholds: {', '.join(sorted(names))}"),
                cards.table(
                    cards.Table(f"Levels of {', '.join(sorted(names))}", heads(unit), _level_rows(steps, unit)),
                    narrow=True,
                ),
            ],
            className="sf-details",
        )
        for (steps, unit), names in groups.items()
    ]
    text = (
        "A level is a word for how much evidence there is. It comes from distinct active days and distinct projects, "
        "not from the number of lines, so that one large import of code weighs no more than the day it took. "
        "All the thresholds of a row must be reached. A skill that is derived from all other evidence counts active "
        "weeks, without what you report yourself."
    )
    return cards.card(
        "Levels", content=[html.P(text, className="sf-prose"), common, *own], anchor="levels", css="sf-full"
    )


def _coverage(taxonomy: Taxonomy) -> Component:
    exceptions = [
        f"{area.name} counts your {area.best} strongest skills"
        + (" and " + " and ".join(taxonomy.skills[skill].name for skill in area.always) if area.always else "")
        + ", since nobody needs all of them."
        for area in taxonomy.areas
        if area.best
    ]
    return _section(
        "Coverage and breadth",
        "coverage",
        html.P("Coverage of an area = the mean of (level ÷ 4) over its skills.", className="sf-formula"),
        html.P(
            "Levels run from 0 (none) to 4. An area with eight skills, all at level 2, is covered to 50 %. Breadth "
            "stands beside it: how many of the skills are shown at all. The two differ, and both are needed: "
            "many skills tried once make breadth "
            "without much coverage."
        ),
        *(html.P(text) for text in exceptions),
        html.P("Coverage as of an earlier date uses the evidence up to that date and nothing later."),
    )


def _recency(taxonomy: Taxonomy) -> Component:
    current, fading = taxonomy.levels.current_months, taxonomy.levels.fading_months
    return _section(
        "Current, fading, dormant",
        "recency",
        html.P("Recency says how long ago the last evidence is. It never lowers a level."),
        _points(
            f"Current: within the last {current} months.",
            f"Fading: between {current} and {fading} months ago.",
            f"Dormant: more than {fading} months ago.",
        ),
    )


def _assisted(_: Taxonomy) -> Component:
    return _section(
        "Work with an AI assistant",
        "assisted",
        html.P(
            "A commit that carries an assistant’s name or address is marked assisted. Its evidence counts like other "
            "evidence and is shown apart: as a share beside a skill, in another colour in a chart, as a mark in the "
            "list of proof. Assistance that left no trace in the commit cannot be seen. The setting "
            "SKILLFOLIO_ASSISTANTS adds marks to those that are known."
        ),
    )


def _growth(_: Taxonomy) -> Component:
    return _section(
        "Growth",
        "growth",
        html.P(
            "Everything is dated by the work itself, never by the day it was read. First use is the day of the "
            "earliest evidence, an active day is a day with at least one piece of it, and a history that is "
            "read for the first "
            "time today still shows what was written years ago, in its year."
        ),
        html.P(
            "Split by source, nothing is counted twice: a day on which several sources saw something is divided evenly "
            "among them, and what a skill adds to the coverage of its area is divided as its active days are. So the "
            "parts add up to the whole."
        ),
    )


def _roles(_: Taxonomy) -> Component:
    return _section(
        "Roles, and the next step",
        "roles",
        html.P("Role reached = the mean of (level ÷ level wanted) over its skills, by weight.", className="sf-formula"),
        html.P(
            "A role names the skills it asks for, the level wanted of each, and a weight of 1 to 3. No skill counts "
            "for more than it is asked for. Roles are our own reading of what such work takes, not a standard; files "
            "of your own add to them or replace them."
        ),
        _points(
            "A step leads one skill to its next level: the fewest active days that fulfil every threshold of that "
            "level, how many of them must be in projects where the skill was not used yet, and from when on the last "
            "of them may be where months are asked for.",
            "Its gain is by how many points the role rises when that level is reached: from "
            f"{phrases.percent(0.94)} to {phrases.percent(0.96)} are 2 points.",
        ),
    )


def _corrections(_: Taxonomy) -> Component:
    return _section(
        "Your corrections",
        "corrections",
        html.P(
            "Any proof, file or project can be marked. A mark takes effect at once on the whole history and on what "
            "is read later; what was read is kept, and taking the mark back restores every number."
        ),
        _points(
            "Not mine: it is neither shown nor counted, and copies of the same commit elsewhere neither.",
            "Course code: it is shown apart, marked as such, and counts for no level, no active day and no coverage.",
            "Hide: it is neither shown nor counted, here or in anything that is shared. What is not shown cannot prove "
            "anything, so it never counts in silence.",
        ),
        cards.link("See what you have marked", "/corrections"),
    )


def _not_said(_: Taxonomy) -> Component:
    return _section(
        "What this does not say",
        "limits",
        _points(
            "Work in places that were not read: a former employer’s repositories, paper, conversation.",
            "How well something was done. A level says how much and how often.",
            "What is not visible in code: such skills come from the sites named on the Sources page, or from your own "
            "word, and say so.",
        ),
    )
