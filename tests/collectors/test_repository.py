"""Reading one repository: every shape of it, and nothing of what a hostile one asks for."""

from __future__ import annotations

import os
import time
import zlib
from datetime import UTC, datetime

import pytest

from collectors import gitprocess, history
from collectors.attribution import Wanted
from collectors.gitdir import locate, public_url
from collectors.head import read_head
from collectors.repository import MOST_TREE, Repository
from data.errors import NotUsable
from tests.collectors.builders import ANN, BEN, ENVIRONMENT, History, Link, git

EVERYONE = Wanted(everyone=True)


@pytest.fixture
def made(tmp_path):
    return History(tmp_path / "repo")


def small(made):
    made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"}, when="2021-01-01T10:00:00+02:00", message="first")
    made.commit({"a.py": "import numpy as np\nnp.outer(1, 2)\n"}, author=BEN, message="second\n\nbody: text")
    return made.write()


def told(folder, **options):
    """(values of symbols, codes of issues)."""
    issues = []
    with Repository(folder, **options) as repository:
        activities = list(history.walk(repository, EVERYONE, on_issue=issues.append))
    symbols = {fact.value for entry in activities for fact in entry.facts if fact.kind == "symbol"}
    return symbols, [issue.code for issue in issues]


# ---- shapes -----------------------------------------------------------------------------------------


def test_commits_say_who_and_when(made):
    with Repository(small(made)) as repository:
        second, first = repository.commits()
        assert (first.email, first.name, first.subject, first.parents) == (*reversed(ANN), "first", ())
        assert first.authored.isoformat() == "2021-01-01T10:00:00+02:00"
        assert second.parents == (first.id,)
        assert repository.complete
        assert [(author.email, author.commits) for author in repository.authors()] == [(ANN[1], 1), (BEN[1], 1)]


def test_mailmap_is_told_apart(made):
    made.commit({".mailmap": "True Name <true@example.org> <ann@example.org>\n"})
    with Repository(made.write()) as repository:
        (commit,) = repository.commits()
    assert (commit.email, commit.mapped_email, commit.mapped_name) == (
        "ann@example.org",
        "true@example.org",
        "True Name",
    )


def test_packed_refs_and_detached_head(made):
    folder = small(made)
    git(folder, "pack-refs", "--all")
    assert len(told(folder)[0]) == 2
    git(folder, "update-ref", "--no-deref", "HEAD", made.id(1))
    assert told(folder)[0] == {"numpy.dot"}


def test_a_ref_other_than_head(made):
    folder = small(made)
    git(folder, "update-ref", "refs/collector/head", made.id(1))
    assert told(folder, ref="refs/collector/head")[0] == {"numpy.dot"}


def test_bare_worktree_and_submodule_lead_to_one_identity(made, tmp_path):
    folder = small(made)
    git(folder, "worktree", "add", "-q", "--detach", str(tmp_path / "other"), made.id(1))
    main, linked = locate(folder), locate(tmp_path / "other")
    assert main is not None
    assert linked is not None
    assert main.identity == linked.identity == locate(folder / ".git").identity
    assert told(tmp_path / "other")[0] == {"numpy.dot"}
    git(tmp_path, "-c", "protocol.file.allow=always", "init", "-q", "parent")
    git(tmp_path / "parent", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(folder), "sub")
    assert told(tmp_path / "parent" / "sub")[0] == {"numpy.dot", "numpy.outer"}


def test_no_repository_is_said(tmp_path):
    with pytest.raises(NotUsable, match="holds no git repository"):
        Repository(tmp_path)
    (tmp_path / ".git").write_text("gitdir: /nowhere/at/all\n")
    with pytest.raises(NotUsable):
        Repository(tmp_path)


def test_sha256_is_read(tmp_path):
    made = History(tmp_path / "repo", object_format="sha256")
    folder = small(made)
    assert len(made.id(1)) == 64
    assert told(folder)[0] == {"numpy.dot", "numpy.outer"}


def test_reftable_is_refused_in_words(made):
    folder = small(made)
    git(folder, "config", "core.repositoryformatversion", "1")
    git(folder, "config", "extensions.refstorage", "reftable")
    with pytest.raises(NotUsable, match="reftable"):
        Repository(folder)


def test_key_is_that_of_the_first_commits(made, tmp_path):
    folder = small(made)
    git(tmp_path, "clone", "-q", "--bare", str(folder), "copy")
    with Repository(folder) as one, Repository(tmp_path / "copy") as two:
        assert one.key == two.key
        assert one.key.startswith("git:")


def test_shallow_boundary_claims_nothing(made, tmp_path):
    folder = small(made)
    git(tmp_path, "clone", "-q", "--bare", "--depth=1", f"file://{folder}", "shallow")
    symbols, codes = told(tmp_path / "shallow")
    assert symbols == set()
    assert codes == ["shallow-history"]
    with Repository(tmp_path / "shallow") as repository:
        assert repository.shallow == {made.id(2)}


def test_partial_clone_misses_blobs_without_fetching(made, tmp_path):
    folder = small(made)
    git(folder, "config", "uploadpack.allowfilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{folder}", "partial")
    before = sorted((tmp_path / "partial" / "objects").rglob("*"))
    symbols, codes = told(tmp_path / "partial")
    assert (symbols, codes) == (set(), ["unreadable-blob"])
    assert sorted((tmp_path / "partial" / "objects").rglob("*")) == before


def test_borrowed_objects_of_a_folder_are_honoured(made, tmp_path):
    folder = small(made)
    git(tmp_path, "clone", "-q", "--bare", "--shared", str(folder), "borrower")
    assert len(told(tmp_path / "borrower")[0]) == 2
    for entry in ("//host/share/objects", "https://host/objects", str(tmp_path / "gone")):
        (tmp_path / "borrower" / "objects" / "info" / "alternates").write_text(entry + "\n")
        with pytest.raises(NotUsable, match="borrows"):
            Repository(tmp_path / "borrower")


# ---- damage -----------------------------------------------------------------------------------------


def loose(folder, oid):
    return folder / ".git" / "objects" / oid[:2] / oid[2:]


def unpacked(made):
    folder = small(made)
    for pack in (folder / ".git" / "objects" / "pack").glob("*.pack"):
        data = pack.read_bytes()
        for part in folder.joinpath(".git", "objects", "pack").glob(f"{pack.stem}.*"):
            part.unlink()
        git(folder, "unpack-objects", "-q", stdin=data)
    return folder


def blob_of(folder, commit, path):
    return git(folder, "rev-parse", f"{commit}:{path}").decode().strip()


def test_corrupt_blob_is_survived(made):
    folder = unpacked(made)
    made.commit({"b.py": "import scipy\nscipy.fft()\n"})
    made.write()
    broken = loose(folder, blob_of(folder, made.id(2), "a.py"))
    broken.chmod(0o644)
    broken.write_bytes(b"this is no object")
    symbols, codes = told(folder)
    assert symbols == {"numpy.dot", "scipy.fft"}
    assert codes == ["unreadable-blob"]


def test_blob_with_a_lying_size_is_survived(made):
    folder = unpacked(made)
    broken = loose(folder, blob_of(folder, made.id(1), "a.py"))
    broken.chmod(0o644)
    broken.write_bytes(zlib.compress(b"blob 99999999\0short"))
    made.commit({"b.py": "import scipy\nscipy.fft()\n"})
    made.write()
    symbols, codes = told(folder)
    assert symbols == {"scipy.fft"}
    assert codes == ["unreadable-blob"]


def test_missing_tree_and_missing_commit_are_issues(made):
    folder = unpacked(made)
    tree = loose(folder, git(folder, "rev-parse", f"{made.id(2)}^{{tree}}").decode().strip())
    kept = tree.read_bytes()
    tree.unlink()
    assert told(folder) == ({"numpy.dot"}, ["unreadable-tree"])
    tree.write_bytes(kept)
    loose(folder, made.id(1)).unlink()
    assert "history-broken" in told(folder)[1]


def test_too_large_is_drained(made):
    made.commit(
        {"a.py": "import numpy\nnumpy.dot(1, 2)\n" + "# x\n" * 1_200_000, "b.py": "import scipy\nscipy.fft()\n"}
    )
    assert told(made.write()) == ({"scipy.fft"}, ["unreadable-blob"])


def test_killed_git_is_no_hang(made):
    with (
        Repository(small(made)) as repository,
        gitprocess.GitProcess(
            ("cat-file", "--batch"), cwd=repository._shadow, env=repository._env, lines=None, time_limit=0.05
        ) as child,
    ):
        assert list(child.fields()) == []


def test_overdue_git_is_killed(made):
    with Repository(small(made)) as repository:
        waiting = gitprocess.GitProcess(
            ("cat-file", "--batch", "--buffer"),
            cwd=repository._shadow,
            env=repository._env,
            lines=_slow(),
            time_limit=0.2,
        )
        with waiting as child:
            assert list(child.fields()) == []
            assert child.timed_out


def _slow():
    time.sleep(0.6)
    yield b"0" * 40


# ---- hostility --------------------------------------------------------------------------------------


def test_nothing_of_the_configuration_is_executed(made, tmp_path):
    folder = small(made)
    trap = tmp_path / "trapped"
    command = f"touch {trap}; false"
    git(folder, "config", "uploadpack.allowfilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{folder}", "partial")
    for place in (folder, tmp_path / "partial"):
        for key in (
            "core.sshCommand", "core.fsmonitor", "core.pager", "core.editor", "core.askPass", "diff.external", "diff.x.textconv",
            "diff.x.command", "filter.x.smudge", "filter.x.clean", "credential.helper", "uploadpack.packObjectsHook", "gpg.program",
            "core.alternateRefsCommand", "alias.log", "alias.cat-file",
        ):  # fmt: skip
            git(place, "config", key, f"!{command}" if key.startswith("alias") else command)
        git(place, "config", "log.showSignature", "true")
        git(place, "config", "remote.origin.url", "ssh://nowhere/x")
        git(place, "config", "include.path", str(tmp_path / "more"))
        (tmp_path / "more").write_text(f"[core]\n\thooksPath = {tmp_path}\n\tsshCommand = {command}\n")
        info = (place / ".git" if (place / ".git").exists() else place) / "info"
        info.mkdir(exist_ok=True)
        (info / "attributes").write_text("* diff=x filter=x\n")
        told(place)
        with Repository(place) as repository:
            assert repository._config["core.sshcommand"] == command
            read_head(repository)
    assert not trap.exists()


def test_the_callers_git_variables_are_not_passed_on(made, monkeypatch, tmp_path):
    folder = small(made)
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS", "GIT_SSH_COMMAND"):
        monkeypatch.setenv(name, "/nowhere")
    assert len(told(folder)[0]) == 2


def test_hostile_names(made):
    names = [
        "--upload-pack=touch x.py",
        "-c.py",
        "new\nline.py",
        'quo"te.py',
        "tab\t.py",
        "$(touch x).py",
        "; rm -rf x.py",
    ]
    for number, name in enumerate(names):
        made.commit(
            {name: f"import numpy as np\nnp.f{number}(1)\n"},
            author=(f"--exec=x {number}", f"-o$(x){number}@example.org"),
            message=f"--output=x\n\n:100644 100644 {number}\n",
        )
    made.commit({b"latin-\xe9.py": "import scipy\nscipy.fft()\n"})
    symbols, codes = told(made.write())
    assert symbols == {*(f"numpy.f{number}" for number in range(len(names))), "scipy.fft"}
    assert codes == []


def test_encodings_and_line_ends(made):
    made.commit(
        {
            "latin.py": "import numpy as np\nx = 'é'\nnp.dot(x, x)\n".encode("latin-1"),
            "wide.py": "import numpy as np\nnp.outer(1, 2)\n".encode("utf-16"),
            "marked.py": b"\xef\xbb\xbfimport numpy as np\nnp.sum(1)\n",
            "crlf.py": b"import numpy as np\r\nnp.einsum(1)\r\n",
            "nul.py": b"import numpy as np\nnp.prod(1)\n\0",
        },
        message=b"caf\xe9",
        author=("J\u00e9r\u00f4me", "j@example.org"),
    )
    symbols, _ = told(made.write())
    assert {"numpy.dot", "numpy.outer", "numpy.sum", "numpy.einsum"} <= symbols


def test_symbolic_link_to_file_is_new_and_back_is_nothing(made):
    made.commit({"a.py": Link("/etc/passwd")})
    made.commit({"a.py": "import numpy as np\nnp.dot(1, 2)\n"})
    made.commit({"a.py": Link("b.py")})
    assert told(made.write()) == ({"numpy.dot"}, [])


def test_deep_nesting_and_long_lines_are_no_crash(made):
    made.commit(
        {
            "deep.py": "x = " + "(" * 5000 + ")" * 5000 + "\n",
            "unary.py": "x = " + "-" * 100_000 + "1\n",
            "long.py": "import numpy as np\nx = [" + "np.dot(1, 2)," * 20_000 + "]\n",
            "bad.ipynb": "{" * 10_000,
            "worse.ipynb": '{"cells": [' + "[" * 50_000,
            "quotes.R": '"' * 9_999 + "\n" + "'" * 9_999,
            "open.js": "/*" * 50_000 + "`" * 10_001,
            "many.sql": "select " * 50_000,
            "Dockerfile": "FROM " + "a/" * 50_000,
            "package.json": '{"dependencies": {' + '"a": "1", ' * 20_000,
            "x.jl": "#=" * 50_000,
            "chunks.Rmd": "```{r}\n" * 10_000,
        }
    )
    start = datetime.now(UTC)
    told(made.write())
    assert (datetime.now(UTC) - start).total_seconds() < 30  # quadratic readers would take minutes


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("git@github.com:Ann/thing.git", "https://github.com/Ann/thing"),
        ("https://ann:secret@github.com/Ann/thing.git", "https://github.com/Ann/thing"),
        ("https://token@github.com/Ann/thing/", "https://github.com/Ann/thing"),
        ("ssh://git@ssh.github.com:443/Ann/thing.git", "https://github.com/Ann/thing"),
        ("git://github.com/Ann/thing", "https://github.com/Ann/thing"),
        ("http://github.com/Ann/thing?x=secret#y", "https://github.com/Ann/thing"),
        ("git@gitlab.com:group/sub/thing.git", "https://gitlab.com/group/sub/thing"),
        ("https://u:p@git.example.org:8443/a/b.git", "https://git.example.org:8443/a/b"),
        ("git@git.example.org:a/b.git", ""),
        ("/home/ann/thing", ""),
        ("../thing", ""),
        ("file:///home/ann/thing", ""),
        ("C:\\things\\thing", ""),
        ("ext::sh -c evil", ""),
        ("javascript:alert(1)//github.com/a/b", ""),
        ("https://github.com/", ""),
        ("https://[broken/a", ""),
        ("", ""),
    ],
)
def test_public_url(url, page):
    assert public_url(url) == page


def test_commit_url_needs_a_page(made):
    folder = small(made)
    with Repository(folder) as repository:
        assert (repository.remote_url, repository.commit_url("abc")) == ("", "")
    git(folder, "config", "remote.origin.url", "git@github.com:Ann/thing.git")
    with Repository(folder) as repository:
        assert repository.commit_url("abc") == "https://github.com/Ann/thing/commit/abc"


def test_the_shadow_goes_away(made):
    with Repository(small(made)) as repository:
        shadow = repository._shadow
        assert shadow.is_dir()
        assert shadow.stat().st_mode & 0o077 == 0
    assert not shadow.exists()
    assert ENVIRONMENT["HOME"] == os.devnull


def test_tree_of_countless_files_is_bounded(made):
    blob = git(made.folder, "hash-object", "-w", "--stdin", stdin=b"import os\n").decode().strip()
    tree = git(made.folder, "mktree", stdin=f"100644 blob {blob}\ta.py\n".encode()).decode().strip()
    for _ in range(8):  # 10^8 files of ten objects
        tens = "".join(f"040000 tree {tree}\t{name}\n" for name in range(10))
        tree = git(made.folder, "mktree", stdin=tens.encode()).decode().strip()
    commit = git(made.folder, "commit-tree", tree, "-m", "bomb").decode().strip()
    git(made.folder, "update-ref", "HEAD", commit)
    with Repository(made.folder) as repository:
        assert [changes.rows for changes in repository.changes([commit])] == [None]
        assert sum(1 for _ in repository.tree(commit)) == MOST_TREE
        assert not repository.complete
        assert len(read_head(repository)) > 0  # a few copies of the one file
