"""Competitions of the person whose credentials these are: where they stand, and every submission.

A bookmark `competition:<slug>` tells what was seen last: rank, teams, whether it had ended, the first submission.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collectors.kaggle import listing, parse, works
from collectors.kaggle.client import Refused
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.kaggle.listing import Look
    from collectors.kaggle.parse import Competition, Submission

ENTERED = listing.Listed(
    "competitions.CompetitionApiService/ListCompetitions", "competitions", {"group": "COMPETITION_LIST_TAB_ENTERED"}
)
SUBMISSIONS = "competitions.CompetitionApiService/ListSubmissions"
INDEX = "index:competitions"


def entered(look: Look) -> Iterator[Batch]:
    """The person's own competitions whose rank or teams have changed, with their new submissions."""
    run = look.run
    known: dict[str, str] = run.bookmark(INDEX) or {}
    seen: set[str] = set()
    for page in listing.pages(look.client, ENTERED):
        news = False
        for item in page.items:
            if run.stopping():
                return
            found = listing.parsed(run, parse.competition, item, "competition")
            if found is None or item.get("userHasEntered") is False or found.slug in seen:
                continue
            seen.add(found.slug)
            run.progress(step=found.slug)
            for batch in _seen(look, found):
                news = True
                yield batch
        look.news |= news
        if page.last or not (news or look.whole):
            break
    run.counts["competitions"] += len(seen | set(known))
    run.remember({INDEX: known | dict.fromkeys(sorted(seen), "")})


def _seen(look: Look, found: Competition) -> Iterator[Batch]:
    run, name = look.run, f"competition:{found.slug}"
    state = run.bookmark(name) or {}
    ended = found.deadline is not None and found.deadline < datetime.now(UTC)
    told: dict[str, Any] = {"rank": found.rank, "teams": found.teams, "ended": ended, "title": found.title}
    same = all(state.get(part) == value for part, value in told.items())
    due = not state.get("settled") and (look.whole or not state)
    if same and not due:
        return
    theirs: list[Submission] | None = None
    try:
        theirs = [each for each in _submissions(look, found.slug) if _counts(each, look.user)]
    except Refused:
        run.issue(
            "submissions-refused", "Kaggle does not show the submissions; the competition itself counts.", found.slug
        )
    pending = theirs is None or any(not each.finished for each in theirs)
    finished = [each for each in theirs or () if each.finished and not each.failed]
    first = min((each.when.isoformat() for each in finished), default=str(state.get("first", "")))
    run.counts["submissions"] += len(finished)
    activities = [works.submission(each, found.slug, look.user) for each in finished]
    when = _day(first, found, ended=ended)
    if when is not None:
        best = _latest_score(finished)
        activities.append(works.competition_result(found, look.user, when, entries=len(finished), score=best))
    told |= {"first": first, "settled": ended and same and not pending}
    yield Batch(works.competition_project(found), activities, bookmarks={name: told})


def _counts(found: Submission, user: str) -> bool:
    """A team's list holds what its other members sent in."""
    return not found.by or found.by.casefold() == user.casefold()


def _day(first: str, found: Competition, *, ended: bool) -> datetime | None:
    """The day of the first submission; where none is shown, the last day of a competition with a rank."""
    if first:
        return datetime.fromisoformat(first)
    return found.deadline if found.rank and ended else None


def _latest_score(finished: list[Submission]) -> str:
    scored = [each for each in finished if each.private or each.public]
    latest = max(scored, key=lambda each: each.when, default=None)
    return (latest.private or latest.public) if latest else ""


def _submissions(look: Look, slug: str) -> Iterator[Submission]:
    listed = listing.Listed(SUBMISSIONS, "submissions", {"competitionName": slug})
    for page in listing.pages(look.client, listed):
        for item in page.items:
            found = listing.parsed(look.run, parse.submission, item, slug)
            if found is not None:
                yield found
