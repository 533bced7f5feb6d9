"""What a Python distribution is called where it is installed, and what it is called where it is imported.

`taxonomy/distributions.csv` is made from wheels by `make distributions`: scikit-learn → sklearn.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "taxonomy" / "distributions.csv"
_SEPARATORS = re.compile(r"[-_.]+")


def normal(name: str) -> str:
    """Return the name of a distribution as indexes compare it: lower case, joined by hyphens."""
    return _SEPARATORS.sub("-", name).lower()


def read_rows(path: Path = FILE) -> dict[str, tuple[str, ...]]:
    """Return distribution → imports, as the file has them; nothing when it is not there."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["distribution"]: tuple(row["imports"].split()) for row in csv.DictReader(file)}


@cache
def imports_by_distribution() -> dict[str, tuple[str, ...]]:
    return read_rows()


@cache
def distributions_by_import() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for distribution, imports in imports_by_distribution().items():
        for name in imports:
            found.setdefault(name, []).append(distribution)
    return {name: tuple(names) for name, names in found.items()}


def imports_of(distribution: str) -> tuple[str, ...]:
    """Return what a distribution lets one import; nothing when it is not known."""
    return imports_by_distribution().get(normal(distribution), ())


def distribution_of(module: str) -> str:
    """Return the distribution that brings a module, that of the same name before others; empty when it is not known.

    `google.cloud.bigquery.dbapi` is asked for as itself, then as `google.cloud.bigquery`, and so on.
    """
    known = distributions_by_import()
    while module:
        names = known.get(module)
        if names:
            return normal(module) if normal(module) in names else min(names, key=lambda name: (len(name), name))
        module = module.rpartition(".")[0]
    return ""
