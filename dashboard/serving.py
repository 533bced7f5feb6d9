"""Serve the dashboard with gunicorn: one process that answers, threads that keep slow answers apart."""

from __future__ import annotations

import contextlib
import ctypes
import socket
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

OPTIONS = {"worker_class": "gthread", "threads": 8, "loglevel": "warning", "timeout": 60, "proc_name": "skillfolio"}
_ARENA_MAX = -8  # mallopt(3), M_ARENA_MAX


class _Server(BaseApplication):
    def __init__(self, make: Callable[[], Flask], bind: str) -> None:
        self._make, self._bind = make, bind
        super().__init__()

    def load_config(self) -> None:
        for name, value in {**OPTIONS, "bind": self._bind}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # in the worker: a connection must not cross a fork, and the parent stays small
        _share_heaps()
        return self._make()


def serve(make: Callable[[], Flask], host: str, port: int) -> None:
    """Answer on host:port until stopped; `make` is called in the process that answers."""
    with contextlib.suppress(KeyboardInterrupt):
        _Server(make, f"{host}:{port}").run()


def refuse_busy(host: str, port: int) -> None:
    """Raise NotUsable when nothing can listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NotUsable(
                f"Nothing can listen on {host}:{port} ({error.strerror}). "
                f"Stop what does, or choose another: --port {port + 1}"
            ) from None


def _share_heaps() -> None:
    """Keep glibc from giving each thread a heap of its own: it costs some 20 MB here."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)
