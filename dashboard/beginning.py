"""What to do next, for as long as there is nothing to show: the empty states that pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard import bulk, cards, phrases
from dashboard.cards import Empty
from dashboard.markup import html
from dashboard.site import Shown

if TYPE_CHECKING:
    from dashboard.site import Ask

ADD = ("add git ~/code", "add github YOUR-LOGIN", "collect")


def commands(command: str, *words: str) -> tuple[str, ...]:
    """What to type, as the program is called here."""
    return tuple(f"{command} {each}" for each in words)


def nothing_yet(ask: Ask, title: str) -> Shown:
    """A page before anything was read: what the next step is, and why."""
    if not ask.view.frames.sources:
        how = "Or in a terminal" if ask.can_begin else "Name the places where your work is, then collect"
        first = f"Nothing has been read yet. {how}:"
        empty = Empty(first, commands(ask.command, *ADD))
    elif ask.view.frames.author_count:
        return _which_are_you(ask, title)
    else:
        empty = Empty(
            "Nothing that counts as yours has been read yet. Collect, and confirm on the Sources page which addresses "
            "are yours:",
            commands(ask.command, "collect", "identities"),
        )
    start = ask.view.frames.sources or not ask.can_begin
    mouse = html.P(["Or do the same by mouse: ", cards.link("go to Sources", "/sources"), "."])
    content = [
        html.P(
            "Skillfolio reads what you wrote in your repositories and shows which skills it covers, since when, and "
            "the lines that prove it. Everything stays on this machine."
        ),
        *([] if start else [cards.link("Say where your work is", "/welcome", className="sf-primary")]),
        cards.empty_state(empty),
        *([mouse] if start else []),
    ]
    begin = cards.card("Begin here", content=[html.Div(content, className="sf-prose")])
    body = [cards.page_head(title), *bulk.note(ask.view.frames.bulk), begin]
    return Shown(title, body)


def _which_are_you(ask: Ask, title: str) -> Shown:
    """Histories were read and nobody in them counts as the person yet: one question is left."""
    found = phrases.count(ask.view.frames.author_count, "author was found", "authors were found")
    content = [
        html.P(
            [
                html.Strong(f"{found}. Which of them are you? "),
                "Skillfolio counts a commit as yours only when its author’s address is one that you confirmed.",
            ]
        ),
        cards.link("Choose on Sources", "/sources#identities", className="sf-button"),
    ]
    body = [cards.page_head(title), cards.card("One question left", content=[html.Div(content, className="sf-prose")])]
    return Shown(title, body)


def none_in_view(ask: Ask) -> Empty | None:
    """The empty state of a card when the filters leave nothing."""
    return (
        Empty("Nothing falls within these filters. Widen the dates, choose other projects, or clear them.")
        if ask.view.empty and ask.view.filters.query
        else Empty("Nothing of yours shows a skill, a technology or a language.")
        if ask.view.empty
        else None
    )


def unless_empty(layout: Any, title: str) -> Any:
    """A layout that shows what to do next while there is nothing."""

    def shown(ask: Ask) -> Shown:
        return nothing_yet(ask, title) if ask.view.frames.empty else layout(ask)

    return shown
