"""A reply's text, read in bounds: so many bytes once unpacked, and so long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import requests
import urllib3

if TYPE_CHECKING:
    from requests import Response

LARGEST = 16 << 20  # bytes: a hundred posts are some 100 kB
PER_REPLY = 6.0  # a reply may take this many times the timeout of one read
BLOCK = 1 << 16


class ReplyTooLarge(requests.RequestException):
    """A reply beyond any that the interface has."""


def read_text(reply: Response, timeout: float) -> str:
    """Return what was sent, unpacked; raises requests.RequestException."""
    deadline = time.monotonic() + PER_REPLY * timeout
    body = bytearray()
    try:
        while block := reply.raw.read1(BLOCK, decode_content=True):
            body += block
            if len(body) > LARGEST:
                raise ReplyTooLarge("the reply is too large")
            if time.monotonic() > deadline:
                raise requests.Timeout("the reply takes too long")
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError(type(error).__name__) from None
    return body.decode("utf-8", "replace")
