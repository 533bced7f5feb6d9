"""The README of a repository: its pictures of results, by what their heading, text or file name says, and figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collectors.reading.document import LONG_LINE, lines_of, plain
from data.models import Fact, FactKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from collectors.reading.document import Document

_PATH = re.compile(r"readme(?:[._-][a-z]{2,5})?\.(?:md|markdown)", re.IGNORECASE)
_PICTURE = re.compile(r"!\[([^\]\n]{0,200})\]\(\s*+<?([^)\s>\n]{1,400})|<img\b([^>\n]{0,400})>", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*+=\s*+[\"']?([^\"'\s>]{1,400})", re.IGNORECASE)
_SAYS = re.compile(r"\balt\s*+=\s*+[\"']([^\"'\n]{0,200})", re.IGNORECASE)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s++(.*)|\s*+<h[1-6][^>\n]{0,100}>([^<\n]{0,200})", re.IGNORECASE)
_OF_RESULTS = re.compile(
    r"dashboard|\bresults?\b|visuali[sz]|\bplots?\b|\bcharts?\b|heat ?map|histogram|confusion|\broc\b|\bauc\b|accurac"
    r"|\bloss(?:es)?\b|\bcurves?\b|forecast|predict|insight|analytics|\breports?\b|performance|evaluation|importance"
    r"|correlat|\bshap\b|distribution|\btrends?\b|\bfindings?\b|\bmetrics?\b|comparison",
    re.IGNORECASE,
)
_OF_SOMETHING_ELSE = re.compile(
    r"badge|shields\.io|logo|architect|diagram|pipeline|workflow|\bflow|schema|\berd?\b|\bdags?\b|banner|icon|avatar"
    r"|licen[cs]e|\bsetup|install|codecov|coverage|travis|actions/|lineage|terraform|\bcover\b|\bpage\b"
    r"|(?<!dashboard )screen ?shot(?!s? (?:of )?(?:the )?(?:\w{1,20} )?dashboard)"
    r"|\.svg(?:\?|$)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"(?:https?:)?//(?!(?:[\w-]+\.)?(?:githubusercontent|github|gitlab)\.com/)", re.IGNORECASE)
_UNDER_RESULTS = re.compile(
    r"\bresults?\b|\bperformances?\b|\bevaluations?\b|\bmetrics?\b|accurac|\bscores?\b|\bfindings?\b|leaderboard",
    re.IGNORECASE,
)
_METRIC = re.compile(
    r"accurac|precision|recall|\bf1\b|\bf-?score|\bauc\b|\broc|\bm?iou\b|\bmap\b|\b[mr]?mse\b|\brmsle\b|\bma?pe\b|\bmae\b|\br2\b|R²|R\^2"
    r"|\bdice\b|\bbleu\b|\brouge|perplexity|\bloss\b|c-index|concordance|\bmcc\b|\bkappa\b|\bndcg|\bmrr\b|\bwer\b|\bwape\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?<![\w.])\d{1,6}[.,]\d{1,6}(?![\w.]*\.\d)|\d\s?%")
_ROW = re.compile(r"\s*+\|.*\|")
_DIGITS = re.compile(rb"\d[.,]\d|\d ?%")
_BETWEEN = re.compile(r"[_\-./?=]+|%20")


def _is_of_results(line: str, heading: str) -> bool:
    for match in _PICTURE.finditer(line):
        if match[3] is None:
            text, source = match[1], match[2]
        else:
            found, says = _SOURCE.search(match[3]), _SAYS.search(match[3])
            text, source = says[1] if says else "", found[1] if found else ""
        own = _BETWEEN.sub(" ", f"{text} {source.rpartition('/')[2]}")
        if _ELSEWHERE.match(source) or _OF_SOMETHING_ELSE.search(source) or _OF_SOMETHING_ELSE.search(own):
            continue
        if _OF_RESULTS.search(own) or (_OF_RESULTS.search(heading) and not _OF_SOMETHING_ELSE.search(heading)):
            return True
    return False


def _is_figure(line: str, heading: str, above: str) -> bool:
    """A metric and its value, or a row of a table of metrics, under a heading that speaks of results."""
    if not _UNDER_RESULTS.search(heading) or not _FIGURE.search(line):
        return False
    return _METRIC.search(line) is not None or (_ROW.match(line) is not None and _METRIC.search(above) is not None)


def _may_be_picture(row: bytes) -> bool:
    return b"![" in row or b"<img" in row.lower()


def _may_be_figure(row: bytes) -> bool:
    return _DIGITS.search(row) is not None


class ReadmeDocument:
    """One version of a README; its lines are its text."""

    def __init__(self, text: bytes, path: str) -> None:
        self.lines = lines_of(text)
        self._path = path

    def facts(self, wanted: Collection[int] | None) -> list[Fact]:
        facts, heading, head = [], "", ""
        asked = range(len(self.lines)) if wanted is None else wanted
        pictures = {index for index in asked if _may_be_picture(self.lines[index])}
        figures = {index for index in asked if _may_be_figure(self.lines[index])}
        for index, row in enumerate(self.lines[: max(pictures | figures, default=-1) + 1]):
            if len(row) > LONG_LINE or not (
                b"#" in row or b"<" in row or b"![" in row or b"|" in row or index in figures
            ):
                head = ""
                continue
            line = row.decode("utf-8", "replace")
            head = head or line if b"|" in row else ""
            if match := _HEADING.match(line):
                heading = match[1] or match[2] or ""
            if index in pictures and _is_of_results(line, heading):
                facts.append(Fact(FactKind.STRUCTURE, "results-picture", "", self._path, index + 1))
            elif index in figures and _is_figure(line, heading, heading + head):
                facts.append(Fact(FactKind.STRUCTURE, "results-in-figures", "", self._path, index + 1))
        return facts


class ReadmeReader:
    """Takes the README of the whole repository: those of folders often come with what was copied there."""

    name = "readme"
    limit = 1 << 20
    names: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()

    def claims(self, path: str) -> bool:
        return _PATH.fullmatch(path) is not None

    def open(self, data: bytes, path: str, own: frozenset[str], before: Document | None = None) -> ReadmeDocument:  # noqa: ARG002 - modules are Python's
        return ReadmeDocument(plain(data), path)


READERS = (ReadmeReader(),)
