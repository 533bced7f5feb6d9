"""Which authors are the person, and which of their bulk commits count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from commands.opening import OWN_WORK, called, opened_store, rebuild_evidence
from commands.printing import print_table
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.store import Store


def confirm_addresses(store: Store, emails: tuple[str, ...]) -> None:
    from data.models import Identity, IdentityKind, IdentityState

    for email in emails:
        check_address(email)
        store.save_identity(Identity(IdentityKind.EMAIL, email.casefold(), IdentityState.CONFIRMED, "person"))
        click.echo(f"Yours: {email}")


def check_address(email: str) -> None:
    if "@" not in email or not email.isprintable() or " " in email:
        raise NotUsable(f"{email!r} is no e-mail address. Give the address your commits carry.")


def say_identities(store: Store) -> None:
    from data.models import IdentityKind, IdentityState

    authors = store.authors()
    commits = dict(zip(authors["email"], authors["commits"], strict=True))
    states = {i.value: i.state for i in store.identities() if i.kind is IdentityKind.EMAIL and i.value in commits}
    if commits and not {IdentityState.CONFIRMED, IdentityState.PROPOSED} & set(states.values()):
        found = f"None of the {len(commits):,} authors found is" if len(commits) > 1 else "The author found is not"
        click.echo(f"\n{found} known to be you. Say who you are: {called()} identities")
    elif IdentityState.PROPOSED in states.values():
        click.echo(f"\nSome addresses were taken from git's settings. Please confirm them: {called()} identities")


@click.command()
@click.option("--confirm", "mine", multiple=True, metavar="EMAIL", help="This address is yours (repeatable).")
@click.option("--remove", "others", multiple=True, metavar="EMAIL", help="This address is not yours (repeatable).")
@click.option("--all", "everyone", is_flag=True, help="List every author found, not only the likely ones.")
def identities(mine: tuple[str, ...], others: tuple[str, ...], everyone: bool) -> None:
    """List the authors found in your repositories; say which of them are you.

    Commits count when their author's address is confirmed, or proposed by git's own settings until you
    decide. Names alone never count. Nothing is lost by removing an address: confirm it again at any time.
    """
    from data.models import Identity, IdentityKind, IdentityState

    with opened_store() as (store, _):
        confirm_addresses(store, mine)
        for email in others:
            check_address(email)
            store.save_identity(Identity(IdentityKind.EMAIL, email.casefold(), IdentityState.REMOVED, "person"))
            click.echo(f"Not yours: {email}")
        states = {i.value: i for i in store.identities() if i.kind is IdentityKind.EMAIL}
        rows = _author_rows(store, states, everyone=everyone)
        if not rows:
            click.echo(f"No authors found yet. Add a source and collect first:\n{OWN_WORK.format(me=called())}")
            return
        print_table(("", "e-mail", "name", "commits", "projects", "said by"), rows)
        if not (mine or others):
            click.echo(f"\nSay which are you: {called()} identities --confirm EMAIL [--remove EMAIL]")
        elif mine or others:
            rebuild_evidence(store)
            click.echo(f"\nCommits of newly confirmed addresses are read by the next: {called()} collect")


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


@click.command()
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

    with opened_store() as (store, _):
        found = frames.left_out(store)
        waiting = {row.key: row for row in found[found["reason"] == BULK].itertuples()}
        said = {c.activity_key: c.id for c in store.corrections() if c.verdict is Verdict.BULK_IS_MINE}
        for commit in mine:
            store.add_correction(Correction(Verdict.BULK_IS_MINE, activity_key=_one_of(commit, waiting)))
        for commit in others:
            store.remove_correction(said[_one_of(commit, said)])
        if mine or others:
            rebuild_evidence(store)
        elif waiting or said:
            rows = [("waits", row.project, f"{row.day:%Y-%m-%d}", row.key, row.title) for row in waiting.values()]
            print_table(
                ("", "project", "date", "commit", "title"), [*rows, *(("counted", "", "", key, "") for key in said)]
            )
            click.echo(f"\nSay which are your own writing: {called()} bulk --count COMMIT")
        else:
            click.echo("No commit waits for your word.")


def _one_of(start: str, keys: Iterable[str]) -> str:
    """The one commit that begins so."""
    found = [key for key in keys if key.startswith(start.lower())]
    if len(found) != 1:
        raise NotUsable(f"{len(found)} of the commits listed begin with {start!r}; give enough of one: {called()} bulk")
    return found[0]


COMMANDS: tuple[click.Command, ...] = (identities, bulk)
