"""What the container files and the pages on deployment name is there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import cli
from data.settings import SETTINGS

TOP = Path(cli.__file__).parent
FILES = [TOP / name for name in ("Dockerfile", "compose.yaml", "Procfile", "docs/access.md", "docs/deployment.md")]
KNOWN = {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_settings_named_exist(file):
    named = set(re.findall(r"\b(?:SKILLFOLIO|GITHUB)_[A-Z_]*[A-Z]\b", file.read_text()))
    assert named <= KNOWN


@pytest.mark.parametrize("file", FILES[:3], ids=lambda path: path.name)
def test_commands_named_exist(file):
    known = {words[0] for words, _ in cli._commands(cli.main, ())}
    text = file.read_text().replace('", "', " ")
    assert set(re.findall(r"(?:command: \[\"|: )skillfolio ([a-z]+)", text)) <= known


def test_container_copies_what_there_is_and_all_of_the_package():
    lines = [line.split()[1:-1] for line in (TOP / "Dockerfile").read_text().splitlines() if line.startswith("COPY")]
    copied = {name for line in lines for name in line}
    assert all((TOP / name).exists() for name in copied)
    listed = re.search(r"only-include = \[(.*)\]", (TOP / "pyproject.toml").read_text()).group(1)
    assert set(re.findall(r'"([^"]+)"', listed)) <= copied
    sent = {line[1:] for line in (TOP / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == sent


def test_container_and_procfile_start_the_same_server():
    (web,) = re.findall(r"^web: (.*)$", (TOP / "Procfile").read_text(), re.MULTILINE)
    (command,) = re.findall(r"^CMD \[(.*)\]$", (TOP / "Dockerfile").read_text(), re.MULTILINE)
    assert [word.strip("'") for word in web.split()] == re.findall(r'"([^"]+)"', command)


def test_compose_holds_no_secret_and_listens_on_this_machine_only():
    text = (TOP / "compose.yaml").read_text()
    for line in text.splitlines():
        if re.search(r"(PASSWORD|TOKEN|SECRET)\w*:", line):
            assert "${" in line, line
    assert re.findall(r'- "(.*:\d+:\d+)"', text) == ["127.0.0.1:8050:8050"]


def test_compose_gives_nothing_that_is_not_needed():
    text = (TOP / "compose.yaml").read_text()
    shared = text[: text.index("\nservices:")]
    for line in ("read_only: true", "tmpfs:\n    - /tmp", "no-new-privileges:true", "cap_drop:\n    - ALL"):
        assert line in shared
    assert text.count("<<: *skillfolio") == 3  # migrate, web, worker
    assert '"--host", "127.0.0.1"' in re.search(r"test: .*pg_isready.*", text).group()


def test_container_does_not_run_as_root_and_installs_what_was_pinned():
    text = (TOP / "Dockerfile").read_text()
    assert text.index("\nUSER skillfolio") < text.index("\nCMD ")
    assert re.findall(r"^USER (.*)$", text, re.MULTILINE) == ["skillfolio"]
    assert all("--require-hashes" in line or "--no-deps" in line for line in re.findall(r"RUN pip .*", text))


def pinned(name):
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (TOP / name).read_text(), re.MULTILINE))


def test_servers_get_what_everyone_gets_and_the_driver_of_postgresql():
    own, server = pinned("requirements.lock"), pinned("requirements-server.lock")
    assert {name: server.get(name) for name in own} == own
    assert server.keys() - own.keys() == {"psycopg", "psycopg-binary"}
    assert "-r requirements-server.lock" in (TOP / "requirements.txt").read_text().splitlines()
    assert os.access(TOP / "bin" / "post_compile", os.X_OK)


def test_make_refuses_an_old_python_and_says_which_it_wants(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")  # as every question for 3.11 or newer ends there
    old.chmod(0o755)
    for python in (old, ""):
        told = subprocess.run(
            ["make", "install", f"PYTHON={python}", f"VENV={tmp_path / 'venv'}"],
            cwd=TOP,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 2
        assert "needs Python 3.11 or newer" in told.stdout
        assert not (tmp_path / "venv").exists()


def test_make_says_what_an_installation_wants(tmp_path):
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    (bin_ / "python").write_text("#!/bin/sh\necho no network >&2; exit 1\n")
    (bin_ / "python").chmod(0o755)
    (tmp_path / "made").touch()
    told = subprocess.run(["make", "install", f"VENV={tmp_path}"], cwd=TOP, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "goes on from here" in told.stdout
    assert not (tmp_path / "run-ready").exists()
