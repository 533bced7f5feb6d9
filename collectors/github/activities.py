"""Pull requests, issues, reviews and releases of the person, wherever they were made.

With a token by query, else (or when queries are not answered) by search. A review is dated by when it was handed
in; search does not tell that, there it is the day the pull request was opened.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collectors.github import parse, queries, searching
from collectors.github.client import NotAnswered
from collectors.github.found import OVERLAP, Found, activity_of
from data.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from collectors.github.client import Client
    from collectors.github.identity import Person
    from collectors.github.parse import Repo
    from collectors.run import Run
    from data.models import Activity

BOOKMARK = "activities"
MOST_PAGES = 200
RELEASES_AT_ONCE = 50


def fetch(run: Run, client: Client, person: Person, listed: Mapping[str, Repo], *, news: bool) -> Found:
    """What is new since the last time. `listed` are the own repositories by case-folded name.

    `news` says that the listing brought something: without it, search looks at only one kind in turn.
    """
    stored = run.bookmark(BOOKMARK) or {}
    if stored.get("id") != person.id:
        stored = {}
    run.progress(step="pull requests, reviews and issues")
    found = Found(bookmark={**stored, "id": person.id, "queried": False}, site=client.forge.site)
    if client.token:
        try:
            _by_query(run, client, person, stored, found)
        except NotAnswered:
            pass
        else:
            return found
    searching.fetch(run, client, person, stored, found, listed=listed, news=news)
    return found


# ---- by query ---------------------------------------------------------------------------------------


def _by_query(run: Run, client: Client, person: Person, stored: Mapping[str, Any], found: Found) -> None:
    since = stored["since"] if stored.get("queried") else ""
    now = _iso(datetime.now(UTC) - OVERLAP)
    updated = f" updated:>={since}" if since else ""
    asked: dict[str, Any] = {
        "login": person.login,
        "reviewed": f"reviewed-by:{person.login} -author:{person.login} type:pr sort:updated-desc{updated}",
    }
    more = {"Prs": True, "Issues": True, "Reviews": True, "Rest": True}
    for _ in range(MOST_PAGES):
        data = client.graphql(queries.ACTIVITIES, asked | {f"with{name}": wanted for name, wanted in more.items()})
        user = data.get("user") or {}
        if user.get("databaseId") != person.id:
            raise NotAnswered(200)
        if more["Rest"]:
            _committed_to(run, client, user, found, whole=not since)
        lists = {"Prs": user.get("pullRequests"), "Issues": user.get("issues"), "Reviews": data.get("search")}
        for name, page in lists.items():
            more[name] = more[name] and _take(run, person, found, (name, page or {}), since=since)
            if more[name]:
                asked[name.lower()] = (page or {})["pageInfo"]["endCursor"]
        more["Rest"] = False
        if not any(more.values()) or run.stopping():
            break
    found.bookmark.update(since=now, queried=True)


def _take(run: Run, person: Person, found: Found, told: tuple[str, Mapping[str, Any]], *, since: str) -> bool:
    """Add a page's items; whether the next page may hold more that is new."""
    name, page = told
    kind = {"Prs": "pull-request", "Issues": "issue", "Reviews": "review"}[name]
    for item in page.get("nodes") or ():
        if not item or not item.get("repository"):
            continue
        if since and parse.text(item.get("updatedAt")) < since:
            return False
        try:
            repo = parse.repo_of_query(item["repository"], found.site)
            activity = _activity(kind, item, repo, person)
        except UnexpectedReply as problem:
            run.issue("unexpected-item", str(problem), parse.web(item.get("url")))
            continue
        if activity is not None:
            at = found.at(repo)
            at.activities.append(activity)
            at.committed |= item.get("merged") is True
    return bool((page.get("pageInfo") or {}).get("hasNextPage"))


def _activity(kind: str, item: Mapping[str, Any], repo: Repo, person: Person) -> Activity | None:
    made, url = item.get("createdAt"), item.get("url")
    if kind == "review":
        reviews = [
            node for node in ((item.get("reviews") or {}).get("nodes") or ()) if node and node.get("submittedAt")
        ]
        if not reviews:
            return None
        made, url = reviews[0]["submittedAt"], reviews[0].get("url")
    return activity_of(
        kind,
        parse.number(item.get("number")),
        parse.when(made),
        person,
        own=repo.owner_id == person.id,
        merged=item.get("merged") is True,
        url=url,
        title=item.get("title"),
    )


def _committed_to(run: Run, client: Client, user: Mapping[str, Any], found: Found, *, whole: bool) -> None:
    """Repositories of others with commits of the person: lately, and the first time year by year."""
    repositories = list((user.get("repositoriesContributedTo") or {}).get("nodes") or ())
    years = (user.get("contributionsCollection") or {}).get("contributionYears") or ()
    for year in years if whole else ():
        span = {"from": f"{int(year)}-01-01T00:00:00Z", "to": f"{int(year)}-12-31T23:59:59Z"}
        data = client.graphql(queries.COMMITTED_TO, {"login": user["login"], **span})
        collection = (data.get("user") or {}).get("contributionsCollection") or {}
        entries = collection.get("commitContributionsByRepository") or ()
        repositories.extend((entry or {}).get("repository") for entry in entries)
    for item in repositories:
        if not item:
            continue
        try:
            repo = parse.repo_of_query(item, found.site)
        except UnexpectedReply as problem:
            run.issue("unexpected-item", str(problem), parse.text(item.get("nameWithOwner"), 100))
            continue
        if repo.owner_id != user["databaseId"]:
            found.at(repo).committed = True


def fetch_releases(client: Client, person: Person, repos: Iterable[Repo]) -> Iterator[tuple[Repo, list[Activity]]]:
    """Releases in own repositories that the person, or a program on their behalf, published. Needs a token."""
    by_id = {repo.id: repo for repo in repos if repo.node}
    nodes = [repo.node for repo in by_id.values()]
    for at in range(0, len(nodes), RELEASES_AT_ONCE):
        try:
            data = client.graphql(queries.RELEASES, {"ids": nodes[at : at + RELEASES_AT_ONCE]})
        except NotAnswered:
            return
        for node in data.get("nodes") or ():
            repo = by_id.get((node or {}).get("databaseId", 0))
            if repo is not None:
                yield repo, list(_releases(person, (node.get("releases") or {}).get("nodes") or ()))


def _releases(person: Person, items: Iterable[Mapping[str, Any]]) -> Iterator[Activity]:
    for item in items:
        author = item.get("author")  # None for a program, as when a workflow publishes
        if item.get("isDraft") or not item.get("publishedAt") or (author and author.get("databaseId") != person.id):
            continue
        yield parse.forge_activity(
            "release",
            str(parse.number(item.get("databaseId"))),
            parse.when(item["publishedAt"]),
            person.id,
            values=["release"],
            url=item.get("url"),
            title=item.get("name") or item.get("tagName"),
        )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
