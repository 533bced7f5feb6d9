"""How the text of a setting becomes its value: each function raises ValueError saying what to write instead."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from data.errors import NotUsable

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from sqlalchemy.engine import URL

MAX_PORT = 65535
MOST_PROXIES = 5
LEAST_PASSWORD, LEAST_KEY = 8, 32  # characters
STACK_EXCHANGE = "https://api.stackexchange.com/2.3"
_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")
_EATEN_HASH = re.compile(r"=\d+=\d+,t=\d+,p=\d+|=\d+,t=\d+,p=\d+")  # what a shell leaves of one in double quotes
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_TELLING = re.compile(r"\S{3}")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


def home(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # bytes that are no UTF-8: no store can be there
        raise ValueError("its name is not written in UTF-8; name another folder")
    if path.exists() and not path.is_dir():
        raise ValueError(f"{path} is a file; name a folder")
    return path


def store_address(text: str) -> URL:
    from data.database import store_url  # noqa: PLC0415 - commands that open no store need none of it

    return store_url(text)


def database(text: str) -> str:
    try:
        return store_address(text).render_as_string(hide_password=False)
    except NotUsable as error:
        raise ValueError(str(error)) from None


def queue(text: str) -> str:
    if text.startswith(("sqlite://", "postgres://", "postgresql://", "postgresql+psycopg://")):
        return database(text)
    if not text.startswith(("redis://", "rediss://")):  # a bare word would be taken for a file of that name
        raise ValueError("write sqlite:///PATH, redis://HOST:6379/0, or postgresql://USER:PASSWORD@HOST/NAME")
    try:
        parts = urlsplit(text)
        if parts.hostname and (parts.port is None or parts.port):
            return text
    except ValueError:
        pass
    raise ValueError("write redis://HOST:6379/0, rediss:// for TLS")


def hidden_password(address: str) -> str:
    from sqlalchemy import make_url  # noqa: PLC0415 - as above

    return make_url(address).render_as_string(hide_password=True)


def token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a token is one word of plain letters and digits; copy it again")
    return text


def api_url(text: str) -> str:
    """Where GitHub's API is."""
    address, parts = _service(text, "https://HOST/api/v3")
    host = parts.hostname or ""
    dotcom = host == "api.github.com" or (host.startswith("api.") and host.endswith(".ghe.com"))
    if dotcom and parts.path:
        raise ValueError(f"write https://{host}, without a path")
    if not dotcom and not _is_loopback(host) and not parts.path.endswith("/api/v3"):
        raise ValueError(f"GitHub Enterprise Server answers at https://{host}/api/v3")
    return address


def stack_exchange_url(text: str) -> str:
    return _service(text, f"an address such as {STACK_EXCHANGE}")[0]


def kaggle_url(text: str) -> str:
    return _service(text, "https://HOST")[0]


def _service(text: str, example: str) -> tuple[str, SplitResult]:
    """An address that tokens are sent to, without a slash at the end, and its parts."""
    address = text.rstrip("/")
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"write {example}, without user, password or query")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("it must begin with https:// (http:// only for this very machine)")
    return address, parts


def kaggle_token(text: str) -> str:
    if not text.isprintable():
        raise ValueError("write the token, or the path of a file that holds it")
    return text


def word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError("write one word")
    return text


def folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.is_file():
        raise ValueError(f"{path} is a file; name its folder")
    return path


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def assistants(text: str) -> tuple[str, ...]:
    """Patterns of addresses and of lines in messages, as `collectors.attribution` takes them."""
    found = tuple(dict.fromkeys(" ".join(one.split()).casefold() for one in text.split(",") if one.strip()))
    if not found or any(not _TELLING.search(one.replace("*", "")) for one in found):
        raise ValueError("write addresses or lines that tell an assistant, such as bot@example.com, made with helper*")
    return found


def port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MAX_PORT:
        raise ValueError(f"a port is a number from 1 to {MAX_PORT}")
    return int(text)


def taxonomy(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not (path / "areas").is_dir():
        raise ValueError(f"{path} has no folder areas/ with area files")
    return path


def extension(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.exists() or (path.is_dir() and not any(path.glob("*.toml"))):
        raise ValueError(f"{path} is no area file, nor a folder with area files")
    return path


def roles(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not path.is_dir():
        raise ValueError(f"{path} is no folder; name one with role files (*.toml)")
    return path


def password(text: str) -> str:
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


def program(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if not os.access(path, os.X_OK) or path.is_dir():
        raise ValueError(f"{path} is no program that can be started")
    return path


def logins(text: str) -> tuple[str, ...]:
    return _words(text, _LOGIN, "write GitHub logins with commas between them")


def hosts(text: str) -> tuple[str, ...]:
    return _words(text, _HOST, "write names such as skills.example.org, without https:// and port, commas between them")


def public_url(text: str) -> str:
    address = text.rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("write https://skills.example.org, as others reach this server")
    if parts.path:
        raise ValueError(f"write {parts.scheme}://{parts.netloc}, without a path")
    return address


def key(text: str) -> str:
    if len(text) < LEAST_KEY:
        raise ValueError(
            f"a key has at least {LEAST_KEY} random characters; "
            'make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    return text


def proxies(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_PROXIES:
        raise ValueError(f"write how many proxies stand in front, 0 to {MOST_PROXIES}")
    return int(text)
