"""A reply's body within so many bytes and seconds, and waiting that can be ended."""

from __future__ import annotations

import gzip
import time
from io import BytesIO

import pytest
import requests
import urllib3

from collectors.pausing import Stopped, pause
from collectors.replies import BLOCK, ReplyTooLarge, pour, read_text


def reply(body, encoding=""):
    found = requests.Response()
    raw = body if hasattr(body, "read") else BytesIO(body)
    headers = {"Content-Encoding": encoding} if encoding else {}
    found.raw = urllib3.HTTPResponse(raw, headers, 200, preload_content=False)
    return found


class Slow(BytesIO):
    """Always a little more, in a while."""

    def read1(self, size=-1):  # noqa: ARG002 - the signature of a file
        time.sleep(0.02)
        return b"x"

    read = read1


@pytest.mark.parametrize(
    ("body", "encoding", "text"),
    [
        (b"", "", ""),
        ("grün".encode(), "", "grün"),
        (b"\xff!", "", "\ufffd!"),
        (gzip.compress(b"packed"), "gzip", "packed"),
        (b"x" * 3 * BLOCK, "", "x" * 3 * BLOCK),
    ],
    ids=["empty", "text", "no text", "packed", "long"],
)
def test_reply_is_read_whole(body, encoding, text):
    assert read_text(reply(body, encoding), 4 * BLOCK, 10) == text


def test_size_is_that_of_what_is_unpacked():
    packed = gzip.compress(b"0" * (1 << 20))
    assert len(packed) < 2_000
    with pytest.raises(ReplyTooLarge):
        read_text(reply(packed, "gzip"), 1 << 19, 10)
    assert len(read_text(reply(packed, "gzip"), 1 << 20, 10)) == 1 << 20


def test_what_never_ends_is_left():
    made = BytesIO()
    with pytest.raises(requests.Timeout):
        pour(reply(Slow()), made, 1 << 20, 0.1)
    assert len(made.getvalue()) < 20


def test_what_is_broken_is_no_answer():
    with pytest.raises(requests.ConnectionError):
        read_text(reply(b"no gzip at all", "gzip"), 1 << 20, 10)


class Asked:
    """A run that is asked to stop after so many looks."""

    def __init__(self, looks):
        self.looks = looks

    def stopping(self):
        self.looks -= 1
        return self.looks < 0


def test_waiting_ends_when_the_person_wants_it():
    began = time.monotonic()
    with pytest.raises(Stopped):
        pause(Asked(1), 60)
    assert time.monotonic() - began < 30
    pause(Asked(0), 0)
    pause(Asked(9), 0.05)
