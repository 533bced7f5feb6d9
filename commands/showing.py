"""`scan`, `report`, `next`: what work shows, in a terminal or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.identities import say_identities
from commands.opening import OWN_WORK, called, chosen_taxonomy, opened_store, this_day
from commands.printing import counted, print_tables, printable
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.store import Store


@click.command()
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
    taxonomy = chosen_taxonomy(load_settings())
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
    click.echo(printable(f"{path}: {counted(result['commits'], 'commits')} read"))
    print_tables(printed.scan_tables(result, taxonomy))


def _say_why(result: dict[str, Any], *, as_json: bool) -> None:
    from data import printed

    if as_json:
        click.echo(json.dumps(result, indent=1))
        return
    print_tables(printed.why_tables(result))
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


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def report(as_json: bool) -> None:
    """Show the portfolio: areas, skills, technologies, projects, sources."""
    from data import printed
    from data.report import portfolio_report

    with opened_store() as (store, settings):
        taxonomy = chosen_taxonomy(settings)
        result = portfolio_report(store, taxonomy, this_day())
        if as_json:
            click.echo(json.dumps(result, indent=1, default=str))
            return
        click.echo(f"{result['person']}, as of {result['as_of']}")
        print_tables(printed.report_tables(result, taxonomy))
        if not any(skill["active_days"] for skill in result["skills"]):
            click.echo("\nNo evidence yet.")
            _say_next(store)


def _say_next(store: Store) -> None:
    if not store.accounts():
        click.echo(OWN_WORK.format(me=called()))
    elif store.authors().empty:
        click.echo(f"Nothing was collected yet: {called()} collect")
    else:
        say_identities(store)


@click.command("next")
@click.option("--role", "asked", metavar="ID", help="The role to measure against; without it, the first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of tables.")
def next_(asked: str | None, as_json: bool) -> None:
    """Show what a role asks for that is missing, and the smallest steps towards it.

    Roles that come along: ml-engineer, data-scientist, data-engineer, mlops-engineer. Your own are TOML files in the
    folder that SKILLFOLIO_ROLES names.
    """
    from data.gap_report import role_report, role_tables
    from data.roles import load_roles, role_of

    with opened_store() as (store, settings):
        taxonomy = chosen_taxonomy(settings)
        role = role_of(load_roles(taxonomy, settings.roles), asked)
        result = role_report(store, taxonomy, role, this_day())
        if as_json:
            click.echo(json.dumps(result, indent=1))
            return
        reached = f"{result['reached']} of {result['of']} skills at the level wanted"
        click.echo(f"{role.name}: {result['coverage']:.0%} reached, {reached}, as of {result['as_of']}")
        print_tables(role_tables(result))


COMMANDS: tuple[click.Command, ...] = (scan, report, next_)
