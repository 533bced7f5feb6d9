"""`log`: courses, certificates, talks, meetups and reading, told by the person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.opening import called, chosen_taxonomy, opened_store, rebuild_evidence, this_day
from commands.printing import Group, print_table, printable
from data.errors import NotUsable

if TYPE_CHECKING:
    from datetime import datetime


@click.group(cls=Group)
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

        when = day.date() if day else this_day()
        with opened_store() as (store, settings):
            entry = learning.Entry(kind, title, when, learning.minutes_of(hours), **more)
            entry = learning.checked(entry, chosen_taxonomy(settings), this_day())
            learning.add_entry(store, entry)
            click.echo(f"Added, self-reported{'' if entry.public else ' and private'}: {kind} {entry.title}, {when}")
            rebuild_evidence(store)


@log.command("list")
def list_entries() -> None:
    """List your entries, the latest first, with what `remove` takes."""
    from data import learning

    with opened_store() as (store, _):
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
            print_table(("entry", "date", "what", "title", "hours", "skills", ""), rows)
        else:
            click.echo(f'No entries yet. Add one: {called()} log course "TITLE" --date YYYY-MM-DD')


@log.command("remove")
@click.argument("entries", nargs=-1, required=True, metavar="ENTRY...")
def remove_entries(entries: tuple[str, ...]) -> None:
    """Remove entries, named by the first letters and digits that `log list` shows of them."""
    from data import learning

    with opened_store() as (store, _):
        keys = [entry.key for entry in learning.entries(store)]
        for start in entries:
            found = [key for key in keys if key.startswith(start)]
            if len(found) != 1:
                raise NotUsable(f"{len(found)} entries begin with {start!r}; name one: {called()} log list")
            removed = learning.remove_entry(store, found[0])
            keys.remove(found[0])
            click.echo(printable(f"Removed: {removed.kind} {removed.title}, {removed.day}"))
        rebuild_evidence(store)


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
    with opened_store() as (store, settings):
        read = read_calendar(file, chosen_taxonomy(settings), this_day(), kind=kind, public=public)
        done = learning.import_entries(store, read.entries)
        parts = [f"{done.added} added, self-reported{'' if public else ' and private'}", f"{done.known} there already"]
        parts += [f"{done.removed} left out because you removed them"] if done.removed else []
        parts += [f"{number} {reason}" for reason, number in sorted(read.left_out.items())]
        click.echo(f"Events: {', '.join(parts)}")
        rebuild_evidence(store)


for _kind, _what in {
    "course": "a course",
    "certificate": "a certificate",
    "talk": "a talk that you gave",
    "meetup": "a meetup",
    "reading": "a book or paper",
}.items():
    _log_command(_kind, _what)


COMMANDS: tuple[click.Command, ...] = (log,)
