"""Small files of our own, each with all that it shows: what a rule's sample is too short for, and what must not follow.

The first lines of a file in `corpus/` name every skill and technology that it shows; anything else is a failure.
Its name without `.txt` is its path, `__` for `/`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors import reading
from data.evidence import evidence_of
from data.taxonomy import load_taxonomy

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.txt"))
TAXONOMY = load_taxonomy()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_file_shows_what_it_says(path):
    first, second, text = path.read_text(encoding="utf-8").split("\n", 2)
    name = path.stem.replace("__", "/")
    expected = {}
    for line in (first, second):
        kind, _, ids = line.removeprefix("# ").partition(":")
        expected[kind] = set(ids.split())
    reader = reading.reader_for(name)
    assert reader is not None
    facts = reader.open(text.encode(), name, frozenset()).facts(None)
    found = [shown for shown in evidence_of([], facts, TAXONOMY) if not shown.weak]
    assert {shown.subject for shown in found if shown.subject_kind == "skill"} == expected["shows"]
    assert {shown.subject for shown in found if shown.subject_kind == "technology"} == expected["technologies"]
