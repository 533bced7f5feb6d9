"""Reading small texts in tests."""

from __future__ import annotations

import json
import textwrap

from collectors.reading import reader_for
from data.models import Fact, FactKind


def read(text: str | bytes, path: str = "module.py", own: frozenset[str] = frozenset(), wanted=None) -> list[Fact]:
    reader = reader_for(path)
    assert reader is not None
    data = textwrap.dedent(text).encode() if isinstance(text, str) else text
    return reader.open(data, path, own).facts(wanted)


def values(facts: list[Fact], kind: FactKind) -> set[str]:
    return {fact.value for fact in facts if fact.kind is kind}


def placed(facts: list[Fact]) -> set[tuple[str, str, str, int]]:
    """Facts without their counts, languages left out (they are counts)."""
    return {(f.kind.value, f.value, f.path, f.line) for f in facts if f.kind is not FactKind.LANGUAGE}


def notebook(*cells: str | tuple[str, str], **metadata: object) -> bytes:
    """A notebook of format 4; a cell is code, or (type, text)."""
    rows = [("code", cell) if isinstance(cell, str) else cell for cell in cells]
    made = [
        {"cell_type": kind, "source": text.splitlines(keepends=True), "outputs": [], "metadata": {}}
        for kind, text in rows
    ]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}).encode()
