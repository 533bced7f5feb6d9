"""`serve`, `up`, `demo`: the dashboard, handed what collectors can do for it."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.launching import launcher
from commands.opening import OWN_WORK, called, chosen_taxonomy, opened_store, rebuild_evidence, this_program
from commands.supervising import Beside
from data.errors import NotUsable, SkillfolioError, TryLater, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

    from dashboard.sides import Side, Sides
    from dashboard.site import FirstLook, SourceChoice
    from data.discovered import FoundFolders, FoundPeople
    from data.settings import Settings
    from data.tokens import GitHubToken


def _address_options(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")(command)
    command = click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; else PORT, else 8050.")(
        command
    )
    return click.option("--open/--no-open", "browse", default=None, help="Open a browser (default: in a terminal).")(
        command
    )


@click.command()
@_address_options
def serve(host: str, port: int | None, browse: bool | None) -> None:
    """Open the dashboard with what is stored."""
    from data.settings import load_settings

    with opened_store():
        pass  # migrated, or refused, before a server starts
    _serve(load_settings(), host, port, browse)


@click.command()
def password() -> None:
    """Make the hash of a password, for SKILLFOLIO_PASSWORD.

    The hash alone goes to the output: export SKILLFOLIO_PASSWORD="$(skillfolio password)". Where you write it into
    a file, put it between single quotes, since it holds dollar signs.
    """
    from dashboard.access.password import hash_of
    from data.setting_values import LEAST_PASSWORD

    typed = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    if len(typed) < LEAST_PASSWORD:
        raise NotUsable(f"A password has at least {LEAST_PASSWORD} characters; a few words in a row are good ones.")
    click.echo(hash_of(typed))


@click.command()
@_address_options
def up(host: str, port: int | None, browse: bool | None) -> None:
    """Run everything on this machine: the dashboard, and a worker that reads each source when it is due."""
    from dashboard.access.rules import refuse_open
    from data.settings import load_settings

    refuse_open(load_settings(), host)
    with opened_store() as (store, _):
        if not store.accounts():
            click.echo(f"No source yet; the Sources page adds one too.\n{OWN_WORK.format(me=called())}\n")
    worker = [*this_program(), "worker", "--quiet", "--beside", str(os.getpid())]
    beside = Beside(worker, partial(click.echo, err=True))
    try:
        _serve(load_settings(), host, port, browse)
    finally:
        beside.stop()


@click.command()
@_address_options
@click.option("--no-serve", is_flag=True, help="Only load the sample, and say where.")
def demo(host: str, port: int | None, browse: bool | None, no_serve: bool) -> None:
    """Open a sample portfolio; a button in it leads to your own work.

    The sample has a store of its own. Yours is made when you press the button.
    """
    from data import sample
    from data.settings import load_settings

    own = load_settings()
    settings = sample.settings_for(own)
    with opened_store(settings) as (store, _):
        try:
            if sample.load(store):
                rebuild_evidence(store)
        except TryLater:
            raise TryLater("Another program is loading the sample. Start this again in some seconds.") from None
    click.echo("This is a sample, read from public repositories.")
    if no_serve:
        click.echo(f"{OWN_WORK.format(me=called())}\n\nLoaded into {settings.home}")
        return
    click.echo('For your own, press "Use my own work" in the browser.\n')
    _serve(own, host, port, browse, partial(_sides, settings, own))


@click.command()
def migrate() -> None:
    """Bring the store to this version."""
    with opened_store() as (store, _):
        click.echo(f"The store is at this version: {store.shown_url}")
    if os.environ.get("HONCHO_PROCESS_NAME"):  # honcho runs `release` beside the others, and ends all when one ends
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


def _serve(
    settings: Settings, host: str, port: int | None, browse: bool | None, make: Callable[[], Any] | None = None
) -> None:
    from dashboard import serving
    from dashboard.access.rules import refuse_open

    port = port or settings.port
    refuse_open(settings, host)
    serving.refuse_busy(host, port)
    url = f"http://{host}:{port}"
    click.echo(f"Skillfolio is at {url} (Ctrl+C stops it)")
    if browse if browse is not None else sys.stdout.isatty() and _has_screen():
        click.launch(url)
    serving.serve(make or partial(_site, settings), host, port)


def wsgi() -> Flask:
    """Return what a WSGI server serves: `gunicorn --config python:dashboard.hosted 'cli:wsgi()'`."""
    from dashboard import serving
    from data.settings import load_settings

    try:
        return serving.lean(partial(_site, load_settings()))
    except SkillfolioError as error:  # a host's log shows the sentence, not where in the code it was said
        raise SystemExit(f"Error: {error}") from None


def _sides(sample: Settings, own: Settings) -> Sides:
    """The sample and the person's own dashboard in one server; the own one is made when it is asked for."""
    from dashboard import sides
    from data.settings import STORE_FILE
    from data.store import Store

    def make(side: Side) -> Flask:
        return _site(sample if side.name == sides.SAMPLE else own, side=side, access=own)

    def first_page() -> str:
        with Store.open(own.database_url) as store:
            return "/" if store.accounts() else "/welcome"

    there = own.database_url.startswith("sqlite") and (own.home / STORE_FILE).exists()
    return sides.Sides(make, first_page, has_own=there)


def _site(settings: Settings, *, side: Side | None = None, access: Settings | None = None) -> Flask:
    from dashboard.app import create_app
    from data.garbage import settle
    from data.store import Store
    from data.tokens import GitHubToken

    token = GitHubToken(settings)
    store = Store.open(settings.database_url)
    os.register_at_fork(after_in_child=partial(store.engine.dispose, close=False))  # connections are the parent's
    made = create_app(
        settings,
        store,
        taxonomy=chosen_taxonomy(settings),
        launch=launcher(settings, store, token),
        sources=_choices(settings),
        command=called(),
        first_look=_first_look(settings, token),
        side=side,
        access=access,
    ).server
    settle()
    return made


def _first_look(settings: Settings, token: GitHubToken) -> FirstLook:
    """What the page Welcome asks of this machine and of GitHub."""
    from dashboard.site import FirstLook

    def folders() -> FoundFolders:
        from collectors import discovery  # what few ask for is loaded when they do
        from data.discovered import FoundFolders

        try:
            home = Path.home()
        except RuntimeError:  # nobody of this number is known to the system
            return FoundFolders()
        return discovery.find_folders(home, without=settings.home)

    def people(folders: Sequence[Path], login: str) -> FoundPeople:
        from collectors import discovery
        from collectors.github.asking import identities_of

        told: Any = []
        try:
            told = identities_of(settings, login, token.find() or "") if login else []
        except (TryLater, UnexpectedReply) as error:
            told = error
        return discovery.look(folders, login, told)

    def owner_of(typed: str, login: str) -> str:
        from collectors.github import asking

        return asking.owner_of(settings, typed, login)

    return FirstLook(folders, people, owner_of, token)


def _choices(settings: Settings) -> dict[str, SourceChoice]:
    """What the Sources page offers to add."""
    from collectors import sources
    from dashboard.site import SourceChoice

    return {
        name: SourceChoice(
            title=module.SOURCE.title,
            label=module.SOURCE.handle.removeprefix("a ").capitalize(),
            hint=module.SOURCE.example,
            check=partial(module.check, settings=settings),
            schedule=module.SOURCE.schedule,
        )
        for name, module in sources.load().items()
    }


def _has_screen() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


COMMANDS: tuple[click.Command, ...] = (serve, password, up, demo, migrate)
