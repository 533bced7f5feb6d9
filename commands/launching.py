"""Starting to collect from the dashboard: by workers, or in a process of its own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from commands.opening import this_program
from data.errors import TryLater

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.settings import Settings
    from data.store import Store
    from data.tokens import GitHubToken


def launcher(settings: Settings, store: Store, token: GitHubToken) -> Callable[[int | None], None]:
    """What the Sources page calls: leave it to a worker, or else collect in a process that outlives the web's."""

    def launch(account: int | None = None) -> None:
        from data.tasks import Tasks

        if Tasks(store).workers() and not token.held:  # they do not know what is in this process's memory
            _ask_workers(store, settings, account)
            return
        command = [*this_program(), "collect", *(["--account", str(account)] if account else [])]
        held = {"GITHUB_TOKEN": token.held} if token.held else {}
        with (settings.home / "collect.log").open("ab") as log:
            subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {"SKILLFOLIO_HOME": str(settings.home)} | held,
            )

    return launch


def _ask_workers(store: Store, settings: Settings, account: int | None) -> None:
    """Begin a run of one account, or of each that none is under way for."""
    from collectors.queue import open_queue
    from data.tasks import Tasks

    begun = []
    for each in [account] if account else [one.id for one in store.accounts()]:
        try:
            begun.append(Tasks(store).begin(each))
        except TryLater:
            if account:
                raise
    queue = open_queue(settings, store)
    queue.tell(begun)
    queue.close()
