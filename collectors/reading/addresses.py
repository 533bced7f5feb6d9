"""What the names in texts say of data: files by their ending, and the hosts that data come from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDS = (
    ".csv", ".tsv", ".json", ".jsonl", ".parquet", ".avro", ".orc", ".xlsx", ".xls", ".arff", ".data", ".dat",
    ".libsvm", ".geojson", ".shp", ".arrow", ".h5", ".npy", ".npz", ".wav", ".mat", ".pb", ".onnx", ".tflite",
)  # fmt: skip
_LONGEST = 80
_HOST = re.compile(r"https?://(?![^/]{0,200}@)([\w.-]{4,80})(?=[:/?#]|\Z)")  # no user, no token
_SOCIAL = re.compile(
    r"(?:www\.|m\.)?(?:twitter|x|facebook|linkedin|instagram|github|youtube|reddit|t|telegram)\.(?:com|me|co)"
)
_PLUMBING = re.compile(  # where code, pages and standards live, not what they are about
    r"(?:[\w-]+\.)*(?:githubusercontent\.com|github\.(?:com|io)|gitlab\.com|apache\.org|w3\.org|googleapis\.com|amazonaws\.com"
    r"|windows\.net|example\.(?:com|org)|localhost|maven\.org|jitpack\.io|docker\.io|schema\.org|purl\.org|cran\.r-project\.org)"
)

_KEPT = re.compile(
    r"https?://(?:raw\.githubusercontent\.com/[\w.-]{1,60}/([\w.-]{3,60})/|github\.com/[\w.-]{1,60}/([\w.-]{3,60})/(?:raw|blob)/)"
)


def file_name(text: str) -> str:
    """The name of a data file that a text ends in; "" when it is none."""
    name = text.partition("?")[0].rpartition("/")[2]
    return name if name.lower().endswith(_ENDS) and "." in name[1:] and len(name) <= _LONGEST else ""


def host(text: str) -> str:
    """The host of an address that a text begins with, when it may be one that data come from."""
    match = _HOST.match(text)
    if match is None or _SOCIAL.fullmatch(match[1]) or _PLUMBING.fullmatch(match[1]):
        return ""
    return match[1]


def kept_in(text: str) -> str:
    """The repository of a forge that an address takes a file from, which tells what it is about: `covid-19-data`."""
    match = _KEPT.match(text)
    return (match[1] or match[2]) if match is not None else ""


def data_names(text: str) -> Iterator[str]:
    """The file, else the host, that a text names."""
    if name := file_name(text) or host(text):
        yield name
