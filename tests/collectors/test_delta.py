from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.delta import Bag, common_ends

LINES = st.lists(st.sampled_from([b"a", b"b", b" a", b"", b"c c"]), max_size=12)


def added(*changes):
    bag = Bag()
    for number, (old, new) in enumerate(changes):
        bag.change(number, old, new)
    return {owner: indexes for owner, indexes, _ in bag.added()}


CASES = {
    "new file": ([(None, [b"a", b"", b"b"])], {0: [0, 2]}),
    "deleted file": ([([b"a"], None)], {}),
    "line between": ([([b"a", b"c"], [b"a", b"b", b"c"])], {0: [1]}),
    "indented anew": ([([b"a"], [b"    a"])], {}),
    "moved within": ([([b"a", b"b", b"c"], [b"c", b"a", b"b"])], {}),
    "moved between files": ([([b"a", b"b"], [b"a"]), ([b"x"], [b"x", b"b"])], {}),
    "moved twice is once new": ([([b"a"], None), (None, [b"a", b"a"])], {1: [1]}),
    "the same line again": ([([b"a"], [b"a", b"a"])], {0: [1]}),
    "inner white space": ([([b"f(a, b)"], [b"f(a,b)"])], {}),
}


@pytest.mark.parametrize("name", CASES)
def test_added(name):
    changes, expected = CASES[name]
    assert added(*changes) == expected


@given(LINES, LINES)
def test_common_ends_are_common_and_longest(old, new):
    head, tail = common_ends(old, new)
    assert old[:head] == new[:head]
    assert old[len(old) - tail :] == new[len(new) - tail :]
    assert head + tail <= min(len(old), len(new))
    if head + tail < min(len(old), len(new)):
        assert old[head] != new[head]


@given(st.lists(st.tuples(st.one_of(st.none(), LINES), LINES), max_size=4))
def test_added_is_the_difference_of_bags(changes):
    """Added lines are as many as a plain difference of all lines says, wherever they are placed."""
    before = Counter(line.replace(b" ", b"") for old, _ in changes for line in old or ())
    after = Counter(line.replace(b" ", b"") for _, new in changes for line in new)
    expected = sum(count for line, count in (after - before).items() if line)
    assert sum(len(indexes) for indexes in added(*changes).values()) == expected


@given(st.lists(st.tuples(LINES, LINES), max_size=4))
def test_there_and_back_adds_what_was_taken(changes):
    forth = Bag()
    for number, (old, new) in enumerate(changes):
        forth.change(number, old, new)
    brought = Counter(key for _, _, keys in forth.added() for key in keys)
    back = Bag()
    for number, (old, new) in enumerate(changes):
        back.change(number, new, old)
    back.added()
    assert Counter(back.removed()) == brought
