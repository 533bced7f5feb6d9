"""Marking work as not mine, as course code, or hidden: a button beside it, a dialog, and taking it back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, dcc
from dash.exceptions import PreventUpdate

from dashboard import cards, phrases
from dashboard.markup import html
from dashboard.pressing import button_id
from dashboard.site import FIXED
from data.detect import detect
from data.errors import SkillfolioError
from data.marks import CHOICES, VERDICTS, Mark, Target, course_proofs, has_course_code, mark, marks, reach, unmark
from data.models import Verdict
from data.nouns import WORK

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dash.development.base_component import Component

    from dashboard.site import Ask, Site

LABELS = {
    Verdict.NOT_MINE: ("Not mine", "Somebody else’s work. Neither shown nor counted."),
    Verdict.COURSE_CODE: ("Course code", "Written along a course. Shown apart, counts for no level."),
    Verdict.HIDE: ("Hide", "Neither shown nor counted, here or in anything shared."),
}
CELL = re.compile(r"#cell\d+$")  # of a notebook
COURSE_SHOWN = 12
LONGEST_NOTE = 500
LONGEST_TITLE = 120


def button(ask: Ask, target: Target, name: str, row: int = 0) -> list[Any]:
    """A button that opens the dialog; none in a sample. `name` says what it is about, `row` tells buttons apart."""
    if ask.view.frames.sample:
        return []
    path = CELL.sub("", target.path)
    what = {
        "type": "mark", "project": int(target.project_id), "key": target.key, "path": path, "subject": target.subject,
        "row": row,
    }  # fmt: skip
    return [
        html.Button("Correct", id=what, n_clicks=0, className="sf-small-button", **{"aria-label": f"Correct: {name}"})
    ]


def place() -> Component:
    """Where the dialog opens; once on a page with such buttons."""
    return html.Div(id="marking")


def dialog(site: Site, asked: Target) -> Component:
    """What to mark, as what, and a note."""
    project = site.portfolio.frames().project_rows[asked.project_id].name
    scopes = _scopes(site, asked, project)
    fields = [
        dcc.Store(id="marking-what", data=[asked.project_id, asked.key, asked.path, asked.subject]),
        dmc.RadioGroup(
            dmc.Stack([dmc.Radio(label=text, value=value) for value, text in scopes], gap="xs"),
            id="marking-scope", label="What", value=scopes[0][0],
        ),
        dmc.RadioGroup(
            dmc.Stack(
                [dmc.Radio(label=LABELS[each][0], description=LABELS[each][1], value=str(each)) for each in CHOICES],
                gap="xs",
            ),
            id="marking-verdict", label="Mark it as", value=str(Verdict.NOT_MINE),
        ),
        dmc.TextInput(
            id="marking-note", label="Note (for yourself)", value="", attributes={"input": {"maxLength": LONGEST_NOTE}}
        ),
        html.P("Every number follows at once. The Corrections page takes it back at any time.", className="sf-quiet"),
        dmc.Button("Mark", id="marking-do", n_clicks=0),
    ]  # fmt: skip
    return dmc.Modal(
        dmc.Stack(fields, gap="md"), id="marking-dialog", opened=True, title="Correct what was read", centered=True,
        closeButtonProps={"aria-label": "Close"}, transitionProps={"duration": 0},
    )  # fmt: skip


def _scopes(site: Site, asked: Target, project: str) -> list[tuple[str, str]]:
    """What can be marked, the narrowest that is usual first."""
    found = []
    if asked.key:
        short = f"commit {asked.key[:10]}" if len(asked.key) >= 40 else asked.key  # noqa: PLR2004 - an id of a commit
        found.append(("activity", f"All of {short}, and copies of it"))
        subject = _subject_name(site, asked.subject)
        if subject:
            found.append(("subject", f"Only that it shows {subject}"))
    if asked.path:
        number = reach(site.store, Target(asked.project_id, path=asked.path))
        found.append(("file", f"{asked.path} in {project}, {phrases.count(number, 'commit')}"))
    number = reach(site.store, Target(asked.project_id))
    found.append(("project", f"All of {project}, {phrases.count(number, *WORK)}"))
    return found


def _subject_name(site: Site, subject: str) -> str:
    known: Any = site.taxonomy.skills.get(subject) or site.taxonomy.technologies.get(subject)
    return known.name if known else ""


def _chosen(what: Any, scope: str) -> Target:
    project_id, key, path, subject = what
    return {
        "activity": Target(int(project_id), key=str(key)),
        "subject": Target(int(project_id), key=str(key), subject=str(subject)),
        "file": Target(int(project_id), path=str(path)),
    }.get(scope, Target(int(project_id)))


def add_marking(site: Site, answer: Callable[[str, str], Any]) -> None:
    """Let the buttons open the dialog, keep what is chosen, and take it back; `answer` makes the page again."""

    @site.app.callback(
        Output("marking", "children"),
        Input({"type": "mark", "project": ALL, "key": ALL, "path": ALL, "subject": ALL, "row": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def open_dialog(_: list[int | None]) -> Any:
        asked = button_id()
        if site.is_sample:
            raise PreventUpdate
        target = Target(int(asked["project"]), str(asked["key"]), str(asked["path"]), str(asked["subject"]))
        if target.project_id not in site.portfolio.frames().project_rows:
            raise PreventUpdate
        return dialog(site, target)

    @site.app.callback(
        Output("content", "children", allow_duplicate=True),
        Output("notice", "children", allow_duplicate=True),
        Input("marking-do", "n_clicks"),
        State("marking-what", "data"),
        State("marking-scope", "value"),
        State("marking-verdict", "value"),
        State("marking-note", "value"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def update_marks(pressed: int | None, what: Any, scope: str, verdict: str, *rest: str | None) -> tuple[Any, Any]:
        if not pressed:
            raise PreventUpdate
        note, path, search = rest
        try:
            target, word = _chosen(what, scope), Verdict(verdict)
        except (TypeError, ValueError):  # nothing that a page sends
            raise PreventUpdate from None
        try:
            said = _mark(site, target, word, str(note or "")[:LONGEST_NOTE])
        except SkillfolioError as error:
            said = html.P(str(error), className="sf-notice")
        return answer(path or "/", search or ""), said

    @site.app.callback(
        Output("content", "children", allow_duplicate=True),
        Output("notice", "children", allow_duplicate=True),
        Input({"type": "unmark", "ids": ALL}, "n_clicks"),
        State("url", "pathname"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def take_back(_: list[int | None], path: str | None, search: str | None) -> tuple[Any, Any]:
        asked = button_id()
        said = _unmark(site, [int(each) for each in str(asked["ids"]).split(",") if each.isdecimal()])
        return answer(path or "/", search or ""), said


def _mark(site: Site, target: Target, verdict: Verdict, note: str) -> Component:
    if site.is_sample:
        return html.P(FIXED, className="sf-notice")
    ids = mark(site.store, verdict, target, note)
    detect(site.store, site.taxonomy)
    site.portfolio.forget()
    text = f"Marked as {VERDICTS[verdict]}. Every page follows at once. "
    return html.Div([html.Span(text), undo(ids, "what was just marked", again=True)], className="sf-said sf-sample")


def _unmark(site: Site, ids: Sequence[int]) -> Component:
    if site.is_sample:
        return html.P(FIXED, className="sf-notice")
    if not unmark(site.store, ids):
        return html.P("That was taken back already.", className="sf-notice")
    detect(site.store, site.taxonomy)
    site.portfolio.forget()
    return html.P("Taken back: it shows and counts as before.", className="sf-said sf-sample")


def undo(ids: Sequence[int], name: str, *, again: bool = False) -> Component:
    """A button that takes marks back; `again`: another one for the same may stand on the page."""
    what = {"type": "unmark", "ids": ",".join(map(str, ids)) + "," * again}
    return html.Button("Undo", id=what, n_clicks=0, className="sf-small-button", **{"aria-label": f"Undo: {name}"})


def marked_project(site: Site, ask: Ask) -> list[Component] | None:
    """What stands in the place of a project that is marked as a whole; None when it is not."""
    target = Target(int(ask.variables["project"])) if ask.variables["project"].isdecimal() else None
    found = next((each for each in marks(site.store) if each.target == target and each.verdict in CHOICES), None)
    if found is None:
        return None
    text = f"You marked all of it as {VERDICTS[found.verdict]}. {LABELS[found.verdict][1]}"
    content = [html.P(text), *([html.P(f"Your note: {found.note}")] if found.note else [])]
    content += [] if site.is_sample else [html.Div(undo(found.ids, found.project), className="sf-actions")]
    return [
        cards.page_head(found.project, above=[cards.link("Corrections", "/corrections")],
                        beside=cards.chip(VERDICTS[found.verdict])),
        cards.card("This project does not count", content=content, method="corrections"),
    ]  # fmt: skip


def row(site: Site, each: Mark, *, within: bool = False) -> list[Any]:
    """A mark as cells: what it is on, its project, the word, a note, a way back; `within` it without the two."""
    what = described(each, lambda subject: _subject_name(site, subject) or subject)
    opened = cards.outside_link(what, each.url) if each.url else html.Span(what)
    told = [html.Div(each.title[:LONGEST_TITLE], className="sf-quiet")] if each.title else []
    when = [html.Div(phrases.day(each.day), className="sf-quiet")] if each.day else []
    project = cards.link(each.project, f"/project/{each.target.project_id}") if each.project else "no longer stored"
    way_back = html.Div(undo(each.ids, f"{what} of {each.project}"), className="sf-actions")
    return [
        html.Div([opened, *told, *when], className="sf-where"),
        *([] if within else [project, cards.chip(VERDICTS[each.verdict])]),
        each.note or "–",
        *([] if site.is_sample else [way_back]),
    ]


def course_marks(site: Site, project_id: int) -> list[Component]:
    """What of a project is marked as course code, the latest first; nothing when none is."""
    every = marks(site.store) if has_course_code(site.store) else []
    found = [each for each in every if each.verdict is Verdict.COURSE_CODE and each.target.project_id == project_id]
    if not found:
        return []
    rows = [row(site, each, within=True) for each in found[:COURSE_SHOWN]]
    heads = ("What", "Note", *(() if site.is_sample else ("Actions",)))
    more = f" The latest {COURSE_SHOWN} are listed." if len(found) > COURSE_SHOWN else ""
    return [
        cards.card(
            f"{phrases.count(len(found), 'part')} marked as course code, not counted",
            f"Shown apart, here and with the skills: they count for no level and no active day.{more}",
            [cards.table(cards.Table("Marked as course code", heads, rows, stacked=True)),
             cards.link("All your corrections", "/corrections", className="sf-how")],
            method="corrections",
        )
    ]  # fmt: skip


def course_card(ask: Ask, kind: str, subject: str, row: Callable[[Ask, Any], list[Any]]) -> list[Component]:
    """What shows a subject in course code, apart from its proof; nothing when there is none."""
    store = ask.view.frames.store
    found = _rows(course_proofs(store, kind, subject, COURSE_SHOWN + 1)) if has_course_code(store) else []
    if not found:
        return []
    rows = [row(ask, each) for each in found[:COURSE_SHOWN]]
    heads = ("Date", "Project", "What was seen", "Where")
    more = f" The latest {COURSE_SHOWN} are listed." if len(found) > COURSE_SHOWN else ""
    return [
        cards.card(
            "In course code, not counted",
            f"You marked this work as course code: it is shown, and counts for no level.{more}",
            [cards.table(cards.Table("Course code", heads, rows, stacked=True)),
             cards.link("Your corrections", "/corrections", className="sf-how")],
            method="corrections",
        )
    ]  # fmt: skip


def _rows(found: Any) -> list[Any]:
    """Rows of a frame, or of a list as it is."""
    return list(found.itertuples()) if hasattr(found, "itertuples") else list(found)


def described(each: Mark, names: Callable[[str], str]) -> str:
    """What a mark is on, in words."""
    target = each.target
    if target.key:
        short = target.key[:10] if len(target.key) >= 40 else target.key  # noqa: PLR2004 - an id of a commit
        what = f"{each.kind.replace('-', ' ').capitalize() or 'Activity'} {short}"
        return f"{what}, only that it shows {names(target.subject)}" if target.subject else what
    return target.path or "The whole project"
