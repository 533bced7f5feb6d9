"""What one line of R says by itself: packages, operators, shapes, names of data, SQL."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from collectors.reading.addresses import host, kept_in
from collectors.reading.patterns import compiled
from collectors.reading.python_sql import features, surely_statement
from collectors.reading.r_names import holds
from data.models import FactKind

if TYPE_CHECKING:
    from collections.abc import Iterator

Said = tuple[FactKind, str]

NAME = r"[A-Za-z][\w.]{0,80}"
LIBRARY = re.compile(
    r"\b(?:library|require|requireNamespace|loadNamespace|attachNamespace)\s*+\(\s*+(?:package\s*+=\s*+)?"
    r"[\"']?(" + NAME + ")[\"']?"
)
SEVERAL = re.compile(r"\b(?:p_load|lib|pkg_attach|use|shelf)\s*+\(\s*+([^()]{1,1000})\)")
STRING = compiled(r"\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?")
_HANDLED = re.compile(  # missing values left out, filled in or counted, not merely met
    r"\b(?:filter|subset|select|select_if|where|discard|keep|table|which|slice|ifelse|if_else|replace|mutate|sum|colSums|rowSums|mean|colMeans)\s*+\([^#\n]{0,200}?\bis\.na\("
    r"|\[[^\]\n]{0,200}?\bis\.na\(|^[ \t]*+!\s*+is\.na\([\w.$]{1,80}\)\s*+[,&)|]?"
)
_OPERATOR = re.compile(r"%(\*|o|x)%")
_READS = re.compile(r"\b(?:read|fread|load|import|source_data|download|open_dataset|vroom|st_read|rast)", re.IGNORECASE)
_TEXT = re.compile(r"[\"']([^\"'\n]{1,300})[\"']")
_DATA_ENDS = (
    ".csv", ".tsv", ".txt", ".rds", ".rda", ".rdata", ".json", ".parquet", ".xlsx", ".xls", ".sav", ".dta", ".zip",
    ".gz", ".nc", ".tif", ".shp", ".data", ".dat",
)  # fmt: skip
_DATA_CALL = re.compile(r"(?<![\w.])data\(\s*+[\"']?(" + NAME + r")[\"']?\s*+(?:,|\))")
_HELD = re.compile(r"(?<![\w.$@:])([A-Za-z][\w.]{0,60}+):{2,3}([A-Za-z][\w.]{0,60}+)(?![(:])")  # no call: a data set
_INTERVAL_END = re.compile(  # the columns of tidy(), and what a test of R gives besides its verdict
    r"(?:(?<![\w.])\.?conf\.(?:low|high)|\$conf\.int)(?![\w.(])"
)
_BACKWARD = re.compile(r"\$backward\s*+\(|\btf\$GradientTape\s*+\(")
_GRID = re.compile(  # of settings, by its name: others hold places to predict at
    r"\b\w*(?:param\w{0,12}[._]?(?:grid|comb\w{0,10})|grid[._]?param\w{0,10}|hyper[._]?\w{0,14}|tun(?:e|ing)[._]?\w{0,12}|search[._]?(?:grid|space)"
    r"|grid[._]?search\w{0,8})\s*+(?:<-|=)\s*+(?:base::|tidyr::|data\.table::|dplyr::)?(?:expand\.grid|expand_grid|crossing|CJ)\s*+\(",
    re.IGNORECASE,
)
_OF_DRAWS = re.compile(  # of a posterior, of resamples
    r"\bquantile\s*+\(\s*+[^,()]{0,60}(?:post|boot|draws|chain|mcmc|samples|resampl|replic|sims?\b)[^,()]{0,60}"
    r"(?:\([^()]{0,60}\)[^,()]{0,40})?,\s*+(?:probs?\s*+=\s*+)?"
    r"c\(\s*+0?(\.\d{1,4})\s*+,(?:\s*+0?\.50?\s*+,)?\s*+0?(\.\d{1,4})\s*+\)",
    re.IGNORECASE,
)
_QUANTILES = re.compile(r"\bc\(\s*+0?\.0?25\s*+,(?:\s*+0?\.50?\s*+,)?\s*+0?\.975\s*+\)")  # ends of 95 per cent
_METRIC_SET = re.compile(r"\bmetric_set\s*+\(([^()#\n]{1,300})\)")
_SUMMARY = re.compile(r"\bsummaryFunction\s*+=\s*+((?:twoClass|multiClass|pr|default|mnLogLoss)Summary|mnLogLoss)\b")
_LONGEST_DATA = 80
_QUARTER = 0.25


def found_on(line: str, datasets: re.Pattern[str] | None) -> Iterator[Said]:
    """Of a line without its comment; `datasets` finds the data sets that attached packages bring."""
    yield from _packages(line)
    if "%" in line:
        bare = STRING.sub('""', line)
        yield from ((FactKind.SYMBOL, f"base::%{match[1]}%") for match in _OPERATOR.finditer(bare))
    yield from ((FactKind.STRUCTURE, shape) for shape in _shapes(line))
    yield from ((FactKind.SYMBOL, value) for value in _metrics(line))
    yield from ((FactKind.DATA, match[1]) for match in _DATA_CALL.finditer(line))
    if "::" in line:
        yield from ((FactKind.DATA, match[2]) for match in _HELD.finditer(line) if holds(match[1], match[2]))
    if datasets is not None:
        yield from ((FactKind.DATA, match[0]) for match in datasets.finditer(STRING.sub('""', line)))
    if '"' in line or "'" in line:
        yield from _strings(line)


def _packages(line: str) -> Iterator[Said]:
    by_string = "character.only" in line  # what is attached then is a variable, unless it is quoted
    for match in LIBRARY.finditer(line):
        if by_string and line[match.start(1) - 1] not in "\"'":
            continue
        if not any(string.start() < match.start() < string.end() for string in STRING.finditer(line)):
            yield FactKind.IMPORT, match[1]
    for match in SEVERAL.finditer(line):
        yield from ((FactKind.IMPORT, name) for name in re.findall(r"(?<![\w.])" + NAME + r"(?!\s*=)", match[1]))


def _strings(line: str) -> Iterator[Said]:
    reads = _READS.search(line) is not None
    for match in _TEXT.finditer(line):
        name = match[1].rpartition("/")[2]
        if 0 < len(name) <= _LONGEST_DATA and name.lower().endswith(_DATA_ENDS) and (reads or "." in name[1:]):
            yield FactKind.DATA, name
            if match[1].startswith("http") and (kept := kept_in(match[1])):
                yield FactKind.DATA, kept
        elif source := host(match[1]):
            yield FactKind.DATA, source
        elif surely_statement(match[1]):
            yield from ((FactKind.SQL, feature) for _, feature in features(match[1]))


def _shapes(line: str) -> Iterator[str]:
    if "is.na" in line and _HANDLED.search(line):
        yield "missing-values"
    of_tidy = "conf." in line and _INTERVAL_END.search(STRING.sub('""', line)) is not None
    if of_tidy or ("975" in line and _QUANTILES.search(line)) or ("quantile" in line and _holds_draws(line)):
        yield "interval-end"
    if ("grid" in line or "crossing" in line or "CJ" in line) and _GRID.search(line):
        yield "settings-grid"


def _holds_draws(line: str) -> bool:
    """Whether quantiles are asked for that leave as much of the draws out below as above, and not as much as half."""
    ends = _OF_DRAWS.search(line)
    return ends is not None and float(ends[1]) < _QUARTER and math.isclose(float(ends[1]) + float(ends[2]), 1)


def _metrics(line: str) -> Iterator[str]:
    """Functions of a package that are handed on by name to be called, or called on an object: metrics, gradients."""
    if "metric_set" in line:
        for match in _METRIC_SET.finditer(line):
            yield from (f"yardstick::{name}" for name in re.findall(NAME, match[1]))
    if "$" in line and (taken := _BACKWARD.search(line)):
        yield "torch::backward" if "backward" in taken[0] else "tensorflow::GradientTape"
    if "Summary" in line:
        yield from (f"caret::{match[1]}" for match in _SUMMARY.finditer(line))
