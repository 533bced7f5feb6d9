"""What stands behind a claim, for skills and technologies: active days by month, and every place in the work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dashboard import asking, cards, figures, filters, findings, marking, phrases
from dashboard.cards import Empty
from dashboard.markup import html
from data.links import commit_url
from data.marks import Target
from data.titles import titles_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dash.development.base_component import Component

    from dashboard.site import Ask
    from dashboard.skill_views import Month
    from data.taxonomy import Technology
    from data.titles import Key, Title

PROOFS_A_PAGE = 25
TECHNOLOGY = "tech"  # in the query: proof through this one only
LEAST_CHOICE = 2
HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHORT = 10
LONGEST_TITLE = 120
VERSION = re.compile(r"v[1-9]\d{0,5}")
COMMITS = {"commit", "merge"}
NUMBERED = {"pull-request", "issue", "answer", "question"}
KINDS = {
    "commit": "Commit",
    "merge": "Merge",
    "tag": "Tag",
    "pull-request": "Pull request",
    "issue": "Issue",
    "review": "Review",
    "release": "Release",
    "repository": "Repository",
    "answer": "Answer",
    "question": "Question",
    "badge": "Badge",
    "dataset": "Data set",
    "course": "Course",
    "certificate": "Certificate",
    "talk": "Talk",
    "meetup": "Meetup",
    "reading": "Reading",
}
DONE = {
    "commit": "Made a commit",
    "conventional-commit": "Wrote a commit message in a set form",
    "merge": "Merged a branch",
    "tag": "Tagged a version",
    "pull-request": "Opened a pull request",
    "pull-request-elsewhere": "Opened a pull request in somebody else’s project",
    "review": "Reviewed a pull request",
    "issue": "Opened an issue",
    "issue-elsewhere": "Opened an issue in somebody else’s project",
    "release": "Published a release",
    "public-repository": "Made a repository public",
    "readme": "Has a readme",
    "licence": "Has a licence",
    "description": "Has a description",
    "homepage": "Has a homepage",
    "topics": "Has topics",
    "star": "Was starred",
    "kaggle-notebook": "Published a notebook",
    "kaggle-dataset": "Published a data set",
    "kaggle-model": "Published a model",
    "kaggle-competition": "Took part in a competition",
    "kaggle-submission": "Sent in a submission",
    "answer": "Answered a question",
    "accepted-answer": "The answer was accepted",
    "question": "Asked a question",
    "course": "Took a course (self-reported)",
    "certificate": "Earned a certificate (self-reported)",
    "talk": "Gave a talk (self-reported)",
    "meetup": "Went to a meetup (self-reported)",
}


def months_card(
    ask: Ask,
    key: str,
    name: str,
    months: Sequence[Month],
    *,
    explanation: str,
    empty: str,
    window: Any = None,
    unit: str = "Active days",
    subject: str = "",
) -> Component:
    """Active days (or weeks) by month, as bars and as a table; `subject` is what they are of: " with NumPy"."""
    table = cards.Table(
        name,
        ("Month", unit, "of them assisted only"),
        [
            [phrases.month(row.month), phrases.number(row.own + row.assisted), phrases.number(row.assisted)]
            for row in months
        ],
        frozenset({1, 2}),
    )
    figure = figures.active_days_by_month(months, window or ask.view.bounds, unit.lower())
    grey = "; grey: days with assisted work only" if any(row.assisted for row in months) else ""
    return cards.card(
        findings.busiest(months, unit.lower().removesuffix("s"), subject) if len(months) else name,
        f"{explanation}, by {'quarter' if figures.by_quarter(months) else 'month'}{grey}.",
        cards.graph(key, figure, f"{name}: bars", 200),
        empty=None if len(months) else Empty(empty),
        table_instead=table,
        method="growth",
    )


def within(ask: Ask) -> str:
    """Words on the filters, when any is set."""
    return " within these filters" if ask.view.filters.query else ""


def proof_card(ask: Ask, kind: str, subject: str, name: str, empty: str) -> Component:
    """Every place in the work that shows a subject, latest first; a page beyond the last shows the last."""
    behind = ask.view.behind(kind, subject) if kind == "skill" else []
    asked = asking.word(ask.search, TECHNOLOGY)
    chosen = next((each for each in behind if each.id == asked), None)
    found, page, pages, places = ask.view.proof_page(
        kind, subject, PROOFS_A_PAGE, filters.argument(ask.search, "page"), chosen.id if chosen else ""
    )
    titles = titles_of(ask.view.frames.store, [(row.project_id, row.kind, row.key) for row in found])
    rows = [[*proof_row(ask, row, titles), *_correct(ask, row, subject, number)] for number, row in enumerate(found)]
    heads = ("Date", "Project", "What was seen", "Where", *(() if ask.view.frames.sample else ("Actions",)))
    kept = {TECHNOLOGY: chosen.id} if chosen else {}
    pager = cards.more_pages(page, page < pages, lambda to: ask.link(ask.path, page=to, **kept), "the proof", pages)
    through = f" through {chosen.name}" if chosen else ""
    table: Any = cards.table(cards.Table(f"Proof of {name}{through}", heads, rows, stacked=True))
    if not rows and chosen:
        table = html.P(f"{chosen.name} shows it nowhere{within(ask)}.", className="sf-quiet")
    return cards.card(
        findings.proof(places, chosen.name if chosen else ""),
        f"Every place in your work that shows it{through}, latest first.",
        [*_choice(ask, behind, chosen), table, marking.place()],
        empty=None if rows or chosen else Empty(empty),
        anchor="proof",
        after=pager,
    )


def _choice(ask: Ask, behind: Sequence[Technology], chosen: Technology | None) -> list[Component]:
    """Links that leave only what one technology shows; nothing where there is no choice."""
    if len(behind) < LEAST_CHOICE:
        return []

    def pick(name: str, technology: str, here: bool) -> Component:
        href = ask.link(ask.path, **{TECHNOLOGY: technology})
        picked = cards.link(name, href, className=f"sf-pick{' sf-picked' if here else ''}")
        return html.Li(picked, **({"aria-current": "true"} if here else {}))

    items = [pick("All", "", chosen is None), *(pick(each.name, each.id, each is chosen) for each in behind)]
    return [html.Nav(html.Ul(items, className="sf-picks"), **{"aria-label": "Proof by technology"})]


def _correct(ask: Ask, row: Any, subject: str, number: int) -> list[Any]:
    target = Target(row.project_id, str(row.key), str(row.path), subject)
    return marking.button(ask, target, f"{named(str(row.kind), target.key)} in {row.project}", number)


def proof_row(ask: Ask, row: Any, titles: Mapping[Key, Title] | None = None) -> list[Any]:
    """One row of `frames.proofs` as cells."""
    place = f"{row.path}:{row.line}" if row.path and row.line else row.path
    title = (titles or {}).get((row.project_id, row.kind, row.key))
    where = (
        entitled(str(row.kind), str(row.key), title) if title and title.title else named(str(row.kind), str(row.key))
    )
    shown = [html.Span([html.Code(place), html.Br()], className="sf-where")] if place else []
    address = str(row.url) or (commit_url(str(row.project_url), str(row.key)) if row.kind in COMMITS else "")
    opened = cards.outside_link(where, address) if address else html.Span(where)
    marks = [cards.chip(text) for text in _standing(title)] + ([cards.chip("assisted")] if row.assisted else [])
    seen = html.Span(DONE[row.value]) if not place and row.value in DONE else html.Code(row.value)
    times = html.Span(f" ×{row.uses}", className="sf-quiet") if row.uses > 1 else ""
    return [
        html.Span(phrases.day(row.day), className="sf-nowrap"),
        cards.link(row.project, ask.link(f"/project/{row.project_id}")),
        html.Div([seen, times, _by(ask, str(row.rule))], className="sf-where"),
        html.Div([*shown, html.Span([opened, *marks], className="sf-chips")]),
    ]


def entitled(kind: str, key: str, title: Title) -> str:
    """Title of an activity with what it is: "Answer: How do I …", "Pull request 12: Speed up …"."""
    text = title.title if len(title.title) <= LONGEST_TITLE else f"{title.title[:LONGEST_TITLE].rstrip()}…"
    number = f" {key}" if kind in {"pull-request", "issue", "review"} and key.isascii() and key.isdigit() else ""
    version = f", version {key[1:]}" if kind == "notebook" and VERSION.fullmatch(key) else ""
    return f"{KINDS.get(kind, kind.replace('-', ' ').capitalize())}{number}{version}: {text}"


def _standing(title: Title | None) -> list[str]:
    """What a site said of an activity: its score, its rank."""
    if title is None:
        return []
    score = [f"score {title.score.replace('-', '−')}"] if title.score else []
    rank = [f"rank {phrases.number(title.rank)} of {phrases.number(title.teams)}"] if title.rank and title.teams else []
    return score + rank


def named(kind: str, key: str) -> str:
    """What an activity is called: "Commit 1a2b3c4d5e", "Pull request 12"."""
    word = KINDS.get(kind, kind.replace("-", " ").capitalize())
    if HASH.fullmatch(key):
        return f"{word} {key[:SHORT]}"
    return f"{word} {key}" if key.isascii() and key.isdigit() and kind in NUMBERED else word


def _by(ask: Ask, rule: str) -> Any:
    technology = ask.view.taxonomy.technologies.get(rule.partition(":")[0])
    if technology is None or ask.path == f"/technology/{technology.id}":
        return ""
    return html.Div(cards.link(technology.name, ask.link(f"/technology/{technology.id}")), className="sf-quiet")
