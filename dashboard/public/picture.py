"""The picture that goes with a link in chats and networks: 1200 × 630, drawn here, the same on every machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from dashboard import phrases, theme
from dashboard.public import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.public_parts import PublicPortfolio

FONTS = Path(__file__).with_name("fonts")
SIZE = (1200, 630)
EDGE = 64
COLUMN = 640  # where the areas begin
SCALE = 2  # drawn larger, then made smaller: smooth edges of bars
ROW = 62
MOST_ROWS = 8
NAME_SIZES = ((60, 2), (48, 2), (40, 3), (32, 4))  # and how many lines fit
TITLE_SIZES = ((30, 2), (26, 3), (22, 4))
LEAD_SIZES = ((26, 4),)
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar with its name and value."""

    name: str
    value: str
    share: float
    colour: str


def draw(found: PublicPortfolio) -> bytes:
    """Return the picture as PNG: who, what, the areas as bars (of one area its skills), the date."""
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), theme.LIGHT.page)
    pen = ImageDraw.Draw(image)
    _who(pen, found)
    rows = _rows(found)
    top = (SIZE[1] - ROW * len(rows)) / 2
    if rows:
        edges = (COLUMN - 40, top - 31, SIZE[0] - 36, SIZE[1] - top + 31)
        _box(pen, edges, theme.LIGHT.surface, 20, theme.LIGHT.line)
    for number, row in enumerate(rows):
        _row(pen, row, top + 6 + number * ROW)
    made = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()


def _rows(found: PublicPortfolio) -> list[_Row]:
    if not found.summary.active_days:
        return []
    if len(found.areas) == 1:
        area = found.areas[0]
        highest = max(level.number for level in found.levels)
        skills = sorted((skill for skill in area.skills if skill.level), key=lambda skill: -skill.level)
        named = [(words.skill(skill), skill.level_name, skill.level / highest, area) for skill in skills]
    else:
        named = [(area.name, phrases.percent(area.coverage), area.coverage, area) for area in found.areas]
    return [
        _Row(name if can_write(name) else area.id, value, share, theme.LIGHT.areas[area.place % len(theme.LIGHT.areas)])
        for name, value, share, area in named[:MOST_ROWS]
    ]


def _who(pen: ImageDraw.ImageDraw, found: PublicPortfolio) -> None:
    """Name, title and what it rests on. Long ones are smaller, so that all of a name is there."""
    y = 84.0
    name = words.headline(found)
    y = _lines(pen, y, name if can_write(name) else "Skills portfolio", NAME_SIZES, theme.LIGHT.text, bold=True) + 8
    if found.person and can_write(found.title):
        y = _lines(pen, y, found.title, TITLE_SIZES, theme.LIGHT.accent) + 8
    _lines(pen, y + 4, words.lead(found), LEAD_SIZES, theme.LIGHT.text)
    _mark(pen, (EDGE, SIZE[1] - 92))
    _text(pen, (EDGE + 50, SIZE[1] - 84), foot(found), 22, theme.LIGHT.dim)


def foot(found: PublicPortfolio) -> str:
    """Return what stands below: that it is a sample, how much it proves, its date."""
    proven = f"{phrases.number(found.summary.proofs)} links to proof · " if found.summary.proofs else ""
    return f"{'A sample · ' if found.is_sample else ''}{proven}{phrases.day(found.as_of)}"


def laid_out(text: str, sizes: Sequence[tuple[int, int]]) -> tuple[int, list[str]]:
    """Return the first of these sizes, each with its most lines, in which a text fits, and its lines."""
    room = COLUMN - 40 - EDGE - 36
    size, most = next(
        ((size, most) for size, most in sizes if _is_whole(_wrapped(text, size, room), size, room, most)), sizes[-1]
    )
    lines = _wrapped(text, size, room)
    cut = [*lines[: most - 1], lines[most - 1] + ELLIPSIS] if len(lines) > most else lines
    return size, [_fitted(line, size, room) for line in cut]


def _lines(
    pen: ImageDraw.ImageDraw, y: float, text: str, sizes: Sequence[tuple[int, int]], colour: str, *, bold: bool = False
) -> float:
    """Write a text; returns where it ends."""
    size, lines = laid_out(text, sizes)
    for line in lines:
        _text(pen, (EDGE, y), line, size, colour, bold=bold)
        y += round(size * 0.88 + 15)  # large letters stand closer
    return y


def _row(pen: ImageDraw.ImageDraw, row: _Row, y: float) -> None:
    left, right = COLUMN, SIZE[0] - 72
    _text(pen, (left, y), _fitted(row.name, 24, right - left - _width(row.value, 24) - 20), 24, theme.LIGHT.text)
    _text(pen, (right - _width(row.value, 24), y), row.value, 24, theme.LIGHT.dim)
    _box(pen, (left, y + 34, right, y + 44), theme.LIGHT.track, 5)
    if row.share > 0:
        _box(pen, (left, y + 34, left + max(10.0, (right - left) * row.share), y + 44), row.colour, 5)


def _mark(pen: ImageDraw.ImageDraw, at: tuple[float, float]) -> None:
    """The mark of the program: three bars."""
    x, y = at
    _box(pen, (x, y, x + 36, y + 36), theme.LIGHT.accent, 8)
    for step, height in enumerate((6, 12, 19)):
        _box(pen, (x + 8 + step * 8, y + 27 - height, x + 12.5 + step * 8, y + 27), "#ffffff", 0)


def _box(
    pen: ImageDraw.ImageDraw,
    edges: tuple[float, float, float, float],
    colour: str,
    round_: int,
    line: str | None = None,
) -> None:
    scaled = tuple(round(edge * SCALE) for edge in edges)
    pen.rounded_rectangle(scaled, radius=round_ * SCALE, fill=colour, outline=line, width=SCALE if line else 1)


def _text(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: str, *, bold: bool = False
) -> None:
    place = (at[0] * SCALE, at[1] * SCALE)
    pen.text(place, _plain(text), font=_font(size * SCALE, "SemiBold" if bold else "Regular"), fill=colour)


def _plain(text: str) -> str:
    return text.replace(phrases.THIN, " ")


def _width(text: str, size: int) -> float:
    # the heavier weight is the wider one: what fits in it fits in both
    return float(_font(size * SCALE, "SemiBold").getlength(_plain(text))) / SCALE


def advance(letter: str, size: int, *, bold: bool = False) -> float:
    """Return how far a letter moves the pen."""
    return float(_font(size, "SemiBold" if bold else "Regular").getlength(letter))


def _wrapped(text: str, size: int, room: float) -> list[str]:
    """Lines of whole words, broken after hyphens too. A word that is longer than a line stands alone."""
    lines = [""]
    for part in re.findall(r"\s*[^\s-]*-+|\s*[^\s-]+", text.strip()):
        if lines[-1] and _width(lines[-1] + part, size) > room:
            lines.append(part.lstrip())
        else:
            lines[-1] += part
    return lines


def _is_whole(lines: list[str], size: int, room: float, most: int) -> bool:
    return len(lines) <= most and all(_width(line, size) <= room for line in lines)


def _fitted(line: str, size: int, room: float) -> str:
    while len(line) > 1 and _width(line, size) > room:
        line = line.rstrip(ELLIPSIS)[:-1] + ELLIPSIS
    return line


@lru_cache(maxsize=16)
def _font(size: int, weight: str = "Regular") -> ImageFont.FreeTypeFont:
    """Inter, which comes along, so that the picture is the same on every machine."""
    return ImageFont.truetype(FONTS / f"Inter-{weight}.otf", size, layout_engine=ImageFont.Layout.BASIC)


def can_write(text: str) -> bool:
    """Whether the font has every letter of a text; it knows European ones only."""
    missing = _shape("\U0010fffe")
    return all(letter.isspace() or _shape(letter) != missing for letter in _plain(text))


@lru_cache(maxsize=1024)
def _shape(letter: str) -> bytes:
    mask = _font(24).getmask(letter)
    return bytes(mask) + bytes(mask.size)
