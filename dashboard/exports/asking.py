"""One export as the command line asks for it: what is shown, the files that are made of it, and what is said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dashboard import phrases
from dashboard.exports import formats, static, tables
from dashboard.exports.writing import write
from dashboard.public.drawing import SCHEMES
from data import published
from data.choosing import chosen_link, kept_link
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from data.choosing import Choice
    from data.public_parts import PublicPortfolio
    from data.settings import Settings
    from data.store import Store
    from data.taxonomy import Taxonomy

NAMES_SAID = 12
NEVER = "No private project by name or link, e-mail address, token, path of this machine, note or correction is in it."
PRIVATE = (
    "EVERYTHING is in it: private projects by name, and what was done in them on which day. It is for you alone; "
    "only you may read the file on this machine."
)
README = (
    '<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}">'
    '<img alt="My machine-learning skills" src="{light}"></picture>'
)
ONE_OF = "Say where to write: --out DIR for a site, or --single FILE for one file."


@dataclass
class Export:
    """`choose` first, then make files with one of the others; `said` tells what was written."""

    store: Store
    settings: Settings
    taxonomy: Taxonomy
    today: date
    force: bool = False
    _shown: PublicPortfolio | None = None
    _written: dict[Path, int] = field(default_factory=dict)
    _told: list[str] = field(default_factory=list)

    def choose(self, choice: Choice, link: int | None, person: str | None) -> None:
        """Take what a share link shows, or what is chosen. Raises NotUsable."""
        shown = kept_link(self.store, link) if link is not None else chosen_link(self.store, self.taxonomy, choice)
        found = published.portfolio(self.store, self.taxonomy, shown, published.as_of(self.store, self.today))
        self._shown = found if person is None else replace(found, person=published.said_name(person))

    @property
    def shown(self) -> PublicPortfolio:
        assert self._shown is not None
        return self._shown

    def html(self, out: Path | None, single: Path | None, *, script: bool, address: str) -> None:
        """Write the page as a site, as one file, or both."""
        address = static.checked_address(address)
        if out is None and single is None:
            raise NotUsable(ONE_OF)
        files: dict[Path, bytes] = {}
        if out is not None:
            made = static.folder(self.shown, script=script, address=address)
            files |= {out / name: body for name, body in made.items()}
        if single is not None:
            files[single] = static.one_file(self.shown, script=script, address=address).encode()
        self._write(files)

    def one(self, name: str, out: Path, address: str = "") -> None:
        """Write one file of this format."""
        made = formats.BY_ID[name].make(self.shown, static.checked_address(address), self.settings.browser)
        self._write({out: made})

    def drawings(self, kind: str, out: Path) -> None:
        """Write badges or cards of everything that is shown and of each area, and say how a README shows them."""
        found = formats.drawings(self.shown, kind, (None, *self.shown.areas))
        self._write({out / name: body for name, body in found.items()}, naming=False)
        self._told += [
            f"In a README: ![Skills]({kind}-all.svg) follows the reader's system. For GitHub's own switch:",
            README.format(light=f"{kind}-all-{SCHEMES[1]}.svg", dark=f"{kind}-all-{SCHEMES[2]}.svg"),
        ]

    def table(self, kind: str, out: Path, *, everything: bool) -> None:
        """Write evidence as a table: what is shown, or all that the store holds."""
        columns = tables.EVERYTHING if everything else tables.PROVEN
        if kind == "parquet" and not tables.can_write_parquet():
            raise NotUsable(tables.NEEDS_PYARROW)
        rows = tables.Everything(self.store, self.taxonomy) if everything else tables.proven(self.shown)
        make = tables.as_csv if kind == "csv" else tables.as_parquet
        self._write({out: make(rows, columns)}, private=everything)
        self._told.append(phrases.count(len(rows), "row").replace(phrases.THIN, ","))

    def _write(self, files: Mapping[Path, bytes], *, private: bool = False, naming: bool = True) -> None:
        write(self.settings.home, files, force=self.force, private=private)
        self._written |= {path: len(body) for path, body in files.items()}
        self._told += [PRIVATE] if private else self._public(naming=naming)

    def _public(self, *, naming: bool) -> Iterator[str]:
        summary, names = self.shown.summary, self.shown.project_names if naming else ()
        if self.shown.is_sample:
            yield "This is the sample, not your own work."
        areas = phrases.count(len(self.shown.areas), "area")
        yield (
            f"It shows {summary.skills_shown} of {summary.skills_of} skills in {areas}, "
            f"as of {phrases.day(self.shown.as_of)}."
        )
        more = f" and {len(names) - NAMES_SAID} more" if len(names) > NAMES_SAID else ""
        yield f"Projects by name: {', '.join(names[:NAMES_SAID]) or 'none'}{more}."
        if summary.private_projects:
            yield f"Private projects in the totals: {summary.private_projects}."
        yield NEVER

    def said(self) -> Iterator[str]:
        """What was written, with sizes, and what is and is not in it."""
        wide = max((len(str(path)) for path in self._written), default=0)
        for path, size in self._written.items():
            yield f"{path!s:{wide}}  {_size(size):>9}"
        yield from self._told


def _size(size: int) -> str:
    return f"{size / 1000:,.1f} KB" if size >= 100 else f"{size} bytes"  # noqa: PLR2004
