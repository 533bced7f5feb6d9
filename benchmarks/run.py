"""All measures, one after the other: `make bench REPOSITORIES=folder-of-clones`.

The store's, the pages' and detection's figures need nothing but this program. How fast histories are read is
measured on the clones below the folder, beside `git log -p` on the same repository in the same round; without any
clone that part is left out and said so. Nothing here fails on time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def clones_below(folder: Path) -> list[Path]:
    """Work trees and bare git directories up to two levels below a folder."""
    places = [p for pattern in ("*", "*/*") for p in sorted(folder.glob(pattern)) if p.is_dir()]
    return [p for p in places if (p / ".git").exists() or (p / "objects").is_dir()]


def measure(name: str, *arguments: str) -> None:
    print(f"\n== {name}", flush=True)
    subprocess.run([sys.executable, str(HERE / f"{name}.py"), *arguments], check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=Path, required=True, help="folder of clones to read")
    parser.add_argument("--facts", default="1000000", help="facts in the generated store")
    options = parser.parse_args()
    measure("detection", "--facts", options.facts)
    measure("collecting")
    with tempfile.TemporaryDirectory(prefix="skillfolio-bench-") as folder:
        store = str(Path(folder, "store.db"))
        measure("portfolio", "--facts", options.facts, "--store", store)
        measure("pages", "--facts", options.facts, "--store", store, "--browser")
        measure("readers", "--facts", options.facts, "--store", store)
        measure("public", "--facts", options.facts, "--store", store)
    clones = clones_below(options.repositories) if options.repositories.is_dir() else []
    if clones:
        measure("history", *map(str, clones))
    else:
        print(f"\n== history\nNo clones below {options.repositories}: name a folder with REPOSITORIES=…")


if __name__ == "__main__":
    main()
