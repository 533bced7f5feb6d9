"""Groups that are repeated possessively find the same on every Python."""

from __future__ import annotations

import pytest

from collectors.reading.patterns import compiled


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        pytest.param(r"(?:\s?-x)*+( y)", "-x -x y", "-x -x y", id="the last round fails half way"),
        pytest.param(r'"(?:[^"]|"(?!"))*+""', '"a"b""', '"a"b""', id="a look ahead fails"),
        pytest.param(r"(?:/\w)++(/)", "/a/b/", "/a/b/", id="once at least"),
    ],
)
def test_a_round_that_fails_gives_back_what_it_took(pattern, text, found):
    match = compiled(pattern).match(text)
    assert match is not None
    assert match[0] == found
