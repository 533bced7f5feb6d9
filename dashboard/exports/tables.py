"""Evidence as a table, for spreadsheets and notebooks: what a link shows, or everything for its owner."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from io import StringIO
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from data import shown
from data.errors import NotUsable
from data.installing import PIP
from data.ledger import date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from data.ledger import Ledger
    from data.public_parts import PublicArea, PublicPortfolio, PublicProof, PublicSkill
    from data.store import Store
    from data.taxonomy import Taxonomy

    Rows = Iterable[Mapping[str, Any]]

PROVEN = (
    "area", "skill", "self_reported", "level", "level_name", "active_days", "projects", "first", "last", "day",
    "project", "seen", "path", "line", "url", "assisted",
)  # fmt: skip
EVERYTHING = (
    "day", "kind", "id", "name", "area", "project", "project_url", "private", "source", "uses", "assisted_uses",
)  # fmt: skip
# a spreadsheet would compute what begins so, perhaps after spaces: in wide letters too
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
NEEDS_PYARROW = (
    "Parquet files need pyarrow, which is large and so not installed by default. Install it beside Skillfolio "
    f"({PIP} 'pyarrow>=18'), or export csv, which needs nothing."
)
NOT_WRITTEN = f"pyarrow could not write the file. Update it ({PIP} --upgrade pyarrow), or export csv."
PIECE = 10_000  # rows
SECONDS = 300  # in which any table is written


def proven(found: PublicPortfolio) -> list[dict[str, Any]]:
    """Return one row for each proof that the page links to, and one for each other skill that is shown.

    Columns: PROVEN. `active_days` and `projects` are the skill's (weeks, where it is counted in weeks).
    """
    return [row for area in found.areas for skill in area.skills if skill.level for row in _of_skill(area, skill)]


def _of_skill(area: PublicArea, skill: PublicSkill) -> Iterator[dict[str, Any]]:
    told = {
        "area": area.name,
        "skill": skill.name,
        "self_reported": skill.self_reported,
        "level": skill.level,
        "level_name": skill.level_name,
        "active_days": skill.active_days,
        "projects": skill.projects,
        "first": skill.first,
        "last": skill.last,
    }
    for proof in skill.proofs or (None,):
        yield told | _of_proof(proof)


def _of_proof(proof: PublicProof | None) -> dict[str, Any]:
    names = ("day", "project", "seen", "path", "url", "assisted")
    row = {name: getattr(proof, name) if proof else None for name in names}
    return row | {"line": proof.line or None if proof else None}


class Everything:
    """All evidence of the store, private projects by name included: for the owner alone.

    One row for each subject, project and day, made while they are read. Columns: EVERYTHING. `kind` is skill,
    technology or language.
    """

    def __init__(self, store: Store, taxonomy: Taxonomy) -> None:
        self._projects = {row.project_id: _of_project(row) for row in shown.projects(store)}
        found = shown.ledgers(store)
        subjects = sorted((kind, subject) for kind, rows in found.items() for subject in rows.subjects)
        self._subjects = [_of_subject(taxonomy, *each) for each in subjects]
        places = {each: place for place, each in enumerate(subjects)}
        numbers = np.concatenate([_numbers(kind, rows, places) for kind, rows in found.items()])
        numbers = numbers[np.isin(numbers[:, 2], list(self._projects))]  # not of those that the person hid
        self._numbers = numbers[np.lexsort(numbers[:, 2::-1].T)]

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        pieces = (self._numbers[start : start + PIECE].tolist() for start in range(0, len(self), PIECE))
        for day, subject, project, uses, assisted in chain.from_iterable(pieces):
            counts = {"uses": uses, "assisted_uses": assisted}
            yield {"day": date_of(day), **self._subjects[subject], **self._projects[project], **counts}


def _numbers(kind: str, rows: Ledger, places: Mapping[tuple[str, str], int]) -> NDArray[np.int32]:
    """Day, place of the subject, project, uses and assisted uses of each row."""
    codes = np.array([places[kind, subject] for subject in rows.subjects], dtype=np.int32)
    subject = codes[rows.subject] if len(rows) else np.zeros(0, dtype=np.int32)
    return np.column_stack([rows.day, subject, rows.project, rows.uses, rows.assisted]).astype(np.int32)


def _of_subject(taxonomy: Taxonomy, kind: str, id_: str) -> dict[str, str]:
    known: dict[str, Mapping[str, Any]] = {"skill": taxonomy.skills, "technology": taxonomy.technologies}
    entry = known.get(kind, {}).get(id_)
    return {"kind": kind, "id": id_, "name": entry.name if entry else id_, "area": entry.area if entry else ""}


def _of_project(row: Any) -> dict[str, Any]:
    return {"project": row.name, "project_url": row.url, "private": row.private, "source": row.source}


def as_csv(rows: Rows, columns: Sequence[str]) -> bytes:
    """Return a CSV file (UTF-8, a head line, days as 2024-03-01); no cell of it is a formula."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return made.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def can_write_parquet() -> bool:
    """Whether pyarrow is installed; it is not loaded for that."""
    return find_spec("pyarrow") is not None


def as_parquet(rows: Rows, columns: Sequence[str]) -> bytes:
    """Return a Parquet file with typed columns. Raises NotUsable without pyarrow.

    It is written in a process of its own: pyarrow takes 55 MB, which a server would not get back.
    """
    if not can_write_parquet():
        raise NotUsable(NEEDS_PYARROW)
    lines = (
        json.dumps(each, default=str) for each in chain([columns], ([row[name] for name in columns] for row in rows))
    )
    command = [sys.executable, "-P", "-m", "dashboard.exports.parquet_child"]
    given = "\n".join(lines).encode()
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        raise NotUsable(NOT_WRITTEN) from None
    return done.stdout
