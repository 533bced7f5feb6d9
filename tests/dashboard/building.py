"""Apps for tests."""

from dashboard.app import create_app
from dashboard.site import SourceChoice
from data.errors import NotUsable
from tests.dashboard import samples


def check_login(handle):
    if " " in handle:
        raise NotUsable(f"“{handle}” is not a login.")
    return handle.lower()


SOURCES = {"github": SourceChoice("GitHub", "Login", "octocat", check_login)}


def make_app(store, taxonomy, tmp_path, **more):
    return create_app(samples.settings(tmp_path), store, taxonomy=taxonomy, **{"sources": SOURCES, **more})
