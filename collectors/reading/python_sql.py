"""SQL in strings: which statements and features a text asks of a database."""

from __future__ import annotations

import re

from collectors.reading import sql
from data.models import FactKind

_LONGEST = 50_000
_STARTS = re.compile(
    r"[\s(]*+(?:--[^\n]*+\s*+){0,5}(?:select|insert|update|delete|create|with|merge|copy|drop|alter|truncate|explain)\b",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"[\s(]*+(?:--[^\n]*+\s*+){0,5}(?:"
    r"select\b[^;]{0,4000}?\bfrom\b|insert\s++(?:or\s++\w{1,10}+\s++)?into\b|update\s++[\w.\"`\[\]]{1,100}+\s++set\b"
    r"|delete\s++from\b|create\s++(?:or\s++replace\s++)?(?!(?:an?|the|your|this|each|one)\b)(?:\w{1,20}+\s++){0,3}?"
    r"(?:table|view|index|database|schema|function)\s++(?:[\w\"`'\[{$%:<]|\Z)|with\s++(?:recursive\s++)?\w{1,80}+\s++as\s*+\(|merge\s++into\b"
    r"|copy\s++(?:into\b|\(\s*+select\b|[\w.\"]{1,100}+\s[^;]{0,400}?\b(?:from|to)\b)"
    r"|drop\s++(?:table|view|index|database|schema)\b|alter\s++table\b|truncate\s++table\b)",
    re.IGNORECASE,
)
_WORDS = re.compile(  # Select a plan from the menu; Select from predefined scenarios
    r"\s*+select\s++(?:(?:an?|the|your|one|any|which|some|this|these|only|multiple|several|up|between|at)\s++(?!from\b|as\b)[a-z]"
    r"|from\s++[a-z]++\s++(?!where\b|join\b|order\b|group\b|limit\b|as\b|inner\b|left\b)[a-z]"
    r"|[^;]{0,300}?\bfrom\s++(?:the|an|your|this|these|those|our|my|below|above)\s)"
    r"|\s*+select\s++(?:[a-z]++\s++){1,6}?(?:to|for|of|which|that|with|by)\s++(?:[a-z]++\s++){0,6}?from\b"
    r"|\s*+copy\s++(?:an?|the|your|this|these|all|and)\s",
    re.IGNORECASE,
)


def starts_statement(text: str) -> bool:
    """Enough for a text that is handed to a database call."""
    return _STARTS.match(text) is not None


def surely_statement(text: str) -> bool:
    """Enough for a text whose use is not seen."""
    return _SURE.match(text[:_LONGEST]) is not None and _WORDS.match(text) is None


def features(text: str) -> list[tuple[int, str]]:
    """(line offset, feature) of each statement and clause of note, as the reader of SQL files finds them."""
    facts = sql.READERS[0].open(text[:_LONGEST].encode("utf-8", "replace"), "", frozenset()).facts(None)
    return [(fact.line - 1, fact.value) for fact in facts if fact.kind is FactKind.SQL]
