"""Settings, all from the environment. `SETTINGS` is the one list: documentation and `doctor` read it."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import platformdirs

from data.errors import NotUsable
from data.schedule import parse_schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.engine import URL

STORE_FILE = "skillfolio.db"
MAX_PORT = 65535
MOST_PROXIES = 5
LEAST_PASSWORD, LEAST_KEY = 8, 32  # characters
_GITHUB = "https://api.github.com"
_KAGGLE = "https://api.kaggle.com"
_STACK_EXCHANGE = "https://api.stackexchange.com/2.3"
_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_EATEN_HASH = re.compile(r"=\d+=\d+,t=\d+,p=\d+|=\d+,t=\d+,p=\d+")  # what a shell leaves of one in double quotes
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable of the environment. `default` is how the documentation writes it; empty: nothing."""

    name: str
    field: str  # of Settings
    default: str
    purpose: str
    read: Callable[[str], Any]  # raises ValueError saying what to write instead
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked. Addresses and tokens stay out of its repr."""

    home: Path
    database_url: str = field(repr=False)
    github_token: str | None = field(default=None, repr=False)
    github_api_url: str = _GITHUB
    kaggle_api_token: str | None = field(default=None, repr=False)
    kaggle_username: str | None = None
    kaggle_key: str | None = field(default=None, repr=False)
    kaggle_config_dir: Path | None = None
    kaggle_url: str = _KAGGLE
    stackexchange_key: str | None = field(default=None, repr=False)
    stackexchange_url: str = _STACK_EXCHANGE
    port: int = 8050
    queue_url: str | None = field(default=None, repr=False)
    schedules: tuple[str, ...] = ()  # as data.schedule reads them
    taxonomy: Path | None = None
    taxonomy_extend: Path | None = None
    roles: Path | None = None
    password: str | None = field(default=None, repr=False)  # itself, or its argon2 hash
    github_client_id: str | None = None
    github_client_secret: str | None = field(default=None, repr=False)
    github_logins: tuple[str, ...] = ()  # lower case
    secret_key: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] = ()  # lower case, without port
    public_url: str | None = None  # without a slash at the end
    proxies: int = 0
    browser: Path | None = None

    def shown(self, name: str) -> str:
        """Return a setting's value as `doctor` prints it: secrets only as set or not, addresses without password."""
        setting = next(setting for setting in SETTINGS if setting.name == name)
        value = getattr(self, setting.field)
        if setting.secret:
            return "set" if value else "not set"
        if setting.field == "database_url":
            return _url(value).render_as_string(hide_password=True)
        if setting.field == "queue_url" and value is not None:
            return _hidden_password(value)
        if isinstance(value, tuple):
            return ", ".join(value) or "not set"
        return "not set" if value is None else str(value)


def _home(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is a file; name a folder")
    return path


def _url(text: str) -> URL:
    from data.database import store_url  # noqa: PLC0415 - commands that open no store need none of it

    return store_url(text)


def _database(text: str) -> str:
    try:
        return _url(text).render_as_string(hide_password=False)
    except NotUsable as error:
        raise ValueError(str(error)) from None


def _queue(text: str) -> str:
    if text.startswith(("sqlite://", "postgres://", "postgresql://", "postgresql+psycopg://")):
        return _database(text)
    if not text.startswith(("redis://", "rediss://")):  # a bare word would be taken for a file of that name
        raise ValueError("write sqlite:///PATH, redis://HOST:6379/0, or postgresql://USER:PASSWORD@HOST/NAME")
    try:
        parts = urlsplit(text)
        if parts.hostname and (parts.port is None or parts.port):
            return text
    except ValueError:
        pass
    raise ValueError("write redis://HOST:6379/0, rediss:// for TLS")


def _hidden_password(address: str) -> str:
    from sqlalchemy import make_url  # noqa: PLC0415 - as above

    return make_url(address).render_as_string(hide_password=True)


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a token is one word of plain letters and digits; copy it again")
    return text


def _api_url(text: str) -> str:
    address = text.rstrip("/")
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("write https://HOST/api/v3, without user, password or query")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("it must begin with https:// (http:// only for this very machine)")
    dotcom = host == "api.github.com" or (host.startswith("api.") and host.endswith(".ghe.com"))
    if dotcom and parts.path:
        raise ValueError(f"write https://{host}, without a path")
    if not dotcom and not _is_loopback(host) and not parts.path.endswith("/api/v3"):
        raise ValueError(f"GitHub Enterprise Server answers at https://{host}/api/v3")
    return address


def _stack_exchange_url(text: str) -> str:
    address = text.rstrip("/")
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"write an address such as {_STACK_EXCHANGE}, without user, password or query")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("it must begin with https:// (http:// only for this very machine)")
    return address


def _kaggle_url(text: str) -> str:
    address = text.rstrip("/")
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("write https://HOST, without user, password or query")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("it must begin with https:// (http:// only for this very machine)")
    return address


def _kaggle_token(text: str) -> str:
    if not text.isprintable():
        raise ValueError("write the token, or the path of a file that holds it")
    return text


def _word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError("write one word")
    return text


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.is_file():
        raise ValueError(f"{path} is a file; name its folder")
    return path


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise ValueError(f"a port is a number from 1 to {MAX_PORT}")
    return int(text)


def _taxonomy(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not (path / "areas").is_dir():
        raise ValueError(f"{path} has no folder areas/ with area files")
    return path


def _extension(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.exists() or (path.is_dir() and not any(path.glob("*.toml"))):
        raise ValueError(f"{path} is no area file, nor a folder with area files")
    return path


def _roles(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise ValueError(f"{path} is no folder; name one with role files (*.toml)")
    return path


def _password(text: str) -> str:
    if text.startswith("$argon2"):
        if not _ARGON2.fullmatch(text):
            raise ValueError("this begins like an argon2 hash but is not whole; write it between single quotes")
    elif _EATEN_HASH.match(text):
        raise ValueError("the shell took parts out of the hash; write it between single quotes (in compose files: $$)")
    elif len(text) < LEAST_PASSWORD:
        raise ValueError(f"a password has at least {LEAST_PASSWORD} characters")
    return text


def _words(text: str, pattern: re.Pattern[str], advice: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word.lower() for word in re.split(r"[,\s]+", text) if word))
    wrong = [word for word in words if not pattern.fullmatch(word)]
    if wrong or not words:
        raise ValueError(f"{', '.join(map(repr, wrong)) or 'nothing'} is given; {advice}")
    return words


def _program(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not os.access(path, os.X_OK) or path.is_dir():
        raise ValueError(f"{path} is no program that can be started")
    return path


def _logins(text: str) -> tuple[str, ...]:
    return _words(text, _LOGIN, "write GitHub logins with commas between them")


def _hosts(text: str) -> tuple[str, ...]:
    return _words(text, _HOST, "write names such as skills.example.org, without https:// and port, commas between them")


def _public_url(text: str) -> str:
    address = text.rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("write https://skills.example.org, as others reach this server")
    if parts.path:
        raise ValueError(f"write {parts.scheme}://{parts.netloc}, without a path")
    return address


def _key(text: str) -> str:
    if len(text) < LEAST_KEY:
        raise ValueError(
            f"a key has at least {LEAST_KEY} random characters; "
            'make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return text


def _proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_PROXIES:
        raise ValueError(f"write how many proxies stand in front, 0 to {MOST_PROXIES}")
    return int(text)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "SKILLFOLIO_HOME",
        "home",
        "the system's folder for user data",
        "Folder for the store and fetched history.",
        _home,
    ),
    Setting(
        "DATABASE_URL",
        "database_url",
        f"{STORE_FILE} in SKILLFOLIO_HOME",
        "Where the store is: a file's path, sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME.",
        _database,
    ),
    Setting(
        "GITHUB_TOKEN",
        "github_token",
        "",
        "Lets GitHub answer more requests and, where the token may, read private repositories.",
        _token,
        secret=True,
    ),
    Setting(
        "GITHUB_API_URL",
        "github_api_url",
        _GITHUB,
        "Where GitHub's API is; https://HOST/api/v3 for GitHub Enterprise Server.",
        _api_url,
    ),
    Setting(
        "STACKEXCHANGE_KEY",
        "stackexchange_key",
        "",
        "Lets Stack Overflow answer 10,000 requests a day instead of 300; registering one is free.",
        _token,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_STACKEXCHANGE_URL",
        "stackexchange_url",
        _STACK_EXCHANGE,
        "Where the Stack Exchange API is.",
        _stack_exchange_url,
    ),
    Setting(
        "KAGGLE_API_TOKEN",
        "kaggle_api_token",
        "~/.kaggle/access_token",
        "Kaggle's API token, or the path of a file that holds it: lets notebooks, competitions and models be read.",
        _kaggle_token,
        secret=True,
    ),
    Setting(
        "KAGGLE_USERNAME",
        "kaggle_username",
        "kaggle.json in KAGGLE_CONFIG_DIR",
        "Your Kaggle user name, beside KAGGLE_KEY; used where there is no token.",
        _word,
    ),
    Setting(
        "KAGGLE_KEY",
        "kaggle_key",
        "kaggle.json in KAGGLE_CONFIG_DIR",
        "The older sort of Kaggle key, beside KAGGLE_USERNAME.",
        _token,
        secret=True,
    ),
    Setting(
        "KAGGLE_CONFIG_DIR",
        "kaggle_config_dir",
        "~/.kaggle, else ~/.config/kaggle",
        "Folder of kaggle.json.",
        _folder,
    ),
    Setting(
        "SKILLFOLIO_KAGGLE_URL",
        "kaggle_url",
        _KAGGLE,
        "Where Kaggle's interface is; another host is asked under /api/v1 unless a path is given.",
        _kaggle_url,
    ),
    Setting(
        "SKILLFOLIO_QUEUE_URL",
        "queue_url",
        "beside the store: queue.db in SKILLFOLIO_HOME, or the PostgreSQL database",
        "Where workers hear of tasks: sqlite:///PATH, redis://HOST:6379/0, or postgresql://USER:PASSWORD@HOST/NAME.",
        _queue,
    ),
    Setting(
        "SKILLFOLIO_SCHEDULE",
        "schedules",
        "each source's own: daily",
        "How often sources are read: hourly, daily, weekly or off, for all or for some (github=hourly, git=off). "
        "What is chosen on the Sources page goes before.",
        parse_schedules,
    ),
    Setting("PORT", "port", "8050", "Port of the dashboard.", _port),
    Setting(
        "SKILLFOLIO_TAXONOMY",
        "taxonomy",
        "",
        "Folder of a taxonomy of your own (areas/*.toml, levels.toml) in place of the one that comes along.",
        _taxonomy,
    ),
    Setting(
        "SKILLFOLIO_TAXONOMY_EXTEND",
        "taxonomy_extend",
        "",
        "Area file, or folder of them, whose entries are added and replace those of equal id; "
        "taxonomy.toml in SKILLFOLIO_HOME (see `skillfolio map`) always lies on top.",
        _extension,
    ),
    Setting(
        "SKILLFOLIO_ROLES",
        "roles",
        "",
        "Folder of role files (*.toml) of your own; they are added, and replace those of equal id.",
        _roles,
    ),
    Setting(
        "SKILLFOLIO_PASSWORD",
        "password",
        "",
        "Password of the owner's pages, or its argon2 hash (`skillfolio password` makes it). Once it is set, everyone "
        "signs in, on this machine too.",
        _password,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_GITHUB_CLIENT_ID",
        "github_client_id",
        "",
        "Client ID of a GitHub OAuth app, for signing in with GitHub.",
        _token,
    ),
    Setting(
        "SKILLFOLIO_GITHUB_CLIENT_SECRET",
        "github_client_secret",
        "",
        "Client secret of that app.",
        _token,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_GITHUB_LOGINS",
        "github_logins",
        "",
        "GitHub logins that may sign in, with commas between them.",
        _logins,
    ),
    Setting(
        "SKILLFOLIO_SECRET_KEY",
        "secret_key",
        "a random key, made once and kept in SKILLFOLIO_HOME",
        "Signs sessions. Set it where the disk does not last, and for several machines alike.",
        _key,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_HOSTS",
        "hosts",
        "",
        "Host names that the dashboard answers to, with commas between them; nothing set: any, once signing in is set.",
        _hosts,
    ),
    Setting(
        "SKILLFOLIO_URL",
        "public_url",
        "as the visitor asks",
        "How others reach this server, such as https://skills.example.org: the beginning of share links.",
        _public_url,
    ),
    Setting(
        "SKILLFOLIO_PROXIES",
        "proxies",
        "0",
        "How many proxies stand in front; that many are believed about the visitor's address and about https.",
        _proxies,
    ),
    Setting(
        "SKILLFOLIO_BROWSER",
        "browser",
        "Chromium, Chrome or Edge, where one is found",
        "Program that prints the page as PDF.",
        _program,
    ),
)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises NotUsable naming every wrong one, with what to write instead."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    wrong = []
    for setting in SETTINGS:
        text = environment.get(setting.name, "").strip()
        try:
            if text:
                values[setting.field] = setting.read(text)
        except ValueError as error:
            wrong.append(f"{setting.name}: {error}.")
    if "home" not in values:
        try:
            values["home"] = platformdirs.user_data_path("skillfolio", appauthor=False)
        except RuntimeError:  # no HOME, and nobody of this number is known to the system
            wrong.append("SKILLFOLIO_HOME: this system does not tell your home; name a folder for the store.")
    if wrong:
        raise NotUsable("\n".join(line.replace("..", ".") for line in wrong))
    values.setdefault("database_url", f"sqlite:///{values['home'] / STORE_FILE}")
    return Settings(**values)
