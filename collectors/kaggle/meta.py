"""What Meta Kaggle's files tell of a person: versions of notebooks, medals, tiers, ranks, submissions of the past.

Files are read one by one, only when they changed, and the person's rows of each are kept in a bookmark
`meta:<file>`: a run that was killed goes on with the next file. What the interface told is never replaced.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors.kaggle import parse, works
from collectors.kaggle.address import WEB, is_slug
from collectors.kaggle.metafiles import Malformed, Row, Wanted, find, rows
from collectors.pausing import Stopped
from data.models import Activity, Batch, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectors.run import Run

REFS = "meta:refs"
FORKS = "meta:forks"
SAVED = "meta:saved"
MOST_ROWS = 50_000
COLOURS = {"1": "gold", "2": "silver", "3": "bronze"}
TIERS = {
    "0": "novice",
    "1": "contributor",
    "2": "expert",
    "3": "master",
    "4": "grandmaster",
    "5": "staff",
    "11": "organization",
    "21": "recalc",
}
USERS = ("Id", "UserName", "DisplayName", "RegisterDate", "PerformanceTier")
ACHIEVEMENTS = (
    "AchievementType", "Tier", "TierAchievementDate", "Points", "CurrentRanking", "HighestRanking", "TotalGold",
    "TotalSilver", "TotalBronze",
)  # fmt: skip
KERNELS = (
    "Id", "CurrentUrlSlug", "ForkParentKernelVersionId", "CurrentKernelVersionId", "CreationDate", "MadePublicDate",
    "Medal", "MedalAwardDate", "TotalVotes",
)  # fmt: skip
VERSIONS = ("Id", "ScriptId", "VersionNumber", "CreationDate", "Title", "TotalVotes")
TEAMS = (
    "Id", "CompetitionId", "TeamName", "ScoreFirstSubmittedDate", "LastSubmissionDate", "Medal", "MedalAwardDate",
    "PublicLeaderboardRank", "PrivateLeaderboardRank",
)  # fmt: skip
COMPETITIONS = ("Id", "Slug", "Title", "DeadlineDate", "EvaluationAlgorithmName", "TotalTeams", "CanQualifyTiers")
SUBMISSIONS = ("Id", "TeamId", "SubmissionDate", "PublicScoreFullPrecision", "PrivateScoreFullPrecision")


def collect(run: Run) -> Iterator[Batch]:
    """Batches of what the files tell, when any of them changed since the last run."""
    folder = str(run.options.get("meta") or "")
    if not folder:
        return
    if not Path(folder).is_dir():
        run.issue(
            "meta-missing", "The folder of Meta Kaggle's files is not there any more; what was read stays.", folder
        )
        return
    files = _Files(run, Path(folder))
    found = files.read()
    if found is None:
        return
    stamp = files.stamp()
    if run.bookmark(SAVED) == stamp:
        return
    run.remember(
        {
            FORKS: [parse.number(row["Id"]) for row in found["Kernels"] if row["ForkParentKernelVersionId"]],
            REFS: [
                f"{run.handle}/{row['CurrentUrlSlug']}" for row in found["Kernels"] if is_slug(row["CurrentUrlSlug"])
            ],
        }
    )
    told = _Told(run, found)
    yield from told.standing()
    yield from told.notebooks()
    yield from told.competitions()
    if not run.stopping():
        run.remember({SAVED: stamp})


@dataclass(slots=True)
class _Files:
    """The person's rows of each file."""

    run: Run
    folder: Path
    stamps: dict[str, Any] = field(default_factory=dict)

    def read(self) -> dict[str, list[Row]] | None:
        """None when the files do not know the person, or the run was stopped."""
        users = self._of(Wanted("Users", USERS, "UserName", frozenset({self.run.handle}), folded=True))
        if users is None:
            return None
        if not users:
            self.run.issue("meta-no-user", "Meta Kaggle's files do not know this user name; check it.", self.run.handle)
            return None
        me = frozenset({users[0]["Id"]})
        found = {"Users": users}
        wanted = (
            Wanted("UserAchievements", ACHIEVEMENTS, "UserId", me),
            Wanted("Kernels", KERNELS, "AuthorUserId", me),
            Wanted("KernelVersions", VERSIONS, "AuthorUserId", me),
            Wanted("TeamMemberships", ("TeamId",), "UserId", me),
            Wanted("Submissions", SUBMISSIONS, "SubmittedUserId", me),
        )
        for each in wanted:
            if self.run.stopping():
                return None
            found[each.file] = self._of(each) or []
        teams = frozenset(row["TeamId"] for row in found["TeamMemberships"])
        found["Teams"] = (self._of(Wanted("Teams", TEAMS, "Id", teams)) or []) if teams else []
        entered = frozenset(row["CompetitionId"] for row in found["Teams"])
        found["Competitions"] = (self._of(Wanted("Competitions", COMPETITIONS, "Id", entered)) or []) if entered else []
        return None if self.run.stopping() else found

    def stamp(self) -> str:
        return hashlib.sha256(json.dumps(self.stamps, sort_keys=True).encode()).hexdigest()[:32]

    def _of(self, wanted: Wanted) -> list[Row] | None:
        """The rows of one file; None when it is not there or cannot be read."""
        run, name = self.run, f"meta:{wanted.file}"
        path = find(self.folder, wanted.file)
        if path is None:
            run.issue("meta-file-missing", "This file of Meta Kaggle is not in the folder.", f"{wanted.file}.csv")
            return None
        try:
            status = path.stat()
            about = hashlib.sha256(repr(sorted(wanted.values)).encode()).hexdigest()[:16]
            stamp = [path.name, status.st_mtime_ns, status.st_size, about, len(wanted.columns)]
            self.stamps[wanted.file] = stamp
            kept = run.bookmark(name) or {}
            if kept.get("stamp") == stamp:
                return list(kept["rows"])
            found = self._read(path, wanted)
        except Stopped:
            return None
        except (Malformed, OSError, EOFError) as error:
            what = str(error) if isinstance(error, Malformed) else "it cannot be read"
            run.issue("meta-unreadable", f"This file of Meta Kaggle was left out: {what}.", path.name)
            return None
        run.remember({name: {"stamp": stamp, "rows": found}})
        return found

    def _read(self, path: Path, wanted: Wanted) -> list[Row]:
        found: list[Row] = []
        for row in rows(path, wanted, lambda done, total: self._tell(path, done, total)):
            found.append(row)
            if len(found) >= MOST_ROWS:
                break
        return found

    def _tell(self, path: Path, done: int, total: int) -> None:
        self.run.progress(step=f"{path.name}, MB", done=done >> 20, total=max(1, total >> 20))
        if self.run.stopping():
            raise Stopped


@dataclass(slots=True)
class _Told:
    """Batches out of the person's rows."""

    run: Run
    found: dict[str, list[Row]]

    @property
    def user(self) -> str:
        return self.run.handle

    def standing(self) -> Iterator[Batch]:
        """Tier, rank and medals by category, on the day on which the tier was reached."""
        url = f"{WEB}/{self.user}"
        registered = past(self.found["Users"][0]["RegisterDate"])
        made = []
        for row in self.found["UserAchievements"]:
            when = past(row["TierAchievementDate"]) or registered
            if when is not None and row["AchievementType"]:
                made.append(_tier(row, when, self.user, url))
        if made:
            project = Project(works.SOURCE, f"kaggle:person/{self.user.lower()}", f"{self.user} on Kaggle", url)
            yield Batch(project, made)

    def notebooks(self) -> Iterator[Batch]:
        """Every version that the files know, but for those whose source was read."""
        versions: dict[str, list[Row]] = {}
        for row in self.found["KernelVersions"]:
            versions.setdefault(row["ScriptId"], []).append(row)
        for row in self.found["Kernels"]:
            if self.run.stopping():
                return
            yield from self._notebook(row, versions.get(row["Id"], []))

    def _notebook(self, row: Row, versions: list[Row]) -> Iterator[Batch]:
        ref = f"{self.user}/{row['CurrentUrlSlug']}"
        if not is_slug(row["CurrentUrlSlug"]) or not parse.number(row["Id"]):
            return
        title = next((each["Title"] for each in reversed(versions) if each["Title"]), "")
        made = parse.Notebook(ref, parse.number(row["Id"]), title, votes=parse.number(row["TotalVotes"]))
        key = works.notebook_key(made)
        known = self.run.known(key)
        read = self.run.known_keys(key, "notebook") if known else set()
        project = known or works.notebook_project(made, private=False)
        project = replace(project, fork=project.fork or bool(row["ForkParentKernelVersionId"]))
        activities = [_version(each, made, self.user) for each in versions]
        new = [each for each in activities if each is not None and each.key not in read]
        new += _medals(row, self.user, project.url, project.description or ref)
        self.run.counts["older versions"] += len(new)
        yield Batch(project, new)

    def competitions(self) -> Iterator[Batch]:
        """Where the person's teams stand in the end, and their own submissions."""
        about = {row["Id"]: row for row in self.found["Competitions"]}
        sent: dict[str, list[Row]] = {}
        for row in self.found["Submissions"]:
            sent.setdefault(row["TeamId"], []).append(row)
        for team in self.found["Teams"]:
            competition = about.get(team["CompetitionId"])
            if competition is not None and is_slug(competition["Slug"]) and not self.run.stopping():
                yield self._competition(team, competition, sent.get(team["Id"], []))

    def _competition(self, team: Row, row: Row, sent: list[Row]) -> Batch:
        slug = row["Slug"]
        found = parse.Competition(
            slug=slug,
            title=row["Title"],
            deadline=moment(row["DeadlineDate"]),
            teams=parse.number(row["TotalTeams"]),
            rank=parse.number(team["PrivateLeaderboardRank"]) or parse.number(team["PublicLeaderboardRank"]),
            metric=row["EvaluationAlgorithmName"][:100],
            points=row["CanQualifyTiers"].lower() == "true",
        )
        key = works.competition_key(slug)
        known = self.run.known(key)
        there = self.run.known_keys(key, "submission") if known else set()
        submissions = [each for row in sent if (each := _submission(row)) is not None and each.key not in there]
        activities = [works.submission(each, slug, self.user) for each in submissions]
        told = self.run.bookmark(f"competition:{slug}") or self.run.bookmark(f"board:{slug}")
        first = past(team["ScoreFirstSubmittedDate"]) or past(team["LastSubmissionDate"])
        first = min((each.when for each in submissions), default=first)
        if first is not None and not (told and told.get("teams")):
            activities.append(works.competition_result(found, self.user, first, entries=len(submissions)))
        activities += _medals(team, self.user, f"{WEB}/competitions/{slug}", row["Title"])
        return Batch(known or works.competition_project(found), activities)


def _tier(row: Row, when: datetime, user: str, url: str) -> Activity:
    category = row["AchievementType"].lower()[:40]
    tier = TIERS.get(row["Tier"], row["Tier"].lower()[:40])
    facts = [works.says(f"tier:{category}:{tier}")] if tier else []
    for name, column in (
        ("points", "Points"),
        ("current-rank", "CurrentRanking"),
        ("highest-rank", "HighestRanking"),
        ("medals:gold", "TotalGold"),
        ("medals:silver", "TotalSilver"),
        ("medals:bronze", "TotalBronze"),
    ):
        if count := parse.number(row[column]):
            facts.append(works.says(name, count))
    return Activity(
        kind="tier",
        key=category,
        when=when,
        author=works.author(user),
        url=url,
        title=f"{tier} in {category}",
        facts=tuple(facts),
    )


def _version(row: Row, notebook: parse.Notebook, user: str) -> Activity | None:
    when, number = past(row["CreationDate"]), parse.number(row["VersionNumber"])
    if when is None:
        return None
    version = replace(notebook, version=number, title=row["Title"] or notebook.title)
    return works.notebook_version(version, user, when, (), private=False)


def _medals(row: Row, user: str, url: str, title: str) -> list[Activity]:
    """A medal that Kaggle awarded, on the day on which it did; none is ever worked out from ranks or votes."""
    colour, when = COLOURS.get(row["Medal"]), past(row["MedalAwardDate"])
    return [works.medal(colour, when, user, url, title)] if colour and when is not None else []


def _submission(row: Row) -> parse.Submission | None:
    when = past(row["SubmissionDate"])
    if when is None or not row["Id"]:
        return None
    public, private = row["PublicScoreFullPrecision"], row["PrivateScoreFullPrecision"]
    return parse.Submission(row["Id"], when, public=parse.score(public), private=parse.score(private))


def moment(text: str) -> datetime | None:
    """A date as these files write it (month first), or as the interface does."""
    for form in ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y"):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return found if parse.OLDEST < found < parse.LATEST else None
    return parse.moment(text)


def past(text: str) -> datetime | None:
    """The time of something that was done."""
    found = moment(text)
    return None if found is None else parse.past(found.isoformat())
