"""A small Meta Kaggle: Ada (7) and Bob (8), written as its files are."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "Users": (
        "Id,UserName,DisplayName,RegisterDate,PerformanceTier,Country",
        [(8, "bob", "Bob, the first", "01/02/2018", 2, ""), (7, "Ada", 'Ada "A"\nExample', "02/03/2019", 3, "UK")],
    ),
    "UserAchievements": (
        "Id,UserId,AchievementType,Tier,TierAchievementDate,Points,CurrentRanking,HighestRanking,TotalGold,TotalSilver,TotalBronze",
        [
            (1, 7, "Competitions", 3, "05/06/2022", 15320, 812, 401, 1, 2, 0),
            (2, 7, "Scripts", 2, "03/04/2021", 200, "", 900, 0, 0, 5),
            (3, 7, "Discussion", 0, "", "", "", "", 0, 0, 0),
            (4, 8, "Competitions", 4, "05/06/2020", 1, 1, 1, 9, 9, 9),
        ],
    ),
    "Kernels": (
        "Id,AuthorUserId,CurrentKernelVersionId,ForkParentKernelVersionId,CreationDate,MadePublicDate,CurrentUrlSlug,Medal,MedalAwardDate,TotalVotes",
        [
            (11, 7, 1003, "", "01/05/2024 10:00:00", "01/05/2024", "heart", 2, "02/01/2024", 23),
            (12, 7, 1010, 555.0, "02/05/2024 10:00:00", "02/05/2024", "stats-in-r", "", "", 1),
            (15, 7, 1020, "", "03/05/2020 10:00:00", "03/05/2020", "of-old", "", "", 4),
            (90, 8, 1099, "", "03/05/2020 10:00:00", "03/05/2020", "his-own", 1, "04/01/2020", 400),
        ],
    ),
    "KernelVersions": (
        "Id,ScriptId,ParentScriptVersionId,ScriptLanguageId,AuthorUserId,CreationDate,VersionNumber,Title,TotalLines,TotalVotes",
        [
            (1001, 11, "", 9, 7, "01/05/2024 10:00:00", 1, "Heart", 10, 0),
            (1002, 11, 1001.0, 9, 7, "01/07/2024 23:59:59", 2.0, 'Heart,\nthe "second"', 12, 0),
            (1010, 12, "", 5, 7, "02/05/2024 10:00:00", 1, "R", 4, 0),
            (1020, 15, "", 9, 7, "03/05/2020 10:00:00", 1, "Old", 4, 0),
            (1099, 90, "", 9, 8, "03/05/2020 10:00:00", 1, "His", 4, 0),
        ],
    ),
    "TeamMemberships": ("Id,TeamId,UserId,RequestDate", [(1, 101, 7, ""), (2, 102, 7, ""), (3, 101, 8, "")]),
    "Teams": (
        "Id,CompetitionId,TeamLeaderId,TeamName,ScoreFirstSubmittedDate,LastSubmissionDate,IsBenchmark,Medal,MedalAwardDate,PublicLeaderboardRank,PrivateLeaderboardRank",
        [
            (101, 41, 7, "Us", "02/01/2024", "03/30/2024", "False", 3, "04/05/2024", 30, 41),
            (102, 50, 7, "Alone", "06/01/2021", "06/09/2021", "False", "", "", 500, ""),
            (103, 50, 8, "Them", "06/01/2021", "06/09/2021", "False", 1, "07/01/2021", 1, 1),
        ],
    ),
    "Competitions": (
        "Id,Slug,Title,HostSegmentTitle,EnabledDate,DeadlineDate,EvaluationAlgorithmName,TotalTeams,CanQualifyTiers",
        [
            (41, "cup", "Example Cup", "Featured", "01/01/2024", "03/31/2024 23:59:00", "AUC", 1830, "True"),
            (50, "titanic", "Titanic", "Getting Started", "01/01/2012", "01/01/2030 00:00:00", "Accuracy", 9000, "False"),
        ],
    ),
    "Submissions": (
        "Id,SubmittedUserId,TeamId,SourceKernelVersionId,SubmissionDate,IsAfterDeadline,PublicScoreFullPrecision,PrivateScoreFullPrecision",
        [
            (1, 7, 101, "", "02/10/2024", "False", 0.901234567, 0.9),
            (9, 7, 102, "", "06/02/2021", "False", 0.77, ""),
            (10, 8, 101, "", "02/11/2024", "False", 0.99, 0.99),
        ],
    ),
}  # fmt: skip


def write(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """Write all files but some; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (header, lines) in FILES.items():
        if name not in without:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                file.write(header + "\n")
                csv.writer(file, lineterminator="\n").writerows(lines)
    return folder
