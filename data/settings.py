"""Settings, all from the environment. `SETTINGS` is the one list: documentation and `doctor` read it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import platformdirs

from data import setting_values as values
from data.errors import NotUsable
from data.schedule import parse_schedules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

STORE_FILE = "skillfolio.db"
_GITHUB = "https://api.github.com"
_KAGGLE = "https://api.kaggle.com"


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
    stackexchange_url: str = values.STACK_EXCHANGE
    assistants: tuple[str, ...] = ()  # patterns, lower case
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
            return values.store_address(value).render_as_string(hide_password=True)
        if setting.field == "queue_url" and value is not None:
            return values.hidden_password(value)
        if isinstance(value, tuple):
            return ", ".join(value) or "not set"
        return "not set" if value is None else str(value)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "SKILLFOLIO_HOME",
        "home",
        "the system's folder for user data",
        "Folder for the store and fetched history.",
        values.home,
    ),
    Setting(
        "DATABASE_URL",
        "database_url",
        f"{STORE_FILE} in SKILLFOLIO_HOME",
        "Where the store is: a file's path, sqlite:///PATH, or postgresql://USER:PASSWORD@HOST/NAME.",
        values.database,
    ),
    Setting(
        "GITHUB_TOKEN",
        "github_token",
        "",
        "Lets GitHub answer more requests and, where the token may, read private repositories.",
        values.token,
        secret=True,
    ),
    Setting(
        "GITHUB_API_URL",
        "github_api_url",
        _GITHUB,
        "Where GitHub's API is; https://HOST/api/v3 for GitHub Enterprise Server.",
        values.api_url,
    ),
    Setting(
        "STACKEXCHANGE_KEY",
        "stackexchange_key",
        "",
        "Lets Stack Overflow answer 10,000 requests a day instead of 300; registering one is free.",
        values.token,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_STACKEXCHANGE_URL",
        "stackexchange_url",
        values.STACK_EXCHANGE,
        "Where the Stack Exchange API is.",
        values.stack_exchange_url,
    ),
    Setting(
        "KAGGLE_API_TOKEN",
        "kaggle_api_token",
        "~/.kaggle/access_token",
        "Kaggle's API token, or the path of a file that holds it: lets notebooks, competitions and models be read.",
        values.kaggle_token,
        secret=True,
    ),
    Setting(
        "KAGGLE_USERNAME",
        "kaggle_username",
        "kaggle.json in KAGGLE_CONFIG_DIR",
        "Your Kaggle user name, beside KAGGLE_KEY; used where there is no token.",
        values.word,
    ),
    Setting(
        "KAGGLE_KEY",
        "kaggle_key",
        "kaggle.json in KAGGLE_CONFIG_DIR",
        "The older sort of Kaggle key, beside KAGGLE_USERNAME.",
        values.token,
        secret=True,
    ),
    Setting(
        "KAGGLE_CONFIG_DIR",
        "kaggle_config_dir",
        "~/.kaggle, else ~/.config/kaggle",
        "Folder of kaggle.json.",
        values.folder,
    ),
    Setting(
        "SKILLFOLIO_KAGGLE_URL",
        "kaggle_url",
        _KAGGLE,
        "Where Kaggle's interface is; another host is asked under /api/v1 unless a path is given.",
        values.kaggle_url,
    ),
    Setting(
        "SKILLFOLIO_QUEUE_URL",
        "queue_url",
        "beside the store: queue.db in SKILLFOLIO_HOME, or the PostgreSQL database",
        "Where workers hear of tasks: sqlite:///PATH, redis://HOST:6379/0, or postgresql://USER:PASSWORD@HOST/NAME.",
        values.queue,
    ),
    Setting(
        "SKILLFOLIO_SCHEDULE",
        "schedules",
        "each source's own: daily",
        "How often sources are read: hourly, daily, weekly or off, for all or for some (github=hourly, git=off). "
        "What is chosen on the Sources page goes before.",
        parse_schedules,
    ),
    Setting(
        "SKILLFOLIO_ASSISTANTS",
        "assistants",
        "",
        "What marks a commit as written with an AI assistant, beside what is known: addresses or lines of its message, "
        "with commas between them; * stands for anything (bot@example.com, made with helper*).",
        values.assistants,
    ),
    Setting("PORT", "port", "8050", "Port of the dashboard.", values.port),
    Setting(
        "SKILLFOLIO_TAXONOMY",
        "taxonomy",
        "",
        "Folder of a taxonomy of your own (areas/*.toml, levels.toml) in place of the one that comes along.",
        values.taxonomy,
    ),
    Setting(
        "SKILLFOLIO_TAXONOMY_EXTEND",
        "taxonomy_extend",
        "",
        "Area file, or folder of them, whose entries are added and replace those of equal id; "
        "taxonomy.toml in SKILLFOLIO_HOME (see `skillfolio map`) always lies on top.",
        values.extension,
    ),
    Setting(
        "SKILLFOLIO_ROLES",
        "roles",
        "",
        "Folder of role files (*.toml) of your own; they are added, and replace those of equal id.",
        values.roles,
    ),
    Setting(
        "SKILLFOLIO_PASSWORD",
        "password",
        "",
        "Password of the owner's pages, or its argon2 hash (`skillfolio password` makes it). Once it is set, everyone "
        "signs in, on this machine too.",
        values.password,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_GITHUB_CLIENT_ID",
        "github_client_id",
        "",
        "Client ID of a GitHub OAuth app, for signing in with GitHub.",
        values.token,
    ),
    Setting(
        "SKILLFOLIO_GITHUB_CLIENT_SECRET",
        "github_client_secret",
        "",
        "Client secret of that app.",
        values.token,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_GITHUB_LOGINS",
        "github_logins",
        "",
        "GitHub logins that may sign in, with commas between them.",
        values.logins,
    ),
    Setting(
        "SKILLFOLIO_SECRET_KEY",
        "secret_key",
        "a random key, made once and kept in SKILLFOLIO_HOME",
        "Signs sessions. Set it where the disk does not last, and for several machines alike.",
        values.key,
        secret=True,
    ),
    Setting(
        "SKILLFOLIO_HOSTS",
        "hosts",
        "",
        "Host names that the dashboard answers to, with commas between them; nothing set: any, once signing in is set.",
        values.hosts,
    ),
    Setting(
        "SKILLFOLIO_URL",
        "public_url",
        "as the visitor asks",
        "How others reach this server, such as https://skills.example.org: the beginning of share links.",
        values.public_url,
    ),
    Setting(
        "SKILLFOLIO_PROXIES",
        "proxies",
        "0",
        "How many proxies stand in front; that many are believed about the visitor's address and about https.",
        values.proxies,
    ),
    Setting(
        "SKILLFOLIO_BROWSER",
        "browser",
        "Chromium, Chrome or Edge, where one is found",
        "Program that prints the page as PDF.",
        values.program,
    ),
)


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises NotUsable naming every wrong one, with what to write instead."""
    environment = os.environ if environment is None else environment
    found: dict[str, Any] = {}
    wrong = []
    for setting in SETTINGS:
        text = environment.get(setting.name, "").strip()
        try:
            if text:
                found[setting.field] = setting.read(text)
        except ValueError as error:
            wrong.append(f"{setting.name}: {error}.")
    if "home" not in found:
        try:
            found["home"] = platformdirs.user_data_path("skillfolio", appauthor=False)
        except RuntimeError:  # no HOME, and nobody of this number is known to the system
            wrong.append("SKILLFOLIO_HOME: this system does not tell your home; name a folder for the store.")
    if wrong:
        raise NotUsable("\n".join(line.replace("..", ".") for line in wrong))
    found.setdefault("database_url", f"sqlite:///{found['home'] / STORE_FILE}")
    return Settings(**found)
