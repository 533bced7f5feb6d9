"""The picture of link previews: names whole where they fit in any size, nothing beyond its edges."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard import phrases
from dashboard.public import picture, words
from data import published
from tests.dashboard.leaking import link

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(("text", "can"), [("Zoë Đặng", True), ("Ада Лавлейс", True), ("日本語", False), ("🙂", False)])
def test_pictures_know_what_they_cannot_write(text, can):
    assert picture.can_write(text) is can


@pytest.mark.parametrize(
    ("name", "size", "lines"),
    [
        ("Ada Lovelace", 60, ["Ada Lovelace"]),
        ("Maximiliane Schillingsfürst", 60, ["Maximiliane", "Schillingsfürst"]),
        ("Anne-Sophie Hohenlohe-Schwarz", 48, ["Anne-Sophie", "Hohenlohe-Schwarz"]),
        (
            "Maximiliane-Konstanze Hohenlohe-Schillingsfürst-Waldenburg von und zu Langenburg",
            32,
            ["Maximiliane-Konstanze", "Hohenlohe-Schillingsfürst-", "Waldenburg von und zu", "Langenburg"],
        ),
    ],
)
def test_pictures_hold_long_names_whole(name, size, lines):
    assert picture.laid_out(name, picture.NAME_SIZES) == (size, lines)


@pytest.mark.parametrize("text", ["W" * 80, "word " * 60, "", "a - b -- c", "-" * 200])
def test_pictures_cut_what_fits_in_no_size(text):
    size, lines = picture.laid_out(text, picture.TITLE_SIZES)
    assert len(lines) <= dict(picture.TITLE_SIZES)[size]
    assert all(picture._width(line, size) <= picture.COLUMN - 40 - picture.EDGE - 36 for line in lines)
    shown = "".join(lines).rstrip("…").replace(" ", "")
    assert text.replace(" ", "").startswith(shown)


def test_pictures_of_one_area_show_its_skills(own_store, taxonomy):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), date(2026, 3, 1))
    one = replace(found, areas=found.areas[:1])
    assert [row.name for row in picture._rows(found)][:2] == ["Mathematics", "Programming"]
    assert next((row.name, row.value) for row in picture._rows(one)) == ("Linear algebra", "applied")
    assert words.picture(one) == "Levels of skills in Mathematics as bars, as of 1 Mar 2026"


def test_pictures_of_a_sample_say_so(own_store, taxonomy):
    found = published.portfolio(own_store, taxonomy, link(own_store, taxonomy), DAY)
    assert picture.foot(found) == f"{found.summary.proofs} links to proof · {phrases.day(DAY)}"
    sample = replace(found, is_sample=True)
    assert picture.foot(sample) == f"A sample · {picture.foot(found)}"
    assert picture.draw(sample) != picture.draw(found)
