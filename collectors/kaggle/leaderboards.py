"""Where somebody stands whose credentials we have not: the leaderboard file of each competition, member by member.

A bookmark `board:<slug>` tells when it was read last, what it said, and whether it will not change any more.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import IO, TYPE_CHECKING, Any

from collectors.kaggle import parse, works
from collectors.kaggle.client import Outage, Refused
from data.errors import UnexpectedReply
from data.models import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from collectors.kaggle.listing import Look

DOWNLOAD = "competitions.CompetitionApiService/DownloadLeaderboard"
MOST_BOARDS = 30  # in one run
FINAL_AFTER = timedelta(days=60)  # without a submission of anybody
MOST_ROWS = 1_000_000
LONGEST_FIELD = 1 << 17
_BETWEEN = re.compile(r"[,; ]+")
_BROKEN = (
    UnexpectedReply, zipfile.BadZipFile, zlib.error, csv.Error, OSError, EOFError, RuntimeError, ValueError,
)  # fmt: skip
"""What a file that is no leaderboard makes its readers raise."""


@dataclass(slots=True)
class Standing:
    """A team's row, and how many teams there are."""

    rank: int = 0
    teams: int = 0
    score: str = ""
    entries: int = 0
    last: datetime | None = None
    board: datetime | None = None  # the latest submission of anybody


def collect(look: Look, slugs: Iterable[str]) -> Iterator[Batch]:
    """The person's standing in each competition named, from the file that Kaggle offers of it."""
    run = look.run
    for slug in sorted(set(slugs))[:MOST_BOARDS]:
        state = run.bookmark(f"board:{slug}") or {}
        if run.stopping():
            return
        if state.get("final") or (state and not look.whole):
            continue
        run.progress(step=f"leaderboard of {slug}")
        try:
            standing = _fetch(look, slug)
        except Refused as refusal:
            _refused(look, slug, refusal)
            continue
        except Outage:
            run.issue("leaderboard-unreadable", "The leaderboard did not come; the next run asks again.", slug)
            continue
        except _BROKEN:
            run.issue("leaderboard-unreadable", "The leaderboard's file cannot be read.", slug)
            run.remember({f"board:{slug}": {**state, "unreadable": True}})
            continue
        yield from _told(look, slug, standing, state)


def _refused(look: Look, slug: str, refusal: Refused) -> None:
    gone = "There is no such competition, or its leaderboard is hidden."
    look.run.issue(
        "leaderboard-refused",
        gone
        if refusal.missing
        else "These credentials may not read the leaderboard: its rules may have to be accepted.",
        slug,
    )
    look.run.remember({f"board:{slug}": {"refused": refusal.status}})


def _told(look: Look, slug: str, standing: Standing, state: dict[str, Any]) -> Iterator[Batch]:
    final = standing.board is not None and datetime.now(UTC) - standing.board > FINAL_AFTER
    told = {"rank": standing.rank, "teams": standing.teams, "entries": standing.entries, "final": final}
    name = f"board:{slug}"
    if not standing.rank or standing.last is None:
        look.run.remember({name: told})
        return
    if all(state.get(part) == value for part, value in told.items()):
        return
    found = parse.Competition(slug, rank=standing.rank, teams=standing.teams)
    result = works.competition_result(found, look.user, standing.last, entries=standing.entries, score=standing.score)
    known = look.run.known(works.competition_key(slug))
    look.run.counts["competitions"] += 1
    yield Batch(known or works.competition_project(found), [result], bookmarks={name: told})


def _fetch(look: Look, slug: str) -> Standing:
    with tempfile.TemporaryFile() as file:
        look.client.download(DOWNLOAD, {"competitionName": slug}, file)
        file.seek(0)
        return standing_of(file, look.user)


def standing_of(file: IO[bytes], user: str) -> Standing:
    """The row of the person's team, out of a zip with one CSV or a bare CSV; rank 0 when they are not there."""
    if not zipfile.is_zipfile(file):
        file.seek(0)
        return _read(file, user)
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
        if not names:
            raise zipfile.BadZipFile("no CSV in it")
        with archive.open(names[0]) as inner:
            return _read(inner, user)


def _read(file: IO[bytes], user: str) -> Standing:
    found = Standing()
    csv.field_size_limit(LONGEST_FIELD)
    lines = io.TextIOWrapper(file, "utf-8-sig", "replace", newline="")
    bounded = iter(partial(lines.readline, LONGEST_FIELD), "")  # a line may be as long as a hostile file likes
    for number, row in enumerate(csv.DictReader(bounded), 1):
        if number > MOST_ROWS:
            break
        found.teams = number
        when = _moment(row.get("LastSubmissionDate"))
        if when is not None and (found.board is None or when > found.board):
            found.board = when
        members = {name.casefold() for name in _BETWEEN.split(str(row.get("TeamMemberUserNames") or ""))}
        if user.casefold() in members and not found.rank:
            found.rank = parse.number(row.get("Rank")) or number
            found.score = parse.score(row.get("Score"))
            found.entries = parse.number(row.get("SubmissionCount"))
            found.last = when
    if not found.teams:
        raise UnexpectedReply("The leaderboard's file holds no teams.")
    return found


def _moment(value: object) -> datetime | None:
    return parse.past(value.strip() if isinstance(value, str) else None)
