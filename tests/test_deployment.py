"""What the container files and the pages on deployment name is there."""

from __future__ import annotations

import re
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
