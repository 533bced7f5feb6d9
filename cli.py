"""The one front door: `skillfolio` and its commands.

The only module that knows collectors, data and dashboard. Exit codes: 0 done, 1 something failed and
was said, 2 the call was wrong, 75 try again later.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from data.errors import NotUsable, SkillfolioError, TryLater, UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from flask import Flask

    from collectors.runner import RunResult
    from dashboard.exports.asking import Export
    from dashboard.sides import Side, Sides
    from dashboard.site import FirstLook, SourceChoice
    from data.choosing import Choice
    from data.discovered import FoundFolders, FoundPeople
    from data.meanwhile import Meanwhile
    from data.models import Progress
    from data.printed import Printed
    from data.public_parts import PublicSummary
    from data.settings import Settings
    from data.store import Store
    from data.taxonomy import Taxonomy
    from data.tokens import GitHubToken

FAILED, LATER = 1, 75
CHOSEN = ("title", "areas", "sources", "count_private", "no_names", "findable", "name", "note")
EXPORTED = ("title", "projects", "areas", "sources", "count_private", "no_names", "introduction")
HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
OWN_WORK = """\
Add your own work:
  {me} add git ~/code            every clone below a folder, without any network
  {me} add github YOUR-LOGIN     your repositories, pull requests and reviews
  {me} up                        collect, and open your own dashboard"""


class Command(click.Group):
    """Turns our errors into one sentence and an exit code; anything else is a defect and keeps its trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TryLater as error:
            click.echo(f"Later: {error}", err=True)
            ctx.exit(LATER)
        except SkillfolioError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(FAILED)
        except BrokenPipeError:  # `skillfolio report | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


@click.group(cls=Command, context_settings=HELP)
@click.version_option(package_name="skillfolio")
def main() -> None:
    """Read what you wrote, and show which machine-learning skills it covers and how that grew.

    \b
    First steps:
      skillfolio demo                 look at a sample
      skillfolio add git ~/code       name folders that hold your clones
      skillfolio add github LOGIN     name your GitHub account
      skillfolio up                   collect and open the dashboard
    """


# ---- sources and collecting -------------------------------------------------------------------------


@main.group()
def add() -> None:
    """Add a source: where you leave work."""


@add.command("git")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--author", "authors", multiple=True, metavar="EMAIL", help="An e-mail address that is yours (repeatable)."
)
def add_git(paths: tuple[Path, ...], authors: tuple[str, ...]) -> None:
    """Add every git clone below PATH... (no network is used)."""
    with _store() as (store, settings):
        for path in paths:
            _add_account(store, settings, "git", str(path))
        _confirm(store, authors)
        click.echo(f"\nNext: {_me()} collect")


@add.command("github")
@click.argument("login")
@click.option(
    "--author", "authors", multiple=True, metavar="EMAIL", help="An e-mail address that is yours (repeatable)."
)
def add_github(login: str, authors: tuple[str, ...]) -> None:
    """Add the GitHub account LOGIN.

    Public work needs no token. With GITHUB_TOKEN set, private repositories and the whole history of pull
    requests are read too; private projects stay marked private for ever.
    """
    with _store() as (store, settings):
        _add_account(store, settings, "github", login)
        _confirm(store, authors)
        click.echo(f"\nNext: {_me()} collect")


@add.command("kaggle")
@click.argument("user")
@click.option("--meta", type=click.Path(path_type=Path), metavar="DIR", help="Folder with files of Meta Kaggle.")
@click.option("--private/--no-private", default=None, help="Read your private work too, marked private (default: no).")
@click.option("--notebook", "notebooks", multiple=True, metavar="USER/NAME", help="A public notebook (repeatable).")
@click.option("--competition", "competitions", multiple=True, metavar="NAME", help="A competition (repeatable).")
def add_kaggle(
    user: str, meta: Path | None, private: bool | None, notebooks: tuple[str, ...], competitions: tuple[str, ...]
) -> None:
    """Add the Kaggle account USER: its name, or the address of its profile.

    Notebooks, competitions and models need credentials, those of Kaggle's own program: KAGGLE_API_TOKEN,
    ~/.kaggle/access_token, KAGGLE_USERNAME and KAGGLE_KEY, kaggle.json, or its login. Without any, data sets and
    the notebooks that you name are read. Say it again to change what is asked for.

    Tiers, medals and old versions are in the files of Meta Kaggle alone (kaggle.com/datasets/kaggle/meta-kaggle):
    download Users, UserAchievements, Kernels, KernelVersions, TeamMemberships, Teams, Competitions and Submissions.
    """
    from collectors import sources
    from collectors.kaggle.options import chosen

    with _store() as (store, settings):
        name = sources.load()["kaggle"].check(user, settings)
        before = next((a.options for a in store.accounts() if (a.source, a.handle) == ("kaggle", name)), {})
        asked = chosen(before, name, meta=meta, private=private, notebooks=notebooks, competitions=competitions)
        store.add_account("kaggle", name, asked)
        click.echo(f"Added Kaggle: {name}{' with private work' if asked.get('private') else ''}")
        click.echo(f"\nNext: {_me()} collect")


@add.command("stackoverflow")
@click.argument("user")
def add_stackoverflow(user: str) -> None:
    """Add the Stack Overflow account USER: its number, or the address of its profile.

    Answers, questions and badges are read with their dates, tags and scores. No key is needed; with
    STACKEXCHANGE_KEY more requests a day are answered.
    """
    with _store() as (store, settings):
        _add_account(store, settings, "stackoverflow", user)
        click.echo(f"\nNext: {_me()} collect")


def _add_account(store: Store, settings: Settings, source: str, handle: str) -> None:
    from collectors import sources

    normal = sources.load()[source].check(handle, settings)
    store.add_account(source, normal)
    click.echo(f"Added {sources.load()[source].SOURCE.title}: {normal}")


def _confirm(store: Store, emails: tuple[str, ...]) -> None:
    from data.models import Identity, IdentityKind, IdentityState

    for email in emails:
        _check_address(email)
        store.save_identity(Identity(IdentityKind.EMAIL, email.casefold(), IdentityState.CONFIRMED, "person"))
        click.echo(f"Yours: {email}")


def _check_address(email: str) -> None:
    if "@" not in email:
        raise NotUsable(f"{email!r} is no e-mail address. Give the address your commits carry.")


@main.command()
@click.option("--source", "only", metavar="NAME", help="Only this source: git, github, kaggle, stackoverflow.")
@click.option("--account", type=int, hidden=True, help="Only this account.")
def collect(only: str | None, account: int | None) -> None:
    """Read what is new in all sources, then rebuild the evidence."""
    from collectors import runner, sources
    from data.meanwhile import Meanwhile
    from data.settings import load_settings
    from data.tokens import with_token

    with _store(with_token(load_settings())) as (store, settings):
        known, meanwhile = sources.load(), Meanwhile(store, settings)
        _say_locked(settings)
        if only and only not in known:
            raise NotUsable(f"There is no source {only!r}. Known: {', '.join(sorted(known))}.")
        accounts = [a for a in store.accounts() if (not only or a.source == only) and (account in (None, a.id))]
        if not accounts:
            raise NotUsable(f"Nothing to collect yet. Add a source first:\n{OWN_WORK.format(me=_me())}")
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
        _detect(store)
        _say_identities(store)
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
    counts = ", ".join(f"{n:,} {what}" for what, n in result.counts.items()) or "nothing new"
    click.echo(f"  {result.state}: {counts}")
    for issue in store.issues(result.run_id):
        where = f" {issue.subject}:" if issue.subject else ""
        times = f" ({issue.count} times)" if issue.count > 1 else ""
        click.echo(f"  !{where} {issue.message}{times}")


def _say_identities(store: Store) -> None:
    from data.models import IdentityKind, IdentityState

    authors = store.authors()
    commits = dict(zip(authors["email"], authors["commits"], strict=True))
    states = {i.value: i.state for i in store.identities() if i.kind is IdentityKind.EMAIL and i.value in commits}
    if commits and not {IdentityState.CONFIRMED, IdentityState.PROPOSED} & set(states.values()):
        click.echo(
            f"\nNone of the {len(commits):,} authors found is known to be you. Say who you are: {_me()} identities"
        )
    elif IdentityState.PROPOSED in states.values():
        click.echo(f"\nSome addresses were taken from git's settings. Please confirm them: {_me()} identities")


@contextlib.contextmanager
def _progress(title: str) -> Iterator[Callable[[Progress], None]]:
    """Yield what to call with each Progress: a live bar in a terminal, else a line per step."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    console.print(f"[bold]{title}[/bold]", highlight=False)
    if not console.is_terminal:
        last = ""

        def line(now: Any) -> None:
            nonlocal last
            text = f"  {now.done}/{now.total} {now.step}{_budget(now.budget)}"
            if text != last:
                click.echo(text, err=True)
                last = text

        yield line
        return
    columns = (
        BarColumn(24),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda now: bar.update(
            task, completed=now.done, total=now.total or None, description=_plain(now.step + _budget(now.budget))
        )


def _budget(budget: dict[str, int]) -> str:
    return f" · {', '.join(f'{n} {what} requests left' for what, n in budget.items())}" if budget else ""


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape("".join(c for c in text if c.isprintable()))


@main.command()
@click.option("--confirm", "mine", multiple=True, metavar="EMAIL", help="This address is yours (repeatable).")
@click.option("--remove", "others", multiple=True, metavar="EMAIL", help="This address is not yours (repeatable).")
@click.option("--all", "everyone", is_flag=True, help="List every author found, not only the likely ones.")
def identities(mine: tuple[str, ...], others: tuple[str, ...], everyone: bool) -> None:
    """List the authors found in your repositories; say which of them are you.

    Commits count when their author's address is confirmed, or proposed by git's own settings until you
    decide. Names alone never count. Nothing is lost by removing an address: confirm it again at any time.
    """
    from data.models import Identity, IdentityKind, IdentityState

    with _store() as (store, _):
        _confirm(store, mine)
        for email in others:
            _check_address(email)
            store.save_identity(Identity(IdentityKind.EMAIL, email.casefold(), IdentityState.REMOVED, "person"))
            click.echo(f"Not yours: {email}")
        states = {i.value: i for i in store.identities() if i.kind is IdentityKind.EMAIL}
        rows = _author_rows(store, states, everyone=everyone)
        if not rows:
            click.echo(f"No authors found yet. Add a source and collect first:\n{OWN_WORK.format(me=_me())}")
            return
        _table(("", "e-mail", "name", "commits", "projects", "said by"), rows)
        if not (mine or others):
            click.echo(f"\nSay which are you: {_me()} identities --confirm EMAIL [--remove EMAIL]")
        elif mine or others:
            _detect(store)
            click.echo(f"\nCommits of newly confirmed addresses are read by the next: {_me()} collect")


def _author_rows(store: Store, states: dict[str, Any], *, everyone: bool) -> list[tuple[str, ...]]:
    authors = store.authors().sort_values("commits", ascending=False)
    found = {row.email: row for row in authors.itertuples()}
    shown = list(found) if everyone else [e for i, e in enumerate(found) if i < 12 or e in states]  # noqa: PLR2004
    rows = []
    for email in [*shown, *(e for e in states if e not in found)]:
        row, state = found.get(email), states.get(email)
        rows.append(
            (
                state.state.value if state else "",
                email,
                row.name if row else "",
                f"{row.commits:,}" if row else "0",
                str(row.projects) if row else "0",
                state.said_by if state else "",
            )
        )
    return rows


@main.command()
@click.option("--count", "mine", multiple=True, metavar="COMMIT", help="This commit is my own writing: count it.")
@click.option("--leave-out", "others", multiple=True, metavar="COMMIT", help="Leave it out again.")
def bulk(mine: tuple[str, ...], others: tuple[str, ...]) -> None:
    """List commits with very many new files, which count only on your word.

    A copied project or a course's material often arrives in one commit. Such a commit counts for nothing until
    you say that you wrote it.
    """
    from data import frames
    from data.counted import BULK
    from data.models import Correction, Verdict

    with _store() as (store, _):
        found = frames.left_out(store)
        waiting = {row.key: row for row in found[found["reason"] == BULK].itertuples()}
        said = {c.activity_key: c.id for c in store.corrections() if c.verdict is Verdict.BULK_IS_MINE}
        for commit in mine:
            store.add_correction(Correction(Verdict.BULK_IS_MINE, activity_key=_one_of(commit, waiting)))
        for commit in others:
            store.remove_correction(said[_one_of(commit, said)])
        if mine or others:
            _detect(store)
        elif waiting or said:
            rows = [("waits", row.project, f"{row.day:%Y-%m-%d}", row.key, row.title) for row in waiting.values()]
            _table(("", "project", "date", "commit", "title"), [*rows, *(("counted", "", "", key, "") for key in said)])
            click.echo(f"\nSay which are your own writing: {_me()} bulk --count COMMIT")
        else:
            click.echo("No commit waits for your word.")


def _one_of(start: str, keys: Iterable[str]) -> str:
    """The one commit that begins so."""
    found = [key for key in keys if key.startswith(start.lower())]
    if len(found) != 1:
        raise NotUsable(f"{len(found)} of the commits listed begin with {start!r}; give enough of one: {_me()} bulk")
    return found[0]


@main.group()
def token() -> None:
    """Keep a token in the key ring of your system."""


@token.command("github")
@click.option("--forget", is_flag=True, help="Take it out of the key ring.")
def token_github(forget: bool) -> None:
    """Keep a GitHub token in the key ring; it is asked for, so that it stands in no history of commands.

    GITHUB_TOKEN goes before it. The token only needs to read: a fine-grained one with read access to contents and
    metadata of your repositories, or a classic one with the scope `repo`.
    """
    from collectors.github.asking import owner_of
    from data.settings import load_settings
    from data.tokens import GitHubToken, Where, checked

    settings = load_settings()
    kept = GitHubToken(settings)
    if forget:
        click.echo("Forgotten." if kept.forget() else "No token is kept.")
        return
    typed = checked(click.prompt("GitHub token", hide_input=True, err=True))
    owner = owner_of(settings, typed)
    if kept.keep(typed, owner).where is Where.MEMORY:
        raise NotUsable(
            "This system has no key ring (or it is locked), so the token was not kept. Set it where you start "
            "Skillfolio instead: export GITHUB_TOKEN=..."
        )
    click.echo(f"The token of {owner} is in the key ring.")
    if settings.github_token:
        click.echo("GITHUB_TOKEN is set too, and goes before it.")


# ---- learning, by hand -------------------------------------------------------------------------------


@main.group()
def log() -> None:
    """Add what you learned away from code: courses, certificates, talks, meetups, reading.

    An entry is your own word, and marked as self-reported wherever it is shown. It stays private unless you say
    --public, and never raises a skill that is read from code.
    """


def _log_command(kind: str, what: str) -> None:
    """Make `skillfolio log KIND`."""

    @log.command(kind, help=f"Add {what} called TITLE.")
    @click.argument("title")
    @click.option("--date", "day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="Default: today.")
    @click.option("--hours", default="", metavar="HOURS", help="How long it took: 1.5 or 1:30.")
    @click.option("--url", default="", help="Its page, or the certificate's.")
    @click.option("--skill", "skills", multiple=True, metavar="SKILL", help="A skill it was about (repeatable).")
    @click.option("--public", is_flag=True, help="Not only for you.")
    def add_entry(title: str, day: datetime | None, hours: str, **more: Any) -> None:
        from data import learning

        when = day.date() if day else _today()
        with _store() as (store, settings):
            entry = learning.Entry(kind, title, when, learning.minutes_of(hours), **more)
            entry = learning.checked(entry, _taxonomy(settings), _today())
            learning.add_entry(store, entry)
            click.echo(f"Added, self-reported{'' if entry.public else ' and private'}: {kind} {entry.title}, {when}")
            _detect(store)


for _kind, _what in {
    "course": "a course",
    "certificate": "a certificate",
    "talk": "a talk that you gave",
    "meetup": "a meetup",
    "reading": "a book or paper",
}.items():
    _log_command(_kind, _what)


@log.command("list")
def list_entries() -> None:
    """List your entries, the latest first, with what `remove` takes."""
    from data import learning

    with _store() as (store, _):
        rows = [
            (
                entry.key,
                entry.day.isoformat(),
                entry.kind,
                entry.title,
                f"{entry.minutes / 60:.4g}" if entry.minutes else "",
                ", ".join(entry.skills),
                "public" if entry.public else "private",
            )
            for entry in learning.entries(store)
        ]
        if rows:
            _table(("entry", "date", "what", "title", "hours", "skills", ""), rows)
        else:
            click.echo(f'No entries yet. Add one: {_me()} log course "TITLE" --date YYYY-MM-DD')


@log.command("remove")
@click.argument("entries", nargs=-1, required=True, metavar="ENTRY...")
def remove_entries(entries: tuple[str, ...]) -> None:
    """Remove entries, named by the first letters and digits that `log list` shows of them."""
    from data import learning

    with _store() as (store, _):
        keys = [entry.key for entry in learning.entries(store)]
        for start in entries:
            found = [key for key in keys if key.startswith(start)]
            if len(found) != 1:
                raise NotUsable(f"{len(found)} entries begin with {start!r}; name one: {_me()} log list")
            removed = learning.remove_entry(store, found[0])
            keys.remove(found[0])
            click.echo(f"Removed: {removed.kind} {removed.title}, {removed.day}")
        _detect(store)


@log.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", default="meetup", show_default=True, help="What events are whose category does not say.")
@click.option("--public", is_flag=True, help="Not only for you.")
def import_calendar(file: Path, kind: str, public: bool) -> None:
    """Add the events of a calendar file (.ics) up to today, each once.

    Importing the file again adds what is new in it; entries that you changed or removed stay so.
    """
    from data import learning
    from data.calendars import read_calendar

    if kind not in learning.KINDS:
        raise NotUsable(f"{kind!r} is no kind of entry. Known: {', '.join(learning.KINDS)}.")
    with _store() as (store, settings):
        read = read_calendar(file, _taxonomy(settings), _today(), kind=kind, public=public)
        done = learning.import_entries(store, read.entries)
        parts = [f"{done.added} added, self-reported{'' if public else ' and private'}", f"{done.known} there already"]
        parts += [f"{done.removed} left out because you removed them"] if done.removed else []
        parts += [f"{number} {reason}" for reason, number in sorted(read.left_out.items())]
        click.echo(f"Events: {', '.join(parts)}")
        _detect(store)


# ---- looking -----------------------------------------------------------------------------------------


@main.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--author", "authors", multiple=True, metavar="EMAIL", help="Count this author's lines (repeatable).")
@click.option("--everyone", is_flag=True, help="Count every author's lines.")
@click.option("--why", metavar="ID", help="What speaks for this skill or technology, or falls short of it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def scan(path: Path, authors: tuple[str, ...], everyone: bool, why: str | None, as_json: bool) -> None:
    """Show what one repository holds: languages, technologies, skills. Nothing is stored.

    PATH is a work tree or a bare git directory. Without --author or --everyone the address of git's own
    settings is used.
    """
    from collectors import scanning
    from data import printed
    from data.explaining import about
    from data.settings import load_settings

    if everyone and authors:
        raise click.UsageError("--everyone and --author exclude each other.")
    chosen = None if everyone else authors or _own_addresses(path)
    taxonomy = _taxonomy(load_settings())
    if why is not None:
        about(taxonomy, why)  # an unknown id is told before the work
    found = scanning.scan(path, authors=chosen, taxonomy=taxonomy)
    if not found.commits and chosen is not None and not (as_json and why is None):
        raise NotUsable(f"No commit here is by {' or '.join(chosen)}. Name another --author, or use --everyone.")
    if why is not None:
        _say_why(scanning.why_json(scanning.why(found, taxonomy, why), found.head), as_json=as_json)
        return
    result = scanning.as_json(found)
    if as_json:
        click.echo(json.dumps(result, indent=1))
        return
    click.echo(f"{path}: {result['commits']:,} commits read")
    _show(printed.scan_tables(result, taxonomy))


def _say_why(result: dict[str, Any], *, as_json: bool) -> None:
    from data import printed

    if as_json:
        click.echo(json.dumps(result, indent=1))
        return
    _show(printed.why_tables(result))
    if not result["present"]:
        click.echo(f"\nWhat would count: {result['counts_as_evidence']}")


def _own_addresses(path: Path) -> tuple[str, ...]:
    from collectors import gitdir, identification

    place = gitdir.locate(path)
    if place is None:
        raise NotUsable(f"{path} holds no git repository.")
    found = tuple(dict.fromkeys([*identification.emails_of(place), *identification.own_emails()]))
    if not found:
        raise NotUsable(
            "git's settings hold no e-mail address, so it is not known which lines are yours. "
            "Say it with --author EMAIL, or use --everyone."
        )
    return found


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def report(as_json: bool) -> None:
    """Show the portfolio: areas, skills, technologies, projects, sources."""
    from data import printed
    from data.report import portfolio_report

    with _store() as (store, settings):
        taxonomy = _taxonomy(settings)
        result = portfolio_report(store, taxonomy, _today())
        if as_json:
            click.echo(json.dumps(result, indent=1, default=str))
            return
        click.echo(f"{result['person']}, as of {result['as_of']}")
        _show(printed.report_tables(result, taxonomy))
        if not any(skill["active_days"] for skill in result["skills"]):
            click.echo("\nNo evidence yet.")
            _say_next(store)


def _say_next(store: Store) -> None:
    if not store.accounts():
        click.echo(OWN_WORK.format(me=_me()))
    elif store.authors().empty:
        click.echo(f"Nothing was collected yet: {_me()} collect")
    else:
        _say_identities(store)


@main.command("next")
@click.option("--role", "asked", metavar="ID", help="The role to measure against; without it, the first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def next_(asked: str | None, as_json: bool) -> None:
    """Show what a role asks for that is missing, and the smallest steps towards it.

    Roles that come along: ml-engineer, data-scientist, data-engineer, mlops-engineer. Your own are TOML files in the
    folder that SKILLFOLIO_ROLES names.
    """
    from data.gap_report import role_report, role_tables
    from data.roles import load_roles, role_of

    with _store() as (store, settings):
        taxonomy = _taxonomy(settings)
        role = role_of(load_roles(taxonomy, settings.roles), asked)
        result = role_report(store, taxonomy, role, _today())
        if as_json:
            click.echo(json.dumps(result, indent=1))
            return
        reached = f"{result['reached']} of {result['of']} skills at the level wanted"
        click.echo(f"{role.name}: {result['coverage']:.0%} reached, {reached}, as of {result['as_of']}")
        _show(role_tables(result))


@main.command()
@click.option("--project", "name", metavar="NAME", help="The project that the mark is on, or in.")
@click.option("--commit", "key", metavar="ID", default="", help="One commit of it, by its whole id.")
@click.option("--path", default="", help="One file of it, or all below a folder.")
@click.option("--as", "verdict", type=click.Choice(["not-mine", "course-code", "hide"]), help="What it is.")
@click.option("--note", default="", help="A note for yourself.")
@click.option("--undo", type=int, metavar="NUMBER", help="Take a mark back, by its number in the list.")
def correct(name: str | None, verdict: str | None, undo: int | None, **of: str) -> None:
    """List what you said of work that was read; say it, or take it back.

    \b
    not-mine      somebody else's work: neither shown nor counted
    course-code   shown apart, counts for no level
    hide          neither shown nor counted, here or in anything shared

    It takes effect at once, on the whole history; nothing that was read is lost.
    """
    from data import marks
    from data.models import Verdict

    if bool(name) != bool(verdict) or (undo is not None and name):
        raise click.UsageError("Give --project and --as together, or --undo alone, or nothing for the list.")
    with _store() as (store, _):
        if store.setting("sample") and (name or undo is not None):
            raise NotUsable("This is a sample: nothing in it can be changed.")
        if name and verdict:
            target = marks.Target(marks.project_named(store, name), of["key"].lower(), of["path"])
            marks.mark(store, Verdict(verdict), target, of["note"])
        elif undo is not None:
            found = next((each for each in marks.marks(store) if undo in each.ids), None)
            if found is None:
                raise NotUsable(f"No mark has the number {undo}. The list: {_me()} correct")
            marks.unmark(store, found.ids)
        listed = marks.marks(store)
        rows = [
            (str(min(m.ids)), marks.VERDICTS[m.verdict], m.project, m.target.key[:10], m.target.path, m.note)
            for m in listed
        ]
        if name or undo is not None:
            _detect(store)
        if rows:
            _table(("number", "marked as", "project", "commit", "path", "note"), rows)
        else:
            click.echo("Nothing is marked.")


@main.command("map")
@click.argument("package", required=False)
@click.argument("skills", nargs=-1, metavar="[SKILL]...")
@click.option("--language", default="python", show_default=True, help="Language that the package is of.")
@click.option("--remove", is_flag=True, help="Forget what the package was mapped to.")
def map_(package: str | None, skills: tuple[str, ...], language: str, remove: bool) -> None:
    """Say which skill a package shows that no rule knows; nothing is collected again.

    PACKAGE is named as it is imported, or as it is installed where that differs. Without it, show what is mapped.
    `skillfolio scan` and the Technologies page list unknown imports. The mappings are in
    taxonomy.toml in SKILLFOLIO_HOME, in the format of the taxonomy.
    """
    from data.settings import load_settings
    from data.taxonomy import own

    settings = load_settings()
    if package is None:
        rows = [(name, of, ", ".join(shown)) for name, of, shown in own.mapped(settings)]
        _table(("package", "language", "skills"), rows)
        return
    if remove and skills:
        raise click.UsageError("--remove takes no SKILL.")
    if remove:
        own.remove_package(settings, package, language)
        click.echo(f"{package} is no longer mapped.")
    else:
        own.map_package(settings, package, skills, language)
        modules = ", ".join(own.imports_meant(package, language))
        known_as = "" if modules == package else f", imported as {modules},"
        click.echo(f"{package}{known_as} shows {', '.join(skills)}.")
    with _store(settings) as (store, _):
        _detect(store)


@main.command()
def detect() -> None:
    """Rebuild the evidence from the stored facts (after an update or a change of the taxonomy)."""
    with _store() as (store, _):
        _detect(store)


def _detect(store: Store) -> None:
    from data import detect as detection
    from data.settings import load_settings

    started = time.perf_counter()
    result = detection.detect(store, _taxonomy(load_settings()))
    click.echo(
        f"Evidence: {result.evidence:,} rows from {result.facts:,} facts in {time.perf_counter() - started:.1f} s"
    )


@main.command()
def doctor() -> None:
    """Say what is set and missing, what is stored, how the last runs went. Paste it into a bug report."""
    from dashboard.access.rules import rules_of
    from data.settings import SETTINGS, load_settings

    settings = load_settings()
    _table(("setting", "value", "what for"), [(s.name, settings.shown(s.name), s.purpose) for s in SETTINGS])
    _say_tools()
    _say_token(settings)
    _say_kaggle(settings)
    with contextlib.suppress(NotUsable):  # set by half: the table shows it, and serving says what is missing
        click.echo(f"The dashboard opens to {rules_of(settings).in_words}.")
    with _store() as (store, _):
        click.echo(f"\nStore: {store.shown_url}")
        _table(("table", "rows"), [(name, f"{n:,}") for name, n in store.counts().items()])
        _say_workers(store, settings)
        if store.accounts():
            click.echo("\nSources")
            _table(("source", "read", "last run", "next run"), _schedule_rows(store, settings))
        rows = [
            (
                f"{r.source} {r.handle}",
                r.state,
                f"{r.started:%Y-%m-%d %H:%M}",
                f"{r.progress.done} of {r.progress.total}" if r.progress.total else "",
                _budget(r.progress.budget).removeprefix(" · "),
                str(r.issues),
                r.progress.step,
            )
            for r in store.runs(10)
        ]
        click.echo("\nLast runs" if rows else f"\nNo runs yet.\n{OWN_WORK.format(me=_me())}")
        if rows:
            _table(("source", "state", "started (UTC)", "done", "budget", "issues", "step"), rows)


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
        _table(("worker", "started (UTC)", "tasks in hand"), found)
    else:
        click.echo(f"No worker runs; {_me()} up starts one, and so does {_me()} worker.")


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

    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=False)
    names = ("skillfolio", "dash", "plotly", "pandas", "SQLAlchemy", "PyGithub")
    click.echo(f"\nPython {sys.version.split()[0]}, {git.stdout.strip() or 'git is missing: install it'}, ", nl=False)
    click.echo(", ".join(f"{name} {version(name)}" for name in names))


# ---- sharing -----------------------------------------------------------------------------------------


@main.group()
def share() -> None:
    """Addresses that show others a chosen part of your portfolio."""


@share.command("create")
@click.option("--title", required=True, help="What visitors read first, under your name.")
@click.option("--person", help="Your name, as visitors read it; kept for all your links.")
@click.option("--project", "projects", multiple=True, metavar="NAME", help="Show this project (repeatable).")
@click.option("--all-public", is_flag=True, help="Show every project that is public now.")
@click.option("--count-private", is_flag=True, help="Let private projects count, in totals only.")
@click.option("--area", "areas", multiple=True, metavar="ID", help="Show this area (repeatable); else all.")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Use this source (repeatable); else all.")
@click.option("--no-names", is_flag=True, help="Name no project, and link to no code.")
@click.option("--introduction", type=click.File(), help="A file with your own words, plain or Markdown.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which the address works.")
@click.option("--name", default="", help="A readable address besides: /u/NAME. Anyone can guess it.")
@click.option("--findable", is_flag=True, help="Let search engines find the page.")
@click.option("--note", default="", help="For whom it is; only you see it.")
@click.option("--yes", is_flag=True, help="Do not ask before it becomes public.")
def create_share(projects: tuple[str, ...], all_public: bool, yes: bool, **asked: Any) -> None:
    """Make an address, after listing what becomes public. It is printed once and kept nowhere."""
    from data import published, sharing
    from data.choosing import chosen_link

    with _store() as (store, settings):
        if store.setting("sample"):
            raise NotUsable("This is a sample: nothing in it can be shared.")
        taxonomy = _taxonomy(settings)
        link = chosen_link(store, taxonomy, _choice(asked, projects=projects, all_public=all_public))
        shown = published.portfolio(store, taxonomy, link, _today())
        _say_preview(shown.project_names, shown.summary)
        if not yes:
            click.confirm("Make it public?", abort=True)
        made, token = sharing.create(store, link)
        if asked["person"] is not None:
            store.set_setting(published.PERSON_NAME, published.said_name(asked["person"]))
        base = settings.public_url or f"http://127.0.0.1:{settings.port}"
        click.echo(f"Link {made.id}. Copy the address now; it is shown this once:\n{base}/p/{token}")


def _choice(asked: dict[str, Any], **more: Any) -> Choice:
    """What the options of `share create` or of `export` choose."""
    from data.choosing import Choice

    introduction, until = asked.get("introduction"), asked.get("until")
    return Choice(
        **{name: asked[name] for name in CHOSEN if name in asked},
        introduction=introduction.read() if introduction else "",
        until=until.date() if until else None,
        **more,
    )


def _say_preview(names: tuple[str, ...], summary: PublicSummary) -> None:
    click.echo(
        f"{summary.skills_shown} of {summary.skills_of} skills, {summary.active_days:,} active days, "
        f"{summary.proofs:,} links to code, {summary.private_projects:,} private projects in totals."
    )
    click.echo("Names of projects that become public:" if names else "No name of a project becomes public.")
    for name in names:
        click.echo(f"  {name}")


@share.command("list")
def list_shares() -> None:
    """List the links with what they show and how often they were opened."""
    from data import sharing

    with _store() as (store, _):
        found, visits = sharing.links(store), sharing.visits(store, _today())
        if not found:
            click.echo(f"No link yet, so nobody else sees anything. Make one: {_me()} share create --help")
            return
        rows = [
            (
                str(link.id),
                link.state(_today()),
                link.title,
                str(len(link.projects)),
                str(link.ends or ""),
                f"/u/{link.name}" if link.name else "",
                str(visits[link.id].total if link.id in visits else 0),
                link.note,
            )
            for link in found
        ]
        _table(("link", "state", "title", "projects", "until", "address", "visits", "note"), rows)


@share.command("revoke")
@click.argument("links", nargs=-1, required=True, type=int, metavar="LINK...")
def revoke_shares(links: tuple[int, ...]) -> None:
    """Close links by their numbers, for ever (see `skillfolio share list`)."""
    from data import sharing

    with _store() as (store, _):
        for link in links:
            sharing.revoke(store, link)
            click.echo(f"Link {link} opens nothing any more.")


# ---- exporting ---------------------------------------------------------------------------------------


@main.group()
def export() -> None:
    """Files to take away: what a share link shows, or everything public.

    \b
    Without --link, all public projects and all areas are shown; options narrow that down. Nothing private gets
    into a file, whatever you choose; only --everything (csv, parquet), which is for you alone, holds it.
    """


def _export_options(command: Callable[..., None]) -> Callable[..., None]:
    """What to show, and where to write it."""
    for option in reversed(
        (
            click.option("--link", type=int, metavar="NUMBER", help="Show what this share link shows."),
            click.option("--title", default=None, help="What readers read first, under your name."),
            click.option("--person", help="Your name, in this file only; else the one of your links."),
            click.option("--project", "projects", multiple=True, metavar="NAME", help="Show this one (repeatable)."),
            click.option("--area", "areas", multiple=True, metavar="ID", help="Show this area (repeatable); else all."),
            click.option("--source", "sources", multiple=True, metavar="NAME", help="Use this source (repeatable)."),
            click.option("--count-private", is_flag=True, help="Let private projects count, in totals only."),
            click.option("--no-names", is_flag=True, help="Name no project, and link to no code."),
            click.option("--introduction", type=click.File(), help="A file with your own words, plain or Markdown."),
            click.option("--force", is_flag=True, help="Replace files that were not exported here."),
        )
    ):
        command = option(command)
    return command


_OUT: dict[str, Any] = {"type": click.Path(path_type=Path), "metavar": "FILE"}
_ADDRESS: dict[str, Any] = {"default": "", "metavar": "URL", "help": "Where it will stand, for links and previews."}


@contextlib.contextmanager
def _export(asked: dict[str, Any], *, everything: bool = False) -> Iterator[Export]:
    """What was asked for, ready to be written; says at the end what was."""
    from dashboard.exports.asking import Export

    chosen = any(asked[name] for name in EXPORTED)
    if chosen and (asked["link"] or everything):
        raise NotUsable("--link and --everything say already what to show: name one, or choose with other options.")
    with _store() as (store, settings):
        export = Export(store, settings, _taxonomy(settings), _today(), force=asked["force"])
        if not everything:
            choice = _choice(
                asked | {"title": asked["title"] or "Skills portfolio"},
                projects=asked["projects"],
                all_public=not asked["projects"],
            )
            export.choose(choice, asked["link"], asked["person"])
        yield export
        for line in export.said():
            click.echo(line)


@export.command("html")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="A folder, ready for GitHub Pages.")
@click.option("--single", type=click.Path(path_type=Path), metavar="FILE", help="One file that holds everything.")
@click.option("--no-script", is_flag=True, help="Leave out the values under the pointer.")
@click.option("--findable", is_flag=True, help="Let search engines find the page.")
@click.option("--address", **_ADDRESS)
@_export_options
def export_html(out: Path | None, single: Path | None, no_script: bool, address: str, **asked: Any) -> None:
    """The public page as a static site or as one file; it opens from disk and loads nothing from elsewhere."""
    with _export(asked) as export:
        export.html(out, single, script=not no_script, address=address)


@export.command("pdf")
@click.option("--out", default="portfolio.pdf", show_default=True, **_OUT)
@click.option("--address", **_ADDRESS)
@_export_options
def export_pdf(out: Path, address: str, **asked: Any) -> None:
    """The page in print, on two pages; needs Chromium, Chrome or Edge."""
    with _export(asked) as export:
        export.one("pdf", out, address)


@export.command("json-resume")
@click.option("--out", default="resume.json", show_default=True, **_OUT)
@click.option("--address", **_ADDRESS)
@_export_options
def export_resume(out: Path, address: str, **asked: Any) -> None:
    """A résumé in the format of jsonresume.org: skills with levels, projects with links."""
    with _export(asked) as export:
        export.one("json-resume", out, address)


@export.command("openbadge")
@click.option("--out", default="openbadge-unsigned.json", show_default=True, **_OUT)
@click.option("--address", **_ADDRESS)
@_export_options
def export_openbadge(out: Path, address: str, **asked: Any) -> None:
    """A draft of an Open Badge 3.0: self-asserted, unsigned, and it says so."""
    with _export(asked) as export:
        export.one("openbadge", out, address)


@export.command("badge")
@click.option("--out", default=".", show_default=True, type=click.Path(path_type=Path), metavar="DIR")
@_export_options
def export_badge(out: Path, **asked: Any) -> None:
    """Badges for a README: of everything and of each area, light and dark (SVG)."""
    with _export(asked) as export:
        export.drawings("badge", out)


@export.command("card")
@click.option("--out", default=".", show_default=True, type=click.Path(path_type=Path), metavar="DIR")
@_export_options
def export_card(out: Path, **asked: Any) -> None:
    """Cards for a README: the areas as bars, and the levels of each area, light and dark (SVG)."""
    with _export(asked) as export:
        export.drawings("card", out)


@export.command("csv")
@click.option("--out", default="evidence.csv", show_default=True, **_OUT)
@click.option("--everything", is_flag=True, help="All evidence, private projects by name included: for you alone.")
@_export_options
def export_csv(out: Path, everything: bool, **asked: Any) -> None:
    """Evidence as a table: each skill with its level and the proofs that the page links to."""
    with _export(asked, everything=everything) as export:
        export.table("csv", out, everything=everything)


@export.command("parquet")
@click.option("--out", default="evidence.parquet", show_default=True, **_OUT)
@click.option("--everything", is_flag=True, help="All evidence, private projects by name included: for you alone.")
@_export_options
def export_parquet(out: Path, everything: bool, **asked: Any) -> None:
    """The same table with typed columns; needs pyarrow."""
    with _export(asked, everything=everything) as export:
        export.table("parquet", out, everything=everything)


# ---- serving -----------------------------------------------------------------------------------------


def _address_options(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")(command)
    command = click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; else PORT, else 8050.")(
        command
    )
    return click.option("--open/--no-open", "browse", default=None, help="Open a browser (default: in a terminal).")(
        command
    )


@main.command()
@_address_options
def serve(host: str, port: int | None, browse: bool | None) -> None:
    """Open the dashboard with what is stored."""
    from data.settings import load_settings

    with _store():
        pass  # migrated, or refused, before a server starts
    _serve(load_settings(), host, port, browse)


@main.command()
def password() -> None:
    """Make the hash of a password, for SKILLFOLIO_PASSWORD.

    The hash alone goes to the output: export SKILLFOLIO_PASSWORD="$(skillfolio password)". Where you write it into
    a file, put it between single quotes, since it holds dollar signs.
    """
    from dashboard.access.password import hash_of
    from data.settings import LEAST_PASSWORD

    typed = click.prompt("Password", hide_input=True, confirmation_prompt="The same again", err=True)
    if len(typed) < LEAST_PASSWORD:
        raise NotUsable(f"A password has at least {LEAST_PASSWORD} characters; a few words in a row are good ones.")
    click.echo(hash_of(typed))


@main.command()
@_address_options
def up(host: str, port: int | None, browse: bool | None) -> None:
    """Run everything on this machine: the dashboard, and a worker that reads each source when it is due."""
    from dashboard.access.rules import refuse_open
    from data.settings import load_settings

    refuse_open(load_settings(), host)
    with _store() as (store, _):
        if not store.accounts():
            click.echo(f"No source yet; the Sources page adds one too.\n{OWN_WORK.format(me=_me())}\n")
    beside = subprocess.Popen([*_this_program(), "worker", "--quiet"])
    try:
        _serve(load_settings(), host, port, browse)
    finally:
        beside.terminate()
        beside.wait(timeout=30)


@main.command()
@click.option(
    "--threads", type=click.IntRange(1, 32), default=1, show_default=True, help="Tasks done at the same time."
)
@click.option("--quiet", is_flag=True, help="Say only what is wrong.")
@click.option("--lease", type=click.FloatRange(1), hidden=True, help="Seconds after which a silent worker is dead.")
def worker(threads: int, quiet: bool, lease: float | None) -> None:
    """Read each source when it is due, until stopped; also what the Sources page asks for.

    Run as many as you like, on any machine that reaches the store and the queue (DATABASE_URL,
    SKILLFOLIO_QUEUE_URL): they share the projects of a run. What a worker that dies had in hand is taken up by
    another one after a minute. Folders of clones have to be where the worker is.
    """
    from collectors.worker import Worker
    from data.runs import LEASE
    from data.tokens import Renewed

    with _store() as (store, settings):
        told = (lambda _: None) if quiet else partial(click.echo, err=True)
        least = timedelta(seconds=lease) if lease else LEASE
        one = Worker(store, settings, threads=threads, lease=least, say=told, renewed=Renewed(settings))
        told(f"Worker {one.name} hears of tasks from {one.queue_address} (Ctrl+C stops it)")
        one.run()


@main.command()
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
    with _store() as (store, settings):
        if which and every:
            _set_schedule(store, which, "" if every == "default" else every)
        _table(("source", "read", "last run", "next run"), _schedule_rows(store, settings))


def _collect_due() -> None:
    from collectors.schedule import due_accounts, latest_runs

    with _store() as (store, settings):
        accounts = store.accounts()
        due = due_accounts(accounts, latest_runs(store, accounts), datetime.now(UTC), settings.schedules)
    ended = [
        subprocess.run([*_this_program(), "collect", "--account", str(account.id)], check=False) for account in due
    ]
    codes = {one.returncode for one in ended} - {0}
    if codes:  # a failure says more than a limit does; a program that a signal ended has a negative code
        sys.exit(LATER if codes == {LATER} else FAILED)


def _set_schedule(store: Store, which: str, every: str) -> None:
    from data.tasks import set_schedule

    named = [account for account in store.accounts() if which in {account.source, account.handle}]
    if not named:
        raise NotUsable(f"No source or login of yours is called {which}; `{_me()} schedule` lists them.")
    for account in named:
        set_schedule(store, account.id, every)


def _schedule_rows(store: Store, settings: Settings) -> list[tuple[str, ...]]:
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


@main.command()
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
    with _store(settings) as (store, _):
        if sample.load(store):
            _detect(store)
    click.echo("This is a sample, read from public repositories.")
    if no_serve:
        click.echo(f"{OWN_WORK.format(me=_me())}\n\nLoaded into {settings.home}")
        return
    click.echo('For your own, press "Use my own work" in the browser.\n')
    _serve(own, host, port, browse, partial(_sides, settings, own))


@main.command()
def migrate() -> None:
    """Bring the store to this version."""
    with _store() as (store, _):
        click.echo(f"The store is at this version: {store.shown_url}")
    if os.environ.get("HONCHO_PROCESS_NAME"):  # honcho runs `release` beside the others, and ends all when one ends
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


@main.command(hidden=True)
@click.option("--check", is_flag=True, help="Fail when the page is out of date.")
def docs(check: bool) -> None:
    """Write the reference of commands and settings (docs/reference.md)."""
    path, text = Path(__file__).parent / "docs" / "reference.md", _reference()
    if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
        raise NotUsable("docs/reference.md is out of date: run `make docs`.")
    if not check:
        path.write_text(text, encoding="utf-8")


def _reference() -> str:
    from data.settings import SETTINGS

    lines = ["# Commands and settings", "", "Written by `make docs` from the program itself.", "", "## Commands"]
    for words, command in _commands(main, ("skillfolio",)):
        with click.Context(command, info_name=" ".join(words), **HELP) as ctx:
            lines += ["", f"### {' '.join(words)}", "", "```text", command.get_help(ctx), "```"]
    lines += ["", "## Settings", "", "From the environment.", "", "| name | default | what for |", "|---|---|---|"]
    lines += [f"| `{s.name}` | {s.default or '–'} | {s.purpose} |" for s in SETTINGS]
    return "\n".join(lines) + "\n"


def _commands(group: click.Group, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        yield (*words, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*words, name))


# ---- shared by the commands --------------------------------------------------------------------------


@contextlib.contextmanager
def _store(settings: Settings | None = None) -> Iterator[tuple[Store, Settings]]:
    from data.settings import load_settings
    from data.store import Store

    settings = settings or load_settings()
    store = Store.open(settings.database_url)
    try:
        yield store, settings
    finally:
        store.close()


def _taxonomy(settings: Settings) -> Taxonomy:
    from data.taxonomy.own import load_chosen

    return load_chosen(settings)


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

    return serving.lean(partial(_site, load_settings()))


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
    from data.store import Store
    from data.tokens import GitHubToken

    token = GitHubToken(settings)
    store = Store.open(settings.database_url)
    os.register_at_fork(after_in_child=partial(store.engine.dispose, close=False))  # connections are the parent's
    return create_app(
        settings,
        store,
        taxonomy=_taxonomy(settings),
        launch=_launcher(settings, store, token),
        sources=_choices(settings),
        command=_me(),
        first_look=_first_look(settings, token),
        side=side,
        access=access,
    ).server


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


def _launcher(settings: Settings, store: Store, token: GitHubToken) -> Callable[[int | None], None]:
    """What the Sources page calls: leave it to a worker, or else collect in a process that outlives the web's."""

    def launch(account: int | None = None) -> None:
        from data.tasks import Tasks

        if Tasks(store).workers() and not token.held:  # they do not know what is in this process's memory
            _ask_workers(store, settings, account)
            return
        command = [*_this_program(), "collect", *(["--account", str(account)] if account else [])]
        held = {"GITHUB_TOKEN": token.held} if token.held else {}
        with (settings.home / "collect.log").open("ab") as log:
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"SKILLFOLIO_HOME": str(settings.home)} | held,
            )

    return launch


def _ask_workers(store: Store, settings: Settings, account: int | None) -> None:
    """Begin a run of one account, or of each that none is under way for."""
    from collectors.queue import open_queue
    from data.tasks import Tasks

    begun = []
    for each in [account] if account else [one.id for one in store.accounts()]:
        try:
            begun.append(Tasks(store).begin(each))
        except TryLater:
            if account:
                raise
    queue = open_queue(settings, store)
    queue.tell(begun)
    queue.close()


def _this_program() -> list[str]:
    return [sys.executable, "-P", "-m", "cli"]  # -P: never a cli.py of the folder we stand in


def _me() -> str:
    """How the person called us, so that what we print can be pasted."""
    called = Path(sys.argv[0])
    if called.name != "skillfolio":
        return "skillfolio"
    on_path = any(Path(folder, "skillfolio").exists() for folder in os.get_exec_path())
    return "skillfolio" if on_path else os.path.relpath(called)


def _today() -> date:
    return datetime.now().astimezone().date()


def _show(tables: Iterable[Printed]) -> None:
    for table in tables:
        click.echo(f"\n{table.title}")
        _table(table.head, table.rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in head:
        table.add_column(
            name, overflow="fold", justify="right" if name in {"uses", "days", "commits", "rows"} else "left"
        )
    for row in rows:
        table.add_row(*(Text("".join(c for c in cell if c.isprintable())) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)


if __name__ == "__main__":
    main()
