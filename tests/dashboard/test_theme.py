"""Contrast by the formula of WCAG 2.1, 1.4.3 (text 4.5:1) and 1.4.11 (marks 3:1)."""

import re
from itertools import pairwise

import pytest

from dashboard import theme
from dashboard.app import ASSETS

SCHEMES = pytest.mark.parametrize("scheme", theme.SCHEMES.values(), ids=theme.SCHEMES)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@SCHEMES
@pytest.mark.parametrize("name", ["text", "dim", "accent", "warn", "bad"])
def test_text_is_readable_on_every_ground(scheme, name):
    for ground in (scheme.page, scheme.surface, scheme.sunken):
        assert contrast(getattr(scheme, name), ground) >= 4.5


@SCHEMES
def test_chosen_is_readable_on_its_wash(scheme):
    assert contrast(scheme.accent, scheme.wash) >= 4.5


@SCHEMES
def test_marks_stand_out_from_the_card(scheme):
    for colour in (*scheme.areas, *scheme.levels, *scheme.sources.values()):
        assert contrast(colour, scheme.surface) >= 3


@SCHEMES
def test_levels_grow_steadily(scheme):
    steps = [contrast(level, scheme.surface) for level in (scheme.track, *scheme.levels)]
    assert steps == sorted(steps)
    assert all(after / before >= 1.35 for before, after in pairwise(steps))


@SCHEMES
def test_areas_have_colours_of_their_own(scheme):
    assert len(set(scheme.areas)) == 8


def test_both_schemes_name_the_same_tokens(taxonomy):
    areas = [area.id for area in taxonomy.areas]
    assert set(theme.colours(theme.LIGHT, areas)) == set(theme.colours(theme.DARK, areas))
    sheet = theme.stylesheet(areas)
    assert all(f"--sf-area-{area}:" in sheet for area in areas)


def test_filled_buttons_are_readable():
    for shade in theme.MANTINE["primaryShade"].values():
        assert contrast(theme.ACCENT[shade], "#ffffff") >= 4.5


def test_variables_of_the_stylesheet_exist(taxonomy):
    sheet = theme.stylesheet([area.id for area in taxonomy.areas])
    used = set(re.findall(r"var\((--sf-[a-z0-9-]+)", (ASSETS / "app.css").read_text(encoding="utf-8")))
    made = set(re.findall(r"(--sf-[a-z0-9-]+):", sheet)) | {"--sf-radius", "--sf-gap"}
    assert used <= made
