"""Words on a project by what it is: a repository, a notebook, a competition, an account, one's own entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dashboard import phrases
from data import learning

if TYPE_CHECKING:
    from dashboard.loaded import Frames


class Words(NamedTuple):
    """What a page calls a project and what is in it."""

    opened: str  # the link to its own page
    rests_on: str  # what its skills are from: "your own lines in this project"
    counted: str  # what is counted besides days
    note: str
    number: int
    repository: bool = False


def words_of(frames: Frames, row: Any) -> Words:
    """`row` is one of `View.projects` or `Frames.project_rows`."""
    source, _, rest = str(frames.project_rows[row.project_id].key).partition(":")
    if source == "kaggle":
        return _of_kaggle(frames, row, rest.partition("/")[0])
    if source == "stackoverflow":
        posts = [post for post in frames.community.posts if post.project_id == row.project_id]
        answers = sum(post.kind == "answer" for post in posts)
        note = f"and {phrases.count(len(posts) - answers, 'question')}"
        return Words("Open on Stack Overflow", "your answers and questions", "Answers", note, answers)
    if source == learning.SOURCE:
        public = rest == "public"
        number = sum(entry.public == public for entry in frames.community.entries)
        return Words("", "what you entered, self-reported", "Entries", "by your own word", number)
    note = "merges and copies left out"
    return Words(
        "Open the repository", "your own lines in this project", "Commits of yours", note, row.commits, repository=True
    )


def _of_kaggle(frames: Frames, row: Any, kind: str) -> Words:
    opened = "Open on Kaggle"
    if kind == "competition":
        found = [each for each in frames.community.competitions if each.project_id == row.project_id]
        number = sum(each.submissions for each in found)
        best = next((each for each in found if each.rank and each.teams), None)
        note = (
            f"rank {phrases.number(best.rank or 0)} of {phrases.number(best.teams or 0)}" if best else "no rank known"
        )
        return Words(opened, "your part in this competition", "Submissions", note, number)
    works = [each for each in frames.community.works if each.project_id == row.project_id]
    number = sum(each.versions for each in works)
    votes = phrases.count(sum(each.votes for each in works), "vote")
    rests = {"notebook": "the lines that each version brought", "person": "what Kaggle awarded"}
    return Words(opened, rests.get(kind, "what you published here"), "Versions read", votes, number)
