"""Community: what was done on Kaggle, on Stack Overflow and in others' repositories, beside one's own word."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from dashboard import cards, community_figures, community_tables, findings, phrases, splitting
from dashboard.beginning import commands, unless_empty
from dashboard.cards import Empty
from dashboard.community_tables import part_of
from dashboard.community_views import CommunityView
from dashboard.markup import html
from dashboard.site import Ask, Page, Shown
from dashboard.skill_views import NOT_READ, Month
from data.posts import accepted_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dash.development.base_component import Component

    from dashboard.community_views import Tag
    from dashboard.loaded import Frames
    from dashboard.site import Site

TITLE = "Community"
REPOSITORIES_DRAWN = 12
CONNECT = {
    "kaggle": (
        "Kaggle is not connected. Name your account on the Sources page, or in a terminal:",
        "add kaggle YOUR-NAME",
    ),
    "stackoverflow": (
        "Stack Overflow is not connected. Name your account on the Sources page, or in a terminal:",
        "add stackoverflow YOUR-NUMBER",
    ),
    "github": (
        "GitHub is not connected, and clones tell of no pull requests. Name your login on Sources, or in a terminal:",
        "add github YOUR-LOGIN",
    ),
    "manual": (
        "No entry yet. Add courses, talks and meetups on the Learning page, or in a terminal:",
        "log import meetups.ics",
    ),
}


def register(site: Site) -> None:
    site.add(Page("/community", TITLE, unless_empty(layout, TITLE), place=4, filtered=True, kept=True))


def layout(ask: Ask) -> Shown:
    shown = CommunityView(ask.view)
    body = [
        cards.page_head(TITLE, _sentence(shown)),
        _tiles(shown),
        _learning(ask, shown),
        _competitions(ask, shown),
        _notebooks(ask, shown),
        _standing(shown),
        _answers(ask, shown),
        _repositories(ask, shown),
    ]
    return Shown(TITLE, [part for part in body if part is not None])


def _sentence(shown: CommunityView) -> str:
    if not _read(shown.view.frames):
        return "What you do among others, dated by the work itself."
    return (
        "What you did among others: on Kaggle, on Stack Overflow and in other people’s repositories, dated by the work "
        "itself; and, marked as such, what you report of your own learning."
    )


def _read(frames: Frames) -> frozenset[str]:
    """Sources that are connected, or were once."""
    return frames.sources | frames.read_sources


def _tiles(shown: CommunityView) -> Component:
    best = next(iter(shown.ranked), None)
    answers = [post for post in shown.posts if post.kind == "answer"]
    share = accepted_share(shown.posts)
    requests = sum(row.pull_requests for row in shown.repositories)
    merged = sum(row.merged for row in shown.repositories)

    def tile(source: str, number: int, label: str, note: str) -> Component:
        read = source in _read(shown.view.frames)
        return cards.tile(phrases.number(number) if read else "–", label, note if read else NOT_READ)

    return cards.tiles(
        [
            tile(
                "kaggle",
                len(shown.competitions),
                "Competitions",
                f"at best ahead of {phrases.percent(best.ahead or 0)}" if best else "no rank known",
            ),
            tile(
                "kaggle",
                len(shown.works("notebook")),
                "Notebooks on Kaggle",
                phrases.count(len(shown.notebooks_by_skill), "skill in their code", "skills in their code"),
            ),
            tile(
                "stackoverflow",
                len(answers),
                "Answers",
                f"{phrases.percent(share)} accepted" if share is not None else "on Stack Overflow",
            ),
            tile(
                "github",
                requests,
                "Pull requests to others",
                f"{phrases.number(merged)} merged" if requests else "in repositories that are not yours",
            ),
        ]
    )


def _at_a_time(rows: Sequence[Any]) -> str:
    """A sentence where a table has pages."""
    most = community_tables.ROWS
    return f" {most} of {phrases.number(len(rows))} are listed at a time." if len(rows) > most else ""


def _none(ask: Ask, source: str, what: str) -> Empty:
    """Why a card is empty: the source is not connected, the filters leave nothing, or there is nothing."""
    frames = ask.view.frames
    if frames.sample:
        return Empty(f"The sample holds {what.lower()}: it was read from public repositories alone.")
    if source not in _read(frames):
        text, command = CONNECT[source]
        return Empty(text, commands(ask.command, command))
    where = " within these filters" if ask.view.filters.query else ""
    return Empty(f"There are {what}{where}.")


def _learning(ask: Ask, shown: CommunityView) -> Component:
    """All sources in lanes, and entries by one's own word."""
    view, entries = ask.view, shown.entries
    lanes = [(source, view.lanes[source.id]) for source in view.sources if source.id in view.lanes]
    count = phrases.count(len(entries), "entry", "entries")
    title = (
        f"{count} of your own learning, self-reported, beside the work"
        if entries
        else f"Work was read from {phrases.count(len(lanes), 'source')}; no learning of your own is entered"
    )
    part = part_of(ask, "entries", entries)
    figure = community_figures.learning(lanes, entries, view.bounds)
    rows = len([source for source, _ in lanes if not source.own_word]) + bool(entries)
    legend = splitting.marks_legend(
        [
            ("A month with 1 to 3 active days", "level-2", ""),
            ("4 to 9", "level-3", ""),
            ("10 or more", "level-4", ""),
            *(
                [("Your own word: courses, certificates, talks, meetups, reading", "text", "sf-diamond")]
                if entries
                else []
            ),
        ]
    )
    empty = _none(ask, "manual", "no entries") if not (lanes or entries) else None
    missing = _none(ask, "manual", "no entries")
    after = None if entries or empty or ask.view.frames.sample else cards.empty_state(missing)
    return cards.card(
        title,
        f"A lane for each source, {view.window}. Filled squares are months of work that was read; open diamonds are "
        "what you entered, which nobody checks.",
        [
            legend,
            cards.graph(
                "community-learning",
                figure,
                "Work and learning by source: timeline",
                community_figures.LANE * rows + 40,
                520,
            ),
        ],
        empty=empty,
        table_instead=community_tables.learning(part, lanes),
        method="self-reported",
        after=cards.link(f"All {count} on Learning", "/learning", className="sf-how") if part.pages > 1 else after,
    )


def _best_rank(shown: CommunityView) -> str:
    every = len(shown.competitions)
    competitions = phrases.count(every, "competition")
    if not shown.ranked:
        return f"{competitions} on Kaggle, none with a known rank" if every else "Kaggle competitions"
    best = shown.ranked[0]
    lead = f"ahead of {phrases.percent(best.ahead or 0)} of {phrases.number(best.teams or 0)} teams"
    where = f"{lead.capitalize()} in {best.title}"
    of = f"best of {competitions}" if every > 1 else "the only competition"
    return findings.fitting(f"{where}, {of}", where, f"At best {lead}, in {competitions}")


def _competitions(ask: Ask, shown: CommunityView) -> Component:
    ranked = shown.ranked
    drawn = sorted(((row, shown.shown_at(row)) for row in ranked), key=lambda pair: pair[1])
    awarded = any(row.medal for row in ranked)
    legend = [
        ("A competition", "accent", "sf-round"),
        *([("With a medal that Kaggle awarded", "warn", "sf-star")] if awarded else []),
    ]
    figure = community_figures.competitions(drawn)
    unranked = len(shown.competitions) - len(ranked)
    left = (
        f" {phrases.count(unranked, 'competition')} without a rank is in the table."
        if unranked == 1
        else (f" {phrases.number(unranked)} competitions without a rank are in the table." if unranked else "")
    )
    chart = [
        splitting.marks_legend(legend),
        cards.graph("community-competitions", figure, "Competitions by the share of teams behind: rank over time", 240),
    ]
    part = part_of(ask, "competitions", shown.competitions)
    table = community_tables.competitions(shown, part)
    return cards.card(
        _best_rank(shown),
        f"The share of teams behind yours when it closed; higher is better.{left}{_at_a_time(shown.competitions)}",
        [*(chart if ranked else []), *community_tables.paged(ask, table, part, "competitions")],
        empty=None if shown.competitions else _none(ask, "kaggle", "no competitions"),
        method="kaggle",
        anchor="competitions",
    )


def _notebooks(ask: Ask, shown: CommunityView) -> Component:
    notebooks, skills = shown.works("notebook"), shown.notebooks_by_skill
    others = [*shown.works("dataset"), *shown.works("model")]
    title = "Notebooks, data sets and models on Kaggle"
    if notebooks and skills:
        name = ask.view.taxonomy.skills[skills[0][0]].name
        lead = (
            f"{phrases.count(len(notebooks), 'notebook shows', 'notebooks show')} {phrases.count(len(skills), 'skill')}"
        )
        title = findings.fitting(f"{lead}, most often {name} (in {phrases.number(skills[0][1])})", lead)
    elif notebooks:
        title = phrases.count(len(notebooks), "notebook on Kaggle", "notebooks on Kaggle")
    part = part_of(ask, "notebooks", notebooks)
    table = community_tables.notebooks(ask, shown, part)
    parts = community_tables.paged(ask, table, part, "notebooks") if notebooks else []
    if others:
        published = part_of(ask, "published", others)
        parts += [
            html.H3(_published(shown)),
            *community_tables.paged(ask, community_tables.publications(published), published, "notebooks"),
        ]
    return cards.card(
        title,
        "Their code is read like any other, and only the lines that a version brought count. Votes are "
        f"Kaggle’s.{_at_a_time(notebooks)}",
        parts,
        empty=None if parts else _none(ask, "kaggle", "no notebooks, data sets or models"),
        method="evidence",
        anchor="notebooks",
    )


def _published(shown: CommunityView) -> str:
    kinds = [(len(shown.works("dataset")), "data set"), (len(shown.works("model")), "model")]
    return phrases.listing([phrases.count(number, kind) for number, kind in kinds if number])


def _standing(shown: CommunityView) -> Component | None:
    """Only where Meta Kaggle's files were read: nothing of it is worked out here."""
    rows = shown.whole.standing
    if not rows:
        return None
    best = max(rows, key=lambda row: (row.gold, row.silver, row.bronze))
    medals = best.gold + best.silver + best.bronze
    title = f"{phrases.count(medals, 'medal')} in {best.category}, as Kaggle awarded" if medals else "Tiers on Kaggle"
    return cards.card(
        title,
        "As Meta Kaggle’s files told when they were read last.",
        cards.table(community_tables.standing(rows)),
        method="kaggle",
    )


def _answers(ask: Ask, shown: CommunityView) -> Component:
    posts, tags = shown.posts, shown.tags
    answers = [post for post in posts if post.kind == "answer"]
    accepted = sum(post.accepted for post in answers)
    share = accepted_share(posts)
    if share is not None:
        lead = phrases.count(len(answers), "answer on Stack Overflow", "answers on Stack Overflow")
        title = f"{lead}, {phrases.number(accepted)} of them accepted ({phrases.percent(share)})"
    else:
        title = phrases.count(len(posts), "question on Stack Overflow", "questions on Stack Overflow")
    step = "quarter" if community_figures.by_quarter(shown.months) else "month"
    figure = community_figures.answers(shown.months, None)
    legend = splitting.marks_legend([("Accepted", "level-3", ""), ("Not accepted", "level-1", "")])
    chart = [
        html.Div(
            [
                html.H3(findings.busiest([Month(*row) for row in shown.months], "answer")),
                html.P(f"Answers by {step}, {shown.view.window}", className="sf-quiet"),
                legend,
                cards.graph("community-answers", figure, f"Answers by {step}: bars", 220),
                cards.as_table(community_tables.months(shown)),
            ]
        )
    ]
    halves = [
        html.Div([html.H3(title), *community_tables.paged(ask, table(part), part, "answers")])
        for title, table, part in (
            (_best_tag(tags), partial(community_tables.tags, ask), part_of(ask, "tags", tags)),
            (phrases.count(len(shown.badges), "badge"), community_tables.badges, part_of(ask, "badges", shown.badges)),
        )
        if part.of
    ]
    parts = [*(chart if shown.months else []), *([html.Div(halves, className="sf-halves")] if halves else [])]
    return cards.card(
        title if len(posts) else "Stack Overflow",
        f"A score is up votes less down votes. Tags say what questions were about, no more.{_reputation(shown)}",
        parts,
        empty=None if len(posts) else _none(ask, "stackoverflow", "no posts"),
        method="stack-overflow",
        anchor="answers",
    )


def _best_tag(tags: Sequence[Tag]) -> str:
    """The highest score first; one alone, and above nothing, is named."""
    first = [tag for tag in tags if tag.score == tags[0].score]
    if len(first) != 1 or first[0].score <= 0:
        return "Tags by the score of answers"
    name, score = first[0].name, phrases.number(first[0].score)
    return findings.fitting(f"Answers tagged {name} have the highest score: {score}", f"The highest score is {score}")


def _reputation(shown: CommunityView) -> str:
    number = shown.whole.reputation
    return f" Reputation when it was read last: {phrases.number(number)}." if number else ""


def _repositories(ask: Ask, shown: CommunityView) -> Component:
    rows = shown.repositories
    requests, merged = sum(row.pull_requests for row in rows), sum(row.merged for row in rows)
    where = phrases.count(len(rows), "repository of others", "repositories of others")
    if requests:
        lead = f"{phrases.count(requests, 'pull request')} to {where}"
        title = findings.fitting(f"{lead}, {phrases.number(merged)} of them merged", lead)
    else:
        title = f"Reviews and issues in {where}" if rows else "In other people’s repositories"
    drawn = rows[:REPOSITORIES_DRAWN]
    numbers = {
        "merged": merged,
        "open": requests - merged,
        "reviews": sum(row.reviews for row in rows),
        "issues": sum(row.issues for row in rows),
    }
    legend = splitting.marks_legend(
        [(words, colour.removeprefix("@"), "") for kind, words, colour in community_figures.KINDS if numbers[kind]]
    )
    part = part_of(ask, "repositories", rows)
    figure = community_figures.repositories(drawn)
    height = community_figures.REPOSITORY_ROW * len(drawn)
    of = f" The {REPOSITORIES_DRAWN} with most of it are drawn." if len(rows) > len(drawn) else ""
    content: list[Any] = [
        legend,
        cards.graph("community-repositories", figure, "Work in others’ repositories: bars", height),
        *community_tables.paged(ask, community_tables.repositories(ask, part), part, "repositories"),
        _each(ask, shown),
    ]
    return cards.card(
        title,
        f"What GitHub tells besides commits; merged as it said when it was read last.{of}{_at_a_time(rows)}",
        content,
        empty=None if rows else _none(ask, "github", "no pull requests, reviews or issues in others’ repositories"),
        method="attribution",
        anchor="repositories",
    )


def _each(ask: Ask, shown: CommunityView) -> Component:
    """Every pull request, review and issue, folded away until one of its pages is asked for."""
    part = part_of(ask, "each", shown.contributions)
    table = community_tables.paged(ask, community_tables.contributions(ask, part), part, "repositories")
    summary = html.Summary(f"Show {'them' if part.of > 1 else 'it'} one by one")
    return html.Details([summary, *table], className="sf-details", open=part.page > 1)
