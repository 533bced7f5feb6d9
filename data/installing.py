"""How something that is not installed is got: said where its absence is met."""

from __future__ import annotations

import shlex
import sys

PIP = f"{shlex.quote(sys.executable or 'python')} -m pip install"
"""A plain pip may belong to another Python."""
