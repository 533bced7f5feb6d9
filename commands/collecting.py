"""`collect`: reading all sources, with progress."""

from __future__ import annotations

import contextlib
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from commands.identities import say_identities
from commands.opening import FAILED, LATER, OWN_WORK, called, opened_store, rebuild_evidence
from commands.printing import budget_left, counted, printable
from data.errors import NotUsable, TryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collectors.runner import RunResult
    from data.meanwhile import Meanwhile
    from data.models import Progress
    from data.settings import Settings
    from data.store import Store


@click.command()
@click.option("--source", "only", metavar="NAME", help="Only this source: git, github, kaggle, stackoverflow.")
@click.option("--account", type=int, hidden=True, help="Only this account.")
def collect(only: str | None, account: int | None) -> None:
    """Read what is new in all sources, then rebuild the evidence."""
    from collectors import runner, sources
    from data.meanwhile import Meanwhile
    from data.settings import load_settings
    from data.tokens import with_token

    with opened_store(with_token(load_settings())) as (store, settings):
        known, meanwhile = sources.load(), Meanwhile(store, settings)
        _say_locked(settings)
        if only and only not in known:
            raise NotUsable(f"There is no source {only!r}. Known: {', '.join(sorted(known))}.")
        accounts = [a for a in store.accounts() if (not only or a.source == only) and (account in (None, a.id))]
        if not accounts:
            raise NotUsable(f"Nothing to collect yet. Add a source first:\n{OWN_WORK.format(me=called())}")
        states = set()
        for each in accounts:
            try:
                with _progress(f"{known[each.source].SOURCE.title} {each.handle}") as show:
                    follow = partial(_follow, show, meanwhile)
                    result = runner.run_account(store, each.id, settings, on_progress=follow)
            except TryLater as error:  # it is being read already; the others are not
                click.echo(f"  {error}")
                states.add("partial")
                continue
            _say_result(store, result)
            states.add(result.state)
        rebuild_evidence(store)
        say_identities(store)
    if "failed" in states:
        sys.exit(FAILED)
    if "partial" in states:
        sys.exit(LATER)


def _say_locked(settings: Settings) -> None:
    from data.tokens import GitHubToken, Where

    kept = GitHubToken(settings).kept
    if kept is not None and kept.where is Where.KEYRING:  # else it would be among the settings by now
        click.echo("The key ring does not give the GitHub token (is it locked?); GitHub is read without it.", err=True)


def _follow(show: Callable[[Progress], None], meanwhile: Meanwhile, now: Progress) -> None:
    show(now)
    meanwhile()


def _say_result(store: Store, result: RunResult) -> None:
    counts = ", ".join(counted(n, what) for what, n in result.counts.items()) or "nothing new"
    click.echo(f"  {result.state}: {result.message if result.state == 'cancelled' and result.message else counts}")
    for issue in store.issues(result.run_id):
        where = f" {issue.subject}:" if issue.subject else ""
        times = f" ({issue.count} times)" if issue.count > 1 else ""
        click.echo(printable(f"  !{where} {issue.message}{times}"))


@contextlib.contextmanager
def _progress(title: str) -> Iterator[Callable[[Progress], None]]:
    """Yield what to call with each Progress: a live bar in a terminal, else a line per step."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.text import Text

    console = Console(stderr=True)
    console.print(Text(printable(title), style="bold"), soft_wrap=True)
    if not console.is_terminal:
        last = ""

        def line(now: Any) -> None:
            nonlocal last
            done = f"{now.done}/{now.total} " if now.total else ""
            text = printable(f"  {done}{now.step}{budget_left(now.budget)}")
            if text != last:
                click.echo(text, err=True)
                last = text

        yield line
        return
    columns = (
        BarColumn(24),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task,
            completed=now.done,
            total=now.total or None,
            description=escape(printable(now.step + budget_left(now.budget))),
        )


COMMANDS: tuple[click.Command, ...] = (collect,)
