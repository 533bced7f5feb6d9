"""Rows out of files of any size: what is found, what is skipped, and how little is held."""

from __future__ import annotations

import csv
import gzip
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.kaggle import metafiles
from collectors.kaggle.metafiles import Malformed, Wanted, find, rows

WANTED = Wanted("Kernels", ("Id", "Title"), "AuthorUserId", frozenset({"7"}))


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def found(path: Path, wanted: Wanted = WANTED) -> list[dict[str, str]]:
    return list(rows(path, wanted))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Id,AuthorUserId,Title\n1,7,a\n2,8,b\n3,7,c\n", ["1", "3"]),
        ("\ufeffId,AuthorUserId,Title\r\n1,7,a\r\n2,77,b\r\n", ["1"]),
        ("Title,Id,AuthorUserId\nx,1.0,7.0\n", ["1"]),
        ('Id,AuthorUserId,Title\n1,7,"two\nlines, ""quoted"""\n2,7,b\n', ["1", "2"]),
        ('Id,AuthorUserId,Title\n1,8,"says\n9,7,no"\n2,7,b\n', ["2"]),
        ("Id,AuthorUserId,Title\n1,7\n2\n\n3,7,c,more,cells\n", ["1", "3"]),
        ("Id,AuthorUserId,Title\n1,7,a\0b\n", ["1"]),
        ("Id,AuthorUserId,Title\n1,7,last", ["1"]),
        ("Id,AuthorUserId,Title\n", []),
        ("id,authoruserid\n1,7\n", ["1"]),
    ],
    ids=["plain", "bom", "floats", "multi-line", "row-in-quotes", "ragged", "nul", "no-end", "empty", "case"],
)
def test_wanted_rows_are_found(tmp_path, text, ids):
    assert [row["Id"] for row in found(written(tmp_path / "Kernels.csv", text))] == ids


def test_missing_column_is_empty_and_needed_one_is_told(tmp_path):
    path = written(tmp_path / "Kernels.csv", "Id,AuthorUserId\n1,7\n")
    assert found(path) == [{"Id": "1", "Title": ""}]
    with pytest.raises(Malformed, match="no column"):
        found(written(tmp_path / "Kernels.csv", "Id,Other\n1,7\n"))
    with pytest.raises(Malformed, match="no columns"):
        found(written(tmp_path / "Kernels.csv", ""))


def test_names_are_found_whatever_their_case(tmp_path):
    path = written(tmp_path / "Users.csv", "Id,UserName\n1,ADA\n2,adam\n")
    assert found(path, Wanted("Users", ("Id",), "UserName", frozenset({"Ada"}), folded=True)) == [{"Id": "1"}]


@pytest.mark.parametrize("ending", ["zip", "gz"])
def test_packed_files_are_read(tmp_path, ending):
    text = b"Id,AuthorUserId,Title\n1,7,a\n"
    if ending == "gz":
        (tmp_path / "KERNELS.csv.gz").write_bytes(gzip.compress(text))
    else:
        with zipfile.ZipFile(tmp_path / "kernels.CSV.zip", "w") as archive:
            archive.writestr("Kernels.csv", text)
    path = find(tmp_path, "Kernels")
    assert path is not None
    assert [row["Id"] for row in found(path)] == ["1"]


@pytest.mark.parametrize("name", ["Kernels.csv.zip", "Kernels.csv.gz"])
def test_packed_file_that_is_none_is_told(tmp_path, name):
    with pytest.raises(Malformed):
        found(written(tmp_path / name, "Id,AuthorUserId\n1,7\n"))


def test_damaged_file_is_read_or_told(tmp_path):
    """Whatever byte was lost on the way: rows, or a sentence."""
    text = b"Id,AuthorUserId,Title\n" + b"".join(b"%d,%d,title %d\n" % (n, n % 9, n * n) for n in range(900))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Kernels.csv", text)
    refused = 0
    for name, whole in (("Kernels.csv.zip", held.getvalue()), ("Kernels.csv.gz", gzip.compress(text))):
        for at in range(0, len(whole), 7):
            (tmp_path / name).write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
            try:
                found(tmp_path / name)
            except (Malformed, OSError, EOFError):
                refused += 1
    assert refused


def test_nothing_is_found_where_nothing_is(tmp_path):
    assert find(tmp_path, "Users") is None
    assert find(tmp_path / "nowhere", "Users") is None


CELLS = st.text(st.sampled_from('ab7,"\n\r '), max_size=6)


@given(st.lists(st.tuples(st.sampled_from(["7", "8", "77", "7.0"]), CELLS), max_size=40), st.integers(8, 64))
def test_blocks_cut_nothing(tmp_path_factory, lines, size):
    """However small the blocks, the rows are those that a reader of the whole file finds."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["AuthorUserId", "Title"])
    writer.writerows(lines)
    path = tmp_path_factory.mktemp("meta") / "Kernels.csv"
    path.write_bytes(text.getvalue().encode())
    wanted = Wanted("Kernels", ("Title",), "AuthorUserId", frozenset({"7"}))
    expected = [title.strip() for author, title in lines if author.removesuffix(".0") == "7"]
    titles = [metafiles.plain(row["Title"]) for row in rows(path, wanted, size=size)]
    assert titles == [metafiles.plain(title) for title in expected]


def test_quote_that_never_ends_is_left_behind(tmp_path):
    """What follows it within bounds is lost, nothing else."""
    filler = "8,x\n" * 200
    text = 'AuthorUserId,Title\n7,first\n8,"never closed\n' + filler * 30_000 + "7,last\n"
    path = written(tmp_path / "Kernels.csv", text)
    titles = [row["Title"] for row in rows(path, Wanted("Kernels", ("Title",), "AuthorUserId", frozenset({"7"})))]
    assert titles == ["first", "last"]


MEASURED = """
import resource, sys
from pathlib import Path
from collectors.kaggle.metafiles import Wanted, rows
wanted = Wanted("KernelVersions", ("Id", "Title"), "AuthorUserId", frozenset(sys.argv[2].split(",")))
list(rows(Path(sys.argv[1]).with_name("Small.csv"), wanted))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = []
found = list(rows(Path(sys.argv[1]), wanted, lambda done, total: told.append((done, total))))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(len(found), after - before, len(told), told[-1][0] == told[-1][1])
"""


@pytest.mark.parametrize("who", ["123456789", "123456789,987654321"], ids=["one", "several"])
def test_memory_stays_small_over_ten_million_rows(tmp_path, who):
    """Ten million rows as a pipe would give them: a sparse repetition, wanted ones at both ends and in the middle."""
    block = b"".join(b'%d,55,2024,"a title, of\nsomebody"\n' % number for number in range(10_000))
    mine = b"1,123456789,2024,mine\n"
    count = 1000 if "," not in who else 60  # several values are slower: every row is taken apart
    path = tmp_path / "KernelVersions.csv"
    with path.open("wb") as file:
        file.write(b"Id,AuthorUserId,CreationDate,Title\n" + mine)
        for number in range(count):
            file.write(block)
            if number == count // 2:
                file.write(mine)
        file.write(mine)
    written(tmp_path / "Small.csv", "Id,AuthorUserId,CreationDate,Title\n" + "1,2,3,4\n" * 300_000)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), who],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(metafiles.__file__).parents[2],
    )
    path.unlink()
    number, grown, told, ended = done.stdout.split()
    assert number == "3"
    assert int(grown) < 24_000  # kB
    assert int(told) > 10
    assert ended == "True"
