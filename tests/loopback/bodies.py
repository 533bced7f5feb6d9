"""The loopback's REST bodies, in the shapes that GitHub's description demands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.loopback.state import Repo, Thread, User

_USER_LINKS = [
    "followers",
    "following{/other_user}",
    "gists{/gist_id}",
    "starred{/owner}{/repo}",
    "subscriptions",
    "organizations:orgs",
    "repos",
    "events{/privacy}",
    "received_events",
]
_REPO_LINKS = [
    "archive:{archive_format}{/ref}",
    "assignees{/user}",
    "blobs:git/blobs{/sha}",
    "branches{/branch}",
    "collaborators{/collaborator}",
    "comments{/number}",
    "commits{/sha}",
    "compare:compare/{base}...{head}",
    "contents:contents/{+path}",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits:git/commits{/sha}",
    "git_refs:git/refs{/sha}",
    "git_tags:git/tags{/sha}",
    "hooks",
    "issue_comment:issues/comments{/number}",
    "issue_events:issues/events{/number}",
    "issues{/number}",
    "keys{/key_id}",
    "labels{/name}",
    "languages",
    "merges",
    "milestones{/number}",
    "notifications{?since,all,participating}",
    "pulls{/number}",
    "releases{/id}",
    "stargazers",
    "statuses:statuses/{sha}",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees:git/trees{/sha}",
]


def _links(words: list[str], base: str) -> dict[str, str]:
    found = {}
    for word in words:
        name, _, rest = word.partition(":") if ":" in word else (word.partition("{")[0].partition("?")[0], "", word)
        found[f"{name}_url"] = f"{base}/{rest}"
    return found


def user(found: User, base: str) -> dict[str, Any]:
    """A user as it stands in another item."""
    return {
        "login": found.login,
        "id": found.id,
        "node_id": f"U_{found.id}",
        "avatar_url": f"{base}/avatars/{found.id}",
        "gravatar_id": "",
        "url": f"{base}/users/{found.login}",
        "html_url": f"{base}/{found.login}",
        "type": found.type,
        "site_admin": False,
        **_links(_USER_LINKS, f"{base}/users/{found.login}"),
    }


def whole_user(found: User, base: str, *, own: bool) -> dict[str, Any]:
    told = {
        **user(found, base),
        "name": found.name or None,
        "company": None,
        "blog": "",
        "location": None,
        "email": found.email,
        "hireable": None,
        "bio": None,
        "public_repos": 1,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": found.created_at,
        "updated_at": found.created_at,
    }
    if own:
        numbers = ("private_gists", "total_private_repos", "owned_private_repos", "disk_usage", "collaborators")
        told |= dict.fromkeys(numbers, 0) | {"two_factor_authentication": True}
    return told


def repo(found: Repo, base: str) -> dict[str, Any]:
    api = f"{base}/repos/{found.full_name}"
    web = f"{base}/{found.full_name}"
    spdx = found.licence
    licence = spdx and {
        "key": spdx.lower(),
        "name": spdx,
        "spdx_id": spdx,
        "url": f"{base}/licenses/{spdx.lower()}",
        "node_id": f"L_{spdx}",
    }
    return {
        "id": found.id,
        "node_id": f"R_{found.id}",
        "name": found.name,
        "full_name": found.full_name,
        "owner": user(found.owner, base),
        "private": found.private,
        "html_url": web,
        "description": found.description,
        "fork": found.fork,
        "url": api,
        **_links(_REPO_LINKS, api),
        "git_url": f"git:{web}.git",
        "ssh_url": f"git@{found.full_name}.git",
        "clone_url": f"{web}.git",
        "mirror_url": None,
        "svn_url": web,
        "homepage": found.homepage,
        "language": None,
        "forks_count": 0,
        "stargazers_count": found.stars,
        "watchers_count": found.stars,
        "size": found.size,
        "default_branch": "main",
        "open_issues_count": 0,
        "is_template": False,
        "topics": list(found.topics),
        "has_issues": True,
        "has_projects": True,
        "has_wiki": True,
        "has_pages": False,
        "has_downloads": True,
        "has_discussions": False,
        "archived": found.archived,
        "disabled": found.disabled,
        "visibility": "private" if found.private else "public",
        "pushed_at": found.pushed_at,
        "created_at": found.created_at,
        "updated_at": found.pushed_at or found.created_at,
        "license": licence or None,
        "forks": 0,
        "open_issues": 0,
        "watchers": found.stars,
    }


def whole_repo(found: Repo, base: str) -> dict[str, Any]:
    return {**repo(found, base), "network_count": 0, "subscribers_count": 0}


def found_repo(found: Repo, base: str) -> dict[str, Any]:
    return {**repo(found, base), "score": 1.0}


def found_thread(found: Thread, base: str) -> dict[str, Any]:
    api = f"{base}/repos/{found.repo.full_name}"
    kind = "pull" if found.pull else "issues"
    web = f"{base}/{found.repo.full_name}/{kind}/{found.number}"
    item: dict[str, Any] = {
        "url": f"{api}/issues/{found.number}",
        "repository_url": api,
        "labels_url": f"{api}/issues/{found.number}/labels{{/name}}",
        "comments_url": f"{api}/issues/{found.number}/comments",
        "events_url": f"{api}/issues/{found.number}/events",
        "html_url": web,
        "id": found.repo.id * 10_000 + found.number,
        "node_id": f"I_{found.repo.id}_{found.number}",
        "number": found.number,
        "title": found.title,
        "user": user(found.author, base),
        "labels": [],
        "state": "closed" if found.merged else "open",
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": 0,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "closed_at": found.updated_at if found.merged else None,
        "author_association": "NONE",
        "score": 1.0,
    }
    if found.pull:
        item["pull_request"] = {
            "url": f"{api}/pulls/{found.number}",
            "html_url": web,
            "diff_url": f"{web}.diff",
            "patch_url": f"{web}.patch",
            "merged_at": found.updated_at if found.merged else None,
        }
    return item


def found_commit(author: User, email: str, found: Repo, base: str) -> dict[str, Any]:
    api = f"{base}/repos/{found.full_name}"
    sha = f"{found.id:040x}"
    who = {"name": author.name, "email": email, "date": "2022-01-01T00:00:00.000+01:00"}
    tree = {"sha": sha, "url": f"{api}/git/trees/{sha}"}
    commit = {"author": who, "committer": who, "message": "A change", "tree": tree, "url": api, "comment_count": 0}
    return {
        "url": f"{api}/commits/{sha}",
        "sha": sha,
        "node_id": f"C_{sha}",
        "html_url": f"{base}/{found.full_name}/commit/{sha}",
        "comments_url": f"{api}/commits/{sha}/comments",
        "commit": commit,
        "author": user(author, base),
        "committer": None,
        "parents": [],
        "repository": repo(found, base),
        "score": 1.0,
    }
