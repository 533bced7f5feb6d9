import pytest

from data.links import commit_url, line_url, safe_url, web_address


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/ada/engine",
        "https://github.com/ada/engine.git",
        "https://GitHub.com/Ada/Engine/",
        "https://ada:token@github.com/ada/engine.git",
        "http://github.com/ada/engine",
        "git@github.com:ada/engine.git",
        "github.com:ada/engine",
        "ssh://git@github.com/ada/engine.git",
        "ssh://git@github.com:22/ada/engine",
        "git://github.com/ada/engine.git",
    ],
)
def test_every_writing_is_one_address(remote):
    assert web_address(remote) == "https://github.com/ada/engine"


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "/home/ada/engine",
        "../engine",
        "file:///home/ada/engine",
        "https://github.com",
        "https://[x/y",
    ],
)
def test_what_is_no_web_address(remote):
    assert web_address(remote) == ""


@pytest.mark.parametrize(
    ("repository", "path", "line", "url"),
    [
        ("https://github.com/a/b", "src/x.py", 3, "https://github.com/a/b/blob/c0/src/x.py#L3"),
        ("https://github.com/a/b.git", "x.py", 0, "https://github.com/a/b/blob/c0/x.py"),
        ("https://github.example.com/a/b", "x.py", 3, "https://github.example.com/a/b/blob/c0/x.py#L3"),
        ("https://gitlab.com/a/b/c", "x.py", 3, "https://gitlab.com/a/b/c/-/blob/c0/x.py#L3"),
        ("https://github.com/a/b", "n.ipynb#cell2", 3, "https://github.com/a/b/blob/c0/n.ipynb"),
        ("https://github.com/a/b", "a b?#%.py", 1, "https://github.com/a/b/blob/c0/a%20b%3F%23%25.py#L1"),
        ("https://example.org/a/b", "x.py", 3, ""),
        ("https://evilgithub.com/a/b", "x.py", 3, ""),
        ("javascript://github.com/a/b", "x.py", 3, ""),
        ("https://[x", "x.py", 3, ""),
        ("", "x.py", 3, ""),
        ("https://github.com/a/b", "", 0, ""),
    ],
)
def test_line_url(repository, path, line, url):
    assert line_url(repository, "c0", path, line) == url


@pytest.mark.parametrize(("url", "safe"), [("https://a.b", True), ("javascript:x", False), ("https://[x", False)])
def test_safe_url(url, safe):
    assert safe_url(url) == (url if safe else "")


@pytest.mark.parametrize(
    ("repository", "commit", "page"),
    [
        ("https://github.com/ada/one", "c0ffee", "https://github.com/ada/one/commit/c0ffee"),
        ("https://gitlab.com/ada/one.git", "c0ffee", "https://gitlab.com/ada/one/-/commit/c0ffee"),
        ("https://example.org/ada/one", "c0ffee", ""),
        ("javascript://github.com/x", "c0ffee", ""),
        ("https://github.com/ada/one", "", ""),
        ("", "c0ffee", ""),
        ("https://github.com/ada/one", "a/../b?c", "https://github.com/ada/one/commit/a%2F..%2Fb%3Fc"),
    ],
)
def test_page_of_a_commit(repository, commit, page):
    assert commit_url(repository, commit) == page
