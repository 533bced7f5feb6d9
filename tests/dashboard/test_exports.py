"""Exported files: the page, a résumé, an Open Badge draft, tables; valid, of the agreed size, written whole or not at all."""

import csv
import json
import re
import time
from base64 import b64encode
from contextlib import suppress
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

import jsonschema
import pytest

from dashboard.exports import formats, openbadge, printing, resume, static, tables
from dashboard.exports.writing import MEMORY, write
from data import frames, published, sharing
from data.errors import NotUsable, TryLater
from tests.dashboard.building import make_app
from tests.dashboard.leaking import link

SCHEMAS = Path(__file__).with_name("schemas")
AS_OF = date(2026, 3, 1)
ADDRESS = "https://ada.github.io/portfolio/"


@pytest.fixture(scope="module")
def found(filled_store, taxonomy):
    shown = published.portfolio(filled_store, taxonomy, link(filled_store, taxonomy), AS_OF)
    return replace(shown, person="Ada Lovelace")


def validate(value, name):
    schema = json.loads((SCHEMAS / name).read_text())
    validator = jsonschema.validators.validator_for(schema)
    validator(schema, format_checker=validator.FORMAT_CHECKER).validate(value)


def test_the_file_is_the_page_that_is_served(own_store, taxonomy, tmp_path):
    chosen, token = sharing.create(own_store, link(own_store, taxonomy))
    app = make_app(own_store, taxonomy, tmp_path)
    served = app.server.test_client().get(f"/p/{token}").text
    shown = app.site.public.portfolios.of(chosen).portfolio
    address = f"http://localhost/p/{token}"
    for made in (static.one_file(shown, address=address), static.folder(shown, address=address)["index.html"].decode()):
        assert body_of(made) == body_of(served)
        assert "</main>" in body_of(made)
    assert about(served) == about(static.folder(shown, address=address)["index.html"].decode())


def body_of(page):
    return page[page.index("<body>") :]


def about(page):
    return re.findall(r"<title>.*?</title>|<meta (?:name|property)=[^>]*>|<link rel=\"canonical\"[^>]*>", page)


def test_the_file_holds_all_it_needs_and_allows_no_more(found):
    page = static.one_file(found)
    head = page[: page.index("<body>")]
    assert not re.search(r"""<link[^>]*href="(?!data:)|src=|url\(""", head)
    assert not re.search(r"<(?:img|iframe|object|embed)|\sstyle=|\son\w+=", page)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        text = re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1]
        mark = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{mark}'" in policy


def test_budgets_of_size(found):
    assert len(static.one_file(found).encode()) < 300_000  # the budget of a page without script holds with it, too
    assert len(static.one_file(found, script=False)) < len(static.one_file(found))
    assert "<script" not in static.one_file(found, script=False)
    assert sum(map(len, static.folder(found).values())) < 1_500_000


def test_a_site_is_ready_for_github_pages(found):
    files = static.folder(found, address=ADDRESS)
    assert set(files) == {"index.html", "404.html", "preview.png", ".nojekyll"}
    page = files["index.html"].decode()
    assert f'<link rel="canonical" href="{ADDRESS}">' in page
    assert f'<meta property="og:image" content="{ADDRESS}preview.png">' in page
    assert not re.search(r'(?:href|src)="/', page)  # it may stand in any folder
    assert not re.search(r'(?:href|src)="[^"d#]', files["404.html"].decode())  # shown at any depth
    assert 'rel="canonical"' not in static.folder(found)["index.html"].decode()


@pytest.mark.parametrize("found_by_search", [True, False])
def test_search_engines_are_told(found, found_by_search):
    page = static.one_file(replace(found, findable=found_by_search))
    assert ('name="robots"' not in page) is found_by_search


@pytest.mark.parametrize(
    "address", ["ada.github.io", "ftp://a.example/", "https://u:p@a.example/", "https://a.example/?x"]
)
def test_addresses_that_are_none(address):
    with pytest.raises(NotUsable):
        static.checked_address(address)
    assert static.checked_address("https://a.example/x") == "https://a.example/x/"


def test_the_resume_is_valid_and_says_what_is_proven(found):
    made = resume.resume(found, address=ADDRESS)
    validate(made, "json-resume.json")
    assert made["basics"]["name"] == "Ada Lovelace"
    skills = {skill["name"]: skill for skill in made["skills"]}
    assert skills["NumPy"] == {"name": "NumPy", "level": "applied", "keywords": ["Programming"]}
    assert {skill["level"] for skill in made["skills"][:-1]} <= {"tried", "practised", "applied", "sustained"}
    churn = made["projects"][0]
    assert (churn["name"], churn["url"], churn["startDate"]) == ("churn", "https://github.com/ada/churn", "2022-01-08")
    assert made["projects"][-1]["roles"] == ["Contributor"]
    assert not {"work", "education", "volunteer", "awards", "references"} & set(made)  # nothing that is not known
    assert "email" not in made["basics"]


def test_a_resume_without_anything_is_valid(empty_store, taxonomy):
    nothing = published.portfolio(empty_store, taxonomy, link(empty_store, taxonomy), AS_OF)
    validate(resume.resume(nothing), "json-resume.json")
    assert set(resume.resume(nothing)) == {"$schema", "basics", "meta"}


def test_the_schema_would_refuse(found):
    wrong = resume.resume(found)
    wrong["projects"][0]["startDate"] = "8 Jan 2022"
    with pytest.raises(jsonschema.ValidationError):
        validate(wrong, "json-resume.json")


@pytest.mark.parametrize("which", ["everything", "one area"])
def test_the_open_badge_is_valid_and_says_that_it_is_unsigned(found, which):
    made = openbadge.credential(found, found.areas[0] if which == "one area" else None, address=ADDRESS)
    validate(made, "openbadge.json")
    assert "proof" not in made
    assert "self-asserted, unsigned" in made["name"]
    assert "vouched for by nobody" in made["description"]
    assert made["issuer"]["id"] == made["credentialSubject"]["id"] == ADDRESS
    described = {one["id"]: one for one in made["credentialSubject"]["achievement"]["resultDescription"]}
    for result in made["credentialSubject"]["result"]:
        assert result["value"] in described[result["resultDescription"]]["allowedValue"]
    assert all(one["id"].startswith("https://github.com/") for one in made["evidence"])
    assert made == openbadge.credential(found, found.areas[0] if which == "one area" else None, address=ADDRESS)


def test_the_table_holds_what_the_page_links_to(found):
    rows = tables.proven(found)
    read = list(csv.DictReader(StringIO(tables.as_csv(rows, tables.PROVEN).decode())))
    assert sum(bool(row["url"]) for row in read) == found.summary.proofs
    assert {row["skill"] for row in read} == {s.name for area in found.areas for s in area.skills if s.level}
    first = read[0]
    assert (first["area"], first["level_name"], first["project"]) == ("Mathematics", "applied", "churn")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first["day"])


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\tx", "\nx", " =1", "＝1"])
def test_no_cell_is_a_formula(text):
    made = tables.as_csv([{"a": text, "b": -1}], ("a", "b")).decode()
    [row] = list(csv.DictReader(StringIO(made)))
    assert row == {"a": f"'{text}", "b": "-1"}


def test_everything_is_everything(filled_store, taxonomy):
    found = tables.Everything(filled_store, taxonomy)
    rows = list(found)
    assert len(found) == len(rows) == len(frames.evidence_days(filled_store))
    order = [(row["day"], row["kind"], row["id"]) for row in rows]
    assert order == sorted(order)
    assert "payroll" in {row["project"] for row in rows if row["private"]}
    assert {row["kind"] for row in rows} == {"skill", "technology", "language"}
    assert set(rows[0]) == set(tables.EVERYTHING)
    assert next(row for row in rows if row["id"] == "numpy")["name"] == "NumPy"


def test_parquet_has_typed_columns_or_says_what_it_needs(found):
    rows = tables.proven(found)
    if not tables.can_write_parquet():
        with pytest.raises(NotUsable, match="-m pip install 'pyarrow"):
            tables.as_parquet(rows, tables.PROVEN)
        return
    from pyarrow import parquet  # noqa: PLC0415 - not installed everywhere

    assert parquet.read_table(BytesIO(tables.as_parquet([], tables.PROVEN))).num_rows == 0
    read = parquet.read_table(BytesIO(tables.as_parquet(rows, tables.PROVEN)))
    assert read.to_pylist() == rows
    assert str(read.schema.field("day").type) == "date32[day]"


@pytest.mark.parametrize("name", [each.id for each in formats.FORMATS if each.id != "pdf" and each.is_there(None)])
def test_equal_exports_are_equal(found, name):
    """But for the PDF, in which a browser writes the time."""
    once, twice = (formats.BY_ID[name].make(found, "", None) for _ in range(2))
    assert once == twice
    assert once


def test_archives_hold_the_files(found):
    names = ZipFile(BytesIO(formats.BY_ID["drawings"].make(found, "", None))).namelist()
    assert {"badge-all.svg", "badge-mathematics-dark.svg", "card-programming-light.svg"} <= set(names)
    assert "index.html" in ZipFile(BytesIO(formats.BY_ID["site"].make(found, "", None))).namelist()


def test_without_a_browser_it_is_said(found, tmp_path):
    with pytest.raises(NotUsable, match="SKILLFOLIO_BROWSER"):
        printing.pdf(found, None)
    assert printing.find_browser(tmp_path / "none") is None


@pytest.mark.parametrize(("script", "said"), [("echo no display >&2", "no display"), ("exit 3", "nothing")])
def test_a_browser_that_prints_nothing_is_told_of(found, tmp_path, script, said):
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\n{script}\n")
    browser.chmod(0o755)
    with pytest.raises(NotUsable, match=said):
        printing.pdf(found, str(browser))


def test_a_browser_that_hangs_is_ended_with_all_that_it_began(found, tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\nsleep 300 & echo $! > {tmp_path}/child\nwait\n")
    browser.chmod(0o755)
    with pytest.raises(TryLater, match="did not print"):
        printing.pdf(found, str(browser), patience=1)
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    end = time.monotonic() + 10  # a signal takes its time
    with suppress(OSError):  # it has gone
        while child.read_text().rpartition(")")[2].split()[0] != "Z":
            assert time.monotonic() < end
            time.sleep(0.02)


def test_a_browser_learns_no_secret(found, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_secret")
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\nenv | tr '\\n' ' ' >&2\n")
    browser.chmod(0o755)
    with pytest.raises(NotUsable) as told:
        printing.pdf(found, str(browser))
    assert "PATH=" in str(told.value)
    assert "ghp_secret" not in printing._environment(tmp_path).values()
    assert "GITHUB_TOKEN" not in str(told.value)


# ---- writing


def test_files_are_written_and_written_again(tmp_path):
    file = tmp_path / "a" / "x.txt"
    write(tmp_path, {file: b"one"})
    write(tmp_path, {file: b"two"})
    assert file.read_bytes() == b"two"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", MEMORY, "x.txt"]  # nothing temporary stays


@pytest.mark.parametrize("foreign", ["never ours", "edited since"])
def test_what_others_wrote_stays(tmp_path, foreign):
    file, other = tmp_path / "x.txt", tmp_path / "y.txt"
    if foreign == "edited since":
        write(tmp_path, {file: b"one"})
    file.write_bytes(b"mine")
    with pytest.raises(NotUsable, match="--force"):
        write(tmp_path, {other: b"new", file: b"two"})
    assert file.read_bytes() == b"mine"
    assert not other.exists()  # all or none
    write(tmp_path, {file: b"two"}, force=True)
    assert file.read_bytes() == b"two"


def test_equal_files_may_stay(tmp_path):
    file = tmp_path / "x.txt"
    file.write_bytes(b"one")
    write(tmp_path, {file: b"one"})
    (tmp_path / MEMORY).write_text("not JSON")
    write(tmp_path, {file: b"one"})


def test_private_files_are_for_their_owner(tmp_path):
    file = tmp_path / "x.csv"
    write(tmp_path, {file: b"one"}, private=True)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", ["folder", "file/x"])
def test_places_that_cannot_be_written(tmp_path, place):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(NotUsable):
        write(tmp_path, {tmp_path / place: b"one"})
    with pytest.raises(NotUsable):
        write(tmp_path, {tmp_path / place: b"one"}, force=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
