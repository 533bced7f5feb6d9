"""Components read as a person or a browser would: their text, links, ids, figures."""

from dash import dcc
from dash.development.base_component import Component


def walk(part):
    """Every component and text below a component or list."""
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from walk(one)
    elif isinstance(part, Component):
        yield part
        yield from walk(getattr(part, "children", None))
    elif part is not None:
        yield part


def text_of(part):
    """All text, with plain spaces within dates."""
    return " ".join(str(one) for one in walk(part) if not isinstance(one, Component)).replace("\u00a0", " ")


def links(part):
    return [one.href for one in walk(part) if isinstance(one, Component) and getattr(one, "href", None)]


def ids(part, of_type=None):
    """Ids of all components; of one type: their text."""
    if of_type:
        return [text_of(one.children) for one in walk(part) if type(one).__name__ == of_type]
    return [one.id for one in walk(part) if isinstance(one, Component) and getattr(one, "id", None) is not None]


def graphs(part):
    """Figures by their key."""
    return {one.id["index"]: one.data for one in walk(part) if isinstance(one, dcc.Store) and isinstance(one.id, dict)}


def table_rows(part, name):
    """The text of each cell of the table whose caption holds `name`, row by row, without the heads."""
    tables = (one for one in walk(part) if type(one).__name__ == "Table" and name in ids(one, "Caption")[0])
    rows = [one.children for one in walk(next(tables)) if type(one).__name__ == "Tr"]
    return [[" ".join(text_of(cell).split()) for cell in row] for row in rows[1:]]
