"""What most commands begin with: the store, the taxonomy, how the program was called."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.printing import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.settings import Settings
    from data.store import Store
    from data.taxonomy import Taxonomy


FAILED, LATER = 1, 75  # exit codes
OWN_WORK = """\
Add your own work:
  {me} add git ~/code            every clone below a folder, without any network
  {me} add github YOUR-LOGIN     your repositories, pull requests and reviews
  {me} up                        collect, and open your own dashboard"""


def rebuild_evidence(store: Store) -> None:
    from data import detect as detection
    from data.settings import load_settings

    started = time.perf_counter()
    result = detection.detect(store, chosen_taxonomy(load_settings()))
    found = f"{counted(result.evidence, 'rows')} from {counted(result.facts, 'facts')}"
    click.echo(f"Evidence: {found} in {time.perf_counter() - started:.1f} s")


@contextlib.contextmanager
def opened_store(settings: Settings | None = None) -> Iterator[tuple[Store, Settings]]:
    from data.settings import load_settings
    from data.store import Store

    settings = settings or load_settings()
    store = Store.open(settings.database_url)
    try:
        yield store, settings
    finally:
        store.close()


def chosen_taxonomy(settings: Settings) -> Taxonomy:
    from data.taxonomy.own import load_chosen

    return load_chosen(settings)


def this_program() -> list[str]:
    return [sys.executable, "-P", "-m", "cli"]  # -P: never a cli.py of the folder we stand in


def called() -> str:
    """How the person called us, so that what we print can be pasted."""
    typed = Path(sys.argv[0])
    if typed.name != "skillfolio":
        return "skillfolio"
    return "skillfolio" if shutil.which("skillfolio") else os.path.relpath(typed)


def this_day() -> date:
    return datetime.now().astimezone().date()
