"""Tables of what was done among others: the same as the charts of Community, for every reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard import cards, filters, phrases
from dashboard.cards import Table
from dashboard.community_views import TOP_SKILLS
from dashboard.markup import html

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from dash.development.base_component import Component

    from dashboard.community_views import CommunityView, Standing, Work
    from dashboard.site import Ask
    from dashboard.source_views import Source

ROWS = 10  # of a page of a table that could go on
KINDS = {"pull-request": "Pull request", "review": "Review", "issue": "Issue"}


class Part(NamedTuple):
    """One page of the rows of a table; `name` is its argument in the address."""

    name: str
    rows: Sequence[Any]
    begin: int
    of: int
    page: int
    pages: int

    def caption(self, text: str) -> str:
        end = self.begin + len(self.rows)
        return f"{text}: {self.begin + 1} to {end} of {phrases.number(self.of)}" if self.pages > 1 else text


def part_of(ask: Ask, name: str, rows: Sequence[Any]) -> Part:
    """The rows that the address asks for; beyond the last page, the last."""
    page, pages = filters.last_page(filters.argument(ask.search, name), len(rows), ROWS)
    begin = (page - 1) * ROWS
    return Part(name, rows[begin : begin + ROWS], begin, len(rows), page, pages)


def paged(ask: Ask, table: Table, part: Part, anchor: str) -> list[Component]:
    """A table with links to its other pages, which come back to its card."""

    def href(to: int) -> str:
        return f"{ask.link(ask.path, **{part.name: to})}#{anchor}"

    what = table.caption.partition(":")[0].partition(",")[0].lower()
    pager = cards.more_pages(part.page, part.page < part.pages, href, what, part.pages)
    return [cards.table(table), *([pager] if pager is not None else [])]


def competitions(shown: CommunityView, part: Part) -> Table:
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
        for row in part.rows
    ]
    heads = ("Competition", "Day", "Rank", "Ahead of", "Score", "Submissions", "Medal")
    return Table(part.caption("Competitions, the latest first"), heads, rows, frozenset({2, 3, 4, 5}),
                 frozenset({1}), stacked=True)  # fmt: skip


def notebooks(ask: Ask, shown: CommunityView, part: Part) -> Table:
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
        for row in part.rows
    ]
    heads = ("Notebook", "Skills in its code", "Last run", "Versions read", "Votes")
    return Table(
        part.caption("Notebooks, the latest first"), heads, rows, frozenset({3, 4}), frozenset({2}), stacked=True
    )


def publications(part: Part) -> Table:
    rows = [
        [
            html.Div([_outside(row.title, row.url), *_marks(row)], className="sf-where"),
            {"dataset": "Data set", "model": "Model"}[row.kind],
            phrases.day(row.first),
            phrases.day(row.last),
            phrases.number(row.votes),
        ]
        for row in part.rows
    ]
    heads = ("Title", "What", "First", "Last", "Votes")
    return Table(part.caption("Data sets and models"), heads, rows, frozenset({4}), frozenset({2, 3}), stacked=True)


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


def tags(ask: Ask, part: Part) -> Table:
    known = ask.view.taxonomy.technologies
    rows = [
        [
            cards.link(row.name, ask.link(f"/technology/{row.technology}")) if row.technology in known else row.name,
            phrases.number(row.score),
            phrases.number(row.answers),
            phrases.number(row.accepted),
            phrases.number(row.questions),
        ]
        for row in part.rows
    ]
    heads = ("Tag", "Score", "Answers", "Accepted", "Questions")
    caption = part.caption("Tags by the score of answers")
    return Table(caption, heads, rows, frozenset({1, 2, 3, 4}), lines=True, lead=1)


def badges(part: Part) -> Table:
    rows = [
        [
            html.Div(
                [_outside(row.name, row.url), *([cards.chip("for a tag")] if row.for_tag else [])], className="sf-chips"
            ),
            row.rank or "–",
            phrases.number(row.times),
            phrases.day(row.last),
        ]
        for row in part.rows
    ]
    heads = ("Badge", "Rank", "Times", "Last")
    return Table(part.caption("Badges"), heads, rows, frozenset({2}), frozenset({3}), lines=True, lead=1)


def repositories(ask: Ask, part: Part) -> Table:
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
        for row in part.rows
    ]
    heads = ("Repository", "Pull requests", "Merged", "Reviews", "Issues", "Commits", "From, to")
    return Table(
        part.caption("Repositories of others"), heads, rows, frozenset({1, 2, 3, 4, 5}), frozenset({6}), stacked=True
    )


def contributions(ask: Ask, part: Part) -> Table:
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
        for row in part.rows
    ]
    caption = part.caption("Pull requests, reviews and issues, the latest first")
    return Table(caption, ("Day", "What", "Repository", "Title"), rows, whole=frozenset({0}), stacked=True)


def learning(part: Part, lanes: Sequence[tuple[Source, Mapping[date, int]]]) -> Table:
    """Entries, then the active days of each source by year."""
    rows: list[Sequence[Any]] = [
        [
            phrases.day(entry.day),
            html.Span([entry.kind.capitalize(), " ", cards.chip("self-reported")], className="sf-chips"),
            html.Span(_outside(entry.title, entry.url), className="sf-where"),
        ]
        for entry in part.rows
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
    caption = part.caption("Entries of your own, then work by year and source")
    return Table(caption, ("Day or year", "What", "Title or days"), rows, whole=frozenset({0}))


def _outside(text: str, url: str) -> Any:
    return cards.outside_link(text, url) if url else html.Span(text)


def _private(private: bool) -> list[Any]:
    return [" ", cards.chip("private")] if private else []


def _marks(row: Work) -> list[Any]:
    words = [f"{row.medal} medal, awarded"] if row.medal else []
    words += ["no longer there"] if row.state == "gone" else []
    return [part for word in words for part in (" ", cards.chip(word))] + _private(row.private)
