"""How wide a text is, so that drawings leave it enough room. Measured in Inter, in units of the drawing."""

from __future__ import annotations

from functools import lru_cache

MEASURED_AT = 100  # size at which widths are taken; they grow with the size
ELLIPSIS = "…"


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text; a letter that the font lacks counts as a square."""
    return sum(_advance(letter, bold) for letter in text) * size / MEASURED_AT


def fitted(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return the text, cut with an ellipsis where it does not fit."""
    if width(text, size, bold=bold) <= room:
        return text
    while text and width(text + ELLIPSIS, size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def wrapped(text: str, size: float, room: float, most: int, *, bold: bool = False) -> list[str]:
    """Return at most so many lines that fit; the last one is cut where there is more."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold=bold) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
    return [fitted(line, size, room, bold=bold) for line in lines]


@lru_cache(maxsize=4096)
def _advance(letter: str, bold: bool) -> float:
    from dashboard.public import picture  # noqa: PLC0415 - Pillow only where something is drawn: 4 MB

    if not picture.can_write(letter):
        return MEASURED_AT
    return picture.advance(letter, MEASURED_AT, bold=bold)
