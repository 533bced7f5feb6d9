"""Settings of gunicorn on a host: `gunicorn --config python:dashboard.hosted 'cli:wsgi()'`.

WEB_CONCURRENCY says how many processes answer; gunicorn itself reads it. Without a way to sign in the server
listens on this machine only.
"""

from __future__ import annotations

import sys

from dashboard.access.rules import rules_of
from dashboard.serving import OPTIONS
from data.settings import load_settings

_settings = load_settings()
_open = rules_of(_settings).sign_in
if not _open:
    sys.stderr.write("Nobody has to sign in, so only this machine can open the dashboard: set SKILLFOLIO_PASSWORD.\n")

bind = f"{'0.0.0.0' if _open else '127.0.0.1'}:{_settings.port}"  # noqa: S104 - whoever comes has to sign in
preload_app = True  # two processes share what was loaded once
worker_class = OPTIONS["worker_class"]
threads = OPTIONS["threads"]
timeout = OPTIONS["timeout"]
loglevel = OPTIONS["loglevel"]
proc_name = OPTIONS["proc_name"]
control_socket_disable = OPTIONS["control_socket_disable"]
