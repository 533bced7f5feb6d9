"""`export`: the same chosen part as files."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.opening import chosen_taxonomy, opened_store, this_day
from commands.printing import Group
from commands.sharing import asked_choice
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dashboard.exports.asking import Export


EXPORTED = ("title", "projects", "areas", "sources", "count_private", "no_names", "introduction")


@click.group(cls=Group)
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
            click.option("--introduction", type=click.File("rb"), help="A file with your words, plain or Markdown."),
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
    with opened_store() as (store, settings):
        export = Export(store, settings, chosen_taxonomy(settings), this_day(), force=asked["force"])
        if not everything:
            choice = asked_choice(
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
@click.option("--no-script", is_flag=True, help="Leave out zoom and the values under the pointer.")
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


COMMANDS: tuple[click.Command, ...] = (export,)
