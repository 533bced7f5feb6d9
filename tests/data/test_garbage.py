"""Work without looks for garbage, and what is left of it."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

import pytest

from data.garbage import without_garbage


@pytest.fixture(autouse=True)
def collecting():
    gc.enable()
    yield
    gc.enable()


def test_nothing_is_looked_for_meanwhile():
    with without_garbage():
        assert not gc.isenabled()
        with without_garbage():
            pass
        assert not gc.isenabled()  # the outer one is not done
    assert gc.isenabled()


def test_an_error_ends_it():
    with pytest.raises(ZeroDivisionError), without_garbage():
        _ = 1 // 0
    assert gc.isenabled()


def test_what_it_leaves_is_old_and_still_found_as_garbage():
    class Node:
        pass

    with without_garbage():
        kept = [Node() for _ in range(100)]
        lost = Node()
        lost.self = lost
    assert not gc.get_freeze_count()
    young = {id(one) for generation in (0, 1) for one in gc.get_objects(generation)}
    assert young.isdisjoint(map(id, kept))
    gone = threading.Event()
    Node.__del__ = lambda _: gone.set()
    del lost
    gc.collect()
    assert gone.is_set()
    del Node.__del__


def test_what_a_process_settled_with_is_looked_over_no_more():
    """In a process of its own, since it holds for good."""
    code = """
import gc
from data.garbage import settle, without_garbage
settle()
count = gc.get_freeze_count()
with without_garbage():
    made = [[] for _ in range(1000)]
print(count > 1000, 0 <= count - gc.get_freeze_count() < 100)  # some of it was let go of
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True", "True"]


def test_off_stays_off():
    gc.disable()
    with without_garbage():
        pass
    assert not gc.isenabled()
