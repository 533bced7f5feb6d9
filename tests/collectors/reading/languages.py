"""What the reader of a file finds in a text."""

from __future__ import annotations

from collectors.reading import reader_for


def read(path, text, wanted=None):
    data = text.encode() if isinstance(text, str) else text
    reader = reader_for(path)
    assert reader is not None, path
    return reader.open(data, path, frozenset()).facts(wanted)


def said(path, text, *kinds, wanted=None):
    """{(line, value)} of the kinds asked for."""
    return {(fact.line, fact.value) for fact in read(path, text, wanted) if str(fact.kind) in kinds}
