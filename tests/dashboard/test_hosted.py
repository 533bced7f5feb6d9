"""Where a host's gunicorn listens: for others only once somebody has to sign in."""

import os
import subprocess
import sys

import pytest

from dashboard import serving
from tests.dashboard.entering import HASH

SHOW = "import dashboard.hosted as hosted; print(hosted.bind)"
GITHUB = {
    "SKILLFOLIO_GITHUB_CLIENT_ID": "a",
    "SKILLFOLIO_GITHUB_CLIENT_SECRET": "b",
    "SKILLFOLIO_GITHUB_LOGINS": "octocat",
}


def bound(home, settings):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SKILLFOLIO_", "GITHUB_"))}
    environment = {**clean, "SKILLFOLIO_HOME": str(home), "PORT": "8123", **settings}
    done = subprocess.run([sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, check=False)
    return done.stdout.strip(), done.stderr


@pytest.mark.parametrize("settings", [{"SKILLFOLIO_PASSWORD": HASH}, GITHUB], ids=["password", "github"])
def test_others_are_listened_to_once_one_signs_in(tmp_path, settings):
    assert bound(tmp_path, settings) == ("0.0.0.0:8123", "")


def test_only_this_machine_is_before(tmp_path):
    where, told = bound(tmp_path, {"SKILLFOLIO_PASSWORD": "  "})
    assert where == "127.0.0.1:8123"
    assert "SKILLFOLIO_PASSWORD" in told


def test_half_of_signing_in_starts_nothing(tmp_path):
    where, told = bound(tmp_path, {"SKILLFOLIO_GITHUB_CLIENT_ID": "a"})
    assert where == ""
    assert "SKILLFOLIO_GITHUB_LOGINS" in told


def test_nothing_is_written_into_the_home_folder():
    server = serving._Server(lambda: None, "127.0.0.1:0")
    assert server.cfg.control_socket_disable
    assert (server.cfg.threads, server.cfg.timeout) == (8, 60)


def test_what_keeps_it_from_starting_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    env = os.environ | {"SKILLFOLIO_HOME": str(tmp_path / "file" / "store")}
    told = subprocess.run(
        [sys.executable, "-c", "import cli; cli.wsgi()"], env=env, capture_output=True, text=True, check=False
    )
    assert told.returncode == 1
    assert told.stderr.startswith("Error: There cannot be a store")
    assert len(told.stderr.splitlines()) == 1
