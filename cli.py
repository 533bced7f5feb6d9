"""The one front door: `skillfolio` and its commands.

The commands are found in `commands/`, which alone knows collectors, data and dashboard. Exit codes: 0 done,
1 something failed and was said, 2 the call was wrong, 75 try again later.
"""

from __future__ import annotations

import errno
import importlib
import os
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import commands
from commands.opening import FAILED, LATER
from commands.printing import Group, printable
from commands.serving import wsgi
from data.errors import NotUsable, SkillfolioError, TryLater

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["main", "wsgi"]

_CLOSED = "Make it yours to write, or set SKILLFOLIO_HOME to a folder of yours."
_FULL = "Make room; what was saved before is whole."
DISKS = {  # what a disk may refuse, whatever we do
    errno.EACCES: _CLOSED,
    errno.EROFS: _CLOSED,
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
}
HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Command(Group):
    """Turns our errors into one sentence and an exit code; anything else is a defect and keeps its trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TryLater as error:
            click.echo(printable(f"Later: {error}"), err=True)
            ctx.exit(LATER)
        except SkillfolioError as error:
            click.echo(printable(f"Error: {error}"), err=True)
            ctx.exit(FAILED)
        except BrokenPipeError:  # `skillfolio report | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            advice = DISKS.get(error.errno or 0)
            if advice is None:
                raise
            click.echo(f"Error: {error.filename or 'The disk'}: {error.strerror}. {advice}", err=True)
            ctx.exit(FAILED)


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


for _, _name, _ in pkgutil.iter_modules(commands.__path__):
    for _command in getattr(importlib.import_module(f"commands.{_name}"), "COMMANDS", ()):
        main.add_command(_command)


if __name__ == "__main__":
    main()
