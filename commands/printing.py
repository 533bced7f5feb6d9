"""Tables and figures in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from data.nouns import NOUNS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.printed import Printed

LONGEST = 200  # characters of a sentence


class Group(click.Group):
    """Lists its commands with whole sentences, where click cuts them off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        rows = [
            (name, command.get_short_help_str(LONGEST))
            for name, command in sorted(self.commands.items())
            if not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def budget_left(budget: dict[str, int]) -> str:
    return f" · {', '.join(f'{n} {what} requests left' for what, n in budget.items())}" if budget else ""


def printable(text: str) -> str:
    """What a terminal shows and does not obey: names of folders and projects are anyone's. Lines stay lines."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def counted(number: int, many: str) -> str:
    """Say how many in English words: 1 repository, 2 repositories; of activities: 2 pieces of work."""
    one = f"{many.removesuffix('ies')}y" if many.endswith("ies") else many.removesuffix("s")
    one, several = NOUNS.get(many, (one, many))
    return f"{number:,} {one if number == 1 else several}"


def print_tables(tables: Iterable[Printed]) -> None:
    for table in tables:
        click.echo(f"\n{table.title}")
        if table.rows:
            print_table(table.head, table.rows)


def print_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in head:
        table.add_column(
            name, overflow="fold", justify="right" if name in {"uses", "days", "commits", "rows"} else "left"
        )
    for row in rows:
        table.add_row(*(Text(printable(cell).replace("\n", " ")) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
