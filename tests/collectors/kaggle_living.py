"""A person's store beside the loopback Kaggle: run after run, and what is in it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collectors import runner
from data.settings import Settings
from data.store import Store
from tests.loopback import living
from tests.loopback.kaggle_state import Contest, DataSet, Kernel, Model, Sent, World

if TYPE_CHECKING:
    from collectors.runner import RunResult
    from tests.loopback.kaggle import Kaggle

TOKEN = "KGAT_adas_secret"


def world() -> World:
    """Ada with something of everything, and Bob."""
    return World(
        kernels=[
            Kernel(11, "ada/heart", datasets=("bob/heart-disease",), competitions=("cup",)),
            Kernel(
                12, "ada/stats-in-r", "library(dplyr)\nx <- t.test(1:10)\n", language="r", run="2024-04-01T00:00:00Z"
            ),
            Kernel(90, "bob/his-own"),
        ],
        datasets=[DataSet(21, "ada/rain")],
        models=[Model(31, "ada/net")],
        contests=[
            Contest(
                41,
                "cup",
                ranks={"ada": 41},
                sent=[Sent(1, "ada", "2024-02-10T00:00:00Z"), Sent(2, "ada"), Sent(3, "bob")],
            )
        ],
        tokens={TOKEN: "ada", "KGAT_bob": "bob"},
        keys={"ada": "0123456789abcdef"},
        refresh={"refresh-ada": "ada"},
    )


@cache
def _empty_store() -> bytes:
    """A store as it is made: making one takes longer than most runs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Store.open(path).close()
        return path.read_bytes()


@dataclass
class Living:
    folder: Path
    kaggle: Kaggle
    token: str | None = TOKEN
    user: str = "ada"
    options: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)  # settings

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.database.exists():
            self.database.write_bytes(_empty_store())
        self.store = Store.open(self.database)
        self.account = self.store.add_account("kaggle", self.user, self.options)

    @property
    def database(self) -> Path:
        return self.folder / "skillfolio.db"

    @property
    def settings(self) -> Settings:
        base = f"sqlite:///{self.database}"
        return Settings(self.folder, base, kaggle_url=self.kaggle.url, **{"kaggle_api_token": self.token, **self.more})

    def run(self, **more: Any) -> RunResult:
        self.kaggle.forget()
        return runner.run_account(self.store, self.account, self.settings, **more)

    def ask_for(self, **options: Any) -> None:
        self.options |= options
        self.store.add_account("kaggle", self.user, self.options)

    kinds = living.Living.kinds
    activities = living.Living.activities

    def facts(self, project: str, kind: str = "notebook", key: str | None = None) -> set[str]:
        """Facts of a project's activities of a kind, as `kind:value×count`."""
        rows = [row for row in self.activities() if row[:2] == (project, kind) and key in {None, row[2]}]
        return {fact for row in rows for fact in row[6]}

    def days(self, project: str, kind: str) -> dict[str, str]:
        return {row[2]: row[3] for row in self.activities() if row[:2] == (project, kind)}

    def close(self) -> None:
        self.store.close()


def whole_again(living: Living) -> None:
    """As it is a week later."""
    asked = living.store.bookmark(living.account, "asked")
    ago = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    living.store.save_bookmarks(living.account, {"asked": {**asked, "whole": ago}})
