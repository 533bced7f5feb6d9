from __future__ import annotations

import pytest

from collectors.github.address import Forge, forge_at, is_full_name, valid_full_name
from data.errors import NotUsable

DOTCOM = Forge("https://api.github.com", "https://github.com")


@pytest.mark.parametrize(
    ("url", "api", "web"),
    [
        ("", "https://api.github.com", "https://github.com"),
        ("https://api.github.com/", "https://api.github.com", "https://github.com"),
        ("https://git.example.org/api/v3", "https://git.example.org/api/v3", "https://git.example.org"),
        ("https://git.example.org:8443/api/v3/", "https://git.example.org:8443/api/v3", "https://git.example.org:8443"),
        ("https://api.corp.ghe.com", "https://api.corp.ghe.com", "https://corp.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://localhost:80/api/v3", "http://localhost:80/api/v3", "http://localhost:80"),
        ("http://[::1]:8080", "http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_places_that_are_githubs(url, api, web):
    assert forge_at(url) == Forge(api, web)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.github.com",
        "http://127.0.0.1.example.org",
        "http://10.0.0.1:8080",
        "https://github.com",
        "https://git.example.org",
        "https://api.github.com/api/v3",
        "https://user:pw@api.github.com",
        "https://api.github.com?x=1",
        "ftp://api.github.com",
        "https://",
        "https://host:99999/api/v3",
    ],
)
def test_places_that_are_not(url):
    with pytest.raises(NotUsable) as caught:
        forge_at(url)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize("name", ["a/b", "Ada-L/my.repo_1", "a_corp/.github", "a/-x"])
def test_names_of_repositories(name):
    assert is_full_name(name)
    assert DOTCOM.clone_url(name) == f"https://github.com/{name}.git"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a/",
        "/b",
        "a/b/c",
        "a/..",
        "a/.",
        "../b",
        "-a/b",
        "a/b c",
        "a/b?x",
        "a/b#x",
        "a/b\n",
        "a%2fb/c",
        None,
        7,
        "a/" + "b" * 101,
    ],
)
def test_names_that_are_none(name):
    assert not is_full_name(name)
    with pytest.raises(ValueError):
        valid_full_name(name)


@pytest.mark.parametrize(
    "told", ["https://evil.example/a/b.git", "http://127.0.0.1:99/a/b.git", "ext::sh", "--upload-pack=x"]
)
def test_told_address_counts_only_on_this_machine(told):
    assert DOTCOM.clone_url("a/b", told) == "https://github.com/a/b.git"


def test_loopback_may_tell_a_loopback_address():
    here = forge_at("http://127.0.0.1:8080")
    assert here.clone_url("a/b", "http://127.0.0.1:99/git/b.git") == "http://127.0.0.1:99/git/b.git"
    assert here.clone_url("a/b", "https://evil.example/b.git") == "http://127.0.0.1:8080/a/b.git"


@pytest.mark.parametrize(
    ("url", "owned"),
    [
        ("https://api.github.com/x", True),
        ("https://github.com/a/b.git", True),
        ("http://api.github.com/x", False),
        ("https://api.github.com.evil.example/x", False),
        ("https://api.github.com:8443/x", False),
        ("https://evil.example/https://api.github.com", False),
        ("https://api.github.com@evil.example/", False),
    ],
)
def test_credentials_go_to_the_configured_host_only(url, owned):
    assert DOTCOM.owns(url) is owned


@pytest.mark.parametrize(
    ("url", "site", "noreply"),
    [
        ("", "", "users.noreply.github.com"),
        ("http://127.0.0.1:8080", "", "users.noreply.github.com"),
        ("https://git.example.org/api/v3", "git.example.org", "users.noreply.git.example.org"),
        ("https://api.corp.ghe.com", "corp.ghe.com", "users.noreply.corp.ghe.com"),
    ],
)
def test_one_github_is_not_another(url, site, noreply):
    assert (forge_at(url).site, forge_at(url).noreply) == (site, noreply)
