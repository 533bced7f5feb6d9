"""SVG that stands alone: in a README, as an image. Text is measured, escaped, and held to its width.

Colours are named by the scheme's own words. A drawing for one scheme has plain attributes; one that follows the
reader's scheme has the light colours as attributes and the dark ones in a style sheet, so it is light where styles
are not allowed.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from markupsafe import escape

from dashboard import theme
from dashboard.public import measuring

SCHEMES = ("auto", "light", "dark")
_PLAIN = ("page", "surface", "sunken", "line", "text", "dim", "accent", "track")


@dataclass
class Drawing:
    """Shapes in the order in which they are drawn; units are pixels of a screen."""

    width: float
    height: float
    title: str
    description: str
    scheme: str = "auto"
    _shapes: list[str] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)

    def box(
        self, x: float, y: float, width: float, height: float, colour: str, *, round_: float = 0, line: str = ""
    ) -> None:
        corner = f' rx="{_n(round_)}"' if round_ else ""
        edge = f' stroke="{self._colour(line)}"' if line else ""
        css = f"f-{colour}" + (f" s-{line}" if line else "")
        self._used.update({f"f-{colour}"} | ({f"s-{line}"} if line else set()))
        size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        self._shapes.append(f'<rect class="{css}" {size}{corner} fill="{self._colour(colour)}"{edge}/>')

    def text(
        self, x: float, y: float, said: str, size: float, colour: str, *, bold: bool = False, end: bool = False
    ) -> None:
        """Write on the line at y, to the right of x or, with `end`, to the left of it. Any font keeps the width."""
        plain = printable(said)
        if not plain:
            return
        self._used.add(f"f-{colour}")
        long = measuring.width(plain, size, bold=bold)
        held = f'textLength="{_n(long)}" lengthAdjust="spacingAndGlyphs"'
        weight = ' font-weight="600"' if bold else ""
        place = f'x="{_n(x - long if end else x)}" y="{_n(y)}" font-size="{_n(size)}"'
        fill = f'class="f-{colour}" fill="{self._colour(colour)}"'
        self._shapes.append(f"<text {fill} {place}{weight} {held}>{escape(plain)}</text>")

    def svg(self) -> str:
        size = f'width="{_n(self.width)}" height="{_n(self.height)}" viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title about"'
        named = f'<title id="title">{escape(printable(self.title))}</title>'
        about = f'<desc id="about">{escape(printable(self.description))}</desc>'
        font = escape(theme.FONT)
        return f'{head} font-family="{font}">{named}{about}{self._style()}{"".join(self._shapes)}</svg>\n'

    def _style(self) -> str:
        return f"<style>{self.style_text()}</style>" if self.scheme == "auto" else ""

    def style_text(self) -> str:
        """The dark colours of what is drawn, for readers who like it dark."""
        rules = "".join(
            f".{css}{{{'fill' if css[0] == 'f' else 'stroke'}:{_of(theme.DARK, css[2:])}}}"
            for css in sorted(self._used)
        )
        return f"@media(prefers-color-scheme:dark){{{rules}}}"

    def _colour(self, name: str) -> str:
        return _of(theme.DARK if self.scheme == "dark" else theme.LIGHT, name)


def area_colour(place: int) -> str:
    return f"area-{place % len(theme.LIGHT.areas)}"


def printable(text: str) -> str:
    """Return a text in one line, without letters that XML does not know."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def policy(svg: str) -> str:
    """Return a content security policy that lets a drawing use its own style sheet and nothing else."""
    style = svg.partition("<style>")[2].partition("</style>")[0]
    allowed = f"; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" if style else ""
    return f"default-src 'none'{allowed}; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def _of(scheme: theme.Scheme, name: str) -> str:
    if name in _PLAIN:
        return str(getattr(scheme, name))
    kind, _, number = name.partition("-")
    return scheme.levels[int(number) - 1] if kind == "level" else scheme.areas[int(number)]


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
