"""The pages. The folder is the registry: each module has `register(site)`, which adds its page and callbacks."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def load() -> list[ModuleType]:
    """Every module of this folder, in the order of their names."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return [import_module(f"{__name__}.{name}") for name in names]
