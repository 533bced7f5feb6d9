"""Tables of what was done among others: the same as the charts of Community, for every reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import cards, phrases
from dashboard.cards import Table
from dashboard.community_views import TOP_SKILLS
from dashboard.markup import html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dashboard.community_views import Badge, CommunityView, Repository, Standing, Tag, Work
    from dashboard.site import Ask
    from dashboard.source_views import Source

ROWS = 16  # of a table that could go on
LATEST = 12  # pull requests, reviews and issues listed one by one
KINDS = {"pull-request": "Pull request", "review": "Review", "issue": "Issue"}


def competitions(shown: CommunityView) -> Table:
    rows = [
        [
            html.Div([_outside(row.title, row.url), *_private(row.private)], className="sf-where"),
            phrases.day(shown.shown_at(row)),
            f"{phrases.number(row.rank)} of {phrases.number(row.teams)}" if row.rank and row.teams else "–",
            phrases.percent(row.ahead) if row.ahead is not None else "–",
            f"{row.score} {row.metric}".strip() or "–",
            phrases.number(row.submissions),
            f"{row.medal}, awarded" if row.medal else "–",
        ]
        for row in shown.competitions[:ROWS]
    ]
    heads = ("Competition", "Day", "Rank", "Ahead of", "Score", "Submissions", "Medal")
    return Table(_some("Competitions, the latest first", shown.competitions), heads, rows, frozenset({2, 3, 4, 5}),
                 frozenset({1}), stacked=True)  # fmt: skip


def notebooks(ask: Ask, shown: CommunityView) -> Table:
    found = shown.works("notebook")
    names = ask.view.taxonomy.skills

    def skills(project: int) -> Any:
        ids = shown.skills_of_notebooks.get(project, [])
        links = [
            part
            for skill in ids[:TOP_SKILLS]
            for part in (", ", cards.link(names[skill].name, ask.link(f"/skill/{skill}")))
        ]
        more = [f" and {len(ids) - TOP_SKILLS} more"] if len(ids) > TOP_SKILLS else []
        return html.Span([*links[1:], *more], className="sf-where") if ids else "–"

    rows = [
        [
            html.Div([_outside(row.title, row.url), *_marks(row)], className="sf-where"),
            skills(row.project_id),
            phrases.day(row.last),
            phrases.number(row.versions),
            phrases.number(row.votes),
        ]
        for row in found[:ROWS]
    ]
    heads = ("Notebook", "Skills in its code", "Last run", "Versions read", "Votes")
    return Table(
        _some("Notebooks, the latest first", found), heads, rows, frozenset({3, 4}), frozenset({2}), stacked=True
    )


def publications(found: Sequence[Work]) -> Table:
    rows = [
        [
            html.Div([_outside(row.title, row.url), *_marks(row)], className="sf-where"),
            {"dataset": "Data set", "model": "Model"}[row.kind],
            phrases.day(row.first),
            phrases.day(row.last),
            phrases.number(row.votes),
        ]
        for row in found[:ROWS]
    ]
    heads = ("Title", "What", "First", "Last", "Votes")
    return Table(_some("Data sets and models", found), heads, rows, frozenset({4}), frozenset({2, 3}), stacked=True)


def standing(found: Sequence[Standing]) -> Table:
    rows = [
        [
            row.category.capitalize(),
            row.tier.capitalize() or "–",
            phrases.day(row.day),
            phrases.number(row.highest_rank) if row.highest_rank else "–",
            f"{row.gold} gold, {row.silver} silver, {row.bronze} bronze",
        ]
        for row in found
    ]
    heads = ("Category", "Tier", "Since", "Highest rank", "Medals awarded")
    return Table("Tiers and medals, as Kaggle awarded them", heads, rows, frozenset({3}), frozenset({2}), stacked=True)


def months(shown: CommunityView) -> Table:
    """By year, so that it stays short."""
    sums: dict[int, list[int]] = {}
    for month, accepted, others in shown.months:
        known = sums.setdefault(month.year, [0, 0])
        known[0] += accepted
        known[1] += accepted + others
    rows = [
        [str(year), phrases.number(all_of_them), phrases.number(accepted), phrases.percent(accepted / all_of_them)]
        for year, (accepted, all_of_them) in sorted(sums.items(), reverse=True)
    ]
    return Table("Answers by year", ("Year", "Answers", "Accepted", "Share"), rows, frozenset({1, 2, 3}))


def tags(ask: Ask, found: Sequence[Tag]) -> Table:
    known = ask.view.taxonomy.technologies
    rows = [
        [
            cards.link(row.name, ask.link(f"/technology/{row.technology}")) if row.technology in known else row.name,
            phrases.number(row.score),
            phrases.number(row.answers),
            phrases.number(row.accepted),
            phrases.number(row.questions),
        ]
        for row in found[:12]
    ]
    heads = ("Tag", "Score", "Answers", "Accepted", "Questions")
    return Table(_some("Tags by the score of answers", found, 12), heads, rows, frozenset({1, 2, 3, 4}))


def badges(found: Sequence[Badge]) -> Table:
    rows = [
        [
            html.Div(
                [_outside(row.name, row.url), *([cards.chip("for a tag")] if row.for_tag else [])], className="sf-chips"
            ),
            row.rank or "–",
            phrases.number(row.times),
            phrases.day(row.last),
        ]
        for row in found[:12]
    ]
    heads = ("Badge", "Rank", "Times", "Last")
    return Table(_some("Badges", found, 12), heads, rows, frozenset({2}), frozenset({3}))


def repositories(ask: Ask, found: Sequence[Repository]) -> Table:
    rows = [
        [
            html.Span(
                [cards.link(row.name, ask.link(f"/project/{row.project_id}")), *_private(row.private)],
                className="sf-chips",
            ),
            phrases.number(row.pull_requests),
            phrases.number(row.merged),
            phrases.number(row.reviews),
            phrases.number(row.issues),
            phrases.number(row.commits),
            phrases.span(row.first, row.last),
        ]
        for row in found[:ROWS]
    ]
    heads = ("Repository", "Pull requests", "Merged", "Reviews", "Issues", "Commits", "From, to")
    return Table(
        _some("Repositories of others", found), heads, rows, frozenset({1, 2, 3, 4, 5}), frozenset({6}), stacked=True
    )


def contributions(ask: Ask, shown: CommunityView) -> Table:
    """The latest, one by one, each with its link."""
    names = ask.view.frames.project_rows
    rows = [
        [
            phrases.day(row.day),
            html.Span(
                [KINDS[row.kind], *([" ", cards.chip("merged", "good")] if row.merged else [])],
                className="sf-chips",
            ),
            names[row.project_id].name,
            html.Span(_outside(row.title or f"Number {row.key}", row.url), className="sf-where"),
        ]
        for row in shown.contributions[:LATEST]
    ]
    caption = _some("Pull requests, reviews and issues, the latest first", shown.contributions, LATEST)
    return Table(caption, ("Day", "What", "Repository", "Title"), rows, whole=frozenset({0}), stacked=True)


def learning(shown: CommunityView, lanes: Sequence[tuple[Source, Mapping[date, int]]]) -> Table:
    """Entries, then the active days of each source by year."""
    rows: list[Sequence[Any]] = [
        [
            phrases.day(entry.day),
            html.Span([entry.kind.capitalize(), " ", cards.chip("self-reported")], className="sf-chips"),
            html.Span(_outside(entry.title, entry.url), className="sf-where"),
        ]
        for entry in shown.entries[:ROWS]
    ]
    years: dict[int, dict[str, int]] = {}
    for source, found in lanes:
        for month, number in found.items():
            if not source.own_word:
                of = years.setdefault(month.year, {})
                of[source.name] = of.get(source.name, 0) + number
    rows += [
        [str(year), "Active days", ", ".join(f"{name} {phrases.number(number)}" for name, number in of.items())]
        for year, of in sorted(years.items(), reverse=True)
    ]
    return Table("Entries of your own, then work by year and source", ("Day or year", "What", "Title or days"), rows,
                 whole=frozenset({0}))  # fmt: skip


def _outside(text: str, url: str) -> Any:
    return cards.outside_link(text, url) if url else html.Span(text)


def _private(private: bool) -> list[Any]:
    return [" ", cards.chip("private")] if private else []


def _marks(row: Work) -> list[Any]:
    words = [f"{row.medal} medal, awarded"] if row.medal else []
    words += ["no longer there"] if row.state == "gone" else []
    return [part for word in words for part in (" ", cards.chip(word))] + _private(row.private)


def _some(caption: str, found: Any, most: int = ROWS) -> str:
    return f"{caption}: {most} of {phrases.number(len(found))}" if len(found) > most else caption
