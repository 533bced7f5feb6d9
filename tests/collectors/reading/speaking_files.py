"""Files that speak by their name, read for a test."""

from __future__ import annotations

from collectors.reading import reader_for


def read(path, text, wanted=None):
    reader = reader_for(path)
    assert reader is not None, path
    return reader.open(text.encode(), path, frozenset()).facts(wanted)


def said(path, text, *kinds, wanted=None):
    return {(fact.line, fact.value) for fact in read(path, text, wanted) if str(fact.kind) in kinds}
