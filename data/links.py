"""Addresses in the web: what a remote is called there, and where a line of a commit can be seen."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_SCP = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^/].*)$")  # git@host:owner/name
_BLOB = {"github": "{repository}/blob/{commit}/{path}", "gitlab": "{repository}/-/blob/{commit}/{path}"}
_COMMIT = {"github": "commit", "gitlab": "-/commit"}


def web_address(remote: str) -> str:
    """Return the page of a repository, `https://host/owner/name`, from any way to write its remote.

    Empty for local paths and for what is no address. Host and path are compared without case, as the
    large sites do; the result is lower-case.
    """
    text = remote.strip()
    scp = None if "://" in text else _SCP.match(text)
    if scp:
        host, path = scp["host"], scp["path"]
    else:
        try:
            parts = urlsplit(text)
            host, path = parts.hostname or "", parts.path
        except ValueError:
            return ""
        if parts.scheme not in {"https", "http", "ssh", "git", "git+ssh"}:
            return ""
    path = path.strip("/").removesuffix(".git").strip("/")
    return f"https://{host}/{path}".lower() if host and path else ""


def commit_url(repository: str, commit: str) -> str:
    """Return the page of a commit; empty where the site is not known to have any."""
    page, site = _site_of(repository)
    return f"{page}/{_COMMIT[site]}/{quote(commit, safe='')}" if site and commit else ""


def line_url(repository: str, commit: str, path: str, line: int) -> str:
    """Return where a line of a commit can be seen; empty where the site is not known to show any.

    A notebook's page shows cells, not lines: the link ends at the file.
    """
    page, site = _site_of(repository)
    if not site or not commit or not path:
        return ""
    file = path.partition("#cell")[0]
    url = _BLOB[site].format(repository=page, commit=quote(commit, safe=""), path=quote(file))
    return f"{url}#L{line}" if line > 0 and file == path else url


def _site_of(repository: str) -> tuple[str, str]:
    """The page of a repository and the kind of site; both empty where the kind is not known."""
    try:
        parts = urlsplit(repository)
    except ValueError:
        return "", ""
    site = (parts.hostname or "").split(".")[0]
    if parts.scheme not in {"https", "http"} or site not in _BLOB:
        return "", ""
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('.git')}", site


def safe_url(url: str) -> str:
    """Return the address if a page may link to it (http or https), else nothing."""
    try:
        return url if urlsplit(url).scheme in {"https", "http"} else ""
    except ValueError:
        return ""
