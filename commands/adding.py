"""Naming sources of work, and the token that opens private ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.identities import confirm_addresses
from commands.opening import called, opened_store, rebuild_evidence
from commands.printing import Group, printable
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.models import Account
    from data.settings import Settings
    from data.store import Store


@click.group(cls=Group)
def add() -> None:
    """Add a source: where you leave work."""


@add.command("git")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--author", "authors", multiple=True, metavar="EMAIL", help="An e-mail address that is yours (repeatable)."
)
@click.option(
    "--public/--private",
    "public",
    default=None,
    help="Whether anyone may see these repositories (default: private); say it again to change it.",
)
def add_git(paths: tuple[Path, ...], authors: tuple[str, ...], public: bool | None) -> None:
    """Add every git clone below PATH... (no network is used).

    The disk does not tell who may see a clone, so its project is private: it counts for you, and others never read
    its name. With --public you say that anyone may read all of these repositories: then you can choose them for
    what you share, with names, paths of files and proofs, commits that you never pushed included.
    """
    with opened_store() as (store, settings):
        for path in paths:
            account = _add_account(store, settings, "git", str(path))
            if public is not None:
                _say_public(store, account, public=public)
        confirm_addresses(store, authors)
        click.echo(f"\nNext: {called()} collect")


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
    with opened_store() as (store, settings):
        _add_account(store, settings, "github", login)
        confirm_addresses(store, authors)
        click.echo(f"\nNext: {called()} collect")


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

    with opened_store() as (store, settings):
        name = sources.load()["kaggle"].check(user, settings)
        before = next((a.options for a in store.accounts() if (a.source, a.handle) == ("kaggle", name)), {})
        asked = chosen(before, name, meta=meta, private=private, notebooks=notebooks, competitions=competitions)
        store.add_account("kaggle", name, asked)
        click.echo(f"Added Kaggle: {name}{' with private work' if asked.get('private') else ''}")
        click.echo(f"\nNext: {called()} collect")


@add.command("stackoverflow")
@click.argument("user")
def add_stackoverflow(user: str) -> None:
    """Add the Stack Overflow account USER: its number, or the address of its profile.

    Answers, questions and badges are read with their dates, tags and scores. No key is needed; with
    STACKEXCHANGE_KEY more requests a day are answered.
    """
    with opened_store() as (store, settings):
        _add_account(store, settings, "stackoverflow", user)
        click.echo(f"\nNext: {called()} collect")


@click.command()
@click.argument("which", metavar="SOURCE")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def remove(which: str, yes: bool) -> None:
    """Forget a source of yours, with everything that was read only from it.

    SOURCE is a login or folder as `skillfolio schedule` lists it, or the name of a source (github) that you have one
    of. Adding it again reads it again.
    """
    from collectors import sources

    with opened_store() as (store, settings):
        account = _one_called(store, which)
        known = sources.load().get(account.source)
        named = printable(f"{known.SOURCE.title if known else account.source} {account.handle}")
        if not yes:
            click.confirm(f"Forget {named}, with everything read only from it?", abort=True, err=True)
        store.remove_account(account.id)
        rebuild_evidence(store)
        click.echo(f"Removed {named}.")
        fetched = settings.home / "cache" / account.source
        if fetched.is_dir():
            click.echo(f"What was fetched stays in {fetched} until you delete that folder.")


def _one_called(store: Store, which: str) -> Account:
    if store.setting("sample"):
        raise NotUsable("This is a sample: nothing in it can be changed.")
    folder = str(Path(which).expanduser().resolve())
    accounts = store.accounts()
    found = [one for one in accounts if one.handle == which or (one.source, one.handle) == ("git", folder)]
    found = found or [one for one in accounts if one.source == which]
    if len(found) == 1:
        return found[0]
    listed = "".join(f"\n  {one.source} {one.handle}" for one in found or accounts)
    if not listed:
        raise NotUsable("You have no source.")
    said = f"You have several sources called {which}; name one" if found else f"No source of yours is called {which}"
    raise NotUsable(f"{said}:{listed}")


def _add_account(store: Store, settings: Settings, source: str, handle: str) -> int:
    from collectors import sources

    normal = sources.load()[source].check(handle, settings)
    account = store.add_account(source, normal)
    click.echo(printable(f"Added {sources.load()[source].SOURCE.title}: {normal}"))
    return account


def _say_public(store: Store, account: int, *, public: bool) -> None:
    """Keep the person's word on a folder, and say what it changes."""
    from data.public_folders import say_public

    turned = say_public(store, account, public=public)
    click.echo(
        "  Its repositories count as public. Nobody sees them before you share them."
        if public
        else "  Its repositories are private: nothing that you share names them."
    )
    if turned.projects:
        rebuild_evidence(store)
        click.echo(f"  {turned.projects:,} already read turned {'public' if public else 'private'}.")
    if turned.kept:
        click.echo(f"  {turned.kept:,} stay private, since these hold them too: {', '.join(turned.others)}")


@click.group(cls=Group)
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


COMMANDS: tuple[click.Command, ...] = (add, remove, token)
