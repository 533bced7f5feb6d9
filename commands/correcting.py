"""`correct`, `map`, `detect`: the person's word on evidence, and evidence anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.opening import called, chosen_taxonomy, opened_store, rebuild_evidence
from commands.printing import counted, print_table
from data.errors import NotUsable

if TYPE_CHECKING:
    from data.settings import Settings
    from data.store import Store


@click.command()
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

    if bool(name) != bool(verdict) or (undo is not None and name) or (any(of.values()) and not name):
        raise click.UsageError("Give --project and --as together, or --undo alone, or nothing for the list.")
    with opened_store() as (store, _):
        if store.setting("sample") and (name or undo is not None):
            raise NotUsable("This is a sample: nothing in it can be changed.")
        if name and verdict:
            _mark(store, name, verdict, **of)
        elif undo is not None:
            found = next((each for each in marks.marks(store) if undo in each.ids), None)
            if found is None:
                raise NotUsable(f"No mark has the number {undo}. The list: {called()} correct")
            marks.unmark(store, found.ids)
        listed = marks.marks(store)
        rows = [
            (str(min(m.ids)), marks.VERDICTS[m.verdict], m.project, m.target.key[:10], m.target.path, m.note)
            for m in listed
        ]
        if name or undo is not None:
            rebuild_evidence(store)
        if rows:
            print_table(("number", "marked as", "project", "commit", "path", "note"), rows)
        else:
            click.echo("Nothing is marked.")


def _mark(store: Store, name: str, verdict: str, *, key: str, path: str, note: str) -> None:
    from data import marks
    from data.models import Verdict

    target = marks.Target(marks.project_named(store, name), key.lower(), path)
    marks.mark(store, Verdict(verdict), target, note)
    reached = counted(marks.reach(store, target), "activities")
    click.echo(f"Marked: {reached} read so far, and what is read there later.\n")


@click.command("map")
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
        if remove:
            raise click.UsageError("--remove takes the PACKAGE to forget.")
        _list_mapped(settings)
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
    with opened_store(settings) as (store, _):
        rebuild_evidence(store)


def _list_mapped(settings: Settings) -> None:
    from data.taxonomy import own

    chosen_taxonomy(settings)  # a file that is broken is told, with its lines
    rows = [(name, of, ", ".join(shown)) for name, of, shown in own.mapped(settings)]
    if rows:
        print_table(("package", "language", "skills"), rows)
    else:
        click.echo(f"Nothing is mapped. To map a package: {called()} map PACKAGE SKILL")


@click.command()
def detect() -> None:
    """Rebuild the evidence from the stored facts (after an update or a change of the taxonomy)."""
    with opened_store() as (store, _):
        rebuild_evidence(store)


COMMANDS: tuple[click.Command, ...] = (correct, map_, detect)
