"""Share: addresses that show others a chosen part of the portfolio; each is previewed before anything is public."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from dash import ALL, Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate
from flask import Response

from dashboard import cards, share_form, share_parts
from dashboard.beginning import unless_empty
from dashboard.exports.downloads import add_downloads
from dashboard.heap import give_back
from dashboard.pressing import button_id
from dashboard.public import page as public_page
from dashboard.public import routes
from dashboard.site import Ask, Page, Shown
from data import drafts, published, sharing
from data.drafts import Draft
from data.errors import NotUsable, SkillfolioError
from data.publishable import can_be_public

if TYPE_CHECKING:
    from dashboard.site import Site
    from data.public_parts import PublicPortfolio
    from data.sharing import ShareLink

FIXED = "This is a sample: nothing in it can be shared. The preview works all the same."
GONE = "This preview is too old. Press Preview again."
FIELDS = (
    "person", "title", "introduction", "areas", "projects", "sources", "named", "private", "findable", "name", "ends",
    "note",
)  # fmt: skip
CHECKED = {"named", "private", "findable"}


def register(site: Site) -> None:
    site.add(Page("/share", "Share", unless_empty(lambda ask: layout(site, ask), "Share"), place=20, charts=False))
    _add_preview_page(site)
    _add_form(site)
    _add_preview(site)
    _add_publishing(site)
    _add_actions(site)
    add_downloads(site)


def layout(site: Site, _: Ask) -> Shown:
    summary = (
        "Addresses that show others the part of your portfolio that you choose. Nothing is public before you say so."
    )
    body = [
        cards.page_head("Share", summary),
        html.Div(share_parts.links(site, routes.today()), id="share-links"),
        html.Div(id="share-said", role="status"),
        html.Div(id="share-created"),
        cards.card(
            "Make or change a link",
            content=[html.Div(share_form.form(site, None), id="share-form", className="sf-stack")],
        ),
        html.Div(id="share-told", role="status"),
        html.Div(id="share-preview"),
        dcc.Store(id="share-editing", data=0),
        dcc.Store(id="share-draft"),
        *share_parts.confirmation(),
    ]
    return Shown("Share", body)


def _add_preview_page(site: Site) -> None:
    """The page as visitors will see it; for the owner only, since it is not marked as public."""

    @site.app.server.get("/share/preview/<key>")
    def share_preview(key: str) -> Response:
        draft = drafts.get(site.store, key)
        text = public_page.render(_shown(site, draft), routes.parts()) if draft else _nothing()
        return Response(text, 200 if draft else routes.NOT_FOUND, mimetype="text/html")


def _shown(site: Site, draft: Draft) -> PublicPortfolio:
    as_of = published.as_of(site.store, routes.today())
    found = published.portfolio(site.store, site.taxonomy, draft.link, as_of)
    give_back()
    return replace(found, person=draft.person)


def _renamed(site: Site, draft: Draft) -> int:
    """How many other links will show another name of the person."""
    if draft.person == published.said_name(str(site.store.setting(published.PERSON_NAME) or "")):
        return 0
    now = routes.today()
    return sum(link.id != draft.link.id and link.state(now) == "active" for link in sharing.links(site.store))


def _nothing() -> str:
    return public_page.render_nothing(routes.parts())


def _add_form(site: Site) -> None:
    @site.app.callback(
        Output("share-projects", "value"),
        Input("share-all", "n_clicks"),
        Input("share-none", "n_clicks"),
        prevent_initial_call=True,
    )
    def choose_projects(all_: int | None, none: int | None) -> list[str]:
        if not (all_ or none):
            raise PreventUpdate
        return _offered(site) if ctx.triggered_id == "share-all" else []

    @site.app.callback(
        Output("share-form", "children", allow_duplicate=True),
        Output("share-editing", "data", allow_duplicate=True),
        Output("share-preview", "children", allow_duplicate=True),
        Input("share-cancel", "n_clicks"),
        prevent_initial_call=True,
    )
    def cancel(pressed: int | None) -> tuple[Any, ...]:
        if not pressed:
            raise PreventUpdate
        return share_form.form(site, None), 0, None


def _add_preview(site: Site) -> None:
    @site.app.callback(
        Output("share-preview", "children"),
        Output("share-draft", "data"),
        Output("share-told", "children"),
        Input("share-preview-do", "n_clicks"),
        State("share-editing", "data"),
        *(State(f"share-{name}", "checked" if name in CHECKED else "value") for name in FIELDS),
        prevent_initial_call=True,
    )
    def update_preview(pressed: int | None, editing: int | None, *values: Any) -> tuple[Any, ...]:
        if not pressed:
            raise PreventUpdate
        try:
            link, person = _chosen(site, int(editing or 0), dict(zip(FIELDS, values, strict=True)))
        except SkillfolioError as error:
            return None, None, share_parts.refused(str(error))
        draft = Draft(link, person)
        key = drafts.keep(site.store, draft)
        page = site.app.get_relative_path(f"/share/preview/{key}")
        shown = share_parts.preview(_shown(site, draft), link, page, renames=_renamed(site, draft))
        return shown, key, None


def _chosen(site: Site, editing: int, fields: dict[str, Any]) -> tuple[ShareLink, str]:
    """Return the link that the form describes, and the person's name. Raises NotUsable."""
    may = set(_offered(site))
    areas = [area.id for area in site.taxonomy.areas]
    link = sharing.ShareLink(
        title=str(fields["title"] or ""),
        areas=tuple(area for area in areas if area in (fields["areas"] or ())),
        projects=tuple(key for key in fields["projects"] or () if key in may),
        sources=tuple(str(source) for source in fields["sources"] or ()),
        note=str(fields["note"] or ""),
        named=bool(fields["named"]),
        private_totals=bool(fields["private"]),
        introduction=str(fields["introduction"] or ""),
        ends=_day(str(fields["ends"] or "")),
        findable=bool(fields["findable"]),
        name=str(fields["name"] or ""),
        id=editing,
    )
    return sharing.checked(link), published.said_name(str(fields["person"] or ""))


def _offered(site: Site) -> list[str]:
    """Keys of the projects that may be chosen."""
    return [row.key for row in site.portfolio.frames().project_rows.values() if can_be_public(row)]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise NotUsable("Write the last day as year, month and day: 2027-01-31.") from None
    if found is not None and found < routes.today():
        raise NotUsable("The last day has passed already; choose a later one, or none.")
    return found


def _add_publishing(site: Site) -> None:
    @site.app.callback(
        Output("share-preview", "children", allow_duplicate=True),
        Output("share-links", "children"),
        Output("share-form", "children"),
        Output("share-editing", "data"),
        Output("share-told", "children", allow_duplicate=True),
        Input("share-publish", "n_clicks"),
        State("share-draft", "data"),
        prevent_initial_call=True,
    )
    def publish(pressed: int | None, key: str | None) -> tuple[Any, ...]:
        if not pressed:
            raise PreventUpdate
        stay = (no_update,) * 4
        draft = None if site.is_sample else drafts.take(site.store, str(key))
        if draft is None:
            return *stay, share_parts.refused(FIXED if site.is_sample else GONE)
        try:
            created, told = _publish(site, draft)
        except SkillfolioError as error:
            drafts.keep(site.store, draft, str(key))
            return *stay, share_parts.refused(str(error))
        site.portfolio.forget()
        listed = share_parts.links(site, routes.today())
        return created, listed, share_form.form(site, None), 0, told


def _publish(site: Site, draft: Draft) -> tuple[Any, Any]:
    if draft.link.id:
        link = sharing.change(site.store, draft.link)
        site.store.set_setting(published.PERSON_NAME, draft.person)
        return None, share_parts.said(f"“{link.title}” was changed. Its address stays the same.")
    link, token = sharing.create(site.store, draft.link)
    site.store.set_setting(published.PERSON_NAME, draft.person)
    return share_parts.address(f"{routes.base_url(site)}/p/{token}", link.title), None


def _add_actions(site: Site) -> None:
    @site.app.callback(
        Output("share-form", "children", allow_duplicate=True),
        Output("share-editing", "data", allow_duplicate=True),
        Output("share-preview", "children", allow_duplicate=True),
        Output("share-said", "children"),
        Output("share-confirm", "message"),
        Output("share-confirm", "displayed"),
        Output("share-asked", "data"),
        Input({"type": "share-do", "do": ALL, "link": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def act(_: list[int | None]) -> tuple[Any, ...]:
        asked = button_id()
        link = next((each for each in sharing.links(site.store) if each.id == asked["link"]), None)
        if link is None:
            raise PreventUpdate
        if asked["do"] == "change":
            told = share_parts.said(f"The form below holds what “{link.title}” shows. Change it, then press Preview.")
            return share_form.form(site, link), link.id, None, told, no_update, False, None
        message = (
            f"Revoke “{link.title}”? Its address opens nothing from now on, for ever. Others stay as they are."
            if asked["do"] == "revoke"
            else f"Make a new address for “{link.title}”? The old one opens nothing from then on."
            + (f" /u/{link.name} stays open." if link.name else "")
        )
        question = {"do": str(asked["do"]), "link": link.id}
        return no_update, no_update, no_update, None, message, True, question

    @site.app.callback(
        Output("share-created", "children"),
        Output("share-links", "children", allow_duplicate=True),
        Output("share-said", "children", allow_duplicate=True),
        Input("share-confirm", "submit_n_clicks"),
        State("share-asked", "data"),
        prevent_initial_call=True,
    )
    def carry_out(pressed: int | None, question: dict[str, Any] | None) -> tuple[Any, ...]:
        if not pressed or not question or site.is_sample:
            raise PreventUpdate
        created, told = None, None
        try:
            if question["do"] == "revoke":
                sharing.revoke(site.store, int(question["link"]))
                told = share_parts.said("Revoked. The address opens nothing any more.")
            else:
                token = sharing.renew(site.store, int(question["link"]))
                title = next(each.title for each in sharing.links(site.store) if each.id == int(question["link"]))
                created = share_parts.address(f"{routes.base_url(site)}/p/{token}", title)
        except SkillfolioError as error:
            told = share_parts.refused(str(error))
        return created, share_parts.links(site, routes.today()), told
