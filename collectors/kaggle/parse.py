"""From raw items of Kaggle's interface (either form) to values of ours. Pure; hostile items raise UnexpectedReply.

The older interface writes an optional field `x` as `xNullable`, with `hasX` saying whether it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.kaggle.address import is_ref, is_slug
from data.errors import UnexpectedReply

LONGEST = 1000  # characters of a title or description
MOST_TAGS = 50
_MOST = 2**31 - 1
OLDEST = datetime(2005, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)  # of a deadline
TOMORROW = timedelta(days=1)  # clocks differ

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook or script. Of a list only ref, title, run and votes can be relied on."""

    ref: str  # owner/slug
    id: int = 0
    title: str = ""
    run: datetime | None = None  # its last version's
    votes: int = 0
    private: bool | None = None
    tags: tuple[str, ...] = ()
    version: int = 0
    language: str = ""
    kind: str = ""  # notebook, script
    data: tuple[str, ...] = ()  # data sets and competitions that it reads
    competitions: tuple[str, ...] = ()
    source: str | None = None

    @property
    def mark(self) -> str:
        """Another one after each run; to the second, since lists write more digits than single answers."""
        return self.run.replace(microsecond=0).isoformat() if self.run else ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is said alike of data sets and of models."""

    ref: str
    id: int = 0
    title: str = ""
    about: str = ""
    updated: datetime | None = None
    votes: int = 0
    private: bool | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset(Publication):
    version: int = 0
    licence: str = ""
    versions: tuple[tuple[int, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Model(Publication):
    published: datetime | None = None
    frameworks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Competition:
    slug: str
    title: str = ""
    about: str = ""
    category: str = ""
    deadline: datetime | None = None
    teams: int = 0
    rank: int = 0  # 0: none
    metric: str = ""
    points: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    key: str
    when: datetime
    title: str = ""
    public: str = ""  # scores as written
    private: str = ""
    by: str = ""  # user name
    finished: bool = True
    failed: bool = False


def notebook(item: Item) -> Notebook:
    """An entry of a list."""
    return Notebook(
        ref=_ref(item),
        id=number(value_of(item, "id")),
        title=text(value_of(item, "title"), 300),
        run=past(value_of(item, "lastRunTime")),
        votes=number(value_of(item, "totalVotes")),
        private=truth(value_of(item, "isPrivate")),
        tags=_names(value_of(item, "categoryIds")),
        version=number(value_of(item, "currentVersionNumber")),
    )


def pulled(told: Item) -> Notebook:
    """What GetKernel answers: metadata and source."""
    metadata, blob = mapping(value_of(told, "metadata")), mapping(value_of(told, "blob"))
    listed = notebook(metadata)
    source = value_of(blob, "source")
    return Notebook(
        ref=listed.ref,
        id=listed.id,
        title=listed.title,
        run=listed.run,
        votes=listed.votes,
        private=listed.private,
        tags=listed.tags,
        version=listed.version,
        language=text(value_of(metadata, "language") or value_of(blob, "language"), 40).lower(),
        kind=text(value_of(metadata, "kernelType") or value_of(blob, "kernelType"), 40).lower(),
        data=_sources(value_of(metadata, "datasetDataSources")),
        competitions=tuple(name for name in _sources(value_of(metadata, "competitionDataSources")) if is_slug(name)),
        source=source if isinstance(source, str) else None,
    )


def dataset(item: Item) -> Dataset:
    found = {
        number(value_of(each, "versionNumber")): past(value_of(each, "creationDate"))
        for each in _mappings(value_of(item, "versions"))
    }
    return Dataset(
        **_publication(item, "lastUpdated"),
        version=number(value_of(item, "currentVersionNumber")),
        licence=text(value_of(item, "licenseName"), 100),
        versions=tuple((key, when) for key, when in sorted(found.items()) if key and when is not None),
    )


def model(item: Item) -> Model:
    frameworks = {text(value_of(each, "framework"), 60).lower() for each in _mappings(value_of(item, "instances"))}
    return Model(
        **_publication(item, "updateTime"),
        published=past(value_of(item, "publishTime")),
        frameworks=tuple(sorted(frameworks - {""})),
    )


def _publication(item: Item, updated: str) -> dict[str, Any]:
    return {
        "ref": _ref(item),
        "id": number(value_of(item, "id")),
        "title": text(value_of(item, "title"), 300),
        "about": text(value_of(item, "subtitle")),
        "updated": past(value_of(item, updated)),
        "votes": number(value_of(item, "voteCount")),
        "private": truth(value_of(item, "isPrivate")),
        "tags": _tags(value_of(item, "tags")),
    }


def _mappings(value: object) -> list[Item]:
    return [mapping(each) for each in value] if isinstance(value, list) else []


def competition(item: Item) -> Competition:
    """Its `ref` is an address whose last part names it."""
    slug = text(value_of(item, "ref") or value_of(item, "url")).rstrip("/").rpartition("/")[2]
    if not is_slug(slug):
        raise UnexpectedReply("Kaggle's answer names a competition in a way that Kaggle does not.")
    return Competition(
        slug=slug,
        title=text(value_of(item, "title"), 300),
        about=text(value_of(item, "description")),
        category=text(value_of(item, "category"), 60).lower(),
        deadline=moment(value_of(item, "deadline")),
        teams=number(value_of(item, "teamCount")),
        rank=number(value_of(item, "userRank")),
        metric=text(value_of(item, "evaluationMetric"), 100),
        points=bool(truth(value_of(item, "awardsPoints"))),
        tags=_tags(value_of(item, "tags")),
    )


def submission(item: Item) -> Submission:
    when = past(value_of(item, "date"))
    if when is None:
        raise UnexpectedReply("Kaggle's answer has no date where one belongs.")
    status = text(value_of(item, "status"), 40).upper().rpartition(".")[2]
    return Submission(
        key=str(number(value_of(item, "ref"))) if number(value_of(item, "ref")) else when.isoformat(),
        when=when,
        title=text(value_of(item, "description"), 300) or text(value_of(item, "fileName"), 300),
        public=score(value_of(item, "publicScore")),
        private=score(value_of(item, "privateScore")),
        by=text(value_of(item, "submittedByRef"), 100).rpartition("/")[2],
        finished=status != "PENDING",
        failed=status == "ERROR",
    )


def value_of(item: Item, name: str) -> Any:
    """A field in either form; None when it is not there."""
    if item.get(f"has{name[:1].upper()}{name[1:]}") is False:
        return None
    found = item.get(name)
    return item.get(f"{name}Nullable") if found is None else found


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def number(value: object) -> int:
    """A count or id; 0 for none. Numbers may come as text, and ids beyond 32 bits."""
    if isinstance(value, bool):
        return 0
    if isinstance(value, str):
        plain = value.strip().removesuffix(".0")
        value = int(plain) if plain.isdecimal() and len(plain) < 19 else 0  # noqa: PLR2004 - of 64 bits
    if isinstance(value, float):
        value = int(value) if 0 < value < _MOST else 0
    return value if isinstance(value, int) and 0 < value < 2**63 else 0


def truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def text(value: object, longest: int = LONGEST) -> str:
    """Without what a store refuses (NUL, halves of a pair)."""
    if not isinstance(value, str):
        return ""
    return value[: longest * 2].replace("\0", "").encode("utf-8", "replace").decode().strip()[:longest]


def score(value: object) -> str:
    """A score as written; "" for what is no number."""
    told = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else text(value, 40)
    try:
        float(told)
    except ValueError:
        return ""
    return told


def moment(value: object) -> datetime | None:
    """An aware time; Kaggle writes UTC, with up to seven digits of a second. None for none and for absurd ones."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None:
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if OLDEST < found < LATEST else None


def past(value: object) -> datetime | None:
    """The time of something that was done; None for one that is still to come."""
    found = moment(value)
    return found if found is not None and found < datetime.now(UTC) + TOMORROW else None


def _ref(item: Item) -> str:
    ref = text(value_of(item, "ref"), 300)
    if "://" in ref:
        ref = "/".join(ref.rstrip("/").split("/")[-2:])
    if not is_ref(ref):
        raise UnexpectedReply("Kaggle's answer names a thing in a way that Kaggle does not.")
    return ref


def _names(values: object) -> tuple[str, ...]:
    names = {text(value, 100).lower() for value in values} if isinstance(values, list) else set()
    return tuple(sorted(names - {""})[:MOST_TAGS])


def _tags(values: object) -> tuple[str, ...]:
    items = [mapping(value) for value in values] if isinstance(values, list) else []
    return _names([value_of(item, "name") or value_of(item, "ref") for item in items])


def _sources(values: object) -> tuple[str, ...]:
    """Names of what a notebook reads: the last part of each."""
    if not isinstance(values, list):
        return ()
    names = [text(value, 300).rstrip("/").rpartition("/")[2][:80] for value in values[:MOST_TAGS]]
    return tuple(dict.fromkeys(name for name in names if name))
