"""`doctor`: what is set, stored and wrong."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

import click

from commands.opening import OWN_WORK, called, opened_store
from commands.printing import budget_left, print_table
from commands.working import idle, schedule_rows
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.settings import Settings
    from data.store import Store


@click.command()
def doctor() -> None:
    """Say what is set and missing, what is stored, how the last runs went. Paste it into a bug report."""
    from dashboard.access.rules import rules_of
    from data.settings import SETTINGS, load_settings

    settings = load_settings()
    print_table(("setting", "value", "what for"), [(s.name, settings.shown(s.name), s.purpose) for s in SETTINGS])
    _say_tools()
    _say_token(settings)
    _say_kaggle(settings)
    with contextlib.suppress(NotUsable):  # set by half: the table shows it, and serving says what is missing
        click.echo(f"The dashboard opens to {rules_of(settings).in_words}.")
    with opened_store() as (store, _):
        click.echo(f"\nStore: {store.shown_url}")
        print_table(("table", "rows"), [(name, f"{n:,}") for name, n in store.counts().items()])
        _say_workers(store, settings)
        if store.accounts():
            click.echo("\nSources")
            print_table(("source", "read", "last run", "next run"), schedule_rows(store, settings))
        rows = [
            (
                f"{r.source} {r.handle}",
                r.state,
                f"{r.started:%Y-%m-%d %H:%M}",
                f"{r.progress.done} of {r.progress.total}" if r.progress.total else "",
                budget_left(r.progress.budget).removeprefix(" · "),
                str(r.issues),
                r.progress.step,
            )
            for r in store.runs(10)
        ]
        first = f"To read: {called()} collect" if store.accounts() else OWN_WORK.format(me=called())
        click.echo("\nLast runs" if rows else f"\nNo runs yet.\n{first}")
        if rows:
            print_table(("source", "state", "started (UTC)", "done", "budget", "issues", "step"), rows)


def _say_workers(store: Store, settings: Settings) -> None:
    from collectors.queue import open_queue
    from data.tasks import Tasks

    tasks = Tasks(store)
    try:
        queue = open_queue(settings, store)
        click.echo(f"\nQueue: {queue.shown}")
        queue.close()
    except NotUsable as error:
        click.echo(f"\n{error}")
    waiting = tasks.open()
    found = [(one.name, f"{one.started:%Y-%m-%d %H:%M}", str(one.at)) for one in tasks.workers()]
    if found:
        click.echo(f"Workers (tasks that wait: {waiting.get('waiting', 0):,})")
        print_table(("worker", "started (UTC)", "tasks in hand"), found)
    else:
        click.echo(idle())


def _say_token(settings: Settings) -> None:
    from data.tokens import GitHubToken, Where

    kept = GitHubToken(settings).kept
    if kept is not None and kept.where is Where.KEYRING:
        click.echo(f"The GitHub token of {kept.login} is in the key ring.")


def _say_kaggle(settings: Settings) -> None:
    from collectors.kaggle import credentials

    try:
        title = credentials.find(settings).title
    except NotUsable as error:
        title = str(error)
    click.echo(f"Kaggle is asked with {title}.".replace("..", "."))


def _say_tools() -> None:
    from importlib.metadata import version

    try:
        git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        git = ""
    names = ("skillfolio", "dash", "plotly", "pandas", "SQLAlchemy", "PyGithub")
    click.echo(f"\nPython {sys.version.split()[0]}, {git or 'git is missing: install it'}, ", nl=False)
    click.echo(", ".join(f"{name} {version(name)}" for name in names))


COMMANDS: tuple[click.Command, ...] = (doctor,)
