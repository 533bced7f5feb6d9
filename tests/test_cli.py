"""The command line, as a person uses it: real repositories, a store of its own, exit codes and sentences."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

import cli
from commands import opening
from dashboard.access.password import Password

ME = "me@example.org"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty HOME and store, so that nothing of this machine's configuration counts."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "GITHUB_", "SKILLFOLIO_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path / "store"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def clone(tmp_path):
    """A repository with two of my commits and one of somebody else's."""
    path = tmp_path / "code" / "study"
    path.mkdir(parents=True)

    def git(*arguments, **environment):
        subprocess.run(
            ["git", "-C", str(path), *arguments], check=True, capture_output=True, env=os.environ | environment
        )

    def commit(text, email, day):
        (path / "study.py").write_text(text)
        git("add", "-A")
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "A Person"), ("EMAIL", email), ("DATE", f"{day}T10:00:00+0200"))
        }
        git("commit", "-qm", "study", **who)

    git("init", "-q", "-b", "main")
    commit("import numpy as np\n", ME, "2024-01-05")
    commit("import numpy as np\nu, s, v = np.linalg.svd(x)\n", ME, "2025-01-05")
    commit(
        "import numpy as np\nu, s, v = np.linalg.svd(x)\nimport torch\ntorch.nn.LSTM(1, 2)\n",
        "other@example.org",
        "2025-02-01",
    )
    return path


def run(*arguments, code=0):
    """Call the program; returns what it printed (both streams)."""
    result = CliRunner().invoke(cli.main, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def ids(rows):
    return {row["id"] for row in rows}


def test_scan_counts_one_author(home, clone):
    found = json.loads(run("scan", clone, "--author", ME.upper(), "--json"))
    assert {"languages", "technologies", "skills"} <= set(found)
    svd = next(s for s in found["skills"] if s["id"] == "matrix-decomposition")
    assert (svd["first"], svd["last"], svd["active_days"], svd["present_at_head"]) == (
        "2025-01-05",
        "2025-01-05",
        1,
        True,
    )
    assert svd["proof"]["path"] == "study.py"
    assert svd["proof"]["line"] == 2
    assert "pytorch" not in ids(found["technologies"])


def test_scan_counts_everyone(home, clone):
    assert "pytorch" in ids(json.loads(run("scan", clone, "--everyone", "--json"))["technologies"])


def test_scan_prints_tables(home, clone):
    assert "matrix-decomposition" in run("scan", clone, "--everyone")


def test_scan_tells_why(home, clone):
    said = json.loads(run("scan", clone, "--everyone", "--why", "matrix-decomposition", "--json"))
    assert said["present"]
    (voice,) = said["speaking"]
    assert (voice["value"], voice["first"], voice["path"], voice["line"]) == (
        "numpy.linalg.svd",
        "2025-01-05",
        "study.py",
        2,
    )
    assert voice["rule"].startswith("numpy: linalg.svd")
    assert "numpy.linalg.svd" in run("scan", clone, "--everyone", "--why", "matrix-decomposition")


def test_scan_tells_why_not(home, clone):
    said = run("scan", clone, "--author", ME, "--why", "pytorch")
    assert "no kinds of facts speak for it" in said
    assert "What would count" in said


def test_scan_lists_imports_that_no_rule_knows(home, clone):
    (clone / "other.py").write_text("import odd_library\nodd_library.run()\n")
    subprocess.run(["git", "-C", clone, "add", "-A"], check=True)
    who = ["-c", f"user.email={ME}", "-c", "user.name=A Person"]
    subprocess.run(["git", "-C", clone, *who, "commit", "-qm", "odd"], check=True)
    (unknown,) = json.loads(run("scan", clone, "--author", ME, "--json"))["unknown"]
    assert (unknown["package"], unknown["language"], unknown["uses"]) == ("odd_library", "python", 1)
    assert "odd_library" in run("scan", clone, "--author", ME)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        pytest.param(("scan", "{clone}"), 1, "--author EMAIL", id="who am I"),
        pytest.param(
            ("scan", "{clone}", "--everyone", "--why", "rocauc"), 1, "Did you mean roc-auc", id="no such skill"
        ),
        pytest.param(
            ("scan", "{clone}", "--author", "nobody@example.org"),
            1,
            "No commit here is by",
            id="an author who is not there",
        ),
        pytest.param(("scan", "{clone}", "--author", ME, "--everyone"), 2, "exclude each other", id="both"),
        pytest.param(("scan", "{home}"), 1, "no git repository", id="no repository"),
        pytest.param(("map", "odd_library", "statistic"), 1, "Did you mean statistics", id="map to no skill"),
        pytest.param(("map", "numpy", "statistics"), 1, "known already, as NumPy", id="map what is known"),
        pytest.param(("map", "odd_library", "--remove"), 1, "is not mapped", id="remove what is not mapped"),
        pytest.param(("map", "--remove"), 2, "takes the PACKAGE", id="remove nothing"),
        pytest.param(("collect",), 1, "add git", id="nothing to collect"),
        pytest.param(("add", "git", "{home}/missing"), 1, "missing", id="no such folder"),
        pytest.param(("add", "github", "not a login"), 1, "login", id="no login"),
        pytest.param(("identities", "--confirm", "me"), 1, "no e-mail address", id="no address"),
        pytest.param(("identities", "--remove", "me@\x1b[31m"), 1, "no e-mail address", id="no letters"),
        pytest.param(("collect", "--source", "elsewhere"), 1, "git, github", id="no such source"),
    ],
)
def test_wrong_use_says_what_to_do(home, clone, arguments, code, says):
    assert says in run(*(a.format(clone=clone, home=home) for a in arguments), code=code)


def test_whole_life(home, clone):
    run("add", "git", clone.parent)
    assert "Say who you are" in run("collect")
    assert ME in run("identities")
    run("identities", "--confirm", ME)
    assert "done: 1 repository," in run("collect")
    report = json.loads(run("report", "--json"))
    assert {"person", "as_of", "areas", "skills", "technologies", "projects", "sources"} <= set(report)
    svd = next(s for s in report["skills"] if s["id"] == "matrix-decomposition")
    assert (svd["level"], svd["active_days"]) == (1, 1)
    assert len(report["areas"]) == 8
    assert "Eigenvectors and SVD" in run("report")
    before = run("report", "--json")
    run("collect")
    assert json.loads(run("report", "--json"))["skills"] == json.loads(before)["skills"]
    run("identities", "--remove", ME)
    assert not [s for s in json.loads(run("report", "--json"))["skills"] if s["active_days"]]
    assert "facts" in run("doctor")


def test_source_is_forgotten_by_its_folder(home, clone, tmp_path):
    run("add", "git", clone, tmp_path, "--author", ME)
    run("collect")
    assert f"name one:\n  git {clone}" in run("remove", "git", code=1)
    assert "with everything read only from it" in run("remove", clone, code=1)  # not confirmed
    assert f"Removed Git folders {clone}" in run("remove", clone, "--yes")
    assert "study" in run("report")  # by the other folder
    run("remove", "git", "--yes")
    assert "study" not in run("report")
    assert "You have no source" in run("remove", "git", code=1)


def test_git_configuration_proposes(home, clone):
    (home / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n")
    run("add", "git", clone)
    assert "confirm them" in run("collect")
    assert [s for s in json.loads(run("report", "--json"))["skills"] if s["active_days"]]
    assert "matrix-decomposition" in run("scan", clone)


def test_demo_loads_into_a_store_of_its_own(home, tmp_path):
    run("demo", "--no-serve")
    assert list((tmp_path / "store" / "sample").glob("sample-*.db"))
    assert not (tmp_path / "store" / "skillfolio.db").exists()


def test_every_command_has_help(home):
    for words, command in cli._commands(cli.main, ()):
        assert command.help, words
        assert "Usage:" in run(*words, "--help")


@pytest.mark.parametrize("group", ["", "add", "export", "log", "share"])
def test_commands_are_listed_with_whole_sentences(home, group):
    listed = run(*group.split(), "--help").partition("Commands:")[2]
    assert listed.strip()
    assert "..." not in listed.replace("PATH...", "")


def test_token_is_never_shown(home, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_neverShownToAnyone")
    assert "ghp_" not in run("doctor")


def test_starts_quickly_without_the_heavy_parts(home):
    code = "import cli, sys; print([m for m in ('pandas', 'dash', 'sqlalchemy', 'github') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_map_takes_effect_without_a_scan(home, clone):
    (home / ".gitconfig").write_text(f"[user]\n\temail = {ME}\n\tname = A Person\n")
    (clone / "other.py").write_text("import odd_library\nodd_library.run()\n")
    for arguments in (["add", "-A"], ["commit", "-qm", "odd"]):
        subprocess.run(["git", "-C", clone, *arguments], check=True)
    run("add", "git", clone)
    run("collect")

    def shown():
        return {s["id"] for s in json.loads(run("report", "--json"))["skills"] if s["active_days"]}

    assert "statistics" not in shown()
    assert "odd_library shows statistics" in run("map", "odd_library", "statistics")
    assert "statistics" in shown()
    assert "statistics" in run("map")
    assert "statistics" in ids(json.loads(run("scan", clone, "--json"))["skills"])
    run("map", "odd_library", "--remove")
    assert "statistics" not in shown()


def test_lists_of_nothing_say_what_comes_next(home):
    assert "map PACKAGE SKILL" in run("map")
    assert "add github" in run("schedule")


def test_broken_mappings_are_told_by_their_path(home, tmp_path):
    broken = tmp_path / "store" / "taxonomy.toml"
    broken.parent.mkdir()
    broken.write_text("id = \n")
    for command in (("map",), ("map", "odd_library", "statistics"), ("map", "odd_library", "--remove"), ("detect",)):
        assert f"Error: {broken}:1: not TOML" in run(*command, code=1)


def test_names_of_folders_are_shown_and_not_obeyed(home, clone, tmp_path):
    odd = tmp_path / "[" / "bold]\x1b[31m[red]"
    odd.parent.mkdir()
    clone.parent.rename(odd)
    told = run("add", "git", odd) + run("collect")
    assert told.count("[/bold][31m[red]") == 2
    told += run("scan", odd, code=1)
    assert "\x1b" not in told


def test_bulk_commit_waits_for_a_word(home, clone):
    for number in range(301):
        (clone / f"lesson_{number}.py").write_text(f"import pandas as pd\npd.read_csv('{number}.csv')\n")
    subprocess.run(["git", "-C", str(clone), "add", "-A"], check=True)
    who = ["-c", f"user.email={ME}", "-c", "user.name=Me"]
    subprocess.run(["git", "-C", str(clone), *who, "commit", "-qm", "course material"], check=True)

    def days_of_pandas():
        skills = json.loads(run("report", "--json"))["skills"]
        return next((s["active_days"] for s in skills if s["id"] == "pandas"), 0)

    run("add", "git", clone, "--author", ME)
    assert "skillfolio bulk" in run("collect")
    assert days_of_pandas() == 0
    commit = next(word for word in run("bulk").split() if len(word) == 40)
    run("bulk", "--count", commit[:10])
    assert days_of_pandas() == 1
    run("bulk", "--leave-out", commit[:10])
    assert days_of_pandas() == 0
    assert "0 of the commits listed" in run("bulk", "--count", "ffff", code=1)


@pytest.mark.parametrize("command", ["serve", "up"])
def test_others_are_not_served_before_sign_in_is_set(home, command):
    told = run(command, "--host", "0.0.0.0", "--no-open", code=1)
    assert "SKILLFOLIO_PASSWORD" in told
    assert "--host 127.0.0.1" in told


def test_half_of_signing_in_is_told_before_serving(home, monkeypatch):
    monkeypatch.setenv("SKILLFOLIO_GITHUB_CLIENT_ID", "Iv1.abc")
    assert "SKILLFOLIO_GITHUB_CLIENT_SECRET and SKILLFOLIO_GITHUB_LOGINS" in run("serve", "--no-open", code=1)


def test_password_is_hashed_and_never_printed(home):
    def ask(*typed):
        return CliRunner().invoke(cli.main, ["password"], input="\n".join(typed) + "\n")

    made = ask("correct horse", "correct horse")
    assert made.exit_code == 0
    assert made.stdout.startswith("$argon2id$")
    assert len(made.stdout.splitlines()) == 1
    assert "correct" not in made.output
    assert Password(made.stdout.strip()).matches("correct horse")
    assert "at least 8" in ask("short", "short").output
    assert "do not match" in ask("correct horse", "correct house", "correct horse", "correct horse").output


def test_folder_is_called_public_and_private_again(home, clone):
    run("add", "git", clone, "--author", ME)
    nobody = ("share", "create", "--title", "x", "--all-public", "--yes")
    assert "no public project of yours yet. Collect your work first" in run(*nobody, code=1)
    run("collect")
    assert f"`skillfolio add git {clone} --public`" in run(*nobody, code=1)
    told = run("add", "git", clone, "--public")
    assert "count as public" in told
    assert "1 already read turned public" in told
    assert "\n  study\n" in run(*nobody)
    assert "1 already read turned private" in run("add", "git", clone, "--private")
    run("collect")
    assert "no public project" in run(*nobody, code=1)
    run("add", "git", clone)  # without a word about it
    assert "no public project" in run(*nobody, code=1)


def test_next_names_the_smallest_steps(home, clone):
    run("add", "git", clone, "--author", ME)
    run("collect")
    told = run("next", "--role", "data-scientist")
    assert "Data scientist:" in told
    assert "1 more active day with Hypothesis testing reaches Tried" in told
    found = json.loads(run("next", "--json"))
    assert found["role"]["id"] == "ml-engineer"
    assert found["steps"][0]["days"] >= 1
    assert "Known: ml-engineer" in run("next", "--role", "astronaut", code=1)


def test_correction_takes_effect_and_is_taken_back(home, clone):
    run("add", "git", clone, "--author", ME)
    run("collect")

    def shown():
        return {skill["id"] for skill in json.loads(run("report", "--json"))["skills"]}

    before = shown()
    assert "matrix-decomposition" in before
    told = run("correct", "--project", "study", "--path", "study.py", "--as", "not-mine", "--note", "copied")
    assert "Marked: 2 pieces of work" in told
    assert "not mine" in told
    assert "matrix-decomposition" not in shown()
    assert "copied" in run("correct")
    assert "Nothing is marked" in run("correct", "--undo", 1)
    assert shown() == before
    assert "No project is called" in run("correct", "--project", "other", "--as", "hide", code=1)
    for missing in (("--commit", "abc"), ("--path", "none.py")):
        assert "Name a commit by its whole id" in run("correct", "--project", "study", *missing, "--as", "hide", code=1)
    run("correct", "--project", "study", code=2)
    run("correct", "--path", "study.py", code=2)


def test_doctor_says_that_git_is_missing(home, monkeypatch):
    monkeypatch.setenv("PATH", str(home))
    assert "git is missing" in run("doctor")


def test_server_that_does_not_answer_is_said_with_what_to_look_at(home, monkeypatch):
    pytest.importorskip("psycopg")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hidden@127.0.0.1:1/mine")
    told = run("report", code=1)
    assert "Look whether the server runs, and at DATABASE_URL." in told
    assert "hidden" not in told


def test_home_that_cannot_be_is_said(home, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SKILLFOLIO_HOME", str(tmp_path / "file" / "store"))
    for command in (("demo", "--no-serve"), ("doctor",), ("add", "git", tmp_path)):
        assert "Set SKILLFOLIO_HOME to a folder of yours" in run(*command, code=1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a disk that is full is Linux's")  # noqa: PTH110
def test_full_disk_is_said(home):
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        told = subprocess.run([sys.executable, "-m", "cli", "doctor"], stdout=full, stderr=-1, text=True, check=False)
    assert told.returncode == 1
    assert "Make room" in told.stderr
    assert "Traceback" not in told.stderr


def test_folders_of_the_path_that_cannot_be_looked_into_are_passed_over(home, monkeypatch):
    monkeypatch.setenv("PATH", f"{'x' * 300}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sys, "argv", ["/somewhere/skillfolio"])
    assert opening.called().endswith("skillfolio")
