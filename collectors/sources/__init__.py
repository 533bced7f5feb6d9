"""The sources: every module of this folder is one, and nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


@cache
def load() -> dict[str, ModuleType]:
    """Every source by name, in alphabetical order. Modules whose name begins with `_` are parts of one."""
    names = sorted(entry.name for entry in pkgutil.iter_modules(__path__) if not entry.name.startswith("_"))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
