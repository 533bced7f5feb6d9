"""The public page as text, from a `PublicPortfolio` and the addresses of its parts. Exports use it too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard import phrases, theme
from dashboard.public import charts, introduction, words

if TYPE_CHECKING:
    from data.public_parts import PublicPortfolio

HERE = Path(__file__).parent
PROJECTS_OPEN = 6  # the others are folded away
PROJECTS_TOLD = 30  # with what each shows; of those beyond only the name
PROJECT_SKILLS = 5
TECHNOLOGIES = 18
GROWTH_ROWS = 6  # of the table behind the lines


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of a page are. A text instead of an address is put into the page itself.

    `canonical` and `image` are whole addresses (https://…), empty where the page has none. `policy` is the content
    security policy of a page that no server sends headers with.
    """

    canonical: str = ""
    image: str = ""
    style: str = ""
    script: str = ""
    icon: str = ""
    style_text: str = ""
    script_text: str = ""
    policy: str = ""


def render(found: PublicPortfolio, addresses: Addresses) -> str:
    """Return the page: one HTML document that is whole without script."""
    return (
        _templates()
        .get_template("portfolio.html")
        .render(
            found=found,
            at=addresses,
            years=charts.days_by_year(found.days),
            technologies=found.technologies[:TECHNOLOGIES],
            open_projects=found.projects[:PROJECTS_OPEN],
            more_projects=found.projects[PROJECTS_OPEN:PROJECTS_TOLD],
            rest=found.projects[PROJECTS_TOLD:],
            growth_dates=_growth_dates(found),
        )
    )


def render_nothing(addresses: Addresses) -> str:
    """Return the page for an address that opens nothing, whatever the reason."""
    return _templates().get_template("nothing.html").render(at=addresses)


def render_failed(addresses: Addresses) -> str:
    """Return the page for an address whose page could not be made."""
    return _templates().get_template("failed.html").render(at=addresses)


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style sheet: the colours of both schemes, then the layout."""
    light, dark = (_variables(scheme) for scheme in (theme.LIGHT, theme.DARK))
    classes = "".join(f".a{n}{{--c:var(--area-{n})}}" for n in range(charts.AREA_COLOURS))
    head = f":root{{{light}color-scheme:light dark}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    print_ = f"@media print{{:root{{{light}color-scheme:light}}}}"
    return head + print_ + classes + (HERE / "files" / "page.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def script() -> str:
    return (HERE / "files" / "page.js").read_text(encoding="utf-8")


def inline_script() -> str:
    """Return the script as it stands in a page of one file: it waits for what follows it."""
    return f'document.addEventListener("DOMContentLoaded", () => {{\n{script()}}});'


@lru_cache(maxsize=1)
def icon() -> str:
    return (HERE.parent / "assets" / "favicon.svg").read_text(encoding="utf-8")


def versioned(name: str, text: str) -> str:
    """Return a file's name with a mark of its content, so that browsers may keep it for good."""
    stem, dot, ending = name.partition(".")
    return f"{stem}-{sha256(text.encode()).hexdigest()[:12]}{dot}{ending}"


def _variables(scheme: theme.Scheme) -> str:
    plain = ("page", "surface", "sunken", "line", "text", "dim", "accent", "wash", "track")
    named = {name: getattr(scheme, name) for name in plain}
    levels = {f"level-{number}": colour for number, colour in enumerate(scheme.levels, start=1)}
    areas = {f"area-{number}": colour for number, colour in enumerate(scheme.areas)}
    return "".join(f"--{name}:{value};" for name, value in (named | levels | areas).items())


def _growth_dates(found: PublicPortfolio) -> list[int]:
    """Indexes of evenly spaced points of growth, the last of them now."""
    points = max((len(area.growth) for area in found.areas), default=0)
    if points <= GROWTH_ROWS:
        return list(range(points))
    return [round((points - 1) * number / (GROWTH_ROWS - 1)) for number in range(GROWTH_ROWS)]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(charts=charts, words=words, phrases=phrases, project_skills=PROJECT_SKILLS)
    made.globals.update(introduction=introduction, light=theme.LIGHT.page, dark=theme.DARK.page)
    return made
