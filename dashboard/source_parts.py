"""The parts of the Sources page as functions of the store: accounts, live progress, identities, run history."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import html

from dashboard import cards, phrases, public_folders, scheduling
from dashboard.beginning import commands
from data import shown
from data.identities import suggest_identities
from data.models import Author, IdentityKind, IdentityState, RunState
from data.nouns import NOUNS
from data.runs import LEASE, SILENCE

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.models import Account, RunRecord

RUNS_SHOWN = 30
OTHERS_SHOWN = 40
ISSUES_SHOWN = 50
UNTIL_FIRST_RUN = timedelta(seconds=30)
BETWEEN_RUNS = timedelta(seconds=3)
STATES = {
    RunState.RUNNING: ("running", ""),
    RunState.STOPPING: ("stopping", ""),
    RunState.DONE: ("done", "good"),
    RunState.PARTIAL: ("partly done", "warn"),
    RunState.FAILED: ("failed", "bad"),
    RunState.CANCELLED: ("stopped", "warn"),
}
UNDER_WAY = frozenset({RunState.RUNNING, RunState.STOPPING})
SAMPLE = "sample"
TITLES = {
    SAMPLE: "Sample",
    "git": "Git folder",
    "github": "GitHub",
    "kaggle": "Kaggle",
    "stackoverflow": "Stack Overflow",
}


def title(site: Site, source: str) -> str:
    choice = site.sources.get(source)
    return choice.title if choice else TITLES.get(source, source)


def short_name(site: Site, source: str, handle: str) -> str:
    """A folder by its last two parts, anything else whole."""
    if source == SAMPLE:
        return handle
    parts = [part for part in handle.split("/") if part]
    short = "/".join(parts[-2:]) if handle.startswith("/") and len(parts) > 2 else handle  # noqa: PLR2004
    return f"{title(site, source)} {short}"


def freshness(account: Account, run: RunRecord | None, today: date) -> str:
    """Say how the last run ended and when: "done 3 days ago", "never collected"."""
    if account.source == SAMPLE:
        return "comes with Skillfolio"
    return f"{STATES[run.state][0]} {phrases.ago(run.started, today)}" if run else "never collected"


def silent(run: RunRecord) -> bool:
    """Whether a run that never ended shows no sign of life any more."""
    return run.seen is None or datetime.now(UTC) - _aware(run.seen) > (LEASE if run.queued else SILENCE)


def is_busy(site: Site) -> bool:
    """Whether a run is under way that shows signs of life."""
    return any(run.state in UNDER_WAY and not silent(run) for run in site.store.runs(20))


def more_to_come(site: Site) -> list[Component]:
    """One line while something is read, or nothing."""
    if not is_busy(site):
        return []
    text = "Reading goes on, so there is more to come. "
    return [html.P([text, cards.link("See how far it is", "/sources")], className="sf-summary")]


def awaited(site: Site, launched: datetime) -> bool:
    """Whether more of a collection that was started is to come: its first run, or the next account's."""
    times = [_aware(run.ended or run.seen or run.started) for run in runs_since(site, launched)]
    latest, patience = (max(times), BETWEEN_RUNS) if times else (launched, UNTIL_FIRST_RUN)
    return datetime.now(UTC) - latest < patience


def under_way_since(site: Site) -> str | None:
    """When what is running now was begun, for a page that did not begin it itself."""
    begun = [_aware(run.started) for run in site.store.runs(20) if run.state in UNDER_WAY and not silent(run)]
    return min(begun).isoformat() if begun else None


def runs_since(site: Site, launched: datetime) -> list[RunRecord]:
    return [run for run in site.store.runs(50) if _aware(run.started) >= launched]


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _took(run: RunRecord) -> str:
    seconds = ((run.ended or run.seen or run.started) - run.started).total_seconds()
    if seconds < 1:
        return "under a second"
    return phrases.count(round(seconds), "second") if seconds < 120 else phrases.count(round(seconds / 60), "minute")  # noqa: PLR2004


def live(site: Site, launched: datetime | None, *, stoppable: bool = True) -> list[Component]:
    """The runs that are under way, or that one is about to begin."""
    under_way = [run for run in site.store.runs(50) if run.state in UNDER_WAY]
    rows = [_progress(site, run, stoppable=stoppable) for run in under_way if run.queued or not silent(run)]
    if not rows and launched is None:
        return []
    begun = launched is not None and runs_since(site, launched)
    waiting = html.P("Looking whether there is more …" if begun else "Starting …", className="sf-quiet")
    return [cards.card("Collecting now", content=rows or [waiting])]


def _progress(site: Site, run: RunRecord, *, stoppable: bool) -> Component:
    progress = run.progress
    share = progress.done / progress.total if progress.total else 0.0
    of = phrases.count(progress.total, "repository", "repositories")
    parts = [f"{phrases.number(progress.done)} of {of}"] if progress.total else []
    left = _time_left(run, share)
    budget = [f"{phrases.number(left)} {name} requests left" for name, left in sorted(progress.budget.items())]
    noticed = phrases.count(run.issues, "issue") if run.issues else ""
    step = "waits for a worker" if run.queued and silent(run) else progress.step
    text = " · ".join([part for part in (step, *parts, left, *budget, noticed) if part])
    stop = dmc.Button(
        "Stop", id={"type": "sources-stop", "index": run.id}, n_clicks=0, size="compact-sm", variant="default",
        disabled=run.state is RunState.STOPPING, **{"aria-label": f"Stop {title(site, run.source)} {run.handle}"},
    )  # fmt: skip
    return html.Div(
        [
            html.Div(
                [html.Strong(short_name(site, run.source, run.handle)), *([stop] if stoppable else [])],
                className="sf-card-head sf-run-head",
            ),
            html.Div(
                cards.bar(share), role="progressbar",
                **{"aria-valuenow": round(share * 100), "aria-valuemin": 0, "aria-valuemax": 100,
                   "aria-label": f"Progress of {run.handle}"},
            ),
            html.P(text or "Starting …", className="sf-quiet"),
        ]
    )  # fmt: skip


def _time_left(run: RunRecord, share: float) -> str:
    spent = (datetime.now(UTC) - _aware(run.started)).total_seconds()
    if share < 0.05 or spent < 5:  # noqa: PLR2004 - too early to tell
        return ""
    left = spent / share - spent
    minutes = round(left / 60)
    return f"about {phrases.count(minutes, 'minute')} left" if minutes else "less than a minute left"


def accounts(site: Site, today: date) -> Component:
    """Each account with its last run and what can be done."""
    last: dict[int, RunRecord] = {}
    for run in site.store.runs(200):
        last.setdefault(run.account_id, run)
    rows, worked = [], site.is_sample or scheduling.is_worked(site)
    for account in site.store.accounts():
        run = last.get(account.id)
        where = f"{title(site, account.source)} {account.handle}"
        rows.append(
            [
                html.Span(title(site, account.source)),
                html.Span([html.Span(account.handle, className="sf-where"), " ", *public_folders.word(account)]),
                html.Span("comes with Skillfolio") if account.source == SAMPLE else _last_run(run, today),
                *([] if site.is_sample else _of_account(site, account, run, where, worked=worked)),
            ]
        )
    empty = None
    if not rows:
        reason = "No source yet. Add one below, or on the command line:"
        empty = cards.Empty(reason, commands(site.command, "add git ~/code", "add github YOUR-LOGIN"))
    more = () if site.is_sample else ("Read", "Next run", "Actions")
    heads = ("Source", "Login or folder", "Last run", *more)
    table = cards.table(cards.Table("Your sources", heads, rows, stacked=True))
    nobody = [] if worked or not rows else scheduling.nobody_works(site)
    when = "Each is read again when it is due, and only what is new."
    text = "" if site.is_sample or nobody else when
    return cards.card("Your sources", text, [*nobody, table], empty=empty)


def _of_account(site: Site, account: Account, run: RunRecord | None, where: str, *, worked: bool) -> list[Component]:
    return [
        scheduling.choice(site, account, where),
        scheduling.next_run(site, account, run, worked=worked),
        html.Div(_account_buttons(site, account, where), className="sf-actions"),
    ]


def _account_buttons(site: Site, account: Account, where: str) -> list[Component]:
    collect = [_button("Collect", "sources-collect", account.id, where)] if site.launch else []
    return [*collect, *public_folders.button(account), _button("Remove", "sources-remove", account.id, where)]


def _button(text: str, kind: str, index: int, where: str) -> Component:
    return dmc.Button(
        text, id={"type": kind, "index": index}, n_clicks=0, size="compact-sm", variant="default",
        **{"aria-label": f"{text} {where}"},
    )  # fmt: skip


def _last_run(run: RunRecord | None, today: date) -> Any:
    if run is None:
        return html.Span("never collected", className="sf-quiet")
    word, tone = STATES[run.state]
    noticed = f" · {phrases.count(run.issues, 'issue')}" if run.issues else ""
    return html.Span(
        [cards.chip(word, tone), html.Span(f" {phrases.ago(run.started, today)}{noticed}", className="sf-quiet")]
    )


def identities(site: Site) -> list[Component]:
    """Who counts as the person, who looks alike, and everyone else found in the histories."""
    stored = {item.value: item for item in site.store.identities() if item.kind != IdentityKind.NAME}
    authors = {row.email: row for row in shown.authors(site.store)}
    found = [Author(row.email, row.name, row.commits, row.first, row.last) for row in authors.values()]
    suggested = {item.value for item in suggest_identities(found, site.store.identities())}
    suggested |= {value for value, item in stored.items() if item.state is IdentityState.SUGGESTED}
    counted = [
        value for value, item in stored.items() if item.state in {IdentityState.PROPOSED, IdentityState.CONFIRMED}
    ]
    others = [email for email in authors if email not in counted and email not in suggested]
    if site.is_sample:
        return [_of_sample()]
    asked = site.portfolio.frames().empty and bool(authors)
    parts = [_counted(site, counted, stored, authors), *_alike(sorted(suggested), authors)]
    return [*_others(others, authors, asked=True), *parts] if asked else [*parts, *_others(others, authors)]


def _of_sample() -> Component:
    """A sample has no person: each repository stands for its main author."""
    text = (
        "Each repository of the sample is shown as its main author’s work. In your own portfolio this is where you say "
        "which addresses are yours."
    )
    return cards.card("Who you are", content=html.P(text, className="sf-prose"), anchor="identities")


def _counted(site: Site, values: list[str], stored: dict[str, Any], authors: dict[str, Any]) -> Component:
    rows = []
    for value in values:
        item = stored[value]
        proposed = item.state is IdentityState.PROPOSED
        said = {"person": "you", "git-config": "git’s configuration", "github": "GitHub", "history": "the histories"}
        state = cards.chip("waits for your word", "warn") if proposed else cards.chip("confirmed", "good")
        buttons = [_decide("Confirm", "confirm", value)] if proposed else []
        rows.append([
            html.Span(value, className="sf-where"), *_counts(authors.get(value)), said.get(item.said_by, item.said_by),
            state, html.Div([*buttons, _decide("Not me", "remove", value)], className="sf-actions"),
        ])  # fmt: skip
    empty = None
    if not rows:
        reason = (
            "Nobody counts as you yet, so nothing is read as yours. Confirm an address on this page after a first run, "
            "or run:"
        )
        empty = cards.Empty(reason, commands(site.command, "identities --confirm you@example.org"))
    heads = ("Address or login", "Commits", "Projects", "Seen", "Named by", "State", "Actions")
    table = cards.table(
        cards.Table("Addresses and logins that count as you", heads, rows, frozenset({1, 2}), stacked=True)
    )
    text = "A commit is yours when its author’s address is one of these, exactly. Names alone never count."
    return cards.card("Who you are", text, table, empty=empty, anchor="identities")


def _alike(values: list[str], authors: dict[str, Any]) -> list[Component]:
    if not values:
        return []
    rows = [
        [
            html.Span(value, className="sf-where"),
            getattr(authors.get(value), "name", ""),
            *_counts(authors.get(value)),
            html.Div(
                [_decide("This is me", "confirm", value), _decide("Not me", "remove", value)], className="sf-actions"
            ),
        ]
        for value in values
    ]
    heads = ("Address", "Name", "Commits", "Projects", "Seen", "Actions")
    table = cards.table(cards.Table("Addresses that look like yours", heads, rows, frozenset({2, 3}), stacked=True))
    return [cards.card("These look like you", "They count for nothing until you say so.", table)]


def _others(emails: list[str], authors: dict[str, Any], *, asked: bool = False) -> list[Component]:
    if not emails:
        return []
    most = sorted(emails, key=lambda email: (-authors[email].commits, email))[:OTHERS_SHOWN]
    rows = [
        [
            html.Span(email, className="sf-where"), authors[email].name, *_counts(authors[email]),
            html.Div([_decide("This is me", "confirm", email)], className="sf-actions"),
        ]
        for email in most
    ]  # fmt: skip
    caption = "Which of these are you?" if asked else "Everyone else in the histories"
    heads = ("Address", "Name", "Commits", "Projects", "Seen", "Actions")
    more = (
        f"{phrases.number(len(emails))} addresses; the {len(most)} with most commits are listed."
        if len(emails) > len(most)
        else ""
    )
    table = cards.table(cards.Table(caption, heads, rows, frozenset({2, 3}), stacked=True), narrow=True)
    if asked:
        text = f"Nothing is shown until you say so. Then collect again to read what they wrote. {more}"
        return [cards.card(caption, text, table)]
    summary = html.Summary(f"Show {phrases.count(len(most), 'address', 'addresses')}")
    folded = html.Details([summary, table], className="sf-details")
    return [cards.card(caption, f"Is one of them an old address of yours? {more}", folded)]


def _counts(author: Any) -> list[Any]:
    if author is None:
        return ["–", "–", html.Span("not seen in a history", className="sf-quiet")]
    seen = html.Span(phrases.months(author.first, author.last), className="sf-nowrap")
    return [phrases.number(author.commits), phrases.number(author.projects), seen]


def _decide(text: str, do: str, value: str) -> Component:
    return dmc.Button(
        text, id={"type": "sources-identity", "do": do, "value": value}, n_clicks=0, size="compact-sm",
        variant="default", **{"aria-label": f"{text}: {value}"},
    )  # fmt: skip


def history(site: Site) -> Component:
    """The latest runs with what they read and noticed."""
    rows = []
    for run in site.store.runs(RUNS_SHOWN):
        word, tone = STATES[run.state]
        if run.state in {RunState.RUNNING, RunState.STOPPING} and silent(run):
            word, tone = ("waiting", "warn") if run.queued else ("broken off", "bad")
        read = read_in_words(run) if run.ended else run.progress.step
        rows.append([
            html.Span(phrases.moment(_aware(run.started)), className="sf-nowrap"),
            html.Span(short_name(site, run.source, run.handle), className="sf-where"),
            cards.chip(word, tone), read, html.Span(_took(run), className="sf-nowrap"), _issues(site, run),
        ])  # fmt: skip
    none = cards.Empty("No run yet. Collect to read your sources:", commands(site.command, "collect"))
    heads = ("Started", "Source", "State", "Read", "Took", "Noticed")
    table = cards.table(cards.Table("The latest runs, newest first", heads, rows, stacked=True))
    text = "What each run read, and what it noticed on the way."
    return cards.card("Runs", text, table, empty=None if rows else none, anchor="runs")


def read_in_words(run: RunRecord) -> str:
    """What a run read, in words."""
    return ", ".join(_counted_as(name, value) for name, value in run.counts.items() if value) or "nothing new"


def _counted_as(name: str, value: int) -> str:
    one, many = NOUNS.get(name, (name.removesuffix("s"), name))
    return phrases.count(value, one, many)


def _issues(site: Site, run: RunRecord) -> Any:
    if not run.issues:
        return html.Span("–", className="sf-quiet")
    found = site.store.issues(run.id)
    items = [
        html.Li([html.Strong(f"{issue.subject}: " if issue.subject else ""), issue.message,
                 f" ({phrases.number(issue.count)} times)" if issue.count > 1 else ""])
        for issue in found[:ISSUES_SHOWN]
    ]  # fmt: skip
    more = [html.Li(f"and {len(found) - ISSUES_SHOWN} more")] if len(found) > ISSUES_SHOWN else []
    return html.Details(
        [html.Summary(phrases.count(run.issues, "issue")), html.Ul([*items, *more], className="sf-issues")],
        className="sf-details",
    )
