"""SQL in strings: which statements and features a text asks of a database."""

from __future__ import annotations

import re

_LONGEST = 50_000
_STARTS = re.compile(
    r"[\s(]*+(?:--[^\n]*+\s*+){0,5}(?:select|insert|update|delete|create|with|merge|copy|drop|alter|truncate|explain)\b",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"[\s(]*+(?:--[^\n]*+\s*+){0,5}(?:"
    r"select\b[^;]{0,4000}?\bfrom\b|insert\s++(?:or\s++\w{1,10}+\s++)?into\b|update\s++[\w.\"`\[\]]{1,100}+\s++set\b"
    r"|delete\s++from\b|create\s++(?:or\s++replace\s++)?(?:\w{1,20}+\s++){0,3}?(?:table|view|index|database|schema|function)\b"
    r"|with\s++(?:recursive\s++)?\w{1,80}+\s++as\s*+\(|merge\s++into\b|copy\s++[\w.\"]{1,100}+\s[^;]{0,400}?\b(?:from|to)\b"
    r"|drop\s++(?:table|view|index|database|schema)\b|alter\s++table\b|truncate\s++table\b)",
    re.IGNORECASE,
)
_FEATURES = re.compile(
    r"\b(?:(?P<join>join)|(?P<window>over\s*+\()|(?P<groupby>group\s++by)|(?P<select>select)"
    r"|(?P<cte>with\s++(?:recursive\s++)?\w{1,80}+\s++as\s*+\()|(?P<insert>insert\s++(?:or\s++\w{1,10}+\s++)?into)"
    r"|(?P<create>create\s++(?:or\s++replace\s++)?(?:temp(?:orary)?\s++|external\s++|unlogged\s++)?table)"
    r"|(?P<view>create\s++(?:or\s++replace\s++)?(?:materialized\s++)?view)|(?P<index>create\s++(?:unique\s++)?index)"
    r"|(?P<update>update\s++[\w.\"`\[\]{}]{1,100}+\s++set)|(?P<delete>delete\s++from)|(?P<merge>merge\s++into)"
    r"|(?P<copy>copy\s++[\w.\"{}]{1,100}+\s)|(?P<alter>alter\s++table)|(?P<union>union))",
    re.IGNORECASE,
)
_NAMES = {
    "groupby": "group-by",
    "create": "create-table",
    "view": "create-view",
    "index": "create-index",
    "alter": "alter-table",
}


def starts_statement(text: str) -> bool:
    """Enough for a text that is handed to a database call."""
    return _STARTS.match(text) is not None


def surely_statement(text: str) -> bool:
    """Enough for a text whose use is not seen."""
    return _SURE.match(text[:_LONGEST]) is not None


def features(text: str) -> list[tuple[int, str]]:
    """(line offset, feature) of each statement and clause of note, in order."""
    found, line, at = [], 0, 0
    for match in _FEATURES.finditer(text[:_LONGEST]):
        line += text.count("\n", at, match.start())
        at = match.start()
        name = match.lastgroup or ""
        found.append((line, _NAMES.get(name, name)))
    return found
