"""A reply's body, read in bounds: so many bytes once unpacked, and so long."""

from __future__ import annotations

import time
from io import BytesIO
from typing import IO, TYPE_CHECKING

import requests
import urllib3

if TYPE_CHECKING:
    from requests import Response

PER_REPLY = 6.0  # a reply may take this many times the timeout of one read
BLOCK = 1 << 16


class ReplyTooLarge(requests.RequestException):
    """A reply beyond any that the interface has."""


def read_text(reply: Response, most: int, seconds: float) -> str:
    """Return what was sent, unpacked; raises requests.RequestException."""
    body = BytesIO()
    pour(reply, body, most, seconds)
    return body.getvalue().decode("utf-8", "replace")


def pour(reply: Response, to: IO[bytes], most: int, seconds: float) -> None:
    """Write what was sent, unpacked; raises requests.RequestException."""
    deadline = time.monotonic() + seconds
    size = 0
    try:
        while block := reply.raw.read1(BLOCK, decode_content=True):  # what is there, however little
            size += len(block)
            if size > most:
                raise ReplyTooLarge("the reply is too large")
            if time.monotonic() > deadline:
                raise requests.Timeout("the reply takes too long")
            to.write(block)
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError(type(error).__name__) from None
