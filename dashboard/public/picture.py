"""The picture that goes with a link in chats and networks: 1200 × 630, drawn here, the same on every machine."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from dashboard import phrases, theme
from dashboard.public import words

if TYPE_CHECKING:
    from data.public_parts import PublicArea, PublicPortfolio

FONTS = Path(__file__).with_name("fonts")
SIZE = (1200, 630)
EDGE = 64
COLUMN = 640  # where the areas begin
SCALE = 2  # drawn larger, then made smaller: smooth edges of bars
ROW = 62
MOST_AREAS = 8


def draw(found: PublicPortfolio) -> bytes:
    """Return the picture as PNG: who, what, the areas as bars, the date."""
    image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), theme.LIGHT.page)
    pen = ImageDraw.Draw(image)
    _box(pen, (COLUMN - 40, 36, SIZE[0] - 36, SIZE[1] - 36), theme.LIGHT.surface, 20, theme.LIGHT.line)
    _who(pen, found)
    areas = found.areas[:MOST_AREAS]
    top = (SIZE[1] - ROW * len(areas)) / 2 + 6
    for number, area in enumerate(areas):
        _area(pen, area, top + number * ROW)
    made = BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(made, "PNG", optimize=True)
    return made.getvalue()


def _who(pen: ImageDraw.ImageDraw, found: PublicPortfolio) -> None:
    room = COLUMN - 40 - EDGE - 36
    name = words.headline(found)
    head = name if can_write(name) else "Skills portfolio"
    y = 84.0
    for line in _wrapped(head, 60, room, 2):
        _text(pen, (EDGE, y), line, 60, theme.LIGHT.text, bold=True)
        y += 68
    y += 10
    if found.person and can_write(found.title):
        for line in _wrapped(found.title, 30, room, 2):
            _text(pen, (EDGE, y), line, 30, theme.LIGHT.accent)
            y += 40
        y += 14
    for line in _wrapped(words.lead(found), 26, room, 4):
        _text(pen, (EDGE, y), line, 26, theme.LIGHT.text)
        y += 38
    _mark(pen, (EDGE, SIZE[1] - 92))
    proven = f"{phrases.number(found.summary.proofs)} links to proof · " if found.summary.proofs else ""
    _text(pen, (EDGE + 50, SIZE[1] - 84), f"{proven}{phrases.day(found.as_of)}", 22, theme.LIGHT.dim)


def _area(pen: ImageDraw.ImageDraw, area: PublicArea, y: float) -> None:
    left, right = COLUMN, SIZE[0] - 72
    name = area.name if can_write(area.name) else area.id
    _text(pen, (left, y), name, 24, theme.LIGHT.text)
    value = phrases.percent(area.coverage)
    _text(pen, (right - _width(value, 24), y), value, 24, theme.LIGHT.dim)
    _box(pen, (left, y + 34, right, y + 44), theme.LIGHT.track, 5)
    if area.coverage > 0:
        end = left + max(10.0, (right - left) * area.coverage)
        _box(pen, (left, y + 34, end, y + 44), theme.LIGHT.areas[area.place % len(theme.LIGHT.areas)], 5)


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


def _wrapped(text: str, size: int, room: float, most: int) -> list[str]:
    """Lines that fit, the last one ending in an ellipsis when there is more."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    cut = lines[:most]
    if len(lines) > most:
        cut[-1] += "…"
    return [_fitted(line, size, room) for line in cut]


def _fitted(line: str, size: int, room: float) -> str:
    while len(line) > 1 and _width(line, size) > room:
        line = line.rstrip("…")[:-1] + "…"
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
