"""Tables and figures in a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.printed import Printed


def budget_left(budget: dict[str, int]) -> str:
    return f" · {', '.join(f'{n} {what} requests left' for what, n in budget.items())}" if budget else ""


def plain(text: str) -> str:
    from rich.markup import escape

    return escape("".join(c for c in text if c.isprintable()))


def print_tables(tables: Iterable[Printed]) -> None:
    for table in tables:
        click.echo(f"\n{table.title}")
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
        table.add_row(*(Text("".join(c for c in cell if c.isprintable())) for cell in row))
    Console(width=None if sys.stdout.isatty() else 160).print(table)
