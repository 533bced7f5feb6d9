"""Corrections: everything that the person said of work that was read, each with a way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard import cards, marking, phrases
from dashboard.answers import answer
from dashboard.markup import as_json, written
from dashboard.site import FIXED, Page, Shown
from data.marks import marks

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.marks import Mark

TITLE = "Corrections"
SHOWN = 200


def register(site: Site) -> None:
    site.add(Page("/corrections", TITLE, lambda _: layout(site), place=52, charts=False))
    marking.add_marking(site, lambda path, search: written(as_json(answer(site, path, search)[0].body)))


def layout(site: Site) -> Shown:
    found = marks(site.store)
    summary = (
        "What you said of work that was read. Each takes effect on the whole history, and on what is read later; "
        "taking it back restores every number."
    )
    return Shown(TITLE, [cards.page_head(TITLE, summary), _list(site, found)])


def _list(site: Site, found: list[Mark]) -> Component:
    how = (
        FIXED
        if site.is_sample
        else "Nothing is marked. A button beside each proof, and on each project’s page, marks it as not mine, as "
        "course code, or hides it."
    )
    heads = ("What", "Project", "Marked as", "Note", *(() if site.is_sample else ("Actions",)))
    rows = [marking.row(site, each) for each in found[:SHOWN]]
    more = f" The latest {SHOWN} are listed." if len(found) > SHOWN else ""
    title = f"{phrases.count(len(found), 'correction')} of yours" if found else "No corrections yet"
    return cards.card(
        title,
        f"The latest first.{more}",
        cards.table(cards.Table("Corrections", heads, rows, stacked=True)),
        empty=None if found else cards.Empty(how),
        method="corrections",
    )
