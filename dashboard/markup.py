"""Components made without a check of each, and written as JSON in one go.

A page holds up to a thousand components. Dash's own checks take 5 µs for each and its way to JSON 10 µs more, by
walking over every value; that is most of the time of a page. A test makes every page's components with the checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash.dcc
import dash.html
import orjson
from dash.development.base_component import Component

if TYPE_CHECKING:
    from collections.abc import Callable

    html = dash.html

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY  # as Dash has them
_NO_PROPERTIES = ("_", "available_")  # how names begin that a component keeps for itself


def _fill(self: Component, children: Any = None, **properties: Any) -> None:
    self.__dict__.update(properties)
    self.children = children


def _quick(generated: type[Component], **required: Any) -> type[Component]:
    """The same component, checking nothing."""
    known = {name: value for name, value in vars(generated(**required)).items() if name.startswith(_NO_PROPERTIES)}
    kept = {name: getattr(generated, name) for name in ("__module__", "__doc__", "_namespace", "_children_props")}
    return type(generated)(generated.__name__, (generated,), {**kept, **known, "__init__": _fill})


class _Html:
    """`dash.html` with quick components."""

    def __getattr__(self, name: str) -> type[Component]:
        made = _quick(getattr(dash.html, name))
        setattr(self, name, made)
        return made


if not TYPE_CHECKING:
    html = _Html()
Link: Callable[..., Component] = _quick(dash.dcc.Link, href="")


def as_json(parts: Any) -> bytes:
    """Components, figures and texts as the JSON that Dash would make of them."""
    return orjson.dumps(parts, default=_plain, option=_OPTIONS)


def written(json: bytes) -> Any:
    """What a callback returns when it is JSON already."""
    return orjson.Fragment(json)


def _plain(part: Any) -> Any:
    if isinstance(part, Component):
        own = {name: value for name, value in vars(part).items() if not name.startswith(_NO_PROPERTIES)}
        return {"props": own, "type": part._type, "namespace": part._namespace}  # noqa: SLF001 - Dash's names for them
    raise TypeError(f"{type(part).__name__} cannot be sent to a page")
