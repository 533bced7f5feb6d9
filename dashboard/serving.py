"""Serve the dashboard with gunicorn: one process that answers, threads that keep slow answers apart."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from dashboard.heap import give_back
from data.errors import NotUsable

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

OPTIONS = {
    "worker_class": "gthread",
    "threads": 8,
    "loglevel": "warning",
    "timeout": 60,
    "proc_name": "skillfolio",
    "control_socket_disable": True,  # it would write into the home folder, where a service may have none
}
LARGE = 2 * 1024 * 1024  # bytes: more than what a page takes and gives back all the time
_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # mallopt(3)


class _Server(BaseApplication):
    def __init__(self, make: Callable[[], Flask], bind: str) -> None:
        self._make, self._bind = make, bind
        super().__init__()

    def load_config(self) -> None:
        options = {**OPTIONS, "bind": self._bind}
        if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:  # not so under nohup
            options["when_ready"] = _end_with_terminal
        for name, value in options.items():
            if name in self.cfg.settings:  # an older gunicorn knows fewer
                self.cfg.set(name, value)

    def load(self) -> Any:  # in the worker: a connection must not cross a fork, and the parent stays small
        return lean(self._make)


def _end_with_terminal(_: Any) -> None:
    """End when the terminal is closed; gunicorn would load its settings again, and stay without one."""
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


def lean(make: Callable[[], Flask]) -> Flask:
    """Make the dashboard in a process that takes little memory; processes forked from it take little as well."""
    _keep_heaps_small()
    _forget_descriptions()
    made = make()
    give_back()
    return made


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
                f"Stop what does, or choose another: --port {port + 1} (with make: make run PORT={port + 1})"
            ) from None


def _keep_heaps_small() -> None:
    """Have glibc give memory back: one heap for all threads, since each of their own costs some 20 MB here.

    What is large goes back at once; by itself glibc learns to keep up to 64 MB for the next page.
    """
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        for name, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, LARGE)):
            libc.mallopt(name, value)


def _forget_descriptions() -> None:
    """Let go of the descriptions and types of every component: 14 MB that only an editor reads."""
    import dash_mantine_components  # noqa: F401, PLC0415 - heavy, and wanted in the process that answers only
    from dash.development.base_component import Component  # noqa: PLC0415

    classes = [Component]
    for each in classes:
        each.__doc__ = None
        each.__init__.__annotations__.clear()
        each.__init__.__dict__.pop("__signature__", None)
        getattr(each.__init__, "__wrapped__", each.__init__).__annotations__.clear()
        for name in [name for name, value in vars(each).items() if hasattr(value, "__required_keys__")]:
            delattr(each, name)
        classes.extend(each.__subclasses__())
