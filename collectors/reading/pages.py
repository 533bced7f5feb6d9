"""Pages of HTML: the packages that their scripts come from; pages that a tool wrote are nobody's writing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading.code import MARKUP, Code, CodeReader, Found, each
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_SCRIPT = re.compile(r"<script\b[^>]{0,400}?\bsrc\s*+=\s*+[\"']?([^\"'\s>]{1,300})", re.IGNORECASE)
_PACKAGE = re.compile(
    r"/(?:npm|ajax/libs|gh/\w[\w.-]{0,60}|packages)?/?((?:@[\w.-]{1,60}/)?[a-zA-Z][\w.-]{0,60}?)"
    r"(?:@[\w.~^-]{1,30}|/v?\d[\w.]{0,20}/)"
)
_SAVED = re.compile(  # pages that R Markdown, notebooks, site generators, Plotly, Folium, Bokeh or a browser wrote
    rb"<meta[^>]{0,200}\bname=[\"']?generator\b|\bnbconvert\b|\bjp-(?:Notebook|RenderedHTML)|<title>Bokeh"
    rb"|window\.PlotlyConfig|\bL_(?:NO_TOUCH|PREFER_CANVAS)\b|id=[\"']map_[0-9a-f]{32}|<!-- saved from url=",
    re.IGNORECASE,
)
_COPY = re.compile(  # under its maker's name, beside the page: d3.js, js/d3.v3.min.js, plotly-latest.min.js
    r"(?:\A|/)(?:(d3|nv\.d3|echarts|highcharts|highstock|apexcharts|dygraph)|(d3|plotly|[cC]hart|vega|vega-lite|vega-embed|tf|leaflet|c3|dc|amcharts))"
    r"((?:[-.](?:v?\d[\w.]*?|latest|min|bundle|umd|all|full|core))*+)\.js\Z"
)
_MADE_AS = {
    "chart": "chart.js",
    "dygraph": "dygraphs",
    "highstock": "highcharts",
    "nv.d3": "nvd3",
    "plotly": "plotly.js",
    "tf": "@tensorflow/tfjs",
}
_MADE_AT = {
    "plot.ly/plotly": "plotly.js",
    "d3js.org": "d3",
    "code.highcharts.com": "highcharts",
    "amcharts.com/lib": "amcharts",
    "canvasjs.com": "canvasjs",
    "cdn.anychart.com": "anychart",
    "cdn.flexmonster.com": "flexmonster",
    "cdn.fusioncharts.com": "fusioncharts",
    "cdn.webdatarocks.com": "webdatarocks",
    "cdn.zingchart.com": "zingchart",
    "public.tableau.com/javascripts": "tableau-api",
    "gstatic.com/charts": "react-google-charts",
    "google.com/jsapi": "react-google-charts",
}


def _copy(address: str) -> str:
    """The package that a script beside the page is a copy of, or ""; a short name alone may be one's own."""
    match = _COPY.search(address)
    if match is None or (match[2] and not match[3] and not address.endswith("Chart.js")):
        return ""
    name = (match[1] or match[2]).lower()
    return _MADE_AS.get(name, name)


def _find(code: Code, wanted: Collection[int]) -> Iterator[Found]:
    """What a page loads, from a content network or beside it; inline scripts are not read."""
    for index, line in each(code, wanted):
        if "<script" not in line.lower():
            continue
        for match in _SCRIPT.finditer(line):
            address = match[1]
            if not address.startswith(("http:", "https:", "//")):
                if package := _copy(address.partition("?")[0]):
                    yield index, FactKind.IMPORT, package
            elif made := next((package for place, package in _MADE_AT.items() if place in address), ""):
                yield index, FactKind.IMPORT, made
            elif found := _PACKAGE.search(address.split("//", 1)[1]):
                yield index, FactKind.IMPORT, found[1]


READERS = (
    CodeReader("html", (".html", ".htm"), MARKUP, _find, language="javascript", counted=False, generated=_SAVED),
)
