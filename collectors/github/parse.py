"""From raw items of the interface (REST or query) to values of ours. Pure; hostile items raise UnexpectedReply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from collectors.github.address import is_full_name
from data.errors import UnexpectedReply
from data.models import Activity, Fact, FactKind, Project

_LONGEST = 1000  # characters of a description or title
_MOST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository as listed. `size` is in kB, 0 for an empty or a very new one."""

    id: int
    full_name: str
    owner_id: int
    created: datetime
    pushed: str = ""  # as written; compared for equality and order
    private: bool = False
    fork: bool = False
    archived: bool = False
    disabled: bool = False
    description: str = ""
    homepage: str = ""
    topics: tuple[str, ...] = ()
    licence: str = ""
    stars: int = 0
    size: int = 0
    default_branch: str = ""
    url: str = ""
    clone_url: str = ""
    node: str = ""
    site: str = ""  # host of another GitHub than github.com

    @property
    def key(self) -> str:
        return f"github:{self.site}/{self.id}" if self.site else f"github:{self.id}"


def repo(item: Mapping[str, Any], site: str) -> Repo:
    """A repository of a REST list or reply."""
    owner, licence = _mapping(item.get("owner")), _mapping(item.get("license"))
    return Repo(
        id=number(item.get("id")),
        full_name=_full_name(item.get("full_name")),
        owner_id=count(owner.get("id")),
        created=when(item.get("created_at") or item.get("pushed_at")),
        pushed=text(item.get("pushed_at")),
        private=bool(item.get("private")) or item.get("visibility", "public") != "public",
        fork=bool(item.get("fork")),
        archived=bool(item.get("archived")),
        disabled=bool(item.get("disabled")),
        description=text(item.get("description")),
        homepage=web(item.get("homepage")),
        topics=_topics(item.get("topics")),
        licence=_licence(licence.get("spdx_id")),
        stars=count(item.get("stargazers_count")),
        size=count(item.get("size")),
        default_branch=text(item.get("default_branch"), 250),
        url=web(item.get("html_url")),
        clone_url=text(item.get("clone_url")),
        node=text(item.get("node_id"), 200),
        site=site,
    )


def repo_of_query(item: Mapping[str, Any], site: str) -> Repo:
    """A repository as the queries of `graphql.py` ask for it."""
    nodes = _mapping(item.get("repositoryTopics")).get("nodes")
    topics = [_mapping(_mapping(node).get("topic")).get("name") for node in (nodes if isinstance(nodes, list) else ())]
    return Repo(
        id=number(item.get("databaseId")),
        full_name=_full_name(item.get("nameWithOwner")),
        owner_id=count(_mapping(item.get("owner")).get("databaseId")),
        created=when(item.get("createdAt")),
        pushed=text(item.get("pushedAt")),
        private=bool(item.get("isPrivate")),
        fork=bool(item.get("isFork")),
        archived=bool(item.get("isArchived")),
        disabled=bool(item.get("isDisabled")),
        description=text(item.get("description")),
        topics=_topics(topics),
        licence=_licence(_mapping(item.get("licenseInfo")).get("spdxId")),
        stars=count(item.get("stargazerCount")),
        size=count(item.get("diskUsage")),
        default_branch=text(_mapping(item.get("defaultBranchRef")).get("name"), 250),
        url=web(item.get("url")),
        node=text(item.get("id"), 200),
        site=site,
    )


def project(found: Repo, *, own: bool, readme: bool = False, state: str = "ok") -> Project:
    return Project(
        source="github",
        key=found.key,
        name=found.full_name,
        url=found.url,
        private=found.private,
        fork=found.fork,
        own=own,
        archived=found.archived,
        description=found.description,
        topics=found.topics,
        licence=found.licence,
        stars=found.stars,
        readme=readme,
        homepage=found.homepage,
        default_branch=found.default_branch,
        state=state,
    )


def repository_activity(found: Repo, person_id: int, *, readme: bool) -> Activity:
    """The making of an own repository, with what the forge says of it."""
    says = {
        "public-repository": not found.private,
        "readme": readme,
        "licence": bool(found.licence),
        "description": bool(found.description),
        "homepage": bool(found.homepage),
        "topics": bool(found.topics),
    }
    facts = [Fact(FactKind.FORGE, value) for value, is_so in says.items() if is_so]
    if found.stars:
        facts.append(Fact(FactKind.FORGE, "star", count=found.stars))
    facts += [Fact(FactKind.TAG, topic) for topic in found.topics]
    return Activity(
        kind="repository",
        key=str(found.id),
        when=found.created,
        author=f"github:{person_id}",
        url=found.url,
        title=found.full_name,
        facts=tuple(facts),
    )


def forge_activity(
    kind: str, key: str, made: datetime, person_id: int, *, values: Sequence[str], url: object = "", title: object = ""
) -> Activity:
    """A pull request, review, issue or release: a fact that says which, and perhaps what became of it."""
    return Activity(
        kind=kind,
        key=key,
        when=made,
        author=f"github:{person_id}",
        url=web(url),
        title=text(title, 300),
        facts=tuple(Fact(FactKind.FORGE, value) for value in values),
    )


def number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise UnexpectedReply("GitHub's answer has no id where one belongs.")
    return value


def count(value: object) -> int:
    return min(value, _MOST) if isinstance(value, int) and value > 0 else 0


def text(value: object, longest: int = _LONGEST) -> str:
    return value.strip()[:longest] if isinstance(value, str) else ""


def web(value: object) -> str:
    """An address that a page may link to; "" for anything else."""
    address = text(value)
    return address if address.startswith(("https://", "http://")) and not any(c.isspace() for c in address) else ""


def when(value: object) -> datetime:
    """An aware time (GitHub writes UTC)."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise UnexpectedReply("GitHub's answer has no date where one belongs.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _full_name(value: object) -> str:
    if not is_full_name(value):
        raise UnexpectedReply("GitHub's answer names a repository in a way that GitHub does not.")
    return str(value)


def _topics(values: object) -> tuple[str, ...]:
    names = {text(value, 50).lower() for value in values} if isinstance(values, list) else set()
    return tuple(sorted(names - {""}))


def _licence(spdx: object) -> str:
    name = text(spdx, 100)
    return "other" if name == "NOASSERTION" else name


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
