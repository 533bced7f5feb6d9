"""Which of several buttons that are alike was pressed."""

from __future__ import annotations

from typing import Any

from dash import ctx
from dash.exceptions import PreventUpdate


def button_id() -> dict[str, Any]:
    """The id of the button, within a callback of a pattern of ids. Raises PreventUpdate when none was pressed.

    A callback runs as well when such buttons come onto a page, or leave it.
    """
    asked: Any = ctx.triggered_id
    if not ctx.triggered or not ctx.triggered[0]["value"] or not isinstance(asked, dict):
        raise PreventUpdate
    return asked
