"""What the settings say about access: how one signs in, under which names the server answers, what stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data.errors import NotUsable

if TYPE_CHECKING:
    from data.settings import Settings

GITHUB_SETTINGS = ("SKILLFOLIO_GITHUB_CLIENT_ID", "SKILLFOLIO_GITHUB_CLIENT_SECRET", "SKILLFOLIO_GITHUB_LOGINS")
HOW = """\
  a password      SKILLFOLIO_PASSWORD; `skillfolio password` makes a hash of it that may stand there instead
  GitHub          SKILLFOLIO_GITHUB_CLIENT_ID, SKILLFOLIO_GITHUB_CLIENT_SECRET and SKILLFOLIO_GITHUB_LOGINS
  no sign-in      listen on this machine only: --host 127.0.0.1"""


@dataclass(frozen=True)
class GitHubApp:
    """An OAuth app at GitHub or a GitHub Enterprise, and who may sign in with it (logins in lower case)."""

    client_id: str
    client_secret: str
    logins: frozenset[str]
    api_url: str

    @property
    def web_url(self) -> str:
        """Where people sign in, made from the address of the API.

        api.github.com → github.com, api.NAME.ghe.com → NAME.ghe.com, HOST/api/v3 → HOST.
        """
        parts = urlsplit(self.api_url)
        host = parts.netloc
        if host == "api.github.com" or (host.startswith("api.") and host.endswith(".ghe.com")):
            host = host.removeprefix("api.")
        return f"{parts.scheme}://{host}"


@dataclass(frozen=True)
class Rules:
    """Who is let in. Without a password and GitHub, only this machine is."""

    password: str | None  # itself, or its argon2 hash
    github: GitHubApp | None
    hosts: frozenset[str]
    proxies: int

    @property
    def sign_in(self) -> bool:
        """Whether people sign in; then all do, on this machine too.

        A proxy on this machine that adds no header looks like the owner, so being local proves nothing any more
        once the server is meant for others.
        """
        return bool(self.password or self.github)

    @property
    def in_words(self) -> str:
        """Who gets in, for `doctor`."""
        ways = ["with the password"] if self.password else []
        if self.github:
            ways.append(f"with GitHub as {' or '.join(sorted(self.github.logins))}")
        return f"whoever signs in {' or '.join(ways)}" if ways else "whoever sits at this machine"


def rules_of(settings: Settings) -> Rules:
    """Raise NotUsable when signing in with GitHub is set by half."""
    given = (settings.github_client_id, settings.github_client_secret, settings.github_logins)
    if any(given) and not all(given):
        missing = [name for name, value in zip(GITHUB_SETTINGS, given, strict=True) if not value]
        raise NotUsable(f"For signing in with GitHub, set {' and '.join(missing)} too, or unset the others.")
    github = None
    if settings.github_client_id and settings.github_client_secret:
        github = GitHubApp(
            settings.github_client_id,
            settings.github_client_secret,
            frozenset(login.lower() for login in settings.github_logins),
            settings.github_api_url,
        )
    hosts = frozenset(host.lower() for host in settings.hosts)
    if hosts and settings.public_url:
        hosts |= {urlsplit(settings.public_url).hostname or ""}
    return Rules(settings.password or None, github, hosts, settings.proxies)


def refuse_open(settings: Settings, host: str) -> None:
    """Raise NotUsable when others could reach `host` while nobody has to sign in."""
    if rules_of(settings).sign_in or is_loopback(host) or host.lower() == "localhost":
        return
    raise NotUsable(
        f"Others could reach {host or 'this address'}, and the pages show all of your work, private projects too. "
        f"Set how you sign in, or keep it to this machine:\n{HOW}"
    )


def is_loopback(address: str | None) -> bool:
    """Whether an IP address is this very machine (127.0.0.0/8, ::1, or the former written as IPv6)."""
    try:
        parsed = ip_address((address or "").strip("[]"))
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback
