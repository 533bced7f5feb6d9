"""What looks private is left out of texts, and an address that holds it is not linked."""

import pytest

from data.public_words import is_clean, said

SECRET = "aB3" * 12
PRIVATE = [
    "ada@zebra.example",
    "/home/ada/x",
    "file:///home/ada/x",
    "/root/x",
    "/Users/ada/x",
    "/c/Users/ada/x",
    "/mnt/c/Users/ada/x",
    r"C:\Users\ada\x",
    "C:/Users/ada/x",
    "/var/folders/ada/x",
    "https://ada:zebra@host/x",
    "postgres://ada:zebra@host.example/x",
    *(
        prefix + SECRET
        for prefix in (
            "ghp_", "MY_TOKEN_ghp_", "github_pat_", "glpat-", "hf_", "npm_", "pypi-", "dckr_pat_", "sk-", "sk-proj-",
            "sk_live_", "AKIA", "ASIA", "AIza", "ya29.", "xoxb-",
        )
    ),
    f"eyJ{SECRET}.eyJ{SECRET}.{SECRET}",
]  # fmt: skip
PLAIN = [
    "src/Users/model.py",
    "docs/root/home/index.md",
    "https://github.com/root/home/blob/abc/Users/model.py#L7",
    "https://example.org/home/about",
    "risk-model with sk-learn, at 10:30",
    "asia_population.csv",
    "eyJ is how a token begins",
    "std::vector<int>, a:b@c",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_what_looks_private_is_left_out(text):
    told = said(f"Read {text} first")
    assert told.startswith("Read ")
    assert told.endswith(" first")
    assert not any(word in told for word in ("ada", "zebra", SECRET))
    assert not is_clean(f"https://example.org/?q={text}")


@pytest.mark.parametrize("text", PRIVATE)
@pytest.mark.parametrize("unseen", ["\u200b", "\u200d", "\u202e", "\u2060", "\ufeff", "\u00ad"])
def test_letters_that_nobody_sees_hide_nothing(text, unseen):
    told = said(f"Read {unseen.join(text)} first")
    assert not any(word in "".join(told.split()) for word in ("ada", "zebra", SECRET))


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_plain_stays(text):
    assert said(text) == text
    assert is_clean(text)
