"""The owner's introduction as safe HTML: what is read at once, and what comes after "Read on"."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h3", "h4", "hr"}
AT_ONCE = 500  # letters, then to the end of a paragraph, list or sentence
TOO_LITTLE = 250  # letters that nobody should have to ask for
LINE_ON_PAPER = 46  # letters beside the areas
FEW_LINES, MANY_LINES = 7, 26  # beside the areas, and over the whole width: more do not fit on paper


@lru_cache(maxsize=64)
def halves(text: str) -> tuple[Markup, Markup]:
    """Return both parts of a Markdown text: no raw HTML, no images, links to the web and to mail only."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only where there is an introduction: 2 MB

    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    markdown.core.ruler.push("lower", _lower)
    found: dict[str, object] = {}
    parts = _parted(markdown.parse(text, found))
    first, rest = (_cleaned(markdown.renderer.render(part, markdown.options, found)) for part in parts)
    return first, rest


def lines_on_paper(text: str) -> int:
    """About how many lines an introduction takes when it is printed."""
    return sum(ceil(len(line) / LINE_ON_PAPER) or 1 for line in text.splitlines())


def _cleaned(html: str) -> Markup:
    import nh3  # noqa: PLC0415

    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - cleaned in the line above


def _lower(state: StateCore) -> None:
    """Put headings below those of the page."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag == "h1" else "h4"


def _parted(tokens: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    letters, left = 0, sum(len(token.content) for token in tokens)
    for number, token in enumerate(tokens):
        if left <= TOO_LITTLE:
            break
        if letters >= AT_ONCE and token.level == 0 and token.nesting >= 0:
            return tokens[:number], tokens[number:]
        opened, length = tokens[number - 1], len(token.content)
        if opened.type == "paragraph_open" and opened.level == 0 and letters + length > AT_ONCE + TOO_LITTLE:
            split = _at_a_sentence(token, AT_ONCE - letters)
            if split:
                before, after = split
                return [*tokens[:number], before, tokens[number + 1]], [opened, after, *tokens[number + 1 :]]
        letters, left = letters + length, left - length
    return tokens, []


def _at_a_sentence(token: Token, letters: int) -> tuple[Token, Token] | None:
    """A paragraph in two, where a sentence ends after so many letters; never inside a link or what is emphasised."""
    children = token.children or []
    for number, child in enumerate(children):
        end = child.content.find(". ", max(letters, 0)) if child.type == "text" and child.level == 0 else -1
        if end >= 0:
            before, after = (child.copy(content=part) for part in (child.content[: end + 1], child.content[end + 2 :]))
            return token.copy(children=[*children[:number], before]), token.copy(
                children=[after, *children[number + 1 :]]
            )
        letters -= len(child.content)
    return None
