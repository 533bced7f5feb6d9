"""Quick components are those of Dash: the same parts, the same JSON, nothing that Dash would refuse."""

import json

import dash.html
import orjson
import pytest
from dash._utils import to_json
from dash.development.base_component import Component

from dashboard import markup
from dashboard.answers import answer
from dashboard.markup import Link, as_json, html, written
from tests.dashboard.reading import walk

PAGES = (
    "/", "/growth", "/area/mathematics", "/skill/python", "/technologies", "/technology/numpy", "/projects",
    "/project/1", "/sources", "/method", "/nothing-here",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_json_is_that_of_dash(filled_app, path):
    body = answer(filled_app.site, path, "")[0].body
    assert json.loads(as_json(body)) == json.loads(to_json(body))


@pytest.mark.parametrize("path", PAGES)
def test_dash_would_accept_every_component(filled_app, path):
    for part in walk(answer(filled_app.site, path, "")[0].body):
        if isinstance(part, Component):
            own = {name: value for name, value in vars(part).items() if name[0] != "_" and name[:10] != "available_"}
            generated = next(each for each in type(part).__mro__ if each.__init__ is not markup._fill)
            generated(**own)  # raises TypeError on what it does not know


def test_a_quick_component_is_one_of_dash():
    made = html.Td("x", className="a", **{"data-head": "Days"})
    assert isinstance(made, dash.html.Td)
    assert type(made).__name__ == "Td"
    assert made.to_plotly_json() == dash.html.Td("x", className="a", **{"data-head": "Days"}).to_plotly_json()
    assert html.Td is html.Td


def test_components_share_nothing():
    one, other = html.Div(className="a"), html.Div()
    assert not hasattr(other, "className")
    assert (one.children, other.children) == (None, None)
    assert Link("x", href="/").href == "/"


def test_what_is_written_goes_through_dash_unchanged():
    assert json.loads(to_json({"a": written(as_json([html.P("</script>"), 1.5, None]))}))["a"][1:] == [1.5, None]


def test_what_no_page_can_show_is_refused():
    with pytest.raises(orjson.JSONEncodeError, match="object"):
        as_json([object()])
