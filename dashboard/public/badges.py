"""Badges and cards for a README: one for each area, and one for all of it. SVG, made of a `PublicPortfolio`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dashboard import phrases
from dashboard.public import words
from dashboard.public.drawing import Drawing, area_colour
from dashboard.public.measuring import fitted, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.public_parts import PublicArea, PublicPortfolio, PublicSkill

WHOLE = "all"
HIGH, SIZE, PAD = 20, 11, 7  # of a badge
LABEL = 260  # widest name in a badge
CARD, EDGE = 440, 22
COLUMN = 54  # of percents, at the right
ROW, SKILL_ROW = 30, 23
MOST_AREAS, MOST_SKILLS = 12, 10


def area_of(found: PublicPortfolio, area: str) -> PublicArea | None:
    """Return an area that is shown, by its id."""
    return next((each for each in found.areas if each.id == area), None)


def badge(found: PublicPortfolio, area: PublicArea | None, scheme: str = "auto") -> str:
    """Return a badge of an area, or of everything (None): its name, how many skills, the coverage as a bar."""
    label = area.name if area else "Machine-learning skills"
    shown, of = (area.shown, area.of) if area else (found.summary.skills_shown, found.summary.skills_of)
    share = area.coverage if area else _mean_coverage(found)
    said = f"{shown} of {of} {'skills' if area else 'shown'}"
    label = fitted(label, SIZE, LABEL, bold=True)
    left = width(label, SIZE, bold=True) + 2 * PAD
    full = round(left + width(said, SIZE) + 2 * PAD)
    drawn = Drawing(full, HIGH, f"{label}: {said}", _about(found, share), scheme)
    drawn.box(0.5, 0.5, full - 1, HIGH - 1, "surface", round_=4, line="line")
    drawn.text(PAD, 13, label, SIZE, "text", bold=True)
    drawn.text(left + PAD, 13, said, SIZE, "dim")
    _bar(drawn, (PAD, HIGH - 4, full - 2 * PAD, 2), share, area_colour(area.place) if area else "accent")
    return drawn.svg()


def card(found: PublicPortfolio, area: PublicArea | None, scheme: str = "auto") -> str:
    """Return a card: of everything the areas as bars, of an area its skills with their levels."""
    return _area_card(found, area, scheme) if area else _whole_card(found, scheme)


def _whole_card(found: PublicPortfolio, scheme: str) -> str:
    areas = found.areas[:MOST_AREAS]

    def rows(drawn: Drawing, y: float) -> None:
        for number, area in enumerate(areas):
            _area_row(drawn, area, y + number * ROW)

    title = f"{found.title}" if found.person else ""
    said = Said(words.headline(found), title, words.lead(found), _listing(found), found.summary.proofs)
    return _card(found, said, (rows, len(areas) * ROW), scheme)


def _area_card(found: PublicPortfolio, area: PublicArea, scheme: str) -> str:
    skills = sorted((skill for skill in area.skills if skill.level), key=lambda skill: -skill.level)
    open_, more = skills[:MOST_SKILLS], len(skills) - MOST_SKILLS

    def rows(drawn: Drawing, y: float) -> None:
        for number, skill in enumerate(open_):
            _skill_row(drawn, skill, y + number * SKILL_ROW)
        if more > 0:
            drawn.text(EDGE, y + len(open_) * SKILL_ROW + 13, f"and {more} more", 12.5, "dim")

    lead = f"{area.shown} of {phrases.count(area.of, 'skill')} shown, coverage {phrases.percent(area.coverage)}"
    high = (len(open_) + (more > 0)) * SKILL_ROW
    proofs = sum(len(skill.proofs) for skill in area.skills)
    return _card(
        found, Said(area.name, words.headline(found), lead, _levels(found, skills), proofs), (rows, high), scheme
    )


class Said(NamedTuple):
    """What stands above the rows of a card, what is read out, and how many proofs there are."""

    head: str
    title: str
    lead: str
    description: str
    proofs: int


def _card(found: PublicPortfolio, said: Said, body: tuple[Callable[[Drawing, float], None], float], scheme: str) -> str:
    """Head of name, title and lead, then the rows, then the date."""
    head, title, lead = said[:3]
    room = CARD - 2 * EDGE
    heads = wrapped(head, 20, room, 2, bold=True)
    titles = wrapped(title, 13.5, room, 2)
    leads = wrapped(lead, 13, room, 3)
    top = EDGE - 2 + len(heads) * 25 + len(titles) * 19 * bool(title) + len(leads) * 18 + 16
    rows, rows_high = body
    high = top + rows_high + 14 + 34
    drawn = Drawing(CARD, high, f"{head}: {lead}", said.description, scheme)
    drawn.box(0.5, 0.5, CARD - 1, high - 1, "surface", round_=12, line="line")
    y = EDGE - 2.0
    for lines, size, step, colour in ((heads, 20, 25, "text"), (titles, 13.5, 19, "accent"), (leads, 13, 18, "dim")):
        for line in lines if any(lines) else ():
            drawn.text(EDGE, y + step * 0.78, line, size, colour, bold=size == 20)  # noqa: PLR2004
            y += step
    rows(drawn, top)
    _foot(drawn, found, said.proofs, high)
    return drawn.svg()


def _foot(drawn: Drawing, found: PublicPortfolio, proofs: int, high: float) -> None:
    drawn.box(EDGE, high - 39, CARD - 2 * EDGE, 1, "line")
    proven = f"{phrases.count(proofs, 'link')} to proof · " if proofs else ""
    sample = "A sample · " if found.is_sample else ""
    drawn.text(EDGE, high - 16, f"{sample}{proven}as of {phrases.day(found.as_of)}", 12, "dim")
    drawn.text(CARD - EDGE, high - 16, "Skillfolio", 12, "dim", bold=True, end=True)


def _area_row(drawn: Drawing, area: PublicArea, y: float) -> None:
    breadth = f"{area.shown} of {area.of}"
    room = CARD - 2 * EDGE - COLUMN - width(breadth, 12.5) - 12
    drawn.text(EDGE, y + 12, fitted(area.name, 13, room), 13, "text")
    drawn.text(CARD - EDGE - COLUMN, y + 12, breadth, 12.5, "dim", end=True)
    drawn.text(CARD - EDGE, y + 12, phrases.percent(area.coverage), 12.5, "text", bold=True, end=True)
    _bar(drawn, (EDGE, y + 18, CARD - 2 * EDGE, 5), area.coverage, area_colour(area.place))


def _skill_row(drawn: Drawing, skill: PublicSkill, y: float) -> None:
    right = CARD - EDGE - 72
    drawn.text(EDGE, y + 13, fitted(words.skill(skill), 13, right - EDGE - 60), 13, "text")
    drawn.text(CARD - EDGE, y + 13, skill.level_name, 12.5, "dim", end=True)
    for number in range(4):
        drawn.box(right - 46 + number * 11, y + 4.5, 9, 9, "accent" if number < skill.level else "track", round_=2)


def _bar(drawn: Drawing, box: tuple[float, float, float, float], share: float, colour: str) -> None:
    x, y, long, high = box
    drawn.box(x, y, long, high, "track", round_=high / 2)
    if share > 0:
        drawn.box(x, y, max(high, long * min(share, 1)), high, colour, round_=high / 2)


def _mean_coverage(found: PublicPortfolio) -> float:
    return sum(area.coverage for area in found.areas) / len(found.areas) if found.areas else 0.0


def _about(found: PublicPortfolio, share: float) -> str:
    sample = "A sample. " if found.is_sample else ""
    return f"{sample}Coverage {phrases.percent(share)}, from dated work, as of {phrases.day(found.as_of)}."


def _levels(found: PublicPortfolio, skills: list[PublicSkill]) -> str:
    named = ", ".join(f"{words.skill(skill)} {skill.level_name}" for skill in skills) or "none yet"
    return f"Levels of skills: {named}. As of {phrases.day(found.as_of)}."


def _listing(found: PublicPortfolio) -> str:
    areas = ", ".join(f"{area.name} {phrases.percent(area.coverage)}" for area in found.areas)
    return f"Coverage of each skill area: {areas}. As of {phrases.day(found.as_of)}."
