"""How it looks: every colour by name for light and dark, and what is made of that one table.

Figures and cards name colours by their token ("area:mathematics", "level:3", "dim"); the browser puts in
the colour of the scheme in use, so switching asks the server nothing. Contrast is checked by tests: text
4.5:1, marks of a chart 3:1 against the card they stand on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"


@dataclass(frozen=True)
class Scheme:
    """The colours of one scheme. `areas` are given out in the taxonomy's order of areas."""

    page: str
    surface: str
    sunken: str  # table heads, code, empty states
    line: str
    text: str
    dim: str
    accent: str  # links, what can be pressed, what is chosen
    wash: str  # behind what is chosen
    track: str  # the empty part of a bar, level 0
    warn: str
    bad: str
    levels: tuple[str, str, str, str]
    areas: tuple[str, ...]
    sources: dict[str, str]  # neighbours in this order differ in lightness, too


LIGHT = Scheme(
    page="#f5f7f8",
    surface="#ffffff",
    sunken="#f1f4f5",
    line="#dde2e6",
    text="#171c23",
    dim="#545d6a",
    accent="#0f766e",
    wash="#e2f1ef",
    track="#e4e8eb",
    warn="#8a5300",
    bad="#b42318",
    levels=("#519e94", "#2b8278", "#115f58", "#073a35"),
    areas=("#3457c9", "#0b7285", "#9333b8", "#b8480d", "#2b7a3b", "#4f5968", "#b02258", "#8a6100"),
    sources={
        "github": "#2f4fb8", "git": "#2f8fa3", "kaggle": "#b8480d", "stackoverflow": "#9333b8", "manual": "#4f5968",
    },
)  # fmt: skip
DARK = Scheme(
    page="#0f1317",
    surface="#171c22",
    sunken="#1e242b",
    line="#2b333c",
    text="#e8ebef",
    dim="#a3adb9",
    accent="#4fd1c1",
    wash="#17332f",
    track="#2a323a",
    warn="#f0b45c",
    bad="#ff9b90",
    levels=("#3b7f78", "#41a196", "#62c8bb", "#b5f3ea"),
    areas=("#93a8fb", "#58c7dc", "#d99bf0", "#f7a163", "#7fd694", "#b6bfcb", "#f68fb4", "#e3bd4f"),
    sources={
        "github": "#93a8fb", "git": "#3a97ab", "kaggle": "#f7a163", "stackoverflow": "#c07fe0", "manual": "#b6bfcb",
    },
)  # fmt: skip
SCHEMES = {"light": LIGHT, "dark": DARK}

# ten shades as Mantine wants them; filled controls use the 8th in light (white text 5.5:1) and the 9th in dark
ACCENT = [
    "#eefaf8", "#d8f1ee", "#b3e4de", "#86d4cb", "#5cc3b7", "#34a99d", "#1f8f84", "#0f766e", "#0d655e", "#0a4f49",
]  # fmt: skip
MANTINE: dict[str, Any] = {
    "primaryColor": "accent",
    "primaryShade": {"light": 7, "dark": 8},
    "colors": {"accent": ACCENT},
    "fontFamily": FONT,
    "fontFamilyMonospace": MONO,
    "headings": {"fontFamily": FONT, "fontWeight": "650"},
    "defaultRadius": "md",
    "cursorType": "pointer",
    "focusRing": "auto",
    "respectReducedMotion": True,
}


def colours(scheme: Scheme, areas: list[str]) -> dict[str, str]:
    """Each token of a scheme with its colour; areas beyond the eighth begin again."""
    plain = {name: value for name, value in asdict(scheme).items() if isinstance(value, str)}
    levels = {"level:0": scheme.track} | {f"level:{n}": value for n, value in enumerate(scheme.levels, start=1)}
    named = {f"area:{area}": scheme.areas[n % len(scheme.areas)] for n, area in enumerate(areas)}
    told = {f"source:{source}": value for source, value in scheme.sources.items()}
    return plain | levels | named | told


def stylesheet(areas: list[str]) -> str:
    """CSS variables of both schemes: `--sf-<token>`, with `:` written as `-`."""
    return "".join(
        f"html[data-mantine-color-scheme={name}]{{color-scheme:{name};"
        + "".join(f"--sf-{token.replace(':', '-')}:{value};" for token, value in colours(scheme, areas).items())
        + "}"
        for name, scheme in SCHEMES.items()
    )


def template(scheme: Scheme) -> dict[str, Any]:
    """The Plotly template of a scheme; the ground is the card's own."""
    axis = {
        "gridcolor": scheme.line,
        "linecolor": scheme.line,
        "zerolinecolor": scheme.line,
        "tickcolor": scheme.line,
        "tickfont": {"color": scheme.dim, "size": 12},
        "title": {"font": {"color": scheme.dim, "size": 12}},
        "automargin": True,
        "fixedrange": True,
    }
    return {
        "layout": {
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": scheme.text},
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": {**axis, "ticklabelstandoff": 3},  # apart from the lowest label of the other axis
            "yaxis": axis,
            "showlegend": False,
            "bargap": 0.4,
            "hovermode": "closest",
            "dragmode": False,
            "hoverlabel": {
                "bgcolor": scheme.surface,
                "bordercolor": scheme.line,
                "font": {"family": FONT, "size": 13, "color": scheme.text},
                "align": "left",
            },
        }
    }


def browser_tokens(areas: list[str]) -> dict[str, Any]:
    """What the browser needs to dress a figure: per scheme, the template and the colours by token."""
    return {name: {"template": template(scheme), "colours": colours(scheme, areas)} for name, scheme in SCHEMES.items()}
