"""What can be exported, in one list: the command line, the Share page and the leak test all read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from dashboard.exports import openbadge, printing, resume, static, tables
from dashboard.public import badges
from dashboard.public.drawing import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from data.public_parts import PublicArea, PublicPortfolio

    Bodies = Mapping[str, bytes]

OLDEST = (1980, 1, 1, 0, 0, 0)  # every file of an archive has this time, so that equal exports are equal


@dataclass(frozen=True, slots=True)
class Format:
    """One sort of file, made of what a link shows.

    `is_there` tells whether this machine can make it, `needs` what to do where it cannot.
    """

    id: str
    title: str  # on the button
    file: str
    type: str
    make: Callable[[PublicPortfolio, str, Path | None], bytes]  # of what is shown, where it stands, chosen browser
    is_there: Callable[[Path | None], bool] = lambda _: True
    needs: str = ""


def as_json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def drawings(
    found: PublicPortfolio, kind: str, areas: Iterable[PublicArea | None], schemes: Iterable[str] = SCHEMES
) -> dict[str, bytes]:
    """Return badges or cards by file name; badge-all.svg follows the reader's scheme, badge-all-dark.svg is dark."""
    draw = {"badge": badges.badge, "card": badges.card}[kind]
    wanted = [(area, scheme) for area in areas for scheme in schemes]
    return {
        f"{kind}-{area.id if area else badges.WHOLE}{'' if scheme == SCHEMES[0] else f'-{scheme}'}.svg": draw(
            found, area, scheme
        ).encode()
        for area, scheme in wanted
    }


def every_drawing(found: PublicPortfolio) -> dict[str, bytes]:
    """Return all badges and cards of what is shown."""
    areas = (None, *found.areas)
    return {**drawings(found, "badge", areas), **drawings(found, "card", areas)}


def archive(files: Bodies) -> bytes:
    """Return files as one ZIP file; equal files make equal archives."""
    made = BytesIO()
    with ZipFile(made, "w") as archive_:
        for name, body in files.items():
            archive_.writestr(ZipInfo(name, OLDEST), body, ZIP_DEFLATED)
    return made.getvalue()


FORMATS: tuple[Format, ...] = (
    Format(
        "html",
        "Page in one file",
        "portfolio.html",
        "text/html",
        lambda found, address, _: static.one_file(found, address=address).encode(),
    ),
    Format(
        "site",
        "Site for GitHub Pages",
        "portfolio-site.zip",
        "application/zip",
        lambda found, address, _: archive(static.folder(found, address=address)),
    ),
    Format(
        "pdf",
        "PDF",
        "portfolio.pdf",
        "application/pdf",
        lambda found, address, browser: printing.pdf(found, printing.find_browser(browser), address=address),
        lambda browser: printing.find_browser(browser) is not None,
        printing.NONE,
    ),
    Format(
        "json-resume",
        "JSON Resume",
        "resume.json",
        "application/json",
        lambda found, address, _: as_json(resume.resume(found, address=address)),
    ),
    Format(
        "drawings",
        "Badges and cards",
        "skillfolio-badges.zip",
        "application/zip",
        lambda found, _, __: archive(every_drawing(found)),
    ),
    Format(
        "csv",
        "Evidence as CSV",
        "evidence.csv",
        "text/csv",
        lambda found, _, __: tables.as_csv(tables.proven(found), tables.PROVEN),
    ),
    Format(
        "parquet",
        "Evidence as Parquet",
        "evidence.parquet",
        "application/vnd.apache.parquet",
        lambda found, _, __: tables.as_parquet(tables.proven(found), tables.PROVEN),
        lambda _: tables.can_write_parquet(),
        tables.NEEDS_PYARROW,
    ),
    Format(
        "openbadge",
        "Open Badge draft",
        "openbadge-unsigned.json",
        "application/json",
        lambda found, address, _: as_json(openbadge.credential(found, address=address)),
    ),
)
BY_ID = {each.id: each for each in FORMATS}
