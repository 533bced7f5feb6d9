"""`share`: addresses that show a chosen part of the portfolio to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import click

from commands.opening import called, chosen_taxonomy, opened_store, this_day
from commands.printing import Group, counted, print_table
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.choosing import Choice
    from data.public_parts import PublicSummary


LARGEST = 1 << 20  # bytes of an introduction; what is allowed is much less
CHOSEN = ("title", "areas", "sources", "count_private", "no_names", "findable", "name", "note")


@click.group(cls=Group)
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
@click.option("--introduction", type=click.File("rb"), help="A file with your own words, plain or Markdown.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which the address works.")
@click.option("--name", default="", help="A readable address besides: /u/NAME. Anyone can guess it.")
@click.option("--findable", is_flag=True, help="Let search engines find the page.")
@click.option("--note", default="", help="For whom it is; only you see it.")
@click.option("--yes", is_flag=True, help="Do not ask before it becomes public.")
def create_share(projects: tuple[str, ...], all_public: bool, yes: bool, **asked: Any) -> None:
    """Make an address, after listing what becomes public. It is printed once and kept nowhere."""
    from data import published, sharing
    from data.choosing import chosen_link

    with opened_store() as (store, settings):
        if store.setting("sample"):
            raise NotUsable("This is a sample: nothing in it can be shared.")
        taxonomy = chosen_taxonomy(settings)
        link = chosen_link(store, taxonomy, asked_choice(asked, projects=projects, all_public=all_public))
        shown = published.portfolio(store, taxonomy, link, this_day())
        _say_preview(shown.project_names, shown.summary)
        if not yes:
            click.confirm("Make it public?", abort=True)
        made, token = sharing.create(store, link)
        if asked["person"] is not None:
            store.set_setting(published.PERSON_NAME, published.said_name(asked["person"]))
        base = settings.public_url or f"http://127.0.0.1:{settings.port}"
        click.echo(f"Link {made.id}. Copy the address now; it is shown this once:\n{base}/p/{token}")


def asked_choice(asked: dict[str, Any], **more: Any) -> Choice:
    """What the options of `share create` or of `export` choose."""
    from data.choosing import Choice

    introduction, until = asked.get("introduction"), asked.get("until")
    if until and until.date() < this_day():
        raise NotUsable(f"{until:%Y-%m-%d} is over: nobody could open the address. Name a later day.")
    return Choice(
        **{name: asked[name] for name in CHOSEN if name in asked},
        introduction=_text(introduction) if introduction else "",
        until=until.date() if until else None,
        **more,
    )


def _text(file: BinaryIO) -> str:
    try:
        return file.read(LARGEST).decode()
    except UnicodeDecodeError:
        raise NotUsable(f"{file.name} is no text (UTF-8). Write the introduction as plain text or Markdown.") from None


def _say_preview(names: tuple[str, ...], summary: PublicSummary) -> None:
    click.echo(
        f"{summary.skills_shown} of {summary.skills_of} skills, {counted(summary.active_days, 'active days')}, "
        f"{counted(summary.proofs, 'links')} to code, "
        f"{counted(summary.private_projects, 'private projects')} in totals."
    )
    click.echo("Names of projects that become public:" if names else "No name of a project becomes public.")
    for name in names:
        click.echo(f"  {name}")


@share.command("list")
def list_shares() -> None:
    """List the links with what they show and how often they were opened."""
    from data import sharing

    with opened_store() as (store, _):
        found, visits = sharing.links(store), sharing.visits(store, this_day())
        if not found:
            click.echo(f"No link yet, so nobody else sees anything. Make one: {called()} share create --help")
            return
        rows = [
            (
                str(link.id),
                link.state(this_day()),
                link.title,
                str(len(link.projects)),
                str(link.ends or ""),
                f"/u/{link.name}" if link.name else "",
                str(visits[link.id].total if link.id in visits else 0),
                link.note,
            )
            for link in found
        ]
        print_table(("link", "state", "title", "projects", "until", "address", "visits", "note"), rows)


@share.command("revoke")
@click.argument("links", nargs=-1, required=True, type=int, metavar="LINK...")
def revoke_shares(links: tuple[int, ...]) -> None:
    """Close links by their numbers, for ever (see `skillfolio share list`)."""
    from data import sharing

    with opened_store() as (store, _):
        for link in links:
            sharing.revoke(store, link)
            click.echo(f"Link {link} opens nothing any more.")


COMMANDS: tuple[click.Command, ...] = (share,)
