"""The same without a token: GitHub's search, ten requests a minute, a thousand hits a query.

https://docs.github.com/en/rest/search/search
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collectors.github import parse
from collectors.github.address import is_full_name
from collectors.github.found import OVERLAP, activity_of
from collectors.github.listing import parsed
from data.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectors.github.client import Client
    from collectors.github.found import Found
    from collectors.github.identity import Person
    from collectors.github.parse import Repo
    from collectors.run import Run

MOST_HITS = 1000
LONGEST_QUERY = 256
MOST_SLICES = 20
UNPROCESSABLE = 422


def fetch(
    run: Run,
    client: Client,
    person: Person,
    stored: Mapping[str, Any],
    found: Found,
    *,
    listed: Mapping[str, Repo],
    news: bool,
) -> None:
    """Add what search finds to `found`.

    The first time, and when the own repositories changed, all is looked for; else what was looked for longest
    ago: a run without news stays at two requests.
    """
    now = (datetime.now(UTC) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked: dict[str, str] = dict(stored.get("searched", {}))
    kinds = sorted(("authored", "reviewed"), key=lambda kind: asked.get(kind, ""))
    if asked and not news:
        kinds = kinds[:1]
    hits: list[tuple[str, str, Mapping[str, Any]]] = []
    for kind in kinds:
        who = (
            f"author:{person.login}"
            if kind == "authored"
            else f"type:pr reviewed-by:{person.login} -author:{person.login}"
        )
        for item in _hits(client, who, asked.get(kind, "")):
            name = "/".join(parse.text(item.get("repository_url")).split("/")[-2:])
            if is_full_name(name):
                hits.append((kind, name, item))
        asked[kind] = now
    found.bookmark["searched"] = asked
    repos = _resolve(run, client, sorted({name for _, name, _ in hits}, key=str.casefold), listed)
    for kind, name, item in hits:
        repo = repos.get(name.casefold())
        if repo is not None:
            _take(run, person, found, repo, (kind, item))


def _take(run: Run, person: Person, found: Found, repo: Repo, hit: tuple[str, Mapping[str, Any]]) -> None:
    searched, item = hit
    request = item.get("pull_request")
    kind = "review" if searched == "reviewed" else "pull-request" if request else "issue"
    own = repo.full_name.partition("/")[0].casefold() == person.login.casefold()
    merged = kind == "pull-request" and isinstance(request, dict) and bool(request.get("merged_at"))
    try:
        activity = activity_of(
            kind,
            parse.number(item.get("number")),
            parse.when(item.get("created_at")),
            person,
            own=own,
            merged=merged,
            url=item.get("html_url"),
            title=item.get("title"),
        )
    except UnexpectedReply as problem:
        run.issue("unexpected-item", str(problem), parse.web(item.get("html_url")))
        return
    at = found.at(repo)
    at.activities.append(activity)
    at.committed |= merged


def _hits(client: Client, who: str, since: str) -> Iterator[Mapping[str, Any]]:
    """Every hit, sliced by date where there are more than search gives out."""
    updated = f" updated:>={since}" if since else ""
    before = ""
    for _ in range(MOST_SLICES):
        count, oldest, total = 0, "", 0
        for item, total in _slice(client, f"{who}{updated}{before}"):  # noqa: B007 - the last one's total counts
            count, oldest = count + 1, parse.text(item.get("created_at"))
            yield item
        if count < MOST_HITS or total <= MOST_HITS or not oldest:
            return
        before = f" created:<={oldest}"


def _slice(client: Client, query: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    """(hit, hits in all), newest first; by kind where this GitHub wants to be told one."""
    parameters = {"sort": "created", "order": "desc", "per_page": 100}
    for variant in (query, f"{query} is:pull-request", f"{query} is:issue"):
        for reply in client.pages("/search/issues", parameters | {"q": variant}, most=MOST_HITS // 100):
            if reply.status == UNPROCESSABLE and variant == query:
                break
            if not reply.ok:
                return
            data = reply.dict()
            for item in data.get("items") or ():
                yield item, int(data.get("total_count") or 0)
        else:
            if variant == query:
                return


def _resolve(run: Run, client: Client, names: Sequence[str], listed: Mapping[str, Repo]) -> dict[str, Repo]:
    """{case-folded name: repository}. Search tells several repositories at once; the rest is asked one by one."""
    repos = {name.casefold(): listed[name.casefold()] for name in names if name.casefold() in listed}
    open_names = [name for name in names if name.casefold() not in repos]
    for query in _queries(open_names):
        reply = client.get("/search/repositories", {"q": query, "per_page": 100})
        for item in (reply.dict().get("items") or ()) if reply.ok else ():
            repo = parsed(run, item, client.forge.site)
            if repo is not None:
                repos[repo.full_name.casefold()] = repo
    for name in open_names:
        if name.casefold() in repos:
            continue
        reply = client.get(f"/repos/{name}")
        repo = parsed(run, reply.data, client.forge.site) if reply.ok else None
        if repo is not None:
            repos[name.casefold()] = repo
        else:
            run.issue("repository-gone", "Work was found in a repository that is not visible to us.", name)
    return repos


def _queries(names: Sequence[str]) -> Iterator[str]:
    query = "fork:true"
    for name in names:
        if len(query) + len(name) + 6 > LONGEST_QUERY:
            yield query
            query = "fork:true"
        query += f" repo:{name}"
    if query != "fork:true":
        yield query
