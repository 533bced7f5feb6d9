"""Fetching from a server that is slow, large, broken or hostile."""

from __future__ import annotations

import fcntl
import random
import subprocess
import sys
import threading
import time

import pytest

from collectors import fetching
from collectors.fetching import NotFetched, fetch
from collectors.fetchprocess import Limits, Remote
from tests.loopback.github import Answer, GitHub
from tests.loopback.histories import ENVIRONMENT, Written, extend, head_of, make
from tests.loopback.state import Repo, User, World

ADVERTISEMENT = "application/x-git-upload-pack-advertisement"
NOISE = random.Random(1).randbytes(700_000)


@pytest.fixture
def github(tmp_path):
    bob = User(8, "bob")
    path = make(tmp_path / "origin.git", [Written("bob@example.org", 1_600_000_000, {"a.py": "import torch\n"})])
    with GitHub(World([bob], [Repo(1, bob, "work", path)], tokens={"ghp_bob": bob})) as running:
        yield running


@pytest.fixture
def repo(github):
    return github.world.repos[0]


@pytest.fixture
def remote(github):
    return Remote(f"{github.url}/bob/work.git")


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache" / "1.git"


def code_of(remote, cache, **more) -> str:
    with pytest.raises(NotFetched) as caught:
        fetch(remote, cache, **more)
    return caught.value.code


def test_first_fetch_and_later_ones(github, repo, remote, cache):
    first = fetch(remote, cache)
    assert (first.head, first.changed, first.lenient) == (head_of(repo.path), True, False)
    github.forget()
    assert not fetch(remote, cache).changed
    assert len(github.asked) == 2
    extend(repo.path, [Written("bob@example.org", 1_600_100_000, {"b.py": "import jax\n"})])
    later = fetch(remote, cache)
    assert (later.head, later.changed) == (head_of(repo.path), True)


def test_rewritten_and_renamed_branches_are_followed(repo, remote, cache):
    fetch(remote, cache)
    make(repo.path, [Written("bob@example.org", 1_600_200_000, {"c.py": ""})], branch="other")
    subprocess.run(
        ["git", f"--git-dir={repo.path}", "symbolic-ref", "HEAD", "refs/heads/other"], env=ENVIRONMENT, check=True
    )
    assert fetch(remote, cache).head == head_of(repo.path)


def test_large_files_stay_away(repo, remote, cache):
    extend(repo.path, [Written("bob@example.org", 1_600_100_000, {"data.bin": NOISE, "b.py": "import jax\n"})])
    fetch(remote, cache)
    size = sum(path.stat().st_size for path in cache.rglob("*") if path.is_file())
    assert size < 100_000


def test_large_notebooks_of_the_person_come_after_all(github, repo, remote, cache):
    noise = NOISE.hex()
    mine = [
        Written("Ada@x.org", 1_600_100_000 + n, {"plots.ipynb": f"{n}{noise}", "data.csv": noise}) for n in range(2)
    ]
    extend(repo.path, [*mine, Written("bob@example.org", 1_600_200_000, {"theirs.ipynb": f"b{noise}"})])
    fetch(remote, cache, authors=("ada@x.org", "nobody@x.org"))
    listing = run_git(cache, "rev-list", "--objects", "--missing=print", "HEAD", environment={"GIT_NO_LAZY_FETCH": "1"})
    missing = {line[1:] for line in listing.splitlines() if line.startswith("?")}
    assert missing == {run_git(repo.path, "rev-parse", f"HEAD:{name}") for name in ("theirs.ipynb", "data.csv")}
    github.forget()
    fetch(remote, cache, authors=("ada@x.org",), again=False)
    assert github.asked == []  # all of hers is here
    fetch(remote, cache, authors=("bob@example.org",), again=False)
    assert github.asked != []


def test_nothing_of_the_remote_is_written_down(remote, cache, github):
    fetch(Remote(remote.url, "ghp_bob"), cache)
    written = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    assert b"ghp_bob" not in written
    assert github.url.encode() not in written


def test_private_needs_the_token(github, repo, remote, cache):
    repo.private = True
    assert code_of(remote, cache) == "repository-gone"
    assert fetch(Remote(remote.url, "ghp_bob"), cache).changed
    assert code_of(Remote(remote.url, "ghp_wrong"), cache) == "repository-denied"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(404, b""), "repository-gone"),
        (Answer(410, b""), "repository-gone"),
        (Answer(403, b"denied"), "repository-denied"),
        (Answer(451, b""), "repository-blocked"),
        (
            Answer(403, b"Repository unavailable due to DMCA takedown.", {"Content-Type": "text/plain"}),
            "repository-blocked",
        ),
        (Answer(429, b""), "forge-unreachable"),
        (Answer(500, b""), "forge-unreachable"),
        (Answer(200, b"0000nonsense", {"Content-Type": ADVERTISEMENT}), "repository-broken"),
    ],
)
def test_refusals_are_told_apart(github, remote, cache, answer, code):
    github.faults.append(lambda _: answer)
    assert code_of(remote, cache) == code


def test_empty_repository_is_told(repo, remote, cache):
    repo.path = None
    assert code_of(remote, cache) == "repository-empty"


def test_server_that_is_not_there(cache):
    assert code_of(Remote("http://127.0.0.1:9/bob/work.git"), cache) == "forge-unreachable"


def test_slow_server_is_given_up(github, remote, cache):
    release = threading.Event()
    github.faults.append(lambda _: release.wait(20) and None)
    started = time.monotonic()
    assert code_of(remote, cache, limits=Limits(seconds=0.5)) == "repository-timeout"
    assert time.monotonic() - started < 5
    release.set()


def test_stop_ends_it_at_once(github, remote, cache):
    release, stop = threading.Event(), threading.Event()
    github.faults.append(lambda _: release.wait(20) and None)
    threading.Timer(0.2, stop.set).start()
    started = time.monotonic()
    assert code_of(remote, cache, stop=stop) == "stopped"
    assert time.monotonic() - started < 5
    release.set()


@pytest.mark.skipif(sys.platform != "linux", reason="bounds are set from outside on Linux only")
def test_pack_beyond_the_limit_is_given_up(repo, remote, cache):
    extend(repo.path, [Written("bob@example.org", 1_600_100_000, {"data.bin": NOISE[:400_000]})])
    assert code_of(remote, cache, limits=Limits(bytes=100_000)) == "repository-too-large"
    assert not list(cache.glob("objects/pack/tmp_*"))
    assert fetch(remote, cache).changed


def test_malformed_objects_are_taken_and_marked(repo, remote, cache):
    tree = run_git(repo.path, "rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nauthor Bob <bob@example.org>1600000000 +0000\ncommitter Bob <b@x> 1600000000 +0000\n\nodd\n"
    odd = run_git(repo.path, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text)
    run_git(repo.path, "update-ref", "refs/heads/main", odd)
    assert fetch(remote, cache).lenient


def run_git(path, *arguments, stdin="", environment=()):
    command = ["git", f"--git-dir={path}", *arguments]
    return subprocess.run(
        command, env=ENVIRONMENT | dict(environment), input=stdin, text=True, capture_output=True, check=True
    ).stdout.strip()


def test_leftovers_of_killed_fetches_are_removed(remote, cache):
    fetch(remote, cache)
    left = [
        cache / "objects" / "pack" / "tmp_pack_x1",
        cache / "shallow.lock",
        cache / "refs" / "collector" / "head.lock",
    ]
    for path in left:
        path.write_bytes(b"half")
    fetch(remote, cache)
    assert not [path for path in left if path.exists()]


def test_fetch_that_outlived_its_run_is_ended(remote, cache):
    cache.parent.mkdir(parents=True)
    with cache.with_name("1.git.lock").open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        orphan = subprocess.Popen(["sleep", "60"], start_new_session=True, pass_fds=(lock.fileno(),))
        gone = subprocess.Popen(["true"])
        gone.wait()
        lock.write(f"{gone.pid} {orphan.pid}")
    threading.Thread(target=orphan.wait, daemon=True).start()
    assert fetch(remote, cache).changed
    assert orphan.wait(5) < 0


def test_many_packs_are_made_one(repo, remote, cache, monkeypatch):
    for number in range(4):
        extend(repo.path, [Written("bob@example.org", 1_600_100_000 + number, {"b.py": f"x = {number}\n"})])
        fetch(remote, cache)
    assert len(list(cache.glob("objects/pack/*.pack"))) == 4
    extend(repo.path, [Written("bob@example.org", 1_600_200_000, {"b.py": "x = 9\n"})])
    fetch(remote, cache, limits=Limits(packs=3))
    assert len(list(cache.glob("objects/pack/*.pack"))) <= 2
    assert run_git(cache, "rev-list", "--count", fetching.HEAD) == "6"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a/b.git",
        "ssh://git@example.org/a/b.git",
        "ext::sh -c id",
        "file:///etc",
        "https://user:secret@example.org/a/b.git",
        "--upload-pack=touch /x",
        "/srv/git/a",
        "https://example.org/a/b.git?x=1",
    ],
)
def test_addresses_that_are_refused(url):
    with pytest.raises(ValueError):
        Remote(url)


def test_token_is_not_in_what_is_printed():
    assert "ghp_secret" not in repr(Remote("https://github.com/a/b.git", "ghp_secret"))


def test_hostile_branch_and_file_names_are_only_names(repo, remote, cache, tmp_path):
    for name in ("--upload-pack=touch", "$(touch x)", "a;b|c&d", "'\"`id`"):
        stream = f"commit refs/heads/x\ncommitter B <b@x.org> 1600000000 +0000\ndata 1\nx\nM 100644 inline {name}\ndata 1\nx\n"
        run_git(repo.path, "fast-import", "--quiet", "--force", stdin=stream)
    run_git(repo.path, "symbolic-ref", "HEAD", "refs/heads/x")
    assert fetch(remote, cache).head == head_of(repo.path)
    assert not (tmp_path / "x").exists()
