"""The form that maps a package which no rule knows to a skill, on the Technologies page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from dashboard import cards, phrases
from dashboard.markup import html
from data.detect import detect
from data.errors import SkillfolioError
from data.taxonomy import own

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dash.development.base_component import Component

    from dashboard.site import Site
    from data.taxonomy import Taxonomy
    from data.unmapped import Unmapped

SHOWN = 40
BETWEEN = " · "  # stands in no name of a package


def table(found: Sequence[Unmapped]) -> Component:
    """Packages that no rule knows, the most used first."""
    if not found:
        return html.P("Every package that you import is known here.", className="sf-quiet")
    rows = [
        [
            _named(row.package, row.distribution),
            row.language,
            phrases.number(row.uses),
            phrases.number(row.active_days),
            phrases.number(row.projects),
        ]
        for row in found[:SHOWN]
    ]
    heads = ("Package", "Language", "Uses", "Active days", "Projects")
    return cards.table(cards.Table("Imported and not mapped", heads, rows, frozenset({2, 3, 4}), lines=True, lead=1))


def _named(package: str, distribution: str) -> Component:
    """The package, and what it is installed as where that is another name."""
    name = html.Code(package)
    return html.Span([name, f" from {distribution}"]) if distribution else name


def form(found: Sequence[Unmapped], taxonomy: Taxonomy) -> Component:
    """Two choices and a button; `mapping-said` tells what came of it."""
    fields = [
        dmc.Select(
            id="mapping-package",
            label="Package",
            data=_packages(found),
            value=None,
            searchable=True,
            placeholder="Choose a package",
            className="sf-grow",
        ),
        dmc.Select(
            id="mapping-skill",
            label="Shows the skill",
            data=_skills(taxonomy),
            value=None,
            searchable=True,
            placeholder="Choose a skill",
            className="sf-grow",
        ),
        dmc.Button("Map", id="mapping-do", n_clicks=0, variant="default"),
    ]
    return html.Div([html.Div(fields, className="sf-form"), html.Div(id="mapping-said", role="status")])


def add_mapping(site: Site) -> None:
    """Let the form write the person's own taxonomy file and detect anew, at once."""

    @site.app.callback(
        Output("mapping-said", "children"),
        Output("mapping-table", "children"),
        Output("mapping-package", "data"),
        Output("mapping-package", "value"),
        Input("mapping-do", "n_clicks"),
        State("mapping-package", "value"),
        State("mapping-skill", "value"),
        prevent_initial_call=True,
    )
    def update_mapping(pressed: int | None, package: str | None, skill: str | None) -> tuple[Any, ...]:
        if not pressed:
            raise PreventUpdate
        try:
            said = _map(site, str(package or ""), str(skill or ""))
        except SkillfolioError as error:
            return html.P(str(error), className="sf-notice"), no_update, no_update, no_update
        found = site.portfolio.frames().unmapped
        return said, table(found), _packages(found), None


def _map(site: Site, chosen: str, skill: str) -> Component:
    name, _, language = chosen.partition(BETWEEN)
    found = site.portfolio.frames().unmapped
    if all((row.package, row.language) != (name, language) for row in found) or skill not in site.taxonomy.skills:
        return html.P("Choose a package and the skill that it shows.", className="sf-notice")
    taxonomy = own.map_package(site.settings, name, [skill], language)
    site.portfolio.take(taxonomy)
    before = site.store.counts()["evidence"]
    detect(site.store, taxonomy)
    site.portfolio.forget()
    shown = taxonomy.skills[skill]
    more = (
        ""
        if site.store.counts()["evidence"] > before
        else " No day was added: it is only imported, or other work shows the skill on the same days."
    )
    text: Any = [html.Code(name), " shows ", cards.link(shown.name, f"/skill/{skill}"), f" wherever you use it.{more}"]
    return html.P(text, className="sf-said sf-sample")


def _packages(found: Sequence[Unmapped]) -> list[str]:
    return [f"{row.package}{BETWEEN}{row.language}" for row in found if row.language in own.LANGUAGES]


def _skills(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    return [
        {"group": area.name, "items": [{"value": s.id, "label": s.name} for s in skills]}
        for area in taxonomy.areas
        if (skills := [skill for skill in taxonomy.skills_of(area.id) if skill.source == "code"])
    ]
