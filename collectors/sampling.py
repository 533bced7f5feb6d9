"""Write a sample portfolio: the facts of each repository's main author, without names, addresses or code.

    python -m collectors.sampling OUT.json.gz owner/name=PATH [owner/name=PATH ...]

The main author is who wrote the most commits, under all addresses that carry the same name.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from collectors import history
from collectors.attribution import Wanted
from collectors.head import read_head
from collectors.repository import Repository
from data.errors import NotUsable
from data.models import FactKind
from data.sample import Place, Sample, SampleActivity, SampleProject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.models import Activity, Author, Fact

LEFT_OUT = {FactKind.DATA}  # names of files and columns are the author's words more than facts about a skill


def main_addresses(authors: Sequence[Author]) -> frozenset[str]:
    """Addresses of the author with the most commits, counting those of the same name together."""
    most = max(authors, key=lambda a: (a.commits, a.email))
    return frozenset(a.email for a in authors if a.name == most.name or a.email == most.email)


class Writer:
    """Collects values and paths once, and places that point to them."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str, str], int] = {}
        self.paths: dict[str, int] = {}

    def places(self, facts: Sequence[Fact]) -> list[Place]:
        kept = [f for f in facts if f.kind not in LEFT_OUT]
        return [
            (
                self.values.setdefault((f.kind.value, f.language, f.value), len(self.values)),
                self.paths.setdefault(f.path, len(self.paths)),
                f.line,
                f.count,
            )
            for f in kept
        ]

    def activity(self, each: Activity) -> SampleActivity:
        return SampleActivity(
            each.kind,
            each.key,
            each.when,
            each.fingerprint,
            each.assisted,
            each.bulk,
            each.reverted,
            self.places(each.facts),
        )

    def project(self, name: str, path: Path) -> SampleProject:
        with Repository(path) as repository:
            if not repository.head:
                raise NotUsable(f"{path} has no commits.")
            wanted = Wanted(emails=main_addresses(repository.authors()))
            activities = [self.activity(a) for a in history.walk(repository, wanted)]
            head_facts = read_head(repository)
            paths = {entry.path.lower() for entry in repository.tree(repository.head)}
            return SampleProject(
                name=name,
                key=repository.key,
                url=f"https://github.com/{name}",
                head=repository.head,
                readme=any(p.startswith("readme") for p in paths),
                activities=activities,
                head_facts=self.places(head_facts),
            )


def main() -> None:
    out, *named = sys.argv[1:]
    writer = Writer()
    projects = [writer.project(name, Path(path)) for name, _, path in (each.partition("=") for each in named)]
    sample = Sample(list(writer.values), list(writer.paths), projects)
    Path(out).write_bytes(gzip.compress(msgspec.json.encode(sample), 9, mtime=0))


if __name__ == "__main__":
    main()
