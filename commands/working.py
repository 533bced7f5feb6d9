"""`worker`, `schedule`: collecting when it is due, on one machine or many."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from commands.opening import FAILED, LATER, OWN_WORK, called, opened_store, this_program
from commands.printing import print_table
from commands.supervising import Kept, end_without, say_end
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.settings import Settings
    from data.store import Store


@click.command()
@click.option(
    "--threads", type=click.IntRange(1, 32), default=1, show_default=True, help="Tasks done at the same time."
)
@click.option("--quiet", is_flag=True, help="Say only what is wrong.")
@click.option("--lease", type=click.FloatRange(1), hidden=True, help="Seconds after which a silent worker is dead.")
@click.option("--beside", type=int, hidden=True, help="End when this process is not our parent any more.")
@click.option("--kept", type=int, hidden=True, help="Start another one when it dies; a file to tell of the end.")
def worker(threads: int, quiet: bool, lease: float | None, beside: int | None, kept: int | None) -> None:
    """Read each source when it is due, until stopped; also what the Sources page asks for.

    Run as many as you like, on any machine that reaches the store and the queue (DATABASE_URL,
    SKILLFOLIO_QUEUE_URL): they share the projects of a run. What a worker that dies had in hand is taken up by
    another one after a minute. Folders of clones have to be where the worker is.
    """
    if kept is not None:
        options = [*(["--quiet"] if quiet else []), *(["--lease", str(lease)] if lease else [])]
        _keep(["--threads", str(threads), *options], beside or os.getppid())
        say_end(kept)
        return
    from collectors.worker import Worker
    from data.runs import LEASE
    from data.tokens import Renewed

    with opened_store() as (store, settings):
        told = (lambda _: None) if quiet else partial(click.echo, err=True)
        least = timedelta(seconds=lease) if lease else LEASE
        one = Worker(store, settings, threads=threads, lease=least, say=told, renewed=Renewed(settings))
        if beside:
            end_without(beside)
        told(f"Worker {one.name} hears of tasks from {one.queue_address} (Ctrl+C stops it)")
        one.run()


def _keep(options: list[str], parent: int) -> None:
    command = [*this_program(), "worker", *options, "--beside", str(os.getpid())]
    Kept(command, parent, partial(click.echo, err=True)).run()


@click.command()
@click.argument("which", required=False, metavar="[SOURCE]")
@click.argument("every", required=False, type=click.Choice(["hourly", "daily", "weekly", "off", "default"]))
@click.option("--once", is_flag=True, help="Read what is due now, then end (for cron).")
def schedule(which: str | None, every: str | None, once: bool) -> None:
    """Show how often each source is read and when next, or say how often.

    SOURCE is a source (github) or one login or folder of yours. `default` gives the choice back to
    SKILLFOLIO_SCHEDULE. Sources are read when due by `skillfolio up` and `skillfolio worker`; with --once by
    this very call.
    """
    if once:
        _collect_due()
        return
    if which and not every:
        raise click.UsageError("Say how often: hourly, daily, weekly, off or default.")
    with opened_store() as (store, settings):
        if which and every:
            _set_schedule(store, which, "" if every == "default" else every)
        rows = schedule_rows(store, settings)
        if rows:
            print_table(("source", "read", "last run", "next run"), rows)
            if not has_workers(store):
                click.echo(f"\n{idle()} Without one, cron can call {called()} schedule --once.")
        else:
            click.echo(f"No source yet.\n{OWN_WORK.format(me=called())}")


def has_workers(store: Store) -> bool:
    """Whether anything shows signs of life that begins runs as they fall due."""
    from data.tasks import Tasks

    return bool(Tasks(store).workers())


def idle() -> str:
    """What to say where there is none: a next run is then a time at which nobody reads."""
    return f"No worker runs, so nothing is read by itself; {called()} up starts one, and so does {called()} worker."


def _collect_due() -> None:
    from collectors.schedule import due_accounts, latest_runs

    with opened_store() as (store, settings):
        accounts = store.accounts()
        due = due_accounts(accounts, latest_runs(store, accounts), datetime.now(UTC), settings.schedules)
    ended = [subprocess.run([*this_program(), "collect", "--account", str(account.id)], check=False) for account in due]
    codes = {one.returncode for one in ended} - {0}
    if codes:  # a failure says more than a limit does; a program that a signal ended has a negative code
        sys.exit(LATER if codes == {LATER} else FAILED)


def _set_schedule(store: Store, which: str, every: str) -> None:
    from data.tasks import set_schedule

    named = [account for account in store.accounts() if which in {account.source, account.handle}]
    if not named:
        raise NotUsable(f"No source or login of yours is called {which}; `{called()} schedule` lists them.")
    for account in named:
        set_schedule(store, account.id, every)


def schedule_rows(store: Store, settings: Settings) -> list[tuple[str, ...]]:
    from collectors import sources
    from collectors.schedule import latest_runs
    from data.schedule import due_at, is_due, last_runs, schedule_of

    accounts, now, rows = store.accounts(), datetime.now(UTC), []
    last = last_runs(latest_runs(store, accounts))
    for account in accounts:
        known = sources.load().get(account.source)
        every = schedule_of(account, settings.schedules, known.SOURCE.schedule if known else "off")
        run = last.get(account.id)
        due = due_at(account, run, every)
        soon = due is not None and is_due(due, every, now)
        when = "on demand" if due is None else "now" if soon else f"{due.astimezone():%Y-%m-%d %H:%M}"
        ran = f"{run.started.astimezone():%Y-%m-%d %H:%M} {run.state}" if run else "never"
        rows.append((f"{account.source} {account.handle}", every, ran, when))
    return rows


COMMANDS: tuple[click.Command, ...] = (worker, schedule)
