"""Samples of taxonomy entries, read by the real readers."""

from __future__ import annotations

from collectors.reading import reader_for
from data.models import Fact, FactKind
from data.taxonomy import Entry, Matcher
from data.taxonomy.compiling import compile_entries, split_fact

FACTS = "facts"
PATHS = {
    "python": "work.py", "r": "work.R", "sql": "work.sql", "scala": "Work.scala", "java": "Work.java",
    "kotlin": "Work.kt", "julia": "work.jl", "javascript": "work.js", "typescript": "work.ts", "go": "work.go",
    "rust": "work.rs", "cpp": "work.cpp", "c": "work.c", "cuda": "work.cu", "lua": "work.lua", "html": "work.html",
}  # fmt: skip


def facts_of(text: str, path: str) -> list[Fact]:
    """Facts of a text as its reader makes them; at the path `facts` the text is facts, one a line."""
    if path == FACTS:
        parts = [split_fact(line) for line in text.splitlines() if line.strip()]
        return [Fact(FactKind(kind), value, language) for kind, language, value in parts]
    reader = reader_for(path)
    return reader.open(text.encode(), path, frozenset()).facts(None) if reader else []


def shown_by(entry: Entry, text: str, path: str) -> set[tuple[str, str]]:
    """What this entry alone shows of a text strongly; a condition that the text does not fulfil leaves nothing."""
    matcher = Matcher(compile_entries([entry]))
    found = [match for fact in facts_of(text, path) for match in matcher.match(fact.kind, fact.language, fact.value)]
    fulfilled = {match.subject for match in found if match.subject_kind == "condition"}
    return {
        (match.subject_kind, match.subject)
        for match in found
        if not match.weak and match.subject_kind in {"skill", "technology"} and match.needs in {"", *fulfilled}
    }


def sample_path(entry: Entry) -> str:
    return entry.sample_path or PATHS[entry.languages[0]]


def near_miss_path(entry: Entry) -> str:
    return entry.near_miss_path or sample_path(entry)
