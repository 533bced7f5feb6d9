"""The loopback's answers to queries: GitHub's own schema, executed over the world of a test."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    graphql_sync,
    parse,
    validate,
    visit,
)

if TYPE_CHECKING:
    from graphql.language import ast

    from tests.loopback.state import Repo, Thread, User, World


@cache
def schema() -> GraphQLSchema:
    return build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))


def problems_of(query: str, variables: dict[str, Any]) -> list[str]:
    """What GitHub would refuse: by its schema, and lists without `first` or `last` in 1..100."""
    document = parse(query)
    found = [error.message for error in validate(schema(), document)]
    info = TypeInfo(schema())

    class Lists(Visitor):
        def enter_field(self, node: ast.FieldNode, *_: Any) -> None:
            kind = info.get_type()
            if kind is None or not get_named_type(kind).name.endswith("Connection"):
                return
            counts = [argument.value for argument in node.arguments or () if argument.name.value in {"first", "last"}]
            if len(counts) != 1 or not 1 <= int(getattr(counts[0], "value", 0)) <= 100:
                found.append(f"{node.name.value} has no first or last in 1..100")

    visit(document, TypeInfoVisitor(info, Lists()))
    declared = {name.variable.name.value for name in document.definitions[0].variable_definitions or ()}
    return found + [f"unknown variable {name}" for name in variables if name not in declared]


def answer(world: World, base: str, viewer: User, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    root = {
        "rateLimit": {"cost": 1, "remaining": 4000, "resetAt": "2099-01-01T00:00:00Z"},
        "user": lambda _info, login: _user(world, base, viewer, world.user(login)),
        "search": lambda _info, query, **page: _page(_reviewed(world, base, viewer, query), page),
        "nodes": lambda _info, ids: [_repo_by_node(world, base, viewer, node) for node in ids],
    }
    result = graphql_sync(schema(), query, root, variable_values=variables)
    told: dict[str, Any] = {"data": result.data}
    if result.errors:
        told["errors"] = [{"type": "FAILED", "message": error.message} for error in result.errors]
    return told


def _page(items: list[Any], page: dict[str, Any]) -> dict[str, Any]:
    start = int(page.get("after") or 0)
    end = start + int(page["first"])
    info = {
        "hasNextPage": end < len(items),
        "endCursor": str(end),
        "hasPreviousPage": start > 0,
        "startCursor": str(start),
    }
    return {"nodes": items[start:end], "totalCount": len(items), "issueCount": len(items), "pageInfo": info}


def _repo(base: str, repo: Repo) -> dict[str, Any]:
    return {
        "__typename": "Repository",
        "id": f"R_{repo.id}",
        "databaseId": repo.id,
        "nameWithOwner": repo.full_name,
        "url": f"{base}/{repo.full_name}",
        "isPrivate": repo.private,
        "isFork": repo.fork,
        "isArchived": repo.archived,
        "isDisabled": repo.disabled,
        "createdAt": repo.created_at,
        "pushedAt": repo.pushed_at,
        "diskUsage": repo.size,
        "description": repo.description,
        "stargazerCount": repo.stars,
        "owner": {"__typename": "User", "databaseId": repo.owner.id},
        "licenseInfo": repo.licence and {"spdxId": repo.licence},
        "repositoryTopics": lambda _info, **_: {"nodes": [{"topic": {"name": topic}} for topic in repo.topics]},
        "defaultBranchRef": {"name": "main"},
    }


def _repo_by_node(world: World, base: str, viewer: User, node: str) -> dict[str, Any] | None:
    repo = next((repo for repo in world.visible(viewer) if f"R_{repo.id}" == node), None)
    if repo is None:
        return None
    mine = sorted((one for one in world.releases if one.repo is repo), key=lambda one: one.published_at, reverse=True)
    releases = [
        {
            "databaseId": release.id,
            "tagName": release.tag,
            "name": release.tag,
            "url": f"{base}/{repo.full_name}/releases/{release.tag}",
            "isDraft": release.draft,
            "publishedAt": release.published_at,
            "author": release.author and {"databaseId": release.author.id},
        }
        for release in mine
    ]
    return {**_repo(base, repo), "releases": lambda _info, **page: _page(releases, page)}


def _thread(base: str, thread: Thread) -> dict[str, Any]:
    kind = "pull" if thread.pull else "issues"

    def reviews(_info: Any, author: str = "", **page: Any) -> dict[str, Any]:
        found = [
            {"submittedAt": when, "url": f"{base}/{thread.repo.full_name}/pull/{thread.number}#review"}
            for user, when in sorted(thread.reviews, key=lambda review: review[1])
            if user.login.casefold() == author.casefold()
        ]
        return _page(found, page)

    return {
        "__typename": "PullRequest" if thread.pull else "Issue",
        "number": thread.number,
        "title": thread.title,
        "url": f"{base}/{thread.repo.full_name}/{kind}/{thread.number}",
        "createdAt": thread.created_at,
        "updatedAt": thread.updated_at,
        "merged": thread.merged,
        "repository": _repo(base, thread.repo),
        "reviews": reviews,
    }


def _threads(world: World, viewer: User) -> list[Thread]:
    seen = {repo.id for repo in world.visible(viewer)}
    return sorted((t for t in world.threads if t.repo.id in seen), key=lambda t: t.updated_at, reverse=True)


def _reviewed(world: World, base: str, viewer: User, query: str) -> list[dict[str, Any]]:
    words = dict(word.split(":", 1) for word in query.split())
    who, since = words["reviewed-by"].casefold(), words.get("updated", ">=").removeprefix(">=")
    return [
        _thread(base, thread)
        for thread in _threads(world, viewer)
        if thread.author.login.casefold() != who
        and thread.updated_at >= since
        and any(user.login.casefold() == who for user, _ in thread.reviews)
    ]


def _user(world: World, base: str, viewer: User, user: User | None) -> dict[str, Any] | None:
    if user is None:
        return None
    mine = [thread for thread in _threads(world, viewer) if thread.author is user]
    committed = [(repo, year) for who, repo, year in world.committed_to if who is user]

    def collection(_info: Any, **span: Any) -> dict[str, Any]:
        year = str(span.get("from") or "")[:4]
        repos = [repo for repo, of in committed if not year or str(of) == year]
        return {
            "contributionYears": sorted({of for _, of in committed}, reverse=True),
            "commitContributionsByRepository": lambda _info, **_: [{"repository": _repo(base, repo)} for repo in repos],
        }

    return {
        "databaseId": user.id,
        "login": user.login,
        "contributionsCollection": collection,
        "repositories": lambda _info, **page: _page([r for r in world.visible(viewer) if r.owner is user], page),
        "repositoriesContributedTo": lambda _info, **page: _page(
            [_repo(base, r) for r, y in committed if y >= datetime.now(UTC).year], page
        ),
        "pullRequests": lambda _info, **page: _page([_thread(base, t) for t in mine if t.pull], page),
        "issues": lambda _info, **page: _page([_thread(base, t) for t in mine if not t.pull], page),
    }
