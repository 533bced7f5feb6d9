"""Which modules a distribution brings, read from wheels: their list of files and metadata, never their code.

    python -m data.taxonomy.wheels [--wheels FOLDER]... [NAME]...

Reads what is installed beside Skillfolio, the wheels lying in the folders, and those of a few named distributions,
which pip fetches as it is set up here. What is found replaces or joins the rows of distributions.csv; nothing
is forgotten.
"""

from __future__ import annotations

import argparse
import csv
import re
import subprocess
import sys
import tempfile
import zipfile
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from data.distributions import FILE, normal, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_MODULE = re.compile(r"([A-Za-z]\w*)\.(?:py|(?:cpython|abi3|cp\d|pypy)[\w.-]*\.?(?:so|pyd))")
_NO_IMPORTS = frozenset(
    """
    test tests testing doc docs example examples sample samples script scripts tool tools benchmark benchmarks src
    setup conftest build dist bin lib include share data build_tools ci typings
    """.split()  # noqa: SIM905 - words read better than strings
)
_DEEPEST = 4
_MOST = 3
"""Modules that lie bare in a namespace; where there are more, the namespace is named."""
_PIP = ("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:")


def imports_in(paths: Iterable[str], told: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what can be imported of these files, sorted. `told`: names that the metadata gives, where it does.

    A folder without a module of its own is a namespace that others share: what lies in it is named by its whole path.
    """
    named = {name.strip() for line in told for name in [line.partition(";")[0]] if name.strip()}
    if named:
        return tuple(sorted(named))
    files = [path.split("/") for path in paths if not path.split("/", 1)[0].endswith((".dist-info", ".data", ".libs"))]
    found = {name for name in _names(files, ()) if not name.startswith("_")}
    plain = {name for name in found if name.partition(".")[0] not in _NO_IMPORTS}
    return tuple(sorted(plain or found))


def _names(files: Sequence[Sequence[str]], above: tuple[str, ...]) -> Iterator[str]:
    depth = len(above)
    here = [parts for parts in files if len(parts) > depth and tuple(parts[:depth]) == above]
    bare = [match[1] for parts in here if len(parts) == depth + 1 and (match := _MODULE.fullmatch(parts[depth]))]
    if above and len(bare) > _MOST:
        yield ".".join(above)
        return
    yield from (".".join((*above, name)) for name in bare if name != "__init__")
    for folder in sorted({parts[depth] for parts in here if len(parts) > depth + 1 and parts[depth].isidentifier()}):
        below = [parts for parts in here if parts[depth] == folder and len(parts) > depth + 1]
        if any(_is_init(parts[depth + 1]) for parts in below if len(parts) == depth + 2):
            yield ".".join((*above, folder))
        elif depth < _DEEPEST:
            yield from _names(below, (*above, folder))


def _is_init(name: str) -> bool:
    return name in ("__init__.py", "__init__.pyi") or name.startswith("__init__.cpython")


def of_wheel(path: Path) -> tuple[str, tuple[str, ...]]:
    """Return the name and imports of a wheel. Raises zipfile.BadZipFile."""
    with zipfile.ZipFile(path) as wheel:
        paths = wheel.namelist()
        about = next((name for name in paths if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)), None)
        headers = HeaderParser().parsestr(wheel.read(about).decode("utf-8", "replace")) if about else None
    told = (headers.get_all("Import-Name") or []) if headers else []
    return normal(path.name.partition("-")[0]), imports_in(paths, told)


def installed() -> Iterator[tuple[str, tuple[str, ...]]]:
    for one in metadata.distributions():
        paths = [file.as_posix() for file in one.files or () if ".." not in file.parts]
        yield normal(one.metadata["Name"]), imports_in(paths, one.metadata.get_all("Import-Name") or [])


def fetched(names: Sequence[str], folder: Path) -> Iterator[Path]:
    """Let pip fetch the wheels of these distributions, with its own settings."""
    for name in names:
        subprocess.run([sys.executable, *_PIP, "--dest", str(folder), "--", name], check=True)
    yield from folder.glob("*.whl")


def write_rows(rows: dict[str, tuple[str, ...]], path: Path = FILE) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("distribution", "imports"))
        writer.writerows((name, " ".join(imports)) for name, imports in sorted(rows.items()) if imports)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--wheels", action="append", default=[], type=Path, metavar="FOLDER")
    args = parser.parse_args()
    rows = read_rows()
    before = dict(rows)
    with tempfile.TemporaryDirectory() as folder:
        wheels = [wheel for place in args.wheels for wheel in sorted(place.rglob("*.whl"))]
        wheels += list(fetched(args.names, Path(folder)))
        found = [*installed(), *(of_wheel(wheel) for wheel in wheels)]
    rows |= {name: imports for name, imports in found if imports and name != "skillfolio"}
    write_rows(rows)
    changed = sum(before.get(name) != imports for name, imports in rows.items())
    sys.stdout.write(f"{FILE.name}: {len(rows):,} distributions, {changed:,} new or changed\n")


if __name__ == "__main__":
    main()
