"""Lines taken from an earlier version are those that splitting the text gives; documents say the same either way."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.reading import readers
from collectors.reading.document import Rows, lines_of, rows_of

_FEW = st.lists(st.sampled_from([b"a", b"b", b"\n", b" "]), max_size=30).map(b"".join)
_PADDING = b"".join(b"line %d\n" % number for number in range(400))  # enough to be worth sharing
_LINES = (
    b"```{r}", b"```", b"````", b"  ```{python}", b"```{sql}", b"library(dplyr)", b"x <- lm(y ~ z, data = d)",
    b"import numpy as np", b"np.dot(a, b)", b"prose", b"", b"/* a comment", b"*/", b'x = """', b"const a = 1;",
)  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_LINES), max_size=25).map(lambda lines: b"\n".join(lines) + b"\n")


@given(_FEW, _FEW, _FEW, _FEW)
def test_rows_shared(begin: bytes, old: bytes, new: bytes, end: bytes) -> None:
    for first, last in ((_PADDING, b""), (b"", _PADDING), (_PADDING, _PADDING)):
        before = rows_of(first + begin + old + end + last, None)
        rows = rows_of(first + begin + new + end + last, before)
        assert rows.lines == lines_of(rows.text)
        assert rows.lines[: rows.head] == before.lines[: rows.head]
        assert rows.lines[len(rows.lines) - rows.tail :] == before.lines[len(before.lines) - rows.tail :]
        assert rows.head + rows.tail <= min(len(rows.lines), len(before.lines))
        assert rows.head + rows.tail >= 398  # the padding is not split anew


def test_rows_of_short_texts() -> None:
    assert rows_of(b"a\nb", Rows(b"a\n", [b"a"])) == Rows(b"a\nb", [b"a", b"b"])


@given(_TEXTS, _TEXTS, _TEXTS, _TEXTS, st.sampled_from([b"", b"```{r}\n", b"```\n"]))
def test_documents_reopened(begin: bytes, old: bytes, new: bytes, end: bytes, opening: bytes) -> None:
    """What was opened with an earlier version beside it says what it says alone."""
    endings = {"r-markdown": "a.Rmd", "r": "a.R", "python": "a.py", "javascript": "a.js", "sql": "a.sql"}
    for name, path in endings.items():
        reader = readers()[name]
        first, second = (opening + _PADDING + begin + text + end + _PADDING for text in (old, new))
        alone = reader.open(second, path, frozenset())
        beside = reader.open(second, path, frozenset(), reader.open(first, path, frozenset()))
        assert beside.lines == alone.lines
        assert beside.facts(None) == alone.facts(None)
