"""What to do next, for as long as there is nothing to show: the empty states that pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard import cards
from dashboard.cards import Empty
from dashboard.site import Shown

if TYPE_CHECKING:
    from dashboard.site import Ask

ADD = ("skillfolio add git ~/code", "skillfolio add github YOUR-LOGIN", "skillfolio collect")


def nothing_yet(ask: Ask, title: str) -> Shown:
    """A page before anything was read: what the next step is, and why."""
    if not ask.view.frames.accounts:
        first = "Nothing has been read yet. Name the places where your work is, then collect:"
        empty = Empty(first, ADD)
    else:
        empty = Empty(
            "Nothing that counts as yours has been read yet. Collect, and confirm on the Sources page which addresses "
            "are yours:",
            ("skillfolio collect", "skillfolio identities"),
        )
    content = [
        html.P(
            "Skillfolio reads what you wrote in your repositories and shows which skills it covers, since when, and "
            "the lines that prove it. Everything stays on this machine."
        ),
        cards.empty_state(empty),
        html.P(["Or do the same by mouse: ", cards.link("go to Sources", "/sources"), "."]),
    ]
    body = [cards.page_head(title), cards.card("Begin here", content=[html.Div(content, className="sf-prose")])]
    return Shown(title, body)


def none_in_view(ask: Ask) -> Empty | None:
    """The empty state of a card when the filters leave nothing."""
    return (
        Empty("Nothing falls within these filters. Widen the dates, choose other projects, or clear them.")
        if ask.view.empty
        else None
    )


def unless_empty(layout: Any, title: str) -> Any:
    """A layout that shows what to do next while there is nothing."""

    def shown(ask: Ask) -> Shown:
        return nothing_yet(ask, title) if ask.view.frames.empty else layout(ask)

    return shown
