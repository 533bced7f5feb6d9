"""Evidence as a table, for spreadsheets and notebooks: what a link shows, or everything for its owner."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from data import frames
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from data.public_parts import PublicArea, PublicPortfolio, PublicProof, PublicSkill
    from data.store import Store
    from data.taxonomy import Taxonomy

    Rows = Sequence[Mapping[str, Any]]

PROVEN = (
    "area", "skill", "self_reported", "level", "level_name", "active_days", "projects", "first", "last", "day",
    "project", "seen", "path", "line", "url", "assisted",
)  # fmt: skip
EVERYTHING = (
    "day", "kind", "id", "name", "area", "project", "project_url", "private", "source", "uses", "assisted_uses",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute what begins like this
NEEDS_PYARROW = (
    "Parquet files need pyarrow, which is large and so not installed by default. Install it beside Skillfolio "
    "(pip install pyarrow), or export csv, which needs nothing."
)


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


def everything(store: Store, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return all evidence of the store, private projects by name included: for the owner alone.

    One row for each subject, project and day. Columns: EVERYTHING. `kind` is skill, technology or language.
    """
    projects = {row["project_id"]: _of_project(row) for row in frames.projects(store).to_dict("records")}
    names: dict[tuple[str, str], dict[str, str]] = {}
    rows = []
    evidence = frames.evidence_days(store).sort_values(["day", "subject_kind", "subject", "project_id"])
    for row in evidence.itertuples():
        subject = str(row.subject_kind), str(row.subject)
        if subject not in names:
            names[subject] = _of_subject(taxonomy, *subject)
        counts = {"uses": int(row.uses), "assisted_uses": int(row.assisted_uses)}
        rows.append({"day": row.day.date(), **names[subject], **projects[row.project_id], **counts})
    return rows


def _of_subject(taxonomy: Taxonomy, kind: str, id_: str) -> dict[str, str]:
    known: dict[str, Mapping[str, Any]] = {"skill": taxonomy.skills, "technology": taxonomy.technologies}
    entry = known.get(kind, {}).get(id_)
    return {"kind": kind, "id": id_, "name": entry.name if entry else id_, "area": entry.area if entry else ""}


def _of_project(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "project": str(row["name"]),
        "project_url": str(row["url"]),
        "private": bool(row["private"]),
        "source": str(row["source"]),
    }


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
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def can_write_parquet() -> bool:
    """Whether pyarrow is installed; it is not loaded for that."""
    from importlib.util import find_spec  # noqa: PLC0415 - asked seldom

    return find_spec("pyarrow") is not None


def as_parquet(rows: Rows, columns: Sequence[str]) -> bytes:
    """Return a Parquet file with typed columns. Raises NotUsable without pyarrow."""
    try:
        import pyarrow as pa  # noqa: PLC0415 - 55 MB that few need
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise NotUsable(NEEDS_PYARROW) from None
    days, numbers = {"day", "first", "last"}, {"level", "active_days", "projects", "line", "uses", "assisted_uses"}
    truths = {"assisted", "private", "self_reported"}
    kinds = dict.fromkeys(days, pa.date32()) | dict.fromkeys(numbers, pa.int64()) | dict.fromkeys(truths, pa.bool_())
    schema = pa.schema([(name, kinds.get(name, pa.string())) for name in columns])
    table = pa.table({name: [row[name] for row in rows] for name in columns}, schema=schema)
    made = BytesIO()
    parquet.write_table(table, made, compression="snappy")
    return made.getvalue()
