"""The sample portfolio: facts read from public repositories, in a store of its own.

`portfolio.json.gz` beside this file holds facts only: no code, no author names, no addresses. It is
written by `python -m collectors.sampling` from clones of the repositories it names.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from datetime import datetime  # noqa: TC003 - msgspec needs it at run time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from data.models import Activity, Batch, Fact, FactKind, Identity, IdentityKind, IdentityState, Project, RunState

if TYPE_CHECKING:
    from data.settings import Settings
    from data.store import Store

FILE = Path(__file__).with_name("portfolio.json.gz")
AUTHOR = "sample@example.invalid"  # stands for the main author of each repository
LABEL = "Sample portfolio"

Place = tuple[int, int, int, int]  # index of value, index of path, line, count


class SampleActivity(msgspec.Struct, array_like=True):
    """An activity without title or author."""

    kind: str
    key: str
    when: datetime
    fingerprint: str
    assisted: bool
    bulk: bool
    reverted: bool
    facts: list[Place]


class SampleProject(msgspec.Struct):
    """A repository and what was seen in it."""

    name: str
    key: str
    url: str
    head: str
    readme: bool
    activities: list[SampleActivity]
    head_facts: list[Place]


class Sample(msgspec.Struct):
    """The whole file; places point into `values` (kind, language, value) and `paths`."""

    values: list[tuple[str, str, str]]
    paths: list[str]
    projects: list[SampleProject]


def settings_for(settings: Settings) -> Settings:
    """The same settings with a home of the sample's own, never the person's store.

    The store is named after the sample's content: another sample starts anew, and the store of the one before goes.
    """
    home = settings.home / "sample"
    name = f"sample-{hashlib.sha256(FILE.read_bytes()).hexdigest()[:12]}.db"
    for old in home.glob("sample-*.db*"):
        if not old.name.startswith(name):
            old.unlink()
    return replace(settings, home=home, database_url=f"sqlite:///{home / name}", github_token=None)


def read(path: Path = FILE) -> Sample:
    """Decode a sample file."""
    return msgspec.json.decode(gzip.decompress(path.read_bytes()), type=Sample)


def load(store: Store) -> bool:
    """Put the sample into `store`; False when it is there already, whole and unchanged."""
    me = Identity(IdentityKind.EMAIL, AUTHOR, IdentityState.CONFIRMED, "person")
    if store.setting("sample") and me in store.identities():
        return False
    sample = read()
    store.save_identity(me)
    account = store.add_account("sample", LABEL)
    run = store.start_run(account)
    for project in sample.projects:
        store.save_batch(account, _batch(sample, project))
    store.end_run(run, RunState.DONE, {"repositories": len(sample.projects)})
    store.set_setting("sample", {"label": LABEL, "repositories": [p.name for p in sample.projects]})
    return True


def _batch(sample: Sample, project: SampleProject) -> Batch:
    return Batch(
        project=Project(
            source="sample",
            key=project.key,
            name=project.name,
            url=project.url,
            head=project.head,
            readme=project.readme,
        ),
        activities=[
            Activity(
                kind=each.kind,
                key=each.key,
                when=each.when,
                author=AUTHOR,
                url=f"{project.url}/commit/{each.key}" if each.kind == "commit" else "",
                fingerprint=each.fingerprint,
                assisted=each.assisted,
                bulk=each.bulk,
                reverted=each.reverted,
                facts=tuple(_facts(sample, each.facts)),
            )
            for each in project.activities
        ],
        head_facts=_facts(sample, project.head_facts),
    )


def _facts(sample: Sample, places: list[Place]) -> list[Fact]:
    facts = []
    for value, path, line, count in places:
        kind, language, text = sample.values[value]
        facts.append(Fact(FactKind(kind), text, language, sample.paths[path], line, count))
    return facts
