"""The words of the house as values: facts, activities, projects, identities, issues.

Collectors make them, the store keeps them, detection reads them. Nothing here does I/O.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime  # noqa: TC003 - an activity is read from JSON by its types
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


class FactKind(StrEnum):
    """What sort of thing was seen. Values are stored, so they never change."""

    LANGUAGE = "language"  # value: language id; count: lines of code added
    IMPORT = "import"  # value: module or package as imported, e.g. torch.nn
    SYMBOL = "symbol"  # value: full dotted path of what is used, e.g. numpy.linalg.svd
    ARGUMENT = "argument"  # value: callable(keyword=) or callable(keyword=text) for short constants
    STRUCTURE = "structure"  # value: a shape of code, e.g. estimator-class, annotated-module
    SQL = "sql"  # value: a statement or feature, e.g. select, join, window
    FILE = "file"  # value: a path that speaks by its name, e.g. .github/workflows/ci.yml
    LISTED = "listed"  # value: a distribution named in a dependency file
    IMAGE = "image"  # value: container image, in a Dockerfile or compose file
    ACTION = "action"  # value: a reusable step named in a CI file
    DATA = "data"  # value: name of a data set, file or column that is read, or of a notebook
    FORGE = "forge"  # value: what the forge says, e.g. review, release, pull-request-elsewhere
    TAG = "tag"  # value: topic or tag that a site attaches
    COMMUNITY = "community"  # value: what a community site says, e.g. answer, accepted-answer, score
    REPORTED = "reported"  # value: what the person says of themselves, e.g. course, minutes


@dataclass(frozen=True, slots=True)
class Fact:
    """Something seen in an activity, uninterpreted.

    `language` is the language id of the code it stands in ("python", "r", "scala" …; "" when it is
    not code). `path` and `line` say where (line is 1-based; in a notebook `path` ends in `#cellN`, N
    counting all cells from 0, and `line` counts within the cell). `count` is how often.
    """

    kind: FactKind
    value: str
    language: str = ""
    path: str = ""
    line: int = 0
    count: int = 1


class Role(StrEnum):
    AUTHOR = "author"
    CO_AUTHOR = "co-author"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing a person did at one time: a commit, a pull request, a review, a release.

    `key` is the source's own id (a commit's hash, a pull request's number), unique with `kind` in its
    project. `when` is aware and carries the author's own offset; the active day is its local date.
    `author` is the case-folded e-mail address or `github:<id>` that says whose it is.
    `fingerprint` is equal for the same work in another repository (a rebased or copied commit).
    """

    kind: str
    key: str
    when: datetime
    author: str = ""
    role: Role = Role.AUTHOR
    url: str = ""
    title: str = ""
    fingerprint: str = ""
    assisted: bool = False  # an AI assistant's trailer or address is on it
    bulk: bool = False  # more source files than a person writes at once; waits for their word
    reverted: bool = False  # a later commit of the person took it back
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Author:
    """An identity found in a project's history, with how much it did there."""

    email: str  # case-folded
    name: str
    commits: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Project:
    """A repository (or, later, a notebook or competition) that holds work.

    `key` is the source's own lasting id: `github:<numeric id>` or, for a clone, `git:<id of its first
    commits>`. Once saved as `private` it stays so; saving an empty `head` leaves the stored one.
    """

    source: str
    key: str
    name: str
    url: str = ""
    private: bool = False
    fork: bool = False
    own: bool = True  # the person's, as against one they contributed to
    archived: bool = False
    description: str = ""
    topics: tuple[str, ...] = ()
    licence: str = ""
    stars: int = 0
    readme: bool = False
    homepage: str = ""
    default_branch: str = ""
    head: str = ""  # commit id up to which the history was read
    state: str = "ok"  # ok, gone, empty, blocked, partial, failed
    vanished: tuple[str, ...] = ()  # earlier names


class IdentityKind(StrEnum):
    EMAIL = "email"
    LOGIN = "login"  # value: "github:<login>"
    ID = "id"  # value: "github:<numeric id>"
    NAME = "name"  # suggests, never matches


class IdentityState(StrEnum):
    SUGGESTED = "suggested"  # found in histories, looks alike; counts for nothing
    PROPOSED = "proposed"  # git's own configuration says so; counts until the person decides
    CONFIRMED = "confirmed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Identity:
    """An address or account that is (or may be) the person's, and who said so."""

    kind: IdentityKind
    value: str  # case-folded
    state: IdentityState
    said_by: str  # person, git-config, github, history


@dataclass(frozen=True, slots=True)
class Issue:
    """Something a run noticed: one bad item, a limit reached, an expectation missed."""

    code: str  # short and stable: repository-gone, repository-empty, rate-limit, unreadable-file …
    message: str  # a sentence for the person, saying what to do where there is something to do
    subject: str = ""  # the project or file it is about
    count: int = 1


@dataclass(slots=True)
class Progress:
    """How far a run is; written to its row so that pages and the CLI show the same."""

    step: str = ""
    done: int = 0
    total: int = 0
    budget: dict[str, int] = field(default_factory=dict)  # requests left, by resource


@dataclass(frozen=True, slots=True)
class Batch:
    """What a collector hands over for one project; saved in one transaction, or not at all.

    `None` for `head_facts` or `authors` leaves what is stored as it is; a list replaces it. `gone` are keys
    of activities that no longer exist at the source (a commit that vanished from every branch).
    `bookmarks` are set in the same transaction; a value of `None` removes one.
    """

    project: Project
    activities: Sequence[Activity] = ()
    head_facts: Sequence[Fact] | None = None
    authors: Sequence[Author] | None = None
    bookmarks: Mapping[str, Any] = field(default_factory=dict)
    gone: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A source as added for a person: a login, a folder."""

    id: int
    source: str
    handle: str
    options: dict[str, Any]
    added: datetime
    schedule: str = ""  # how often the person wants it read; empty: as the source and the settings say


class RunState(StrEnum):
    RUNNING = "running"
    STOPPING = "stopping"  # the person asked it to stop; it ends after the batch in hand
    DONE = "done"
    PARTIAL = "partial"  # it ended calmly before the end, e.g. at a rate limit
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as stored, with the account it belongs to."""

    id: int
    account_id: int
    source: str
    handle: str
    state: RunState
    started: datetime
    ended: datetime | None
    seen: datetime | None  # last sign of life
    progress: Progress
    counts: dict[str, int]
    issues: int
    queued: bool = False  # workers do its tasks


class Verdict(StrEnum):
    NOT_MINE = "not-mine"
    WRONG = "wrong"
    HIDE = "hide"  # neither shown nor counted, whatever the reason
    COURSE_CODE = "course-code"  # shown apart, counts for nothing
    BULK_IS_MINE = "bulk-is-mine"


@dataclass(frozen=True, slots=True)
class Correction:
    """The person's word on what was found; empty fields match everything. Applied at detection."""

    verdict: Verdict
    project_key: str = ""
    activity_key: str = ""
    path: str = ""  # a path prefix
    subject: str = ""  # a skill or technology
    note: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What says that an author is the person: identities that count, by sort; all case-folded.

    `removed` are addresses that the person said are not theirs, whatever else speaks for them.
    """

    emails: frozenset[str] = frozenset()
    github_logins: frozenset[str] = frozenset()
    github_ids: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
